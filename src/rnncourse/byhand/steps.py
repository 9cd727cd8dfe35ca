"""What the by-hand cells share: tables of shapes, checked inputs, steps, and the output layer."""

import numpy as np

from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.validate import require_array, require_indices, require_shape

OUTPUT = {"W_ph": ("K", "n"), "b_p": ("K",)}  # what a network holds besides its cell


def gate_shapes(letters: str) -> dict[str, tuple[str, ...]]:
    """W_qx, W_qh and b_q of each of these gates, as a table {name: letters of the shape}."""
    return {
        name: shape
        for q in letters
        for name, shape in {f"W_{q}x": ("n", "d"), f"W_{q}h": ("n", "n"), f"b_{q}": ("n",)}.items()
    }


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
    arrays = {f"params[{name!r}]": (params[name], letters) for name, letters in shapes.items()}
    for name, (array, letters) in (arrays | {"x": (x, ("T", "d"))}).items():
        require_array(name, array, tuple(sizes.get(letter, letter) for letter in letters))
        sizes.update(zip(letters, array.shape, strict=True))
    return sizes


def require_targets(y, T: int, K: int) -> np.ndarray:
    """Classes y (T,) in 0 … K − 1, as an array."""
    y = np.asarray(y)
    require_shape("y", y, (T,))
    require_indices("y", y, K)
    return y


def start(params: dict, shapes: dict, x: np.ndarray, **states) -> list[np.ndarray]:
    """Hold ``params`` and x against a cell's table; the states before the first step, (n,) each."""
    n = require_inputs(params, shapes | OUTPUT, x)["n"]
    return [initial(name, state, n) for name, state in states.items()]


def initial(name: str, state: np.ndarray | None, n: int) -> np.ndarray:
    """The state before the first step, shape (n,); None means zeros."""
    if state is None:
        return np.zeros(n)
    require_array(name, state, (n,))
    return state


def stack(steps: list):
    """T caches of one step become one cache whose arrays have a leading axis T."""
    return type(steps[0])(*(np.array(rows) for rows in zip(*steps, strict=True)))


def at(cache, t: int):
    """The cache of step t alone."""
    return type(cache)(*(rows[t] for rows in cache))


def scores(params: dict, h: np.ndarray) -> np.ndarray:
    """p_t = W_ph h_t + b_p for h (T, n), shape (T, K)."""
    return h @ params["W_ph"].T + params["b_p"]


def loss_and_dh(params: dict, h: np.ndarray, y: np.ndarray, reduction: str):
    """The loss, the output layer's gradients, and what each h_t gets from its own scores (T, n).

    ∂L/∂W_ph = Σ_t dp_t h_tᵀ,   ∂L/∂b_p = Σ_t dp_t,   ∂L/∂h_t = W_phᵀ dp_t + (the future)

    Raises: ValueError if y does not hold a class for each step.
    """
    p = scores(params, h)
    loss, dp = loss_and_dp(p, require_targets(y, *p.shape), reduction)
    output = {"W_ph": dp.T @ h, "b_p": dp.sum(axis=0)}
    return loss, output, dp @ params["W_ph"]


def rewind(params: dict, cache, dh: np.ndarray) -> tuple[dict, list]:
    """Gradients at zero, to add to, and the pairs (dh_t, cache of step t), the last step first."""
    steps = [(dh[t], at(cache, t)) for t in reversed(range(len(dh)))]
    return zero_gradients(params), steps


def zero_gradients(params: dict) -> dict:
    """One array of zeros for every parameter, ready for ``+=``."""
    return {name: np.zeros_like(value) for name, value in params.items()}


def sigmoid(a: np.ndarray) -> np.ndarray:
    """σ(a) = 1 / (1 + exp(−a)), written with tanh so that no exponential overflows."""
    return 0.5 * (1.0 + np.tanh(0.5 * a))
