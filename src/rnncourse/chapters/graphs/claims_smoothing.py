"""Claims on depth: what many layers leave of the differences between nodes, and the cures."""

from functools import cache, partial

import numpy as np

from rnncourse.byhand import gcn
from rnncourse.chapters.graphs import smoothing
from rnncourse.chapters.graphs.karate import club
from rnncourse.chapters.graphs.six_nodes import adjacency
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

EIGEN = "eigenvalues of Â"


def graph(name: str) -> np.ndarray:
    return adjacency() if name == "six" else club().A


def drawn_graph(seed: int) -> np.ndarray:
    """Connected, undirected, 4 to 12 nodes: a path and some more edges."""
    rng = np.random.default_rng(seed)
    N = int(rng.integers(4, 13))
    upper = np.triu((rng.random((N, N)) < 0.25) | np.eye(N, k=1, dtype=bool), 1)
    order = rng.permutation(N)
    return (upper | upper.T).astype(float)[np.ix_(order, order)]


@claim("gcn-top", shows="eq-gcn-fixed", tolerance=1e-12, how="200 random connected graphs")
def root_degrees_stay() -> float:
    """A layer without weights leaves the roots of the degrees as they are."""
    errors = []
    for A in map(drawn_graph, range(200)):
        v = smoothing.root_degrees(A)
        errors.append(np.abs(gcn.normalized_adjacency(A) @ v - v).max() / v.max())
    return float(largest_of(errors))


@claim("gcn-others", tolerance=0.5, how=f"{EIGEN} of 200 random connected graphs")
def all_others_shrink() -> float:
    """Every other eigenvalue lies strictly between −1 and 1: the graphs in which one does not."""
    return float(
        sum(not smoothing.second_eigenvalue(A) <= 1 - 1e-6 for A in map(drawn_graph, range(200)))
    )


@claim(
    "gcn-limit",
    shows="eq-gcn-limit",
    tolerance=1e-9,
    how="400 layers, both graphs",
    absolute="features",
)
def what_is_left() -> float:
    """After very many layers what is left is the part along the roots of the degrees."""
    errors = []
    for A in (graph("six"), graph("karate")):
        H = np.random.default_rng(0).standard_normal((len(A), 3))
        *_, last = smoothing.states(A, H, 400)
        errors.append(np.abs(last - smoothing.limit(A, H)).max())
    return float(largest_of(errors))


SECOND = {
    "gcn-second-six: The six nodes.": Row(lambda: smoothing.second_eigenvalue(graph("six")), 0.75),
    "gcn-second-karate: The karate club.": Row(
        lambda: smoothing.second_eigenvalue(graph("karate")), 0.896
    ),
}
claim_rows(SECOND, how=f"{EIGEN}: the second largest in size")


def measured(name: str, step: str = "plain") -> float:
    """By which factor the mean distance shrinks in a layer, over layers 30 to 50."""
    A = graph(name)
    curve = smoothing.distances(A, np.eye(len(A)), 50, smoothing.STEPS[step])
    return smoothing.rate(curve, 30, 50)


def off(name: str, step: str, expected) -> float:
    """The measured factor against the one that the eigenvalue gives, relative."""
    wanted = expected(smoothing.second_eigenvalue(graph(name)))
    return abs(measured(name, step) / wanted - 1.0)


def halfway(second: float) -> float:
    """The factor of a residual layer ½ (I + Â), if the second eigenvalue is positive."""
    return 0.5 * (1.0 + second)


RATES = {
    "gcn-rate-six: The six nodes: each layer shrinks the mean distance by the second eigenvalue.": (
        Row(partial(off, "six", "plain", float), tolerance=1e-9, shows="eq-gcn-decay")
    ),
    "gcn-rate-karate: The karate club: the same.": Row(
        partial(off, "karate", "plain", float), tolerance=1e-4
    ),
    "gcn-rate-residual: With the residual connection by half of 1 plus it, the karate club.": Row(
        partial(off, "karate", "residual", halfway)
    ),
}
claim_rows(RATES, tolerance=0.01, how="mean distance over all pairs, layers 30 to 50, relative")


HUBS = ("AB", "AC", "BC", "AD", "AE", "AF", "BD", "BE", "BF", "CD", "CE", "CF")


def swings(layer: int) -> float:
    """The factor of a layer where λ₂ and −λ₂ are eigenvalues both; only D holds a 1 at first."""
    curve = smoothing.distances(adjacency(HUBS), np.eye(6)[:, [3]], layer + 1)
    return float(curve[layer + 1] / curve[layer])


claim_rows(
    {
        "gcn-swing-up: After an even number of layers.": Row(partial(swings, 20), 0.35),
        "gcn-swing-down: After an odd number of layers.": Row(partial(swings, 21), 0.179),
    },
    how="three nodes joined to each other and to three more; the factor of the mean distance",
)


@claim("gcn-early", states=0.388, how="the mean distance after one layer over that before, karate")
def the_first_layer_smooths_most() -> float:
    """What is left of the mean distance after the first layer."""
    curve = smoothing.distances(graph("karate"), np.eye(34), 1)
    return float(curve[1] / curve[0])


