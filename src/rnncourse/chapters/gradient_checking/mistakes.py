"""The wrong answers to the exercises of this chapter, by name.

Ids such as W27 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.chapters.gradient_checking.exercises import (
    central_difference,
    directional_derivative,
    gradient_verdict,
    numerical_gradient,
    relative_error,
)
from rnncourse.exercises.registry import MISTAKES

FORWARD = "forward-difference: the loss at w itself stands in place of the loss at w − eps"
TWO = "factor-2: the difference is divided by eps in place of 2 eps"
SIGN = "sign: the two losses are exchanged"

MISTAKES[central_difference] = {
    "forward-difference: f(x) stands in place of f(x − eps)": (
        lambda f, x, eps: (f(x + eps) - f(x)) / eps
    ),
    "backward-difference: f(x) stands in place of f(x + eps)": (
        lambda f, x, eps: (f(x) - f(x - eps)) / eps
    ),
    TWO: lambda f, x, eps: 2.0 * central_difference(f, x, eps),
    "forward-halved: f(x) stands in place of f(x − eps), and the divisor is 2 eps": (
        lambda f, x, eps: (f(x + eps) - f(x)) / (2.0 * eps)
    ),
    "sign: the two values of f are exchanged": lambda f, x, eps: -central_difference(f, x, eps),
    "not-divided: the difference is not divided by 2 eps": (
        lambda f, x, eps: f(x + eps) - f(x - eps)
    ),
    "plus: the two values are added, not subtracted": (
        lambda f, x, eps: (f(x + eps) + f(x - eps)) / (2.0 * eps)
    ),
    "above-alone: f(x − eps) is left out": lambda f, x, eps: f(x + eps) / (2.0 * eps),
    "below-alone: f(x + eps) is left out": lambda f, x, eps: f(x - eps) / (2.0 * eps),
    "zero: the difference is 0: f is taken twice on the same side": (lambda f, x, eps: 0.0),
    "added: 2 + eps stands in place of 2 · eps": (
        lambda f, x, eps: (f(x + eps) - f(x - eps)) / (2.0 + eps)
    ),
    "no-f: f is left out on one side: the number itself is subtracted or added": (
        lambda f, x, eps: (x + eps - f(x - eps)) / (2.0 * eps),
        lambda f, x, eps: (f(x + eps) - (x - eps)) / (2.0 * eps),
    ),
    "at-eps: f is taken at eps or −eps, not at x + eps or x − eps": (
        lambda f, x, eps: (f(eps) - f(x - eps)) / (2.0 * eps),
        lambda f, x, eps: (f(x + eps) - f(eps)) / (2.0 * eps),
        lambda f, x, eps: (f(x + eps) - f(-eps)) / (2.0 * eps),
        lambda f, x, eps: (f(eps) - f(-eps)) / (2.0 * eps),
    ),
    "turned: f(eps − x) stands in place of f(x − eps)": (
        lambda f, x, eps: (f(x + eps) - f(eps - x)) / (2.0 * eps)
    ),
    "precedence: / 2 * eps stands in place of / (2 * eps)": (
        lambda f, x, eps: (f(x + eps) - f(x - eps)) / 2.0 * eps
    ),
    "half-step: the step is eps / 2 to each side": (
        lambda f, x, eps: central_difference(f, x, eps / 2.0)
    ),
}


def entry_by_entry(quotient):
    """An answer that nudges a copy of w and collects ``quotient(loss, w, index, eps)``."""

    def answer(loss, w, eps):
        w, gradient = w.copy(), np.zeros(w.shape)
        for index in np.ndindex(w.shape):
            gradient[index] = quotient(loss, w, index, eps)
        return gradient

    return answer


def left_below(loss, w, index, eps) -> float:
    """The entry stays at w − eps."""
    w[index] += eps
    above = loss(w)
    w[index] -= 2.0 * eps
    return (above - loss(w)) / (2.0 * eps)


def left_above(loss, w, index, eps) -> float:
    """The entry stays at w + eps."""
    w[index] -= eps
    below = loss(w)
    w[index] += 2.0 * eps
    return (loss(w) - below) / (2.0 * eps)


def put_back_too_far(loss, w, index, eps) -> float:
    """Up by eps, down by eps: the second loss is the one at w itself."""
    w[index] += eps
    above = loss(w)
    w[index] -= eps
    return (above - loss(w)) / (2.0 * eps)


def one_side(loss, w, index, eps) -> float:
    return 2.0 * put_back_too_far(loss, w, index, eps)


def quotient(change):
    """An answer whose quotient is ``change(above, below, at w itself, eps)``."""

    def of_entry(loss, w, index, eps) -> float:
        here = loss(w)
        w[index] += eps
        above = loss(w)
        w[index] -= 2.0 * eps
        below = loss(w)
        w[index] += eps
        return change(above, below, here, eps)

    return entry_by_entry(of_entry)


def along_direction(change):
    """The same along a direction."""
    return lambda loss, w, v, eps: change(loss(w + eps * v), loss(w - eps * v), loss(w), eps)


QUOTIENTS = {  # what goes wrong alike with a difference of losses
    "backward-difference: the loss at w itself stands in place of the loss at w + eps": (
        lambda above, below, here, eps: (here - below) / eps
    ),
    "backward-halved: the first loss is the one at w itself, and the divisor is 2 eps": (
        lambda above, below, here, eps: (here - below) / (2.0 * eps)
    ),
    "plus: the two losses are added, not subtracted": (
        lambda above, below, here, eps: (above + below) / (2.0 * eps)
    ),
    "above-alone: the loss at w − eps is left out": (
        lambda above, below, here, eps: above / (2.0 * eps)
    ),
    "below-alone: the loss at w + eps is left out": (
        lambda above, below, here, eps: below / (2.0 * eps)
    ),
    "zero: every difference is 0: both losses are taken on the same side, or none is stored": (
        lambda above, below, here, eps: 0.0
    ),
    "not-divided: the difference is not divided by 2 eps": (
        lambda above, below, here, eps: above - below
    ),
    "multiplied: the difference is multiplied by 2 eps, not divided": (
        lambda above, below, here, eps: (above - below) * 2.0 * eps
    ),
    "precedence: / 2 * eps stands in place of / (2 * eps)": (
        lambda above, below, here, eps: (above - below) / 2.0 * eps
    ),
    "added: 2 + eps stands in place of 2 · eps": (
        lambda above, below, here, eps: (above - below) / (2.0 + eps)
    ),
}


def about_quotients(kind) -> dict:
    return {name: kind(change) for name, change in QUOTIENTS.items()}


def all_at_once(loss, w, eps) -> float:
    return (loss(w + eps) - loss(w - eps)) / (2.0 * eps)


MISTAKES[numerical_gradient] = {
    "not-put-back: the entry is not put back after its nudge": (
        entry_by_entry(left_below),
        entry_by_entry(left_above),
    ),
    "all-at-once: all entries are nudged at once, not one after the other": (
        lambda loss, w, eps: np.full(w.shape, all_at_once(loss, w, eps)),
        all_at_once,
    ),
    FORWARD: entry_by_entry(one_side),
    TWO: lambda loss, w, eps: 2.0 * numerical_gradient(loss, w, eps),
    "forward-halved: the second loss is the one at w itself, and the divisor is 2 eps": (
        entry_by_entry(put_back_too_far)
    ),
    SIGN: lambda *args: -numerical_gradient(*args),
    **about_quotients(quotient),
}

MISTAKES[directional_derivative] = {
    FORWARD: lambda loss, w, v, eps: (loss(w + eps * v) - loss(w)) / eps,
    TWO: lambda *args: 2.0 * directional_derivative(*args),
    "unit-length: v is scaled to length 1": (
        lambda loss, w, v, eps: directional_derivative(loss, w, v / np.linalg.norm(v), eps)
    ),
    "no-direction: every entry is nudged by eps, whatever v says": (
        lambda loss, w, v, eps: all_at_once(loss, w, eps)
    ),
    SIGN: lambda *args: -directional_derivative(*args),
    **about_quotients(along_direction),
    "forward-halved: the second loss is the one at w itself, and the divisor is 2 eps": (
        lambda loss, w, v, eps: (loss(w + eps * v) - loss(w)) / (2.0 * eps)
    ),
    "no-eps: the step is v itself, not eps v": (
        lambda loss, w, v, eps: (loss(w + v) - loss(w - v)) / (2.0 * eps),
        lambda loss, w, v, eps: (loss(w + v) - loss(w - eps * v)) / (2.0 * eps),
        lambda loss, w, v, eps: (loss(w + eps * v) - loss(w - v)) / (2.0 * eps),
    ),
    "no-v: on one side every entry is nudged by eps, whatever v says": (
        lambda loss, w, v, eps: (loss(w + eps) - loss(w - eps * v)) / (2.0 * eps),
        lambda loss, w, v, eps: (loss(w + eps * v) - loss(w - eps)) / (2.0 * eps),
    ),
    "no-w: the loss is taken at eps v or −eps v, not around w": (
        lambda loss, w, v, eps: (loss(eps * v) - loss(w - eps * v)) / (2.0 * eps),
        lambda loss, w, v, eps: (loss(w + eps * v) - loss(eps * v)) / (2.0 * eps),
        lambda loss, w, v, eps: (loss(w + eps * v) - loss(-eps * v)) / (2.0 * eps),
        lambda loss, w, v, eps: (loss(eps * v) - loss(-eps * v)) / (2.0 * eps),
    ),
    "not-multiplied: the gradient by all entries is returned, not its product with v": (
        lambda loss, w, v, eps: numerical_gradient(loss, w, eps)
    ),
}


def size(a: np.ndarray, b: np.ndarray) -> float:
    return max(np.abs(a).max(), np.abs(b).max())


def guarded(ratio):
    """0 where both are zero, ``ratio(a, b)`` elsewhere."""
    return lambda a, b: 0.0 if size(a, b) == 0 else ratio(a, b)


def unguarded(a, b) -> float:
    return np.abs(a - b).max() / np.float64(size(a, b))


def entrywise(a, b) -> float:
    """The largest of the entries' own relative errors; 0 where both entries are zero."""
    scale = np.maximum(np.abs(a), np.abs(b))
    return float((np.abs(a - b) / np.where(scale == 0, 1.0, scale)).max())


