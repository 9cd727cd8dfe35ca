"""What every by-hand cell asks of its inputs."""

import numpy as np

from rnncourse.validate import require_finite, require_float64, require_indices, require_shape


def require_inputs(params: dict, shapes: dict, x: np.ndarray) -> dict[str, int]:
    """Hold ``params`` and x (T, d) against ``shapes``; return the size of each letter.

    ``shapes`` is the cell's table, {"W_hx": ("n", "d"), ...}: the first array that shows a letter
    sets its size and every later one must agree. Everything is float64, finite, and T ≥ 1.
    """
    missing, unknown = shapes.keys() - params.keys(), params.keys() - shapes.keys()
    if missing or unknown:
        raise ValueError(
            f"params must hold {', '.join(shapes)}; "
            f"missing: {', '.join(sorted(missing)) or 'none'}; "
            f"unknown: {', '.join(sorted(unknown)) or 'none'}"
        )
    sizes: dict[str, int] = {}
    for name, letters in shapes.items():
        _require_array(f"params[{name!r}]", params[name], letters, sizes)
    _require_array("x", x, ("T", "d"), sizes)
    return sizes


def _require_array(name: str, array: np.ndarray, letters: tuple, sizes: dict) -> None:
    require_float64(name, array)
    require_shape(name, array, tuple(sizes.get(letter, letter) for letter in letters))
    require_finite(name, array)
    sizes.update(zip(letters, array.shape, strict=True))


def require_targets(y, T: int, K: int) -> np.ndarray:
    """Classes y (T,) in 0 … K − 1, as an array."""
    y = np.asarray(y)
    require_shape("y", y, (T,))
    require_indices("y", y, K)
    return y


def initial(name: str, state: np.ndarray | None, n: int) -> np.ndarray:
    """The state before the first step, shape (n,); None means zeros."""
    if state is None:
        return np.zeros(n)
    require_float64(name, state)
    require_shape(name, state, (n,))
    require_finite(name, state)
    return state
