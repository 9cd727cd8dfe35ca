"""The wrong answers to the exercises on scans, by name."""

import numpy as np

from rnncourse.byhand import scan as by_hand
from rnncourse.chapters.return_of_recurrence.exercises_scan import (
    backward,
    complex_scan_gradient,
    compose_steps,
    lru_kernel,
    scan_gradient,
    scan_states,
    side_by_side,
)
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given

MISTAKES[compose_steps] = {
    "order: the steps are taken in the wrong order: the later one acts on the earlier one": (
        lambda a, b, a_then, b_then: np.array([a * a_then, a * b_then + b])
    ),
    "no-factor: the second step's factor is left out: it multiplies the first step's b, too": (
        lambda a, b, a_then, b_then: np.array([a_then * a, b + b_then])
    ),
    "wrong-factor: the first step's factor multiplies its own b": (
        lambda a, b, a_then, b_then: np.array([a_then * a, a * b + b_then])
    ),
    "sum: the factors are added in place of multiplied": (
        lambda a, b, a_then, b_then: np.array([a + a_then, a_then * b + b_then])
    ),
    "both-factors: both factors multiply the first step's b": (
        lambda a, b, a_then, b_then: np.array([a_then * a, a_then * a * b + b_then])
    ),
    "first-a: the a of the first step alone is kept": (
        lambda a, b, a_then, b_then: np.array([a, a_then * b + b_then])
    ),
    "sum-of-b: a_then is added to b, not multiplied with it": (
        lambda a, b, a_then, b_then: np.array([a_then * a, a_then + b + b_then])
    ),
    "no-b: the first step's b is left out": (
        lambda a, b, a_then, b_then: np.array([a_then * a, b_then])
    ),
    "later-b: the second step's b is forgotten": (
        lambda a, b, a_then, b_then: np.array([a_then * a, a_then * b])
    ),
}


def rounds(a, b, compose=by_hand.compose, spans=None, keep_a=False) -> np.ndarray:
    """A scan in rounds with another composition, other spans, or factors that stay."""
    for span in spans or [2**k for k in range(len(a).bit_length()) if 2**k < len(a)]:
        new_a, new_b = compose((a[:-span], b[:-span]), (a[span:], b[span:]))
        b = np.concatenate([b[:span], new_b])
        a = a if keep_a else np.concatenate([a[:span], new_a])
    return b


def started(a, b, h0) -> np.ndarray:
    """b with the first step's share of h0."""
    return np.concatenate([(a[0] * h0 + b[0])[None], b[1:]])


def spans(T: int, factor: int) -> list[int]:
    return [factor**k for k in range(T) if factor**k < T]


def swapped(first, then) -> tuple:
    return by_hand.compose(then, first)


def h0_added(a, b, h0) -> np.ndarray:
    return by_hand.scan(a, np.concatenate([(h0 + b[0])[None], b[1:]]))


