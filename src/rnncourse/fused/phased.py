"""The Phased LSTM over a whole sequence, with the hand-derived backward pass."""

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor

from rnncourse.cells.cell import LSTMState
from rnncourse.cells.phased import time_gate
from rnncourse.fused.buffers import Gates, Memory, Steps, acquire, release
from rnncourse.fused.lstm import ORDER, gate_gradients
from rnncourse.fused.once import Once, apply, first_order
from rnncourse.fused.products import (
    at_ends,
    begin,
    from_beyond,
    gate_weights,
    input_products,
    own_uses,
    sigmoid_backward,
    tanh_backward,
)
from rnncourse.fused.tanh import tanh_of


class TimeGate(Once):
    """k for times t (…, 1) and the clock's tau, s, r_on (n,): (…, n), in the clock's dtype.

    Everything is computed in float64: a float32 cannot tell 1e5 + 0.001 from 1e5.
    """

    @staticmethod
    def forward(ctx, t, tau, s, r_on, leak):
        ctx.leak = leak
        ctx.save_for_backward(t, tau, s, r_on)
        return time_gate(t, tau, s, r_on, leak).to(tau.dtype)

    @first_order
    def backward(ctx, saved, dk):
        """∂φ/∂τ = −(t − s)/τ²: the whole periods before t count too."""
        t, *clock = saved
        tau, s, r_on = (value.double() for value in clock)
        dk_dphi, dk_dr_on = slopes(torch.remainder(t - s, tau) / tau, r_on, ctx.leak)
        dtau = dk * dk_dphi * -(t - s) / tau**2
        ds = dk * dk_dphi * -1.0 / tau
        dr_on = dk * dk_dr_on
        over = tuple(range(t.dim() - 1))  # every axis but the units'
        dt = -ds.sum(dim=-1, keepdim=True) if ctx.needs_input_grad[0] else None
        return dt, *(d.sum(dim=over).to(dk.dtype) for d in (dtau, ds, dr_on)), None


def slopes(phi: Tensor, r_on: Tensor, leak: float) -> tuple[Tensor, Tensor]:
    """∂k/∂φ = 2/r_on, −2/r_on, leak and ∂k/∂r_on = −2φ/r_on², 2φ/r_on², 0 of the branches."""
    rising, open_ = phi <= r_on / 2, phi <= r_on
    dk_dphi = torch.where(rising, 2 / r_on, torch.where(open_, -2 / r_on, leak))
    turn = 2 * phi / r_on**2
    return dk_dphi, torch.where(rising, -turn, torch.where(open_, turn, 0.0))


class Kept(Memory):
    """What the backward pass reads, (7 T + 1, B, n): c_0, …, c_T, all c̃_t, all tanh, the gates."""

    def __init__(self, all):
        super().__init__(all)
        T, (_, B, n) = len(all) // 7, all.shape
        *states, G = all.split([T + 1, T, T, 4 * T])
        self.C, self.C_tilde, self.tanh_C = map(Steps, states)
        self.G = Gates(G.view(T, B, 4, n))

    def shown(self, variant: str) -> Sequence:
        """The c that h̃ shows, as tanh takes it."""
        return self.C_tilde.seen if variant == "neil" else self.C.seen[1:]


