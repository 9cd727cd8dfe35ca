"""Matrices and recurrences on which the claims of chapter 01 are measured."""

from functools import cache

import numpy as np

from rnncourse.analysis import power_norms, spectral_radius, transient_peak
from rnncourse.byhand import linear
from rnncourse.byhand.examples import course_network

DIES = np.array([[0.5, 1.875], [0.0, 0.5]])  # norm 2, all three
STAYS = np.array([[1.0, 1.5], [0.0, -1.0]])
EXPLODES = np.array([[2.0, 0.0], [0.0, 1.0]])
SWING = np.array([[0.5, 10.0], [0.0, 0.5]])
SLOW = np.array([[0.95, 3.0], [0.0, 0.95]])
RADII = (0.8, 0.9, 0.95, 1.05, 1.1, 1.2)


def random_recurrence(seed=0, T: int = 12, d: int = 3, n: int = 5, radius: float = 0.9):
    """A random linear recurrence of this spectral radius: W, A, x (T, d), h0 (n,).

    ``seed`` is a number, or a generator that has drawn before.
    """
    rng = np.random.default_rng(seed)
    W, A = rng.standard_normal((n, n)), rng.standard_normal((n, d))
    W *= radius / spectral_radius(W)
    return W, A, rng.standard_normal((T, d)), rng.standard_normal(n)


def worked_example():
    """Chapter 02's worked example without tanh and bias, started at (1, −1, 0.5)."""
    params, x, _, _ = course_network()
    return params["W_hh"], params["W_hx"], x, np.array([1.0, -1.0, 0.5])


def off_by(wrong: np.ndarray) -> float:
    """How far a wrong last state lies from the right one in the worked example."""
    right = linear.states(*worked_example())[-1]
    return float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


def sum_with(power, start=None) -> np.ndarray:
    """The worked example's sum with weights power(W, T, k) for input k, start(W, T) for h0."""
    W, A, x, h0 = worked_example()
    T = len(x)
    inputs = [power(W, T, k) @ A @ x[k - 1] for k in range(1, T + 1)]
    return (start or np.linalg.matrix_power)(W, T) @ h0 + sum(inputs)


def without_start() -> np.ndarray:
    W, A, x, h0 = worked_example()
    return linear.states(W, A, x, 0.0 * h0)[-1]


def entrywise(W, T, k=0) -> np.ndarray:
    """W ** p in NumPy raises every entry to the power on its own; W ** 0 is all ones."""
    return W ** (T - k)


SLIPS = {
    "linear-no-start": (0.4632, "Leaving out the start $h^{(0)}$.", without_start),
    "linear-power-too-high": (
        0.6839,
        "One power too many on every input, $W^{t-k+1}$.",
        lambda: sum_with(lambda W, T, k: np.linalg.matrix_power(W, T - k + 1)),
    ),
    "linear-power-too-low": (
        289.899,
        "One power too few on every input, $W^{t-k-1}$.",
        lambda: sum_with(lambda W, T, k: np.linalg.matrix_power(W, T - k - 1)),
    ),
    "linear-entrywise-power": (
        0.5922,
        "Powers of the entries in place of powers of the matrix, on the start and every input.",
        lambda: sum_with(entrywise, start=entrywise),
    ),
}


def rotation(angle: float, factor: float = 1.0) -> np.ndarray:
    """A turn of the plane by ``angle`` in radians, every length multiplied by ``factor``."""
    c, s = np.cos(angle), np.sin(angle)
    return factor * np.array([[c, -s], [s, c]])


def fate_is_misjudged(seed: int) -> tuple[bool, bool, bool]:
    """One random matrix: is it stable, does the radius misjudge W^2000, does the norm?"""
    rng = np.random.default_rng(seed)
    n, radius = int(rng.integers(2, 11)), float(rng.choice(RADII))
    W = random_recurrence(rng, n=n, radius=radius)[0]
    faded = bool(np.linalg.norm(np.linalg.matrix_power(W, 2000), 2) < 1e-6)
    return radius < 1, faded != (radius < 1), faded != bool(np.linalg.norm(W, 2) < 1)


@cache
def gaussian_measures(n: int = 100, seeds: int = 10) -> dict[str, float]:
    """Means over seeds of W with independent N(0, 1/n) entries, and of W scaled to radius 0.95."""
    rows = []
    for seed in range(seeds):
        W = np.random.default_rng(seed).standard_normal((n, n)) / np.sqrt(n)
        radius = spectral_radius(W)
        scaled = 0.95 / radius * W
        peak = transient_peak(scaled, 20).norm
        rows.append((radius, np.linalg.norm(W, 2), peak))
    return dict(zip(("radius", "norm", "peak"), np.mean(rows, axis=0).tolist(), strict=True))


def steps_below(W: np.ndarray, level: float, T: int) -> int:
    """The first step from which all norms up to T stay below the level."""
    return int(np.flatnonzero(power_norms(W, T) >= level)[-1]) + 1


def half_life(size: float) -> float:
    """Steps until an eigenvalue of this size has halved what it multiplies, by bisection."""
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if size**middle > 0.5 else (low, middle)
    return high


def worst_input(W: np.ndarray, A: np.ndarray, T: int) -> tuple[np.ndarray, int]:
    """Signs (T, d) that drive one unit as far as T inputs of size 1 can, and that unit."""
    response = linear.impulse_response(W, A, T)  # (T, n, d)
    unit = int(np.argmax(np.abs(response).sum(axis=(0, 2))))
    return np.sign(response[::-1, unit]), unit
