"""What one training step costs on a graph that grows: all nodes at once, or sampled neighbors.

Two layers, each a mean over a node and the neighbors that it hears:

    H_1 = relu(P X W_0),  scores = P H_1 W_1                 all nodes, P = D̃⁻¹ Ã
    the same for B nodes, each hearing itself and s drawn neighbors, which hear s drawn ones

    python -m rnncourse.chapters.graphs.graph_cost

measures the seconds of a step once and writes ``results/graph-cost.json``. Bytes are counted: the
arrays that automatic differentiation keeps for the backward pass.

Shapes: X (N, F), W_0 (F, m), W_1 (m, K); float32.
"""

import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnncourse.records import MissingRecords, Record
from rnncourse.training.provenance import provenance

F, M, K = 32, 32, 8  # features of a node, of a hidden layer, and classes
DEGREE = 8  # mean number of neighbors
SIZES = (1000, 4000, 16000, 64000)
BATCH, DRAWN = 512, 5  # nodes of a sampled step, and neighbors that each hears
REPEATS = 9
FILE = Path(__file__).parent / "results" / "graph-cost.json"


class Graph(NamedTuple):
    """Who is next to whom: the neighbors of node i are ``of[start[i]:start[i + 1]]``."""

    start: np.ndarray  # (N + 1,)
    of: np.ndarray  # (2E,)

    @property
    def degrees(self) -> np.ndarray:
        return np.diff(self.start)


