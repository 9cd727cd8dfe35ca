"""The wrong answers to the exercises of chapter 04, by name; gradients are in clipping_mistakes.

Ids such as W10 count the course's collection of wrong answers; the others are words.
"""

from functools import reduce
from itertools import accumulate

import numpy as np

from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.vanishing_gradients.exercises import (
    FACTS,
    facts,
    first_below,
    guaranteed_steps,
    jacobian_bounds,
    jacobians,
    norms_back,
    sigmoid_jacobian,
    time_to_vanish,
)
from rnncourse.exercises.networks import slope, slope_of_state
from rnncourse.exercises.registry import known_mistakes


def flipped(*places: int):
    """The facts with these, counted from 1, judged the other way."""
    values = {
        name: value != (place in places) for place, (name, value) in enumerate(FACTS.items(), 1)
    }
    return lambda: dict(values)


NORM = "the norm of a Jacobian is thought to be at most 1; W = 2 at h = 0 has 2"
ALWAYS = "vanishing is thought to be certain; 2 at h = 0 gives 1024 after ten steps"
EXPLODES = "a norm above 1 is thought to explode; W = 2 at rest passes on 0.1664 a step"
VALUES = "bounded values are thought to bound gradients; slopes and W_hh do that"
STUCK = "training is thought to be stuck; the terms of the last steps do not vanish"
DIRECTION = "clipping is thought to turn the gradient; one factor for all entries turns nothing"
CURE = "clipping is thought to help against vanishing; a short gradient is left as it is"
WINDOW = "the window is thought to bound the memory; it cuts the gradient, the state goes on"
known_mistakes(
    facts,
    ("W10", NORM, flipped(1)),
    ("W11", ALWAYS, flipped(2)),
    ("W12", EXPLODES, flipped(3)),
    ("W20", VALUES, flipped(4)),
    ("stuck", STUCK, flipped(5)),
    ("direction", DIRECTION, flipped(6)),
    ("cure", CURE, flipped(7)),
    ("W33", WINDOW, flipped(8)),
    ("W10", f"{NORM}; and {ALWAYS}", flipped(1, 2)),
    ("W20", f"{VALUES}; and {NORM}", flipped(1, 4)),
    ("W20", f"{VALUES}; {NORM}; and {ALWAYS}", flipped(1, 2, 4)),
    ("W11", f"{ALWAYS}; and {STUCK}", flipped(2, 5)),
)


def sigmoid_slope(params, x, h) -> np.ndarray:
    """The slope at the new state, (n,)."""
    new = sigmoid(params["W_hx"] @ x + params["W_hh"] @ h + params["b_h"])
    return new * (1.0 - new)


def with_slope(slope):
    """D W with another slope(new state, old state)."""

    def answer(params, x, h):
        new = sigmoid(params["W_hx"] @ x + params["W_hh"] @ h + params["b_h"])
        return slope(new, h)[:, None] * params["W_hh"]

    return answer


known_mistakes(
    sigmoid_jacobian,
    (
        "tanh-slope",
        "1 − h², the slope of tanh, stands in place of the sigmoid's",
        with_slope(lambda new, old: slope(new)),
    ),
    (
        "W2",
        "the sigmoid is taken of the new state, which is the sigmoid already",
        with_slope(lambda new, old: sigmoid(new) * (1.0 - sigmoid(new))),
    ),
    (
        "old-state",
        "the slope is taken at the state before the step",
        with_slope(lambda new, old: old * (1.0 - old)),
    ),
    (
        "slope-side",
        "W_hh D stands in place of D W_hh",
        lambda w, x, h: w["W_hh"] * sigmoid_slope(w, x, h),
    ),
    ("no-slope", "the slope is missing", with_slope(lambda new, old: np.ones_like(new))),
    ("W10", "W_hh is forgotten", lambda w, x, h: np.diag(sigmoid_slope(w, x, h))),
    ("diagonal", "only the slopes are returned, no matrix", sigmoid_slope),
)


def radius(W) -> float:
    """The largest absolute eigenvalue."""
    return float(np.abs(np.linalg.eigvals(W)).max())


def steps_at(rate: float, threshold: float) -> float:
    """The smallest k with rate^k < threshold; there is none for a rate of 1 or more."""
    return np.floor(np.log(threshold) / np.log(rate)) + 1 if rate < 1.0 else np.inf


