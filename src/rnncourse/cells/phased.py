"""The Phased LSTM, one step."""

import numpy as np
import torch
from torch import Tensor

from rnncourse.cells.cell import LSTMState, require_times
from rnncourse.cells.initialize import constant, parameter
from rnncourse.cells.lstm import LSTMCell
from rnncourse.validate import (
    require_choice,
    require_finite,
    require_fraction,
    require_positive_entries,
    require_share,
)

VARIANTS = ("neil", "course")
CLOCK = ("tau", "s", "r_on")
SMALLEST = 1e-3  # of tau, of r_on and of 1 − r_on, after project_()


def time_gate(t: Tensor, tau: Tensor, s: Tensor, r_on: Tensor, leak: float = 0.0) -> Tensor:
    """The openness k of each unit; t (B, 1) and the units' (n,) broadcast to (B, n).

    φ = ((t − s) mod τ) / τ                          floor modulo
    k = 2 φ / r_on          φ ≤ r_on / 2             opening
        2 − 2 φ / r_on      r_on / 2 < φ ≤ r_on      closing
        leak · φ            otherwise                closed
    """
    phi = torch.remainder(t - s, tau) / tau
    closing = torch.where(phi <= r_on, 2 - 2 * phi / r_on, leak * phi)
    return torch.where(phi <= r_on / 2, 2 * phi / r_on, closing)


class PhasedLSTMCell(LSTMCell):
    """One step of a Phased LSTM: an LSTM whose units update only while their clock is open.

    k_t = time_gate(t, τ, s, r_on)
    g, i, f, o as in the LSTM
    c̃_t = g_t ⊙ i_t + c_{t-1} ⊙ f_t
    c_t = k_t ⊙ c̃_t + (1 − k_t) ⊙ c_{t-1}
    h̃_t = tanh(c̃_t) ⊙ o_t                     variant="course": tanh(c_t) ⊙ o_t
    h_t = k_t ⊙ h̃_t + (1 − k_t) ⊙ h_{t-1}

    The periods τ start log-uniform in 2 … 50, the shifts s uniform in 0 … τ, r_on at 0.3. ``learn``
    names which of them are trained; ``leak`` lets a closed unit learn, and is 0 in evaluation.

    Shapes: x (B, d), t (B,) float64 or one number, h and c (B, n); tau, s, r_on (n,).
    Raises: ValueError if tau is not positive, r_on not in (0, 1), or t is not finite.
    Source: Neil, Pfeiffer and Liu (2016); the variant "course" is eq. 15 of the course's sheet.
    """

    timed = True

    def __init__(
        self,
        d: int,
        n: int,
        *,
        rng: np.random.Generator,
        leak: float = 1e-3,
        variant: str = "neil",
        learn: tuple[str, ...] = ("tau", "s"),
        forget_bias: float = 1.0,
    ):
        super().__init__(d, n, rng=rng, forget_bias=forget_bias)
        require_choice("variant", variant, VARIANTS)
        require_share("leak", leak)
        for name in learn:
            require_choice("learn", name, CLOCK)
        self.leak, self.variant = leak, variant
        tau = np.exp(rng.uniform(np.log(2.0), np.log(50.0), n))
        self.tau = parameter(tau).requires_grad_("tau" in learn)
        self.s = parameter(tau * rng.uniform(0.0, 1.0, n)).requires_grad_("s" in learn)
        self.r_on = constant("r_on", 0.3, n).requires_grad_("r_on" in learn)

    def forward(self, x: Tensor, state: LSTMState, t: Tensor | float) -> tuple[Tensor, LSTMState]:
        self.require_step(x, state)
        self.require_clock()
        if isinstance(t, int | float):
            t = torch.full((len(x),), float(t), dtype=torch.float64, device=x.device)
        require_times("t", t, (len(x),), x.device)
        return self.step(x, state, t)

    def step(self, x: Tensor, state: LSTMState, t: Tensor) -> tuple[Tensor, LSTMState]:
        """The equations alone, for callers that have checked the shapes."""
        k = self.openness(t[:, None])
        g, i, f, o = self.gates(x, state.h)
        c_tilde = g * i + state.c * f
        c = k * c_tilde + (1.0 - k) * state.c
        h_tilde = torch.tanh(c_tilde if self.variant == "neil" else c) * o
        h = k * h_tilde + (1.0 - k) * state.h
        return h, LSTMState(h=h, c=c)

    def openness(self, t: Tensor) -> Tensor:
        """k for times t (…, 1), shape (…, n): computed in float64, given in the cell's dtype."""
        leak = self.leak if self.training else 0.0
        return time_gate(t, self.tau, self.s, self.r_on, leak).to(self.tau.dtype)

    def require_clock(self) -> None:
        """The clock's parameters lie in their ranges; ``project_`` puts them back."""
        tau, s, r_on = (getattr(self, name).detach().cpu().numpy() for name in CLOCK)
        require_positive_entries("tau", tau)
        require_finite("s", s)
        require_fraction("r_on", r_on)

    @torch.no_grad()
    def project_(self) -> None:
        """Put tau and r_on back into their ranges; call it after every optimizer step."""
        self.tau.clamp_(min=SMALLEST)
        self.r_on.clamp_(min=SMALLEST, max=1.0 - SMALLEST)
