"""Records of training: accuracy against updates, and numbers side by side."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from rnncourse.figures.style import CELL_STYLE, GREY, across, styled
from rnncourse.records import Record


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
