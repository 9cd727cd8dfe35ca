"""The wrong answers to the exercises of chapter 04 on clipped and truncated gradients, by name."""

import numpy as np

from rnncourse.byhand.rnn import (
    gradient_contributions,
    loss_and_gradients,
    state_gradients,
    total_derivatives,
)
from rnncourse.chapters.vanishing_gradients.exercises import clip_by_norm, truncated_gradient
from rnncourse.exercises.registry import known_mistakes


def scaled(factor):
    """W_hh times factor(norm of all, c, grads)."""
    return lambda grads, c: factor(norm_of(grads), c, grads) * grads["W_hh"]


def norm_of(grads) -> float:
    return float(np.sqrt(sum((g**2).sum() for g in grads.values())))


known_mistakes(
    clip_by_norm,
    (
        "W38",
        "the clipped array gets the name of the loop and nothing else keeps it",
        lambda grads, c: grads["W_hh"],
    ),
    (
        "each",
        "each parameter is clipped by a norm of its own, which turns the gradient",
        lambda grads, c: clip_by_norm({"W_hh": grads["W_hh"]}, c),
    ),
    (
        "value",
        "each entry is cut at ± c, which turns the gradient",
        lambda grads, c: np.clip(grads["W_hh"], -c, c),
    ),
    ("always", "a norm below c is stretched to c", scaled(lambda norm, c, g: c / norm)),
    ("inverse", "‖g‖/c stands in place of c/‖g‖", scaled(lambda norm, c, g: min(1.0, norm / c))),
    (
        "squared",
        "the root is missing in the norm",
        scaled(lambda norm, c, g: min(1.0, c / norm**2)),
    ),
    (
        "sum-of-norms",
        "the norms of the parameters are added; their squares add up",
        scaled(lambda norm, c, g: min(1.0, c / sum(np.linalg.norm(a) for a in g.values()))),
    ),
    (
        "largest",
        "the largest entry stands in place of the norm",
        scaled(lambda norm, c, g: min(1.0, c / max(np.abs(a).max() for a in g.values()))),
    ),
)


def window_of(change):
    """The sum of the last change(window) terms."""
    return lambda params, x, y, h0, window: last_terms(params, x, y, h0, change(window))


def last_terms(params, x, y, h0, count: int) -> np.ndarray:
    terms = gradient_contributions(params, x, y, h0=h0)
    return terms[max(len(x) - count, 0) :].sum(axis=0)


def started_at(h):
    """Only the window is read, from another state h(h0)."""

    def answer(params, x, y, h0, window):
        start = h(h0)
        return loss_and_gradients(params, x[-window:], y[-window:], h0=start)[1]["W_hh"]

    return answer


def total_in_the_window(params, x, y, h0, window) -> np.ndarray:
    """W3: total derivatives in the terms of the window."""
    dh, _ = state_gradients(params, x, y, h0=h0)
    total = total_derivatives(params, x, h0=h0)
    return np.einsum("ta,tabc->bc", dh[-window:], total[-window:])


known_mistakes(
    truncated_gradient,
    (
        "W33",
        "the state is set to zero where the window begins: the gradient is cut, the memory is not",
        started_at(np.zeros_like),
    ),
    ("h0", "the window starts from h0 in place of the state that is there", started_at(np.copy)),
    ("full", "nothing is cut off", window_of(lambda window: 10**6)),
    ("one-more", "one step too many is kept", window_of(lambda window: window + 1)),
    ("one-less", "one step too few is kept", window_of(lambda window: window - 1)),
    ("W1", "only the last term is kept", window_of(lambda window: 1)),
    (
        "first-steps",
        "the first steps are kept and the last ones dropped",
        lambda w, x, y, h0, k: gradient_contributions(w, x, y, h0=h0)[:k].sum(axis=0),
    ),
    ("W3", "the total derivative by W_hh stands in the terms of the window", total_in_the_window),
)
