"""Adding: find the two marked numbers of a long sequence and say their sum."""

import numpy as np

from rnncourse.tasks.batch import Batch, require_draw


def adding(rng: np.random.Generator, batch_size: int, length: int) -> Batch:
    """Draw numbers from [0, 1) of which two are marked; the answer is the sum of these two.

    One mark stands in the first half of the sequence, one in the second. The answer is a number,
    so the loss is the squared error: always saying 1 has mean squared error 2/12 = 1/6, the
    variance of a sum of two uniform numbers, and no constant has less.

    Shapes: x (batch_size, length, 2) float32, the numbers and the marks 0 or 1;
    y (batch_size,) float32.
    Raises: ValueError if length < 2 or batch_size < 1.
    Source: Hochreiter and Schmidhuber (1997), experiment 4, in the form of Arjovsky, Shah and
    Bengio (2016).
    """
    require_draw(rng, batch_size, length, shortest=2)
    numbers = rng.random((batch_size, length), dtype=np.float32)
    first = rng.integers(0, length // 2, size=batch_size)
    second = rng.integers(length // 2, length, size=batch_size)
    marks = np.zeros_like(numbers)
    rows = np.arange(batch_size)
    marks[rows, first] = marks[rows, second] = 1.0
    return Batch(
        x=np.stack([numbers, marks], axis=2), y=numbers[rows, first] + numbers[rows, second]
    )
