"""The minGRU by hand: a GRU whose gate and candidate read the input alone.

z_t = σ(W_zx x_t + b_z)                      how much to renew
h̃_t = W_hx x_t + b_h                         no tanh: nothing of it comes back as an input
h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t

h_{t-1} enters the last line only, and linearly: ∂h_t/∂h_{t-1} = diag(1 − z_t).

Shapes: x (T, d), h (T, n), p (T, K); each W_qx (n, d), b_q (n,).
Source: Feng et al. (2024).
"""

from typing import NamedTuple

import numpy as np

from rnncourse.byhand.steps import loss_and_dh, rewind, scores, sigmoid, stack, start

SHAPES = {"W_zx": ("n", "d"), "b_z": ("n",), "W_hx": ("n", "d"), "b_h": ("n",)}


class Cache(NamedTuple):
    """What the backward pass needs; with a leading axis T, or one step's share without it."""

    x: np.ndarray  # (T, d)
    h_prev: np.ndarray  # (T, n), and so are all below
    z: np.ndarray
    candidate: np.ndarray  # h̃
    h: np.ndarray


def forward(params: dict, x: np.ndarray, h0=None) -> tuple[np.ndarray, Cache]:
    """Read x (T, d); return the scores p (T, K) and the cache."""
    [h], steps = start(params, SHAPES, x, h0=h0), []
    for x_t in x:
        steps.append(step(params, x_t, h))
        h = steps[-1].h
    cache = stack(steps)
    return scores(params, cache.h), cache


def step(params: dict, x: np.ndarray, h_prev: np.ndarray) -> Cache:
    """One step: x (d,) and h_prev (n,) to the next h (n,)."""
    z = sigmoid(params["W_zx"] @ x + params["b_z"])
    candidate = params["W_hx"] @ x + params["b_h"]
    h = (1.0 - z) * h_prev + z * candidate
    return Cache(x=x, h_prev=h_prev, z=z, candidate=candidate, h=h)


def step_backward(grads: dict, dh: np.ndarray, step: Cache) -> np.ndarray:
    """Add this step's share to ``grads``; return dh_prev, shape (n,)."""
    dz = dh * (step.candidate - step.h_prev)
    da_z = dz * step.z * (1.0 - step.z)
    da_h = dh * step.z  # the candidate is its own sum
    for q, da in {"z": da_z, "h": da_h}.items():
        grads[f"W_{q}x"] += np.outer(da, step.x)
        grads[f"b_{q}"] += da
    return dh * (1.0 - step.z)


def loss_and_gradients(params, x, y, reduction="last", h0=None) -> tuple[float, dict]:
    """The cross-entropy in nats and its gradient by every parameter and by h0."""
    _, cache = forward(params, x, h0=h0)
    loss, output, dh = loss_and_dh(params, cache.h, y, reduction)
    grads, steps = rewind(params, cache, dh)
    dh_next = 0.0  # what comes back from the future; nothing after T
    for dh_t, step in steps:
        dh_next = step_backward(grads, dh_t + dh_next, step)
    return loss, grads | output | {"h0": dh_next}
