"""The GRU by hand, in the course's form: forward, and its gradient through time.

z_t = σ(W_zx x_t + W_zh h_{t-1} + b_z)                     how much to renew
r_t = σ(W_rx x_t + W_rh h_{t-1} + b_r)                     how much of the past the candidate sees
h̃_t = tanh(W_hx x_t + W_hh (r_t ⊙ h_{t-1}) + b_h)          reset before the product
h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t

A bias that is absent from ``params`` counts as zero and gets no gradient: the course's sheet
writes the cell without biases.

Shapes: x (T, d), h (T, n), p (T, K); each W_qx (n, d), W_qh (n, n), b_q (n,).
Source: Cho et al. (2014). torch.nn.GRU resets after the product and swaps z and 1 − z.
"""

from typing import NamedTuple

import numpy as np

from rnncourse.byhand.steps import gate_shapes, loss_and_dh, rewind, scores, sigmoid, stack, start

SHAPES = gate_shapes("zrh")
OPTIONAL = ("b_z", "b_r", "b_h")


class Cache(NamedTuple):
    """What the backward pass needs; with a leading axis T, or one step's share without it."""

    x: np.ndarray  # (T, d)
    h_prev: np.ndarray  # (T, n), and so are all below
    z: np.ndarray
    r: np.ndarray
    candidate: np.ndarray  # h̃
    h: np.ndarray


def forward(params: dict, x: np.ndarray, h0=None) -> tuple[np.ndarray, Cache]:
    """Read x (T, d); return the scores p (T, K) and the cache."""
    absent = [name for name in OPTIONAL if name not in params]
    shapes = {name: shape for name, shape in SHAPES.items() if name not in absent}
    [h] = start(params, shapes, x, h0=h0)
    params = dict.fromkeys(absent, 0.0) | params
    steps = []
    for x_t in x:
        steps.append(step(params, x_t, h))
        h = steps[-1].h
    cache = stack(steps)
    return scores(params, cache.h), cache


def step(params: dict, x: np.ndarray, h_prev: np.ndarray) -> Cache:
    """One step: x (d,) and h_prev (n,) to the next h (n,)."""
    z = sigmoid(params["W_zx"] @ x + params["W_zh"] @ h_prev + params["b_z"])
    r = sigmoid(params["W_rx"] @ x + params["W_rh"] @ h_prev + params["b_r"])
    candidate = np.tanh(params["W_hx"] @ x + params["W_hh"] @ (r * h_prev) + params["b_h"])
    h = (1.0 - z) * h_prev + z * candidate
    return Cache(x=x, h_prev=h_prev, z=z, r=r, candidate=candidate, h=h)


def step_backward(params: dict, grads: dict, dh: np.ndarray, step: Cache) -> np.ndarray:
    """Add this step's share to ``grads``; return dh_prev, shape (n,)."""
    dz = dh * (step.candidate - step.h_prev)
    da_h = dh * step.z * (1.0 - step.candidate**2)
    du = params["W_hh"].T @ da_h  # u = r ⊙ h_{t-1} is what W_hh multiplies
    dr = du * step.h_prev
    da_z = dz * step.z * (1.0 - step.z)
    da_r = dr * step.r * (1.0 - step.r)
    accumulate(grads, "z", da_z, step.x, step.h_prev)
    accumulate(grads, "r", da_r, step.x, step.h_prev)
    accumulate(grads, "h", da_h, step.x, step.r * step.h_prev)
    dh_prev = dh * (1.0 - step.z) + du * step.r
    return dh_prev + params["W_zh"].T @ da_z + params["W_rh"].T @ da_r


def accumulate(grads: dict, q: str, da: np.ndarray, x: np.ndarray, h: np.ndarray) -> None:
    """The share of one gate at one step, from a = W_qx x + W_qh h + b_q."""
    grads[f"W_{q}x"] += np.outer(da, x)
    grads[f"W_{q}h"] += np.outer(da, h)
    if f"b_{q}" in grads:
        grads[f"b_{q}"] += da


def loss_and_gradients(params, x, y, reduction="last", h0=None) -> tuple[float, dict]:
    """The cross-entropy in nats and its gradient by every parameter and by h0."""
    _, cache = forward(params, x, h0=h0)
    loss, output, dh = loss_and_dh(params, cache.h, y, reduction)
    grads, steps = rewind(params, cache, dh)
    dh_next = 0.0  # what comes back from the future; nothing after T
    for dh_t, step in steps:
        dh_next = step_backward(params, grads, dh_t + dh_next, step)
    return loss, grads | output | {"h0": dh_next}
