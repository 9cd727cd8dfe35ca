"""What many layers do to the differences between nodes: distances, eigenvalues, cures.

d̃ = degrees with the self-loop,  v = √d̃
Â v = v, and every other eigenvalue of a connected graph lies strictly between −1 and 1

A node's features are divided by √d̃ before two nodes are compared: so the direction v, which no
layer shrinks, is the same for all nodes.
"""

from collections.abc import Callable, Iterator

import numpy as np

from rnncourse.byhand.gcn import normalized_adjacency

KEEP = 0.2  # share of the first features in the initial connection


def root_degrees(A: np.ndarray) -> np.ndarray:
    """v_i = √d̃_i, (N,)."""
    return np.sqrt(A.sum(axis=1) + 1.0)


def second_eigenvalue(A: np.ndarray) -> float:
    """The largest |eigenvalue| of Â beside the 1 of v; A symmetric and connected."""
    sizes = np.sort(np.abs(np.linalg.eigvalsh(normalized_adjacency(A))))
    return float(sizes[-2])


def distance(A: np.ndarray, H: np.ndarray) -> float:
    """The mean distance of two nodes' rows of H / √d̃, over all pairs of different nodes."""
    Z = H / root_degrees(A)[:, None]
    apart = np.linalg.norm(Z[:, None] - Z[None], axis=-1)
    return float(apart.sum() / (len(Z) * (len(Z) - 1)))


def limit(A: np.ndarray, H: np.ndarray) -> np.ndarray:
    """What Âᵏ H tends to: v vᵀ H / vᵀ v, for a connected graph."""
    v = root_degrees(A)
    return np.outer(v, v @ H) / (v @ v)


def plain(A_hat, H, first):
    """H ← Â H."""
    return A_hat @ H


def residual(A_hat, H, first):
    """H ← ½ (H + Â H): half of a node stays where it is."""
    return 0.5 * (H + A_hat @ H)


def initial(A_hat, H, first):
    """H ← (1 − α) Â H + α H_0: a share of the first features comes back in every layer."""
    return (1.0 - KEEP) * (A_hat @ H) + KEEP * first


STEPS: dict[str, Callable] = {"plain": plain, "residual": residual, "initial": initial}


def states(A: np.ndarray, H: np.ndarray, layers: int, step: Callable = plain) -> Iterator:
    """H_0, H_1, … after each layer, no weights and no relu."""
    A_hat, first = normalized_adjacency(A), H
    yield H
    for _ in range(layers):
        H = step(A_hat, H, first)
        yield H


def distances(A: np.ndarray, H: np.ndarray, layers: int, step: Callable = plain) -> np.ndarray:
    """The mean distance after 0 … ``layers`` layers, (layers + 1,)."""
    return np.array([distance(A, each) for each in states(A, H, layers, step)])


def what_differs(A: np.ndarray, H: np.ndarray) -> float:
    """‖H − its part along v‖ / ‖H‖: what is left to tell nodes apart, whatever H's size."""
    return float(np.linalg.norm(H - limit(A, H)) / np.linalg.norm(H))


def random_network(A: np.ndarray, layers: int, *, rng, features: int = 32) -> np.ndarray:
    """``what_differs`` after 0 … ``layers`` layers relu(Â H W) with random weights, (layers + 1,).

    W has standard deviation √(2/F), so that a relu layer keeps the size of what it reads.
    """
    A_hat, H = normalized_adjacency(A), rng.standard_normal((len(A), features))
    left = [what_differs(A, H)]
    for _ in range(layers):
        W = rng.standard_normal((features, features)) * np.sqrt(2.0 / features)
        H = np.maximum(A_hat @ H @ W, 0.0)
        left.append(what_differs(A, H))
    return np.array(left)


def rate(curve: np.ndarray, start: int, end: int) -> float:
    """By which factor a curve shrinks in a layer, on average from ``start`` to ``end``."""
    return float((curve[end] / curve[start]) ** (1.0 / (end - start)))


def initial_limit(A: np.ndarray, H: np.ndarray) -> np.ndarray:
    """What the initial connection tends to: α (I − (1 − α) Â)⁻¹ H_0."""
    A_hat = normalized_adjacency(A)
    return KEEP * np.linalg.solve(np.eye(len(A)) - (1.0 - KEEP) * A_hat, H)
