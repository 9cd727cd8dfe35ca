"""The vanilla RNN by hand: forward, and its gradient by backpropagation through time.

h_t = tanh(W_hx x_t + W_hh h_{t-1} + b_h)
p_t = W_ph h_t + b_p

Shapes: x (T, d), h (T, n), p (T, K); W_hx (n, d), W_hh (n, n), b_h (n,), W_ph (K, n), b_p (K,).
Source: Elman (1990); the derivation is the book's chapter on backpropagation.
"""

from typing import NamedTuple

import numpy as np

from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import gate_shapes, require_targets, scores, start

SHAPES = gate_shapes("h")


class Cache(NamedTuple):
    """What the backward pass needs from the forward pass."""

    x: np.ndarray  # (T, d)
    h: np.ndarray  # (T, n)
    h_prev: np.ndarray  # (T, n), the row t holds h_{t-1}


def forward(params: dict, x: np.ndarray, h0: np.ndarray | None = None):
    """Read x (T, d); return the scores p (T, K) and the cache."""
    [h] = start(params, SHAPES, x, h0=h0)
    states = [h]
    for x_t in x:
        h = step(params, x_t, h)
        states.append(h)
    states = np.array(states)  # (T + 1, n)
    cache = Cache(x=x, h=states[1:], h_prev=states[:-1])
    return scores(params, cache.h), cache


def step(params: dict, x: np.ndarray, h: np.ndarray) -> np.ndarray:
    """One step: x (d,) and h (n,) to the next h (n,)."""
    a = params["W_hx"] @ x + params["W_hh"] @ h + params["b_h"]
    return np.tanh(a)


def step_backward(params: dict, grads: dict, dh: np.ndarray, t: int, cache: Cache) -> np.ndarray:
    """Add step t's share to ``grads``; return dL/dh_{t-1} through this step, shape (n,)."""
    da = (1.0 - cache.h[t] ** 2) * dh  # tanh' written with its output
    grads["W_hx"] += np.outer(da, cache.x[t])
    grads["W_hh"] += np.outer(da, cache.h_prev[t])  # +=: one W_hh serves every step
    grads["b_h"] += da
    return params["W_hh"].T @ da


def loss_and_gradients(params, x, y, reduction="last", h0=None) -> tuple[float, dict]:
    """The cross-entropy in nats and its gradient by every parameter and by h0."""
    p, cache = forward(params, x, h0=h0)
    y = require_targets(y, *p.shape)
    loss, dp = loss_and_dp(p, y, reduction)
    grads = {name: np.zeros_like(value) for name, value in params.items()}
    grads["W_ph"] = dp.T @ cache.h  # Σ_t (yhat_t − y_t) h_tᵀ, weighted
    grads["b_p"] = dp.sum(axis=0)
    dh = np.zeros(len(params["W_hh"]))  # what comes back from the future; nothing after T
    for t in reversed(range(len(x))):
        dh = step_backward(params, grads, params["W_ph"].T @ dp[t] + dh, t, cache)
    grads["h0"] = dh
    return loss, grads


def jacobian(params: dict, h: np.ndarray) -> np.ndarray:
    """∂h_t/∂h_{t-1} = diag(1 − h_t ⊙ h_t) W_hh, shape (n, n), from the new state h_t."""
    return (1.0 - h**2)[:, None] * params["W_hh"]


def state_gradients(params, x, y, h0=None) -> tuple[np.ndarray, np.ndarray]:
    """dh_t and da_t of every step for the loss at the last one, (T, n) each.

    da_t = (1 − h_t ⊙ h_t) ⊙ dh_t,   dh_{t-1} = W_hhᵀ da_t
    """
    p, cache = forward(params, x, h0=h0)
    _, dp = loss_and_dp(p, require_targets(y, *p.shape), "last")
    dh = params["W_ph"].T @ dp[-1]
    steps = []
    for h in cache.h[::-1]:
        da = (1.0 - h**2) * dh
        steps.append((dh, da))
        dh = params["W_hh"].T @ da
    dhs, das = zip(*steps[::-1], strict=True)
    return np.array(dhs), np.array(das)


def gradient_contributions(params, x, y, h0=None) -> np.ndarray:
    """The T terms of dL/dW_hh for the loss at the last step, shape (T, n, n).

    term i = ∂L/∂h_T · (J_T … J_{i+1}) · ∂⁺h_i/∂W_hh,   J_k = diag(1 − h_k ⊙ h_k) W_hh

    ∂⁺ is the immediate partial derivative: h_{i-1} is held fixed. The terms sum to dL/dW_hh.
    """
    _, das = state_gradients(params, x, y, h0=h0)
    _, cache = forward(params, x, h0=h0)
    return np.einsum("tb,tc->tbc", das, cache.h_prev)


def immediate_partial(h: np.ndarray, h_prev: np.ndarray) -> np.ndarray:
    """∂⁺h_a/∂W_bc = 1[a = b] (1 − h_a²) h_prev_c, the previous state held fixed: (n, n, n)."""
    return np.einsum("ab,a,c->abc", np.eye(len(h)), 1.0 - h**2, h_prev)


def total_derivatives(params, x, h0=None) -> np.ndarray:
    """dh_t/dW_hh in full for every t, shape (T, n, n, n); entry [t, a, b, c] = dh_a/dW_bc.

    dh_t/dW = ∂⁺h_t/∂W + diag(1 − h_t ⊙ h_t) W_hh · dh_{t-1}/dW
    """
    _, cache = forward(params, x, h0=h0)
    n = cache.h.shape[1]
    total, steps = np.zeros((n, n, n)), []
    for h, h_prev in zip(cache.h, cache.h_prev, strict=True):
        carried = np.einsum("ad,dbc->abc", jacobian(params, h), total)
        total = immediate_partial(h, h_prev) + carried
        steps.append(total)
    return np.array(steps)
