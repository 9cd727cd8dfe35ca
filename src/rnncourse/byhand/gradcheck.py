"""Is this gradient right? Nudge every entry and see how the loss moves.

The chapter on gradient checking derives the step sizes and the tolerance that stand here.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncourse.validate import require_choice, require_float64, require_positive

# The weights c_j of Σ_j c_j [L(w + jε) − L(w − jε)] / ε, by order of the error in ε.
STENCILS = {2: {1: 1 / 2}, 4: {1: 2 / 3, 2: -1 / 12}}


def numerical_gradient(
    loss: Callable[[], float], array: np.ndarray, eps: float = 1e-5, order: int = 2
) -> np.ndarray:
    """Central differences of ``loss()`` by every entry of ``array``, which is nudged in place.

    order 2:  (L(w + ε) − L(w − ε)) / 2ε                               error O(ε²)
    order 4:  the same at ε and 2ε, combined so that the ε² term cancels   error O(ε⁴)

    Shapes: the result has the shape of ``array``, and every entry is put back as it was.
    Raises: ValueError if ``array`` is not float64 or ``eps`` is not positive.
    """
    require_float64("array", array)
    require_positive("eps", eps)
    require_choice("order", order, STENCILS)
    gradient = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        for j, weight in STENCILS[order].items():
            difference = _at(loss, array, index, j * eps) - _at(loss, array, index, -j * eps)
            gradient[index] += weight * difference / eps
    return gradient


def precise_gradient(loss: Callable[[], float], array: np.ndarray) -> np.ndarray:
    """Order 4 at a step that suits it: errors near 1e-11 of the gradient's size."""
    return numerical_gradient(loss, array, eps=3e-4, order=4)


def _at(loss: Callable[[], float], array: np.ndarray, index: tuple, nudge: float) -> float:
    """The loss with one entry nudged; the entry is put back even if the loss raises."""
    kept = array[index]
    array[index] = kept + nudge
    try:
        return float(loss())
    finally:
        array[index] = kept


def relative_error(a: np.ndarray, b: np.ndarray) -> float:
    """The largest difference, measured by the largest entry: max|a − b| / max(max|a|, max|b|).

    0 when both are zero everywhere; 2 for an answer of the wrong sign; NaN where a NaN stands.
    """
    scale = np.maximum(np.abs(a).max(), np.abs(b).max())
    return 0.0 if scale == 0 else float(np.abs(a - b).max() / scale)


class Comparison(NamedTuple):
    """One parameter's analytical gradient beside the numerical one."""

    name: str
    error: float  # relative
    index: tuple[int, ...]  # of the worst entry
    analytical: float  # at that entry
    numerical: float  # at that entry


class Report(NamedTuple):
    """The outcome of a gradient check; true where it passed."""

    comparisons: tuple[Comparison, ...]
    tolerance: float

    @property
    def worst(self) -> Comparison:
        return max(self.comparisons, key=lambda c: c.error if c.error == c.error else np.inf)

    @property
    def passed(self) -> bool:
        return all(c.error <= self.tolerance for c in self.comparisons)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        lines = [f"{c.name:<8} {c.error:.1e}" for c in self.comparisons]
        w = self.worst
        place = f"{w.name}[{', '.join(map(str, w.index))}]"
        verdict = "passed" if self.passed else "FAILED"
        lines.append(
            f"{verdict}: worst relative error {w.error:.1e} at {place} "
            f"(analytical {w.analytical:.6g}, numerical {w.numerical:.6g}; "
            f"tolerance {self.tolerance:.0e})"
        )
        return "\n".join(lines)


def check_gradients(
    loss_and_gradients: Callable[[dict], tuple[float, dict]],
    params: dict[str, np.ndarray],
    tolerance: float = 1e-7,
) -> Report:
    """Hold ``loss_and_gradients(params)`` -> (loss, grads) against numerical differences.

    Every array of ``params`` is compared with the gradient of the same name. The numerical side
    is ``precise_gradient``, whose own error lies far below the tolerance.

    Raises: ValueError if a parameter is not float64, or a gradient is missing or has another shape.
    """
    require_positive("tolerance", tolerance)
    params = {name: _own_copy(name, value) for name, value in params.items()}
    _, grads = loss_and_gradients(params)
    comparisons = []
    for name, value in params.items():
        analytical = _gradient_for(name, value, grads)
        numerical = precise_gradient(lambda: loss_and_gradients(params)[0], value)
        comparisons.append(_compare(name, analytical, numerical))
    return Report(tuple(comparisons), tolerance)


def _own_copy(name: str, value: np.ndarray) -> np.ndarray:
    require_float64(f"params[{name!r}]", value)
    return value.copy()


def _gradient_for(name: str, value: np.ndarray, grads: dict) -> np.ndarray:
    if name not in grads:
        raise ValueError(f"the gradients must hold {name!r}, got {', '.join(grads) or 'none'}")
    gradient = np.array(grads[name], dtype=np.float64)
    if gradient.shape != value.shape:
        raise ValueError(
            f"the gradient of {name} must have shape {value.shape}, got {gradient.shape}"
        )
    return gradient


def _compare(name: str, analytical: np.ndarray, numerical: np.ndarray) -> Comparison:
    difference = np.abs(analytical - numerical)
    index = np.unravel_index(np.argmax(difference), difference.shape)
    return Comparison(
        name=name,
        error=relative_error(analytical, numerical),
        index=tuple(int(i) for i in index),
        analytical=float(analytical[index]),
        numerical=float(numerical[index]),
    )


def directional_error(
    loss_and_gradients: Callable[[dict], tuple[float, dict]],
    params: dict[str, np.ndarray],
    rng: np.random.Generator,
) -> float:
    """One random direction v through all parameters at once: relative error of ⟨∇L, v⟩.

    Four evaluations of the loss, whatever the number of weights. A wrong gradient goes
    unseen only if its error is nearly orthogonal to v.
    """
    _, grads = loss_and_gradients(params)
    v = {name: rng.standard_normal(value.shape) for name, value in params.items()}
    along = np.zeros(())

    def loss() -> float:
        moved = {name: value + along * v[name] for name, value in params.items()}
        return loss_and_gradients(moved)[0]

    numerical = precise_gradient(loss, along)
    analytical = sum(np.vdot(grads[name], v[name]) for name in params)
    return relative_error(np.asarray(analytical), numerical)
