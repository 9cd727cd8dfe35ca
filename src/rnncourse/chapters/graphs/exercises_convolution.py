"""Exercises on the graph convolution: a docstring is the statement that a reader gets."""

import numpy as np

from rnncourse.byhand import gcn
from rnncourse.chapters.graphs.six_nodes import adjacency, index, updates_to_hear
from rnncourse.chapters.graphs.smoothing import limit
from rnncourse.exercises.registry import (
    Case,
    exercise,
    false,
    labeled_cases,
    true,
    true_or_false,
)

SIX = adjacency()
PATH = adjacency(["AB", "BC", "CD"], "ABCD")
STAR = adjacency(["AB", "AC", "AD", "AE"], "ABCDE")
WEIGHTED = np.array([[0.0, 2.0, 0.5], [2.0, 0.0, 0.0], [0.5, 0.0, 0.0]])
# Not symmetric: what a directed graph gives when every node takes a mean of those it hears.
DIRECTED = np.array(
    [[0.5, 0.5, 0.0, 0.0], [0.0, 0.5, 0.5, 0.0], [0.25, 0.0, 0.25, 0.5], [0.5, 0.0, 0.0, 0.5]]
)

GRAPHS = labeled_cases(
    ("the six nodes", SIX),
    ("a path of four nodes", PATH),
    ("a star of five nodes", STAR),
    ("edges with weights", WEIGHTED),
)


@exercise("gcn-a-hat", quantity="Ahat", cases=GRAPHS)
def normalized(A):
    """The matrix that a graph convolution multiplies with.

    Ã = A + I, D̃ is the diagonal matrix of the row sums of Ã, and Â = D̃^(−1/2) Ã D̃^(−1/2).

    Given: A, symmetric, not negative, zeros on its diagonal, shape (N, N).
    Return: Â, shape (N, N).
    """
    return gcn.normalized_adjacency(A)


def pair(label: str, A, listener: int, speaker: int) -> Case:
    return Case(label, lambda: (A.copy(), listener, speaker))


PAIRS = (
    pair("the six nodes, E hears from C", SIX, index("E"), index("C")),
    pair("the six nodes, D hears from A", SIX, index("D"), index("A")),
    pair("a star, a leaf hears from a leaf", STAR, 1, 4),
    pair("a path of four nodes, from end to end", PATH, 0, 3),
)


@exercise("gcn-updates", quantity="updates", cases=PAIRS)
def updates(A, listener, speaker):
    """How many updates a node needs until it hears from another.

    In one update every node takes in what its neighbors and it itself held before. So after one
    update a node has heard from its neighbors.

    Given: A, 0 or 1, symmetric, shape (N, N), of a connected graph; listener and speaker, two
    different nodes, whole numbers.
    Return: the smallest number of updates after which what the listener holds depends on what the
    speaker held at the start.
    """
    return updates_to_hear(A, listener, speaker)


def drawn_layer(label: str, seed: int, A_hat: np.ndarray, F: int, F_next: int) -> Case:
    """A_hat (N, N), H (N, F), W (F, F_next)."""

    def make() -> tuple:
        rng = np.random.default_rng(seed)
        H, W = rng.standard_normal((len(A_hat), F)), rng.standard_normal((F, F_next))
        return A_hat.copy(), H, W

    return Case(label, make)


LAYERS = (
    drawn_layer("the six nodes, 2 features to 3", 0, gcn.normalized_adjacency(SIX), 2, 3),
    drawn_layer("a path, 3 features to 3", 1, gcn.normalized_adjacency(PATH), 3, 3),
    drawn_layer("a directed graph, 2 features to 4", 2, DIRECTED, 2, 4),
)


@exercise("gcn-layer", quantity="H_next", cases=LAYERS)
def layer(A_hat, H, W):
    """One graph convolution: mix, weigh, cut off.

    H_next = relu(Â H W), where relu(s) is s where it is positive, and 0 elsewhere.

    Given: A_hat, Â, shape (N, N), whose row i holds what node i takes from each node; H, one row
    for each node, shape (N, F); W, shape (F, F').
    Return: H_next, shape (N, F').
    """
    return np.maximum(A_hat @ H @ W, 0.0)


def back(drawn: Case) -> Case:
    """The same layer, with the gradient by H_next."""

    def make() -> tuple:
        A_hat, H, W = drawn.make()
        rng = np.random.default_rng(W.size)
        return A_hat, H, W, rng.standard_normal((len(H), W.shape[1]))

    return Case(drawn.label, make)


BACK = tuple(map(back, LAYERS))


@exercise("gcn-weight-gradient", quantity="dL/dW", cases=BACK, key="W")
def weight_gradient(A_hat, H, W, dH_next):
    """The gradient of a layer by its weights.

    The layer is H_next = relu(Â H W). One W serves all nodes.

    Given: A_hat, Â, shape (N, N), not always symmetric; H, shape (N, F); W, shape (F, F');
    dH_next, the gradient of the loss by H_next, shape (N, F').
    Return: the gradient by W, shape (F, F').
    """
    M = A_hat @ H
    return M.T @ (dH_next * (M @ W > 0))


