"""The wrong answers to the exercises bptt-… of chapter 02, by name."""

import numpy as np

from rnncourse.byhand import softmax
from rnncourse.byhand.rnn import forward, immediate_partial, loss_and_gradients
from rnncourse.chapters.bptt.exercises import (
    input_weights,
    output_weights,
    recurrent_weights,
    state_gradients,
)
from rnncourse.exercises.networks import backward, one, slope, slope_of_state, totals, untransposed
from rnncourse.exercises.registry import known_mistakes


def row_of_output_weights(k: int | None = None):
    """W6: one row of the gradient, of class k or of the right class."""

    def answer(params, x, y, h0):
        b = backward(params, x, y, h0)
        return b.dp[y[-1] if k is None else k] * b.h[-1]

    return answer


def every_step(name: str):
    """The losses of all steps are summed, where only the last one counts."""
    return lambda w, x, y, h0: loss_and_gradients(w, x, y, "sum", h0=h0)[1][name]


def negative(name: str):
    return lambda w, x, y, h0: -loss_and_gradients(w, x, y, h0=h0)[1][name]


ROW = "one row is returned, (yhat_k − y_k) h for one k, where the outer product belongs"
SIGN = ("W5", "y − yhat stands in place of yhat − y")
EVERY = ("every-step", "the losses of all steps are summed; only the last one counts")

known_mistakes(
    output_weights,
    (*SIGN, negative("W_ph")),
    *(("W6", ROW, row_of_output_weights(k)) for k in (None, 0, 1, 2, -1)),
    (*EVERY, every_step("W_ph")),
    (
        "previous-state",
        "h_{T-1} stands in place of h_T",
        lambda *net: np.outer((b := backward(*net)).dp, b.h_prev[-1]),
    ),
    (
        "no-target",
        "y is not subtracted from yhat",
        lambda w, x, y, h0: np.outer(
            softmax(forward(w, x, h0=h0)[0])[-1], forward(w, x, h0=h0)[1].h[-1]
        ),
    ),
)


def by_states(b) -> np.ndarray:
    """Σ_t da_t h_{t-1}ᵀ."""
    return b.da.T @ b.h_prev


def by_inputs(b) -> np.ndarray:
    """Σ_t da_t x_tᵀ."""
    return b.da.T @ b.x


def slope_one_early(params, x, y, h0) -> np.ndarray:
    """dh_{t-1} with the slope at h_{t-1} in place of h_t."""
    b = backward(params, x, y, h0)
    dhs = [b.dh[-1]]
    for h in b.h[-2::-1]:
        dhs.append(params["W_hh"].T @ (slope(h) * dhs[-1]))
    return np.array(dhs[::-1])


TWICE = "1 − tanh(h)² stands in place of 1 − h²: h is the tanh already"
UNTRANSPOSED = ("W41", "W_hh is not transposed in the recursion")
NO_SLOPE = ("no-slope", "the derivative of tanh, 1 − h², is missing")
PREVIOUS_H0 = ("h0-zero", "h0 is ignored and zeros take its place")

known_mistakes(
    state_gradients,
    (*SIGN, lambda *net: -backward(*net).dh),
    ("W2", TWICE, lambda *net: backward(*net, slope=slope_of_state).dh),
    (*UNTRANSPOSED, lambda *net: untransposed(*net).dh),
    (*NO_SLOPE, lambda *net: backward(*net, slope=one).dh),
    ("slope-index", "1 − h² is taken at h_{t-1} in place of h_t", slope_one_early),
    ("reversed", "the rows run from step T to step 1", lambda *net: backward(*net).dh[::-1]),
    (
        "pre-activation",
        "dL/da is returned: the last factor 1 − h² is too much",
        lambda *net: backward(*net).da,
    ),
    (*PREVIOUS_H0, lambda w, x, y, h0: backward(w, x, y, 0 * h0).dh),
)


def double_counting(*net) -> np.ndarray:
    """W3: Σ_i dL/dh_i · (total derivative of h_i)."""
    dh, total = totals(*net)
    return np.einsum("ta,tabc->bc", dh, total)


def slip_to_the_last(*net) -> np.ndarray:
    """W4: Σ_i dL/dh_i · ∂⁺h_T/∂W."""
    b = backward(*net)
    return np.einsum("ta,abc->bc", b.dh, immediate_partial(b.h[-1], b.h_prev[-1]))


def slip_to_the_last_total(*net) -> np.ndarray:
    """W4 again: Σ_i dL/dh_i · (total derivative of h_T)."""
    dh, total = totals(*net)
    return np.einsum("ta,abc->bc", dh, total[-1])


def last_term(b, right: np.ndarray) -> np.ndarray:
    return np.outer(b.da[-1], right[-1])


LAST = "only the last step's term is kept"

known_mistakes(
    recurrent_weights,
    ("W1", LAST, lambda *net: last_term(b := backward(*net), b.h_prev)),
    ("W2", TWICE, lambda *net: by_states(backward(*net, slope=slope_of_state))),
    (
        "W1 and W2",
        f"{LAST}, and {TWICE}",
        lambda *net: last_term(b := backward(*net, slope=slope_of_state), b.h_prev),
    ),
    (
        "W3",
        "the total derivative stands inside the sum: early steps are counted again and again",
        double_counting,
    ),
    ("W4", "∂⁺h_T/∂W_hh stands in place of ∂⁺h_i/∂W_hh", slip_to_the_last),
    ("W4", "the total derivative of h_T stands in place of ∂⁺h_i/∂W_hh", slip_to_the_last_total),
    (*SIGN, negative("W_hh")),
    (*UNTRANSPOSED, lambda *net: by_states(untransposed(*net))),
    ("W42", "h_t stands in place of h_{t-1}", lambda *net: (b := backward(*net)).da.T @ b.h),
    (*NO_SLOPE, lambda *net: by_states(backward(*net, slope=one))),
    (*EVERY, every_step("W_hh")),
    (*PREVIOUS_H0, lambda w, x, y, h0: by_states(backward(w, x, y, 0 * h0))),
    (
        "dh-for-da",
        "dL/dh stands in place of dL/da in the outer product",
        lambda *net: (b := backward(*net)).dh.T @ b.h_prev,
    ),
    (
        "mean",
        "the sum over time is divided by T",
        lambda w, x, y, h0: by_states(backward(w, x, y, h0)) / len(x),
    ),
)

known_mistakes(
    input_weights,
    ("W1", LAST, lambda *net: last_term(b := backward(*net), b.x)),
    ("W2", TWICE, lambda *net: by_inputs(backward(*net, slope=slope_of_state))),
    (*SIGN, negative("W_hx")),
    (*UNTRANSPOSED, lambda *net: by_inputs(untransposed(*net))),
    (*NO_SLOPE, lambda *net: by_inputs(backward(*net, slope=one))),
    ("state-for-input", "h_{t-1} stands in place of x_t", lambda *net: by_states(backward(*net))),
    (
        "dh-for-da",
        "dL/dh stands in place of dL/da in the outer product",
        lambda *net: (b := backward(*net)).dh.T @ b.x,
    ),
    (*EVERY, every_step("W_hx")),
    (*PREVIOUS_H0, lambda w, x, y, h0: by_inputs(backward(w, x, y, 0 * h0))),
)
