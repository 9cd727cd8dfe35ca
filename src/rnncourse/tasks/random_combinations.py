"""Random combinations: which number has not been shown?"""

import numpy as np

from rnncourse.tasks.batch import Batch, require_draw


def random_combinations(rng: np.random.Generator, batch_size: int, length: int) -> Batch:
    """Show all but one of the numbers 0 … length − 1 in random order; the answer is that one.

    Every input counts: without one of them two answers remain. Saying any number is right with
    probability 1 / length.

    Shapes: x (batch_size, length - 1) int64 in 0 … length − 1, y (batch_size,) int64.
    Raises: ValueError if length < 2 or batch_size < 1.
    Source: UvA deep learning 2020, assignment 2 (its loader; the sheet's example shows 1 … 9).
    """
    require_draw(rng, batch_size, length, shortest=2)
    ordered = np.tile(np.arange(length), (batch_size, 1))
    numbers = rng.permuted(ordered, axis=1)  # (B, length), every row a permutation of its own
    return Batch(x=numbers[:, :-1], y=numbers[:, -1])
