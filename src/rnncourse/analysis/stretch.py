"""Other units for the state make the norm of a matrix nearly its spectral radius."""

from typing import NamedTuple

import numpy as np

from rnncourse.analysis.spectral import require_square
from rnncourse.validate import require_positive


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
