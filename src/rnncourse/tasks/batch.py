"""What every task returns."""

from typing import NamedTuple

import numpy as np


class Batch(NamedTuple):
    """Sequences and their answers."""

    x: np.ndarray  # (B, T) whole numbers, or (B, T, d)
    y: np.ndarray  # (B,)


class TimedBatch(NamedTuple):
    """Sequences whose inputs come at times of their own, and their answers."""

    x: np.ndarray  # (B, T, d)
    y: np.ndarray  # (B,)
    times: np.ndarray  # (B, T) float64, never going back
