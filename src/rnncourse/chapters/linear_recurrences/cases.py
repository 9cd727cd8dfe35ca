"""Matrices and recurrences that the page, the lesson, the claims and the exercises share."""

import numpy as np

from rnncourse.byhand import linear
from rnncourse.byhand.examples import course_network

DIES = np.array([[0.5, 1.875], [0.0, 0.5]])  # norm 2, all three
STAYS = np.array([[1.0, 1.5], [0.0, -1.0]])
EXPLODES = np.array([[2.0, 0.0], [0.0, 1.0]])
SWING = np.array([[0.5, 10.0], [0.0, 0.5]])
SLOW = np.array([[0.95, 3.0], [0.0, 0.95]])


def recurrence(seed, T: int, d: int, n: int) -> tuple:
    """A random linear recurrence and what it reads: W, A, x (T, d), h0 (n,).

    ``seed`` is a number, or a generator that has drawn before.
    """
    rng = np.random.default_rng(seed)
    W, A = 0.7 * rng.standard_normal((n, n)), rng.standard_normal((n, d))
    return W, A, rng.standard_normal((T, d)), rng.standard_normal(n)


def random_recurrence(seed=0, T: int = 12, d: int = 3, n: int = 5, radius: float = 0.9):
    """A ``recurrence`` whose W has this spectral radius."""
    from rnncourse.analysis import spectral_radius  # loads torch: exercises do without

    W, *rest = recurrence(seed, T, d, n)
    return W * (radius / spectral_radius(W)), *rest


def worked_example():
    """The worked example of backpropagation without tanh and bias, started at (1, −1, 0.5)."""
    params, x, _, _ = course_network()
    return params["W_hh"], params["W_hx"], x, np.array([1.0, -1.0, 0.5])


def rotation(angle: float, factor: float = 1.0) -> np.ndarray:
    """A turn of the plane by ``angle`` in radians, every length multiplied by ``factor``."""
    c, s = np.cos(angle), np.sin(angle)
    return factor * np.array([[c, -s], [s, c]])


def worst_input(W: np.ndarray, A: np.ndarray, T: int) -> tuple[np.ndarray, int]:
    """Signs (T, d) that drive one unit as far as T inputs of size 1 can, and that unit."""
    response = linear.impulse_response(W, A, T)  # (T, n, d)
    unit = int(np.argmax(np.abs(response).sum(axis=(0, 2))))
    return np.sign(response[::-1, unit]), unit
