"""Language models: a text in windows, the cost of a letter that returns, and books learned."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import ACCENT, GREY, INK, across, arrow, node, styled
from rnncourse.records import Record

BLUE = "#0072B2"
PARTS = {"text": ("learned", INK), "held_out": ("held out", ACCENT)}
LINES = {"good": "-", "course": "--"}


@styled
def windows_of_text(word: str, length: int) -> Axes:
    """A text in windows: the state passes each cut, the gradient (below) does not."""
    _, ax = plt.subplots(figsize=(5.2, 2.3))
    count = len(word)
    for t, letter in enumerate(word.replace(" ", "␣")):
        node(ax, t, 0, letter, frame=False)
        node(ax, t, 1, "$s$")
        arrow(ax, (t, 0), (t, 1), INK, 1.0)
        if t:
            arrow(ax, (t - 1, 1), (t, 1), INK, 1.8)
        if t % length:
            ax.annotate(
                "",
                xy=(t - 0.85, 1.75),
                xytext=(t - 0.15, 1.75),
                arrowprops={"arrowstyle": "-|>", "color": ACCENT, "lw": 1.8},
            )
    for cut in range(length, count, length):
        ax.axvline(cut - 0.5, color=GREY, linewidth=1, linestyle=":")
    for y, text, color in ((0, "reads", GREY), (1, "state", INK), (1.75, "gradient", ACCENT)):
        ax.text(-0.7, y, text, ha="right", va="center", color=color, fontsize=9)
    ax.set(xlim=(-2.3, count - 0.4), ylim=(-0.4, 2.1))
    ax.axis("off")
    return ax


@styled
def recall_costs(costs: dict[str, dict[int, float]], window: int, guess: float = 2.0) -> Axes:
    """Bits that a letter costs which returns after some characters, one line a way to read.

    costs  label: {distance: bits}. A grey band marks the distances that fit into one window.
    """
    _, ax = plt.subplots(figsize=(5.2, 2.9))
    looks = ({"color": BLUE, "marker": "o"}, {"color": ACCENT, "marker": "s", "linestyle": "--"})
    for (label, told), look in zip(costs.items(), looks, strict=False):
        ax.plot(list(told), list(told.values()), label=label, markersize=4, **look)
    ax.axvspan(min(next(iter(costs.values()))), window, color="#DDDDDD", linewidth=0)
    ax.axhline(guess, color=GREY, linewidth=1)
    ax.text(0.99, guess - 0.08, "guessing", color=GREY, ha="right", va="top", transform=across(ax))
    ax.set(xlabel="distance to the letter (characters)", ylabel="cost (bits)", xscale="log")
    ticks = list(next(iter(costs.values())))
    ax.set_xticks(ticks, [str(tick) for tick in ticks])
    ax.minorticks_off()
    ax.set_ylim(bottom=-0.1)
    ax.legend(loc="center right")
    return ax


@styled
def best_batches(
    sizes: dict[str, int], accuracy: float, best: dict[str, np.ndarray], counts
) -> Axes:
    """The best batch so far that a steady model is expected to have, against the batches drawn.

    best  label: expected values (len(counts),), for batches of ``sizes`` characters.
    """
    _, ax = plt.subplots(figsize=(5.2, 2.9))
    for (label, values), look in zip(best.items(), ("-", "--", "-."), strict=False):
        ax.semilogx(counts, values, look, label=f"{label} ({sizes[label]:,})", color=BLUE)
    ax.axhline(accuracy, color=GREY, linewidth=1)
    ax.text(
        0.99, accuracy, "its accuracy", color=GREY, ha="right", va="bottom", transform=across(ax)
    )
    ax.set(xlabel="batches", ylabel="best batch so far")
    ax.legend()
    return ax


@styled
def book_curves(records: list[Record], titles: dict[str, str]) -> np.ndarray:
    """Loss above and accuracy below against the characters read, a column a book.

    Solid and dashed lines are two recipes; dark is the text learned, the accent the held-out one.
    Returns the Axes, (2, books).
    """
    _, axes = plt.subplots(
        2, len(titles), figsize=(5.2, 4.6), sharex=True, sharey="row", squeeze=False
    )
    for column, (corpus, title) in zip(axes.T, titles.items(), strict=True):
        for record in (r for r in records if r.config["corpus"] == corpus):
            for part in PARTS:
                _book_lines(column, record, part)
        column[0].set_title(title)
        column[1].set(xlabel="characters read", xscale="log")
    axes[0, 0].set(ylabel="loss (nats)")
    axes[1, 0].set(ylabel="accuracy")
    handles = [plt.Line2D([], [], color=color, label=words) for words, color in PARTS.values()]
    handles += [plt.Line2D([], [], color=GREY, linestyle=s, label=n) for n, s in LINES.items()]
    axes[0, 0].figure.legend(handles=handles, loc="outside upper center", ncols=4, fontsize=9)
    return axes


def _book_lines(column: np.ndarray, record: Record, part: str) -> None:
    """Loss and accuracy of one part of the text."""
    look = {"color": PARTS[part][1], "linestyle": LINES[record.config["setting"]]}
    for ax, measure in zip(column, ("loss", "accuracy"), strict=True):
        ax.plot(
            record.curve["characters"], record.curve[f"{part}_{measure}"], linewidth=1.3, **look
        )
