"""The minGRU over a whole sequence: its gate and candidate read the input alone, so all of them are
known at once, and what is left is a linear recurrence."""

import torch

from rnncourse.cells.cell import RNNState
from rnncourse.fused.once import apply
from rnncourse.fused.scan import LinearScan


def run(cell, x, state, ends=None):
    """The states of a ``MinGRUCell``, h (T, B, n), and the state at each end.

    z = σ(W_zx x + b_z);  h_t = (1 − z_t) ⊙ h_{t-1} + z_t ⊙ (W_hx x_t + b_h)
    """
    z = torch.sigmoid(product(x, cell.W_zx) + cell.b_z)
    candidate = product(x, cell.W_hx) + cell.b_h
    h = apply(LinearScan, 1.0 - z, z * candidate, None if state is None else state.h)
    if ends is None:
        return h, RNNState(h=h[-1])
    return ends.hold(h), RNNState(h=ends.at(h))


def product(x, W):
    """W x for rows x (T, B, d), or for whole numbers (T, B) that stand for one-hot rows."""
    return x @ W.T if x.is_floating_point() else W.T[x]
