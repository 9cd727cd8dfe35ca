"""The LSTM, one step."""

import numpy as np
import torch
from torch import Tensor

from rnncourse.cells.cell import Cell, LSTMState
from rnncourse.cells.initialize import constant, normal, orthogonal, zeros


class LSTMCell(Cell):
    """One step of an LSTM: read x, write into the memory c, show a part of it as h.

    g_t = tanh(W_gx x_t + W_gh h_{t-1} + b_g)
    i_t =    σ(W_ix x_t + W_ih h_{t-1} + b_i)
    f_t =    σ(W_fx x_t + W_fh h_{t-1} + b_f)
    o_t =    σ(W_ox x_t + W_oh h_{t-1} + b_o)
    c_t = g_t ⊙ i_t + c_{t-1} ⊙ f_t
    h_t = tanh(c_t) ⊙ o_t

    W_qh start orthogonal, W_qx from N(0, 0.1²), biases at zero but b_f at ``forget_bias``: with
    1 the memory keeps σ(1) = 73 % a step at the start, with 0 half.

    Shapes: x (B, d), h and c (B, n); each W_qx (n, d), W_qh (n, n), b_q (n,).
    Raises: ValueError if x is not (B, d) or the state's h and c are not (B, n).
    Source: Hochreiter and Schmidhuber (1997); the forget gate is by Gers et al. (2000).
    One bias a gate, where torch.nn.LSTMCell has two.
    """

    State = LSTMState

    def __init__(self, d: int, n: int, *, rng: np.random.Generator, forget_bias: float = 1.0):
        super().__init__(d, n, rng=rng)
        self.W_gx, self.W_gh, self.b_g = normal(rng, n, d), orthogonal(rng, n), zeros(n)
        self.W_ix, self.W_ih, self.b_i = normal(rng, n, d), orthogonal(rng, n), zeros(n)
        self.W_fx, self.W_fh = normal(rng, n, d), orthogonal(rng, n)
        self.b_f = constant("forget_bias", forget_bias, n)
        self.W_ox, self.W_oh, self.b_o = normal(rng, n, d), orthogonal(rng, n), zeros(n)

    def step(self, x: Tensor, state: LSTMState) -> tuple[Tensor, LSTMState]:
        """The equations alone, for callers that have checked the shapes."""
        g, i, f, o = self.gates(x, state.h)
        c = g * i + state.c * f
        h = torch.tanh(c) * o
        return h, LSTMState(h=h, c=c)

    def gates(self, x: Tensor, h: Tensor) -> tuple[Tensor, ...]:
        """The candidate g and the gates i, f, o, each (B, n)."""
        g = torch.tanh(x @ self.W_gx.T + h @ self.W_gh.T + self.b_g)
        i = torch.sigmoid(x @ self.W_ix.T + h @ self.W_ih.T + self.b_i)
        f = torch.sigmoid(x @ self.W_fx.T + h @ self.W_fh.T + self.b_f)
        o = torch.sigmoid(x @ self.W_ox.T + h @ self.W_oh.T + self.b_o)
        return g, i, f, o
