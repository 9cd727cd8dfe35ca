"""Claims on the karate club: what four labels are worth and what depth does, by recorded runs."""

from functools import partial

import numpy as np

from rnncourse.chapters.graphs.karate import club
from rnncourse.claims.registry import Row, claim_rows
from rnncourse.experiments import results
from rnncourse.records import Record

MANY = "recorded: 100 draws of four labels, 20 in each of five seeds"
DEEP = "recorded runs, five seeds, labels drawn with the weights"

COUNTS = {
    "karate-members: Members in the graph.": Row(lambda: len(club().y), 34),
    "karate-friendships: Friendships.": Row(lambda: club().A.sum() / 2, 78),
    "karate-officer: Members on the officer's side.": Row(lambda: club().y.sum(), 17),
}
claim_rows(COUNTS, how="the graph that networkx ships", source="Zachary (1977)")


def chosen(experiment: str, **choices) -> list[Record]:
    """The runs of an experiment with these choices; there are some."""
    found = [r for r in results(experiment) if all(r.config[k] == v for k, v in choices.items())]
    assert found, f"{experiment} has no run with {choices}"
    return found


def draws(method: str) -> np.ndarray:
    """The accuracy of every draw, (5, 20)."""
    return np.array([r.curve["accuracy"] for r in chosen("karate-club", setting=method)])


def seed_spread(method: str, place: int) -> float:
    """The lowest or the highest mean of a seed's draws."""
    return float(np.sort(draws(method).mean(axis=1))[place])


ACCURACY = {
    "karate-network: Two layers: the mean share of the other 30 that is told right.": Row(
        lambda: draws("network").mean(), 0.93
    ),
    "karate-lowest-seed: Two layers: the lowest mean of a seed.": Row(
        partial(seed_spread, "network", 0), 0.9
    ),
    "karate-highest-seed: Two layers: the highest mean of a seed.": Row(
        partial(seed_spread, "network", -1), 0.95
    ),
    "karate-worst: Two layers: the worst draw.": Row(lambda: draws("network").min(), 0.67),
    "karate-no-graph: The same network without the graph.": Row(
        lambda: draws("no graph").mean(), 0.51
    ),
    "karate-propagation: Label propagation.": Row(lambda: draws("label propagation").mean(), 0.8),
    "karate-spreading: Label spreading.": Row(lambda: draws("label spreading").mean(), 0.92),
    "karate-lead: How much more the network tells right than label spreading.": Row(
        lambda: draws("network").mean() - draws("label spreading").mean(), 0.012
    ),
}
claim_rows(ACCURACY, how=MANY)


def deep(name: str, setting: str, layers: int) -> np.ndarray:
    """What the five runs end with."""
    runs = chosen("karate-depth", setting=setting, layers=layers)
    return np.array([r.summary[name] for r in runs])


def middle(setting: str, layers: int) -> float:
    return float(np.median(deep("accuracy", setting, layers)))


DEPTH = {
    f"karate-{setting}-{layers}: The median share of the 30 that is told right, {setting}, "
    f"{layers} layers.": Row(partial(middle, setting, layers), states)
    for (setting, layers), states in {
        ("plain", 2): 0.97,
        ("plain", 8): 0.97,
        ("plain", 16): 0.93,
        ("residual", 32): 0.87,
        ("initial", 32): 0.97,
        ("jumping", 32): 0.9,
    }.items()
}
FLAT = {
    "karate-plain-32: Plain, 32 layers: the best of five seeds.": Row(
        lambda: deep("accuracy", "plain", 32).max(), 0.5
    ),
    "karate-plain-32-loss: Plain, 32 layers: the lowest loss of the four labels.": Row(
        lambda: deep("loss", "plain", 32).min(), 0.67
    ),
    "karate-initial-32-loss: Initial connection, 32 layers: the highest loss of five seeds.": Row(
        lambda: deep("loss", "initial", 32).max(), 0.001
    ),
    "karate-no-graph-32-loss: No graph, 32 layers: the median loss of the four labels.": Row(
        lambda: np.median(deep("loss", "no graph", 32)), 0.35
    ),
    "karate-no-graph-8-loss: No graph, 8 layers: the highest loss of five seeds.": Row(
        lambda: deep("loss", "no graph", 8).max(), 0.0
    ),
}
claim_rows(DEPTH, FLAT, how=DEEP)
