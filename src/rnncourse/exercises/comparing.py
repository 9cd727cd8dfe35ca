"""How far an answer is from the truth, and when two arrays are the same."""

from collections.abc import Iterable
from typing import Any

import numpy as np

TOLERANCE = 1e-6  # relative; right answers differ by rounding, about 1e-15
FLOAT32_TOLERANCE = 1e-4
NOTHING_LEFT = 1e-12  # times the scale of an exercise: what is smaller is a zero with rounding


def as_array(value: Any) -> tuple[np.ndarray, tuple[str, ...]]:
    """An answer of ours as an array, and the names of its entries if it is a dict.

    >>> as_array({"w": np.array([1.0, 2.0]), "b": 3.0})
    (array([1., 2., 3.]), ('w[0]', 'w[1]', 'b'))
    """
    if not isinstance(value, dict):
        return np.asarray(value), ()
    names = []
    for name, part in value.items():
        places = np.ndindex(np.shape(part))
        names += [f"{name}[{', '.join(map(str, at))}]" if at else name for at in places]
    return np.concatenate([np.ravel(part) for part in value.values()]), tuple(names)


def size_of(array: np.ndarray) -> float:
    """‖array‖, without overflow for entries whose squares are none of float64's numbers."""
    largest = float(np.abs(array).max(initial=0.0))
    if not largest or not np.isfinite(largest):
        return largest
    return largest * float(np.linalg.norm(array / largest))


def relative_error(got: np.ndarray, expected: np.ndarray, scale: float = 0.0) -> float:
    """‖got − expected‖ / ‖expected‖; for truth values the share that differs.

    scale  the size of an answer that is not zero: where zero is expected the difference is
           divided by it; without it any difference from zero is infinite
    2 for an answer of the wrong sign. Gradient checking measures by the largest entry instead.
    """
    if expected.dtype == bool:
        return float(np.mean(got != expected))
    with np.errstate(over="ignore", invalid="ignore"):
        difference = size_of(np.subtract(got, expected, dtype=np.float64))
    size = size_of(expected)
    if size <= NOTHING_LEFT * scale:
        size = scale
    return difference / size if size else (np.inf if difference else 0.0)


def scale_of(arrays: Iterable[np.ndarray]) -> float:
    """The largest entry of an exercise's answers; 1 where all are zero."""
    finite = [np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in arrays if a.dtype != bool]
    return float(max(finite, default=0.0)) or 1.0


def same(a: np.ndarray, b: np.ndarray, tolerance: float = TOLERANCE, scale: float = 0.0) -> bool:
    """Equal up to the tolerance and to axes of length 1; NaN and infinity count as one."""
    a, b = np.squeeze(a), np.squeeze(b)
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    return relative_error(a[np.isfinite(a)], b[np.isfinite(b)], scale) <= tolerance
