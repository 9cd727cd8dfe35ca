"""What a cell carries from step to step."""

from typing import NamedTuple

from torch import Tensor


class RNNState(NamedTuple):
    """The memory of a vanilla RNN."""

    h: Tensor  # (B, n)
