"""Waves: the three samplings, and what the phased LSTM and the LSTM learn from them."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.figures.family import MARKS, words
from rnncourse.figures.style import CELL_STYLE, GREY, styled

CHANCE = 0.5
TELL_SLOW = 0.5 + 0.5 * 90 / 98  # "period below 10?" is right this often


@styled
def wave_samples(panels: dict[str, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """One wave a panel with its samples as dots: title, then times (T,) and values (T,).

    Returns the Axes.
    """
    _, axes = plt.subplots(len(panels), 1, figsize=(5.2, 3.6), sharex=True, squeeze=False)
    for ax, (title, (times, values)) in zip(axes[:, 0], panels.items(), strict=True):
        ax.plot(times, values, ".", color=CELL_STYLE["phased"]["color"], markersize=4)
        ax.set(title=title, ylim=(-1.15, 1.15), yticks=(-1, 0, 1))
    axes[-1, 0].set_xlabel("time (time units)")
    return axes[:, 0]


@styled
def wave_accuracy(summaries: list) -> Axes:
    """Accuracy of phased LSTM and LSTM by sampling: the mean and its 95 % interval, a dot a seed.

    summaries  rows of ``experiments.summarize``, tasks "standard-waves" and the like. A setting
    that is not the first row's has a place of its own beside the samplings.
    """
    _, ax = plt.subplots()
    usual = summaries[0].setting
    groups = list(dict.fromkeys((row.task, row.setting) for row in summaries))
    cells = list(dict.fromkeys(row.cell for row in summaries))
    for cell, shift in zip(cells, np.linspace(-0.15, 0.15, len(cells)), strict=True):
        rows = [row for row in summaries if row.cell == cell]
        places = [groups.index((row.task, row.setting)) + shift for row in rows]
        _intervals(ax, places, rows, cell)
    _levels(ax, lowest=min(row.worst for row in summaries))
    names = [
        task.removesuffix("-waves") + ("" if setting == usual else f",\n{setting}")
        for task, setting in groups
    ]
    ax.set(xticks=range(len(groups)), xlim=(-0.5, len(groups) - 0.4))
    ax.set_xticklabels(names, fontsize=9)
    ax.set(xlabel="sampling", ylabel="accuracy")
    handles, labels = ax.get_legend_handles_labels()
    ax.figure.legend(handles[::-1], labels[::-1], loc="outside upper center", ncols=2)
    return ax


def _levels(ax: Axes, lowest: float) -> None:
    """Grey lines at what chance gives, where it is in sight, and what telling slow from fast."""
    bottom = 0.45 if lowest < 0.7 else lowest - 0.03
    ax.set_ylim(bottom, 1.0 + 0.03 * (1.0 - bottom))
    ax.axhline(TELL_SLOW, color=GREY, linewidth=1, zorder=0, label="period below 10?")
    if bottom < CHANCE:
        ax.axhline(CHANCE, color=GREY, linewidth=1, linestyle=":", zorder=0, label="chance")


def _intervals(ax: Axes, places: list, rows: list, cell: str) -> None:
    """Means with their intervals, and beside each a dot for each seed."""
    color = CELL_STYLE[cell]["color"]
    means = np.array([row.mean for row in rows])
    reach = [means - [row.low for row in rows], [row.high for row in rows] - means]
    look = {"linestyle": "", "color": color, "marker": MARKS[cell], "capsize": 4}
    ax.errorbar(places, means, yerr=reach, label=words(cell), **look)
    for place, row in zip(places, rows, strict=True):
        beside = [place + 0.08] * len(row.accuracies)
        ax.plot(beside, row.accuracies, ".", color=color, markersize=4, alpha=0.6, clip_on=False)
