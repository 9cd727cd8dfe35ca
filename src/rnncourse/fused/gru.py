"""The GRU over a whole sequence, with the hand-derived backward pass."""

from itertools import pairwise

import torch

from rnncourse.cells.cell import RNNState
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

ORDER = "zrh"  # the candidate last, so that z and r are one block for σ and σ'


class Kept(Memory):
    """What the backward pass reads, (4 T, B, n): all u_t = r_t ⊙ h_{t-1}, the gates."""

    def __init__(self, all):
        super().__init__(all)
        T, (_, B, n) = len(all) // 4, all.shape
        U, G = all.split([T, 3 * T])
        self.U, self.G = Steps(U), Gates(G.view(T, B, 3, n))


class GRUSequence(Once):
    """The GRU's equations for all t; weights are W_qx, W_qh, b_q for q in ``ORDER``."""

    @staticmethod
    def forward(ctx, x, h0, ends, *weights):
        W_x, W_h, b = weights[0::3], weights[1::3], weights[2::3]
        T, B, n = *x.shape[:2], len(b[0])
        H, kept = acquire(Steps, b[0], T + 1, B, n), acquire(Kept, b[0], 4 * T, B, n)
        input_products(x, torch.cat(W_x), torch.cat(b), out=kept.G.all)
        forward_steps(kept, begin(H.steps, h0), torch.cat(W_h[:2]).T, W_h[2].T, H.steps)
        if ends is not None:
            ends.hold_(H.all[1:])
        ctx.find_H, ctx.find_kept, ctx.started = H.finder(), kept.finder(), h0 is not None
        ctx.ends = ends
        ctx.set_materialize_grads(False)
        h = H.lend()
        ctx.save_for_backward(x, h0, *weights, h, kept.lend())
        return h[1:], h[-1].clone()

    @first_order
    def backward(ctx, saved, dH, dh):
        x, _, *weights, H, kept = saved
        W_x, W_h, H, kept = weights[0::3], weights[1::3], ctx.find_H(H), ctx.find_kept(kept)
        dH, dh = at_ends(ctx.ends, dH, dh)
        dh, slopes = from_beyond(dh, dH, H.steps[0]), acquire(Gates, H.all, *kept.G.all.shape)
        owns = own_uses(dH, H.steps, ctx.needs_input_grad[1])
        backward_steps(dh, kept.G, H.steps, torch.cat(W_h[:2]), W_h[2], owns, slopes)
        dA = slopes.all
        dx, dW_x, db = input_gradients(x, dA, W_x, ctx.needs_input_grad[0])
        dW_zrh = recurrent_gradients(dA[:, :, :2], H.all[:-1], ctx.started)
        dW_hh = recurrent_gradients(dA[:, :, 2:], kept.U.all, ctx.started)  # W_hh reads u
        release(slopes)
        grads = interleave(dW_x, [*dW_zrh.chunk(2), dW_hh], db)
        return dx, dh if ctx.needs_input_grad[1] else None, None, *grads


def forward_steps(kept, h_prevs, W_zr, W_hh, H) -> None:
    """The loop, in place: the gates' memory holds the input products, then z, r and the candidate;
    W_zr (n, 2 n), W_hh (n, n); H begins with h_0."""
    tanh, G = tanh_of(kept.all), kept.G
    columns = (G.sigmoids, *G.each, G.candidates, kept.U.steps, h_prevs, pairwise(H))
    for zr, z, r, candidate, seen, u, read, (h_prev, h) in zip(*columns, strict=True):
        if read is not None:
            zr.addmm_(read, W_zr)
        zr.sigmoid_()
        torch.mul(r, h_prev, out=u)
        if read is not None:
            candidate.addmm_(u, W_hh)
        tanh(seen, out=seen)
        torch.lerp(h_prev, candidate, z, out=h)  # (1 − z) ⊙ h_prev + z ⊙ candidate


def backward_steps(dh, G, H, W_zr, W_hh, owns, slopes) -> None:
    """The loop, last step first: fill da; dh ends as that of h_0, where it is wanted;
    W_zr (2 n, n), W_hh (n, n)."""
    scratch = torch.empty_like(dh)
    columns = (G.sigmoids, *G.each, slopes.sigmoids, *slopes.each, H[:-1], owns)
    for zr, z, r, candidate, da_zr, da_z, da_r, da_h, h_prev, own in reversed(
        [*zip(*columns, strict=True)]
    ):
        torch.sub(candidate, h_prev, out=scratch)
        torch.mul(dh, scratch, out=da_z)
        torch.mul(dh, z, out=da_h)
        dh.sub_(da_h)  # (1 − z) ⊙ dh
        tanh_backward(da_h, candidate, grad_input=da_h)
        du = torch.mm(da_h, W_hh, out=scratch)
        torch.mul(du, h_prev, out=da_r)
        sigmoid_backward(da_zr, zr, grad_input=da_zr)
        if own is not None:
            dh.addcmul_(du, r).add_(own)
            dh.addmm_(da_zr, W_zr)


def run(cell, x, state, ends=None):
    """All steps of a GRUCell; x is time-major. Returns h (T, B, n) and the last state."""
    h0 = None if state is None else state.h
    h, last = apply(GRUSequence, x, h0, ends, *gate_weights(cell, ORDER))
    return h, RNNState(h=last)
