"""The LSTM: the belt inside the cell."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from rnncourse.plotting import ACCENT, GREY, INK, arrow, node, styled


@styled
def conveyor() -> Axes:
    """The LSTM cell: the memory c rides on a belt, and each gate opens one valve."""
    _, ax = plt.subplots(figsize=(4.5, 3.1))
    for start, end in ((0, 2), (2, 4), (4, 8)):
        arrow(ax, (start, 3), (end, 3), ACCENT, width=4)
    for x, y, text in ((2, 3, "×"), (4, 3, "+"), (4, 2.1, "×"), (6.5, 1.7, "×")):
        node(ax, x, y, text, color=ACCENT if y == 3 else INK)
    for x, y, text in ((-0.3, 3, "c^{(t-1)}"), (8, 3, "c^{(t)}"), (8, 1.7, "h^{(t)}")):
        node(ax, x, y, f"${text}$", frame=False)
    gates = {"f": (2, 2, 3), "g": (3.2, 4, 2.1), "i": (4.8, 4, 2.1), "o": (6.5, 6.5, 1.7)}
    for letter, (x, end_x, end_y) in gates.items():
        node(ax, x, 0.7, f"${letter}^{{(t)}}$", frame=False)
        arrow(ax, (x, 0.7), (end_x, end_y), INK, width=1.2)
        arrow(ax, (x, -0.6), (x, 0.7), GREY, width=1)
    arrow(ax, (4, 2.1), (4, 3), INK, width=1.2)
    arrow(ax, (6.5, 3.15), (6.5, 1.7), INK, width=1.2)
    arrow(ax, (6.5, 1.7), (8, 1.7), INK, width=1.2)
    ax.text(6.65, 2.45, "tanh", va="center")
    ax.plot([1.3, 6.5], [-0.35, -0.35], color=GREY, linewidth=1)
    node(ax, 0.2, -0.35, "$x^{(t)},\\,h^{(t-1)}$", color=GREY, frame=False)
    ax.set(xlim=(-0.6, 8.6), ylim=(-0.6, 3.5))
    ax.axis("off")
    return ax
