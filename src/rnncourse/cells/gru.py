"""The GRU in the course's form, one step."""

import numpy as np
import torch
from torch import Tensor

from rnncourse.cells.cell import Cell, RNNState
from rnncourse.cells.initialize import normal, orthogonal, zeros


class GRUCell(Cell):
    """One step of a GRU: renew a part z of the memory, the rest stays.

    z_t = σ(W_zx x_t + W_zh h_{t-1} + b_z)
    r_t = σ(W_rx x_t + W_rh h_{t-1} + b_r)
    h̃_t = tanh(W_hx x_t + W_hh (r_t ⊙ h_{t-1}) + b_h)
    h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t

    W_qh start orthogonal, W_qx from N(0, 0.1²), biases at zero.

    Shapes: x (B, d), h (B, n); each W_qx (n, d), W_qh (n, n), b_q (n,).
    Raises: ValueError if x is not (B, d) or the state's h is not (B, n).
    Source: Cho et al. (2014). torch.nn.GRUCell resets after the product and swaps z and 1 − z.
    """

    State = RNNState

    def __init__(self, d: int, n: int, *, rng: np.random.Generator):
        super().__init__(d, n, rng=rng)
        self.W_zx, self.W_zh, self.b_z = normal(rng, n, d), orthogonal(rng, n), zeros(n)
        self.W_rx, self.W_rh, self.b_r = normal(rng, n, d), orthogonal(rng, n), zeros(n)
        self.W_hx, self.W_hh, self.b_h = normal(rng, n, d), orthogonal(rng, n), zeros(n)

    def step(self, x: Tensor, state: RNNState) -> tuple[Tensor, RNNState]:
        """The equations alone, for callers that have checked the shapes."""
        z = torch.sigmoid(x @ self.W_zx.T + state.h @ self.W_zh.T + self.b_z)
        r = torch.sigmoid(x @ self.W_rx.T + state.h @ self.W_rh.T + self.b_r)
        candidate = torch.tanh(x @ self.W_hx.T + (r * state.h) @ self.W_hh.T + self.b_h)
        h = (1.0 - z) * state.h + z * candidate
        return h, RNNState(h=h)
