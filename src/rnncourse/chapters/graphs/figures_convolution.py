"""Figures: a message on its way through six nodes, the karate club, and what depth does."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.byhand.gcn import normalized_adjacency
from rnncourse.chapters.graphs.deep import CONNECTIONS
from rnncourse.chapters.graphs.karate import SIDES, club, places
from rnncourse.chapters.graphs.six_nodes import EDGES, NODES, PLACES, adjacency, index
from rnncourse.plotting import ACCENT, GREY, INK, beside, styled
from rnncourse.records import Record

BLUE, ORANGE, GREEN, PINK = "#0072B2", ACCENT, "#009E73", "#CC79A7"
LOOKS = {
    "plain": {"color": BLUE, "linestyle": "-", "marker": "o"},
    "residual": {"color": ORANGE, "linestyle": "--", "marker": "s"},
    "initial": {"color": GREEN, "linestyle": "-.", "marker": "D"},
    "jumping": {"color": PINK, "linestyle": ":", "marker": "^"},
    "no graph": {"color": INK, "linestyle": (0, (6, 2)), "marker": "v"},
}
CHANCE = 0.5


@styled
def message(speaker: str = "C", updates: int = 4) -> np.ndarray:
    """Who has heard from one node after 0, 1, … updates; the number is its weight. Returns the
    Axes, two in a row.
    """
    rows = updates // 2 + 1
    _, axes = plt.subplots(rows, 2, figsize=(5.6, 1.45 * rows))
    A_hat = normalized_adjacency(adjacency())
    heard = np.eye(len(NODES))[index(speaker)]
    for after, ax in enumerate(axes.flat):
        ax.axis("off")
        if after > updates:
            continue
        _six_nodes(ax, heard)
        words = "at the start" if after == 0 else f"after {after} update{'s' * (after > 1)}"
        ax.set_title(words, fontsize=10)
        heard = A_hat @ heard
    return axes


def _six_nodes(ax: Axes, heard: np.ndarray) -> None:
    """The graph, a node filled where something has arrived, and how much."""
    for first, second in EDGES:
        ax.plot(*zip(PLACES[first], PLACES[second], strict=True), color=GREY, lw=1, zorder=0)
    for name, (x, y) in PLACES.items():
        weight = heard[index(name)]
        fill, ink = (BLUE, "white") if weight > 0 else ("white", INK)
        ax.plot(x, y, "o", color=fill, markeredgecolor=INK, markersize=14)
        ax.text(x, y, name, color=ink, ha="center", va="center_baseline", fontsize=9)
        if weight > 0:
            below = y - 0.42 if name not in "B" else y + 0.36
            ax.text(x, below, f"{weight:.2g}", ha="center", va="center", fontsize=8)
    ax.set(xlim=(-0.4, 4.4), ylim=(-1.2, 1.15))


@styled
def karate(mask: np.ndarray | None = None, scores: np.ndarray | None = None) -> Axes:
    """The club: a mark a member, its shape the side; labeled members have a thick edge.

    With ``scores`` (34, 2) the filling is the side that they tell, and a cross marks the errors.
    """
    _, ax = plt.subplots(figsize=(5.2, 3.8))
    A, y = club()
    at, told = places(), y if scores is None else scores.argmax(axis=1)
    for i, j in np.argwhere(np.triu(A)):
        ax.plot(*at[[i, j]].T, color=GREY, linewidth=0.5, alpha=0.6, zorder=0)
    looks = (("o", BLUE), ("s", ORANGE))
    for member, (x, height) in enumerate(at):
        known = mask is not None and mask[member]
        shape, fill = looks[y[member]][0], looks[told[member]][1]
        edge = {"markeredgecolor": INK, "markeredgewidth": 2.6 if known else 0.6}
        ax.plot(x, height, shape, color=fill, markersize=10 if known else 7, **edge)
        if told[member] != y[member]:
            ax.plot(x, height, "x", color="white", markersize=6, markeredgewidth=1.6)
    for (shape, color), side in zip(looks, SIDES, strict=True):
        ax.plot([], [], shape, color=color, label=f"{side}'s side")
    ax.axis("off")
    ax.figure.legend(loc="outside upper center", ncols=2)
    return ax


@styled
def methods(records: list[Record]) -> Axes:
    """The accuracy of every draw of the labels, a row a method; the mean of all draws a bar."""
    names = list(dict.fromkeys(r.config["setting"] for r in records))
    _, ax = plt.subplots(figsize=(5.2, 2.6))
    for row, name in enumerate(names):
        draws = np.array([r.curve["accuracy"] for r in records if r.config["setting"] == name])
        spots = row + np.linspace(-0.25, 0.25, draws.size)
        ax.plot(draws.ravel(), spots, "o", color=BLUE, markersize=2.5, alpha=0.5)
        ax.plot([draws.mean()] * 2, [row - 0.36, row + 0.36], color=ORANGE, linewidth=2.6)
        ax.text(1.03, row, f"{draws.mean():.2f}", va="center", color=INK)
    ax.axvline(CHANCE, color=GREY, linewidth=1, zorder=0)
    ax.set(xlabel="share of the 30 others that are told right", xlim=(0.2, 1.02))
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    return ax


@styled
def smoothing(curves: dict[str, np.ndarray], seconds: dict[str, float]) -> Axes:
    """Mean distance of the nodes against layers, logarithmic, relative to the start; dotted is
    what the second eigenvalue gives from layer 20 on.
    """
    _, ax = plt.subplots(figsize=(5.2, 3.2))
    for (name, curve), look in zip(curves.items(), LOOKS.values(), strict=False):
        layers, relative = np.arange(len(curve)), curve / curve[0]
        line = {"color": look["color"], "linestyle": look["linestyle"]}
        ax.semilogy(layers, relative, label=name, **line)
        slope = relative[20] * seconds[name] ** (layers - 20.0)
        ax.semilogy(layers, slope, ":", color=GREY, linewidth=1)
    ax.set(xlabel="layers", ylabel="mean distance, start = 1", ylim=(None, 2))
    ax.figure.legend(loc="outside upper center", ncols=3)
    return ax


@styled
def depth(records: list[Record]) -> Axes:
    """Accuracy against layers, a mark a seed and a line through the medians of each connection."""
    _, ax = plt.subplots(figsize=(5.2, 3.4))
    layers = sorted({r.config["layers"] for r in records})
    for shift, name in zip(np.linspace(-0.18, 0.18, len(CONNECTIONS)), CONNECTIONS, strict=True):
        rows = np.array(
            [
                [r.summary["accuracy"] for r in records
                 if r.config["setting"] == name and r.config["layers"] == count]
                for count in layers
            ]
        )  # fmt: skip
        spots, look = np.arange(len(layers)) + shift, LOOKS[name]
        ax.plot(spots, rows, look["marker"], color=look["color"], markersize=3.5, clip_on=False)
        line = {"color": look["color"], "linestyle": look["linestyle"], "linewidth": 1.4}
        ax.plot(spots, np.median(rows, axis=1), label=name, **line)
    ax.axhline(CHANCE, color=GREY, linewidth=1, zorder=0)
    ax.set(xlabel="layers", ylabel="share told right", ylim=(0.4, 1.02))
    beside(ax, layers)
    ax.figure.legend(loc="outside upper center", ncols=4)
    return ax
