"""The figure on parity: recorded runs, all their seeds."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.chapters.return_of_recurrence.figures_recall import LOOKS as LOOKS_OF_CELLS
from rnncourse.chapters.return_of_recurrence.gates import LENGTHS
from rnncourse.plotting import GREY, INK, beside, styled
from rnncourse.records import Record

BLUE = LOOKS_OF_CELLS["mingru"]["color"]
LOOKS = {  # minGRUs with positive factors are blue; the line of the GRU is seen below another one
    "GRU": LOOKS_OF_CELLS["gru"] | {"linewidth": 3.6},
    "minGRU": LOOKS_OF_CELLS["mingru"],
    "minGRU of 64 units": {"color": BLUE, "linestyle": ":", "marker": "o", "mfc": "white"},
    "minGRU of two layers": {"color": BLUE, "linestyle": "-.", "marker": "v"},
    "signed minGRU": {"color": INK, "linestyle": "--", "marker": "s"},
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
        np.linspace(-0.2, 0.2, len(groups)), groups.items(), strict=True
    ):
        look = {"linewidth": 1.6, "markersize": 4} | LOOKS[setting]
        shares = np.array([[r.summary[f"right_{n}"] for n in LENGTHS] for r in seeds])
        marks, line = look | {"linestyle": ""}, look | {"marker": ""}
        ax.plot(places + shift, shares.T, **marks, clip_on=False, zorder=3)
        ax.plot(places + shift, np.median(shares, axis=0), **line)
    ax.axhline(0.5, color=GREY, linewidth=1, zorder=0)
    ax.set(xlabel="bits read", ylabel="share of right answers", ylim=(0.4, 1.03))
    beside(ax, LENGTHS)
    handles = [plt.Line2D([], [], markersize=4, label=name, **LOOKS[name]) for name in groups]
    ax.figure.legend(handles=handles, loc="outside upper center", ncols=2)
    return ax
