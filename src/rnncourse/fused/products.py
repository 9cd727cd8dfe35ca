"""The work that all steps share: input products before the loop, weight gradients after it.

A step's gates lie side by side, (T, B, gates, n), so that one product serves them all. States are
kept with the one they start from, (T + 1, B, n), so that what each step starts from is a part of
them. Where nothing is remembered at the start (no h_0 is given), the first step has no product with
the recurrent weights, and none of its own in the gradient.
"""

import torch
from torch import Tensor

from rnncourse.fused.buffers import Memory, acquire

# dy · y (1 − y) and dy · (1 − y²): what σ and tanh send back, written with their output y
sigmoid_backward = torch.ops.aten.sigmoid_backward.grad_input
tanh_backward = torch.ops.aten.tanh_backward.grad_input


def begin(states, first: Tensor | None) -> list:
    """Put h_0 before h_1, …, h_T; None means zeros. Returns what products read: h_0, …, h_{T−1},
    with None for an h_0 that is not given."""
    states[0].zero_() if first is None else states[0].copy_(first)
    return [first, *states[1:-1]]


def input_products(x: Tensor, W: Tensor, b: Tensor, out: Tensor) -> None:
    """W x_t + b for every step and every gate; whole numbers pick columns of W.

    Shapes: x (T, B, d), or (T, B) whole numbers; W (gates n, d), b (gates n,); out (T, B, …).
    """
    rows = out.view(-1, len(b))  # (T B, gates n)
    if x.is_floating_point():
        torch.addmm(b, x.flatten(0, 1), W.T, out=rows)
    else:
        columns = torch.add(W.T, b, out=W.new_empty(W.shape[::-1]))  # (d, gates n)
        torch.index_select(columns, 0, x.flatten(), out=rows)


def input_gradients(x: Tensor, dA: Tensor, W_x, x_wanted: bool) -> tuple:
    """∂L/∂x_t = Σ_q W_qxᵀ da_q (T, B, d), None if nobody wants it; and of each gate, in order,
    ∂L/∂W_qx = Σ_t da_q x_tᵀ (n, d) and ∂L/∂b_q = Σ_t da_q (n,).

    A whole number adds its row of da to one column.

    Shapes: x as in ``input_products``; dA (T, B, …); W_x the gates' weights, (n, d) each.
    """
    dx = gradient_by_x(dA, torch.cat(W_x)) if x_wanted else None
    da, x = dA.view(x.shape[0] * x.shape[1], -1), x.flatten(0, 1)  # (T B, gates n)
    if x.is_floating_point():
        dW, db = da.T @ x, da.sum(dim=0)
    else:
        dW = da.new_zeros(W_x[0].shape[1], da.shape[1]).index_add_(0, x, da).T
        db = dW.sum(dim=1)  # each row of da has one symbol
    return dx, dW.chunk(len(W_x)), db.chunk(len(W_x))


def recurrent_gradients(dA: Tensor, read: Tensor, started: bool) -> Tensor:
    """∂L/∂W_h = Σ_t da_t h_{t-1}ᵀ (gates n, n) of all gates.

    Without a start h_0 = 0, and the sum begins with the second step.

    Shapes: dA (T, B, …); read, what each step's products read, (T, B, n).
    """
    first = 0 if started else 1
    return dA[first:].flatten(2).flatten(0, 1).T @ read[first:].flatten(0, 1)


def gradient_by_x(dA: Tensor, W: Tensor) -> Tensor:
    """∂L/∂x_t = Σ_q W_qxᵀ da_q (T, B, d), from dA (T, B, …) and W (gates n, d)."""
    T, B = dA.shape[:2]
    dx = acquire(Memory, dA, T, B, W.shape[1]).lend()
    torch.mm(dA.view(T * B, -1), W, out=dx.view(T * B, -1))
    return dx


def arriving(dstates: Tensor | None, dlast: Tensor | None, into: Tensor, ends=None) -> None:
    """Fill in what every state gets from its own use, and the last from beyond, (T, B, n); of
    what arrives past the ends, if given, nothing counts."""
    if dstates is None:
        into.zero_()
    elif ends is None:
        into.copy_(dstates)
    else:
        torch.mul(dstates, ends.within, out=into)
    if dlast is not None and ends is None:
        into[-1] += dlast
    elif dlast is not None:
        into.flatten(0, 1).index_add_(0, ends.last, dlast)


def at_ends(ends, dstates: Tensor | None, dlast: Tensor | None) -> tuple:
    """What the states (T, B, n) and the one after all steps get, where the last ones are those at
    the ends, if given."""
    like = dlast if dstates is None else dstates
    if ends is None or like is None:
        return dstates, dlast
    into = like.new_empty(*ends.within.shape[:2], like.shape[-1])
    arriving(dstates, dlast, into, ends)
    return into, None


def from_beyond(dlast: Tensor | None, dstates: Tensor | None, state: Tensor) -> Tensor:
    """What the last state gets from after the sequence and from its own use, (B, n), to change."""
    d = torch.zeros_like(state) if dlast is None else dlast.clone()
    return d if dstates is None else d.add_(dstates[-1])


def own_uses(dstates: Tensor | None, states, first_wanted: bool) -> list:
    """What h_0, …, h_{T−1} get from their own use, (B, n) each: unused states, and h_0, nothing.

    None for an h_0 whose gradient nobody wants.
    """
    nothing = states[0].new_zeros(()).expand_as(states[0])
    later = [nothing] * (len(states) - 2) if dstates is None else dstates[:-1].unbind()
    return [nothing if first_wanted else None, *later]


def interleave(*columns) -> list[Tensor]:
    """All of the first gate, then all of the second, …: the order of ``gate_weights``."""
    return [value for gate in zip(*columns, strict=True) for value in gate]


def gate_weights(cell, order: str) -> list[Tensor]:
    """W_qx, W_qh, b_q for each q of ``order``."""
    return [getattr(cell, name) for q in order for name in (f"W_{q}x", f"W_{q}h", f"b_{q}")]
