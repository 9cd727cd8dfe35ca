"""Exercises on attention, gated updates and what a layer hears: a docstring is the statement."""

import numpy as np

from rnncourse.byhand import ggnn
from rnncourse.byhand.examples import drawn
from rnncourse.byhand.softmax import softmax
from rnncourse.exercises.registry import (
    Case,
    exercise,
    false,
    labeled_cases,
    true,
    true_or_false,
)

SLOPE = 0.2


@true_or_false(
    "graph-comparisons",
    true(
        "On a path of 10 nodes the last node hears of the first after 9 graph layers, not before.",
        "layers: a layer carries a message over one edge, and nine edges lie between the two",
    ),
    false(
        "A recurrent network that reads the nodes of a graph one by one gives the same answer in "
        "whatever order it reads them.",
        "order: the order is thought not to matter; a recurrent network reads a list, not a set",
    ),
    true(
        "If the features along a path are reversed, a graph convolution gives the same answers in "
        "reversed order.",
        "direction: a graph convolution is thought to know left from right; its edges have no "
        "direction",
    ),
    false(
        "Attention tells at a node whether it has two neighbors or five, if they and the node "
        "itself all have the same features.",
        "counting: weights that add up to 1 are thought to count; a mean of equal vectors is that "
        "vector, however many there are",
    ),
    false(
        "On an undirected graph, node i pays as much attention to node j as j pays to i.",
        "symmetric: each node has a softmax of its own, over its own neighbors",
    ),
    false(
        "In a gated graph network every round has weights of its own.",
        "rounds: the rounds are taken for layers; like the steps of a GRU they share the weights",
    ),
    true(
        "The mean over some neighbors, drawn at random, is right on average; its relu, as a rule, "
        "is not.",
        "bias: a mean goes through a sum but not through a bend",
    ),
    false(
        "With sampled neighbors, a training step keeps more numbers for its way back the more "
        "nodes the graph has.",
        "memory: a step keeps what its own nodes hear, and that does not grow with the graph",
    ),
)
def comparisons():
    """Eight statements on networks for graphs and for sequences: which are true?"""


def random_graph(seed: int, N: int, share: float) -> np.ndarray:
    """A directed graph without self-loops, entries 0 and 1."""
    A = (np.random.default_rng(seed).random((N, N)) < share).astype(float)
    np.fill_diagonal(A, 0.0)
    return A


def drawn_layer(label: str, seed: int, N: int, F: int, K: int, share: float = 0.5) -> Case:
    """A (N, N), H (N, F), W (K, F), a (2K,)."""

    def make() -> tuple:
        rng = np.random.default_rng(seed)
        sizes = ((N, F), (K, F), (2 * K,))
        return random_graph(seed, N, share), *(rng.standard_normal(size) for size in sizes)

    return Case(label, make)


LAYERS = (
    drawn_layer("4 nodes, one feature", 1, 4, 1, 1),
    drawn_layer("5 nodes, 3 features to 2", 2, 5, 3, 2),
    drawn_layer("6 nodes, few edges", 3, 6, 2, 3, 0.25),
)


@exercise("attention-weights", quantity="alpha", cases=LAYERS)
def attention_weights(A, H, W, a):
    """How much each node listens to each other one.

    With u_i = W h_i: e_ij = leaky(a · [u_i; u_j]), where leaky(v) is v for positive v and 0.2 v
    otherwise. Then α_ij is the softmax of e_ij over the j that node i hears: those with
    A[i, j] ≠ 0, and i itself.

    Given: A, the adjacency, shape (N, N), its rows are the nodes that hear, not symmetric; H, the
    features, shape (N, F); W, shape (K, F); a, shape (2K,).
    Return: α, shape (N, N), 0 where nothing is heard.
    """
    U, K = H @ W.T, len(W)
    v = (U @ a[:K])[:, None] + (U @ a[K:])[None, :]
    hears = (A != 0) | np.eye(len(A), dtype=bool)
    return softmax(np.where(hears, np.maximum(v, SLOPE * v), -np.inf))


