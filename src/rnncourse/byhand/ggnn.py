"""The gated graph network by hand: in each round a GRU reads what a node's neighbors send.

M = A H                                              a node's message: the sum over its neighbors
Z = σ(M W_zxᵀ + H W_zhᵀ + b_z)
R = σ(M W_rxᵀ + H W_rhᵀ + b_r)
C = tanh(M W_hxᵀ + (R ⊙ H) W_hhᵀ + b_h)
H_new = (1 − Z) ⊙ H + Z ⊙ C

It is the course's GRU with the message in the place of the input: row i of H is the state of node
i, a round is a step, and all nodes and rounds share the weights.

Shapes: A (N, N), H (N, n), a row is a node; each W_qx and W_qh (n, n), b_q (n,).
Source: Li et al. (2016), with one kind of edge.
"""

from typing import NamedTuple

import numpy as np

from rnncourse.byhand.steps import gate_shapes, sigmoid, zero_gradients
from rnncourse.validate import require_array, require_count, require_shape

SHAPES = {name: ("n",) * len(shape) for name, shape in gate_shapes("zrh").items()}


class Round(NamedTuple):
    """What the backward pass needs of one round; all (N, n)."""

    H: np.ndarray  # the states before
    M: np.ndarray
    Z: np.ndarray
    R: np.ndarray
    C: np.ndarray


def forward(params: dict, A: np.ndarray, H: np.ndarray, rounds: int) -> tuple[np.ndarray, list]:
    """The states (N, n) after that many rounds, and what the backward pass needs of each."""
    _require(params, A, H)
    require_count("rounds", rounds, minimum=0)
    cache = []
    for _ in range(rounds):
        M = A @ H
        Z = sigmoid(M @ params["W_zx"].T + H @ params["W_zh"].T + params["b_z"])
        R = sigmoid(M @ params["W_rx"].T + H @ params["W_rh"].T + params["b_r"])
        C = np.tanh(M @ params["W_hx"].T + (R * H) @ params["W_hh"].T + params["b_h"])
        cache.append(Round(H, M, Z, R, C))
        H = (1.0 - Z) * H + Z * C
    return H, cache


def gradients(params: dict, A, H, rounds: int, dH_new: np.ndarray) -> dict:
    """The gradients by all parameters and H of a loss whose gradient by H_new is ``dH_new``.

    A round goes back by the GRU's equations; the message M = A H adds Aᵀ dM to dH.
    """
    _, cache = forward(params, A, H, rounds)
    require_shape("dH_new", dH_new, H.shape)
    grads, dH = zero_gradients(params), dH_new
    for each in reversed(cache):
        dH = _round_backward(params, A, grads, dH, each)
    return grads | {"H": dH}


def _round_backward(params: dict, A, grads: dict, dH: np.ndarray, each: Round) -> np.ndarray:
    """Add this round's share to ``grads``; return the gradient by the states before it."""
    H, M, Z, R, C = each
    dc = dH * Z * (1.0 - C**2)  # by what the tanh reads
    du = dc @ params["W_hh"]  # u = r ⊙ h is what W_hh multiplies
    dz = dH * (C - H) * Z * (1.0 - Z)
    dr = du * H * R * (1.0 - R)
    dM = dz @ params["W_zx"] + dr @ params["W_rx"] + dc @ params["W_hx"]
    for q, da, read in (("z", dz, H), ("r", dr, H), ("h", dc, R * H)):
        grads[f"W_{q}x"] += da.T @ M
        grads[f"W_{q}h"] += da.T @ read
        grads[f"b_{q}"] += da.sum(axis=0)
    own = dH * (1.0 - Z) + du * R + dz @ params["W_zh"] + dr @ params["W_rh"]
    return own + A.T @ dM


def _require(params: dict, A, H) -> None:
    require_array("A", A, ("N", "N"))
    require_shape("A", A, (len(A), len(A)))
    require_array("H", H, (len(A), "n"))
    for name, shape in SHAPES.items():
        if name not in params:
            raise ValueError(f"params must hold {', '.join(SHAPES)}; {name} is missing")
        require_array(name, params[name], (H.shape[1],) * len(shape))
