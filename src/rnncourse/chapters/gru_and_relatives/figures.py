"""The GRU's slider and reset gate; the relatives' recorded accuracies beside the LSTM's."""

from collections.abc import Callable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import (
    ACCENT,
    CELL_STYLE,
    GREY,
    INK,
    MARKS,
    across,
    arrow,
    node,
    styled,
    words,
)

GREEN = CELL_STYLE["gru"]["color"]


@styled
def slider() -> Axes:
    """The GRU cell: one gate, z, slides each entry from the old state to the candidate."""
    _, ax = plt.subplots(figsize=(5.2, 3.3))
    for start, end in ((0, 3), (3, 5.6), (5.6, 8)):
        arrow(ax, (start, 3), (end, 3), ACCENT, width=4)
    for x, y, text in ((3, 3, "×"), (5.6, 3, "+"), (5.6, 1.9, "×"), (1.2, 0.9, "×")):
        node(ax, x, y, text, color=ACCENT if y == 3 else INK)
    words = ((-0.15, 3, "h^{(t-1)}"), (8.1, 3, "h^{(t)}"), (5.6, 0.8, r"\tilde h^{(t)}"))
    for x, y, text in words:
        node(ax, x, y, f"${text}$", frame=False)
    for x, y, text in ((3, 1.9, "1-z^{(t)}"), (7.3, 1.9, "z^{(t)}"), (-0.15, 0.9, "r^{(t)}")):
        node(ax, x, y, f"${text}$", color=GREEN, frame=False)
    for start, end in (((3, 1.9), (3, 3)), ((7.3, 1.9), (5.6, 1.9)), ((-0.15, 0.9), (1.2, 0.9))):
        arrow(ax, start, end, GREEN, width=1.2)
    ways = (((1.2, 3), (1.2, 0.9)), ((1.2, 0.9), (5.6, 0.9)), ((5.6, 0.9), (5.6, 1.9)))
    for start, end in (*ways, ((5.6, 1.9), (5.6, 3))):
        arrow(ax, start, end, INK, width=1.2)
    ax.text(3.2, 1.05, "$W_{hh}$", fontsize=10)
    for x, y in ((-0.15, 0.9), (5.6, 0.8), (7.3, 1.9)):
        arrow(ax, (x, -0.35), (x, y), GREY, width=1)
    node(ax, 2.6, -0.35, "$x^{(t)}$; $z$ and $r$ read $h^{(t-1)}$ too", color=GREY, frame=False)
    ax.set(xlim=(-0.6, 8.6), ylim=(-0.7, 3.5))
    ax.axis("off")
    return ax


@styled
def gated_matrices(W: np.ndarray, r: np.ndarray) -> np.ndarray:
    """W diag(r) beside diag(r) W: reset before gates the columns, reset after the rows.

    Shapes: W (n, n), r (n,). Returns the row of two Axes.
    """
    _, axes = plt.subplots(1, 2, figsize=(5.2, 3.0))
    for ax, title, gated in (
        (axes[0], "before: $W_{hh}\\,\\mathrm{diag}(r)$", W * r),
        (axes[1], "after: $\\mathrm{diag}(r)\\,W_{hh}$", r[:, None] * W),
    ):
        ax.imshow(np.abs(gated), cmap="Greys", vmin=0.0, vmax=np.abs(W).max())
        marks = [f"{value:.1f}" for value in r]
        by_column = title.startswith("before")
        ax.set_xticks(range(len(r)), marks if by_column else [""] * len(r))
        ax.set_yticks(range(len(r)), [""] * len(r) if by_column else marks)
        ax.set(title=title, xlabel="from unit" + (": r" if by_column else ""))
        ax.set_ylabel("to unit" + ("" if by_column else ": r"))
    return axes


TITLES = {"baum-sweet": "Baum-Sweet"}
SHADES = ("#9ECAE1", "#4292C6", "#2171B5", "#08306B")  # light to dark: a rising forget bias
CHANCE = 0.1  # of ten digits


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
