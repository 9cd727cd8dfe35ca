"""A recurrence that is linear in its state, by a loop and by an associative scan.

h_t = a_t ⊙ h_{t-1} + b_t

One step is the pair (a_t, b_t). Two steps in a row are one step again,

(a, b) then (a', b')  =  (a' ⊙ a, a' ⊙ b + b'),

and this composition is associative, so neighbors can be composed in any grouping: the scan does it
in a number of rounds that grows like log₂ T, where the loop needs T.

Shapes: a, b, h (T, n); h0 (n,), None means zeros. Complex numbers are allowed.
Source: Blelloch (1990); Martin and Cundy (2018) for recurrent networks.
"""

import numpy as np

from rnncourse.validate import require_shape


def recurrence(a: np.ndarray, b: np.ndarray, h0: np.ndarray | None = None) -> np.ndarray:
    """Every state by a loop, one step after another; returns h (T, n).

    >>> recurrence(np.full((3, 1), 0.5), np.ones((3, 1))).ravel()
    array([1.  , 1.5 , 1.75])
    """
    h, rows = _start(a, b, h0), []
    for a_t, b_t in zip(a, b, strict=True):
        h = a_t * h + b_t
        rows.append(h)
    return np.array(rows)


def scan(a: np.ndarray, b: np.ndarray, h0: np.ndarray | None = None) -> np.ndarray:
    """The same states by composing steps with the steps before them, in log₂ T rounds.

    h0 goes into the first step. After the round with ``span`` s, entry t holds the composition of
    the 2s steps that end at t, and at last b holds the states. With |a| ≤ 1 the products of a may
    underflow, and are then the zeros that they should be; with |a| > 1 they may overflow before h
    does, or stay zero where h would grow again.
    """
    h0 = _start(a, b, h0)
    b = np.concatenate([(a[0] * h0 + b[0])[None], b[1:]])
    span = 1
    while span < len(a):
        first = a[:-span], b[:-span]
        a_last, b_last = compose(first, (a[span:], b[span:]))
        a = np.concatenate([a[:span], a_last])
        b = np.concatenate([b[:span], b_last])
        span *= 2
    return b


def compose(first: tuple, then: tuple) -> tuple:
    """The one step that does ``first`` and ``then``; each is a pair (a, b)."""
    a, b = first
    a_then, b_then = then
    return a_then * a, a_then * b + b_then


def gradients(a: np.ndarray, b: np.ndarray, dh: np.ndarray, h0=None) -> tuple:
    """The gradients by a, b and h0 of a loss whose immediate gradient by h is ``dh`` (T, n).

    δ_t = dh_t + a_{t+1} ⊙ δ_{t+1}        the same recurrence, from the end to the beginning
    da_t = δ_t ⊙ h_{t-1},  db_t = δ_t,  dh_0 = a_1 ⊙ δ_1

    Real numbers only. Shapes: da, db (T, n), dh0 (n,).
    """
    h0 = _start(a, b, h0)
    require_shape("dh", dh, a.shape)
    for name, value in {"a": a, "b": b, "dh": dh, "h0": h0}.items():
        if np.iscomplexobj(value):
            raise ValueError(f"{name} must be real, got {value.dtype}")
    h = scan(a, b, h0)
    h_prev = np.concatenate([h0[None], h[:-1]])
    a_next = np.concatenate([a[1:], np.zeros_like(a[:1])])
    delta = scan(a_next[::-1], dh[::-1])[::-1]
    return delta * h_prev, delta, a[0] * delta[0]


def _start(a, b, h0) -> np.ndarray:
    """Hold the arguments against each other; return the first state, shape (n,)."""
    require_shape("a", a, ("T", "n"))
    require_shape("b", b, a.shape)
    if h0 is None:
        return np.zeros_like(b[0])
    require_shape("h0", h0, b[0].shape)
    return h0
