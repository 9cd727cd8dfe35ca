"""The work that all steps share: input products before the loop, weight gradients after it.

Memory is laid out gate by gate, (gates, T, B, n): every gate of every step is one contiguous
block, so element-wise work runs at full speed and no weights need to be joined. States are kept
with the one they start from, (T + 1, B, n), so that what each step starts from is a part of them.
"""

from functools import cache

import torch
from torch import Tensor

from rnncourse.fused.buffers import fresh, lend

# dy · y (1 − y) and dy · (1 − y²): what σ and tanh send back, written with their output y
sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input
tanh_backward = torch.ops.aten.tanh_backward.grad_input

FOLD = -2.0


def tanh_of_folded_(a: Tensor) -> Tensor:
    """tanh(b) from a = −2 b, in place: 1 − 2 σ(−2 b).

    On a CPU torch computes σ about three times faster than tanh. A candidate's weights are taken
    −2 times as large (``FOLD``), so that its products arrive folded.
    """
    return unfold_(a.sigmoid_())


def unfold_(s: Tensor) -> Tensor:
    """tanh(b) from s = σ(−2 b), in place."""
    return torch.sub(constant(1.0, s.dtype), s, alpha=2, out=s)


def tanh_into(b: Tensor, out: Tensor) -> Tensor:
    """tanh(b), written to ``out``."""
    return tanh_of_folded_(torch.mul(b, constant(FOLD, b.dtype), out=out))


@cache
def constant(value: float, dtype: torch.dtype) -> Tensor:
    """A number as a tensor: torch reads it four times faster than a Python number."""
    return torch.tensor(value, dtype=dtype)


def gates(count: int, states: Tensor) -> Tensor:
    """Lent memory for ``count`` gates of every step, (count, T, B, n)."""
    return lend((count, *states[1:].shape), states)


def slopes(count: int, states: Tensor) -> Tensor:
    """Lent memory for da of ``count`` gates, (T, B, gates, n): side by side for one product."""
    T, B, n = states[1:].shape
    return lend((T, B, count, n), states)


def since(first: Tensor, T: int, memory=lend) -> Tensor:
    """Memory for h_0, h_1, …, h_T, (T + 1, B, n), with h_0 in it."""
    states = memory((T + 1, *first.shape), first)
    states[0] = first
    return states


def input_products(x: Tensor, Ws, bs, out: Tensor) -> None:
    """W x_t + b for every step and every gate; whole numbers pick columns of W.

    Shapes: x (T, B, d), or (T, B) whole numbers; each W (n, d) and b (n,); out (gates, T, B, n).
    """
    for W, b, gate in zip(Ws, bs, out, strict=True):
        rows = gate.flatten(0, 1)
        if x.is_floating_point():
            torch.addmm(b, x.flatten(0, 1), W.T, out=rows)
        else:
            columns = (W + b[:, None]).T.contiguous()  # (d, n)
            torch.index_select(columns, 0, x.flatten(), out=rows)


def input_gradients(x: Tensor, dA: Tensor, d: int) -> tuple[tuple[Tensor], tuple[Tensor]]:
    """∂L/∂W_qx = Σ_t da_t x_tᵀ (n, d) and ∂L/∂b_q = Σ_t da_t (n,) of every gate.

    A whole number adds its row of da to one column.

    Shapes: x as in ``input_products``; dA (T, B, gates, n).
    """
    da, x = dA.flatten(2).flatten(0, 1), x.flatten(0, 1)  # (T B, gates n)
    if x.is_floating_point():
        dW, db = da.T @ x, da.sum(dim=0)
    else:
        dW = da.new_zeros(d, da.shape[1]).index_add_(0, x, da).T
        db = dW.sum(dim=1)  # each row of da has one symbol
    return apart(dW, dA), apart(db, dA)


def recurrent_gradients(dA: Tensor, states: Tensor) -> tuple[Tensor]:
    """∂L/∂W_qh = Σ_t da_t h_{t-1}ᵀ (n, n) of every gate, from h_0 … h_T (T + 1, B, n)."""
    da, h_prev = dA.flatten(2).flatten(0, 1), states[:-1].flatten(0, 1)  # T B rows
    return apart(da.T @ h_prev, dA)


def apart(joined: Tensor, dA: Tensor) -> tuple[Tensor]:
    """The rows (gates n, …) of each gate."""
    return joined.unflatten(0, dA.shape[2:]).unbind(0)


def gradient_by_x(dA: Tensor, Ws) -> Tensor:
    """∂L/∂x_t = Σ_q W_qxᵀ da_q (T, B, d), from all gates' dA (T, B, gates, n)."""
    W = torch.cat(Ws)
    dx = fresh((*dA.shape[:2], W.shape[1]), dA)
    torch.mm(dA.flatten(2).flatten(0, 1), W, out=dx.flatten(0, 1))
    return dx


def arriving(dstates: Tensor | None, dlast: Tensor | None, states: Tensor) -> Tensor:
    """What every state gets from its own use, and the last from beyond, (T, B, n), to change."""
    d = lend(states[1:].shape, states)
    d.zero_() if dstates is None else d.copy_(dstates)
    if dlast is not None:
        d[-1] += dlast
    return d


def from_beyond(dlast: Tensor | None, dstates: Tensor | None, states: Tensor) -> Tensor:
    """What the last state gets from after the sequence and from its own use, (B, n), to change."""
    d = torch.zeros_like(states[0]) if dlast is None else dlast.clone()
    return d if dstates is None else d.add_(dstates[-1])


def own_uses(dstates: Tensor | None, states: Tensor) -> list[Tensor]:
    """What h_0, …, h_{T−1} get from their own use, (B, n) each: h_0 and unused states nothing."""
    nothing = states.new_zeros(()).expand_as(states[0])
    return [nothing] * (len(states) - 1) if dstates is None else [nothing, *dstates[:-1]]


def interleave(*columns) -> list[Tensor]:
    """All of the first gate, then all of the second, …: the order of ``gate_weights``."""
    return [value for gate in zip(*columns, strict=True) for value in gate]


def gate_weights(cell, order: str) -> list[Tensor]:
    """W_qx, W_qh, b_q for each q of ``order``."""
    return [getattr(cell, name) for q in order for name in (f"W_{q}x", f"W_{q}h", f"b_{q}")]
