"""The LSTM over a whole sequence, with the backward pass of chapter 08."""

from itertools import pairwise

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from rnncourse.cells.state import LSTMState
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
    tanh_into,
    unfold_,
)

ORDER = "ifog"  # the candidate last, so that i, f and o are one block for σ'


class LSTMSequence(Function):
    """The LSTM's equations for all t; weights are W_qx, W_qh, b_q for q in ``ORDER``."""

    @staticmethod
    def forward(ctx, x, h0, c0, *weights):
        W_x, W_h, b = weights[0::3], weights[1::3], weights[2::3]
        H, C = since(h0, len(x), fresh), since(c0, len(x))
        tanh_C, G = lend(C[1:].shape, C), gates(4, C)
        input_products(x, folded(W_x), folded(b), out=G)
        forward_steps(G, folded(W_h), C, tanh_C, H)
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, H, C, tanh_C, G, *W_x, *W_h)
        return H[1:], H[-1].clone(), C[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx, dH, dh, dc):
        x, H, C, tanh_C, G, *W = ctx.saved_tensors
        W_x, W_h = W[:4], W[4:]
        dh, dc, dA = from_beyond(dh, dH, H), from_beyond(dc, None, C), slopes(4, H)
        backward_steps(dh, dc, G, C, tanh_C, W_h, own_uses(dH, H), dA)
        grads = gate_gradients(x, H, dA, W_x)
        dx = gradient_by_x(dA, W_x) if ctx.needs_input_grad[0] else None
        return dx, dh, dc, *grads


def folded(weights) -> list:
    """Those of i, f and o as they are, and the candidate's −2 times as large."""
    return [*weights[:3], FOLD * weights[3]]


def forward_steps(G, W_h, C, tanh_C, H) -> None:
    """The loop, in place: G (4, T, B, n) holds the input products, then the gates; H and C
    (T + 1, B, n) begin with h_0 and c_0."""
    W_ih, W_fh, W_oh, W_gh = (W.T for W in W_h)
    columns = zip(G.transpose(0, 1), *G, tanh_C, pairwise(C), pairwise(H), strict=True)
    for ifog, i, f, o, g, tanh_c, (c_prev, c), (h_prev, h) in columns:
        i.addmm_(h_prev, W_ih)
        f.addmm_(h_prev, W_fh)
        o.addmm_(h_prev, W_oh)
        g.addmm_(h_prev, W_gh)
        ifog.sigmoid_()
        unfold_(g)
        torch.mul(f, c_prev, out=c).addcmul_(g, i)
        tanh_into(c, out=tanh_c)
        torch.mul(o, tanh_c, out=h)


def backward_steps(dh, dc, G, C, tanh_C, W_h, owns, dA) -> None:
    """The loop, last step first: fill dA (T, B, 4, n); dh and dc end as those of h_0 and c_0."""
    W, dc_shown, das = torch.cat(W_h), torch.empty_like(dc), dA.movedim(2, 0)
    sigmoids = (G[:3].transpose(0, 1), das[:3].transpose(0, 1))
    columns = zip(*sigmoids, *G, *das, dA.flatten(2), C[:-1], tanh_C, owns, strict=True)
    for ifo, da_ifo, i, f, o, g, da_i, da_f, da_o, da_g, da, c_prev, tanh_c, own in reversed(
        [*columns]
    ):
        torch.mul(dh, tanh_c, out=da_o)
        tanh_backward(dh, tanh_c, grad_input=dc_shown)
        dc.addcmul_(dc_shown, o)
        torch.mul(dc, g, out=da_i)
        torch.mul(dc, c_prev, out=da_f)
        torch.mul(dc, i, out=da_g)
        sigmoid_backward(da_ifo, ifo, grad_input=da_ifo)
        tanh_backward(da_g, g, grad_input=da_g)
        dc.mul_(f)
        torch.addmm(own, da, W, out=dh)


def gate_gradients(x, H, dA, W_x) -> list:
    """The gradients of W_qx, W_qh, b_q, gate after gate, where every W_qh reads h_{t-1}."""
    dW_x, db = input_gradients(x, dA, W_x[0].shape[1])
    return interleave(dW_x, recurrent_gradients(dA, H), db)


def run(cell, x, state):
    """All steps of an LSTMCell; x is time-major. Returns h (T, B, n) and the last state."""
    h, *last = LSTMSequence.apply(x, *state, *gate_weights(cell, ORDER))
    return h, LSTMState(*last)
