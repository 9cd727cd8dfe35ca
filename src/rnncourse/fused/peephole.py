"""The peephole LSTM over a whole sequence, with the hand-derived backward pass.

Its gates read only c, so the candidate and h need no loop: they are computed for all steps at once.
"""

from itertools import pairwise

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from rnncourse.cells.state import LSTMState
from rnncourse.fused.buffers import fresh, lend
from rnncourse.fused.products import (
    FOLD,
    arriving,
    from_beyond,
    gate_weights,
    gates,
    gradient_by_x,
    input_gradients,
    input_products,
    interleave,
    recurrent_gradients,
    sigmoid_backward,
    since,
    slopes,
    tanh_backward,
    tanh_into,
    tanh_of_folded_,
)

ORDER = "fio"
# The candidate's function in place, the factor its weights take, and what it sends back.
CANDIDATES = {
    "tanh": (tanh_of_folded_, FOLD, tanh_backward),
    "sigmoid": (torch.sigmoid_, 1.0, sigmoid_backward),
}


class PeepholeSequence(Function):
    """The equations for all t; weights are W_qx, W_qh, b_q for q in ``ORDER``, then W_cx, b_c."""

    @staticmethod
    def forward(ctx, candidate, x, c0, *weights):
        *weights, W_cx, b_c = weights
        W_x, W_h, b = weights[0::3], weights[1::3], weights[2::3]
        C, H = since(c0, len(x)), fresh((len(x), *c0.shape), c0)
        tanh_C, G = lend(H.shape, H), gates(4, C)
        activate_, factor, _ = CANDIDATES[candidate]
        input_products(x, [*W_x, factor * W_cx], [*b, factor * b_c], out=G)
        activate_(G[3])
        forward_steps(G, W_h, C)
        tanh_into(C[1:], out=tanh_C)
        torch.mul(G[2], tanh_C, out=H)
        ctx.candidate = candidate
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, C, tanh_C, G, *W_x, W_cx, *W_h)
        return H, H[-1].clone(), C[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx, dH, dh, dc):
        x, C, tanh_C, G, *W = ctx.saved_tensors
        W_x, W_h = W[:4], W[4:]
        dA, dC, dc = slopes(4, C), lend(tanh_C.shape, C), from_beyond(dc, None, C)
        _, _, candidate_backward = CANDIDATES[ctx.candidate]
        show_backward(arriving(dH, dh, C), G[2], tanh_C, dA[:, :, 2], dC)
        backward_steps(dc, G, C, W_h, dC, dA)
        candidate_backward(dA[:, :, 3], G[3], grad_input=dA[:, :, 3])
        dW_x, db = input_gradients(x, dA, W_x[0].shape[1])
        dW_h = recurrent_gradients(dA[:, :, :3], C)
        dx = gradient_by_x(dA, W_x) if ctx.needs_input_grad[1] else None
        return None, dx, dc, *interleave(dW_x[:3], dW_h, db[:3]), dW_x[3], db[3]


def forward_steps(G, W_h, C) -> None:
    """The loop, in place: the rows f, i, o of G (4, T, B, n) turn from products into gates;
    C (T + 1, B, n) begins with c_0."""
    W_fh, W_ih, W_oh = (W.T for W in W_h)
    columns = zip(G[:3].transpose(0, 1), *G, pairwise(C), strict=True)
    for fio, f, i, o, g, (c_prev, c) in columns:
        f.addmm_(c_prev, W_fh)
        i.addmm_(c_prev, W_ih)
        o.addmm_(c_prev, W_oh)
        fio.sigmoid_()
        torch.mul(f, c_prev, out=c).addcmul_(i, g)


def show_backward(dH, o, tanh_C, da_o, dC) -> None:
    """All steps of h = o ⊙ tanh(c) at once: fill da_o and the direct part of dC, (T, B, n)."""
    torch.mul(dH, tanh_C, out=da_o)
    sigmoid_backward(da_o, o, grad_input=da_o)
    torch.mul(dH, o, out=dC)
    tanh_backward(dC, tanh_C, grad_input=dC)


def backward_steps(dc, G, C, W_h, dC, dA) -> None:
    """The loop, last step first: fill dA but for o; dc ends as that of c_0."""
    W, das = torch.cat(W_h), dA.movedim(2, 0)
    sigmoids = (G[:2].transpose(0, 1), das[:2].transpose(0, 1))
    da_fio = dA[:, :, :3].flatten(2)
    columns = zip(*sigmoids, *G, *das, da_fio, C[:-1], dC, strict=True)
    for fi, da_fi, f, i, _, g, da_f, da_i, _, dg, da, c_prev, dc_t in reversed([*columns]):
        dc.add_(dc_t)
        torch.mul(dc, c_prev, out=da_f)
        torch.mul(dc, g, out=da_i)
        torch.mul(dc, i, out=dg)
        sigmoid_backward(da_fi, fi, grad_input=da_fi)
        dc.mul_(f)
        dc.addmm_(da, W)


def run(cell, x, state):
    """All steps of a PeepholeLSTMCell; x is time-major. Returns h (T, B, n), the last state."""
    weights = (*gate_weights(cell, ORDER), cell.W_cx, cell.b_c)
    h, *last = PeepholeSequence.apply(cell.candidate, x, state.c, *weights)
    return h, LSTMState(*last)
