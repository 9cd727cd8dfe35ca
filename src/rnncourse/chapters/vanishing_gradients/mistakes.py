"""The wrong answers to the exercises of this chapter, by name.

Ids such as W10 count the course's collection of wrong answers; the others are words.
"""

from functools import reduce

import numpy as np

from rnncourse.byhand.rnn import (
    gradient_contributions,
    loss_and_gradients,
    state_gradients,
    total_derivatives,
)
from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.vanishing_gradients import cases
from rnncourse.chapters.vanishing_gradients.exercises import (
    clip_by_norm,
    ends_back,
    first_below,
    guaranteed_steps,
    jacobian_bounds,
    jacobians,
    norms,
    quotient,
    sigmoid_jacobian,
    sigmoid_state,
    time_to_vanish,
    truncated_gradient,
)
from rnncourse.exercises.networks import slope, slope_of_state
from rnncourse.exercises.registry import MISTAKES


def slope_of_sigmoid(h: np.ndarray) -> np.ndarray:
    """The slope of the sigmoid written with its output."""
    return h * (1.0 - h)


def sigmoid_slope(*step) -> np.ndarray:
    """The slope at the new state, (n,)."""
    return slope_of_sigmoid(sigmoid_state(*step))


def with_slope(slope):
    """D W with another slope(new state, old state)."""
    return lambda w, x, h: slope(sigmoid_state(w, x, h), h)[:, None] * w["W_hh"]


MISTAKES[sigmoid_jacobian] = {
    "tanh-slope: 1 − h², the slope of tanh, stands in place of the sigmoid's": with_slope(
        lambda new, old: slope(new)
    ),
    "W2: the sigmoid is taken of the new state, which is the sigmoid already": with_slope(
        lambda new, old: slope_of_sigmoid(sigmoid(new))
    ),
    "old-state: the slope is taken at the state before the step": with_slope(
        lambda new, old: slope_of_sigmoid(old)
    ),
    "slope-side: W_hh D stands in place of D W_hh": (
        lambda w, x, h: w["W_hh"] * sigmoid_slope(w, x, h)
    ),
    "no-slope: the slope is missing": with_slope(lambda new, old: np.ones_like(new)),
    "W10: W_hh is forgotten": lambda w, x, h: np.diag(sigmoid_slope(w, x, h)),
    "diagonal: only the slopes are returned, no matrix": sigmoid_slope,
}


def radius(W) -> float:
    """The largest absolute eigenvalue."""
    return float(np.abs(np.linalg.eigvals(W)).max())


def steps_at(rate: float, threshold: float) -> float:
    """The smallest k with rate^k < threshold; there is none for a rate of 1 or more."""
    return np.floor(quotient(rate, threshold)) + 1 if rate < 1.0 else np.inf


MISTAKES[guaranteed_steps] = {
    "W10: the norm of W is forgotten and gamma alone counts": lambda W, g, s: steps_at(g, s),
    "gamma: gamma is left out": lambda W, g, s: steps_at(np.linalg.norm(W, 2), s),
    "W12: the largest eigenvalue stands in place of the norm: it bounds no product": (
        lambda W, gamma, threshold: steps_at(gamma * radius(W), threshold)
    ),
    "frobenius: np.linalg.norm(W) is the Frobenius norm; the largest singular value is norm(W, "
    "2)": (lambda W, gamma, threshold: steps_at(gamma * np.linalg.norm(W), threshold)),
    "one-less: the quotient of the logarithms is rounded down": (
        lambda *arguments: guaranteed_steps(*arguments) - 1.0
    ),
    "rounded-up: a whole quotient is rounded up to itself, and there the bound equals the "
    "threshold": (
        lambda W, gamma, threshold: np.ceil(quotient(gamma * np.linalg.norm(W, 2), threshold))
    ),
    "not-whole: the quotient of the logarithms is not rounded": (
        lambda W, gamma, threshold: quotient(gamma * np.linalg.norm(W, 2), threshold)
    ),
}


def extremes(rows) -> np.ndarray:
    """Sums over the steps of the logarithms of the smallest and the largest of each row."""
    rows = np.log10(rows)
    return np.array([rows.min(axis=1).sum(), rows.max(axis=1).sum()])


def singular(matrices) -> np.ndarray:
    return np.linalg.svd(matrices, compute_uv=False)


