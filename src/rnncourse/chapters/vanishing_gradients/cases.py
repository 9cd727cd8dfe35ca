"""Networks whose Jacobians multiply, and their gradients, clipped and truncated."""

from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from rnncourse.byhand import rnn
from rnncourse.byhand.examples import small_network
from rnncourse.byhand.gradcheck import precise_gradient
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


def onward(factors) -> np.ndarray:
    """J_k … J_1 for k = 1 … T, (T, n, n)."""
    return np.array(list(accumulate(factors, lambda product, factor: factor @ product)))


def product(factors) -> np.ndarray:
    """The last factor first: J_T … J_1."""
    return onward(factors)[-1]


def norms_onward(factors: np.ndarray) -> np.ndarray:
    """‖J_k … J_1‖₂ for k = 1 … T: what is left of a nudge of h_0."""
    return np.linalg.norm(onward(factors), 2, axis=(1, 2))


def travel(matrix, T=50, **how) -> np.ndarray:
    """``norms_onward`` of five networks, shape (5, T)."""
    return np.array([norms_onward(driven(matrix, seed, T, **how)) for seed in SEEDS])


def spectrum(matrix, T=20, **how) -> np.ndarray:
    """Singular values (5, n) of the product of T Jacobians, largest first."""
    ends = [product(driven(matrix, seed, T, **how)) for seed in SEEDS]
    return np.linalg.svd(ends, compute_uv=False)


def flattened_circles(T: int = 4) -> dict[str, np.ndarray]:
    """Products of 1 … T Jacobians of three networks of two units, (T, 2, 2) each."""
    turn = np.array([[np.cos(0.6), -np.sin(0.6)], [np.sin(0.6), np.cos(0.6)]])
    matrices = {
        "0.7 × rotation": 0.7 * turn,
        "rotation": turn,
        "norm 1.35": np.array([[1.3, 0.3], [0.0, 0.7]]),
    }
    drive = 0.05 * np.random.default_rng(3).standard_normal((T, 2))
    return {name: onward(steps(W, walk(W, drive, np.zeros(2)))) for name, W in matrices.items()}


def one_unit(W: float, h: float, T: int) -> np.ndarray:
    """The states of one unit that reads nothing, (T + 1,)."""
    return walk(np.array([[W]]), np.zeros((T, 1)), np.array([h]))[:, 0]


def exploding_gradient() -> dict:
    """The gradient by all five parameters of a network with 3 × orthogonal, T = 30: norm 1700."""
    params, x, y, h0 = small_network(T=30, n=32, scale=0.1)
    params["W_hh"] = 3.0 * orthogonal(np.random.default_rng(0), 32)
    grads = rnn.loss_and_gradients(params, x, y, h0=h0)[1]
    return {name: grads[name] for name in params}


def flat(grads: dict) -> np.ndarray:
    return np.concatenate([np.ravel(g) for g in grads.values()])


def total_norm(grads: dict) -> float:
    """The norm of all gradients together, as one long vector."""
    return float(np.linalg.norm(flat(grads)))


def clip_by_norm(grads: dict, c: float) -> dict:
    """g min(1, c / ‖g‖) with one norm for all of g."""
    factor = min(1.0, c / total_norm(grads))
    return {name: factor * g for name, g in grads.items()}


def clip_each(grads: dict, c: float) -> dict:
    """Each tensor by a norm of its own."""
    return {name: clip_by_norm({name: g}, c)[name] for name, g in grads.items()}


def clip_by_value(grads: dict, c: float) -> dict:
    """Every entry into −c … c."""
    return {name: np.clip(g, -c, c) for name, g in grads.items()}


def clip_in_a_loop(grads: dict, c: float) -> dict:
    """W38: the loop gives its own name g another array; the dictionary keeps the old ones."""
    factor = min(1.0, c / total_norm(grads))
    for g in grads.values():
        g = factor * g
    return grads


def angle(a: dict, b: dict) -> float:
    """Between two gradients, in degrees."""
    a, b = flat(a), flat(b)
    cosine = a @ b / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def network_for_truncation(factor: float, seed: int, T=40, n=32):
    """A network with ``factor`` × orthogonal that reads small inputs: params, x, y, h0."""
    params, x, y, h0 = small_network(seed, T=T, d=3, n=n, scale=0.1)
    params["W_hh"] = factor * orthogonal(np.random.default_rng(seed), n)
    return params, x, y, h0


def truncated(terms: np.ndarray, window: int) -> np.ndarray:
    """The sum of the last ``window`` terms of the gradient."""
    return terms[max(len(terms) - window, 0) :].sum(axis=0)


def truncation_errors(factor: float, T=40) -> np.ndarray:
    """Relative error of the truncated gradient for windows 1 … T − 1, five networks: (5, T − 1)."""
    rows = []
    for seed in SEEDS:
        terms = rnn.gradient_contributions(*network_for_truncation(factor, seed, T))
        full = terms.sum(axis=0)
        wrong = [truncated(terms, k) - full for k in range(1, T)]
        rows.append(np.linalg.norm(wrong, axis=(1, 2)) / np.linalg.norm(full))
    return np.array(rows)


def latch(T: int) -> float:
    """One unit, W_hh = 2, that reads 1 once and then nothing: its state after T steps, no reset."""
    h = np.tanh(1.0)
    for _ in range(1, T):
        h = np.tanh(2.0 * h)
    return float(h)


def latch_gradient(T: int, W=2.0) -> float:
    """∂h_T/∂h_1 of this unit, by nudging h_1."""
    start = np.array([np.tanh(1.0)])
    return float(precise_gradient(lambda: one_unit(W, start[0], T - 1)[-1], start)[0])


def detached_gradient(params, x, y, h0, window: int) -> np.ndarray:
    """dL/dW_hh of the last step's loss by torch, which is told to forget what lies before."""
    import torch

    leaves = {name: torch.tensor(value, requires_grad=True) for name, value in params.items()}
    h = torch.tensor(h0)
    for t, x_t in enumerate(torch.tensor(x)):
        if t == len(x) - window:
            h = h.detach()
        h = torch.tanh(leaves["W_hx"] @ x_t + leaves["W_hh"] @ h + leaves["b_h"])
    p = leaves["W_ph"] @ h + leaves["b_p"]
    torch.nn.functional.cross_entropy(p, torch.tensor(y[-1])).backward()
    return leaves["W_hh"].grad.numpy()
