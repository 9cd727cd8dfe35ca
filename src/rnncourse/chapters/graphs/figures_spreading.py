"""Figures on what spreads over a graph: a kick, the recorded errors beside their floors, times."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.chapters.graphs import graph_cost, spreading
from rnncourse.chapters.graphs.spreading_models import SIZES
from rnncourse.chapters.graphs.spreading_results import errors
from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, INK, styled

STEPS = (0, 3, 6, 9)
LOOKS = {  # color, marker and words by kind of model
    "graph": (CELL_STYLE["rnn"]["color"], "s", "graph alone"),
    "memory": (CELL_STYLE["gru"]["color"], "D", "memory alone"),
    "both": (ACCENT, "o", "both"),
    "vector": (INK, "v", "one memory for all"),
}
SEES = {  # what a model looks at
    "graph": "last frame",
    "memory": "own past",
    "both": "everything",
}
PANELS = {"waves": tuple(LOOKS), "heat": tuple(LOOKS)[:3], "no edges": tuple(LOOKS)[:3]}


def lowest(world: str, kind: str) -> float:
    """The error that no model of this kind and size gets below."""
    if kind == "vector":
        return spreading.narrow_floor(world, SIZES["vector"][1])
    return spreading.floor(world, SEES[kind])


def places() -> np.ndarray:
    """The nodes on a circle, node 0 on top, (16, 2)."""
    angles = 2.0 * np.pi * np.arange(spreading.NODES) / spreading.NODES
    return np.stack([np.sin(angles), np.cos(angles)], axis=1)


def after_a_kick(node: int = 0, steps: int = max(STEPS)) -> np.ndarray:
    """Heights at 0 … steps after one kick of 1, nothing else, in the world of waves."""
    state = np.zeros(2 * spreading.NODES)
    state[[node, spreading.NODES + node]] = 1.0
    heights = [state[: spreading.NODES]]
    for _ in range(steps):
        state = spreading.motion("waves").M @ state
        heights.append(state[: spreading.NODES])
    return np.array(heights)


@styled
def kick_spreads() -> np.ndarray:
    """The graph at some steps after a kick: area is height, hollow is below. Returns the Axes."""
    _, axes = plt.subplots(1, len(STEPS), figsize=(5.2, 1.7))
    heights, at, A = after_a_kick(), places(), spreading.graph()
    for ax, step in zip(axes, STEPS, strict=True):
        for i, j in np.argwhere(np.triu(A)):
            ax.plot(*at[[i, j]].T, color=GREY, linewidth=0.6, zorder=1)
        u = heights[step]
        fill = np.where(u > 0, ACCENT, "white")
        ax.scatter(*at.T, s=6 + 150 * np.abs(u), c=fill, edgecolors=INK, linewidths=0.8, zorder=2)
        ax.set(title=f"step {step}", aspect="equal", xlim=(-1.3, 1.3), ylim=(-1.3, 1.3))
        ax.axis("off")
    return axes


@styled
def errors_by_world() -> np.ndarray:
    """Errors on fresh sequences, a mark a seed; grey bars are floors. Returns the Axes."""
    widths = [len(kinds) for kinds in PANELS.values()]
    _, axes = plt.subplots(
        1, len(PANELS), figsize=(5.2, 2.9), sharey=True, gridspec_kw={"width_ratios": widths}
    )
    for ax, (world, kinds) in zip(axes, PANELS.items(), strict=True):
        for place, kind in enumerate(kinds):
            low = lowest(world, kind)
            ax.plot([place - 0.38, place + 0.38], [low, low], color=GREY, linewidth=4, alpha=0.6)
            color, marker, _ = LOOKS[kind]
            values = errors(world, kind)
            across = place + np.linspace(-0.2, 0.2, len(values))
            ax.plot(across, values, marker, color=color, markersize=3.5)
        ax.set(title=world, ylim=(0, 1), xticks=[], xlim=(-0.6, len(kinds) - 0.4))
    axes[0].set_ylabel("mean squared error")
    axes[0].figure.legend(handles=_kinds(), loc="outside upper center", ncols=3)
    return axes


def _kinds() -> list:
    """What the marks and the bars of the errors stand for."""
    marks = [
        plt.Line2D([], [], linestyle="", marker=marker, color=color, label=words)
        for color, marker, words in LOOKS.values()
    ]
    return [*marks, plt.Line2D([], [], color=GREY, linewidth=4, alpha=0.6, label="floor")]


@styled
def step_times() -> Axes:
    """Recorded milliseconds of a full and of a sampled step against the number of nodes."""
    _, ax = plt.subplots(figsize=(5.2, 2.6))
    curve = graph_cost.recorded().curve
    for name, words, look in (
        ("full_seconds", "all nodes", CELL_STYLE["lstm"] | {"marker": "s"}),
        ("sampled_seconds", "512 nodes, 5 drawn neighbors", CELL_STYLE["rnn"] | {"marker": "o"}),
    ):
        ax.loglog(curve["nodes"], 1000 * np.array(curve[name]), label=words, **look)
    ax.set(xlabel="nodes of the graph", ylabel="processor time of a step, ms")
    ax.legend()
    return ax
