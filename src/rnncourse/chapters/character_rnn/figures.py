"""The character RNN: what it reads and guesses, the way back, its loss, and two runs that part."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, INK, across, arrow, node, styled
from rnncourse.records import Record


@styled
def reading(word: str) -> Axes:
    """A network that reads a word: below what it reads, above what it should have guessed."""
    _, ax = plt.subplots(figsize=(4.7, 2.7))
    count, word = len(word) - 1, word.replace(" ", "␣")
    for t in range(count):
        node(ax, t, 0, word[t], frame=False)
        node(ax, t, 1, "$h$")
        node(ax, t, 2, word[t + 1], color=ACCENT, frame=False)
        arrow(ax, (t, 0), (t, 1), INK, 1.2)
        arrow(ax, (t, 1), (t, 2), ACCENT, 1.2)
    for t in range(count + 1):
        arrow(ax, (t - 1, 1), (t, 1), INK, 1.8, gap=10.5)
    sides = ((-1.6, 1, "from the\nwindow\nbefore", GREY), (count + 0.4, 1, "to the\nnext", GREY))
    rows = ((-1.6, 0, "reads", GREY), (-1.6, 2, "should\nguess", ACCENT))
    for x, y, text, color in (*sides, *rows):
        ax.text(x, y, text, ha="center", va="center", color=color, fontsize=10)
    ax.set(xlim=(-2.2, count + 0.9), ylim=(-0.4, 2.4))
    ax.axis("off")
    return ax


@styled
def back(count: int) -> Axes:
    """How the gradient of a window walks back: into each memory from above and from the right."""
    _, ax = plt.subplots(figsize=(4.2, 2.7))
    for t in range(count):
        node(ax, t, 0, "weights", color=GREY, frame=False)
        node(ax, t, 1, "$h$")
        node(ax, t, 2, r"$\hat y - y$", color=ACCENT, frame=False)
        arrow(ax, (t, 2), (t, 1), ACCENT, 1.2)
        arrow(ax, (t, 1), (t, 0), GREY, 1.2)
        if t:
            arrow(ax, (t, 1), (t - 1, 1), ACCENT, 1.8)
    ax.text(-0.92, 2, "guess\nminus truth", ha="center", va="center", color=ACCENT, fontsize=10)
    ax.text(-0.92, 0, "each step\nadds to the", ha="center", va="center", color=GREY, fontsize=10)
    ax.set(xlim=(-1.5, count - 0.5), ylim=(-0.4, 2.4))
    ax.axis("off")
    return ax


@styled
def apart(losses: np.ndarray, labels: tuple[str, str]) -> np.ndarray:
    """Two runs that are equal on paper: their losses, and below how far they differ.

    Shapes: losses (2, updates), in nats; a difference of zero is left out. Returns the two Axes.
    """
    _, axes = plt.subplots(2, 1, figsize=(5.2, 4.2), sharex=True)
    updates = np.arange(1, losses.shape[1] + 1)
    for row, label, color, linestyle in zip(
        losses, labels, (INK, ACCENT), ("-", "--"), strict=True
    ):
        axes[0].plot(updates, row, linestyle, color=color, label=label, linewidth=1.4)
    axes[0].set(ylabel="loss (nats a window)")
    axes[0].legend()
    difference = np.abs(losses[0] / losses[1] - 1)
    seen = difference > 0
    axes[1].semilogy(updates[seen], difference[seen], ".-", color=INK, linewidth=1)
    axes[1].set(xlabel="optimizer updates (steps)", ylabel="relative difference")
    return axes


@styled
def smooth_losses(records: dict[str, Record], start: float) -> Axes:
    """Smooth loss against updates, one line a record; a grey line where every guess is uniform.

    The records need ``step`` and ``smooth_loss`` in their curves.
    """
    _, ax = plt.subplots()
    styles = ({"color": CELL_STYLE["rnn"]["color"]}, {"color": INK, "linestyle": "--"})
    for (label, record), style in zip(records.items(), styles, strict=False):
        ax.plot(record.curve["step"], record.curve["smooth_loss"], label=label, **style)
    ax.axhline(start, color=GREY, linewidth=1)
    ax.text(0.99, start - 1, "uniform", color=GREY, ha="right", va="top", transform=across(ax))
    ax.set(xlabel="optimizer updates (steps)", ylabel="smooth loss (nats a window)")
    ax.set_ylim(bottom=0)
    ax.locator_params(axis="x", nbins=5)
    if len(records) > 1:
        ax.legend()
    return ax
