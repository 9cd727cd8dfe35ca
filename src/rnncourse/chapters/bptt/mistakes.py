"""The wrong answers to the exercises of this chapter, by name.

Ids such as W42 count the course's collection of wrong answers; the others are words.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from rnncourse.byhand import softmax
from rnncourse.byhand.rnn import forward, immediate_partial, loss_and_gradients, total_derivatives
from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.bptt.exercises import (
    gradient_by_scores,
    input_weights,
    jacobian_product,
    output_weights,
    recurrent_weights,
    softmax_cross_entropy,
    state_gradients,
    states,
)
from rnncourse.exercises.networks import slope, slope_of_state
from rnncourse.exercises.registry import MISTAKES

SIGN = "W5: y − yhat stands in place of yhat − y"
TWICE = "W2: 1 − tanh(h)² stands in place of 1 − h²: h is the tanh already"
PREVIOUS_H0 = "h0-zero: h0 is ignored and zeros take its place"


def plain_loss(p, y) -> float:
    return np.log(np.exp(p).sum()) - p[y]


def log_of_softmax(p, y, eps: float = 0.0) -> float:
    return -np.log(softmax(p)[y] + eps)


MISTAKES[softmax_cross_entropy] = {
    "overflow: exp is taken of p itself, and the maximum is not subtracted": plain_loss,
    "underflow: log is taken of a softmax that has become 0": log_of_softmax,
    "W27: 1e-8 is added inside the logarithm": partial(log_of_softmax, eps=1e-8),
    "W27: 1e-10 is added inside the logarithm": partial(log_of_softmax, eps=1e-10),
    "W27: 1e-12 is added inside the logarithm": partial(log_of_softmax, eps=1e-12),
    "bits: log2 stands in place of log: bits, not nats": (
        lambda p, y: softmax_cross_entropy(p, y) / np.log(2)
    ),
    "sign: the minus sign of −log yhat[y] is missing": lambda p, y: -softmax_cross_entropy(p, y),
    "probability: yhat[y] is returned, without its logarithm": lambda p, y: softmax(p)[y],
}

MISTAKES[gradient_by_scores] = {
    SIGN: lambda p, y: -gradient_by_scores(p, y),
    "no-target: y is not subtracted from yhat": lambda p, y: softmax(p),
    "softmax-slope: yhat − y is multiplied by yhat (1 − yhat), as for a squared error": (
        lambda p, y: gradient_by_scores(p, y) * softmax(p) * (1.0 - softmax(p))
    ),
    "scores: p stands in place of softmax(p)": lambda p, y: p - np.eye(len(p))[y],
    "right-class: only the entry of the right class is returned": lambda p, y: softmax(p)[y] - 1.0,
}


def walk(params, x, h0, f=np.tanh, **replaced) -> np.ndarray:
    """The states with another nonlinearity or other parameters, shape (T, n)."""
    weights, h, rows = params | replaced, h0, []
    for x_t in x:
        h = f(weights["W_hx"] @ x_t + weights["W_hh"] @ h + weights["b_h"])
        rows.append(h)
    return np.array(rows)


def from_zero(answer):
    """This answer where h0, the last argument, is zero."""
    return lambda *net: answer(*net[:-1], 0.0 * net[-1])


MISTAKES[states] = {
    PREVIOUS_H0: from_zero(states),
    "no-tanh: the tanh is missing": lambda w, x, h0: walk(w, x, h0, f=lambda a: a),
    "sigmoid: a sigmoid stands in place of tanh": lambda w, x, h0: walk(w, x, h0, f=sigmoid),
    "transposed: W_hh is transposed": lambda w, x, h0: walk(w, x, h0, W_hh=w["W_hh"].T),
    "no-bias: b_h is left out": lambda w, x, h0: walk(w, x, h0, b_h=0.0),
    "no-memory: h0 stands in place of h_{t-1} at every step": (
        lambda w, x, h0: np.array([states(w, x_t[None], h0)[0] for x_t in x])
    ),
    "shifted: h_{t-1} stands in place of h_t in the rows": (
        lambda w, x, h0: forward(w, x, h0=h0)[1].h_prev
    ),
    "one-array: the rows are one array, appended T times and written over at every step": (
        lambda w, x, h0: np.repeat(states(w, x, h0)[-1:], len(x), axis=0)
    ),
    "reversed: the rows run from step T to step 1": lambda *net: states(*net)[::-1],
    "with-h0: h0 is kept as a first row": lambda w, x, h0: np.vstack([h0, states(w, x, h0)]),
    "last-only: only the last state is returned": lambda w, x, h0: states(w, x, h0)[-1],
}


def product(factor=np.matmul, slope=slope, order=1, shift=0):
    """The product of other factors(D_k, W), or of D_k W with another slope, order or index of D."""

    def answer(w, h, i):
        result = np.eye(h.shape[1])
        for k in range(len(h), i, -1)[::order]:
            result = result @ factor(np.diag(slope(h[k - 1 - shift])), w["W_hh"])
        return result

    return answer


MISTAKES[jacobian_product] = {
    "order: the product runs from k = i + 1 to T: the factors stand in the wrong order": product(
        order=-1
    ),
    "no-slope: D_k is missing": product(lambda D, W: W),
    "no-weights: W_hh is missing": product(lambda D, W: D),
    "slope-side: W_hh D_k stands in place of D_k W_hh": product(lambda D, W: W @ D),
    "transposed: W_hh is transposed in every factor": product(lambda D, W: D @ W.T),
    TWICE: product(slope=slope_of_state),
    "one-more: the product goes down to k = i: one factor too many": (
        lambda w, h, i: jacobian_product(w, h, i - 1)
    ),
    "one-less: the product stops at k = i + 2: one factor too few": (
        lambda w, h, i: jacobian_product(w, h, min(i + 1, len(h)))
    ),
    "step-index: D is taken at h_{k-1} in place of h_k": product(shift=1),
}


class Backward(NamedTuple):
    """Everything of one backward pass for the loss at the last step."""

    x: np.ndarray  # (T, d)
    h: np.ndarray  # (T, n)
    h_prev: np.ndarray  # (T, n)
    dp: np.ndarray  # (K,), of the last step
    dh: np.ndarray  # (T, n)
    da: np.ndarray  # (T, n)


def backward(params, x, y, h0, slope=slope, carry=np.transpose) -> Backward:
    """dh_t and da_t from the last step to the first.

    da_t = slope(h_t) ⊙ dh_t,   dh_{t-1} = carry(W_hh) da_t
    """
    p, cache = forward(params, x, h0=h0)
    dp = softmax(p)[-1]
    dp[y[-1]] -= 1.0
    dh, dhs, das = params["W_ph"].T @ dp, [], []
    for h in cache.h[::-1]:
        dhs.append(dh)
        das.append(slope(h) * dh)
        dh = carry(params["W_hh"]) @ das[-1]
    return Backward(x, cache.h, cache.h_prev, dp, np.array(dhs[::-1]), np.array(das[::-1]))


def row_of_output_weights(k: int | None = None):
    """W6: one row of the gradient, of class k or of the right class."""

    def answer(params, x, y, h0):
        b = backward(params, x, y, h0)
        return b.dp[y[-1] if k is None else k] * b.h[-1]

    return answer


def every_step(name: str, reduction: str = "sum"):
    """The losses of all steps are summed, or averaged, where only the last one counts."""
    return lambda w, x, y, h0: loss_and_gradients(w, x, y, reduction, h0=h0)[1][name]


ROW = "W6: one row is returned, (yhat_k − y_k) h for one k, where the outer product belongs"
EVERY = "every-step: the losses of all steps are summed; only the last one counts"

MISTAKES[output_weights] = {
    SIGN: lambda *net: -output_weights(*net),
    ROW: tuple(row_of_output_weights(k) for k in (None, 0, 1, 2, -1)),
    EVERY: every_step("W_ph"),
    "previous-state: h_{T-1} stands in place of h_T": (
        lambda *net: np.outer((b := backward(*net)).dp, b.h_prev[-1])
    ),
    "no-target: y is not subtracted from yhat": (
        lambda w, x, y, h0: np.outer(
            softmax(forward(w, x, h0=h0)[0])[-1], forward(w, x, h0=h0)[1].h[-1]
        )
    ),
}


def summed(right: str, left: str = "da", **parts):
    """An answer Σ_t left_t right_tᵀ from these rows of the backward pass with these parts."""

    def answer(*net):
        b = backward(*net, **parts)
        return getattr(b, left).T @ getattr(b, right)

    return answer


def last_term(right: str, **parts):
    """The last of these terms alone."""
    return lambda *net: np.outer((b := backward(*net, **parts)).da[-1], getattr(b, right)[-1])


def first_term(right: str):
    """The first of these terms alone: on the way back it is the last one that is assigned."""
    return lambda *net: np.outer((b := backward(*net)).da[0], getattr(b, right)[0])


def wrapped(*net) -> np.ndarray:
    """Σ_t da_t h[t − 1]ᵀ where h[−1] is the last row."""
    b = backward(*net)
    return b.da.T @ np.roll(b.h, 1, axis=0)


def slope_one_early(params, x, y, h0) -> np.ndarray:
    """dh_{t-1} with the slope at h_{t-1} in place of h_t."""
    b = backward(params, x, y, h0)
    dhs = [b.dh[-1]]
    for h in b.h[-2::-1]:
        dhs.append(params["W_hh"].T @ (slope(h) * dhs[-1]))
    return np.array(dhs[::-1])


def every_steps_losses(params, x, y, h0) -> np.ndarray:
    """dL/dh_t where the losses of all steps are summed."""
    p, cache = forward(params, x, h0=h0)
    dp = softmax(p) - np.eye(p.shape[1])[y]
    dh, dhs = 0.0, []
    for t in reversed(range(len(y))):
        dh = dh + params["W_ph"].T @ dp[t]
        dhs.append(dh)
        dh = params["W_hh"].T @ (slope(cache.h[t]) * dh)
    return np.array(dhs[::-1])


UNTRANSPOSED = "W41: W_hh is not transposed in the recursion"
NO_SLOPE = "no-slope: the derivative of tanh, 1 − h², is missing"
DH_FOR_DA = "dh-for-da: dL/dh stands in place of dL/da in the outer product"

MISTAKES[state_gradients] = {
    SIGN: lambda *net: -state_gradients(*net),
    TWICE: lambda *net: backward(*net, slope=slope_of_state).dh,
    UNTRANSPOSED: lambda *net: backward(*net, carry=np.asarray).dh,
    NO_SLOPE: lambda *net: backward(*net, slope=np.ones_like).dh,
    "slope-index: 1 − h² is taken at h_{t-1} in place of h_t": slope_one_early,
    "reversed: the rows run from step T to step 1": lambda *net: state_gradients(*net)[::-1],
    "pre-activation: dL/da is returned: the last factor 1 − h² is too much": (
        lambda *net: backward(*net).da
    ),
    PREVIOUS_H0: from_zero(state_gradients),
    EVERY: every_steps_losses,
}


def double_counting(params, x, y, h0) -> np.ndarray:
    """W3: Σ_i dL/dh_i · (total derivative of h_i)."""
    total = total_derivatives(params, x, h0=h0)
    return np.einsum("ta,tabc->bc", state_gradients(params, x, y, h0), total)


def slip_to_the_last(*net) -> np.ndarray:
    """W4: Σ_i dL/dh_i · ∂⁺h_T/∂W."""
    b = backward(*net)
    return np.einsum("ta,abc->bc", b.dh, immediate_partial(b.h[-1], b.h_prev[-1]))


def slip_to_the_last_total(params, x, y, h0) -> np.ndarray:
    """W4 again: Σ_i dL/dh_i · (total derivative of h_T)."""
    total = total_derivatives(params, x, h0=h0)[-1]
    return np.einsum("ta,abc->bc", state_gradients(params, x, y, h0), total)


LAST = "only the last step's term is kept"
OVERWRITTEN = "overwritten: = stands in place of +=: the first step's term is all that remains"
MEAN = "mean-loss: the mean of all steps' losses is taken; only the last one counts"

MISTAKES[recurrent_weights] = {
    f"W1: {LAST}": last_term("h_prev"),
    TWICE: summed("h_prev", slope=slope_of_state),
    f"W1 and W2: {LAST}, and {TWICE.removeprefix('W2: ')}": last_term(
        "h_prev", slope=slope_of_state
    ),
    "W3: the total derivative stands inside the sum: early steps are counted again and again": (
        double_counting
    ),
    "W4: ∂⁺h_T/∂W_hh stands in place of ∂⁺h_i/∂W_hh": slip_to_the_last,
    "W4: the total derivative of h_T stands in place of ∂⁺h_i/∂W_hh": slip_to_the_last_total,
    SIGN: lambda *net: -recurrent_weights(*net),
    UNTRANSPOSED: summed("h_prev", carry=np.asarray),
    "W42: h_t stands in place of h_{t-1}": summed("h"),
    NO_SLOPE: summed("h_prev", slope=np.ones_like),
    EVERY: every_step("W_hh"),
    PREVIOUS_H0: from_zero(recurrent_weights),
    DH_FOR_DA: summed("h_prev", left="dh"),
    "mean: the sum over time is divided by T": lambda *net: recurrent_weights(*net) / len(net[1]),
    OVERWRITTEN: first_term("h_prev"),
    "wrapped: h[t − 1] is taken at t = 0, which is the last state and not h0": wrapped,
    MEAN: every_step("W_hh", "mean"),
}

MISTAKES[input_weights] = {
    f"W1: {LAST}": last_term("x"),
    TWICE: summed("x", slope=slope_of_state),
    SIGN: lambda *net: -input_weights(*net),
    UNTRANSPOSED: summed("x", carry=np.asarray),
    NO_SLOPE: summed("x", slope=np.ones_like),
    "state-for-input: h_{t-1} stands in place of x_t": summed("h_prev"),
    DH_FOR_DA: summed("x", left="dh"),
    OVERWRITTEN: first_term("x"),
    MEAN: every_step("W_hx", "mean"),
    EVERY: every_step("W_hx"),
    PREVIOUS_H0: from_zero(input_weights),
}
