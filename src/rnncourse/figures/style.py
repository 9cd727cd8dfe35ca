"""One look for the whole book: a color and a line style a cell, and boxes with arrows.

Okabe and Ito's color-blind safe palette. The figures are drawn dark on white; the book's style
sheet inverts them in dark mode.
"""

from collections.abc import Callable
from functools import wraps

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

CELL_STYLE = {
    "rnn": {"color": "#0072B2", "linestyle": "-"},
    "lstm": {"color": "#D55E00", "linestyle": "--"},
    "gru": {"color": "#009E73", "linestyle": "-."},
    "peephole": {"color": "#CC79A7", "linestyle": ":"},
    "bidirectional": {"color": "#E69F00", "linestyle": (0, (6, 2))},
    "phased": {"color": "#000000", "linestyle": (0, (5, 1, 1, 1, 1, 1))},
}
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


def node(ax: Axes, x: float, y: float, text: str, color: str = INK, frame: bool = True) -> None:
    box = {"boxstyle": "circle,pad=0.25", "fc": "white", "ec": color} if frame else None
    ax.text(x, y, text, ha="center", va="center", color=color, bbox=box, fontsize=11)


def arrow(ax: Axes, start: tuple, end: tuple, color: str, width: float) -> None:
    arrow = {"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": 13, "shrinkB": 13}
    ax.annotate("", xy=end, xytext=start, arrowprops=arrow)


def across(ax: Axes):
    """x in axes units, y in data units."""
    return ax.get_yaxis_transform()
