"""What the by-hand cells share: steps become a cache, and the output layer."""

import numpy as np

from rnncourse.byhand.softmax import loss_and_dp


def stack(steps: list):
    """T caches of one step become one cache whose arrays have a leading axis T."""
    return type(steps[0])(*(np.array(rows) for rows in zip(*steps, strict=True)))


def at(cache, t: int):
    """The cache of step t alone."""
    return type(cache)(*(rows[t] for rows in cache))


def scores(params: dict, h: np.ndarray) -> np.ndarray:
    """p_t = W_ph h_t + b_p for h (T, n), shape (T, K)."""
    return h @ params["W_ph"].T + params["b_p"]


def loss_and_dh(params: dict, h: np.ndarray, y: np.ndarray, reduction: str):
    """The loss, the output layer's gradients, and what each h_t gets from its own scores (T, n).

    ∂L/∂W_ph = Σ_t dp_t h_tᵀ,   ∂L/∂b_p = Σ_t dp_t,   ∂L/∂h_t = W_phᵀ dp_t + (the future)
    """
    loss, dp = loss_and_dp(scores(params, h), y, reduction)
    output = {"W_ph": dp.T @ h, "b_p": dp.sum(axis=0)}
    return loss, output, dp @ params["W_ph"]


def zero_gradients(params: dict) -> dict:
    """One array of zeros for every parameter, ready for ``+=``."""
    return {name: np.zeros_like(value) for name, value in params.items()}


def sigmoid(a: np.ndarray) -> np.ndarray:
    """σ(a) = 1 / (1 + exp(−a)), written with tanh so that no exponential overflows."""
    return 0.5 * (1.0 + np.tanh(0.5 * a))
