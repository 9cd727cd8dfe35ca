"""The linear recurrence by hand: a vanilla RNN without its tanh and its bias.

h_t = W h_{t-1} + A x_t

Shapes: x (T, d), h (T, n); W (n, n) is W_hh and A (n, d) is W_hx.
Source: the derivation is the book's chapter on linear recurrences.
"""

import numpy as np

from rnncourse.byhand.steps import initial
from rnncourse.validate import require_array, require_count, require_shape


def states(W: np.ndarray, A: np.ndarray, x: np.ndarray, h0: np.ndarray | None = None) -> np.ndarray:
    """Read x (T, d) step by step; return every state, shape (T, n)."""
    h = _start(W, A, x, h0)
    rows = []
    for x_t in x:
        h = W @ h + A @ x_t
        rows.append(h)
    return np.array(rows)


def closed_form(W, A, x, h0=None) -> np.ndarray:
    """The last state without a loop over states, shape (n,).

    h_T = W^T h_0 + Σ_{k=1}^{T} W^{T-k} A x_k
    """
    h0, T = _start(W, A, x, h0), len(x)
    power = np.linalg.matrix_power
    terms = [power(W, T - k) @ A @ x_k for k, x_k in enumerate(x, start=1)]
    return power(W, T) @ h0 + sum(terms)


def impulse_response(W: np.ndarray, A: np.ndarray, T: int) -> np.ndarray:
    """What is left of an input after 0 … T − 1 further steps: A, W A, W² A, …, shape (T, n, d)."""
    _require_matrices(W, A)
    require_count("T", T)
    rows = [A]
    for _ in range(T - 1):
        rows.append(W @ rows[-1])
    return np.array(rows)


def _require_matrices(W, A) -> None:
    require_array("W", W, ("n", "n"))
    require_array("A", A, ("n", "d"))
    require_shape("W", W, (len(A), len(A)))


def _start(W, A, x, h0) -> np.ndarray:
    """Hold the arguments against each other; return the first state, shape (n,)."""
    _require_matrices(W, A)
    require_array("x", x, ("T", A.shape[1]))
    return initial("h0", h0, len(W))
