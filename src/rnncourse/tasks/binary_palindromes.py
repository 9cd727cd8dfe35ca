"""Binary palindromes: remember the first bit until the end."""

import numpy as np

from rnncourse.tasks.batch import Batch, require_draw

DIGITS = 9  # the course's loader draws decimal digits 0 … 8


def binary_palindromes(rng: np.random.Generator, batch_size: int, length: int) -> Batch:
    """Draw palindromes of bits; the model reads all but the last and says the last.

    Half of ``length`` decimal digits, rounded up, are drawn from 0 … 8 and written in binary, each
    as short as it can be. The bits are turned around with probability 1/2 and their mirror image
    is appended. The last bit equals the first. It is 1 with probability (8/9 + 4/9)/2 = 2/3: as
    read from the front it is the highest bit of a digit, turned around the lowest.

    A bit is symbol 1 (for 0) or 2 (for 1); symbol 0 pads the front to 4 length + 2 symbols, the
    answer included, for even length, and to 4 length + 6 for odd length (there the loader's own
    4 length + 2 do not hold every palindrome).

    Shapes: x (batch_size, 4 length + 1) int64 in 0 … 2, odd length 4 length + 5;
    y (batch_size,) int64, 0 or 1: two classes.
    Raises: ValueError if length < 1 or batch_size < 1.
    Source: UvA deep learning 2020, assignment 2 (its loader).
    """
    require_draw(rng, batch_size, length)
    half = (length + 1) // 2
    digits = rng.integers(0, DIGITS, size=(batch_size, half))
    turned = rng.random(batch_size) < 0.5
    padded = np.zeros((batch_size, 8 * half + 2), np.int64)
    for row, numbers, turn in zip(padded, digits, turned, strict=True):
        bits = [int(bit) for number in numbers for bit in f"{number:b}"]
        left = bits[::-1] if turn else bits
        row[-2 * len(left) :] = [1 + bit for bit in left + left[::-1]]
    return Batch(x=padded[:, :-1], y=padded[:, -1] - 1)
