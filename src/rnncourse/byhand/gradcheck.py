"""Is this gradient right? Nudge every entry and see how the loss moves.

The chapter on gradient checking derives the step sizes and the tolerance that stand here.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncourse.validate import require_choice, require_float64, require_positive

# The weights c_j of Σ_j c_j [L(w + jε) − L(w − jε)] / ε, by order of the error in ε.
STENCILS = {2: {1: 1 / 2}, 4: {1: 2 / 3, 2: -1 / 12}}
PRECISE_STEP = 3e-4  # ε of order 4 that suits losses whose fifth derivative is of their own size
UNIT_ROUNDOFF = 2.0**-53  # u of float64
ROUNDINGS = 10  # a computed loss is off by a few u|L|: up to 4.5 measured, with room


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
    """Order 4 at a step that suits it: errors near 1e-11 where gradient and loss are of one size.

    Where the gradient is small beside the loss, the relative error is about ``round_off``.
    """
    return numerical_gradient(loss, array, eps=PRECISE_STEP, order=4)


def round_off(loss: float, largest: float, eps: float = PRECISE_STEP) -> float:
    """1.5 u|L| / (ε max|g|): relative error of order 4 where each loss is off by u|L|.

    ``largest`` is max|g|. The weights of the four losses add up to 2 (2/3 + 1/12) / ε = 1.5 / ε.

    >>> float(f"{round_off(1.6, 0.5):.1g}")
    2e-12
    """
    return np.inf if largest == 0 else 1.5 * UNIT_ROUNDOFF * abs(loss) / (eps * largest)


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
    floor: float  # the relative error that the rounding of the loss alone makes


class Report(NamedTuple):
    """The outcome of a gradient check; true where it passed.

    A gradient that is tiny beside the loss drowns in the loss's rounding. Where every error above
    the tolerance is that small, the check is ``undecided``: it neither passed nor found a mistake.
    """

    comparisons: tuple[Comparison, ...]
    tolerance: float

    @property
    def worst(self) -> Comparison:
        return max(self.comparisons, key=lambda c: c.error if c.error == c.error else np.inf)

    @property
    def passed(self) -> bool:
        return all(c.error <= self.tolerance for c in self.comparisons)

    @property
    def undecided(self) -> bool:
        above = [c for c in self.comparisons if not c.error <= self.tolerance]
        return bool(above) and all(c.error <= ROUNDINGS * c.floor for c in above)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        lines = [f"{c.name:<8} {c.error:.1e}" for c in self.comparisons]
        w = self.worst
        place = f"{w.name}[{', '.join(map(str, w.index))}]"
        verdict = "passed" if self.passed else "UNDECIDED" if self.undecided else "FAILED"
        lines.append(
            f"{verdict}: worst relative error {w.error:.1e} at {place} "
            f"(analytical {w.analytical:.6g}, numerical {w.numerical:.6g}; "
            f"tolerance {self.tolerance:.0e})"
        )
        if self.undecided:
            lines.append(
                f"below what differences can resolve: the gradient by {w.name} is tiny beside the "
                f"loss, whose rounding alone makes errors of {w.floor:.0e} and a few times that; "
                "check at larger weights, a smaller loss or a longer eps"
            )
        return "\n".join(lines)


def check_gradients(
    loss_and_gradients: Callable[[dict], tuple[float, dict]],
    params: dict[str, np.ndarray],
    tolerance: float = 1e-7,
    eps: float = PRECISE_STEP,
) -> Report:
    """Hold ``loss_and_gradients(params)`` -> (loss, grads) against numerical differences.

    Every array of ``params`` is compared with the gradient of the same name. The numerical side
    has order 4 and the step ``eps``. Its own error is about ``round_off``, far below the tolerance
    unless a gradient is tiny beside the loss; then the report is ``undecided`` and says so.

    Raises: ValueError if a parameter is not float64, or a gradient is missing or has another shape.
    """
    require_positive("tolerance", tolerance)
    params = {name: _own_copy(name, value) for name, value in params.items()}
    loss, grads = loss_and_gradients(params)
    comparisons = []
    for name, value in params.items():
        analytical = _gradient_for(name, value, grads)
        numerical = numerical_gradient(lambda: loss_and_gradients(params)[0], value, eps, order=4)
        comparisons.append(_compare(name, analytical, numerical, float(loss), eps))
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


def _compare(name: str, analytical, numerical, loss: float, eps: float) -> Comparison:
    difference = np.abs(analytical - numerical)
    largest = max(np.abs(analytical).max(), np.abs(numerical).max())
    index = np.unravel_index(np.argmax(difference), difference.shape)
    return Comparison(
        name=name,
        error=relative_error(analytical, numerical),
        index=tuple(int(i) for i in index),
        analytical=float(analytical[index]),
        numerical=float(numerical[index]),
        floor=float(round_off(loss, largest, eps)),
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
