"""Small networks as cases, and backpropagation with parts that can be exchanged."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncourse.byhand import rnn, softmax
from rnncourse.byhand.examples import drawn
from rnncourse.byhand.rnn import forward, total_derivatives
from rnncourse.byhand.steps import OUTPUT
from rnncourse.exercises.registry import Case

# No two of T, d, n, K are equal within a case, so that a transposed layout shows in its shape.
# One step alone hides most mistakes; it stands here as the closed form, never as the only case.
SIZES = (
    {"T": 3, "d": 2, "n": 4, "K": 5},
    {"T": 6, "d": 4, "n": 3, "K": 5},
    {"T": 1, "d": 3, "n": 2, "K": 4},
    {"T": 4, "d": 2, "n": 5, "K": 3},
)


def network(seed: int, T: int, d: int, n: int, K: int) -> tuple:
    """A random vanilla RNN and a sequence: params, x (T, d), y (T,), h0 (n,)."""
    rng = np.random.default_rng(seed)
    params = drawn(rnn.SHAPES | OUTPUT, rng, d=d, n=n, K=K)
    return params, rng.standard_normal((T, d)), rng.integers(0, K, T), rng.uniform(-0.9, 0.9, n)


def spelled(sizes: dict) -> str:
    return ", ".join(f"{letter} = {size}" for letter, size in sizes.items())


def network_cases(pick: Callable = lambda params, x, y, h0: (params, x, y, h0)) -> tuple[Case, ...]:
    """One case for each of ``SIZES``; ``pick`` chooses the arguments from (params, x, y, h0)."""
    return tuple(
        Case(spelled(sizes), lambda seed=seed, sizes=sizes: pick(*network(seed, **sizes)))
        for seed, sizes in enumerate(SIZES, start=4)  # from here the last classes differ
    )


class Backward(NamedTuple):
    """Everything of one backward pass for the loss at the last step."""

    x: np.ndarray  # (T, d)
    h: np.ndarray  # (T, n)
    h_prev: np.ndarray  # (T, n)
    dp: np.ndarray  # (K,), of the last step
    dh: np.ndarray  # (T, n)
    da: np.ndarray  # (T, n)


def slope(h: np.ndarray) -> np.ndarray:
    """tanh' written with its output."""
    return 1.0 - h**2


def slope_of_state(h: np.ndarray) -> np.ndarray:
    """W2: the tanh of what is a tanh already."""
    return 1.0 - np.tanh(h) ** 2


def one(h: np.ndarray) -> np.ndarray:
    """No derivative of tanh at all."""
    return np.ones_like(h)


def backward(params, x, y, h0, slope=slope, carry=None) -> Backward:
    """dh_t and da_t from the last step to the first.

    da_t = slope(h_t) ⊙ dh_t,   dh_{t-1} = carry da_t;   the truth has carry = W_hhᵀ
    """
    p, cache = forward(params, x, h0=h0)
    carry = params["W_hh"].T if carry is None else carry
    dp = softmax(p)[-1]
    dp[y[-1]] -= 1.0
    dh, dhs, das = params["W_ph"].T @ dp, [], []
    for h in cache.h[::-1]:
        dhs.append(dh)
        das.append(slope(h) * dh)
        dh = carry @ das[-1]
    return Backward(x, cache.h, cache.h_prev, dp, np.array(dhs[::-1]), np.array(das[::-1]))


def untransposed(params, x, y, h0) -> Backward:
    """W41: the recursion with W_hh in place of its transpose."""
    return backward(params, x, y, h0, carry=params["W_hh"])


def totals(params, x, y, h0) -> tuple[np.ndarray, np.ndarray]:
    """dh_t (T, n) beside the total derivatives dh_t/dW_hh (T, n, n, n)."""
    return backward(params, x, y, h0).dh, total_derivatives(params, x, h0=h0)
