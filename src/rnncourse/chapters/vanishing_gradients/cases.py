"""Networks whose Jacobians multiply: what chapter 04 measures on them."""

from collections.abc import Callable
from functools import reduce
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from rnncourse.byhand.gradcheck import numerical_gradient
from rnncourse.byhand.steps import sigmoid

SEEDS = range(5)


class Function(NamedTuple):
    """A nonlinearity, its slope written with its output, and the largest slope."""

    value: Callable
    slope: Callable
    gamma: float


FUNCTIONS = {
    "tanh": Function(np.tanh, lambda h: 1.0 - h**2, 1.0),
    "sigmoid": Function(sigmoid, lambda h: h * (1.0 - h), 0.25),
    "relu": Function(lambda a: np.maximum(a, 0.0), lambda h: (h > 0) * 1.0, 1.0),
}


def orthogonal(rng: np.random.Generator, n: int) -> np.ndarray:
    """A uniformly drawn orthogonal matrix."""
    Q, R = np.linalg.qr(rng.standard_normal((n, n)))
    return Q * np.sign(np.diag(R))


def gaussian(rng: np.random.Generator, n: int) -> np.ndarray:
    """Independent entries N(0, 1/n): the spectral radius is near 1, the norm near 2."""
    return rng.standard_normal((n, n)) / np.sqrt(n)


def walk(W, drive, h, function="tanh") -> np.ndarray:
    """The states (T + 1, n) of h_t = f(W h_{t-1} + drive_t), the first one included."""
    states = [h]
    for row in drive:
        states.append(FUNCTIONS[function].value(W @ states[-1] + row))
    return np.array(states)


def steps(W, states, function="tanh") -> np.ndarray:
    """The Jacobians J_t = D_t W of these states, (T, n, n)."""
    return FUNCTIONS[function].slope(states[1:])[:, :, None] * W


def driven(matrix, seed, T=50, n=32, noise=0.5, start=0.0, function="tanh") -> np.ndarray:
    """The Jacobians of a network with this kind of matrix, read from random inputs.

    ``matrix(rng, n)`` draws W; ``noise`` and ``start`` are the standard deviations of the drive
    W_hx x_t + b_h and of h_0.
    """
    rng = np.random.default_rng(seed)
    W = matrix(rng, n)
    h, drive = start * rng.standard_normal(n), noise * rng.standard_normal((T, n))
    return steps(W, walk(W, drive, h, function), function)


def scaled(factor: float) -> Callable:
    """Draws ``factor`` times an orthogonal matrix."""
    return lambda rng, n: factor * orthogonal(rng, n)


def of_norm(norm: float, kind: Callable) -> Callable:
    """Draws a matrix of this kind, scaled so that its largest singular value is ``norm``."""

    def drawn(rng, n):
        W = kind(rng, n)
        return norm / np.linalg.norm(W, 2) * W

    return drawn


def product(factors) -> np.ndarray:
    """The last factor first: J_T … J_1."""
    return reduce(lambda product, factor: factor @ product, factors)


def norms_onward(factors: np.ndarray) -> np.ndarray:
    """‖J_k … J_1‖₂ for k = 1 … T: what is left of a nudge of h_0."""
    onward = accumulate(factors, lambda product, factor: factor @ product)
    return np.array([np.linalg.norm(product, 2) for product in onward])


def travel(matrix, T=50, **how) -> np.ndarray:
    """``norms_onward`` of five networks, shape (5, T)."""
    return np.array([norms_onward(driven(matrix, seed, T, **how)) for seed in SEEDS])


def left_after(matrix, T=50, **how) -> float:
    """The median over five networks of what is left after T steps."""
    ends = [product(driven(matrix, seed, T, **how)) for seed in SEEDS]
    return float(np.median(np.linalg.norm(ends, 2, axis=(1, 2))))


def spectrum(matrix, T=20, **how) -> np.ndarray:
    """Singular values (5, n) of the product of T Jacobians, largest first."""
    found = []
    for seed in SEEDS:
        end = product(driven(matrix, seed, T, **how))
        found.append(np.linalg.svd(end, compute_uv=False))
    return np.array(found)


