"""The peephole LSTM over a whole sequence, with the hand-derived backward pass.

Its gates read only c, so the candidate and h need no loop: they are computed for all steps at once.
"""

from itertools import pairwise

import torch

from rnncourse.cells.cell import LSTMState
from rnncourse.fused.buffers import Gates, Memory, Steps, acquire, release
from rnncourse.fused.once import Once, apply, first_order
from rnncourse.fused.products import (
    arriving,
    begin,
    from_beyond,
    gate_weights,
    input_gradients,
    input_products,
    interleave,
    recurrent_gradients,
    sigmoid_backward,
    tanh_backward,
)
from rnncourse.fused.tanh import tanh_

ORDER = "fio"
# The candidate's function in place, and what it sends back.
CANDIDATES = {
    "tanh": (tanh_, tanh_backward),
    "sigmoid": (torch.sigmoid_, sigmoid_backward),
}


class Kept(Memory):
    """What the backward pass reads, (6 T + 1, B, n): c_0, c_1, …, c_T, all tanh(c_t), the gates."""

    def __init__(self, all):
        super().__init__(all)
        T, (_, B, n) = len(all) // 6, all.shape
        C, self.tanh_C, G = all.split([T + 1, T, 4 * T])
        self.C, self.G = Steps(C), Gates(G.view(T, B, 4, n))
        self.fi = self.G.all[:, :, :2].flatten(2).unbind()


class Slopes(Gates):
    """da of every step, (T, B, 4, n)."""

    def __init__(self, all):
        super().__init__(all)
        self.fi = all[:, :, :2].flatten(2).unbind()


class PeepholeSequence(Once):
    """The equations for all t; weights are W_qx, W_qh, b_q for q in ``ORDER``, then W_cx, b_c."""

    @staticmethod
    def forward(ctx, candidate, x, c0, ends, *weights):
        W_x, W_h, b = by_kind(weights)
        T, B, n = *x.shape[:2], len(b[0])
        h, kept = acquire(Memory, b[0], T, B, n).lend(), acquire(Kept, b[0], 6 * T + 1, B, n)
        G, (activate_, _) = kept.G.all, CANDIDATES[candidate]
        input_products(x, torch.cat(W_x), torch.cat(b), out=G)
        activate_(G[:, :, 3])
        if ends is not None:
            ends.keep_c_(i=G[:, :, 1], f=G[:, :, 0])
        forward_steps(kept, begin(kept.C.steps, c0), torch.cat(W_h).T)
        torch.mul(G[:, :, 2], tanh_(kept.C.all[1:], out=kept.tanh_C), out=h)
        if ends is not None:
            ends.hold_(h)
        ctx.candidate, ctx.find_kept, ctx.started = candidate, kept.finder(), c0 is not None
        ctx.ends = ends
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, c0, *weights, kept.lend())
        return h, h[-1].clone(), kept.C.steps[-1].clone()

    @first_order
    def backward(ctx, saved, dH, dh, dc):
        x, _, *weights, kept = saved
        W_x, W_h, _ = by_kind(weights)
        kept = ctx.find_kept(kept)
        slopes = acquire(Slopes, kept.all, *kept.G.all.shape)
        shown = acquire(Steps, kept.all, *kept.tanh_C.shape)
        dc = from_beyond(dc, None, kept.C.steps[0])
        dA, G, (_, candidate_backward) = slopes.all, kept.G.all, CANDIDATES[ctx.candidate]
        arriving(dH, dh, shown.all, ctx.ends)
        show_backward(shown.all, G[:, :, 2], kept.tanh_C, dA[:, :, 2])
        backward_steps(dc, kept, torch.cat(W_h), shown.steps, slopes, ctx.needs_input_grad[2])
        candidate_backward(dA[:, :, 3], G[:, :, 3], grad_input=dA[:, :, 3])
        dx, dW_x, db = input_gradients(x, dA, W_x, ctx.needs_input_grad[1])
        dW_h = recurrent_gradients(dA[:, :, :3], kept.C.all[:-1], ctx.started).chunk(3)
        release(slopes), release(shown)
        dc0 = dc if ctx.needs_input_grad[2] else None
        return None, dx, dc0, None, *interleave(dW_x[:3], dW_h, db[:3]), dW_x[3], db[3]


def by_kind(weights) -> tuple[tuple, tuple, tuple]:
    """The input, recurrent and bias weights of f, i, o and the candidate, which has no W_ch."""
    *gates, W_cx, b_c = weights
    return (*gates[0::3], W_cx), tuple(gates[1::3]), (*gates[2::3], b_c)


def forward_steps(kept, c_prevs, W) -> None:
    """The loop, in place: f, i and o of the gates' memory turn from products into gates; c begins
    with c_0; W (n, 3 n)."""
    f, i, _, g = kept.G.each
    columns = (kept.G.sigmoids, f, i, g, c_prevs, pairwise(kept.C.steps))
    for fio, f, i, g, read, (c_prev, c) in zip(*columns, strict=True):
        if read is not None:
            fio.addmm_(read, W)
        fio.sigmoid_()
        torch.mul(f, c_prev, out=c).addcmul_(i, g)


def show_backward(d, o, tanh_C, da_o) -> None:
    """All steps of h = o ⊙ tanh(c) at once: fill da_o; d (T, B, n) turns from dh into its part of
    dc."""
    torch.mul(d, tanh_C, out=da_o)
    sigmoid_backward(da_o, o, grad_input=da_o)
    d.mul_(o)
    tanh_backward(d, tanh_C, grad_input=d)


def backward_steps(dc, kept, W, shown, slopes, start_wanted: bool) -> None:
    """The loop, last step first: fill da but for o; dc ends as that of c_0, where it is
    wanted; W (3 n, n)."""
    f, i, _, g = kept.G.each
    da_f, da_i, _, dg = slopes.each
    das = (slopes.sigmoids, slopes.fi, da_f, da_i, dg)
    wanted = [start_wanted, *(True for _ in f[1:])]
    columns = (*das, kept.fi, f, i, g, kept.C.steps[:-1], shown, wanted)
    for da, da_fi, da_f, da_i, dg, fi, f, i, g, c_prev, shown, wanted in reversed(
        [*zip(*columns, strict=True)]
    ):
        dc.add_(shown)
        torch.mul(dc, c_prev, out=da_f)
        torch.mul(dc, g, out=da_i)
        torch.mul(dc, i, out=dg)
        sigmoid_backward(da_fi, fi, grad_input=da_fi)
        if wanted:
            dc.mul_(f)
            dc.addmm_(da, W)


def run(cell, x, state, ends=None):
    """All steps of a PeepholeLSTMCell; x is time-major. Returns h (T, B, n), the last state."""
    weights = (*gate_weights(cell, ORDER), cell.W_cx, cell.b_c)
    c0 = None if state is None else state.c
    h, *last = apply(PeepholeSequence, cell.candidate, x, c0, ends, *weights)
    return h, LSTMState(*last)
