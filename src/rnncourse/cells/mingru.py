"""The minGRU, one step."""

import numpy as np
import torch
from torch import Tensor

from rnncourse.cells.cell import Cell, RNNState
from rnncourse.cells.initialize import normal, zeros


class MinGRUCell(Cell):
    """One step of a minGRU: a GRU whose gate and candidate read the input alone.

    z_t = σ(W_zx x_t + b_z)
    h̃_t = W_hx x_t + b_h
    h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t

    W_qx start from N(0, 0.1²), biases at zero.

    Shapes: x (B, d), h (B, n); each W_qx (n, d), b_q (n,).
    Raises: ValueError if x is not (B, d) or the state's h is not (B, n).
    Source: Feng et al. (2024).
    """

    State = RNNState

    def __init__(self, d: int, n: int, *, rng: np.random.Generator):
        super().__init__(d, n, rng=rng)
        self.W_zx, self.b_z = normal(rng, n, d), zeros(n)
        self.W_hx, self.b_h = normal(rng, n, d), zeros(n)

    def step(self, x: Tensor, state: RNNState) -> tuple[Tensor, RNNState]:
        """The equations alone, for callers that have checked the shapes."""
        z = torch.sigmoid(x @ self.W_zx.T + self.b_z)
        candidate = x @ self.W_hx.T + self.b_h
        h = (1.0 - z) * state.h + z * candidate
        return h, RNNState(h=h)
