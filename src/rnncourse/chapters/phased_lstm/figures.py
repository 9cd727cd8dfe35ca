"""The Phased LSTM: its gate with everything named, its units over time, and what training sees."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, INK, MARKS, across, styled, words

BLUE = CELL_STYLE["rnn"]["color"]
LOOKS = {  # one clock solid, the other dotted, both in the phased LSTM's black
    "LSTM": CELL_STYLE["lstm"],
    "5 % open": {"color": CELL_STYLE["phased"]["color"], "linestyle": "-"},
    "30 % open": {"color": CELL_STYLE["phased"]["color"], "linestyle": ":"},
}


@styled
def time_gate(t: np.ndarray, k: np.ndarray, tau: float, s: float, r_on: float) -> Axes:
    """The openness k against the time t, with period, shift and open phase marked."""
    _, ax = plt.subplots(figsize=(5.2, 3.0))
    for start in np.arange(s, t[-1], tau):
        ax.axvspan(start, start + r_on * tau, color=ACCENT, alpha=0.15, linewidth=0)
    ax.plot(t, k, color=INK)
    _between(ax, t[0], s, 1.12, "$s$")
    _between(ax, s, s + tau, 1.12, r"period $\tau$")
    _between(ax, s + tau, s + tau + r_on * tau, 1.12, r"open: $r_{on}\tau$", end=s + 2.1 * tau)
    for x, y, text, side in (
        (s + 0.08 * tau, 0.62, "rising", "right"),
        (s + r_on * tau - 0.06 * tau, 0.62, "falling", "left"),
    ):
        ax.text(x - 0.15 if side == "right" else x + 0.15, y, text, ha=side, fontsize=10)
    leak = (s + 1.62 * tau, k[np.argmin(np.abs(t - s - 1.62 * tau))])
    thin = {"arrowstyle": "-", "color": GREY}
    where = (s + 1.36 * tau, 0.35)
    text = "leak, drawn\n100 times\ntoo steep"
    ax.annotate(text, xy=leak, xytext=where, color=GREY, fontsize=10, arrowprops=thin)
    ax.set(xlabel="time $t$", ylabel="openness $k$", xlim=(t[0], t[-1]), ylim=(0, 1.35))
    ax.set_yticks([0, 0.5, 1])
    return ax


def _between(ax: Axes, start: float, stop: float, y: float, text: str, end=None) -> None:
    """A double arrow with its name above, or to its right as far as ``end``."""
    look = {"arrowstyle": "<->", "color": INK, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=(stop, y), xytext=(start, y), arrowprops=look)
    if end is None:
        ax.text((start + stop) / 2, y + 0.04, text, ha="center", fontsize=10)
    else:
        ax.text(start, y + 0.04, text, ha="left", fontsize=10)


@styled
def open_units(t: np.ndarray, k: np.ndarray, periods: np.ndarray, xlabel="time $t$") -> Axes:
    """Which unit is open when: one row a unit, the shortest period on top; black is open.

    Shapes: t (T,), k (T, n), periods (n,).
    """
    _, ax = plt.subplots(figsize=(5.2, 2.6))
    order = np.argsort(periods)
    edges = (t[0], t[-1], len(order) + 0.5, 0.5)
    ax.imshow(
        k.T[order],
        aspect="auto",
        cmap="Greys",
        vmin=0,
        vmax=1,
        extent=edges,
        interpolation="nearest",
    )
    rows = np.linspace(0, len(order) - 1, 4).round().astype(int)
    ax.set(xlabel=xlabel, ylabel="period of the unit", yticks=rows + 1)
    ax.set_yticklabels([f"{periods[order[row]]:.0f}" for row in rows])
    return ax


@styled
def sent_back(panels: dict[str, dict[str, np.ndarray]], T: int) -> np.ndarray:
    """What the last loss sends back to each of T steps: a panel a quantity, every seed thin.

    Shapes: each array (seeds, m) holds m equally long stretches of the T steps; the thick line is
    the median of the seeds. Labels are those of ``LOOKS``. Returns the Axes.
    """
    figure, axes = plt.subplots(1, len(panels), figsize=(5.2, 2.9))
    for ax, (title, lines) in zip(axes, panels.items(), strict=True):
        for label, values in lines.items():
            m = values.shape[1]
            steps = (np.arange(m) + 0.5) * T / m
            ax.semilogy(steps, values.T, linewidth=0.5, alpha=0.3, **LOOKS[label])
            ax.semilogy(steps, np.median(values, axis=0), label=label, **LOOKS[label])
        ax.set(title=title, xlabel="step $m$")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    return axes


@styled
def valleys(periods: np.ndarray, losses: dict[str, np.ndarray], true: float) -> np.ndarray:
    """A loss against the period of a gate, one panel below another; the right period marked."""
    _, axes = plt.subplots(len(losses), 1, figsize=(5.2, 3.4), sharex=True, sharey=True)
    for ax, (title, values) in zip(axes, losses.items(), strict=True):
        ax.plot(periods, values, color=BLUE, linewidth=0.9)
        above = ax.get_xaxis_transform()  # x in data units, y in axes units
        ax.plot(true, 1.06, "v", color=ACCENT, markersize=6, clip_on=False, transform=above)
        beside = {"textcoords": "offset points", "xytext": (6, -3), "xycoords": above}
        ax.annotate("right", (true, 1.06), color=ACCENT, fontsize=10, **beside)
        ax.set(ylabel="loss")
        ax.set_title(title, loc="right")
    axes[-1].set_ylim(bottom=0)
    axes[-1].set_xlabel(r"period $\tau$ that is tried")
    return axes


@styled
def learned_waves(curves: dict[str, np.ndarray], steps: np.ndarray, chance: float) -> Axes:
    """Accuracy on fresh waves against updates: every seed thin, the median thick.

    Shapes: each array (seeds, m), steps (m,); keys are names of ``CELL_STYLE``.
    """
    _, ax = plt.subplots(figsize=(5.2, 2.8))
    for cell, values in curves.items():
        ax.plot(steps, values.T, linewidth=0.6, alpha=0.5, **CELL_STYLE[cell])
        ax.plot(steps, np.median(values, axis=0), label=words(cell), **CELL_STYLE[cell])
    ax.axhline(chance, color=GREY, linewidth=1)
    ax.text(0.99, chance + 0.01, "chance", color=GREY, ha="right", transform=across(ax))
    ax.set(xlabel="optimizer updates (steps)", ylabel="accuracy", ylim=(0.4, 1.02))
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 0.22))
    return ax


CHANCE = 0.5
TELL_SLOW = 0.5 + 0.5 * 90 / 98  # "period below 10?" is right this often


@styled
def wave_samples(panels: dict[str, tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """One wave a panel with its samples as dots: title, then times (T,) and values (T,).

    Returns the Axes.
    """
    _, axes = plt.subplots(len(panels), 1, figsize=(5.2, 3.6), sharex=True, squeeze=False)
    for ax, (title, (times, values)) in zip(axes[:, 0], panels.items(), strict=True):
        ax.plot(times, values, ".", color=CELL_STYLE["phased"]["color"], markersize=4)
        ax.set(title=title, ylim=(-1.15, 1.15), yticks=(-1, 0, 1))
    axes[-1, 0].set_xlabel("time (time units)")
    return axes[:, 0]


@styled
def wave_accuracy(summaries: list) -> Axes:
    """Accuracy of phased LSTM and LSTM by sampling: the mean and its 95 % interval, a dot a seed.

    summaries  rows of ``experiments.summarize``, tasks "standard-waves" and the like. A setting
    that is not the first row's has a place of its own beside the samplings.
    """
    _, ax = plt.subplots()
    usual = summaries[0].setting
    groups = list(dict.fromkeys((row.task, row.setting) for row in summaries))
    cells = list(dict.fromkeys(row.cell for row in summaries))
    for cell, shift in zip(cells, np.linspace(-0.15, 0.15, len(cells)), strict=True):
        rows = [row for row in summaries if row.cell == cell]
        places = [groups.index((row.task, row.setting)) + shift for row in rows]
        _intervals(ax, places, rows, cell)
    _levels(ax, lowest=min(row.worst for row in summaries))
    names = [
        task.removesuffix("-waves") + ("" if setting == usual else f",\n{setting}")
        for task, setting in groups
    ]
    ax.set(xticks=range(len(groups)), xlim=(-0.5, len(groups) - 0.4))
    ax.set_xticklabels(names, fontsize=9)
    ax.set(xlabel="sampling", ylabel="accuracy")
    handles, labels = ax.get_legend_handles_labels()
    ax.figure.legend(handles[::-1], labels[::-1], loc="outside upper center", ncols=2)
    return ax


def _levels(ax: Axes, lowest: float) -> None:
    """Grey lines at what chance gives, where it is in sight, and what telling slow from fast."""
    bottom = 0.45 if lowest < 0.7 else lowest - 0.03
    ax.set_ylim(bottom, 1.0 + 0.03 * (1.0 - bottom))
    ax.axhline(TELL_SLOW, color=GREY, linewidth=1, zorder=0, label="period below 10?")
    if bottom < CHANCE:
        ax.axhline(CHANCE, color=GREY, linewidth=1, linestyle=":", zorder=0, label="chance")


def _intervals(ax: Axes, places: list, rows: list, cell: str) -> None:
    """Means with their intervals, and beside each a dot for each seed."""
    color = CELL_STYLE[cell]["color"]
    means = np.array([row.mean for row in rows])
    reach = [means - [row.low for row in rows], [row.high for row in rows] - means]
    look = {"linestyle": "", "color": color, "marker": MARKS[cell], "capsize": 4}
    ax.errorbar(places, means, yerr=reach, label=words(cell), **look)
    for place, row in zip(places, rows, strict=True):
        beside = [place + 0.08] * len(row.accuracies)
        ax.plot(beside, row.accuracies, ".", color=color, markersize=4, alpha=0.6, clip_on=False)
