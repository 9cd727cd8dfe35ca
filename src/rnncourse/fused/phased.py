"""The Phased LSTM over a whole sequence, with the hand-derived backward pass."""

from itertools import pairwise

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from rnncourse.cells.state import LSTMState
from rnncourse.fused.buffers import fresh, lend
from rnncourse.fused.clock import TimeGate
from rnncourse.fused.lstm import ORDER, folded, gate_gradients
from rnncourse.fused.products import (
    from_beyond,
    gate_weights,
    gates,
    gradient_by_x,
    input_products,
    own_uses,
    sigmoid_backward,
    since,
    slopes,
    tanh_backward,
    tanh_into,
    unfold_,
)


class PhasedSequence(Function):
    """The equations for all t from the openness k (T, 1 or B, n); weights as in the LSTM."""

    @staticmethod
    def forward(ctx, variant, x, k, h0, c0, *weights):
        W_x, W_h, b = weights[0::3], weights[1::3], weights[2::3]
        H, C = since(h0, len(x), fresh), since(c0, len(x))
        C_tilde, tanh_C = (lend(C[1:].shape, C) for _ in range(2))
        G = gates(4, H)
        input_products(x, folded(W_x), folded(b), out=G)
        shown = C_tilde if variant == "neil" else C[1:]
        forward_steps(G, k, folded(W_h), C_tilde, C, shown, tanh_C, H)
        ctx.variant = variant
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, k, H, C_tilde, C, tanh_C, G, *W_x, *W_h)
        return H[1:], H[-1].clone(), C[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx, dH, dh, dc):
        x, k, H, C_tilde, C, tanh_C, G, *W = ctx.saved_tensors
        W_x, W_h = W[:4], W[4:]
        dh, dc = from_beyond(dh, dH, H), from_beyond(dc, None, C)
        dA, dK = slopes(4, H), lend(tanh_C.shape, H)
        kept = (G, H[:-1], C[:-1], C_tilde, tanh_C, k)
        backward_steps(ctx.variant, dh, dc, kept, W_h, own_uses(dH, H), dA, dK)
        grads = gate_gradients(x, H, dA, W_x)
        dx = gradient_by_x(dA, W_x) if ctx.needs_input_grad[1] else None
        dk = dK.sum_to_size(k.shape) if ctx.needs_input_grad[2] else None
        return None, dx, dk, dh, dc, *grads


def forward_steps(G, K, W_h, C_tilde, C, shown, tanh_C, H) -> None:
    """The loop, in place: G (4, T, B, n) holds the input products, then the gates; H and C
    (T + 1, B, n) begin with h_0 and c_0."""
    W_ih, W_fh, W_oh, W_gh = (W.T for W in W_h)
    states = (pairwise(H), pairwise(C), C_tilde, shown, tanh_C)
    columns = zip(G.transpose(0, 1), *G, K, *states, strict=True)
    for ifog, i, f, o, g, k, (h_prev, h), (c_prev, c), c_tilde, c_shown, tanh_c in columns:
        i.addmm_(h_prev, W_ih)
        f.addmm_(h_prev, W_fh)
        o.addmm_(h_prev, W_oh)
        g.addmm_(h_prev, W_gh)
        ifog.sigmoid_()
        unfold_(g)
        torch.mul(f, c_prev, out=c_tilde).addcmul_(g, i)
        torch.lerp(c_prev, c_tilde, k, out=c)  # k c̃ + (1 − k) c_prev
        tanh_into(c_shown, out=tanh_c)
        torch.mul(o, tanh_c, out=h)
        torch.lerp(h_prev, h, k, out=h)


def backward_steps(variant, dh, dc, kept, W_h, owns, dA, dK) -> None:
    """The loop, last step first: fill dA and dK; dh and dc end as those of h_0 and c_0."""
    G, *states = kept
    W, das = torch.cat(W_h), dA.movedim(2, 0)
    sigmoids = (G[:3].transpose(0, 1), das[:3].transpose(0, 1))
    by_step = (G.transpose(0, 1), das.transpose(0, 1), dA.flatten(2))
    columns = zip(*sigmoids, *by_step, zip(*states, strict=True), owns, dK, strict=True)
    for ifo, da_ifo, gate, da_gate, da, state, own, dk in reversed([*columns]):
        (i, f, o, g), (da_i, da_f, da_o, da_g) = gate, da_gate
        dc_tilde = blend_backward(variant, dh, dc, o, da_o, *state, dk)
        torch.mul(dc_tilde, g, out=da_i)
        torch.mul(dc_tilde, state[1], out=da_f)  # c_{t-1}
        torch.mul(dc_tilde, i, out=da_g)
        sigmoid_backward(da_ifo, ifo, grad_input=da_ifo)
        tanh_backward(da_g, g, grad_input=da_g)
        dc.addcmul_(dc_tilde, f)
        dh.add_(own).addmm_(da, W)


def blend_backward(variant, dh, dc, o, do, h_prev, c_prev, c_tilde, tanh_c, k, dk):
    """Back through both blends by k: fill do and dk, leave (1 − k) of dh and dc; return dc̃."""
    dh_tilde = dh * k
    torch.mul(o, tanh_c, out=dk).sub_(h_prev).mul_(dh)  # dh ⊙ (h̃ − h_prev)
    torch.mul(dh_tilde, tanh_c, out=do)
    dc_shown = tanh_backward(dh_tilde, tanh_c, grad_input=torch.empty_like(dh)).mul_(o)
    if variant == "course":
        dc.add_(dc_shown)
    dk.addcmul_(dc, c_tilde - c_prev)
    dc_tilde = dc * k
    dh.sub_(dh_tilde)
    dc.sub_(dc_tilde)
    return dc_tilde.add_(dc_shown) if variant == "neil" else dc_tilde


def run(cell, x, state, times):
    """All steps of a PhasedLSTMCell; x and times (T, 1 or B) are time-major."""
    leak = cell.leak if cell.training else 0.0
    k = TimeGate.apply(times[..., None], cell.tau, cell.s, cell.r_on, leak)
    h, *last = PhasedSequence.apply(cell.variant, x, k, *state, *gate_weights(cell, ORDER))
    return h, LSTMState(*last)
