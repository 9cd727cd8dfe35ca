"""The peephole LSTM in the course's form, one step."""

import numpy as np
import torch
from torch import Tensor

from rnncourse.cells.cell import Cell, LSTMState
from rnncourse.cells.initialize import constant, normal, orthogonal, zeros
from rnncourse.validate import require_choice

CANDIDATES = {"tanh": torch.tanh, "sigmoid": torch.sigmoid}


class PeepholeLSTMCell(Cell):
    """One step of a peephole LSTM: the gates read the memory c itself, never h.

    f_t = σ(W_fx x_t + W_fh c_{t-1} + b_f)
    i_t = σ(W_ix x_t + W_ih c_{t-1} + b_i)
    o_t = σ(W_ox x_t + W_oh c_{t-1} + b_o)
    g_t = tanh(W_cx x_t + b_c)                candidate="sigmoid": σ, as the course's sheet prints
    c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
    h_t = o_t ⊙ tanh(c_t)

    W_qh start orthogonal, W_qx from N(0, 0.1²), biases at zero but b_f at ``forget_bias``.

    Shapes: x (B, d), h and c (B, n); W_qx (n, d), W_qh (n, n), b_q (n,), W_cx (n, d), b_c (n,).
    Raises: ValueError if x is not (B, d) or the state's h and c are not (B, n).
    Source: the course's form with full matrices; Gers and Schmidhuber (2000) have diagonal ones.
    """

    State = LSTMState

    def __init__(
        self, d: int, n: int, *, rng: np.random.Generator, candidate="tanh", forget_bias=1.0
    ):
        super().__init__(d, n, rng=rng)
        require_choice("candidate", candidate, CANDIDATES)
        self.candidate = candidate
        self.W_fx, self.W_fh = normal(rng, n, d), orthogonal(rng, n)
        self.b_f = constant("forget_bias", forget_bias, n)
        self.W_ix, self.W_ih, self.b_i = normal(rng, n, d), orthogonal(rng, n), zeros(n)
        self.W_ox, self.W_oh, self.b_o = normal(rng, n, d), orthogonal(rng, n), zeros(n)
        self.W_cx, self.b_c = normal(rng, n, d), zeros(n)

    def step(self, x: Tensor, state: LSTMState) -> tuple[Tensor, LSTMState]:
        """The equations alone, for callers that have checked the shapes."""
        f = torch.sigmoid(x @ self.W_fx.T + state.c @ self.W_fh.T + self.b_f)
        i = torch.sigmoid(x @ self.W_ix.T + state.c @ self.W_ih.T + self.b_i)
        o = torch.sigmoid(x @ self.W_ox.T + state.c @ self.W_oh.T + self.b_o)
        g = CANDIDATES[self.candidate](x @ self.W_cx.T + self.b_c)
        c = f * state.c + i * g
        h = o * torch.tanh(c)
        return h, LSTMState(h=h, c=c)
