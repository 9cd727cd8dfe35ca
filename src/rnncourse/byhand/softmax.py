"""From scores to probabilities to a loss, and back."""

import numpy as np

from rnncourse.validate import require_choice, require_indices, require_shape


def softmax(p: np.ndarray) -> np.ndarray:
    """Turn scores into probabilities along the last axis.

    yhat_k = exp(p_k − m) / Σ_j exp(p_j − m),   m = max_j p_j

    The maximum changes nothing in exact arithmetic and keeps exp from overflowing.
    """
    e = np.exp(p - p.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def cross_entropy(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Loss in nats for scores p (T, K) and classes y (T,), one number a step.

    L = log Σ_j exp(p_j − m) − (p_y − m),   m = max_j p_j

    Raises: ValueError unless y has a class in 0 … K − 1 for each step.
    """
    require_shape("y", y, p.shape[:-1])
    require_indices("y", y, p.shape[-1])
    shifted = p - p.max(axis=-1, keepdims=True)
    right = np.take_along_axis(shifted, y[..., None], axis=-1)[..., 0]
    return np.log(np.exp(shifted).sum(axis=-1)) - right  # (T,)


def draw(p: np.ndarray, u: float, temperature: float = 1.0) -> int:
    """The class that a uniform random u in 0 ≤ u < 1 falls on: softmax(p / temperature), (K,).

    yhat_1 + … + yhat_{k−1} ≤ u < yhat_1 + … + yhat_k   (inverse of the distribution function)

    Temperature 0 takes the largest score, whatever u is.
    """
    if temperature == 0:
        return int(np.argmax(p))
    shares = np.cumsum(softmax(np.asarray(p, dtype=np.float64) / temperature))
    total = shares[-1]  # 1 but for rounding
    return int(np.searchsorted(shares, u * total, side="right"))


REDUCTIONS = ("last", "mean", "sum")


def step_weights(T: int, reduction: str) -> np.ndarray:
    """The weight w_t of each step's loss, shape (T,): last 0 … 0 1, mean 1/T, sum 1."""
    require_choice("reduction", reduction, REDUCTIONS)
    if reduction == "last":
        return np.eye(T)[T - 1]
    return np.full(T, 1.0 / T if reduction == "mean" else 1.0)


def loss_and_dp(p: np.ndarray, y: np.ndarray, reduction: str) -> tuple[float, np.ndarray]:
    """The loss over time and its gradient by the scores, dp (T, K).

    L = Σ_t w_t L^(t),   ∂L/∂p^(t) = w_t (yhat^(t) − y^(t))
    """
    w = step_weights(len(p), reduction)
    dp = softmax(p)
    dp[np.arange(len(p)), y] -= 1.0
    return float(w @ cross_entropy(p, y)), w[:, None] * dp
