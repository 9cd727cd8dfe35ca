"""Palindromes: the task as a probe, what a latch holds, accuracy against length."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, across, arrow, node, styled
from rnncourse.records import Record

# One look a choice of settings, the colors are the cells'. Where marks coincide, each one is seen.
SETTINGS = {
    "good": {"linestyle": "-", "marker": "o", "markersize": 13, "fillstyle": "none"},
    "course": {"linestyle": "--", "marker": "s", "markersize": 7.5, "fillstyle": "none"},
    "digit": {"linestyle": ":", "marker": "x", "markersize": 12},
}
CHANCE = 0.1


@styled
def memory_probe(digits: str = "73937") -> Axes:
    """The network reads all digits but the last; only the first one counts."""
    _, ax = plt.subplots(figsize=(4.8, 2.1))
    T = len(digits) - 1
    for t, digit in enumerate(digits[:-1]):
        color = ACCENT if t == 0 else GREY
        node(ax, t, -1, digit, color=color, frame=False)
        arrow(ax, (t, -1), (t, 0), color, width=2.2 if t == 0 else 1)
        node(ax, t, 0, f"$h^{{({t + 1})}}$", color=ACCENT)
        if t:
            arrow(ax, (t - 1, 0), (t, 0), ACCENT, width=2.2)
    arrow(ax, (T - 1, 0), (T, 0), ACCENT, width=2.2)
    node(ax, T, 0, f"{digits[-1]} ?", color=ACCENT, frame=False)
    ax.text(0, -1.45, "counts", ha="center", color=ACCENT)
    ax.text((T + 0.1) / 2, -1.45, "tells nothing", ha="center", color=GREY)
    ax.set(xlim=(-0.4, T + 0.4), ylim=(-1.6, 0.4))
    ax.axis("off")
    return ax


@styled
def forgetting(curves: dict[str, np.ndarray]) -> Axes:
    """How different the states still are, step after step, after another first digit.

    Shapes: each array (T,), 1 at step 1.
    """
    _, ax = plt.subplots()
    color = CELL_STYLE["rnn"]["color"]
    for (label, values), linestyle in zip(curves.items(), ("-", "--", ":"), strict=True):
        steps = np.arange(1, len(values) + 1)
        ax.semilogy(steps, values, linestyle, color=color, label=label)
    ax.set(xlabel="step t", ylabel="difference of the states\n(1 after the first digit)")
    ax.legend(loc="lower left")
    return ax


@styled
def latch_states(panels: dict[str, np.ndarray]) -> np.ndarray:
    """The units of a latch over time, one panel a self-loop.

    Shapes: each array (T, n). Returns the row of Axes.
    """
    _, axes = plt.subplots(1, len(panels), figsize=(5.2, 2.4), sharey=True, squeeze=False)
    for ax, (title, h) in zip(axes[0], panels.items(), strict=True):
        ax.plot(np.arange(1, len(h) + 1), h, color=CELL_STYLE["rnn"]["color"], linewidth=1.2)
        ax.axhline(0.0, color=GREY, linewidth=1)
        ax.set(title=title, xlabel="step t", ylim=(-1.08, 1.08))
    axes[0, 0].set_ylabel("state of each unit")
    return axes[0]


@styled
def length_accuracy(records: list[Record]) -> Axes:
    """Accuracy on fresh palindromes against their length: every seed a mark, the median a line.

    One line for each cell and setting of the records, whose config holds ``cell``, ``setting`` and
    ``length``, and whose summary holds ``accuracy``.
    """
    _, ax = plt.subplots()
    for (setting, cell), runs in grouped(records).items():
        color, words = CELL_STYLE[cell]["color"], f"{cell.upper()}, {setting}"
        lengths = sorted(runs)
        every = [(length, value) for length in lengths for value in runs[length]]
        middle = [float(np.median(runs[length])) for length in lengths]
        look = SETTINGS[setting] | {"color": color, "clip_on": False}
        run = {"linestyle": "", "markersize": 4, "alpha": 0.45, "fillstyle": "full"}
        ax.plot(*zip(*every, strict=True), **(look | run))
        ax.plot(lengths, middle, label=words, **look)
    ax.axhline(CHANCE, color=GREY, linewidth=1)
    ax.text(0.99, CHANCE + 0.02, "chance", color=GREY, ha="right", transform=across(ax))
    ax.set(xlabel="length of the palindrome (digits)", ylabel="accuracy", ylim=(0, 1.02))
    ax.legend(loc="upper right", bbox_to_anchor=(1.0, 0.95))
    return ax


def grouped(records: list[Record]) -> dict[tuple[str, str], dict[int, list[float]]]:
    """Final accuracies by (setting, cell) and length."""
    groups: dict = {}
    for record in records:
        key = (record.config["setting"], record.config["cell"])
        runs = groups.setdefault(key, {}).setdefault(record.config["length"], [])
        runs.append(record.summary["accuracy"])
    return groups


@styled
def probes(curves: dict[str, np.ndarray], chance: float = CHANCE) -> Axes:
    """How often a linear probe reads the first digit from the state of each step.

    Shapes: each array (networks, T); every network thin, the median thick.
    """
    _, ax = plt.subplots()
    color = CELL_STYLE["rnn"]["color"]
    for (label, values), linestyle in zip(curves.items(), ("-", "--", "-.", ":"), strict=False):
        steps = np.arange(1, values.shape[1] + 1)
        ax.plot(steps, values.T, linestyle, color=color, linewidth=0.6, alpha=0.5, clip_on=False)
        middle = np.median(values, axis=0)
        ax.plot(steps, middle, linestyle, color=color, label=label, clip_on=False)
    ax.axhline(chance, color=GREY, linewidth=1)
    ax.text(0.01, chance + 0.02, "chance", color=GREY, transform=across(ax))
    ax.set(xlabel="step t", ylabel="first digit read", ylim=(0, 1.02))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 0.14))
    return ax
