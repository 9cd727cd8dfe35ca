"""The peephole LSTM of the course by hand: its gates read the memory c, never h.

f_t = σ(W_fx x_t + W_fh c_{t-1} + b_f)
i_t = σ(W_ix x_t + W_ih c_{t-1} + b_i)
o_t = σ(W_ox x_t + W_oh c_{t-1} + b_o)
g_t = tanh(W_cx x_t + b_c)                  candidate="sigmoid": σ, as the course's sheet prints it
c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
h_t = o_t ⊙ tanh(c_t)

h_{t-1} enters no equation: the gradient by h0 is zero, and all memory goes through c.

Shapes: x (T, d), h and c (T, n), p (T, K); W_qx (n, d), W_qh (n, n), b_q (n,), W_cx (n, d).
Source: the course's form with full matrices; Gers and Schmidhuber (2000) have diagonal ones.
"""

from typing import NamedTuple

import numpy as np

from rnncourse.byhand.steps import gate_shapes, loss_and_dh, rewind, scores, sigmoid, stack, start
from rnncourse.validate import require_choice

SHAPES = gate_shapes("fio") | {"W_cx": ("n", "d"), "b_c": ("n",)}  # the candidate reads x alone

# The candidate's function, and its derivative written with its output.
CANDIDATES = {
    "tanh": (np.tanh, lambda g: 1.0 - g**2),
    "sigmoid": (sigmoid, lambda g: g * (1.0 - g)),
}


class Cache(NamedTuple):
    """What the backward pass needs; with a leading axis T, or one step's share without it."""

    x: np.ndarray  # (T, d)
    c_prev: np.ndarray  # (T, n), and so are all below
    f: np.ndarray
    i: np.ndarray
    o: np.ndarray
    g: np.ndarray
    c: np.ndarray
    h: np.ndarray


def forward(params, x, h0=None, c0=None, candidate="tanh") -> tuple[np.ndarray, Cache]:
    """Read x (T, d); return the scores p (T, K) and the cache."""
    _, c = start(params, SHAPES, x, h0=h0, c0=c0)  # h0 is part of the state, so it is checked
    require_choice("candidate", candidate, CANDIDATES)
    steps = []
    for x_t in x:
        steps.append(step(params, x_t, c, candidate))
        c = steps[-1].c
    cache = stack(steps)
    return scores(params, cache.h), cache


def step(params: dict, x: np.ndarray, c_prev: np.ndarray, candidate: str) -> Cache:
    """One step: x (d,) and c_prev (n,) to the next c and h."""
    activation, _ = CANDIDATES[candidate]
    f = sigmoid(params["W_fx"] @ x + params["W_fh"] @ c_prev + params["b_f"])
    i = sigmoid(params["W_ix"] @ x + params["W_ih"] @ c_prev + params["b_i"])
    o = sigmoid(params["W_ox"] @ x + params["W_oh"] @ c_prev + params["b_o"])
    g = activation(params["W_cx"] @ x + params["b_c"])
    c = f * c_prev + i * g
    h = o * np.tanh(c)
    return Cache(x=x, c_prev=c_prev, f=f, i=i, o=o, g=g, c=c, h=h)


def step_backward(params, grads, dh, dc, step: Cache, candidate: str) -> np.ndarray:
    """Add this step's share to ``grads``; return dc_prev, shape (n,)."""
    _, derivative = CANDIDATES[candidate]
    tanh_c = np.tanh(step.c)
    dc = dc + dh * step.o * (1.0 - tanh_c**2)
    da_f = dc * step.c_prev * step.f * (1.0 - step.f)
    da_i = dc * step.g * step.i * (1.0 - step.i)
    da_o = dh * tanh_c * step.o * (1.0 - step.o)
    da_c = dc * step.i * derivative(step.g)
    dc_prev = dc * step.f
    for q, da in {"f": da_f, "i": da_i, "o": da_o}.items():
        grads[f"W_{q}x"] += np.outer(da, step.x)
        grads[f"W_{q}h"] += np.outer(da, step.c_prev)
        grads[f"b_{q}"] += da
        dc_prev += params[f"W_{q}h"].T @ da
    grads["W_cx"] += np.outer(da_c, step.x)
    grads["b_c"] += da_c
    return dc_prev


def loss_and_gradients(
    params, x, y, reduction="last", h0=None, c0=None, candidate="tanh"
) -> tuple[float, dict]:
    """The cross-entropy in nats and its gradient by every parameter, by h0 (zero) and by c0."""
    _, cache = forward(params, x, h0=h0, c0=c0, candidate=candidate)
    loss, output, dh = loss_and_dh(params, cache.h, y, reduction)
    grads, steps = rewind(params, cache, dh)
    dc_next = 0.0  # what comes back from the future; nothing after T
    for dh_t, step in steps:
        dc_next = step_backward(params, grads, dh_t, dc_next, step, candidate)
    return loss, grads | output | {"h0": np.zeros_like(dc_next), "c0": dc_next}
