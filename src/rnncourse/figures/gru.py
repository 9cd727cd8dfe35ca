"""The GRU: its slider between old and new, and what a reset gate multiplies."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.figures.style import ACCENT, CELL_STYLE, GREY, INK, arrow, node, styled

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
