"""Optimizers: paths, steps, schedules, and accuracy against the learning rate."""

from itertools import groupby

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import GREY, INK, across, styled
from rnncourse.records import Record

OPTIMIZER_STYLE = {
    "sgd": {"color": "#000000", "linestyle": "-"},
    "momentum": {"color": "#0072B2", "linestyle": "--"},
    "adagrad": {"color": "#009E73", "linestyle": "-."},
    "rmsprop": {"color": "#CC79A7", "linestyle": ":"},
    "adam": {"color": "#D55E00", "linestyle": (0, (5, 1, 1, 1))},
}
WELL_MARKERS = ("", "", ".", "s", "^")
EARLY = 30  # steps whose markers stand far enough apart; of later ones some are marked


def look(label: str) -> dict:
    """Color and line style of a label that begins with an optimizer's name."""
    return OPTIMIZER_STYLE[label.replace(",", " ").split()[0]]


@styled
def ravine(paths: dict[str, np.ndarray], b: float) -> Axes:
    """Paths on the level lines of ½(w₁² + b w₂²), one an optimizer, each step a mark.

    Shapes: each path (steps + 1, 2).
    """
    _, ax = plt.subplots(figsize=(5.2, 2.9))
    points = np.concatenate(list(paths.values()))
    low, high = points.min(axis=0) - 0.12, points.max(axis=0) + 0.12
    x, y = (np.linspace(low[k], high[k], 200) for k in (0, 1))
    heights = 0.5 * (x**2 + b * y[:, None] ** 2)
    ax.contour(x, y, heights, levels=np.geomspace(0.003, 1.0, 7), colors="#bbbbbb", linewidths=0.8)
    for (label, path), marker in zip(paths.items(), ("^", ".", "."), strict=False):
        ax.plot(*path.T, marker=marker, markersize=4, linewidth=1.2, label=label, **look(label))
    ax.plot(0, 0, "+", color=INK, markersize=14, markeredgewidth=2.2, zorder=5)
    ax.set(xlabel="$w_1$ (flat)", ylabel="$w_2$ (steep)")
    ax.figure.legend(loc="outside upper center", ncols=2)
    return ax


@styled
def step_lengths(steps: dict[str, np.ndarray], before: int) -> Axes:
    """How long each step is, in learning rates: after ``before`` large gradients, small ones.

    Shapes: each array (T,).
    """
    _, ax = plt.subplots(figsize=(5.2, 2.9))
    for label, values in steps.items():
        ax.semilogy(np.arange(1, len(values) + 1), values, label=label, **look(label))
    ax.axvline(before + 0.5, color=GREY, linewidth=1)
    ax.text(before + 30, 0.3 * max(v.max() for v in steps.values()), "storm ends", color=GREY)
    ax.set(xlabel="step", ylabel="step length / η")
    ax.figure.legend(loc="outside upper center", ncols=3)
    return ax


@styled
def well_paths(paths: dict[str, np.ndarray], levels: dict[str, float]) -> Axes:
    """A weight against the step (logarithmic) on its way through a double well.

    Shapes: each path (steps + 1,), the later ones with marks; ``levels`` names the minima. The
    second path of an optimizer is not dashed.
    """
    _, ax = plt.subplots(figsize=(5.2, 3.4))
    for name, w in levels.items():
        ax.axhline(w, color=GREY, linewidth=1)
        ax.text(0.99, w + 0.1, name, color=GREY, ha="right", transform=across(ax))
    widths = np.linspace(2.2, 1.0, len(paths))
    for (label, path), width, marker in zip(paths.items(), widths, WELL_MARKERS, strict=False):
        style = look(label) | {"linewidth": width, "marker": marker, "markersize": 4}
        if style["color"] in (line.get_color() for line in ax.lines):
            style["linestyle"] = "-"
        ax.plot(np.arange(1, len(path) + 1), path, label=label, markevery=_marked(path), **style)
    ax.set(xscale="log", xlabel="step + 1", ylabel="weight w")
    ax.figure.legend(loc="outside upper center", ncols=2)
    return ax


def _marked(path: np.ndarray) -> list[int]:
    """The places of a path that get a marker on a logarithmic axis, as evenly as they can."""
    late = np.geomspace(EARLY, max(len(path), EARLY), 16).astype(int) - 1
    return [*range(min(EARLY - 1, len(path))), *late[late < len(path)]]


@styled
def schedules(rates: dict[str, np.ndarray]) -> Axes:
    """Learning rates against the step, each in units of its largest.

    Shapes: each array (T,).
    """
    _, ax = plt.subplots(figsize=(5.2, 2.6))
    styles = zip(rates.items(), OPTIMIZER_STYLE.values(), strict=False)
    for (label, values), style in styles:
        ax.plot(np.arange(1, len(values) + 1), values / values.max(), label=label, **style)
    ax.set(xlabel="optimizer updates (steps)", ylabel="learning rate / η", ylim=(0, 1.05))
    ax.legend(loc=(0.13, 0.04))
    return ax


@styled
def sweep(records: list[Record], chance: float) -> np.ndarray:
    """Accuracy at the end against the learning rate: an optimizer a line, every seed a dot.

    One panel for each initialization with its length; the line is the median of the seeds. The
    records need ``optimizer``, ``learning_rate``, ``initialization`` and ``length`` in config, and
    ``accuracy`` in summary. Returns the row of Axes.

    Raises: ValueError if there is no record.
    """
    if not records:
        raise ValueError("records must hold at least one record, got none")
    panels: dict[str, list[Record]] = {}
    for record in records:
        title = "{initialization}, length {length}".format(**record.config)
        panels.setdefault(title, []).append(record)
    figure, axes = plt.subplots(
        1, len(panels), figsize=(5.2, 3.2), sharex=True, sharey=True, squeeze=False
    )
    for ax, (title, runs) in zip(axes[0], panels.items(), strict=True):
        for optimizer in OPTIMIZER_STYLE:
            _sweep_line(ax, optimizer, [r for r in runs if r.config["optimizer"] == optimizer])
        ax.axhline(chance, color=GREY, linewidth=1)
        ax.text(0.02, chance - 0.015, "chance", color=GREY, va="top", transform=across(ax))
        ax.set(xscale="log", title=title, xlabel="learning rate", ylim=(0, 1.03))
    axes[0, 0].set_ylabel("accuracy at the end")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return axes[0]


def _sweep_line(ax: Axes, optimizer: str, records: list[Record]) -> None:
    """One optimizer: a dot for each run, and the median over the seeds of each learning rate."""
    if not records:
        return
    runs = sorted((r.config["learning_rate"], r.summary["accuracy"]) for r in records)
    style = OPTIMIZER_STYLE[optimizer]
    ax.plot(*zip(*runs, strict=True), ".", markersize=4, alpha=0.4, color=style["color"])
    medians = {
        rate: np.median([accuracy for _, accuracy in group])
        for rate, group in groupby(runs, key=lambda run: run[0])
    }
    ax.plot(list(medians), list(medians.values()), label=optimizer, **style)