def drawn_attention(label: str, seed: int, N: int, K: int) -> Case:
    """alpha (N, N), U (N, K), dH (N, K)."""

    def make() -> tuple:
        rng = np.random.default_rng(seed)
        hears = (random_graph(seed, N, 0.5) != 0) | np.eye(N, dtype=bool)
        alpha = softmax(np.where(hears, rng.standard_normal((N, N)), -np.inf))
        return alpha, rng.standard_normal((N, K)), rng.standard_normal((N, K))

    return Case(label, make)


ATTENTIONS = (
    drawn_attention("3 nodes, one feature", 4, 3, 1),
    drawn_attention("5 nodes, 2 features", 5, 5, 2),
    drawn_attention("6 nodes, 4 features", 6, 6, 4),
)


@exercise("attention-gradient", quantity="dL/de", cases=ATTENTIONS)
def edge_gradient(alpha, U, dH):
    """Back through the softmax of every node.

    Node i says h'_i = Σ_j α_ij u_j, and row i of α is the softmax of e_ij over the j that it
    hears. Elsewhere α_ij = 0.

    Given: alpha, shape (N, N); U, its row j is u_j, shape (N, K); dH, its row i is ∂L/∂h'_i,
    shape (N, K).
    Return: ∂L/∂e_ij, shape (N, N), 0 where nothing is heard.
    """
    d_alpha = dH @ U.T
    return alpha * (d_alpha - (alpha * d_alpha).sum(axis=1, keepdims=True))


def drawn_round(label: str, seed: int, N: int, n: int) -> Case:
    """params, A (N, N) with weights, H (N, n)."""

    def make() -> tuple:
        rng = np.random.default_rng(seed)
        params, H = drawn(ggnn.SHAPES, rng, n=n), rng.standard_normal((N, n))
        return params, random_graph(seed, N, 0.6) * rng.uniform(0.5, 1.5, (N, N)), H

    return Case(label, make)


ROUNDS = (
    drawn_round("3 nodes, 2 units", 7, 3, 2),
    drawn_round("5 nodes, 3 units", 8, 5, 3),
    drawn_round("4 nodes, one unit", 9, 4, 1),
)


@exercise("gated-update", quantity="H", cases=ROUNDS)
def gated_update(params, A, H):
    """One round of a gated graph network.

    Every node i adds up what its neighbors send, m_i = Σ_j A_ij h_j, and takes one step of a GRU
    with m_i as its input:
    z = σ(W_zx m + W_zh h + b_z), r = σ(W_rx m + W_rh h + b_r),
    h̃ = tanh(W_hx m + W_hh (r ⊙ h) + b_h), and the new state is (1 − z) ⊙ h + z ⊙ h̃.
    All nodes step at the same time.

    Given: params, a dict with W_zx, W_zh, W_rx, W_rh, W_hx, W_hh, each (n, n), and b_z, b_r, b_h,
    each (n,); A, not symmetric and with weights, shape (N, N); H, row i is the state of node i,
    shape (N, n).
    Return: the new states, shape (N, n).
    """
    return ggnn.forward(params, A, H, 1)[0]


HOPS = labeled_cases(
    (
        "a path of 5, two layers",
        [[0, 1, 0, 0, 0], [1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 1], [0, 0, 0, 1, 0]],
        2,
    ),
    (
        "a directed path of 5, three layers",
        [[0, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]],
        3,
    ),
    (
        "a star and a lonely node, one layer",
        [[0, 1, 1, 1, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [1, 0, 0, 0, 0], [0, 0, 0, 0, 0]],
        1,
    ),
    (
        "a triangle with a tail, two layers",
        [[0, 1, 1, 0, 0], [1, 0, 1, 0, 0], [1, 1, 0, 1, 0], [0, 0, 1, 0, 1], [0, 0, 0, 1, 0]],
        2,
    ),
)


@exercise("nodes-heard", quantity="count", cases=HOPS)
def nodes_heard(A, layers):
    """How many nodes a prediction needs.

    In every layer a node hears itself and its neighbors, those j with A[i, j] ≠ 0. After some
    layers node i depends on the features of several nodes: count them, itself included, each once.

    Given: A, shape (N, N), entries 0 and 1; layers, a whole number.
    Return: the count of every node i, shape (N,).
    """
    hears = (np.asarray(A) != 0) | np.eye(len(A), dtype=bool)
    return np.linalg.matrix_power(hears, layers).sum(axis=1)  # of bools: a way or none, no count
