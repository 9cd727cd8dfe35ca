"""The LSTM: a unit that keeps a note, and the belt inside it."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.chapters.lstm.by_pencil import ASKED, WRITTEN, keep_note, note_inputs, vanilla_unit
from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, INK, arrow, node, styled


@styled
def note() -> np.ndarray:
    """A note among noise: what arrives, what two units hold, and what three gates do."""
    x, steps = note_inputs(), np.arange(1, len(note_inputs()) + 1)
    s = keep_note(x)
    _, axes = plt.subplots(3, 1, figsize=(5.2, 4.8), sharex=True, height_ratios=(2, 3, 2))
    inks = [ACCENT if t == WRITTEN else GREY for t in steps]
    axes[0].bar(steps, x[:, 0], color=inks)
    axes[0].annotate("the note", (WRITTEN + 0.7, 0.82), color=ACCENT)
    axes[1].plot(steps, vanilla_unit(x), label="vanilla unit", **CELL_STYLE["rnn"])
    axes[1].plot(steps, s.c[:, 0], label="LSTM unit: memory c", **CELL_STYLE["lstm"])
    shown = {"color": INK, "linestyle": ":", "drawstyle": "steps-mid"}
    axes[1].plot(steps, s.h[:, 0], label="shown: h", **shown)
    axes[1].annotate("asked", (ASKED - 1.2, 0.86))
    axes[1].legend(loc="lower left", fontsize=9, ncols=3, columnspacing=1.0, handlelength=1.6)
    for lane, q in enumerate("ofi"):
        openness = getattr(s, q)[:, 0]
        axes[2].fill_between(steps, lane, lane + 0.7 * openness, step="mid", color=GREY, lw=0)
    axes[2].set(yticks=(0.35, 1.35, 2.35), yticklabels=("show o", "keep f", "write i"))
    axes[0].set(ylabel="arrives", ylim=(-1, 1.25))
    axes[1].set(ylabel="held", ylim=(-1.35, 1.1))
    axes[2].set(xlabel="step t", ylim=(-0.1, 2.9), xlim=(0.4, len(x) + 0.6))
    return axes


@styled
def conveyor() -> Axes:
    """The LSTM cell: the memory c rides on a belt, and each gate opens one valve."""
    _, ax = plt.subplots(figsize=(5.2, 3.1))
    for start, end in ((0, 2), (2, 4), (4, 8)):
        arrow(ax, (start, 3), (end, 3), ACCENT, width=4)
    for x, y, text in ((2, 3, "×"), (4, 3, "+"), (4, 2.1, "×"), (6.5, 1.7, "×")):
        node(ax, x, y, text, color=ACCENT if y == 3 else INK)
    for x, y, text in ((-0.15, 3, "c^{(t-1)}"), (8, 3, "c^{(t)}"), (8, 1.7, "h^{(t)}")):
        node(ax, x, y, f"${text}$", frame=False)
    gates = {"f": (2, 2, 3), "g": (3.3, 4, 2.1), "i": (4.7, 4, 2.1), "o": (6.5, 6.5, 1.7)}
    for letter, (x, end_x, end_y) in gates.items():
        node(ax, x, 0.7, f"${letter}^{{(t)}}$", frame=False)
        arrow(ax, (x, 0.7), (end_x, end_y), INK, width=1.2)
        arrow(ax, (x, -0.6), (x, 0.7), GREY, width=1)
    arrow(ax, (4, 2.1), (4, 3), INK, width=1.2)
    arrow(ax, (6.5, 3.15), (6.5, 1.7), INK, width=1.2)
    arrow(ax, (6.5, 1.7), (8, 1.7), INK, width=1.2)
    ax.text(6.65, 2.45, "tanh", va="center", fontsize=10)
    ax.plot([1.1, 6.5], [-0.35, -0.35], color=GREY, linewidth=1)
    node(ax, 0.2, -0.35, "$x^{(t)},\\,h^{(t-1)}$", color=GREY, frame=False)
    ax.set(xlim=(-0.6, 8.6), ylim=(-0.6, 3.5))
    ax.axis("off")
    return ax
