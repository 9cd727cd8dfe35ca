"""Slips in the optimizers of chapter 07, and what each costs in the worked example."""

import numpy as np

from rnncourse.byhand.optimizers import OPTIMIZERS, follow

GRADS = np.array([1.0, 2.0, -1.0, 3.0, 0.5])  # the worked example, from w = 0 with η = 0.1


def without_correction(grads: np.ndarray, learning_rate: float, only: str = "mv") -> np.ndarray:
    """Adam that leaves out the correction of the averages named in ``only``."""
    w, m, v, path = 0.0, 0.0, 0.0, []
    for t, g in enumerate(grads, start=1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        m_hat = m if "m" in only else m / (1.0 - 0.9**t)
        v_hat = v if "v" in only else v / (1.0 - 0.999**t)
        w = w - learning_rate * m_hat / (np.sqrt(v_hat) + 1e-8)
        path.append(w)
    return np.array(path)


def divided(grads: np.ndarray, memory, divisor) -> np.ndarray:
    """A slipped AdaGrad or RMSprop: v = memory(v, g²), and the step is η g / divisor(v)."""
    w, v, path = 0.0, 0.0, []
    for g in grads:
        v = memory(v, g**2)
        w = w - 0.1 * g / divisor(v)
        path.append(w)
    return np.array(path)


def added(v, square):
    """AdaGrad's memory."""
    return v + square


def averaged(v, square):
    """RMSprop's memory."""
    return 0.99 * v + 0.01 * square


def eps_inside(v):
    """The root of what KTH's sheet divides by."""
    return np.sqrt(v + 1e-8)


def eps_outside(v):
    """The root of what torch divides by."""
    return np.sqrt(v) + 1e-8


# id: (states, tolerance, source, statement, optimizer, size of the gradients, wrong path)
SLIPS = {
    "slip-velocity-reset": (
        0.6197,
        "W22",
        "A velocity that starts at zero in every step is plain descent.",
        "momentum",
        1.0,
        lambda grads: -0.1 * np.cumsum(grads),
    ),
    "slip-replaces": (
        0.25585,
        "W21",
        "AdaGrad that replaces its memory by the last squared gradient in place of adding.",
        "adagrad",
        1.0,
        lambda grads: divided(grads, lambda v, square: square, eps_inside),
    ),
    "slip-not-averaged": (
        0.9,
        "R0-08",
        r"RMSprop with $v = \alpha v + g^2$: the factor $1-\alpha$ is missing.",
        "rmsprop",
        1.0,
        lambda grads: divided(grads, lambda v, square: 0.99 * v + square, eps_outside),
    ),
    "slip-eps-outside": (
        3.687e-9,
        "KTH",
        r"AdaGrad with $\varepsilon$ outside the root, gradients of size one.",
        "adagrad",
        1.0,
        lambda grads: divided(grads, added, eps_outside),
    ),
    "slip-eps-outside-small": (
        0.1827,
        "KTH",
        r"AdaGrad with $\varepsilon$ outside the root, gradients of size $10^{-4}$.",
        "adagrad",
        1e-4,
        lambda grads: divided(grads, added, eps_outside),
    ),
    "slip-eps-inside-small": (
        0.7808,
        "R1-13",
        r"RMSprop with $\varepsilon$ inside the root, gradients of size $10^{-4}$.",
        "rmsprop",
        1e-4,
        lambda grads: divided(grads, averaged, eps_inside),
    ),
    "slip-no-correction": (
        3.515,
        "R0-09",
        "Adam without the correction of both averages.",
        "adam",
        1.0,
        lambda grads: without_correction(grads, 0.1),
    ),
    "slip-half-correction": (
        0.7598,
        "R1-14",
        "Adam with the correction of $v$ only.",
        "adam",
        1.0,
        lambda grads: without_correction(grads, 0.1, only="m"),
    ),
}


def slip(name: str, size: float, wrong) -> float:
    """Relative error of the last weight of the worked example, its gradients times ``size``."""
    right = follow(OPTIMIZERS[name](0.1), 0.0, size * GRADS)[-1]
    return float(abs(wrong(size * GRADS)[-1] - right) / abs(right))
