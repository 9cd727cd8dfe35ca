"""Zachary's karate club: who was a friend of whom, and on which side each ended."""

from functools import cache
from typing import NamedTuple

import networkx
import numpy as np

from rnncourse.byhand.gcn import normalized_adjacency
from rnncourse.validate import require_count

SIDES = ("Mr. Hi", "Officer")
ROUNDS = 300  # of label propagation; by then nothing moves
SPREAD = 0.8  # share of the neighbors in label spreading


class Club(NamedTuple):
    """34 members."""

    A: np.ndarray  # friendships, (34, 34), 0 or 1
    y: np.ndarray  # the side of each, (34,): 0 Mr. Hi, the instructor; 1 the officer


@cache
def club() -> Club:
    """The club as networkx ships it, edges without their weights; shared, so do not change it.

    Source: Zachary (1977).
    """
    graph = networkx.karate_club_graph()
    A = networkx.to_numpy_array(graph, nodelist=range(34), weight=None)
    return Club(A, np.array([SIDES.index(graph.nodes[n]["club"]) for n in range(34)]))


def draw_labeled(y: np.ndarray, each: int, *, rng: np.random.Generator) -> np.ndarray:
    """A mask (N,) of ``each`` nodes of every class, drawn at random."""
    require_count("each", each)
    mask = np.zeros(len(y), dtype=bool)
    for k in np.unique(y):
        mask[rng.choice(np.flatnonzero(y == k), each, replace=False)] = True
    return mask


def accuracy(scores: np.ndarray, y: np.ndarray, mask: np.ndarray) -> float:
    """The share of the nodes without a label whose largest score is that of their class."""
    return float((scores.argmax(axis=1) == y)[~mask].mean())


def propagate_labels(A, y, mask, rounds: int = ROUNDS) -> np.ndarray:
    """Every node without a label takes the mean of its neighbors, again and again: scores (N, 2).

    Source: Zhu and Ghahramani (2002).
    """
    scores, known = np.full((len(A), 2), 0.5), np.eye(2)[y]
    for _ in range(rounds):
        scores = A @ scores / A.sum(axis=1, keepdims=True)
        scores[mask] = known[mask]
    return scores


def spread_labels(A, y, mask, share: float = SPREAD) -> np.ndarray:
    """Labels spread along Â and fade on the way: F = s Â F + (1 − s) Y, solved; scores (N, 2).

    Source: Zhou et al. (2004), with self-loops.
    """
    known = np.eye(2)[y] * mask[:, None]
    return np.linalg.solve(np.eye(len(A)) - share * normalized_adjacency(A), known)


@cache
def places() -> np.ndarray:
    """Where a figure draws the members, (34, 2): friends lie near each other."""
    found = networkx.spring_layout(networkx.karate_club_graph(), seed=4, weight=None)
    return np.array([found[n] for n in range(34)])
