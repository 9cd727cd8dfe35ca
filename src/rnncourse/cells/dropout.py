"""Dropout that draws from a generator of its own."""

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse.validate import require_number


def require_dropout(name: str, value: float) -> None:
    """A number from 0 to below 1."""
    require_number(name, value)
    if not 0 <= value < 1:
        raise ValueError(f"{name} must lie in 0 … 1, 1 excluded, got {value}")


class Dropout(nn.Module):
    """Set a random share of the entries to zero in training, and scale the rest up to match.

    It draws from a generator of its own, whose state is saved with the model.
    """

    def __init__(self, share: float, rng: np.random.Generator):
        super().__init__()
        self.share = share
        self.rng = rng.spawn(1)[0]

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.from_numpy(self.rng.random(x.shape, dtype=np.float32) >= self.share)
        return x * (keep.to(x) / (1.0 - self.share))

    def get_extra_state(self) -> dict:
        return self.rng.bit_generator.state

    def set_extra_state(self, state: dict) -> None:
        self.rng.bit_generator.state = state