@exercise("gcn-input-gradient", quantity="dL/dH", cases=BACK, key="H")
def input_gradient(A_hat, H, W, dH_next):
    """The gradient of a layer by what it reads: the messages on their way back.

    The layer is H_next = relu(Â H W).

    Given: A_hat, Â, shape (N, N), not always symmetric; H, shape (N, F); W, shape (F, F');
    dH_next, the gradient of the loss by H_next, shape (N, F').
    Return: the gradient by H, shape (N, F).
    """
    dS = dH_next * (A_hat @ H @ W > 0)
    return A_hat.T @ dS @ W.T


def drawn_network(label: str, seed: int, A: np.ndarray, units: int) -> Case:
    """params, A, H, y, mask: two layers, two classes, some nodes without a label."""

    def make() -> tuple:
        rng = np.random.default_rng(seed)
        N, F = len(A), 3
        params = {"W_0": rng.standard_normal((F, units)), "W_1": rng.standard_normal((units, 2))}
        y, mask = rng.integers(2, size=N), rng.random(N) < 0.6
        mask[:2] = True, False
        return params, A.copy(), rng.standard_normal((N, F)), y, mask

    return Case(label, make)


NETWORKS = (
    drawn_network("the six nodes, 4 units", 0, SIX, 4),
    drawn_network("a path, 3 units", 1, PATH, 3),
    drawn_network("a star, 5 units", 2, STAR, 5),
)


@exercise("gcn-gradients", quantity="gradients", cases=NETWORKS)
def weight_gradients(params, A, H, y, mask):
    """The backward pass of a network of two layers.

    H_1 = relu(Â H W_0) and scores = Â H_1 W_1, with Â made from A. The loss is the mean over the
    nodes with a label of the cross-entropy of softmax(scores).

    Given: params, a dict with W_0 (F, n) and W_1 (n, K); A, shape (N, N); H, shape (N, F); y, the
    classes, whole numbers, shape (N,); mask, True where a node has a label, shape (N,).
    Return: a dict of the gradients by W_0, shape (F, n), and by W_1, shape (n, K).
    """
    grads = gcn.loss_and_gradients(params, A, H, y, mask)[1]
    return {name: grads[name] for name in ("W_0", "W_1")}


def drawn_features(label: str, seed: int, A: np.ndarray, F: int) -> Case:
    return Case(label, lambda: (A.copy(), np.random.default_rng(seed).uniform(0.5, 2, (len(A), F))))


@exercise(
    "gcn-limit",
    quantity="limit",
    cases=(
        drawn_features("the six nodes", 0, SIX, 2),
        drawn_features("a star", 1, STAR, 1),
        drawn_features("a path", 2, PATH, 3),
    ),
)
def smooth_limit(A, H):
    """What is left after very many layers without weights.

    Every layer is H ← Â H. For a connected graph Â has the eigenvalue 1 once, with the eigenvector
    v whose entry i is the root of node i's degree, its self-loop counted. All other eigenvalues
    are smaller in size, so only the part of H along v stays.

    Given: A, 0 or 1, symmetric, of a connected graph, shape (N, N); H, shape (N, F).
    Return: the limit, shape (N, F).
    """
    return limit(A, H)


@true_or_false(
    "gcn-facts",
    true(
        "If the nodes are numbered anew, in A and in H alike, the rows of the output are numbered "
        "anew in the same way and nothing else changes.",
        "equivariance: the numbers of the nodes are thought to matter",
    ),
    false(
        "If the nodes are numbered anew in H only, the rows of the output are numbered anew in the "
        "same way.",
        "features-only: the graph must be numbered anew too; else features move to other nodes",
    ),
    false(
        "The weights must be numbered anew as well.",
        "weights: W mixes features, not nodes; it does not know how the nodes are numbered",
    ),
    false(
        "The rows of Â sum to 1.",
        "rows: that holds of D̃⁻¹Ã; with both roots a row sums to 1 only where degrees are alike",
    ),
    true(
        "The mean of the output over all nodes does not depend on how the nodes are numbered.",
        "invariance: a mean over nodes is thought to depend on their order",
    ),
    false(
        "A network of three layers can be used on a graph of another size only after new training "
        "of its weights, because they have another shape.",
        "size: W (F, F') has no N in it",
    ),
    false(
        "Two nodes that have the same features can always be told apart after enough layers.",
        "alike: nodes whose surroundings look the same, such as B and F of the six, stay the same",
    ),
    true(
        "With more and more layers and no weights, nodes of a connected graph end up differing "
        "by their degrees alone.",
        "oversmoothing: what stays is the part along v, whose entries are roots of degrees",
    ),
)
def facts():
    """Eight statements on graph convolutions: which are true?"""
