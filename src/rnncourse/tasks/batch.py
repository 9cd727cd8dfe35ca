"""What every task returns."""

from typing import NamedTuple

import numpy as np


class Batch(NamedTuple):
    """Sequences and their answers."""

    x: np.ndarray  # (B, T) whole numbers, or (B, T, d)
    y: np.ndarray  # (B,)