def flattened_circles(T: int = 4) -> dict[str, np.ndarray]:
    """Products of 1 … T Jacobians of three networks of two units, (T, 2, 2) each."""
    turn = np.array([[np.cos(0.6), -np.sin(0.6)], [np.sin(0.6), np.cos(0.6)]])
    matrices = {
        "0.7 × rotation": 0.7 * turn,
        "rotation": turn,
        "norm 1.35": np.array([[1.3, 0.3], [0.0, 0.7]]),
    }
    drive = 0.05 * np.random.default_rng(3).standard_normal((T, 2))
    factors = {name: steps(W, walk(W, drive, np.zeros(2))) for name, W in matrices.items()}
    return {
        name: np.array(list(accumulate(each, lambda product, factor: factor @ product)))
        for name, each in factors.items()
    }


def extremes(factors: np.ndarray) -> tuple[float, float, float, float]:
    """∏σ_min, σ_min(P), ‖P‖, ∏σ_max of a product P; σ_min(P) is 1 over the norm of the inverse."""
    each = np.linalg.svd(factors, compute_uv=False)
    inverse = product([np.linalg.inv(factor) for factor in factors[::-1]])
    smallest = 1.0 / np.linalg.norm(inverse, 2)
    return each[:, -1].prod(), smallest, np.linalg.norm(product(factors), 2), each[:, 0].prod()


def one_unit(W: float, h: float, T: int) -> np.ndarray:
    """The states of one unit that reads nothing, (T + 1,)."""
    return walk(np.array([[W]]), np.zeros((T, 1)), np.array([h]))[:, 0]


def doubling(T: int = 10) -> float:
    """∂h_T/∂h_0 of one unit with W = 2 at h = 0, by a nudge so small that tanh stays straight."""
    start = np.zeros(1)

    def end() -> float:
        return float(walk(np.full((1, 1), 2.0), np.zeros((T, 1)), start)[-1, 0])

    return float(numerical_gradient(end, start, eps=1e-8)[0])


def saturated_slope(W: float = 2.0) -> float:
    """∂h_t/∂h_{t-1} of one unit where it rests, by nudging it."""
    start = one_unit(W, 0.1, 200)[-1:]
    return float(numerical_gradient(lambda: one_unit(W, start[0], 1)[-1], start)[0])


def gaussians_above_one(count: int = 200, n: int = 32) -> float:
    """How many of so many Gaussian networks have a Jacobian of norm above 1 at h = 0."""
    drawn = (gaussian(np.random.default_rng(seed), n) for seed in range(count))
    return float(sum(np.linalg.norm(W, 2) > 1.0 for W in drawn))


def norm_is_not_radius(T: int) -> float:
    """‖W^T‖₂ of a matrix of norm 10 and spectral radius 1/2."""
    return float(np.linalg.norm(np.linalg.matrix_power(np.array([[0.5, 10.0], [0.0, 0.5]]), T), 2))


def orthogonal_decay(T: int) -> float:
    """What is left after T steps without input, W orthogonal, h0 of standard deviation 1."""
    return left_after(scaled(1.0), T, noise=0.0, start=1.0)


def orthogonal_decay_exponent() -> float:
    """The exponent of this decay between 50 and 200 steps."""
    return float(np.log(orthogonal_decay(200) / orthogonal_decay(50)) / np.log(4.0))


def looseness() -> float:
    """∏σ_max over ‖P‖ for ten steps of Gaussian networks, the median of 100."""
    found = []
    for seed in range(100):
        factors = driven(gaussian, seed, T=10, n=16)
        norm = np.linalg.norm(product(factors), 2)
        found.append(np.linalg.norm(factors, 2, axis=(1, 2)).prod() / norm)
    return float(np.median(found))


def middle_direction(matrix) -> float:
    """The median singular value of 20 steps with small inputs, over directions and networks."""
    return float(np.median(spectrum(matrix, noise=0.05)))


def steps_until_zero(dtype) -> float:
    """How many halvings turn 1 into 0 in this kind of float."""
    left, count = dtype(1.0), 0
    while left > 0:
        left, count = dtype(left * dtype(0.5)), count + 1
    return float(count)


def product_of_h_blocks(T: int = 3, n: int = 16) -> float:
    """LSTM: how far the product of ∂⁺h_t/∂h_{t-1} lies from ∂h_T/∂h_0, relative, median."""
    import torch

    from rnncourse import analysis
    from rnncourse.cells import LSTMCell

    errors = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        cell = LSTMCell(3, n, rng=rng).double()
        x = torch.from_numpy(rng.standard_normal((T, 3)))
        true = analysis.products(analysis.state_jacobians(cell, x))[-1][:n, :n]
        wrong = analysis.products(analysis.jacobians(cell, x))[-1]
        errors.append(np.linalg.norm(wrong - true) / np.linalg.norm(true))
    return float(np.median(errors))
