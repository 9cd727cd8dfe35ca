"""Palindromes: remember the first digit until the end."""

import numpy as np

from rnncourse.tasks.batch import Batch, require_draw


def palindromes(rng: np.random.Generator, batch_size: int, length: int) -> Batch:
    """Draw palindromes of decimal digits; the model reads all but the last and says the last.

    The last digit equals the first, so the answer was seen ``length - 1`` steps earlier. Digits
    in the middle repeat too, but none of them tells the first one.

    Shapes: x (batch_size, length - 1) int64 in 0 … 9, y (batch_size,) int64.
    Raises: ValueError if length < 2 or batch_size < 1.
    Source: UvA deep learning 2018, assignment 2.
    """
    require_draw(rng, batch_size, length, shortest=2)
    half = rng.integers(0, 10, size=(batch_size, (length + 1) // 2))
    mirror = half[:, : length // 2][:, ::-1]
    digits = np.concatenate([half, mirror], axis=1)  # (B, length)
    return Batch(x=digits[:, :-1], y=digits[:, -1])
