"""The GRU over a whole sequence, with the hand-derived backward pass."""

from itertools import pairwise

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from rnncourse.cells.state import RNNState
from rnncourse.fused.buffers import fresh, lend
from rnncourse.fused.products import (
    FOLD,
    from_beyond,
    gate_weights,
    gates,
    gradient_by_x,
    input_gradients,
    input_products,
    interleave,
    own_uses,
    recurrent_gradients,
    sigmoid_backward,
    since,
    slopes,
    tanh_backward,
    tanh_of_folded_,
)

ORDER = "zrh"  # the candidate last, so that z and r are one block for σ and σ'


class GRUSequence(Function):
    """The GRU's equations for all t; weights are W_qx, W_qh, b_q for q in ``ORDER``."""

    @staticmethod
    def forward(ctx, x, h0, *weights):
        W_x, W_h, b = weights[0::3], weights[1::3], weights[2::3]
        H = since(h0, len(x), fresh)
        G, U = gates(3, H), lend(H[1:].shape, H)
        input_products(x, folded(W_x), folded(b), out=G)
        forward_steps(G, folded(W_h), U, H)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, H, G, U, *W_x, *W_h)
        return H[1:], H[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx, dH, dh):
        x, H, G, U, *W = ctx.saved_tensors
        W_x, W_h = W[:3], W[3:]
        dh, dA = from_beyond(dh, dH, H), slopes(3, H)
        backward_steps(dh, G, H, W_h, own_uses(dH, H), dA)
        dW_x, db = input_gradients(x, dA, W_x[0].shape[1])
        dW_hh = dA[:, :, 2].flatten(0, 1).T @ U.flatten(0, 1)  # W_hh reads u = r ⊙ h_{t-1}
        dW_h = [*recurrent_gradients(dA[:, :, :2], H), dW_hh]
        dx = gradient_by_x(dA, W_x) if ctx.needs_input_grad[0] else None
        return dx, dh, *interleave(dW_x, dW_h, db)


def folded(weights) -> list:
    """Those of z and r as they are, and the candidate's −2 times as large."""
    return [*weights[:2], FOLD * weights[2]]


def forward_steps(G, W_h, U, H) -> None:
    """The loop, in place: G (3, T, B, n) holds the input products, then z, r and the candidate;
    H (T + 1, B, n) begins with h_0."""
    W_zh, W_rh, W_hh = (W.T for W in W_h)
    columns = zip(G[:2].transpose(0, 1), *G, U, pairwise(H), strict=True)
    for zr, z, r, candidate, u, (h_prev, h) in columns:
        z.addmm_(h_prev, W_zh)
        r.addmm_(h_prev, W_rh)
        zr.sigmoid_()
        torch.mul(r, h_prev, out=u)
        tanh_of_folded_(candidate.addmm_(u, W_hh))
        torch.lerp(h_prev, candidate, z, out=h)  # (1 − z) ⊙ h_prev + z ⊙ candidate


def backward_steps(dh, G, H, W_h, owns, dA) -> None:
    """The loop, last step first: fill dA (T, B, 3, n); dh ends as that of h_0."""
    *W_zrh, W_hh = W_h
    W_zr, scratch, das = torch.cat(W_zrh), torch.empty_like(dh), dA.movedim(2, 0)
    sigmoids = (G[:2].transpose(0, 1), das[:2].transpose(0, 1))
    columns = zip(*sigmoids, *G, *das, dA[:, :, :2].flatten(2), H[:-1], owns, strict=True)
    for zr, da_zr, z, r, candidate, da_z, da_r, da_h, da_both, h_prev, own in reversed([*columns]):
        torch.sub(candidate, h_prev, out=scratch)
        torch.mul(dh, scratch, out=da_z)
        torch.mul(dh, z, out=da_h)
        dh.sub_(da_h)  # (1 − z) ⊙ dh
        tanh_backward(da_h, candidate, grad_input=da_h)
        du = torch.mm(da_h, W_hh, out=scratch)
        torch.mul(du, h_prev, out=da_r)
        dh.addcmul_(du, r).add_(own)
        sigmoid_backward(da_zr, zr, grad_input=da_zr)
        dh.addmm_(da_both, W_zr)


def run(cell, x, state):
    """All steps of a GRUCell; x is time-major. Returns h (T, B, n) and the last state."""
    h, last = GRUSequence.apply(x, state.h, *gate_weights(cell, ORDER))
    return h, RNNState(h=last)
