"""The LSTM by hand: forward, and its gradient by backpropagation through time.

g_t = tanh(W_gx x_t + W_gh h_{t-1} + b_g)      what to write, signed
i_t =    σ(W_ix x_t + W_ih h_{t-1} + b_i)      how much of it
f_t =    σ(W_fx x_t + W_fh h_{t-1} + b_f)      how much of the old memory stays
o_t =    σ(W_ox x_t + W_oh h_{t-1} + b_o)      how much of the memory shows
c_t = g_t ⊙ i_t + c_{t-1} ⊙ f_t
h_t = tanh(c_t) ⊙ o_t

Shapes: x (T, d), h and c (T, n), p (T, K); each W_qx (n, d), W_qh (n, n), b_q (n,).
Source: Hochreiter and Schmidhuber (1997), with the forget gate of Gers et al. (2000).
"""

from typing import NamedTuple

import numpy as np

from rnncourse.byhand.steps import gate_shapes, loss_and_dh, rewind, scores, sigmoid, stack, start

SHAPES = gate_shapes("gifo")


class Cache(NamedTuple):
    """What the backward pass needs; with a leading axis T, or one step's share without it."""

    x: np.ndarray  # (T, d)
    h_prev: np.ndarray  # (T, n), and so are all below
    c_prev: np.ndarray
    g: np.ndarray
    i: np.ndarray
    f: np.ndarray
    o: np.ndarray
    c: np.ndarray
    h: np.ndarray


def forward(params: dict, x: np.ndarray, h0=None, c0=None) -> tuple[np.ndarray, Cache]:
    """Read x (T, d); return the scores p (T, K) and the cache."""
    cache = unroll(params, x, *start(params, SHAPES, x, h0=h0, c0=c0))
    return scores(params, cache.h), cache


def unroll(params: dict, x: np.ndarray, h: np.ndarray, c: np.ndarray) -> Cache:
    """All steps from the state h, c (n,)."""
    steps = []
    for x_t in x:
        steps.append(step(params, x_t, h, c))
        h, c = steps[-1].h, steps[-1].c
    return stack(steps)


def step(params: dict, x: np.ndarray, h_prev: np.ndarray, c_prev: np.ndarray) -> Cache:
    """One step: x (d,), h_prev and c_prev (n,) to the next c and h."""
    g, i, f, o = gates(params, x, h_prev)
    c = g * i + c_prev * f
    h = np.tanh(c) * o
    return Cache(x=x, h_prev=h_prev, c_prev=c_prev, g=g, i=i, f=f, o=o, c=c, h=h)


def gates(params: dict, x: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, ...]:
    """The candidate g and the gates i, f, o, each (n,)."""
    g = np.tanh(params["W_gx"] @ x + params["W_gh"] @ h + params["b_g"])
    i = sigmoid(params["W_ix"] @ x + params["W_ih"] @ h + params["b_i"])
    f = sigmoid(params["W_fx"] @ x + params["W_fh"] @ h + params["b_f"])
    o = sigmoid(params["W_ox"] @ x + params["W_oh"] @ h + params["b_o"])
    return g, i, f, o


def step_backward(params: dict, grads: dict, dh: np.ndarray, dc: np.ndarray, step: Cache):
    """Add this step's share to ``grads``; return dh_prev and dc_prev, each (n,).

    ``dc`` comes in as what the next step sends back, dc_{t+1} ⊙ f_{t+1}.
    """
    tanh_c = np.tanh(step.c)
    do = dh * tanh_c
    dc = dc + dh * step.o * (1.0 - tanh_c**2)
    dh_prev = gates_backward(params, grads, dc, do, step)
    return dh_prev, dc * step.f  # c_{t-1} is also reached through h_{t-1}, one step earlier


def gates_backward(params, grads, dc: np.ndarray, do: np.ndarray, step: Cache) -> np.ndarray:
    """From dL/dc = dL/d(g ⊙ i + c_prev ⊙ f) and dL/do to the weights; return dh_prev (n,)."""
    da_g = dc * step.i * (1.0 - step.g**2)
    da_i = dc * step.g * step.i * (1.0 - step.i)
    da_f = dc * step.c_prev * step.f * (1.0 - step.f)
    da_o = do * step.o * (1.0 - step.o)
    dh_prev = np.zeros_like(dc)
    for q, da in {"g": da_g, "i": da_i, "f": da_f, "o": da_o}.items():
        grads[f"W_{q}x"] += np.outer(da, step.x)
        grads[f"W_{q}h"] += np.outer(da, step.h_prev)
        grads[f"b_{q}"] += da
        dh_prev += params[f"W_{q}h"].T @ da
    return dh_prev


def backward(params: dict, cache: Cache, dh: np.ndarray) -> dict:
    """From what each h_t gets directly, dh (T, n), to the gradients of the cell, h0 and c0."""
    grads, steps = rewind({name: params[name] for name in SHAPES}, cache, dh)
    dh_next = dc_next = 0.0  # what comes back from the future; nothing after T
    for dh_t, step in steps:
        dh_next, dc_next = step_backward(params, grads, dh_t + dh_next, dc_next, step)
    return grads | {"h0": dh_next, "c0": dc_next}


def loss_and_gradients(params, x, y, reduction="last", h0=None, c0=None) -> tuple[float, dict]:
    """The cross-entropy in nats and its gradient by every parameter, by h0 and by c0."""
    _, cache = forward(params, x, h0=h0, c0=c0)
    loss, output, dh = loss_and_dh(params, cache.h, y, reduction)
    return loss, backward(params, cache, dh) | output


def state_gradients(params, x, y, reduction="last", h0=None, c0=None):
    """dh_t and dc_t of every step, with all that comes back from the future: (T, n) each."""
    _, cache = forward(params, x, h0=h0, c0=c0)
    _, _, dh = loss_and_dh(params, cache.h, y, reduction)
    unused, steps = rewind(params, cache, dh)
    dh_next = dc_next = 0.0
    found = []
    for own, step in steps:
        dh_t = own + dh_next
        found.append((dh_t, dc_next + dh_t * step.o * (1.0 - np.tanh(step.c) ** 2)))
        dh_next, dc_next = step_backward(params, unused, dh_t, dc_next, step)
    dhs, dcs = zip(*found[::-1], strict=True)
    return np.array(dhs), np.array(dcs)


def memory_by_state(params: dict, step: Cache) -> np.ndarray:
    """∂⁺c_t/∂h_{t-1} with c_{t-1} held fixed, shape (n, n): the way through g, i and f.

    diag(i (1 − g²)) W_gh + diag(g i (1 − i)) W_ih + diag(c_prev f (1 − f)) W_fh
    """
    through_g = (step.i * (1.0 - step.g**2))[:, None] * params["W_gh"]
    through_i = (step.g * step.i * (1.0 - step.i))[:, None] * params["W_ih"]
    through_f = (step.c_prev * step.f * (1.0 - step.f))[:, None] * params["W_fh"]
    return through_g + through_i + through_f


def memory_jacobian(params: dict, before: Cache, step: Cache) -> np.ndarray:
    """∂c_t/∂c_{t-1} in full, shape (n, n): the direct path and the way through h_{t-1}.

    diag(f_t) + ∂⁺c_t/∂h_{t-1} diag(o_{t-1} (1 − tanh² c_{t-1}))

    ``before`` and ``step`` are the caches of the steps t − 1 and t.
    """
    shown = before.o * (1.0 - np.tanh(before.c) ** 2)
    return np.diag(step.f) + memory_by_state(params, step) * shown
