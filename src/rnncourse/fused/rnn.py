"""The vanilla RNN over a whole sequence, with the backward pass of chapter 02."""

from itertools import pairwise

import torch
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from rnncourse.cells.state import RNNState
from rnncourse.fused.buffers import fresh
from rnncourse.fused.products import (
    FOLD,
    arriving,
    gradient_by_x,
    input_gradients,
    input_products,
    recurrent_gradients,
    since,
    tanh_backward,
    tanh_of_folded_,
)


class RNNSequence(Function):
    """h_t = tanh(W_hx x_t + W_hh h_{t-1} + b_h) for all t; x (T, B, d) or (T, B) whole numbers."""

    @staticmethod
    def forward(ctx, x, h0, W_hx, W_hh, b_h):
        H = since(h0, len(x), fresh)
        input_products(x, [FOLD * W_hx], [FOLD * b_h], out=H[None, 1:])
        W = (FOLD * W_hh).T
        for h_prev, h in pairwise(H):
            tanh_of_folded_(h.addmm_(h_prev, W))
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, W_hx, W_hh, H)
        return H[1:], H[-1].clone()

    @staticmethod
    @once_differentiable
    def backward(ctx, dH, dh_T):
        x, W_hx, W_hh, H = ctx.saved_tensors
        dh0, dA = torch.zeros_like(H[0]), arriving(dH, dh_T, H)  # each dh_t turns into da_t
        for (dh_prev, dh), h in reversed([*zip(pairwise([dh0, *dA]), H[1:], strict=True)]):
            da = tanh_backward(dh, h, grad_input=dh)
            dh_prev.addmm_(da, W_hh)
        dA = dA[:, :, None]  # (T, B, 1, n), one gate
        (dW_hx,), (db_h,) = input_gradients(x, dA, W_hx.shape[1])
        (dW_hh,) = recurrent_gradients(dA, H)
        dx = gradient_by_x(dA, [W_hx]) if ctx.needs_input_grad[0] else None
        return dx, dh0, dW_hx, dW_hh, db_h


def run(cell, x, state):
    """All steps of an RNNCell; x is time-major. Returns h (T, B, n) and the last state."""
    h, last = RNNSequence.apply(x, state.h, cell.W_hx, cell.W_hh, cell.b_h)
    return h, RNNState(h=last)
