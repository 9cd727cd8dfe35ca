"""One look for the whole book: a color and a line style a cell, boxes with arrows, curves, bars.

Okabe and Ito's color-blind safe palette. The figures are drawn dark on white; the book's style
sheet inverts them in dark mode.
"""

from collections.abc import Callable
from functools import wraps

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.records import Record

CELL_STYLE = {
    "rnn": {"color": "#0072B2", "linestyle": "-"},
    "lstm": {"color": "#D55E00", "linestyle": "--"},
    "gru": {"color": "#009E73", "linestyle": "-."},
    "peephole": {"color": "#CC79A7", "linestyle": ":"},
    "bidirectional": {"color": "#E69F00", "linestyle": (0, (6, 2))},
    "phased": {"color": "#000000", "linestyle": (0, (5, 1, 1, 1, 1, 1))},
}
MARKS = {"lstm": "s", "gru": "D", "bidirectional": "o", "peephole": "^", "phased": "v"}
WORDS = {"lstm": "LSTM", "gru": "GRU", "phased": "phased LSTM", "peephole": "peephole LSTM"}
INK, GREY, ACCENT = "#222222", "#767676", "#D55E00"
STYLE = {
    "figure.dpi": 160,
    "figure.figsize": (5.2, 3.2),
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
}


def styled(draw: Callable) -> Callable:
    """Draw under the book's style and leave the reader's own settings alone."""

    @wraps(draw)
    def draw_styled(*args, **kwargs):
        with plt.rc_context(STYLE):
            return draw(*args, **kwargs)

    return draw_styled


def words(cell: str) -> str:
    """What a legend calls a cell."""
    return WORDS.get(cell, f"{cell} LSTM")


def node(ax: Axes, x: float, y: float, text: str, color: str = INK, frame: bool = True) -> None:
    box = {"boxstyle": "circle,pad=0.25", "fc": "white", "ec": color} if frame else None
    ax.text(x, y, text, ha="center", va="center", color=color, bbox=box, fontsize=11)


def arrow(ax: Axes, start: tuple, end: tuple, color: str, width: float, gap=13) -> None:
    """From middle to middle, less ``gap`` points at either end."""
    arrow = {"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": gap, "shrinkB": gap}
    ax.annotate("", xy=end, xytext=start, arrowprops=arrow)


def across(ax: Axes):
    """x in axes units, y in data units."""
    return ax.get_yaxis_transform()


def beside(ax: Axes, names) -> None:
    """Groups of marks side by side: a name below each, a tick between two of them."""
    ax.set_xticks(range(len(names)), names)
    ax.set_xticks(np.arange(1, len(names)) - 0.5, minor=True)
    ax.tick_params(axis="x", which="major", length=0)
    ax.tick_params(axis="x", which="minor", length=10)
    ax.set_xlim(-0.5, len(names) - 0.5)


@styled
def learning_curves(
    records: dict[str, Record], cell: str = "rnn", chance: float | None = None
) -> Axes:
    """Accuracy on fresh data against optimizer updates, one line a record of one cell."""
    _, ax = plt.subplots()
    marks = zip(records.items(), ("-", "--", "-.", ":"), ("o", "s", "^", "d"), strict=False)
    for (label, record), linestyle, marker in marks:
        look = {"color": CELL_STYLE[cell]["color"], "linestyle": linestyle, "marker": marker}
        ax.plot(record.curve["step"], record.curve["accuracy"], label=label, clip_on=False, **look)
    if chance is not None:
        ax.axhline(chance, color=GREY, linewidth=1)
        ax.text(0.99, chance + 0.02, "chance", color=GREY, ha="right", transform=across(ax))
    ax.set(xlabel="optimizer updates (steps)", ylabel="accuracy", ylim=(0, 1.02))
    ax.legend(loc="center right")
    return ax


@styled
def bars(values: dict[str, float], label: str, chance: float | None = None) -> Axes:
    """Named numbers side by side, each written at its bar."""
    _, ax = plt.subplots(figsize=(5.2, 2.2))
    drawn = ax.barh(list(values), list(values.values()), color=CELL_STYLE["rnn"]["color"])
    ax.bar_label(drawn, fmt="%.2f", padding=3)
    if chance is not None:
        ax.axvline(chance, color=GREY, linewidth=1)
    ax.invert_yaxis()
    ax.set(xlabel=label, xlim=(0, 1.15))
    return ax


@styled
def lives(panels: dict[str, dict[str, np.ndarray]], ylabel: str) -> np.ndarray:
    """What arrives at each step from the loss at T: one panel a setting, every seed thin.

    Shapes: each array (seeds, T), relative to step T; the thick line is their median. A label that
    begins with a cell's name gets the cell's look. Returns the row of Axes.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(5.2, 2.6), sharey=True, squeeze=False)
    for ax, (title, lines) in zip(axes[0], panels.items(), strict=True):
        for label, values in lines.items():
            look = CELL_STYLE.get(label.split(",")[0].lower(), {"color": INK, "linestyle": ":"})
            steps = np.arange(1, values.shape[1] + 1)
            ax.semilogy(steps, values.T, linewidth=0.6, alpha=0.5, **look)
            ax.semilogy(steps, np.median(values, axis=0), label=label, **look)
        ax.set(title=title, xlabel="step t")
    axes[0, 0].set_ylabel(ylabel)
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return axes[0]