MISTAKES[relative_error] = {
    "W27: the absolute error max|a − b| is returned": lambda a, b: np.abs(a - b).max(),
    "no-guard: 0 is divided by 0: both are zero everywhere": unguarded,
    "signed: the absolute value of a − b is missing": guarded(
        lambda a, b: (a - b).max() / size(a, b)
    ),
    "entrywise: each entry is divided by its own size": entrywise,
    "sum: the difference is divided by max|a| + max|b|": guarded(
        lambda a, b: np.abs(a - b).max() / (np.abs(a).max() + np.abs(b).max())
    ),
    "one-size: the difference is divided by max|b| alone": (
        lambda a, b: np.abs(a - b).max() / np.abs(b).max()
    ),
    "one-size: the difference is divided by max|a| alone": (
        lambda a, b: np.abs(a - b).max() / np.abs(a).max()
    ),
    "smaller: the difference is divided by the smaller of the two sizes": guarded(
        lambda a, b: np.abs(a - b).max() / np.float64(min(np.abs(a).max(), np.abs(b).max()))
    ),
    "signed-size: max a and max b stand in place of max|a| and max|b|": guarded(
        lambda a, b: np.abs(a - b).max() / np.float64(max(a.max(), b.max()))
    ),
    "mean: the mean of |a − b| is taken, not its maximum": guarded(
        lambda a, b: np.abs(a - b).mean() / size(a, b)
    ),
    "multiplied: the difference is multiplied by the size, not divided": (
        lambda a, b: np.abs(a - b).max() * size(a, b)
    ),
    "upside-down: the size is divided by the difference": guarded(
        lambda a, b: size(a, b) / np.abs(a - b).max()
    ),
    "size: the size is returned, without the difference": size,
    "no-difference: a or b alone stands in place of a − b": (
        guarded(lambda a, b: np.abs(a).max() / size(a, b)),
        guarded(lambda a, b: np.abs(b).max() / size(a, b)),
    ),
    "least: the smallest of |a − b| is taken, not the largest": guarded(
        lambda a, b: np.abs(a - b).min() / size(a, b)
    ),
    "wide-guard: gradients smaller than 1 are taken for zero": (
        lambda a, b: np.abs(a - b).max() / size(a, b) if size(a, b) > 1 else 0.0
    ),
    "one: two gradients of zero are given the error 1": (
        lambda a, b: 1.0 if size(a, b) == 0 else unguarded(a, b)
    ),
    "mean: means stand in place of the maxima": guarded(
        lambda a, b: np.abs(a - b).mean() / max(np.abs(a).mean(), np.abs(b).mean())
    ),
}


