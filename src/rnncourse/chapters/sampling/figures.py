"""Writing: sharpened and flattened guesses, a loop that draws in, what a reset costs, copies."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import ACCENT, CELL_STYLE, INK, styled

COLORS = ("#0072B2", INK, ACCENT, "#009E73", "#CC79A7")
MARKS = ("o", "s", "^", "d", "v")
LINES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1)))


@styled
def tempered(shares: dict[str, np.ndarray], names: tuple[str, ...]) -> Axes:
    """Probabilities of the same classes side by side, one color a temperature.

    Shapes: each array (K,), as long as ``names``; their keys are the legend.
    """
    _, ax = plt.subplots(figsize=(5.2, 2.8))
    width, places = 0.8 / len(shares), np.arange(len(names))
    bars = zip(shares.items(), COLORS, ("//", "", ".."), strict=False)
    for k, ((label, q), color, hatch) in enumerate(bars):
        at = places + (k - (len(shares) - 1) / 2) * width
        ax.bar(at, q, width * 0.9, label=label, color=color, hatch=hatch, edgecolor="white")
    ax.set_xticks(places, names)
    ax.set(xlabel="score", ylabel="probability", ylim=(0, 1))
    ax.legend()
    return ax


@styled
def returns(distances: np.ndarray, period: int) -> Axes:
    """How far the state is from the one a period earlier, against characters written; (N,)."""
    _, ax = plt.subplots(figsize=(5.2, 2.8))
    written = np.arange(len(distances)) + period + 1
    seen = distances > 0
    ax.semilogy(written[seen], distances[seen], ".-", color=CELL_STYLE["rnn"]["color"], linewidth=1)
    ax.set(xlabel="characters written", ylabel="distance of states")
    return ax


def looks(lines: dict):
    """The values of each line, with its label, color, mark and style."""
    kinds = zip(COLORS, MARKS, LINES, strict=True)
    for (label, values), (color, mark, line) in zip(lines.items(), kinds, strict=False):
        yield values, {"label": label, "color": color, "marker": mark, "linestyle": line}


@styled
def by_position(losses: dict[str, np.ndarray]) -> Axes:
    """Mean loss at each place of a window, one line a reader.

    Shapes: each array (places,), in nats a character.
    """
    _, ax = plt.subplots(figsize=(5.2, 2.8))
    for values, look in looks(losses):
        ax.plot(np.arange(1, len(values) + 1), values, ms=4, **look)
    ax.set(xlabel="place in the window (characters)", ylabel="loss (nats a character)")
    ax.set_ylim(bottom=0)
    ax.legend()
    return ax


@styled
def copied(shares: dict[str, dict[int, float]]) -> Axes:
    """The share of runs that stand in the learned text, against their length, one line a text."""
    _, ax = plt.subplots(figsize=(5.2, 3.0))
    for by_length, look in looks(shares):
        ax.plot(range(len(by_length)), list(by_length.values()), ms=5, clip_on=False, **look)
    ax.set_xticks(range(len(by_length)), [str(n) for n in by_length])
    ax.set(xlabel="length of the run (characters)", ylabel="share copied", ylim=(0, 1.02))
    ax.legend()
    return ax


@styled
def four_ways(guess: dict[str, float], ways: dict[str, np.ndarray]) -> np.ndarray:
    """A guess as outlines, and in each of four panels what is drawn from as filled bars.

    Shapes: each array (K,), as long as ``guess``, whose keys are the characters.
    """
    figure, axes = plt.subplots(2, 2, figsize=(5.2, 4.2), sharex=True, sharey=True)
    places = np.arange(len(guess))
    for ax, (name, q) in zip(axes.flat, ways.items(), strict=True):
        ax.bar(places, q, 0.8, color=COLORS[0])
        ax.bar(places, list(guess.values()), 0.8, fill=False, edgecolor=INK, linewidth=1)
        ax.set_title(name, fontsize="medium")
        ax.set_xticks(places, list(guess))
        ax.set_ylim(0, 1)
    figure.supylabel("probability", fontsize="medium")
    return axes
