"""The wrong answers on matrices and their powers to the exercises of chapter 01, by name.

W12 and W13 are entries of the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.chapters.linear_recurrences.exercises import (
    DIES,
    FATES,
    GROWS,
    STAYS,
    fates,
    matrix,
    oscillator,
    peak,
    radius,
)
from rnncourse.exercises.registry import known_mistakes

power = np.linalg.matrix_power


def norm(W: np.ndarray) -> float:
    return float(np.linalg.norm(W, 2))


def judged_by(size):
    """The fates by some size of W: below 1 dies, 1 stays, above 1 grows."""

    def answer():
        sizes = [size(matrix(rows)) for rows, _ in FATES]
        return np.array([STAYS if np.isclose(s, 1.0) else GROWS if s > 1 else DIES for s in sizes])

    return answer


def near_one(W: np.ndarray) -> float:
    """The norm, where everything within 5 percent of 1 counts as 1."""
    return 1.0 if abs(norm(W) - 1.0) < 0.05 else norm(W)


def fates_with(**changed: int):
    """The right fates but for the matrices named, such as W5, counted from 1."""

    def answer():
        result = fates()
        for name, fate in changed.items():
            result[int(name[1:]) - 1] = fate
        return result

    return answer


BY_NORM = "the norm decides; it is only an upper bound, and [[0.5, 10], [0, 0.5]] dies out"
NEAR = "a norm near 1 is taken for stable; 1.01 to the power 1000 is 20959"
known_mistakes(
    fates,
    ("W12", BY_NORM, judged_by(norm)),
    ("W13", NEAR, fates_with(W5=STAYS)),
    ("W12 and W13", f"{BY_NORM}; and {NEAR}", judged_by(near_one)),
    (
        "W13",
        "radius 1 is taken for stable; a turn keeps its length, "
        "and [[1, 1.5], [0, -1]] is its own inverse",
        fates_with(W3=DIES, W6=DIES),
    ),
    (
        "W13",
        "radius 1 is taken for stable, also in [[1, 1], [0, 1]], whose powers hold the number t",
        fates_with(W3=DIES, W4=DIES, W6=DIES),
    ),
    (
        "counters",
        "radius 1 is taken for bounded; the powers of [[1, 1], [0, 1]] hold the number t",
        fates_with(W4=STAYS),
    ),
    (
        "border",
        "radius 1 is taken for growth; a turn keeps every length, "
        "and the powers of [[1, 1.5], [0, -1]] go to and fro between it and the identity",
        fates_with(W3=GROWS, W6=GROWS),
    ),
    ("entries", "the largest entry decides", judged_by(lambda W: np.abs(W).max())),
    (
        "determinant",
        "the determinant decides; it is the product of all eigenvalues",
        judged_by(lambda W: abs(np.linalg.det(W))),
    ),
    (
        "diagonal",
        "the diagonal decides; its entries are the eigenvalues of triangular matrices only",
        judged_by(lambda W: np.abs(np.diag(W)).max()),
    ),
)


known_mistakes(
    radius,
    ("W12", "the norm is taken, which is an upper bound", norm),
    ("frobenius", "np.linalg.norm(W) is the Frobenius norm", np.linalg.norm),
    (
        "no-absolute-value",
        "the largest real part is taken in place of the largest absolute value",
        lambda W: np.linalg.eigvals(W).real.max(),
    ),
    (
        "real-parts",
        "the imaginary parts of the eigenvalues are dropped",
        lambda W: np.abs(np.linalg.eigvals(W).real).max(),
    ),
    ("smallest", "the smallest eigenvalue is taken", lambda W: np.abs(np.linalg.eigvals(W)).min()),
    (
        "symmetric",
        "eigvalsh reads W as a symmetric matrix",
        lambda W: np.abs(np.linalg.eigvalsh(W)).max(),
    ),
    ("entry", "the largest entry is taken", lambda W: np.abs(W).max()),
    ("row-sum", "the largest row sum is taken, which is a norm", lambda W: np.abs(W).sum(1).max()),
)


def peak_of(size, first: int = 0):
    """The pair (t, size) for another size of the powers, or from another first step."""

    def answer(W, T):
        sizes = [size(power(W, t)) for t in range(first, T + 1)]
        return np.array([first + np.argmax(sizes), np.max(sizes)])

    return answer


known_mistakes(
    peak,
    ("W12", "the norm of W itself is taken for the peak", lambda W, T: np.array([1, norm(W)])),
    (
        "W12",
        "the bound ‖W‖^T is taken for the norm of W^T",
        lambda W, T: np.array([T, norm(W) ** T]),
    ),
    ("no-step-0", "W^0, the identity, is not looked at", peak_of(norm, first=1)),
    (
        "step",
        "the step is counted from 1, so that W^0 is step 1",
        lambda W, T: peak(W, T) + np.array([1, 0]),
    ),
    ("frobenius", "np.linalg.norm(W) is the Frobenius norm", peak_of(np.linalg.norm)),
    ("entry", "the largest entry is taken for the norm", peak_of(lambda W: np.abs(W).max())),
    (
        "radius",
        "the spectral radius of the powers is taken for their norm",
        peak_of(radius),
    ),
)


def turn(angle: float, factor: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return factor * np.array([[c, -s], [s, c]])


known_mistakes(
    oscillator,
    ("clockwise", "it turns the other way", lambda p, h: oscillator(p, h).T),
    ("half", "the length halves at every step", lambda p, h: turn(2 * np.pi / p, 0.5)),
    (
        "time-constant",
        "exp(−1/half_life) is taken: after that many steps 1/e is left, not 1/2",
        lambda p, h: turn(2 * np.pi / p, np.exp(-1.0 / h)),
    ),
    ("no-shrinking", "the length is kept", lambda p, h: turn(2 * np.pi / p, 1.0)),
    (
        "straight",
        "each step is thought to lose half / half_life of the length; the losses multiply",
        lambda p, h: turn(2 * np.pi / p, 1.0 - 0.5 / h),
    ),
    (
        "degrees",
        "the angle is in degrees, and np.cos reads radians",
        lambda p, h: turn(360.0 / p, 0.5 ** (1.0 / h)),
    ),
    ("frequency", "1 / period is taken for the angle", lambda p, h: turn(1 / p, 0.5 ** (1 / h))),
    (
        "half-a-turn",
        "π / period is taken for the angle: the period is twice as long",
        lambda p, h: turn(np.pi / p, 0.5 ** (1 / h)),
    ),
)
