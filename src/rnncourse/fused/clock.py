"""The time gate of the Phased LSTM for all steps at once, with its hand-derived gradient."""

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable

from rnncourse.cells.phased import time_gate


class TimeGate(Function):
    """k for times t (…, 1) and the clock's tau, s, r_on (n,): (…, n), in the clock's dtype.

    Everything is computed in float64: a float32 cannot tell 1e5 + 0.001 from 1e5.
    """

    @staticmethod
    def forward(ctx, t, tau, s, r_on, leak):
        ctx.leak = leak
        ctx.save_for_backward(t, tau, s, r_on)
        return time_gate(t, tau, s, r_on, leak).to(tau.dtype)

    @staticmethod
    @once_differentiable
    def backward(ctx, dk):
        """∂φ/∂τ = −(t − s)/τ²: the whole periods before t count too."""
        t, *clock = ctx.saved_tensors
        tau, s, r_on = (value.double() for value in clock)
        dk_dphi, dk_dr_on = slopes(torch.remainder(t - s, tau) / tau, r_on, ctx.leak)
        dtau = dk * dk_dphi * -(t - s) / tau**2
        ds = dk * dk_dphi * -1.0 / tau
        dr_on = dk * dk_dr_on
        over = tuple(range(t.dim() - 1))  # every axis but the units'
        return None, *(d.sum(dim=over).to(dk.dtype) for d in (dtau, ds, dr_on)), None


def slopes(phi: Tensor, r_on: Tensor, leak: float) -> tuple[Tensor, Tensor]:
    """∂k/∂φ = 2/r_on, −2/r_on, leak and ∂k/∂r_on = −2φ/r_on², 2φ/r_on², 0 of the branches."""
    rising, open_ = phi <= r_on / 2, phi <= r_on
    dk_dphi = torch.where(rising, 2 / r_on, torch.where(open_, -2 / r_on, leak))
    turn = 2 * phi / r_on**2
    return dk_dphi, torch.where(rising, -turn, torch.where(open_, turn, 0.0))