known_mistakes(
    guaranteed_steps,
    ("W10", "the norm of W is forgotten and gamma alone counts", lambda W, g, s: steps_at(g, s)),
    (
        "gamma",
        "gamma is left out",
        lambda W, gamma, threshold: steps_at(np.linalg.norm(W, 2), threshold),
    ),
    (
        "W12",
        "the largest eigenvalue stands in place of the norm: it bounds no product",
        lambda W, gamma, threshold: steps_at(gamma * radius(W), threshold),
    ),
    (
        "frobenius",
        "np.linalg.norm(W) is the Frobenius norm; the largest singular value is norm(W, 2)",
        lambda W, gamma, threshold: steps_at(gamma * np.linalg.norm(W), threshold),
    ),
    (
        "one-less",
        "the quotient of the logarithms is rounded down",
        lambda *arguments: guaranteed_steps(*arguments) - 1.0,
    ),
    (
        "rounded-up",
        "a whole quotient is rounded up to itself, and there the bound equals the threshold",
        lambda W, gamma, threshold: np.ceil(
            np.log(threshold) / np.log(gamma * np.linalg.norm(W, 2))
        ),
    ),
    (
        "not-whole",
        "the quotient of the logarithms is not rounded",
        lambda W, gamma, threshold: np.log(threshold) / np.log(gamma * np.linalg.norm(W, 2)),
    ),
)


def extremes(rows) -> np.ndarray:
    """Sums over the steps of the logarithms of the smallest and the largest of each row."""
    rows = np.log10(rows)
    return np.array([rows.min(axis=1).sum(), rows.max(axis=1).sum()])


def singular(matrices) -> np.ndarray:
    return np.linalg.svd(matrices, compute_uv=False)


def frobenius_bounds(W, h) -> np.ndarray:
    high = np.linalg.norm(jacobians(W, h), axis=(1, 2))
    return np.array([jacobian_bounds(W, h)[0], np.log10(high).sum()])


known_mistakes(
    jacobian_bounds,
    ("W10", "W_hh is forgotten: only the slopes are multiplied", lambda W, h: extremes(slope(h))),
    (
        "W12",
        "eigenvalues stand in place of singular values: they bound no product",
        lambda W, h: extremes(np.abs(np.linalg.eigvals(jacobians(W, h)))),
    ),
    (
        "W2",
        "1 − tanh(h)² stands in place of 1 − h²: h is the tanh already",
        lambda W, h: extremes(singular(slope_of_state(h)[:, :, None] * W)),
    ),
    (
        "product",
        "the singular values of the product itself are taken, not those of each factor",
        lambda W, h: extremes(singular([reduce(np.matmul, jacobians(W, h)[::-1])])),
    ),
    ("order", "the larger bound is returned first", lambda W, h: jacobian_bounds(W, h)[::-1]),
    ("no-slope", "D_t is missing", lambda W, h: extremes([singular(W)] * len(h))),
    (
        "coarse",
        "slopes and matrix are bounded apart, where each Jacobian has singular values of its own",
        lambda W, h: extremes(np.sort(slope(h))[:, [0, -1]] * singular(W)[[-1, 0]]),
    ),
    ("frobenius", "the larger bound is made of Frobenius norms", frobenius_bounds),
    (
        "slope-side",
        "W_hh D_t stands in place of D_t W_hh",
        lambda W, h: extremes(singular(W * slope(h)[:, None, :])),
    ),
    ("natural", "natural logarithms", lambda W, h: np.log(10.0) * jacobian_bounds(W, h)),
    (
        "no-logarithm",
        "the products and not their logarithms",
        lambda W, h: 10 ** jacobian_bounds(W, h),
    ),
)


def ends_back(J) -> np.ndarray:
    """The product of the last k Jacobians for k = 1 … T."""
    return np.array(list(accumulate(J[::-1], np.matmul)))


def starts_onward(J) -> np.ndarray:
    """The product of the first k Jacobians for k = 1 … T."""
    return np.array(list(accumulate(J, lambda product, factor: factor @ product)))


def wrong_order(J) -> np.ndarray:
    """The same factors multiplied the other way around."""
    return norms_back(np.swapaxes(J, 1, 2))


known_mistakes(
    time_to_vanish,
    (
        "from-the-start",
        "the steps are counted from the first one; a nudge travels to the end",
        lambda J, s: first_below(np.linalg.norm(starts_onward(J), 2, axis=(1, 2)), s),
    ),
    (
        "product-of-norms",
        "the norms are multiplied; the norm of the product is smaller",
        lambda J, s: first_below(np.cumprod(np.linalg.norm(J[::-1], 2, axis=(1, 2))), s),
    ),
    (
        "frobenius",
        "the Frobenius norm is taken",
        lambda J, s: first_below(np.linalg.norm(ends_back(J), axis=(1, 2)), s),
    ),
    (
        "W12",
        "the largest eigenvalue stands in place of the norm",
        lambda J, s: first_below([radius(end) for end in ends_back(J)], s),
    ),
    ("order", "the factors stand in the wrong order", lambda J, s: first_below(wrong_order(J), s)),
    (
        "one-less",
        "the place in the list is returned, which counts from 0",
        lambda J, s: time_to_vanish(J, s) - 1.0,
    ),
    (
        "smallest",
        "the smallest singular value is taken; some other nudge still arrives",
        lambda J, s: first_below(singular(ends_back(J))[:, -1], s),
    ),
)
