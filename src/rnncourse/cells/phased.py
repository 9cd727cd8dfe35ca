"""The Phased LSTM, one step."""

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse.cells.cell import CLOCK, LSTMState, numbers, require_times
from rnncourse.cells.initialize import constant, parameter
from rnncourse.cells.lstm import LSTMCell
from rnncourse.validate import (
    require_choice,
    require_finite,
    require_fraction,
    require_number,
    require_positive_entries,
    require_share,
)

VARIANTS = ("neil", "course")
SMALLEST = 1e-3  # of tau, of r_on and of 1 − r_on, after project_()
FAR = 10.0  # longest periods from zero, where a cell begins to measure from an origin


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

    Times are measured from ``origin``. A date is far from zero, and the slope of k by τ grows with
    the distance, so that τ would take all of a clipped gradient. With ``origin=None`` the first
    call in training chooses: the earliest of its times if it is more than ten of the longest
    periods from zero, else zero. s moves by the same amount, so that no value changes, and from
    then on the origin stays; it is saved with the weights. Give it to choose yourself; s then
    counts from there.

        cell = PhasedLSTMCell(3, 32, rng=np.random.default_rng(0), origin=1.7e12)

    Shapes: x (B, d), t (B,) float64 or one number, h and c (B, n); tau, s, r_on (n,).
    Raises: ValueError if tau is not positive, r_on not in (0, 1), or t is not finite.
    Source: Neil, Pfeiffer and Liu (2016); the variant "course" is eq. 15 of the course's sheet.
    """

    timed = True
    origin = given_origin = None  # of a cell that was pickled before there were origins

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
        origin: float | None = None,
    ):
        super().__init__(d, n, rng=rng, forget_bias=forget_bias)
        require_choice("variant", variant, VARIANTS)
        require_share("leak", leak)
        for name in learn:
            require_choice("learn", name, CLOCK)
        if origin is not None:
            require_number("origin", origin)
        self.leak, self.variant = leak, variant
        # A number, for a buffer would lose digits in ``cell.float()``; None is not chosen yet.
        self.origin = self.given_origin = None if origin is None else float(origin)
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
        leak, t = self.leak if self.training else 0.0, self.since_origin(t)
        return time_gate(t, self.tau, self.s, self.r_on, leak).to(self.tau.dtype)

    def since_origin(self, t: Tensor) -> Tensor:
        """The times measured from the origin, which the first ones in training choose."""
        if self.origin is None and self.training:
            self._choose_origin(t)
        return t - self.origin if self.origin else t

    @torch.no_grad()
    def _choose_origin(self, t: Tensor) -> None:
        """Zero, or the earliest time if it is far from zero; then s ← (s − origin) mod τ."""
        if not isinstance(self._parameters.get("s"), nn.Parameter):
            return  # a tensor that a caller put there for one call, and would find changed
        earliest, longest = t.min().item(), self.tau.max().item()
        self.origin = earliest if abs(earliest) > FAR * longest else 0.0
        if self.origin:
            self.s.copy_(torch.remainder(self.s.double() - self.origin, self.tau.double()))

    def _save_to_state_dict(self, destination, prefix, keep_vars):
        super()._save_to_state_dict(destination, prefix, keep_vars)
        if self.origin:
            destination[f"{prefix}origin"] = torch.tensor(
                self.origin, dtype=torch.float64, device="cpu"
            )

    def _load_from_state_dict(self, state_dict, prefix, *rest):
        """Weights without an origin were learned from zero, or from the one given to the cell."""
        origin = state_dict.pop(f"{prefix}origin", None)
        self.origin = self.given_origin if origin is None else float(origin)
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def require_clock(self) -> None:
        """The clock's parameters lie in their ranges; ``project_`` puts them back."""
        tau, s, r_on = (numbers(getattr(self, name)) for name in CLOCK)
        require_positive_entries("tau", tau)
        require_finite("s", s)
        require_fraction("r_on", r_on)

    @torch.no_grad()
    def project_(self) -> None:
        """Put tau and r_on back into their ranges; call it after every optimizer step."""
        self.tau.clamp_(min=SMALLEST)
        self.r_on.clamp_(min=SMALLEST, max=1.0 - SMALLEST)
