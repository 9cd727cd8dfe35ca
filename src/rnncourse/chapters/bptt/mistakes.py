"""The wrong answers to the exercises of chapter 02, by name; the gradients stand in bptt_mistakes.

Ids such as W42 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand import softmax
from rnncourse.byhand.rnn import forward
from rnncourse.chapters.bptt.exercises import (
    gradient_by_scores,
    jacobian_product,
    softmax_cross_entropy,
    states,
)
from rnncourse.exercises.networks import slope, slope_of_state
from rnncourse.exercises.registry import known_mistakes


def plain_loss(p, y) -> float:
    return np.log(np.exp(p).sum()) - p[y]


def log_of_softmax(p, y, eps: float = 0.0) -> float:
    return -np.log(softmax(p)[y] + eps)


def stable_loss(p, y) -> float:
    return np.log(np.exp(p - p.max()).sum()) + p.max() - p[y]


known_mistakes(
    softmax_cross_entropy,
    ("overflow", "exp is taken of p itself, and the maximum is not subtracted", plain_loss),
    ("underflow", "log is taken of a softmax that has become 0", log_of_softmax),
    *(
        (
            "W27",
            f"{eps:.0e} is added inside the logarithm".replace("e-0", "e-"),
            lambda p, y, e=eps: log_of_softmax(p, y, e),
        )
        for eps in (1e-8, 1e-10, 1e-12)
    ),
    (
        "bits",
        "log2 stands in place of log: bits, not nats",
        lambda p, y: stable_loss(p, y) / np.log(2),
    ),
    ("sign", "the minus sign of −log yhat[y] is missing", lambda p, y: -stable_loss(p, y)),
    ("probability", "yhat[y] is returned, without its logarithm", lambda p, y: softmax(p)[y]),
)

known_mistakes(
    gradient_by_scores,
    ("W5", "y − yhat stands in place of yhat − y", lambda p, y: -gradient_by_scores(p, y)),
    ("no-target", "y is not subtracted from yhat", lambda p, y: softmax(p)),
    (
        "softmax-slope",
        "yhat − y is multiplied by yhat (1 − yhat), as for a squared error",
        lambda p, y: gradient_by_scores(p, y) * softmax(p) * (1.0 - softmax(p)),
    ),
    ("scores", "p stands in place of softmax(p)", lambda p, y: p - np.eye(len(p))[y]),
    (
        "right-class",
        "only the entry of the right class is returned",
        lambda p, y: softmax(p)[y] - 1.0,
    ),
)


def walk(params, x, h0, f=np.tanh, **replaced) -> np.ndarray:
    """The states with another nonlinearity or other parameters, shape (T, n)."""
    weights, h, rows = params | replaced, h0, []
    for x_t in x:
        h = f(weights["W_hx"] @ x_t + weights["W_hh"] @ h + weights["b_h"])
        rows.append(h)
    return np.array(rows)


def logistic(a: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-a))


known_mistakes(
    states,
    ("h0-zero", "h0 is ignored and zeros take its place", lambda w, x, h0: states(w, x, 0 * h0)),
    ("no-tanh", "the tanh is missing", lambda w, x, h0: walk(w, x, h0, f=lambda a: a)),
    ("sigmoid", "a sigmoid stands in place of tanh", lambda w, x, h0: walk(w, x, h0, f=logistic)),
    ("transposed", "W_hh is transposed", lambda w, x, h0: walk(w, x, h0, W_hh=w["W_hh"].T)),
    ("no-bias", "b_h is left out", lambda w, x, h0: walk(w, x, h0, b_h=0.0)),
    (
        "no-memory",
        "h0 stands in place of h_{t-1} at every step",
        lambda w, x, h0: np.array([states(w, x_t[None], h0)[0] for x_t in x]),
    ),
    (
        "shifted",
        "h_{t-1} stands in place of h_t in the rows",
        lambda w, x, h0: forward(w, x, h0=h0)[1].h_prev,
    ),
    ("with-h0", "h0 is kept as a first row", lambda w, x, h0: np.vstack([h0, states(w, x, h0)])),
    ("last-only", "only the last state is returned", lambda w, x, h0: states(w, x, h0)[-1]),
)


def product(factors, n: int) -> np.ndarray:
    result = np.eye(n)
    for factor in factors:
        result = result @ factor
    return result


def steps_down(h, i: int) -> range:
    """k = T … i + 1."""
    return range(len(h), i, -1)


def changed_factor(factor):
    """The product in the right order with another factor(W, D_k)."""
    return lambda w, h, i: product(
        [factor(w["W_hh"], np.diag(slope(h[k - 1]))) for k in steps_down(h, i)], h.shape[1]
    )


known_mistakes(
    jacobian_product,
    (
        "order",
        "the product runs from k = i + 1 to T: the factors stand in the wrong order",
        lambda w, h, i: product(
            [slope(h[k - 1])[:, None] * w["W_hh"] for k in steps_down(h, i)][::-1], h.shape[1]
        ),
    ),
    ("no-slope", "D_k is missing", changed_factor(lambda W, D: W)),
    ("no-weights", "W_hh is missing", changed_factor(lambda W, D: D)),
    ("slope-side", "W_hh D_k stands in place of D_k W_hh", changed_factor(lambda W, D: W @ D)),
    ("transposed", "W_hh is transposed in every factor", changed_factor(lambda W, D: D @ W.T)),
    (
        "W2",
        "1 − tanh(h)² stands in place of 1 − h²: h is the tanh already",
        lambda w, h, i: product(
            [slope_of_state(h[k - 1])[:, None] * w["W_hh"] for k in steps_down(h, i)], h.shape[1]
        ),
    ),
    (
        "one-more",
        "the product goes down to k = i: one factor too many",
        lambda w, h, i: jacobian_product(w, h, i - 1),
    ),
    (
        "one-less",
        "the product stops at k = i + 2: one factor too few",
        lambda w, h, i: jacobian_product(w, h, min(i + 1, len(h))),
    ),
    (
        "step-index",
        "D is taken at h_{k-1} in place of h_k",
        lambda w, h, i: product(
            [slope(h[k - 2])[:, None] * w["W_hh"] for k in steps_down(h, i)], h.shape[1]
        ),
    ),
)
