"""The vanilla RNN over a whole sequence, with backpropagation through time by hand."""

import torch

from rnncourse.cells.cell import RNNState
from rnncourse.fused.buffers import Steps, acquire, release
from rnncourse.fused.once import Once, apply, first_order
from rnncourse.fused.products import (
    arriving,
    begin,
    input_gradients,
    input_products,
    recurrent_gradients,
    tanh_backward,
)
from rnncourse.fused.tanh import tanh_of


class RNNSequence(Once):
    """h_t = tanh(W_hx x_t + W_hh h_{t-1} + b_h) for all t; x (T, B, d) or (T, B) whole numbers."""

    @staticmethod
    def forward(ctx, x, h0, ends, W_hx, W_hh, b_h):
        T, B = x.shape[:2]
        states = acquire(Steps, b_h, T + 1, B, len(b_h))
        input_products(x, W_hx, b_h, out=states.all[1:])
        forward_steps(begin(states.steps, h0), W_hh.T, states)
        if ends is not None:
            ends.hold_(states.all[1:])
        H = states.lend()
        ctx.find_states, ctx.started, ctx.ends = states.finder(), h0 is not None, ends
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x, h0, W_hx, W_hh, b_h, H)
        return H[1:], H[-1].clone()

    @first_order
    def backward(ctx, saved, dH, dh_T):
        x, _, W_hx, W_hh, _, H = saved
        hs, slopes = ctx.find_states(H).steps[1:], acquire(Steps, H, *H[1:].shape)
        dh0 = torch.zeros_like(H[0]) if ctx.needs_input_grad[1] else None
        dA, dhs = slopes.all, slopes.steps
        arriving(dH, dh_T, dA, ctx.ends)
        backward_steps([dh0, *dhs[:-1]], dhs, hs, W_hh)
        dx, [dW_hx], [db_h] = input_gradients(x, dA, [W_hx], ctx.needs_input_grad[0])
        dW_hh = recurrent_gradients(dA, H[:-1], ctx.started)
        release(slopes)
        return dx, dh0, None, dW_hx, dW_hh, db_h


def forward_steps(h_prevs, W, states) -> None:
    """The loop, in place: each h_t holds the input product, then h_t; W (n, n)."""
    tanh = tanh_of(states.all)
    for h_prev, h, seen in zip(h_prevs, states.steps[1:], states.seen[1:], strict=True):
        if h_prev is not None:
            h.addmm_(h_prev, W)
        tanh(seen, out=seen)


def backward_steps(dh_prevs, dhs, hs, W_hh) -> None:
    """The loop, last step first, in place: each dh_t gets the share of later steps and turns into
    da_t."""
    for dh_prev, dh, h in reversed([*zip(dh_prevs, dhs, hs, strict=True)]):
        da = tanh_backward(dh, h, grad_input=dh)
        if dh_prev is not None:
            dh_prev.addmm_(da, W_hh)


def run(cell, x, state, ends=None):
    """All steps of an RNNCell; x is time-major. Returns h (T, B, n) and the last state."""
    h0 = None if state is None else state.h
    h, last = apply(RNNSequence, x, h0, ends, cell.W_hx, cell.W_hh, cell.b_h)
    return h, RNNState(h=last)
