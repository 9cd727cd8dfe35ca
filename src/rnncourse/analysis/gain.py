"""How large a bounded input can make the state of a linear recurrence."""

import numpy as np

from rnncourse.analysis.spectral import spectral_radius
from rnncourse.validate import require_float64, require_shape


def gain(W: np.ndarray, A: np.ndarray) -> float:
    """The largest entry of a state that starts at zero, for inputs with entries from −1 to 1.

    h_t = W h_{t-1} + A x_t:   sup |h| = max_i Σ_{k≥0} Σ_j |(W^k A)_ij|

    Shapes: W (n, n), A (n, d). The sum ends where a term no longer changes it.
    Raises: ValueError if ρ(W) ≥ 1, where the sum need not end.
    """
    radius = spectral_radius(W)
    require_float64("A", A)
    require_shape("A", A, (len(W), "d"))
    if radius >= 1:
        raise ValueError(f"W must have a spectral radius below 1, got {radius:.6g}")
    total, power, best = np.zeros(len(W)), A, np.abs(A).sum()
    while np.abs(power).sum() > 1e-18 * best:
        total += np.abs(power).sum(axis=1)
        best = max(best, total.max())
        power = W @ power
    return float(total.max())