class PhasedSequence(Once):
    """The equations for all t from the openness k (T, 1 or B, n); weights as in the LSTM."""

    @staticmethod
    def forward(ctx, variant, x, k, h0, c0, ends, *weights):
        W_x, W_h, b = weights[0::3], weights[1::3], weights[2::3]
        T, B, n = *x.shape[:2], len(b[0])
        H, kept = acquire(Steps, b[0], T + 1, B, n), acquire(Kept, b[0], 7 * T + 1, B, n)
        input_products(x, torch.cat(W_x), torch.cat(b), out=kept.G.all)
        begin(kept.C.steps, c0)
        reads, shown = begin(H.steps, h0), kept.shown(variant)
        forward_steps(kept, shown, k.unbind(), reads, torch.cat(W_h).T, H.steps)
        ctx.variant, ctx.started, ctx.ends = variant, h0 is not None, ends
        ctx.find_H, ctx.find_kept = H.finder(), kept.finder()
        ctx.set_materialize_grads(False)
        h = H.lend()
        ctx.save_for_backward(x, k, h0, c0, *weights, h, kept.lend())
        return h[1:], h[-1].clone(), kept.C.steps[-1].clone()

    @first_order
    def backward(ctx, saved, dH, dh, dc):
        x, k, _, _, *weights, H, kept = saved
        W_x, W_h, H, kept = weights[0::3], weights[1::3], ctx.find_H(H), ctx.find_kept(kept)
        dH, dh = at_ends(ctx.ends, dH, dh)
        dh, dc = from_beyond(dh, dH, H.steps[0]), from_beyond(dc, None, H.steps[0])
        slopes = acquire(Gates, H.all, *kept.G.all.shape)
        dK = acquire(Steps, H.all, *H.all[1:].shape)
        wanted = any(ctx.needs_input_grad[3:5])
        owns = own_uses(dH, H.steps, wanted)
        C, C_tilde, tanh_C = (each.steps for each in (kept.C, kept.C_tilde, kept.tanh_C))
        states = (H.steps[:-1], C[:-1], C_tilde, tanh_C, k.unbind(), dK.steps)
        backward_steps(ctx.variant, dh, dc, kept.G, states, torch.cat(W_h), owns, slopes)
        x_wanted = ctx.needs_input_grad[1]
        dx, grads = gate_gradients(x, H.all, slopes.all, W_x, ctx.started, x_wanted)
        dk = dK.lend().sum_to_size(k.shape) if ctx.needs_input_grad[2] else release(dK)
        release(slopes)
        return None, dx, dk, *((dh, dc) if wanted else (None, None)), None, *grads


def forward_steps(kept, shown, k, h_prevs, W, H) -> None:
    """The loop, in place: the gates' memory holds the input products, then the gates; H and C
    begin with h_0 and c_0; W (n, 4 n)."""
    G, tanh_C, tanh = kept.G, kept.tanh_C, tanh_of(kept.all)
    gates = zip(G.joined, G.sigmoids, *G.each, G.candidates, strict=True)
    memory = zip(pairwise(kept.C.steps), kept.C_tilde.steps, strict=True)
    shows = zip(shown, tanh_C.steps, tanh_C.seen, pairwise(H), strict=True)
    for gates_t, memory_t, shows_t, k_t, read in zip(gates, memory, shows, k, h_prevs, strict=True):
        ifog, ifo, i, f, o, g, g_seen = gates_t
        (c_prev, c), c_tilde = memory_t
        c_shown, tanh_c, tanh_c_seen, (h_prev, h) = shows_t
        if read is not None:
            ifog.addmm_(read, W)
        ifo.sigmoid_()
        tanh(g_seen, out=g_seen)
        torch.mul(f, c_prev, out=c_tilde).addcmul_(g, i)
        torch.lerp(c_prev, c_tilde, k_t, out=c)  # k c̃ + (1 − k) c_prev
        tanh(c_shown, out=tanh_c_seen)
        torch.mul(o, tanh_c, out=h)
        torch.lerp(h_prev, h, k_t, out=h)


def backward_steps(variant, dh, dc, G, states, W, owns, slopes) -> None:
    """The loop, last step first: fill da and dk; dh and dc end as those of h_0 and c_0,
    where these are wanted."""
    columns = (G.sigmoids, *G.each, slopes.joined, slopes.sigmoids, *slopes.each)
    steps = zip(*columns, zip(*states, strict=True), owns, strict=True)
    for ifo, i, f, o, g, da, da_ifo, da_i, da_f, da_o, da_g, state, own in reversed([*steps]):
        dc_tilde = blend_backward(variant, dh, dc, o, da_o, *state)
        torch.mul(dc_tilde, g, out=da_i)
        torch.mul(dc_tilde, state[1], out=da_f)  # c_{t-1}
        torch.mul(dc_tilde, i, out=da_g)
        sigmoid_backward(da_ifo, ifo, grad_input=da_ifo)
        tanh_backward(da_g, g, grad_input=da_g)
        if own is not None:
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


def run(cell, x, state, times, ends=None):
    """All steps of a PhasedLSTMCell; x and times (T, 1 or B) are time-major.

    Past the ends, if given, no unit opens.
    """
    leak = cell.leak if cell.training else 0.0
    k = apply(TimeGate, cell.since_origin(times)[..., None], cell.tau, cell.s, cell.r_on, leak)
    k = k if ends is None else k * ends.within
    h0, c0 = (None, None) if state is None else state
    h, *last = apply(PhasedSequence, cell.variant, x, k, h0, c0, ends, *gate_weights(cell, ORDER))
    return h, LSTMState(*last)
