"""Attention on a graph by hand: a node decides itself how much each neighbor counts.

u_i = W h_i
e_ij = leaky(a · [u_i; u_j])                        node i asks, node j is heard
α_ij = exp(e_ij) / Σ_k exp(e_ik)                    over i's neighbors and i itself
h'_i = Σ_j α_ij u_j

leaky(v) = v where v is positive, and slope · v elsewhere.

Shapes: A (N, N), an edge wherever an entry is not zero; H (N, F); W (K, F); a (2K,), its first half
meets u_i; H' (N, K), α (N, N), whose rows sum to 1.
Source: Veličković et al. (2018), one head.
"""

import numpy as np

from rnncourse.byhand.softmax import softmax
from rnncourse.validate import require_array, require_number, require_shape


def forward(params: dict, A: np.ndarray, H: np.ndarray, slope: float = 0.2) -> tuple:
    """One layer: the new features H' (N, K) and the attention (N, N)."""
    U, _, attention = _parts(params, A, H, slope)
    return attention @ U, attention


def gradients(params: dict, A, H, dH_new: np.ndarray, slope: float = 0.2) -> dict:
    """The gradients by W, a and H of a loss whose gradient by H' is ``dH_new`` (N, K)."""
    U, sums, attention = _parts(params, A, H, slope)
    require_shape("dH_new", dH_new, U.shape)
    K = U.shape[1]
    d_attention = dH_new @ U.T
    inner = (d_attention * attention).sum(axis=1, keepdims=True)
    de = attention * (d_attention - inner)  # the softmax's backward pass, row by row
    ds = de * np.where(sums > 0, 1.0, slope)
    ds_asks, ds_heard = ds.sum(axis=1), ds.sum(axis=0)
    da = np.concatenate([U.T @ ds_asks, U.T @ ds_heard])
    dU = attention.T @ dH_new
    dU += np.outer(ds_asks, params["a"][:K]) + np.outer(ds_heard, params["a"][K:])
    return {"W": dU.T @ H, "a": da, "H": dU @ params["W"]}


def _parts(params, A, H, slope) -> tuple:
    """u (N, K), the sums in front of leaky (N, N), and the attention (N, N)."""
    _require(params, A, H, slope)
    K = len(params["W"])
    U = H @ params["W"].T
    sums = (U @ params["a"][:K])[:, None] + (U @ params["a"][K:])[None, :]
    e = np.where(sums > 0, sums, slope * sums)
    hears = (A != 0) | np.eye(len(A), dtype=bool)
    return U, sums, softmax(np.where(hears, e, -np.inf))


def _require(params: dict, A, H, slope) -> None:
    require_array("A", A, ("N", "N"))
    require_shape("A", A, (len(A), len(A)))
    require_array("H", H, (len(A), "F"))
    require_number("slope", slope)
    for name in ("W", "a"):
        if name not in params:
            raise ValueError(f"params must hold W and a; {name} is missing")
    require_array("W", params["W"], ("K", H.shape[1]))
    require_array("a", params["a"], (2 * len(params["W"]),))
