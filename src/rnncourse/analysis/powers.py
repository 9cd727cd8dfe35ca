"""The powers of a matrix: how they grow and fade, and what bounded inputs make of the sum."""

from typing import NamedTuple

import numpy as np

from rnncourse.validate import require_array, require_count, require_positive, require_shape


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
    require_array("W", W, ("n", "n"))
    require_shape("W", W, (len(W), len(W)))


class Peak(NamedTuple):
    """The largest norm of a power, and at which step it stands."""

    step: int
    norm: float


def transient_peak(W: np.ndarray, T: int) -> Peak:
    """The largest ‖W^t‖₂ of t = 0 … T; the first such step if there are several."""
    norms = power_norms(W, T)
    step = int(np.argmax(norms))
    return Peak(step, float(norms[step]))


class Bound(NamedTuple):
    """‖W^t‖₂ ≤ factor · rate^t for every t ≥ 0."""

    factor: float
    rate: float


def triangular_form(W: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Schur's form W = Q U Qᴴ: Q unitary, U upper triangular with the eigenvalues; (n, n) each.

    One eigenvector at a time: it becomes the first axis, and the rest is a smaller matrix.
    """
    require_square(W)
    n = len(W)
    Q, U = np.eye(n, dtype=complex), W.astype(complex)
    for k in range(n - 1):
        v = np.linalg.eig(U[k:, k:])[1][:, :1]
        H, _ = np.linalg.qr(np.hstack([v, np.eye(n - k)]))  # unitary, first column along v
        Q[:, k:] = Q[:, k:] @ H
        U[:, k:] = U[:, k:] @ H
        U[k:] = H.conj().T @ U[k:]
    return Q, U


def stretched_bound(W: np.ndarray, s: float) -> Bound:
    """A bound on all powers, from the triangular form with axis i measured in units of s^i.

    R = S⁻¹ U S,  S = diag(1, s, s², …):   ‖W^t‖₂ = ‖S R^t S⁻¹‖₂ ≤ κ(S) ‖R‖₂^t

    0 < s ≤ 1. The smaller s, the nearer the rate to ρ(W), and the larger the factor κ = s^{1−n}.
    Source: Horn and Johnson (2012), section 5.6.
    """
    require_positive("s", s)
    if s > 1:
        raise ValueError(f"s must be at most 1, got {s}")
    _, U = triangular_form(W)
    units = s ** np.arange(len(W), dtype=np.float64)
    R = U * units / units[:, None]  # entry (i, j) is multiplied by s^{j-i}
    return Bound(float(units[0] / units[-1]), float(np.linalg.norm(np.triu(R), 2)))


def gain(W: np.ndarray, A: np.ndarray) -> float:
    """The largest entry of a state that starts at zero, for inputs with entries from −1 to 1.

    h_t = W h_{t-1} + A x_t:   sup |h| = max_i Σ_{k≥0} Σ_j |(W^k A)_ij|

    Shapes: W (n, n), A (n, d). The sum ends where a term no longer changes it.
    Raises: ValueError if ρ(W) ≥ 1, where the sum need not end.
    """
    radius = spectral_radius(W)
    require_array("A", A, (len(W), "d"))
    if radius >= 1:
        raise ValueError(f"W must have a spectral radius below 1, got {radius:.6g}")
    total, power, best = np.zeros(len(W)), A, np.abs(A).sum()
    while np.abs(power).sum() > 1e-18 * best:
        total += np.abs(power).sum(axis=1)
        best = max(best, total.max())
        power = W @ power
    return float(total.max())
