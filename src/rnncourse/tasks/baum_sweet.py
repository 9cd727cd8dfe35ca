"""Baum-Sweet: does a binary number hold a block of zeros of odd length?"""

import numpy as np

from rnncourse.tasks.batch import Batch, require_draw

KEEP_ZERO = 0.016724  # the share of label 0 that the course's loader keeps: its label-1 share at 6
LONGEST = 18  # 10**18 is the largest power of ten in 64 bits


def baum_sweet(rng: np.random.Generator, batch_size: int, length: int) -> Batch:
    """Draw integers of up to ``length`` decimal digits, in bits, with their Baum-Sweet labels.

    An integer comes uniformly from 10 … 10^length. Few have label 1, so one with label 0 is kept
    only with probability 0.016724, and another is drawn in its place. That balances the labels at
    length 6 only: label 1 comes with probability 0.8226, 0.6710 and 0.5041 at length 4, 5 and 6.

    The bits of an integer, highest first, are symbols 1 (for 0) and 2 (for 1); symbol 0 pads the
    front to 4 length symbols. The padding does not count as zeros.

    Shapes: x (batch_size, 4 length) int64 in 0 … 2, y (batch_size,) int64, 0 or 1.
    Raises: ValueError if length is not in 2 … 18 or batch_size < 1.
    Source: UvA deep learning 2020, assignment 2 (its loader; the sheet says 10^4 "is 14" bits).
    """
    require_draw(rng, batch_size, length, shortest=2)
    if length > LONGEST:
        raise ValueError(f"length must be at most {LONGEST}, got {length}")
    integers, y = np.zeros(0, np.int64), np.zeros(0, np.int64)
    while len(y) < batch_size:
        drawn = rng.integers(10, 10**length, size=16 * batch_size, endpoint=True)
        labels = baum_sweet_labels(drawn)
        keep = (labels == 1) | (rng.random(len(drawn)) < KEEP_ZERO)
        integers, y = np.append(integers, drawn[keep]), np.append(y, labels[keep])
    return Batch(x=_symbols(integers[:batch_size], 4 * length), y=y[:batch_size])


def baum_sweet_labels(integers: np.ndarray) -> np.ndarray:
    """1 where no block of consecutive zeros in the binary number has odd length, else 0.

    Zeros in front of the highest one are no block.

    Shapes: integers (B,) int64, returns (B,) int64.
    Raises: ValueError if an integer is below 1.
    """
    rest = np.array(integers, np.int64)
    if (rest < 1).any():
        raise ValueError(f"integers must be at least 1, got {rest.min()}")
    even, good = np.ones(rest.shape, bool), np.ones(rest.shape, bool)
    while rest.any():
        one = rest % 2 == 1  # the lowest bit of what is left
        good &= ~one | even  # a one ends a block of zeros
        even = np.where(one, True, ~even)
        rest //= 2
    return good.astype(np.int64)


def _symbols(integers: np.ndarray, width: int) -> np.ndarray:
    """Bits as 1 and 2, highest first, with 0 in front; (B, width)."""
    shifts = np.arange(width - 1, -1, -1)
    above = integers[:, None] >> shifts  # (B, width); 0 in front of the highest one
    return np.where(above == 0, 0, 1 + above % 2)
