"""The vanilla RNN over a whole sequence, with the backward pass of chapter 02."""

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from rnncourse.cells.state import RNNState
from rnncourse.fused.products import (
    FOLD,
    before,
    from_beyond,
    gradient_by_x,
    input_gradients,
    input_products,
    own_uses,
    recurrent_gradients,
    slopes,
    tanh_backward,
    tanh_of_folded_,
)


class RNNSequence(Function):
    """h_t = tanh(W_hx x_t + W_hh h_{t-1} + b_h) for all t; x (T, B, d) or (T, B) whole numbers."""

    @staticmethod
    def forward(ctx, x, h0, W_hx, W_hh, b_h):
        H = h0.new_empty(len(x), *h0.shape)
        input_products(x, [FOLD * W_hx], [FOLD * b_h], out=H[None])
        W = (FOLD * W_hh.T).contiguous()
        for h_prev, h in zip(before(h0, H), H, strict=True):
            tanh_of_folded_(h.addmm_(h_prev, W))
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, h0, W_hx, W_hh, H)
        return H, H[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx, dH, dh):
        x, h0, W_hx, W_hh, H = ctx.saved_tensors
        dh, dA = from_beyond(dh, dH, h0), slopes(1, H)
        for h, da, own in reversed([*zip(H, dA[:, :, 0], own_uses(dH, h0, len(H)), strict=True)]):
            tanh_backward(dh, h, grad_input=da)
            torch.addmm(own, da, W_hh, out=dh)
        (dW_hx,), (db_h,) = input_gradients(x, dA, W_hx.shape[1])
        (dW_hh,) = recurrent_gradients(dA, h0, H)
        dx = gradient_by_x(dA, [W_hx]) if ctx.needs_input_grad[0] else None
        return dx, dh, dW_hx, dW_hh, db_h


def run(cell, x, state):
    """All steps of an RNNCell; x is time-major. Returns h (T, B, n) and the last state."""
    h, last = RNNSequence.apply(x, state.h, cell.W_hx, cell.W_hh, cell.b_h)
    return h, RNNState(h=last)
