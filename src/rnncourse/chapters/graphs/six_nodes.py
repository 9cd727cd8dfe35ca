"""The sheet's graph of six nodes, and what a stack of layers hears on any graph."""

from itertools import pairwise

import numpy as np

from rnncourse.validate import require_array, require_shape

NODES = "ABCDEF"
EDGES = ("AB", "AE", "AF", "BD", "CD", "DF")
# Where the figures draw them, in units of an edge's length, x to the right and y up.
PLACES = {
    "C": (0.0, 0.0),
    "D": (1.0, 0.0),
    "B": (2.0, 0.6),
    "F": (2.0, -0.6),
    "A": (3.0, 0.0),
    "E": (4.0, 0.0),
}


def index(name: str) -> int:
    """The row of a node."""
    return NODES.index(name)


def adjacency(edges=EDGES, nodes: str = NODES) -> np.ndarray:
    """A (N, N) of undirected edges, each named by its two nodes; zeros on the diagonal.

    >>> adjacency(["AB", "BC"], "ABC")
    array([[0., 1., 0.],
           [1., 0., 1.],
           [0., 1., 0.]])
    """
    A = np.zeros((len(nodes), len(nodes)))
    for first, second in edges:
        i, j = nodes.index(first), nodes.index(second)
        A[i, j] = A[j, i] = 1.0
    return A


def walks(A: np.ndarray, length: int) -> np.ndarray:
    """How many walks of this length lead from j to i, waiting allowed: (A + I) to this power."""
    require_array("A", A, ("N", "N"))
    require_shape("A", A, (len(A), len(A)))
    return np.linalg.matrix_power(A + np.eye(len(A)), length)


def updates_to_hear(A: np.ndarray, listener: int, speaker: int) -> int | None:
    """Layers until ``listener`` has heard from ``speaker``; None if that never happens."""
    for layers in range(len(A)):
        if walks(A, layers)[listener, speaker] > 0:
            return layers
    return None


def shortest_paths(A: np.ndarray, start: int, end: int) -> list[list[int]]:
    """All shortest paths between two nodes, each a list of nodes."""
    paths, seen = [[start]], {start}
    while paths and not any(path[-1] == end for path in paths):
        paths = [[*p, int(j)] for p in paths for j in np.flatnonzero(A[p[-1]]) if j not in seen]
        seen |= {path[-1] for path in paths}
    return [path for path in paths if path[-1] == end]


def weight_along(A_hat: np.ndarray, path: list[int]) -> float:
    """The product of the weights of Â on the way."""
    return float(np.prod([A_hat[j, i] for i, j in pairwise(path)]))
