"""The vanilla RNN, one step."""

import numpy as np
import torch
from torch import Tensor

from rnncourse.cells.cell import Cell, RNNState
from rnncourse.cells.initialize import normal, orthogonal, zeros


class RNNCell(Cell):
    """One step of a vanilla RNN: read x, update the memory h.

    h_t = tanh(W_hx x_t + W_hh h_{t-1} + b_h)

    W_hh starts orthogonal, W_hx from N(0, 0.1²), b_h at zero.

    Shapes: x (B, d), h (B, n); W_hx (n, d), W_hh (n, n), b_h (n,).
    Raises: ValueError if x is not (B, d) or the state's h is not (B, n).
    Source: Elman (1990), in the course's notation. One bias, where torch.nn.RNNCell has two.
    """

    State = RNNState

    def __init__(self, d: int, n: int, *, rng: np.random.Generator):
        super().__init__(d, n, rng=rng)
        self.W_hx = normal(rng, n, d)
        self.W_hh = orthogonal(rng, n)
        self.b_h = zeros(n)

    def step(self, x: Tensor, state: RNNState) -> tuple[Tensor, RNNState]:
        """The equations alone, for callers that have checked the shapes."""
        h = torch.tanh(x @ self.W_hx.T + state.h @ self.W_hh.T + self.b_h)
        return h, RNNState(h=h)
