"""The LSTM's relatives beside it, and where its forget gate starts: recorded accuracies."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.figures.style import CELL_STYLE, GREY, across, styled

MARKS = {"lstm": "s", "gru": "D", "bidirectional": "o", "peephole": "^", "phased": "v"}
WORDS = {"lstm": "LSTM", "gru": "GRU", "phased": "phased LSTM", "peephole": "peephole LSTM"}
SHADES = ("#C6DBEF", "#6BAED6", "#2171B5", "#08306B")  # light to dark: a rising forget bias
CHANCE = 0.1  # of ten digits


def words(cell: str) -> str:
    return WORDS.get(cell, f"{cell} LSTM")


@styled
def family_accuracy(summaries: list) -> np.ndarray:
    """Accuracy against length, one panel a task: mean ± sd over the seeds, a small dot a seed.

    summaries  rows of ``experiments.summarize``. Returns the Axes.
    """
    tasks = list(dict.fromkeys(row.task for row in summaries))
    _, axes = plt.subplots(len(tasks), 1, figsize=(5.2, 2.1 * len(tasks)), squeeze=False)
    for ax, task in zip(axes[:, 0], tasks, strict=True):
        _by_length(ax, [row for row in summaries if row.task == task])
        ax.set(title=task.replace("-", " "), ylabel="accuracy")
    axes[-1, 0].set_xlabel("length")
    return axes[:, 0]


def _by_length(ax: Axes, rows: list) -> None:
    """Each cell's mean ± sd, the cells a little beside each other."""
    lengths = sorted({row.length for row in rows})
    cells = list(dict.fromkeys(row.cell for row in rows))
    for cell, shift in zip(cells, np.linspace(-0.12, 0.12, len(cells)), strict=True):
        own = sorted((row for row in rows if row.cell == cell), key=lambda row: row.length)
        places = [lengths.index(row.length) + shift for row in own]
        color = CELL_STYLE[cell]["color"]
        _seeds(ax, places, own, color)
        mean_sd(ax, places, own, marker=MARKS[cell], label=words(cell), **CELL_STYLE[cell])
    ax.set(xticks=range(len(lengths)), xticklabels=lengths, xlim=(-0.4, len(lengths) - 0.6))
    ax.legend(loc="best")


def _seeds(ax: Axes, places, rows: list, color: str) -> None:
    """A small dot for each seed, beside its mean."""
    for place, row in zip(places, rows, strict=True):
        beside = [place + 0.07] * len(row.accuracies)
        ax.plot(beside, row.accuracies, ".", color=color, markersize=4, alpha=0.6, clip_on=False)


def mean_sd(ax: Axes, places, rows: list, **look) -> None:
    """A mark at each mean with a bar of one sd up and down."""
    means, sds = [row.mean for row in rows], [row.sd or 0.0 for row in rows]
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
        mean_sd(ax, [row.length for row in rows], rows, **look)
    ax.axhline(CHANCE, color=GREY, linewidth=1)
    ax.text(0.99, CHANCE + 0.02, "chance", color=GREY, ha="right", transform=across(ax))
    ax.set(xlabel="length of the palindrome (digits)", ylabel="accuracy", ylim=(0, 1.05))
    ax.set_xticks(sorted({row.length for row in summaries}))
    ax.legend(title="forget bias", loc="best")
    return ax
