"""Claims on attention over neighbors: its equations, its gradient, what it can tell apart."""

from functools import cache, partial

import numpy as np

from rnncourse.byhand import gat
from rnncourse.byhand.gcn import normalized_adjacency
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.softmax import softmax
from rnncourse.chapters.graphs.exercises_attention import (
    attention_weights,
    edge_gradient,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

SEEDS = range(4)
SLOPE = 0.2
DIFFERENCES, AUTOMATIC = "central differences", "automatic differentiation (torch)"


@cache
def small_case(seed: int) -> tuple:
    """A directed random graph of 6 nodes, H (6, 3), params for 4 features, weights (6, 4).

    The loss is the sum of the weights times the new features.
    """
    rng = np.random.default_rng(seed)
    A = (rng.random((6, 6)) < 0.45).astype(float)
    np.fill_diagonal(A, 0.0)
    params = {"W": rng.normal(size=(4, 3)), "a": rng.normal(size=8)}
    return A, rng.normal(size=(6, 3)), params, rng.normal(size=(6, 4))


def leaky(v):
    return np.maximum(v, SLOPE * v)


def by_loops(A, H, params) -> tuple[np.ndarray, np.ndarray]:
    """The new features and the attention, one node and one neighbor at a time."""
    W, a, N = params["W"], params["a"], len(A)
    attention, new = np.zeros((N, N)), np.zeros((N, len(W)))
    for i in range(N):
        heard = [j for j in range(N) if A[i, j] or j == i]
        e = [leaky(a @ np.concatenate([W @ H[i], W @ H[j]])) for j in heard]
        for j, e_ij in zip(heard, e, strict=True):
            attention[i, j] = np.exp(e_ij) / np.exp(e).sum()
            new[i] += attention[i, j] * (W @ H[j])
    return new, attention


@claim("gat-loops", shows="eq-gat", tolerance=1e-13, how="loops over nodes and neighbors")
def attention_by_loops() -> float:
    """The package's layer is what the three equations give, node by node."""
    errors = []
    for seed in SEEDS:
        A, H, params, _ = small_case(seed)
        pairs = zip(gat.forward(params, A, H), by_loops(A, H, params), strict=True)
        errors += [relative_error(mine, wanted) for mine, wanted in pairs]
    return largest_of(errors)


@claim("gat-rows", tolerance=1e-14, how="random graphs")
def rows_sum_to_one() -> float:
    r"""The $\alpha_{ij}$ of one node are positive for those it hears and add up to 1."""
    errors = []
    for seed in SEEDS:
        A, H, params, _ = small_case(seed)
        _, attention = gat.forward(params, A, H)
        assert np.array_equal(attention > 0, (A != 0) | np.eye(6, dtype=bool))
        errors.append(np.abs(attention.sum(axis=1) - 1.0).max())
    return float(largest_of(errors))


# The gradient


def loss_of_scores(A, e, U, weights) -> float:
    """The loss as a function of the e_ij alone; u_j held fixed."""
    hears = (A != 0) | np.eye(len(A), dtype=bool)
    return float((weights * (softmax(np.where(hears, e, -np.inf)) @ U)).sum())


@claim("gat-de", shows="eq-gat-de", tolerance=1e-9, how=DIFFERENCES)
def score_gradient() -> float:
    r"""$\partial\mathcal L/\partial e_{ij}$: nudge one score, the features held fixed."""
    errors = []
    for seed in SEEDS:
        A, H, params, weights = small_case(seed)
        U, (_, alpha) = H @ params["W"].T, gat.forward(params, A, H)
        e = np.random.default_rng(seed).normal(size=A.shape)
        hears = (A != 0) | np.eye(6, dtype=bool)
        alpha = softmax(np.where(hears, e, -np.inf))
        by_differences = precise_gradient(partial(loss_of_scores, A, e, U, weights), e)
        errors.append(relative_error(edge_gradient(alpha, U, weights), by_differences))
    return largest_of(errors)


def gradient_error(name: str, wanted) -> float:
    """Of the gradient by one array: the backward pass beside ``wanted(seed)[name]``."""
    return largest_of(
        relative_error(gat.gradients(params, A, H, weights)[name], wanted(seed)[name])
        for seed in SEEDS
        for A, H, params, weights in [small_case(seed)]
    )


@cache
def by_differences(seed: int) -> dict:
    A, H, params, weights = small_case(seed)
    arrays = {name: array.copy() for name, array in (params | {"H": H}).items()}

    def loss() -> float:
        return float((weights * gat.forward(arrays, A, arrays["H"])[0]).sum())

    return {name: precise_gradient(loss, array) for name, array in arrays.items()}


@cache
def by_autograd(seed: int) -> dict:
    import torch

    A, H, params, weights = small_case(seed)
    W, a, H = (torch.tensor(v, requires_grad=True) for v in (params["W"], params["a"], H))
    U = H @ W.T
    e = torch.nn.functional.leaky_relu((U @ a[:4])[:, None] + (U @ a[4:])[None, :], SLOPE)
    hears = torch.tensor((A != 0) | np.eye(6, dtype=bool))
    alpha = e.masked_fill(~hears, -torch.inf).softmax(dim=1)
    (torch.tensor(weights) * (alpha @ U)).sum().backward()
    return {name: leaf.grad.numpy() for name, leaf in {"W": W, "a": a, "H": H}.items()}


WORDS = {"a": "the attention vector", "W": "the weights", "H": "the features"}
SHOWS = {"a": "eq-gat-da", "W": "eq-gat-dw", "H": "eq-gat-dw"}
claim_rows(
    {
        f"gat-dL-d{name}: The gradient by {WORDS[name]}.": Row(
            partial(gradient_error, name, by_differences), shows=SHOWS[name], how=DIFFERENCES
        )
        for name in WORDS
    },
    {
        f"gat-autograd-{name}: The gradient by {WORDS[name]}.": Row(
            partial(gradient_error, name, by_autograd), how=AUTOMATIC
        )
        for name in WORDS
    },
    tolerance=1e-9,
)


# What can be told apart

PAIR = np.array([[0.0, 1.0], [1.0, 0.0]])
UNLIKE, ALIKE = np.array([[0.0], [2.0]]), np.array([[1.0], [1.0]])
LARGER = {"W": np.array([[1.0]]), "a": np.array([0.0, 1.0])}  # e_ij = h_j: listen to the larger


@claim(
    "gat-average-blind",
    tolerance=1e-15,
    how="two nodes, features 0 and 2, or 1 and 1",
    absolute="features",
)
def an_average_is_blind() -> float:
    """The graph convolution gives every node of both pairs the same number, for any weights."""
    A_hat = normalized_adjacency(PAIR)
    return float(np.abs(A_hat @ UNLIKE - A_hat @ ALIKE).max())


def pair_answer(features: np.ndarray) -> float:
    """What the second node of a pair says, W = 1 and a = (0, 1)."""
    return float(gat.forward(LARGER, PAIR, features)[0][1, 0])


claim_rows(
    {
        "gat-pair-unlike: Attention at 0 and 2.": Row(lambda: pair_answer(UNLIKE), 1.762),
        "gat-pair-alike: Attention at 1 and 1.": Row(lambda: pair_answer(ALIKE), 1.0, 1e-12),
        "gat-pair-weight: How much the node that holds 2 counts.": Row(
            lambda: gat.forward(LARGER, PAIR, UNLIKE)[1][1, 1], 0.881
        ),
    },
    how="two nodes, W = 1, a = (0, 1)",
)


def star(leaves: int) -> np.ndarray:
    """A center, node 0, and this many leaves."""
    A = np.zeros((leaves + 1, leaves + 1))
    A[0, 1:] = A[1:, 0] = 1.0
    return A


@claim(
    "gat-cannot-count",
    tolerance=1e-13,
    how="stars with 1 to 8 leaves, all nodes equal, random weights",
)
def attention_cannot_count() -> float:
    """All hold the same, the center too: whether it has one neighbor or eight, attention says the
    same at it."""
    params = small_case(0)[2]
    same = np.full((9, 3), 0.7)
    answers = [gat.forward(params, star(n), same[: n + 1])[0][0] for n in range(1, 9)]
    return largest_of(relative_error(each, answers[0]) for each in answers)


@claim("gat-static", tolerance=0.5, how="20 complete graphs of 6 nodes; pairs in another order")
def one_ranking_for_all() -> float:
    """Nodes that hear the same ones rank them in the same order, whatever they hold themselves."""
    wrong, everyone = 0, np.ones((6, 6)) - np.eye(6)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        params = {"W": rng.normal(size=(4, 3)), "a": rng.normal(size=8)}
        _, attention = gat.forward(params, everyone, rng.normal(size=(6, 3)))
        orders = attention.argsort(axis=1)
        wrong += int((orders != orders[0]).sum()) + int(np.isnan(attention).sum())
    return float(wrong)


@claim("gat-no-bend", tolerance=1e-13, how="slope 1, so that LeakyReLU is no bend")
def without_the_bend() -> float:
    r"""Without the bend the asking node drops out: $\alpha_{ij}$ is the softmax of the second half
    alone."""
    errors = []
    for seed in SEEDS:
        A, H, params, _ = small_case(seed)
        heard = (H @ params["W"].T) @ params["a"][4:]
        hears = (A != 0) | np.eye(6, dtype=bool)
        alone = softmax(np.where(hears, heard[None, :], -np.inf))
        errors.append(relative_error(gat.forward(params, A, H, slope=1.0)[1], alone))
    return largest_of(errors)


def off(mistake: str) -> float:
    """How far a wrong attention is from the right one, on the first random graph."""
    A, H, params, _ = small_case(0)
    wrong = wrong_answer("attention-weights", mistake)
    right = attention_weights(A, H, params["W"], params["a"])
    return relative_error(wrong(A, H, params["W"], params["a"]), right)


claim_rows(
    {
        f"gat-wrong-{mistake}: {words}": Row(
            partial(off, mistake), states, mistake=("attention-weights", mistake)
        )
        for mistake, words, states in (
            ("everyone", "The softmax runs over all nodes, not over those that are heard.", 0.85),
            (
                "columns",
                "The softmax runs over those who hear, not over those who are heard.",
                0.92,
            ),
            ("no-self", "The node does not hear itself.", 0.94),
        )
    },
    how="relative error of the attention, a random graph of 6 nodes",
)