def random_graph(rng: np.random.Generator, N: int, degree: int = DEGREE) -> Graph:
    """N · degree / 2 edges between nodes drawn at random, without loops and doubles."""
    pairs = rng.integers(N, size=(N * degree // 2, 2))
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    source, target = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.lexsort((target, source))
    return Graph(np.searchsorted(source[order], np.arange(N + 1)), target[order])


def reached(graph: Graph, node: int, hops: int) -> list[int]:
    """How many nodes lie within 0, 1, … ``hops`` steps of a node, itself included."""
    source = np.repeat(np.arange(len(graph.degrees)), graph.degrees)
    seen = np.zeros(len(graph.degrees), dtype=bool)
    seen[node] = True
    counts = [1]
    for _ in range(hops):
        seen[graph.of[seen[source]]] = True  # the right side is done first: one hop
        counts.append(int(seen.sum()))
    return counts


def sample_neighbors(rng: np.random.Generator, graph: Graph, nodes, drawn: int) -> np.ndarray:
    """Each node and ``drawn`` of its neighbors, with replacement: nodes.shape + (1 + drawn,).

    A node without neighbors hears itself alone.
    """
    degrees = graph.degrees[nodes][..., None]
    place = (rng.random((*nodes.shape, drawn)) * degrees).astype(int)
    heard = graph.of[np.minimum(graph.start[nodes][..., None] + place, len(graph.of) - 1)]
    return np.concatenate([nodes[..., None], np.where(degrees > 0, heard, nodes[..., None])], -1)


class Weights(NamedTuple):
    """What is trained, and what it is trained on."""

    W_0: Tensor
    W_1: Tensor
    X: Tensor
    y: Tensor


def drawn_weights(rng: np.random.Generator, N: int) -> Weights:
    arrays = [rng.standard_normal(shape) / np.sqrt(shape[0]) for shape in ((F, M), (M, K))]
    W_0, W_1 = (torch.tensor(array, dtype=torch.float32, requires_grad=True) for array in arrays)
    X = torch.from_numpy(rng.standard_normal((N, F), dtype=np.float32))
    return Weights(W_0, W_1, X, torch.from_numpy(rng.integers(K, size=N)))


def mean_matrix(graph: Graph) -> Tensor:
    """P = D̃⁻¹ Ã, sparse (N, N)."""
    N = len(graph.degrees)
    rows = np.concatenate([np.repeat(np.arange(N), graph.degrees), np.arange(N)])
    columns = np.concatenate([graph.of, np.arange(N)])
    shares = torch.from_numpy(1.0 / (1.0 + graph.degrees[rows])).float()
    places = torch.from_numpy(np.stack([rows, columns]))
    return torch.sparse_coo_tensor(places, shares, (N, N), check_invariants=True).coalesce()


def full_loss(weights: Weights, P: Tensor) -> Tensor:
    """The loss of all nodes."""
    H = torch.relu((P @ weights.X) @ weights.W_0)
    return cross_entropy((P @ H) @ weights.W_1, weights.y)


def sampled_loss(weights: Weights, graph: Graph, nodes: np.ndarray, drawn: int, rng) -> Tensor:
    """The loss of some nodes, each layer's means taken over drawn neighbors."""
    heard = sample_neighbors(rng, graph, nodes, drawn)  # (B, 1 + s)
    twice = sample_neighbors(rng, graph, heard, drawn)  # (B, 1 + s, 1 + s)
    H = torch.relu(weights.X[torch.from_numpy(twice)].mean(dim=2) @ weights.W_0)
    return cross_entropy(H.mean(dim=1) @ weights.W_1, weights.y[torch.from_numpy(nodes)])


def saved_numbers(loss) -> int:
    """How many float32 numbers automatic differentiation keeps for one backward pass of ``loss()``.

    Each array counts once. Weights, the sparse matrix, and single numbers are left out: their
    size does not grow with the features.
    """
    kept = {}

    def keep(tensor: Tensor) -> Tensor:
        leaf = tensor.requires_grad and tensor.is_leaf
        if tensor.layout == torch.strided and tensor.dtype == torch.float32 and not leaf:
            kept[tensor.data_ptr()] = tensor.numel() if tensor.ndim > 1 else 0
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        result = loss()
    del result
    return sum(kept.values())


def full_formula(N: int) -> int:
    """N (F + 2m + K): P X, H_1, P H_1 and the logarithms of the probabilities."""
    return N * (F + 2 * M + K)


def sampled_formula(B: int = BATCH, s: int = DRAWN) -> int:
    """B ((1 + s)(F + m) + m + K): the same four, for the nodes that are heard."""
    return B * ((1 + s) * (F + M) + M + K)


def seconds(step) -> float:
    """The median processor seconds of a step, forward and backward, after one that warms up."""
    step()
    spent = []
    for _ in range(REPEATS):
        before = time.process_time()
        step()
        spent.append(time.process_time() - before)
    return median(spent)


def measure(N: int) -> dict:
    """Seconds of a full and of a sampled step at this size."""
    rng = np.random.default_rng(N)
    graph, weights = random_graph(rng, N), drawn_weights(rng, N)
    P = mean_matrix(graph)

    def sampled():
        nodes = rng.choice(N, BATCH, replace=False)
        sampled_loss(weights, graph, nodes, DRAWN, rng).backward()

    return {
        "nodes": N,
        "full_seconds": round(seconds(lambda: full_loss(weights, P).backward()), 5),
        "sampled_seconds": round(seconds(sampled), 5),
    }


def recorded() -> Record:
    """The recorded times.

    Raises: MissingRecords if they are not in this installation.
    """
    if not FILE.exists():
        raise MissingRecords("the recorded times of steps on graphs are not in this installation")
    return Record.load(FILE)


def store(file: Path = FILE) -> Record:
    """Measure with one thread and write the record."""
    torch.set_num_threads(1)
    rows = [measure(N) for N in SIZES]
    curve = {name: [row[name] for row in rows] for name in rows[0]}
    config = {"features": F, "hidden": M, "classes": K, "degree": DEGREE}
    config |= {"batch": BATCH, "drawn": DRAWN, "repeats": REPEATS}
    record = Record("graph-cost", config, 0, curve, {"sizes": len(rows)}, provenance())
    record.save(file)
    return record


if __name__ == "__main__":
    print(store().curve)
