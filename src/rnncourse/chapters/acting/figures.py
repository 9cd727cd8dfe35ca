"""The figure of the lesson: who learns to turn to the side of the cue."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import CELL_STYLE, GREY, INK, across, styled, words

WINDOW = 20  # updates that a point of a curve is the mean of


@styled
def right_turns(curves: dict[tuple[str, int], list[float]]) -> Axes:
    """Turns to the cue's side against updates, a running mean; a line for each cell and seed."""
    _, ax = plt.subplots(figsize=(5.2, 3.0))
    named = set()
    for (cell, _), shares in curves.items():
        smooth = np.convolve(shares, np.ones(WINDOW) / WINDOW, mode="valid")
        look = CELL_STYLE.get(cell, {"color": INK, "linestyle": ":"})
        label = None if cell in named else words(cell) if cell in CELL_STYLE else cell
        named.add(cell)
        ax.plot(np.arange(len(smooth)) + WINDOW, smooth, label=label, **look)
    ax.axhline(0.5, color=GREY, linewidth=1, zorder=0)
    ax.text(0.99, 0.46, "chance", color=GREY, ha="right", transform=across(ax))
    ax.set(xlabel="updates (steps)", ylabel="turns to the cue's side", ylim=(0.4, 1.03))
    ax.legend(loc="center right")
    return ax