def judged(is_right):
    """An answer that judges each name by ``is_right(a, b, tolerance)``."""

    def answer(analytical, numerical, tolerance):
        return {
            name: bool(is_right(analytical[name], numerical[name], tolerance))
            for name in analytical
        }

    return answer


def below(error):
    return judged(lambda a, b, tolerance: error(a, b) <= tolerance)


def one_verdict(analytical, numerical, tolerance) -> bool:
    return all(below(guarded(unguarded))(analytical, numerical, tolerance).values())


MISTAKES[gradient_verdict] = {
    "W27: the absolute error is held against the tolerance: it echoes the gradient's size": below(
        lambda a, b: np.abs(a - b).max()
    ),
    "W27: np.allclose adds its absolute tolerance of 1e-8": judged(
        lambda a, b, tolerance: np.allclose(a, b, rtol=tolerance)
    ),
    "W27: np.allclose adds its relative tolerance of 1e-5": judged(
        lambda a, b, tolerance: np.allclose(a, b, atol=tolerance)
    ),
    "loose: np.allclose is called without the tolerance": judged(lambda a, b, _: np.allclose(a, b)),
    "entrywise: each entry is divided by its own size": below(entrywise),
    "no-guard: 0 is divided by 0 where both are zero everywhere": below(unguarded),
    "NaN: an error of NaN is taken for a small one": judged(
        lambda a, b, tolerance: not guarded(unguarded)(a, b) > tolerance
    ),
    "signed: the absolute value of the difference is missing": below(
        guarded(lambda a, b: (a - b).max() / size(a, b))
    ),
    "least: the smallest entry of |a − b| is taken, not the largest": below(
        guarded(lambda a, b: np.abs(a - b).min() / size(a, b))
    ),
    "mean: the mean of |a − b| is taken, not its largest entry": below(
        guarded(lambda a, b: np.abs(a - b).mean() / size(a, b))
    ),
    "multiplied: the difference is multiplied by the size, not divided": below(
        lambda a, b: np.abs(a - b).max() * size(a, b)
    ),
    "smaller: the difference is divided by the smaller of the two sizes": below(
        guarded(lambda a, b: np.abs(a - b).max() / min(np.abs(a).max(), np.abs(b).max()))
    ),
    "one-size: the difference is divided by the size of one of the two alone": (
        below(guarded(lambda a, b: np.abs(a - b).max() / np.abs(a).max())),
        below(guarded(lambda a, b: np.abs(a - b).max() / np.abs(b).max())),
    ),
    "strict: < stands in place of <=: an error as large as the tolerance is allowed": judged(
        lambda a, b, tolerance: guarded(unguarded)(a, b) < tolerance
    ),
    "trusting: every gradient is found right": judged(lambda a, b, tolerance: True),
    "exchanged: True stands for wrong and False for right": judged(
        lambda a, b, tolerance: not guarded(unguarded)(a, b) <= tolerance
    ),
    "one-verdict: one verdict is returned for all parameters": one_verdict,
}
