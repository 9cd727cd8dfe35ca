"""What every task returns."""

from typing import NamedTuple

import numpy as np

from rnncourse.validate import require_count, require_generator


class Batch(NamedTuple):
    """Sequences and their answers."""

    x: np.ndarray  # (B, T) whole numbers, or (B, T, d)
    y: np.ndarray  # (B,)


class TimedBatch(NamedTuple):
    """Sequences whose inputs come at times of their own, and their answers."""

    x: np.ndarray  # (B, T, d)
    y: np.ndarray  # (B,)
    times: np.ndarray  # (B, T) float64, never going back


def require_draw(rng: np.random.Generator, batch_size: int, length: int, shortest: int = 1) -> None:
    """What every task is called with; no ``length`` below ``shortest`` makes sense."""
    require_generator("rng", rng)
    require_count("batch_size", batch_size)
    require_count("length", length, minimum=shortest)