@cache
def random_rates(name: str) -> tuple[float, ...]:
    """The factor of each of 20 random networks of 40 layers, from layer 20 on."""
    A = graph(name)
    curves = [
        smoothing.random_network(A, 40, rng=np.random.default_rng(seed)) for seed in range(20)
    ]
    return tuple(smoothing.rate(curve, 20, 40) for curve in curves)


def geometric_mean(values) -> float:
    return float(np.exp(np.mean(np.log(values))))


RELU = {
    "gcn-relu-six: The six nodes.": Row(lambda: geometric_mean(random_rates("six")), 0.743),
    "gcn-relu-karate: The karate club.": Row(lambda: geometric_mean(random_rates("karate")), 0.88),
}
claim_rows(
    RELU,
    tolerance=0.005,
    how="20 random networks of 40 layers with relu, the mean factor of a layer from layer 20 on",
)


@claim(
    "gcn-initial-limit",
    shows=("eq-gcn-initial", "eq-gcn-initial-limit"),
    tolerance=1e-12,
    how="300 layers against a linear system, both graphs",
    absolute="features",
)
def initial_connection_settles() -> float:
    """The initial connection tends to the solution of a linear system."""
    errors = []
    for A in (graph("six"), graph("karate")):
        H = np.random.default_rng(0).standard_normal((len(A), 3))
        *_, last = smoothing.states(A, H, 300, smoothing.initial)
        errors.append(np.abs(last - smoothing.initial_limit(A, H)).max())
    return float(largest_of(errors))


def left_after(step: str, layers: int) -> float:
    """The mean distance after so many layers over that before, karate club."""
    curve = smoothing.distances(graph("karate"), np.eye(34), layers, smoothing.STEPS[step])
    return float(curve[-1] / curve[0])


LEFT = {
    "gcn-left-plain: Plain.": Row(partial(left_after, "plain", 64), 0.00012),
    "gcn-left-residual: Residual connection.": Row(partial(left_after, "residual", 64), 0.0044),
    "gcn-left-initial: Initial connection.": Row(partial(left_after, "initial", 64), 0.3),
}
claim_rows(LEFT, how="karate club: the mean distance after 64 layers over that before")


# The deeper page


@claim("gcn-squares", shows="eq-gcn-squares", tolerance=1e-12, how="200 random connected graphs")
def forms_are_sums_of_squares() -> float:
    """1 minus and 1 plus the quadratic form of a vector are half the sums over all edges."""
    errors = []
    for seed, A in enumerate(map(drawn_graph, range(200))):
        x = np.random.default_rng(seed).standard_normal(len(A))
        z, A_tilde = x / smoothing.root_degrees(A), A + np.eye(len(A))
        quadratic = x @ gcn.normalized_adjacency(A) @ x
        for sign in (-1.0, 1.0):
            pairs = z[:, None] + sign * z[None]
            squares = 0.5 * (A_tilde * pairs**2).sum()
            errors.append(abs(x @ x + sign * quadratic - squares) / (x @ x))
    return float(largest_of(errors))


@claim("gcn-bound", shows="eq-gcn-bound", tolerance=0.5, how="20 random networks of 20 layers")
def a_layer_keeps_the_bound() -> float:
    """The part that differs grows at most by the largest singular value times the second
    eigenvalue: the layers that break it."""
    broken = 0
    for seed in range(20):
        rng, A = np.random.default_rng(seed), drawn_graph(seed)
        A_hat, second = gcn.normalized_adjacency(A), smoothing.second_eigenvalue(A)
        H = rng.standard_normal((len(A), 6))
        for _ in range(20):
            W = rng.standard_normal((6, 6)) / np.sqrt(3.0)
            before = np.linalg.norm(H - smoothing.limit(A, H))
            H = np.maximum(A_hat @ H @ W, 0.0)
            after = np.linalg.norm(H - smoothing.limit(A, H))
            most = np.linalg.norm(W, 2) * second * before
            broken += not after <= most * (1.0 + 1e-9) + 1e-12
    return float(broken)


@claim(
    "gcn-initial-share",
    shows="eq-gcn-initial-share",
    tolerance=1e-12,
    how="the limit in the eigenvectors of both graphs",
    absolute="shares",
)
def share_of_each_eigenvector() -> float:
    """The initial connection keeps of each eigenvector the share that the formula gives."""
    errors = []
    for A in (graph("six"), graph("karate")):
        values, vectors = np.linalg.eigh(gcn.normalized_adjacency(A))
        kept = vectors.T @ smoothing.initial_limit(A, vectors)
        share = smoothing.KEEP / (1.0 - (1.0 - smoothing.KEEP) * values)
        errors.append(np.abs(kept - np.diag(share)).max())
    return float(largest_of(errors))


@claim("gcn-initial-second", states=0.71, how="the formula at the second eigenvalue of the club")
def share_of_the_second() -> float:
    """What the initial connection keeps of the slowest difference."""
    second = smoothing.second_eigenvalue(graph("karate"))
    return smoothing.KEEP / (1.0 - (1.0 - smoothing.KEEP) * second)
