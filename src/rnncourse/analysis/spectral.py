"""How the powers of a matrix grow and fade: the spectral radius, the norms, and between them."""

import numpy as np

from rnncourse.validate import require_count, require_finite, require_float64, require_shape


def spectral_radius(W: np.ndarray) -> float:
    """ρ(W): the largest absolute value of an eigenvalue. W (n, n), float64."""
    require_square(W)
    return float(np.abs(np.linalg.eigvals(W)).max())


def power_norms(W: np.ndarray, T: int) -> np.ndarray:
    """‖W^t‖₂ for t = 0 … T, shape (T + 1,): the largest singular value of each power."""
    require_square(W)
    require_count("T", T)
    power, norms = np.eye(len(W)), [1.0]
    for _ in range(T):
        power = W @ power
        norms.append(np.linalg.norm(power, 2))
    return np.array(norms)


def growth_rates(W: np.ndarray, doublings: int) -> np.ndarray:
    """‖W^t‖₂^{1/t} for t = 1, 2, 4, …, 2^doublings, which tends to ρ(W).

    Each power is the square of the one before, divided by its norm so that nothing overflows.
    Zero from the first power on that is zero. Source: Gelfand (1941).
    """
    require_square(W)
    require_count("doublings", doublings)
    power, log_norm, rates = W, 0.0, []
    for k in range(doublings + 1):
        norm = float(np.linalg.norm(power, 2))
        if norm == 0.0:
            return np.array(rates + [0.0] * (doublings + 1 - k))
        log_norm += np.log(norm)  # W^t = exp(log_norm) power
        power = power / norm
        rates.append(np.exp(log_norm / 2**k))
        power, log_norm = power @ power, 2.0 * log_norm
    return np.array(rates)


def require_square(W: np.ndarray) -> None:
    """A finite float64 matrix with as many rows as columns."""
    require_float64("W", W)
    require_shape("W", W, ("n", "n"))
    require_shape("W", W, (len(W), len(W)))
    require_finite("W", W)
