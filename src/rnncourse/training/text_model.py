"""Models that read text: how they start, and how they come back from a checkpoint."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from rnncourse.sequence import SequenceModel
from rnncourse.training.checkpoint import read_checkpoint

INPUT_STD = 0.3


def text_model(
    cell: str, K: int, *, units: int, layers: int = 2, dropout: float = 0.0, seed: int = 0
) -> SequenceModel:
    """Read and say one of K characters; the weights start as ``SequenceModel``'s, but for one.

    W_qx of the first layer starts from N(0, 0.3²), not 0.1²: of a one-hot input a unit sees a
    single entry, where a layer above sums over all the units below.
    """
    rng = np.random.default_rng(seed)
    model = SequenceModel(cell, K, units, K, num_layers=layers, dropout=dropout, rng=rng)
    spread_input_(model.cells[0], INPUT_STD / 0.1)
    return model


@torch.no_grad()
def spread_input_(cell: nn.Module, factor: float) -> None:
    """Multiply the matrices that read x."""
    for name, weight in cell.named_parameters():
        if name.startswith("W_") and name.endswith("x"):
            weight.mul_(factor)
