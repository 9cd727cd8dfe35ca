"""The graph convolution by hand: every node takes a weighted mean of its neighbors and itself.

Ã = A + I,  D̃_ii = Σ_j Ã_ij,  Â_ij = Ã_ij / √(D̃_ii D̃_jj)
H_{l+1} = relu(Â H_l W_l),  and after the last layer no relu: its rows are the scores

Shapes: A (N, N) without self-loops; H_l (N, F_l), a row is a node; W_l (F_l, F_{l+1}).
Source: Kipf and Welling (2017).
"""

from typing import NamedTuple

import numpy as np

from rnncourse.byhand.softmax import cross_entropy, softmax
from rnncourse.validate import require_array, require_indices, require_shape


class Cache(NamedTuple):
    """What the backward pass needs."""

    A_hat: np.ndarray  # Â, (N, N)
    H: list  # the input of every layer, (N, F_l)
    S: list  # Â H_l W_l of every layer, before the relu


def normalized_adjacency(A: np.ndarray) -> np.ndarray:
    """Â: the adjacency with self-loops, divided by the roots of both degrees.

    Raises: ValueError if A is not square, has a negative weight or a self-loop.

    >>> normalized_adjacency(np.array([[0.0, 1.0], [1.0, 0.0]]))
    array([[0.5, 0.5],
           [0.5, 0.5]])
    """
    require_array("A", A, ("N", "N"))
    require_shape("A", A, (len(A), len(A)))
    if (A < 0).any():
        raise ValueError(f"A must not be negative, got {A.min()}")
    if A.diagonal().any():
        raise ValueError("A must have zeros on its diagonal: the self-loops are added here")
    A_tilde = A + np.eye(len(A))
    d = A_tilde.sum(axis=1)
    return A_tilde / np.sqrt(np.outer(d, d))


def forward(params: dict, A: np.ndarray, H: np.ndarray) -> tuple[np.ndarray, Cache]:
    """Pass messages once per layer; return the scores (N, K) and the cache.

    ``params`` holds W_0, W_1, …: as many layers as matrices.
    """
    cache = Cache(normalized_adjacency(A), [], [])
    weights = _weights(params, A, H)
    for layer, W in enumerate(weights):
        cache.H.append(H)
        S = cache.A_hat @ H @ W
        cache.S.append(S)
        H = S if layer == len(weights) - 1 else np.maximum(S, 0.0)
    return H, cache


def backward(params: dict, cache: Cache, dS: np.ndarray) -> dict:
    """The gradients by every W_l and by H, from ``dS`` = ∂L/∂scores (N, K).

    S = Â H W:  dW = (Â H)ᵀ dS,  dH = Âᵀ dS Wᵀ;  through the relu only where its sum was positive
    """
    grads = {}
    for layer in reversed(range(len(cache.S))):
        grads[f"W_{layer}"] = (cache.A_hat @ cache.H[layer]).T @ dS
        dH = cache.A_hat.T @ dS @ params[f"W_{layer}"].T
        if layer > 0:
            dS = dH * (cache.S[layer - 1] > 0)
    return grads | {"H": dH}


def loss_and_gradients(params, A, H, y, mask=None) -> tuple[float, dict]:
    """The mean cross-entropy in nats over the labeled nodes, and its gradient by every W_l and H.

    Shapes: y (N,) class indices, mask (N,) bool, None means that every node has a label; y is not
    looked at where mask is False.
    """
    scores, cache = forward(params, A, H)
    mask = _labeled(mask, y, scores)
    labels = y[mask]
    require_indices("y", labels, scores.shape[1])
    loss = float(np.mean(cross_entropy(scores[mask], labels)))
    dS = np.zeros_like(scores)
    dS[mask] = (softmax(scores[mask]) - np.eye(scores.shape[1])[labels]) / mask.sum()
    return loss, backward(params, cache, dS)


def _weights(params: dict, A, H) -> list:
    """W_0, W_1, … in order, held against the features and against each other."""
    require_array("H", H, (len(A), "F"))
    weights, size = [], H.shape[1]
    for layer in range(max(1, len(params))):
        name = f"W_{layer}"
        if name not in params:
            raise ValueError(f"params must hold W_0, W_1, …; {name} is missing")
        require_array(name, params[name], (size, "F'"))
        weights.append(params[name])
        size = weights[-1].shape[1]
    return weights


def _labeled(mask, y, scores) -> np.ndarray:
    """The mask of the labeled nodes; at least one."""
    require_shape("y", y, (len(scores),))
    mask = np.ones(len(scores), dtype=bool) if mask is None else np.asarray(mask)
    require_shape("mask", mask, (len(scores),))
    if mask.dtype != bool or not mask.any():
        raise ValueError("mask must hold True for at least one labeled node, and be of kind bool")
    return mask
