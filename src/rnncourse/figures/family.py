"""The LSTM's relatives beside it, and where its forget gate starts: recorded accuracies."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.figures.style import CELL_STYLE, GREY, across, styled

MARKS = {"lstm": "s", "gru": "D", "bidirectional": "o", "peephole": "^", "phased": "v"}
WORDS = {"lstm": "LSTM", "gru": "GRU", "phased": "phased LSTM", "peephole": "peephole LSTM"}
TITLES = {"baum-sweet": "Baum-Sweet"}
SHADES = ("#9ECAE1", "#4292C6", "#2171B5", "#08306B")  # light to dark: a rising forget bias
CHANCE = 0.1  # of ten digits


def words(cell: str) -> str:
    return WORDS.get(cell, f"{cell} LSTM")


@styled
def family_accuracy(summaries: list) -> np.ndarray:
    """Accuracy against length, one panel a task: mean ± sd over the seeds, a small dot a seed.

    summaries  rows of ``experiments.summarize``. Returns the Axes.
    """
    axes = _panels(summaries, lambda row: row.accuracies)
    for ax in axes:
        ax.set_ylabel("accuracy")
    return axes


@styled
def family_updates(summaries: list) -> np.ndarray:
    """Updates until solved, or of the budget, against length, one panel a task: as accuracies.

    summaries  rows of ``experiments.summarize``. Returns the Axes.
    """
    axes = _panels(summaries, lambda row: row.updates)
    for ax in axes:
        ax.set(ylabel="updates", ylim=(0, None))
    return axes


def _panels(summaries: list, values: Callable) -> np.ndarray:
    """One panel a task, ``values(row)`` one number a seed."""
    tasks = list(dict.fromkeys(row.task for row in summaries))
    figure, axes = plt.subplots(len(tasks), 1, figsize=(5.2, 1.9 * len(tasks)), squeeze=False)
    for ax, task in zip(axes[:, 0], tasks, strict=True):
        _by_length(ax, [row for row in summaries if row.task == task], values)
        ax.set_title(TITLES.get(task, task.replace("-", " ")), loc="left")
    axes[-1, 0].set_xlabel("length")
    cells = list(dict.fromkeys(row.cell for row in summaries))
    looks = {cell: {"marker": MARKS[cell], **CELL_STYLE[cell]} for cell in cells}
    handles = [plt.Line2D([], [], label=words(cell), **looks[cell]) for cell in cells]
    figure.legend(handles=handles, loc="outside upper center", ncols=2)
    return axes[:, 0]


def _by_length(ax: Axes, rows: list, values: Callable) -> None:
    """Each cell's mean ± sd, the cells a little beside each other, and a dot a seed."""
    lengths = sorted({row.length for row in rows})
    cells = list(dict.fromkeys(row.cell for row in rows))
    for cell, shift in zip(cells, np.linspace(-0.12, 0.12, len(cells)), strict=True):
        own = sorted((row for row in rows if row.cell == cell), key=lambda row: row.length)
        places = np.array([lengths.index(row.length) + shift for row in own])
        seeds = [values(row) for row in own]
        for place, each in zip(places, seeds, strict=True):
            look = {"color": CELL_STYLE[cell]["color"], "markersize": 4, "alpha": 0.6}
            ax.plot([place + 0.07] * len(each), each, ".", clip_on=False, **look)
        mean_sd(ax, places, seeds, marker=MARKS[cell], **CELL_STYLE[cell])
    ax.set(xticks=range(len(lengths)), xticklabels=lengths, xlim=(-0.4, len(lengths) - 0.6))


def mean_sd(ax: Axes, places, seeds: list[list[float]], **look) -> None:
    """A mark at each mean with a bar of one sd up and down."""
    means, sds = [np.mean(each) for each in seeds], [np.std(each, ddof=1) for each in seeds]
    bar = {"capsize": 3, "elinewidth": 1, "linewidth": 1.2, "markersize": 5}
    ax.errorbar(places, means, yerr=sds, clip_on=False, **bar, **look)


@styled
def forget_bias_accuracy(summaries: list) -> Axes:
    """Accuracy against the palindrome's length, one line a forget bias: mean ± sd over the seeds.

    summaries  rows of ``experiments.summarize`` whose settings are "forget bias 3" and the like.
    """
    _, ax = plt.subplots()
    settings = list(dict.fromkeys(row.setting for row in summaries))
    for place, setting in enumerate(settings):
        rows = [row for row in summaries if row.setting == setting]
        look = {"color": SHADES[place], "marker": "osD^"[place], "label": setting.split()[-1]}
        mean_sd(ax, [row.length for row in rows], [row.accuracies for row in rows], **look)
    ax.axhline(CHANCE, color=GREY, linewidth=1)
    ax.text(0.99, CHANCE + 0.02, "chance", color=GREY, ha="right", transform=across(ax))
    ax.set(xlabel="length of the palindrome (digits)", ylabel="accuracy", ylim=(0, 1.05))
    ax.set_xticks(sorted({row.length for row in summaries}))
    ax.legend(title="forget bias", loc="lower left", bbox_to_anchor=(0.0, 0.15))
    return ax
