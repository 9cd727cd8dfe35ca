"""What every task returns."""

from typing import NamedTuple

import numpy as np


class Batch(NamedTuple):
    """Sequences and their answers."""

    x: np.ndarray  # (B, T)
    y: np.ndarray  # (B,)
