"""The figure on parity: recorded runs, all their seeds."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.chapters.return_of_recurrence.gates import LENGTHS
from rnncourse.plotting import CELL_STYLE, GREY, INK, styled
from rnncourse.records import Record

GRU = CELL_STYLE["gru"]
LOOKS = {  # color, line, mark
    "GRU": (GRU["color"], GRU["linestyle"], "D"),
    "minGRU": (CELL_STYLE["rnn"]["color"], "-", "o"),
    "minGRU of 64 units": (CELL_STYLE["peephole"]["color"], ":", "^"),
    "minGRU of two layers": (CELL_STYLE["bidirectional"]["color"], (0, (6, 2)), "v"),
    "signed minGRU": (INK, "--", "s"),
}


def at_best_rate(records: list[Record]) -> dict[str, list[Record]]:
    """The seeds of each model at the rate with the smallest median loss at the end."""
    best = {}
    for setting in LOOKS:
        mine = [r for r in records if r.config["setting"] == setting]
        rates = sorted({r.config["learning_rate"] for r in mine})
        groups = [[r for r in mine if r.config["learning_rate"] == rate] for rate in rates]
        best[setting] = min(
            groups, key=lambda seeds: np.median([r.curve["loss"][-1] for r in seeds])
        )
    return best


@styled
def parity(records: list[Record]) -> Axes:
    """Share of right answers after the last bit, by length: a mark a seed, medians a line."""
    _, ax = plt.subplots(figsize=(5.2, 3.4))
    groups = at_best_rate(records)
    places = np.arange(len(LENGTHS))
    for shift, (setting, seeds) in zip(
        np.linspace(-0.3, 0.3, len(groups)), groups.items(), strict=True
    ):
        color, line, mark = LOOKS[setting]
        shares = np.array([[r.summary[f"right_{n}"] for n in LENGTHS] for r in seeds])
        ax.plot(places + shift, shares.T, mark, color=color, markersize=4, clip_on=False, zorder=3)
        middle = np.median(shares, axis=0)
        ax.plot(places + shift, middle, linestyle=line, color=color, linewidth=1.6)
    ax.axhline(0.5, color=GREY, linewidth=1, zorder=0)
    ax.set(xlabel="bits read", ylabel="share of right answers", ylim=(0.4, 1.03))
    ax.set_xticks(places, LENGTHS)
    handles = [
        plt.Line2D([], [], color=c, linestyle=l, marker=m, markersize=4, label=name)
        for name, (c, l, m) in LOOKS.items()
    ]
    ax.figure.legend(handles=handles, loc="outside upper center", ncols=2)
    return ax
