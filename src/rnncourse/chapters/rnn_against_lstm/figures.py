"""RNN beside LSTM: recorded accuracies by length and by recipe, and gradients before and after."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import CELL_STYLE, GREY, across, styled
from rnncourse.records import Record

MARKS = {"rnn": "o", "lstm": "s"}
CHANCE = 0.1  # of ten digits
SIDE = {"rnn": -0.2, "lstm": 0.2}


@styled
def accuracy_by_length(records: list[Record], settings: tuple[str, ...]) -> np.ndarray:
    """Accuracy at the end of each run against length: a dot a seed, their median a line.

    One panel a setting; a filled dot solved its task, a hollow one did not. Returns the Axes.
    """
    figure, axes = plt.subplots(1, len(settings), figsize=(5.2, 3.0), sharey=True, squeeze=False)
    lengths = sorted({record.config["length"] for record in records})
    for ax, setting in zip(axes[0], settings, strict=True):
        for cell in SIDE:
            chosen = [
                r for r in records if (r.config["setting"], r.config["cell"]) == (setting, cell)
            ]
            _by_length(ax, chosen, lengths, cell)
        ax.axhline(CHANCE, color=GREY, linewidth=1)
        ax.set(title=f"{setting} recipes", xlabel="length", xticks=range(len(lengths)))
        ax.set(xticklabels=lengths, ylim=(0, 1.05), xlim=(-0.5, len(lengths) - 0.5))
    axes[0, 0].set_ylabel("accuracy at the end")
    handles = [plt.Line2D([], [], label=c.upper(), marker=MARKS[c], **CELL_STYLE[c]) for c in SIDE]
    figure.legend(handles=handles, loc="outside upper center", ncols=2)
    return axes[0]


def _by_length(ax: Axes, records: list[Record], lengths: list[int], cell: str) -> None:
    medians = {}
    for place, length in enumerate(lengths):
        chosen = [record for record in records if record.config["length"] == length]
        if chosen:
            medians[place + SIDE[cell]] = np.median([r.summary["accuracy"] for r in chosen])
            places = place + SIDE[cell] + np.linspace(-0.14, 0.14, len(chosen))
            _dots(ax, places, chosen, cell)
    ax.plot(list(medians), list(medians.values()), linewidth=1.2, **CELL_STYLE[cell])


def _dots(ax: Axes, places, records: list[Record], cell: str, upright: bool = True) -> None:
    """One mark a record, filled if solved."""
    color = CELL_STYLE[cell]["color"]
    look = {"color": color, "markersize": 4, "clip_on": False, "zorder": 3}
    for place, record in zip(places, records, strict=True):
        point = (place, record.summary["accuracy"])
        fill = color if record.summary["solved"] else "white"
        ax.plot(*(point if upright else point[::-1]), MARKS[cell], markerfacecolor=fill, **look)


@styled
def accuracy_by_update(records: list[Record], settings: tuple[str, ...]) -> np.ndarray:
    """Accuracy on fresh data against updates: one panel a setting, every run thin, medians thick.

    A mark stands where a run had solved the task and stopped; in the median it counts as right from
    there on.
    Returns the Axes.
    """
    shared = {"sharex": True, "sharey": True, "squeeze": False}
    figure, axes = plt.subplots(1, len(settings), figsize=(5.2, 2.8), **shared)
    for ax, setting in zip(axes[0], settings, strict=True):
        for cell in SIDE:
            wanted = (setting, cell)
            chosen = [r for r in records if (r.config["setting"], r.config["cell"]) == wanted]
            _by_update(ax, [r.curve for r in chosen], cell)
        ax.axhline(CHANCE, color=GREY, linewidth=1)
        ax.set(title=f"{setting} recipes", xlabel="updates", xscale="log", ylim=(0, 1.05))
    place = {"ha": "right", "va": "top", "transform": across(ax)}
    ax.text(0.98, CHANCE - 0.015, "chance", color=GREY, **place)
    axes[0, 0].set_ylabel("accuracy")
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=2)
    return axes[0]


def _by_update(ax: Axes, curves: list[dict], cell: str) -> None:
    if not curves:
        return
    look = CELL_STYLE[cell]
    for curve in curves:
        ax.plot(curve["step"], curve["accuracy"], linewidth=0.6, alpha=0.5, **look)
        end = {"color": look["color"], "markersize": 4, "clip_on": False}
        if curve["accuracy"][-1] == 1.0:
            ax.plot(curve["step"][-1], 1.0, MARKS[cell], **end)
    steps = max((curve["step"] for curve in curves), key=len)
    rows = [_held(curve["accuracy"], len(steps)) for curve in curves]
    ax.plot(steps, np.median(rows, axis=0), label=cell.upper(), **look)


def _held(values: list[float], size: int) -> np.ndarray:
    """The values, and the last of them until there are ``size``."""
    return np.pad(values, (0, size - len(values)), mode="edge")


@styled
def accuracy_by_choice(records: list[Record], titles: dict[str, str]) -> np.ndarray:
    """Accuracy at the end by recipe, one panel a cell: a dot a seed, filled where it solved.

    titles  the panels' titles by cell. Recipes stand in the order of the records. Returns the Axes.
    """
    rows = {
        cell: list(dict.fromkeys(r.config["setting"] for r in records if r.config["cell"] == cell))
        for cell in titles
    }
    heights = [max(len(settings), 1) for settings in rows.values()]
    _, axes = plt.subplots(
        len(titles), 1, figsize=(5.2, 1.4 + 0.27 * sum(heights)), height_ratios=heights, sharex=True
    )
    for ax, (cell, title) in zip(np.atleast_1d(axes), titles.items(), strict=True):
        for row, setting in enumerate(rows[cell]):
            wanted = (setting, cell)
            chosen = [r for r in records if (r.config["setting"], r.config["cell"]) == wanted]
            places = row + np.linspace(-0.24, 0.24, len(chosen))
            _dots(ax, places, chosen, cell, upright=False)
        ax.axvline(CHANCE, color=GREY, linewidth=1)
        ax.set(title=title, yticks=range(len(rows[cell])), xlim=(0, 1.02))
        ax.set_yticklabels(rows[cell])
        ax.invert_yaxis()
    np.atleast_1d(axes)[-1].set_xlabel("accuracy at the end")
    return np.atleast_1d(axes)


@styled
def accuracy_by_rate(grid: dict[str, dict[float, list[float]]]) -> Axes:
    """Accuracy against the learning rate: a dot a run, the line joins the medians of a cell.

    grid  by cell and rate the accuracies of the runs.
    """
    _, ax = plt.subplots(figsize=(5.2, 3.0))
    for cell, by_rate in grid.items():
        look, rates = CELL_STYLE[cell], sorted(by_rate)
        for rate in rates:
            places = [rate] * len(by_rate[rate])
            dots = {"color": look["color"], "markersize": 4, "clip_on": False}
            ax.plot(places, by_rate[rate], MARKS[cell], **dots)
        ax.plot(rates, [np.median(by_rate[r]) for r in rates], label=cell.upper(), **look)
    ax.axhline(CHANCE, color=GREY, linewidth=1)
    ax.set(xscale="log", xlabel="learning rate", ylabel="accuracy", ylim=(0, 1.05))
    ax.legend(loc="lower center")
    return ax


@styled
def before_after(pairs: dict[str, tuple[np.ndarray, np.ndarray]], ylabel: str) -> Axes:
    """A number of each seed before training and after it, on a logarithmic axis.

    A label that begins with a cell's name gets the cell's look.
    """
    _, ax = plt.subplots(figsize=(5.2, 3.0))
    for place, (label, ends) in enumerate(pairs.items()):
        cell = label.split(",")[0].lower()
        look = CELL_STYLE[cell] | {"linewidth": 0.8, "marker": MARKS[cell], "markersize": 4}
        for start, end in zip(*ends, strict=True):
            ax.semilogy([place - 0.25, place + 0.25], [start, end], **look)
    ax.axhline(1.0, color=GREY, linewidth=1)
    ax.set_xticks(range(len(pairs)), [label.replace(", ", "\n") for label in pairs])
    ax.set_ylabel(ylabel)
    return ax
