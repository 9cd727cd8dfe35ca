"""What a cell carries from step to step."""

from typing import NamedTuple

from torch import Tensor


class RNNState(NamedTuple):
    """The memory of a vanilla RNN and of a GRU."""

    h: Tensor  # (B, n)


class LSTMState(NamedTuple):
    """The memory of an LSTM, a peephole LSTM and a Phased LSTM."""

    h: Tensor  # (B, n), what shows
    c: Tensor  # (B, n), what is kept
