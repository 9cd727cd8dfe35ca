"""Layers whose recurrence is linear in its state: a diagonal one (LRU) and a selective one (S6).

Both are read in one go by a scan. The diagonal one has two other ways, by a loop and by a
convolution, and all of them are the same function.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import softplus

from rnncourse.cells.initialize import parameter
from rnncourse.sequence import linear_scan
from rnncourse.validate import require_choice, require_count, require_generator

RING = (0.4, 0.99)  # where the moduli of an LRU's λ start
STEPS = (0.001, 0.1)  # where the step sizes of a selective layer start


def by_loop(a: Tensor, b: Tensor, h0: Tensor | None = None) -> Tensor:
    """h_t = a_t ⊙ h_{t-1} + b_t, step by step; a, b (B, T, n), h0 (B, n); returns h (B, T, n)."""
    h, states = torch.zeros_like(b[:, 0]) if h0 is None else h0, []
    for a_t, b_t in zip(a.unbind(1), b.unbind(1), strict=True):
        h = a_t * h + b_t
        states.append(h)
    return torch.stack(states, dim=1)


def by_convolution(a: Tensor, b: Tensor, h0: Tensor | None = None) -> Tensor:
    """The same where a is the same in every step: h = (1, a, a², …) * b, by Fourier transforms.

    Both are padded with T zeros, or the end of a sequence would come in again at its beginning.
    """
    T = b.shape[1]
    powers = torch.cumprod(torch.cat([torch.ones_like(a[:, :1]), a], dim=1), dim=1)  # a⁰ … a^T
    spectrum = torch.fft.fft(powers[:, :-1], 2 * T, dim=1) * torch.fft.fft(b, 2 * T, dim=1)
    h = torch.fft.ifft(spectrum, dim=1)[:, :T]
    h = h if b.is_complex() else h.real
    return h if h0 is None else h + powers[:, 1:] * h0[:, None]


WAYS: dict[str, Callable] = {"loop": by_loop, "convolution": by_convolution, "scan": linear_scan}


class LRU(nn.Module):
    """A diagonal linear recurrence with complex numbers, the linear recurrent unit.

    λ = exp(−exp(ν) + i exp(θ))        |λ| < 1, whatever ν and θ are, but for rounding
    h_t = λ ⊙ h_{t-1} + exp(γ) ⊙ (B x_t)
    y_t = Re(C h_t) + D ⊙ x_t

    |λ|² starts evenly between the squares of ``ring``, the angle of λ evenly in 0 … 2π, and exp(γ)
    at √(1 − |λ|²), which keeps h at the size of B x where x is noise.

    Shapes: x, y (B, T, d); ν, θ, γ (n,); B (n, d) and C (d, n) complex, as pairs of real
    parameters; D (d,); the state h (B, n) complex.
    Source: Orvieto et al. (2023).
    """

    def __init__(self, d: int, n: int, *, rng: np.random.Generator, ring: tuple = RING):
        super().__init__()
        require_count("d", d)
        require_count("n", n)
        require_generator("rng", rng)
        self.d, self.n = d, n
        low, high = np.square(ring)
        squares = rng.uniform(low, high, n)
        self.nu = parameter(np.log(-0.5 * np.log(squares)))
        self.theta = parameter(np.log(rng.uniform(0, 2 * np.pi, n)))
        self.gamma = parameter(0.5 * np.log(1 - squares))
        self.B_re, self.B_im = (parameter(rng.normal(size=(n, d)) / (2 * d) ** 0.5) for _ in "ri")
        self.C_re, self.C_im = (parameter(rng.normal(size=(d, n)) / n**0.5) for _ in "ri")
        self.D = parameter(rng.normal(size=d))

    @property
    def eigenvalues(self) -> Tensor:
        """λ (n,), complex."""
        return torch.exp(torch.complex(-self.nu.exp(), self.theta.exp()))

    def steps(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The pairs (a, b) of all steps, each (B, T, n) complex."""
        scale = self.gamma.exp()
        b = torch.complex(x @ self.B_re.T * scale, x @ self.B_im.T * scale)
        return self.eigenvalues.expand_as(b), b

    def forward(self, x: Tensor, h0: Tensor | None = None, way: str = "scan"):
        """y (B, T, d) and the last state (B, n)."""
        require_choice("way", way, WAYS)
        h = WAYS[way](*self.steps(x), h0)
        y = h.real @ self.C_re.T - h.imag @ self.C_im.T  # the real part of C h
        return y + self.D * x, h[:, -1]


class SelectiveSSM(nn.Module):
    """A selective state space: how fast it forgets, what it writes and what it reads depend on x.

    Δ_t = softplus(W_Δ x_t + b_Δ),   β_t = W_B x_t,   κ_t = W_C x_t
    h_t = exp(Δ_t A) ⊙ h_{t-1} + (Δ_t ⊙ x_t) β_tᵀ      A = −exp(log A) < 0
    y_t = h_t κ_t + D ⊙ x_t

    Each of the d entries of x has n numbers of its own in h. A starts at −1 … −n, Δ evenly in its
    logarithm in 0.001 … 0.1. The step of b is Euler's; W_Δ has full rank.

    Shapes: x, y, Δ (B, T, d); β, κ (B, T, n); the state h (B, d, n); A (d, n); D (d,).
    Source: Gu and Dao (2023), the recurrence alone.
    """

    def __init__(self, d: int, n: int, *, rng: np.random.Generator):
        super().__init__()
        require_count("d", d)
        require_count("n", n)
        require_generator("rng", rng)
        self.d, self.n = d, n
        self.A_log = parameter(np.log(np.tile(np.arange(1.0, n + 1), (d, 1))))
        self.W_delta = parameter(rng.normal(size=(d, d)) * 0.1 / d**0.5)
        start = np.exp(rng.uniform(*np.log(STEPS), d))
        self.b_delta = parameter(np.log(np.expm1(start)))  # softplus of it is the start
        self.W_B, self.W_C = (parameter(rng.normal(size=(n, d)) / d**0.5) for _ in "BC")
        self.D = parameter(np.ones(d))

    def steps(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """The pairs (a, b) of all steps, each (B, T, d n)."""
        delta = softplus(x @ self.W_delta.T + self.b_delta)
        a = torch.exp(delta[..., None] * -self.A_log.exp())  # (B, T, d, n)
        b = (delta * x)[..., None] * (x @ self.W_B.T)[..., None, :]
        return a.flatten(2), b.flatten(2)

    def forward(self, x: Tensor, h0: Tensor | None = None, way: str = "scan"):
        """y (B, T, d) and the last state (B, d, n)."""
        require_choice("way", way, ("loop", "scan"))
        start = None if h0 is None else h0.flatten(1)
        h = WAYS[way](*self.steps(x), start).unflatten(2, (self.d, self.n))
        y = (h @ (x @ self.W_C.T)[..., None])[..., 0]
        return y + self.D * x, h[:, -1]
