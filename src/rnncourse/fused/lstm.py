"""The LSTM over a whole sequence, with the backward pass of the chapter on the LSTM."""

from itertools import pairwise

import torch

from rnncourse.cells.cell import LSTMState
from rnncourse.fused.buffers import Gates, Memory, Steps, acquire, release
from rnncourse.fused.once import Once, apply, first_order
from rnncourse.fused.products import (
    at_ends,
    begin,
    from_beyond,
    gate_weights,
    input_gradients,
    input_products,
    interleave,
    own_uses,
    recurrent_gradients,
    sigmoid_backward,
    tanh_backward,
)
from rnncourse.fused.tanh import tanh_of

ORDER = "ifog"  # the candidate last, so that i, f and o are one block for σ'


class Kept(Memory):
    """What the backward pass reads, (6 T + 1, B, n): c_0, c_1, …, c_T, all tanh(c_t), the gates."""

    def __init__(self, all):
        super().__init__(all)
        T, (_, B, n) = len(all) // 6, all.shape
        C, tanh_C, G = all.split([T + 1, T, 4 * T])
        self.C, self.tanh_C, self.G = Steps(C), Steps(tanh_C), Gates(G.view(T, B, 4, n))


class LSTMSequence(Once):
    """The LSTM's equations for all t; weights are W_qx, W_qh, b_q for q in ``ORDER``."""

    @staticmethod
    def forward(ctx, x, h0, c0, ends, *weights):
        W_x, W_h, b = weights[0::3], weights[1::3], weights[2::3]
        T, B, n = *x.shape[:2], len(b[0])
        H, kept = acquire(Steps, b[0], T + 1, B, n), acquire(Kept, b[0], 6 * T + 1, B, n)
        input_products(x, torch.cat(W_x), torch.cat(b), out=kept.G.all)
        if ends is not None:
            ends.keep_c_(i=kept.G.all[:, :, 0], f=kept.G.all[:, :, 1])
        begin(kept.C.steps, c0)
        forward_steps(kept, begin(H.steps, h0), torch.cat(W_h).T, H.steps[1:])
        if ends is not None:
            ends.hold_(H.all[1:])
        ctx.find_H, ctx.find_kept, ctx.started = H.finder(), kept.finder(), h0 is not None
        ctx.ends = ends
        ctx.set_materialize_grads(False)
        h = H.lend()
        ctx.save_for_backward(x, h0, c0, *weights, h, kept.lend())
        return h[1:], h[-1].clone(), kept.C.steps[-1].clone()

    @first_order
    def backward(ctx, saved, dH, dh, dc):
        x, _, _, *weights, H, kept = saved
        W_x, W_h, H, kept = weights[0::3], weights[1::3], ctx.find_H(H), ctx.find_kept(kept)
        dH, dh = at_ends(ctx.ends, dH, dh)
        dh, dc = from_beyond(dh, dH, H.steps[0]), from_beyond(dc, None, H.steps[0])
        slopes = acquire(Gates, H.all, *kept.G.all.shape)
        wanted = any(ctx.needs_input_grad[1:3])
        backward_steps(dh, dc, kept, torch.cat(W_h), own_uses(dH, H.steps, wanted), slopes)
        x_wanted = ctx.needs_input_grad[0]
        dx, grads = gate_gradients(x, H.all, slopes.all, W_x, ctx.started, x_wanted)
        release(slopes)
        return dx, *((dh, dc) if wanted else (None, None)), None, *grads


def forward_steps(kept, h_prevs, W, hs) -> None:
    """The loop, in place: G holds the input products, then the gates; W (n, 4 n)."""
    G, C, tanh_C, tanh = kept.G, kept.C, kept.tanh_C, tanh_of(kept.all)
    gates = zip(G.joined, G.sigmoids, *G.each, G.candidates, strict=True)
    memory = zip(pairwise(C.steps), C.seen[1:], tanh_C.steps, tanh_C.seen, strict=True)
    for gates_t, memory_t, h_prev, h in zip(gates, memory, h_prevs, hs, strict=True):
        ifog, ifo, i, f, o, g, g_seen = gates_t
        (c_prev, c), c_seen, tanh_c, tanh_c_seen = memory_t
        if h_prev is not None:
            ifog.addmm_(h_prev, W)
        ifo.sigmoid_()
        tanh(g_seen, out=g_seen)
        torch.mul(f, c_prev, out=c).addcmul_(g, i)
        tanh(c_seen, out=tanh_c_seen)
        torch.mul(o, tanh_c, out=h)


def backward_steps(dh, dc, kept, W, owns, slopes) -> None:
    """The loop, last step first: fill da; dh and dc end as those of h_0 and c_0, where
    these are wanted; W (4 n, n)."""
    G, dc_shown = kept.G, torch.empty_like(dc)
    columns = (G.sigmoids, *G.each, slopes.joined, slopes.sigmoids, *slopes.each)
    states = (kept.C.steps[:-1], kept.tanh_C.steps, owns)
    for ifo, i, f, o, g, da, da_ifo, da_i, da_f, da_o, da_g, c_prev, tanh_c, own in reversed(
        [*zip(*columns, *states, strict=True)]
    ):
        torch.mul(dh, tanh_c, out=da_o)
        tanh_backward(dh, tanh_c, grad_input=dc_shown)
        dc.addcmul_(dc_shown, o)
        torch.mul(dc, g, out=da_i)
        torch.mul(dc, c_prev, out=da_f)
        torch.mul(dc, i, out=da_g)
        sigmoid_backward(da_ifo, ifo, grad_input=da_ifo)
        tanh_backward(da_g, g, grad_input=da_g)
        if own is not None:
            dc.mul_(f)
            torch.addmm(own, da, W, out=dh)


def gate_gradients(x, H, dA, W_x, started, x_wanted) -> tuple:
    """The gradients of x and of W_qx, W_qh, b_q, gate after gate, where W_qh reads h_{t-1}."""
    dx, dW_x, db = input_gradients(x, dA, W_x, x_wanted)
    dW_h = recurrent_gradients(dA, H[:-1], started).chunk(len(W_x))
    return dx, interleave(dW_x, dW_h, db)


def run(cell, x, state, ends=None):
    """All steps of an LSTMCell; x is time-major. Returns h (T, B, n) and the last state."""
    h0, c0 = (None, None) if state is None else state
    h, *last = apply(LSTMSequence, x, h0, c0, ends, *gate_weights(cell, ORDER))
    return h, LSTMState(*last)
