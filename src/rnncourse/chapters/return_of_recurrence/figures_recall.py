"""Figures on recall, on reading on, and on what a layer costs; from recorded runs."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from rnncourse.chapters.return_of_recurrence.memory import best_accuracy
from rnncourse.plotting import CELL_STYLE, GREY, INK, styled
from rnncourse.records import Record

BLUE, PINK = CELL_STYLE["rnn"]["color"], CELL_STYLE["peephole"]["color"]
LOOKS = {
    "gru": CELL_STYLE["gru"] | {"marker": "D"},
    "lstm": CELL_STYLE["lstm"] | {"marker": "s"},
    "mingru": {"color": BLUE, "linestyle": (0, (3, 1)), "marker": "^"},
    "lru": {"color": PINK, "linestyle": (0, (6, 2)), "marker": "v"},
    "attention": {"color": INK, "linestyle": ":", "marker": "o"},
    "transformer": {"color": INK, "linestyle": ":", "marker": "o"},
}
NAMES = {"gru": "GRU", "lstm": "LSTM", "mingru": "minGRU", "lru": "LRU"}
PAIRS, LENGTHS = (2, 4, 8, 16, 32), (256, 512, 1024, 2048)
VALUES, TRAINED = 8, 16
COSTS = {  # by way: label, and look
    "gru-loop": ("GRU, loop", CELL_STYLE["gru"] | {"marker": "D"}),
    "gru-fast": ("GRU, fast path", {"color": CELL_STYLE["gru"]["color"], "marker": "d"}),
    "mingru-scan": ("minGRU, scan", LOOKS["mingru"]),
    "mingru-rounds": ("minGRU, rounds", {"color": BLUE, "linestyle": ":", "marker": "x"}),
    "lru-scan": ("LRU, scan", LOOKS["lru"]),
    "lru-convolution": ("LRU, convolution", {"color": PINK, "linestyle": ":", "marker": "x"}),
    "attention": ("attention", LOOKS["attention"]),
}


def name_of(model: str) -> str:
    return NAMES.get(model, model)


def look_of(model: str, units: int) -> dict:
    """The small GRU's marks are hollow."""
    small = {"markerfacecolor": "white", "linewidth": 1.2} if (model, units) == ("gru", 32) else {}
    return LOOKS[model] | small


def groups(records: list[Record], *keys: str) -> dict[tuple, list[Record]]:
    """Records by what these names of their config say, in order."""
    found: dict[tuple, list[Record]] = {}
    for record in records:
        found.setdefault(tuple(record.config[key] for key in keys), []).append(record)
    return found


def seeds(ax: Axes, x, rows: np.ndarray, label: str, look: dict) -> None:
    """Every seed thin, the median thick; rows (seeds, len(x))."""
    thin = {key: look[key] for key in ("color", "linestyle") if key in look}
    ax.plot(x, rows.T, linewidth=0.6, alpha=0.6, **thin)
    ax.plot(x, np.median(rows, axis=0), label=label, markersize=4, clip_on=False, **look)


@styled
def recall_by_pairs(records: list[Record]) -> Axes:
    """Share of right answers against the number of pairs."""
    _, ax = plt.subplots(figsize=(5.2, 3.4))
    for (model, units), chosen in groups(records, "model", "units").items():
        rows = np.array([[r.summary[f"right_{k}"] for k in PAIRS] for r in chosen])
        label = f"{name_of(model)}, {units} units"
        seeds(ax, PAIRS, rows, label, look_of(model, units))
    ax.axhline(1 / VALUES, color=GREY, linewidth=1, zorder=0)
    ax.text(2, 1 / VALUES + 0.02, "chance", color=GREY)
    ax.axvspan(TRAINED, PAIRS[-1], color=GREY, alpha=0.12, linewidth=0, zorder=0)
    ax.text(16.7, 0.9, "more than\nin training", color=INK, va="top", fontsize=9)
    pair_axis(ax)
    ax.figure.legend(loc="outside upper center", ncols=2)
    return ax


def pair_axis(ax: Axes) -> None:
    ax.set_xscale("log", base=2)
    ax.set_xticks(PAIRS, PAIRS)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set(xlabel="pairs", ylabel="share of right answers", ylim=(0, 1.03))


@styled
def coarse_states(records: list[Record], pairs: int = TRAINED) -> Axes:
    """Accuracy with a coarse state against its bits, beside the bound for this many pairs."""
    _, ax = plt.subplots(figsize=(5.2, 3.4))
    bits = np.arange(4, 769)
    bound = [best_accuracy(each, pairs, VALUES) for each in bits]
    kept = [(m + (pairs - m) / VALUES) / pairs for m in np.minimum(pairs, bits // 3)]
    ax.plot(bits, bound, color=INK, linewidth=2.4, label="no state can do better")
    ax.plot(bits, kept, color=INK, linewidth=1, drawstyle="steps-post", label="keep some, guess")
    for (model, units), chosen in groups(records, "model", "units").items():
        if model == "attention":
            continue
        each = (1, 2, 3, 4, 6)
        rows = np.array([[r.summary[f"right_{pairs}_bits_{b}"] for b in each] for r in chosen])
        label = f"{name_of(model)}, {units} units"
        seeds(ax, units * np.array(each), rows, label, look_of(model, units))
    ax.axhline(1 / VALUES, color=GREY, linewidth=1, zorder=0)
    ax.set_xscale("log", base=2)
    ax.set(xlabel="bits of the state", ylabel="share of right answers", ylim=(0, 1.03))
    ax.figure.legend(loc="outside upper center", ncols=2)
    return ax


@styled
def reading_on(records: list[Record], trained: int = 128) -> Axes:
    """Bits above the entropy in the second half of pieces of growing length."""
    _, ax = plt.subplots(figsize=(5.2, 3.2))
    for (model,), chosen in groups(records, "model").items():
        rows = np.array([[r.summary[f"last_{n}"] for n in LENGTHS] for r in chosen])
        seeds(ax, LENGTHS, rows, name_of(model), LOOKS[model])
    ax.axvline(trained, color=GREY, linewidth=1, zorder=0)
    ax.text(1.04 * trained, 0.3, "the transformer's\npieces in training", color=GREY, fontsize=9)
    ax.set_xscale("log", base=2)
    ax.set_yscale("log")
    ax.set_xticks((trained, *LENGTHS), (trained, *LENGTHS))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set(xlabel="characters read in one piece", ylabel="bits above the entropy")
    ax.figure.legend(loc="outside upper center", ncols=4)
    return ax


@styled
def costs(record: Record, what: str = "train", threads: int = 1) -> Axes:
    """Milliseconds against the length of the sequence, both axes logarithmic."""
    _, ax = plt.subplots(figsize=(5.2, 3.8))
    lengths = record.config["lengths"]
    for way, (label, look) in COSTS.items():
        values = [record.summary[f"{way}, {T}, {threads}, {what}"] for T in lengths]
        ax.plot(lengths, values, label=label, markersize=4, clip_on=False, **look)
    ax.set_xscale("log", base=4)
    ax.set_yscale("log")
    ax.set_xticks(lengths, [f"{T:,}" for T in lengths])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set(xlabel="steps T", ylabel="milliseconds")
    ax.figure.legend(loc="outside upper center", ncols=2)
    return ax
