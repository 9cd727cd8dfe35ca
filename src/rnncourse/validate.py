"""One form of error message for every argument of the package.

Each function returns nothing and raises ``ValueError``, whatever is wrong (shape, kind, range): the
name, what was expected, what came. Call them where the caller enters, never inside a
time loop.
"""

import math

import numpy as np


def spell(shape) -> str:
    """Write a shape as on paper: (3, 7) or (B, T, 3)."""
    inside = ", ".join(str(size) for size in shape)
    return f"({inside},)" if len(shape) == 1 else f"({inside})"


def require_shape(name: str, array, expected: tuple) -> None:
    """``expected`` mixes sizes and letters: ("B", "T", 3) asks for three axes, the last 3 long."""
    if not hasattr(array, "shape"):
        got = type(array).__name__
        raise ValueError(f"{name} must be an array of shape {spell(expected)}, got {got}")
    shape = tuple(array.shape)
    fits = len(shape) == len(expected) and all(
        isinstance(want, str) or want == got for want, got in zip(expected, shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name} must have shape {spell(expected)}, got {spell(shape)}")
    if 0 in shape:
        raise ValueError(f"{name} must not be empty, got shape {spell(shape)}")


def require_positive(name: str, value) -> None:
    """A finite number above zero."""
    require_number(name, value)
    if not value > 0:
        raise ValueError(f"{name} must be positive, got {value}")


def require_at_least(name: str, value, minimum) -> None:
    """A finite number not below ``minimum``."""
    require_number(name, value)
    if value < minimum:
        raise ValueError(f"{name} must be at least {minimum}, got {value}")


def require_below(name: str, value, bound) -> None:
    """A finite number below ``bound``."""
    require_number(name, value)
    if not value < bound:
        raise ValueError(f"{name} must be below {bound}, got {value}")


def require_share(name: str, value) -> None:
    """A number in 0 … 1, both included."""
    require_number(name, value)
    if not 0 <= value <= 1:
        raise ValueError(f"{name} must lie in 0 … 1, got {value}")


def require_number(name: str, value) -> None:
    """A finite real number; a bool is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise ValueError(f"{name} must be a number, got {type(value).__name__}")
    if not math.isfinite(value):
        raise ValueError(f"{name} must be finite, got {value}")


def require_count(name: str, value, minimum: int = 1) -> None:
    """A whole number not below ``minimum``."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise ValueError(f"{name} must be a whole number, got {value!r}")
    require_at_least(name, value, minimum)


def require_choice(name: str, value, choices) -> None:
    """One of a table's keys; the error lists them."""
    if value not in choices:
        known = ", ".join(sorted(str(choice) for choice in choices))
        raise ValueError(f"{name} must be one of {known}; got {value!r}")


def require_float64(name: str, array) -> None:
    """A NumPy array in double precision, where the mathematics is checked."""
    if not isinstance(array, np.ndarray) or array.dtype != np.float64:
        got = getattr(array, "dtype", type(array).__name__)
        raise ValueError(f"{name} must be a float64 NumPy array, got {got}")


def require_array(name: str, array, expected: tuple) -> None:
    """A finite float64 array of this shape."""
    require_float64(name, array)
    require_shape(name, array, expected)
    require_finite(name, array)


def require_finite(name: str, array) -> None:
    """No NaN and no infinity; the error says where the first one stands."""
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = tuple(int(i) for i in bad[0])
        raise ValueError(f"{name} must be finite, got {array[place]} at {place}")


def require_indices(name: str, array, size: int) -> None:
    """Whole numbers in 0 … size − 1; works for NumPy arrays and torch tensors."""
    _require_whole(name, array)
    _require_between(name, int(array.min()), int(array.max()), 0, size - 1)


def require_lengths(name: str, array, longest: int) -> None:
    """A few whole numbers in 1 … longest; works for NumPy arrays and torch tensors."""
    _require_whole(name, array)
    numbers = array.tolist()  # for a few numbers faster than two reductions
    _require_between(name, min(numbers), max(numbers), 1, longest)


def _require_whole(name: str, array) -> None:
    kind = str(array.dtype)
    if "int" not in kind:
        raise ValueError(f"{name} must hold whole numbers, got {kind}")


def _require_between(name: str, low: int, high: int, first: int, last: int) -> None:
    if low < first or high > last:
        outside = low if low < first else high
        raise ValueError(f"{name} must lie in {first} … {last}, got {outside}")


def require_generator(name: str, rng) -> None:
    """Randomness is an argument: a ``numpy.random.Generator``."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"{name} must be a numpy.random.Generator, got {type(rng).__name__}; "
            "make one with np.random.default_rng(seed)"
        )


def require_positive_entries(name: str, array: np.ndarray) -> None:
    """An array whose entries are all finite and above zero."""
    require_finite(name, array)
    if not (array > 0).all():
        raise ValueError(f"{name} must be positive, got {array.min()}")


def require_fraction(name: str, array: np.ndarray) -> None:
    """An array whose entries lie strictly between 0 and 1."""
    require_finite(name, array)
    outside = array[(array <= 0) | (array >= 1)]
    if len(outside):
        raise ValueError(f"{name} must lie strictly between 0 and 1, got {outside[0]}")


def require_no_step_back(name: str, times: np.ndarray) -> None:
    """Finite times that never decrease along the last axis."""
    require_finite(name, times)
    back = np.argwhere(np.diff(times, axis=-1) < 0)
    if len(back):
        place = tuple(int(i) for i in back[0])
        later = (*place[:-1], place[-1] + 1)
        raise ValueError(
            f"{name} must not go back, got {times[later]} after {times[place]} at {later}"
        )
