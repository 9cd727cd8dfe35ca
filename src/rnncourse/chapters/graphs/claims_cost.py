"""Claims on what a step costs: kept numbers, nodes within reach, what sampling does to means."""

from functools import cache, partial
from itertools import combinations

import numpy as np

from rnncourse.chapters.graphs import graph_cost
from rnncourse.chapters.graphs.graph_cost import BATCH, DRAWN, SIZES
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

LARGEST = SIZES[-1]


# What is kept for the backward pass


@claim(
    "cost-full", shows="eq-cost-full", tolerance=0.5, how="counted in torch; 500 and 2,000 nodes"
)
def kept_by_a_full_step() -> float:
    """The numbers that automatic differentiation keeps for a step on all nodes."""
    wrong = 0
    for N in (500, 2000):
        rng = np.random.default_rng(N)
        P = graph_cost.mean_matrix(graph_cost.random_graph(rng, N))
        weights = graph_cost.drawn_weights(rng, N)
        kept = graph_cost.saved_numbers(partial(graph_cost.full_loss, weights, P))
        wrong += kept != graph_cost.full_formula(N)
    return float(wrong)


@claim(
    "cost-sampled", shows="eq-cost-sampled", tolerance=0.5, how="counted in torch; the same graphs"
)
def kept_by_a_sampled_step() -> float:
    """The numbers kept for a step on B nodes and drawn neighbors: N is not in it."""
    wrong = 0
    for N in (500, 2000):
        for B, s in ((50, 5), (20, 10)):
            rng = np.random.default_rng(N)
            graph, weights = graph_cost.random_graph(rng, N), graph_cost.drawn_weights(rng, N)
            nodes = rng.choice(N, B, replace=False)
            loss = partial(graph_cost.sampled_loss, weights, graph, nodes, s, rng)
            wrong += graph_cost.saved_numbers(loss) != graph_cost.sampled_formula(B, s)
    return float(wrong)


def megabytes(numbers: int) -> float:
    """Of float32 numbers, in millions of bytes."""
    return 4 * numbers / 1e6


claim_rows(
    {
        f"cost-mb-{N}: Kept for a full step on {N:,} nodes, in MB.": Row(
            lambda N=N: megabytes(graph_cost.full_formula(N)), value
        )
        for N, value in {SIZES[0]: 0.4, LARGEST: 26.6}.items()
    },
    {
        f"cost-mb-sampled: Kept for a sampled step of {BATCH} nodes, in MB.": Row(
            lambda: megabytes(graph_cost.sampled_formula()), 0.9
        )
    },
    how="counted: 32 features, 32 hidden, 8 classes, float32",
)


# How far k layers hear


@cache
def reach() -> np.ndarray:
    """Nodes within 0 … 6 steps of 21 nodes, in a random graph of 64,000, (21, 7)."""
    graph = graph_cost.random_graph(np.random.default_rng(1), LARGEST)
    return np.array([graph_cost.reached(graph, node, 6) for node in range(0, 21 * 3000, 3000)])


claim_rows(
    {
        f"reach-{hops}: Nodes that a prediction with {hops} layers needs, the median.": Row(
            lambda hops=hops: np.median(reach()[:, hops]), value
        )
        for hops, value in {1: 9, 2: 68, 3: 541, 4: 4238, 5: 26246, 6: 61574}.items()
    },
    how=f"21 nodes of a random graph of {LARGEST:,} nodes, 8 neighbors each on average",
)


@claim("reach-sampled", states=216, how="three draws for one node; each drawn counted as new")
def reached_by_samples() -> float:
    """Nodes that three layers need at most, with five drawn neighbors each and new draws in every
    layer: (1 + 5)³."""
    rng = np.random.default_rng(0)
    graph, nodes = graph_cost.random_graph(rng, 1000), np.array([0])
    for _ in range(3):
        nodes = graph_cost.sample_neighbors(rng, graph, nodes, DRAWN)
    return float(nodes.size)


# What sampling does to a mean

VALUES = np.array([-2.0, 0.0, 3.0])  # what three neighbors send


def samples(s: int) -> np.ndarray:
    """The means over all sets of s neighbors."""
    return np.array([np.mean(each) for each in combinations(VALUES, s)])


@claim(
    "sample-mean-unbiased",
    tolerance=1e-15,
    how="all samples of random values, 2 to 8 neighbors",
    absolute="means",
)
def sampled_means_are_right() -> float:
    """Over all samples of s neighbors, the mean of the sampled means is the mean of all."""
    rng, worst = np.random.default_rng(0), 0.0
    for n in range(2, 9):
        values = rng.standard_normal(n)
        for s in range(1, n + 1):
            means = [np.mean(each) for each in combinations(values, s)]
            worst = largest_of(worst, abs(np.mean(means) - values.mean()))
    return float(worst)


@claim(
    "sample-relu-sign",
    tolerance=1e-15,
    how="all samples of random values, 2 to 8 neighbors",
    absolute="means",
)
def the_relu_errs_upward() -> float:
    """The mean of relu over all samples is never below the relu of the mean: the largest lack."""
    rng, worst = np.random.default_rng(0), 0.0
    for n in range(2, 9):
        values = rng.standard_normal(n)
        for s in range(1, n + 1):
            after = [largest_of(np.mean(each), 0.0) for each in combinations(values, s)]
            worst = largest_of(worst, largest_of(values.mean(), 0.0) - np.mean(after))
    return float(worst)


claim_rows(
    {
        "sample-relu-all: All three neighbors.": Row(lambda: largest_of(VALUES.mean(), 0.0), 0.333),
        "sample-relu-1: One drawn neighbor, on average.": Row(
            lambda: np.maximum(samples(1), 0.0).mean(), 1.0, 1e-12
        ),
        "sample-relu-2: Two drawn neighbors, on average.": Row(
            lambda: np.maximum(samples(2), 0.0).mean(), 0.667
        ),
    },
    how="relu of the mean of −2, 0 and 3, over all samples",
)


# Recorded times


def recorded_time(name: str, N: int) -> float:
    """Milliseconds."""
    curve = graph_cost.recorded().curve
    return 1000 * curve[name][curve["nodes"].index(N)]


TIMES = {
    f"time-{kind}-{N}: A {kind} step on {N:,} nodes.": Row(
        partial(recorded_time, f"{kind}_seconds", N), value
    )
    for (kind, N), value in {
        ("full", SIZES[0]): 1.8,
        ("full", LARGEST): 193,
        ("sampled", SIZES[0]): 2.3,
        ("sampled", LARGEST): 3.7,
    }.items()
}
claim_rows(TIMES, how="recorded once, one thread, milliseconds of the processor, the median of 9")


@claim("time-whole-pass", states=2.4, how="125 times the recorded time of one; 64,000 nodes")
def whole_pass() -> float:
    """A pass over all nodes by sampled steps would take so many times as long as one full step."""
    steps = LARGEST / BATCH
    return (
        steps * recorded_time("sampled_seconds", LARGEST) / recorded_time("full_seconds", LARGEST)
    )