MISTAKES[scan_states] = {
    "start: h0 is left out": lambda a, b, h0: by_hand.scan(a, b),
    "start: h0 is added to b_1 without the factor a_1": h0_added,
    "start: h0 is taken for the state after the first step": (
        lambda a, b, h0: by_hand.scan(a, np.concatenate([h0[None], b[1:]]))
    ),
    "order: in each composition the later step is taken first": (
        lambda a, b, h0: rounds(a, started(a, b, h0), compose=swapped)
    ),
    "factors: the factors are not composed from round to round": (
        lambda a, b, h0: rounds(a, started(a, b, h0), keep_a=True)
    ),
    "one-round: only neighbors are composed; the span does not grow": (
        lambda a, b, h0: rounds(a, started(a, b, h0), spans=[1])
    ),
    "last-round: the last round is missing where T is no power of two": (
        lambda a, b, h0: rounds(
            a, started(a, b, h0), spans=[2**k for k in range((len(a) // 2).bit_length())] or [1]
        )
    ),
    "start: b_1 is left out, or subtracted: h_1 is a_1 h0 alone, or a_1 h0 − b_1": (
        lambda a, b, h0: scan_states(a, np.concatenate([0.0 * b[:1], b[1:]]), h0),
        lambda a, b, h0: scan_states(a, np.concatenate([-b[:1], b[1:]]), h0),
    ),
    "start: h0 is added to a_1 in place of multiplied, or left out beside it": (
        lambda a, b, h0: by_hand.scan(a, np.concatenate([b[:1] + a[:1], b[1:]])),
        lambda a, b, h0: by_hand.scan(a, np.concatenate([b[:1] + a[:1] + h0, b[1:]])),
    ),
    "minus: the b of the later step is subtracted, not added": (
        lambda a, b, h0: rounds(
            a,
            started(a, b, h0),
            compose=lambda first, then: (then[0] * first[0], then[0] * first[1] - then[1]),
        )
    ),
    "later-b: the b of the later step is forgotten": (
        lambda a, b, h0: rounds(
            a,
            started(a, b, h0),
            compose=lambda first, then: (then[0] * first[0], then[0] * first[1]),
        )
    ),
    "no-factor: the b of the earlier step is not multiplied by the later factor": (
        lambda a, b, h0: rounds(
            a,
            started(a, b, h0),
            compose=lambda first, then: (then[0] * first[0], first[1] + then[1]),
        ),
        lambda a, b, h0: rounds(
            a,
            started(a, b, h0),
            compose=lambda first, then: (then[0] * first[0], first[1]),
        ),
    ),
    "added: the factors are added, not multiplied": (
        lambda a, b, h0: rounds(
            a,
            started(a, b, h0),
            compose=lambda first, then: (then[0] + first[0], then[0] * first[1] + then[1]),
        )
    ),
    "earlier-factor: the factor of the earlier step alone is kept": (
        lambda a, b, h0: rounds(
            a,
            started(a, b, h0),
            compose=lambda first, then: (first[0], then[0] * first[1] + then[1]),
        )
    ),
    "span: the span does not double from round to round": (
        lambda a, b, h0: rounds(a, started(a, b, h0), spans=spans(len(a), 3)),
        lambda a, b, h0: rounds(a, started(a, b, h0), spans=spans(len(a), 4)),
        lambda a, b, h0: rounds(a, started(a, b, h0), spans=list(range(1, len(a), 2))),
    ),
    "first-span: the first round has span 2: neighbors are never composed": (
        lambda a, b, h0: rounds(a, started(a, b, h0), spans=spans(len(a), 2)[1:] or [len(a)])
    ),
    "start-alone: nothing is composed: only h_1 is right": started,
    "cumsum: the b so far are added up, and the factors are left out": (
        lambda a, b, h0: h0 + np.cumsum(b, axis=0)
    ),
}


def states(a, b) -> np.ndarray:
    return by_hand.recurrence(a, b)


def before(a, b) -> np.ndarray:
    """h_{t-1} beside each step."""
    return np.concatenate([np.zeros_like(b[:1]), states(a, b)[:-1]])


def delta_of(a_next, dh) -> np.ndarray:
    """A scan from the end with these factors."""
    return by_hand.recurrence(a_next[::-1], dh[::-1])[::-1]


MISTAKES[scan_gradient] = {
    "no-reversal: the gradient is scanned from the beginning to the end": (
        lambda a, b, dh: by_hand.recurrence(a, dh) * before(a, b)
    ),
    "shift: δ_{t+1} comes back times a_t and not times a_{t+1}": (
        lambda a, b, dh: delta_of(a, dh) * before(a, b)
    ),
    "shift: δ_{t+1} comes back times a_{t-1}: the factors are shifted the other way": (
        lambda a, b, dh: delta_of(np.concatenate([np.zeros_like(a[:1]), a[:-1]]), dh) * before(a, b)
    ),
    "state: h_t stands in place of h_{t-1}": (lambda a, b, dh: backward(a, dh) * states(a, b)),
    "immediate: only the immediate gradient counts; nothing comes back from later steps": (
        lambda a, b, dh: dh * before(a, b)
    ),
    "by-b: the gradient by b is returned": lambda a, b, dh: backward(a, dh),
    "states: the state h_{t-1} is returned, without δ_t": lambda a, b, dh: before(a, b),
    "added: δ_t and h_{t-1} are added, not multiplied": (
        lambda a, b, dh: backward(a, dh) + before(a, b)
    ),
    "divided: δ_t is divided by h_{t-1}, not multiplied with it": (
        lambda a, b, dh: backward(a, dh) / before(a, b)
    ),
    "not-turned-back: δ is left in the order of the scan, from the last step to the first": (
        lambda a, b, dh: backward(a, dh)[::-1] * before(a, b)
    ),
    "half-reversed: the gradients are reversed for the scan, and the factors are not": (
        lambda a, b, dh: (
            by_hand.recurrence(np.concatenate([a[1:], np.zeros_like(a[:1])]), dh[::-1])[::-1]
            * before(a, b)
        )
    ),
    "half-reversed: the factors are reversed for the scan, and the gradients are not": (
        lambda a, b, dh: (
            by_hand.recurrence(np.concatenate([a[1:], np.zeros_like(a[:1])])[::-1], dh)[::-1]
            * before(a, b)
        )
    ),
    "exchanged: a and b are exchanged in the scan for the states": (
        lambda a, b, dh: backward(a, dh) * before(b, a)
    ),
    "factors: b stands in place of a on the way back": (
        lambda a, b, dh: backward(b, dh) * before(a, b)
    ),
    "sum: what comes back is not multiplied by the factors": (
        lambda a, b, dh: np.cumsum(dh[::-1], axis=0)[::-1] * before(a, b)
    ),
    "input: b_{t-1} stands in place of the state h_{t-1}": (
        lambda a, b, dh: backward(a, dh) * np.concatenate([np.zeros_like(b[:1]), b[:-1]])
    ),
    "sign: the negative gradient is returned": given(scan_gradient, dh=lambda dh: -dh),
}

MISTAKES[complex_scan_gradient] = {
    "conjugate: a is not conjugated on the way back": lambda a, dh: side_by_side(backward(a, dh)),
    "conjugate: dh is conjugated in place of a": (
        lambda a, dh: side_by_side(backward(a, np.conj(dh)))
    ),
    "conjugate: a and dh are both conjugated": (
        lambda a, dh: side_by_side(backward(np.conj(a), np.conj(dh)))
    ),
    "size: |a| stands in place of a": lambda a, dh: side_by_side(backward(np.abs(a) + 0j, dh)),
    "real: only the real part of a is used": (
        lambda a, dh: side_by_side(backward(a.real + 0j, dh))
    ),
    "shift: δ_{t+1} comes back times a_t and not times a_{t+1}": (
        lambda a, dh: side_by_side(delta_of(np.conj(a), dh))
    ),
    "no-reversal: the gradient is scanned from the beginning to the end": (
        lambda a, dh: side_by_side(by_hand.recurrence(np.conj(a), dh))
    ),
    "immediate: only the immediate gradient counts; nothing comes back from later steps": (
        lambda a, dh: side_by_side(dh)
    ),
    "half-reversed: the gradients are reversed for the scan, and the factors are not": (
        lambda a, dh: side_by_side(
            by_hand.recurrence(np.concatenate([np.conj(a[1:]), 0.0 * a[:1]]), dh[::-1])[::-1]
        )
    ),
    "half-reversed: the factors are reversed for the scan, and the gradients are not": (
        lambda a, dh: side_by_side(
            by_hand.recurrence(np.concatenate([np.conj(a[1:]), 0.0 * a[:1]])[::-1], dh)[::-1]
        )
    ),
    "not-turned-back: δ is left in the order of the scan, from the last step to the first": (
        lambda a, dh: side_by_side(backward(np.conj(a), dh)[::-1])
    ),
    "below: the imaginary parts stand below the real parts, not beside them": (
        lambda a, dh: np.concatenate([(d := backward(np.conj(a), dh)).real, d.imag])
    ),
    "sign: the negative gradient is returned": lambda a, dh: -complex_scan_gradient(a, dh),
}

MISTAKES[lru_kernel] = {
    "off-by-one: K_0 is λ and not 1: the newest input has not been multiplied yet": (
        lambda lam, c, T: (lam ** np.arange(1, T + 1)[:, None] @ c).real
    ),
    "real-parts: the real parts of λ and c are taken first": (
        lambda lam, c, T: lam.real ** np.arange(T)[:, None] @ c.real
    ),
    "real-parts: the real parts of the powers and of c are multiplied": (
        lambda lam, c, T: (lam ** np.arange(T)[:, None]).real @ c.real
    ),
    "size: the absolute value is taken in place of the real part": (
        lambda lam, c, T: np.abs(lam ** np.arange(T)[:, None] @ c)
    ),
    "imaginary: the imaginary part is taken in place of the real part": (
        lambda lam, c, T: (lam ** np.arange(T)[:, None] @ c).imag
    ),
    "conjugate: c is conjugated": lambda lam, c, T: lru_kernel(lam, np.conj(c), T),
    "reversed: the kernel is written from the oldest input to the newest": (
        lambda lam, c, T: lru_kernel(lam, c, T)[::-1]
    ),
    "state: the powers are added up, as for an input that stays 1": (
        lambda lam, c, T: np.cumsum(lru_kernel(lam, c, T))
    ),
    "product: t λ stands in place of the power λ^t": (
        lambda lam, c, T: ((lam * np.arange(T)[:, None]) @ c).real
    ),
    "no-power: λ stands in place of λ^t: every entry is the same": (
        lambda lam, c, T: np.repeat((lam @ c).real, T)
    ),
    "one-too-many: the kernel has T + 1 entries": lambda lam, c, T: lru_kernel(lam, c, T + 1),
    "one-too-few: the kernel has T − 1 entries; the last is left out": (
        lambda lam, c, T: lru_kernel(lam, c, T)[:-1]
    ),
    "no-c: c is left out": lambda lam, c, T: lru_kernel(lam, np.ones_like(c), T),
}