MISTAKES[jacobian_bounds] = {
    "W10: W_hh is forgotten: only the slopes are multiplied": lambda W, h: extremes(slope(h)),
    "W12: eigenvalues stand in place of singular values: they bound no product": (
        lambda W, h: extremes(np.abs(np.linalg.eigvals(jacobians(W, h))))
    ),
    "W2: 1 − tanh(h)² stands in place of 1 − h²: h is the tanh already": (
        lambda W, h: extremes(singular(slope_of_state(h)[:, :, None] * W))
    ),
    "product: the singular values of the product itself are taken, not those of each factor": (
        lambda W, h: extremes(singular([reduce(np.matmul, jacobians(W, h)[::-1])]))
    ),
    "order: the larger bound is returned first": lambda W, h: jacobian_bounds(W, h)[::-1],
    "no-slope: D_t is missing": lambda W, h: extremes([singular(W)] * len(h)),
    "coarse: slopes and matrix are bounded apart, where each Jacobian has singular values of "
    "its own": (lambda W, h: extremes(np.sort(slope(h))[:, [0, -1]] * singular(W)[[-1, 0]])),
    "frobenius: the larger bound is made of Frobenius norms": (
        lambda W, h: np.array(
            [jacobian_bounds(W, h)[0], np.log10(np.linalg.norm(jacobians(W, h), axis=(1, 2))).sum()]
        )
    ),
    "slope-side: W_hh D_t stands in place of D_t W_hh": (
        lambda W, h: extremes(singular(W * slope(h)[:, None, :]))
    ),
    "natural: natural logarithms": lambda W, h: np.log(10.0) * jacobian_bounds(W, h),
    "no-logarithm: the products and not their logarithms": lambda W, h: 10 ** jacobian_bounds(W, h),
}


MISTAKES[time_to_vanish] = {
    "from-the-start: the steps are counted from the first one; a nudge travels to the end": (
        lambda J, s: first_below(norms(cases.onward(J)), s)
    ),
    "product-of-norms: the norms are multiplied; the norm of the product is smaller": (
        lambda J, s: first_below(np.cumprod(norms(J[::-1])), s)
    ),
    "frobenius: the Frobenius norm is taken": (
        lambda J, s: first_below(np.linalg.norm(ends_back(J), axis=(1, 2)), s)
    ),
    "W12: the largest eigenvalue stands in place of the norm": (
        lambda J, s: first_below([radius(end) for end in ends_back(J)], s)
    ),
    "order: the factors stand in the wrong order": (
        lambda J, s: time_to_vanish(np.swapaxes(J, 1, 2), s)
    ),
    "one-less: the place in the list is returned, which counts from 0": (
        lambda J, s: time_to_vanish(J, s) - 1.0
    ),
    "smallest: the smallest singular value is taken; some other nudge still arrives": (
        lambda J, s: first_below(singular(ends_back(J))[:, -1], s)
    ),
}


def scaled(factor):
    """Every array times factor(norm of all, c, grads)."""

    def answer(grads, c) -> dict:
        times = factor(cases.total_norm(grads), c, grads)
        return {name: times * g for name, g in grads.items()}

    return answer


MISTAKES[clip_by_norm] = {
    "W38: the clipped array gets the name of the loop and nothing else keeps it": (
        cases.clip_in_a_loop
    ),
    "each: each parameter is clipped by a norm of its own, which turns the gradient": (
        cases.clip_each
    ),
    "value: each entry is cut at ± c, which turns the gradient": cases.clip_by_value,
    "always: a norm below c is stretched to c": scaled(lambda norm, c, g: c / norm),
    "inverse: ‖g‖/c stands in place of c/‖g‖": scaled(lambda norm, c, g: min(1.0, norm / c)),
    "squared: the root is missing in the norm": scaled(lambda norm, c, g: min(1.0, c / norm**2)),
    "sum-of-norms: the norms of the parameters are added; their squares add up": scaled(
        lambda norm, c, g: min(1.0, c / sum(np.linalg.norm(a) for a in g.values()))
    ),
    "largest: the largest entry stands in place of the norm": scaled(
        lambda norm, c, g: min(1.0, c / max(np.abs(a).max() for a in g.values()))
    ),
}


def window_of(change):
    """The sum of the last change(window) terms."""
    return lambda w, x, y, h0, window: cases.truncated(
        gradient_contributions(w, x, y, h0=h0), change(window)
    )


def started_at(h):
    """Only the window is read, from another state h(h0)."""
    return lambda w, x, y, h0, k: loss_and_gradients(w, x[-k:], y[-k:], h0=h(h0))[1]["W_hh"]


def total_in_the_window(params, x, y, h0, window) -> np.ndarray:
    """W3: total derivatives in the terms of the window."""
    dh, _ = state_gradients(params, x, y, h0=h0)
    total = total_derivatives(params, x, h0=h0)
    return np.einsum("ta,tabc->bc", dh[-window:], total[-window:])


MISTAKES[truncated_gradient] = {
    "W33: the state is set to zero where the window begins: the gradient is cut, the memory is "
    "not": (started_at(np.zeros_like)),
    "h0: the window starts from h0 in place of the state that is there": started_at(np.copy),
    "full: nothing is cut off": window_of(lambda window: 10**6),
    "one-more: one step too many is kept": window_of(lambda window: window + 1),
    "one-less: one step too few is kept": window_of(lambda window: window - 1),
    "W1: only the last term is kept": window_of(lambda window: 1),
    "first-steps: the first steps are kept and the last ones dropped": (
        lambda w, x, y, h0, k: gradient_contributions(w, x, y, h0=h0)[:k].sum(axis=0)
    ),
    "W3: the total derivative by W_hh stands in the terms of the window": total_in_the_window,
}
