"""Figures on the T-maze: recorded runs with all their seeds, and what a state holds."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from rnncourse.chapters.acting.policy import MEMORYLESS
from rnncourse.chapters.acting.readout import Memory, read
from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, INK, MARKS, beside, styled
from rnncourse.records import Record

LOOKS = {cell: CELL_STYLE[cell] | {"marker": MARKS.get(cell, "o")} for cell in CELL_STYLE}
LOOKS[MEMORYLESS] = {"color": INK, "linestyle": ":", "marker": "v"}
CHANCE = 0.5
SIDES = {-1: ("left", CELL_STYLE["rnn"]["color"], "-"), 1: ("right", ACCENT, "--")}
SHARE = "share on the cue's side"


def seeds_of(records: list[Record], **choices) -> list[Record]:
    """The records with these choices."""
    return [r for r in records if all(r.config[name] == v for name, v in choices.items())]


@styled
def success_by_corridor(records: list[Record]) -> Axes:
    """Share of good turns by drawn actions against the corridor: a mark a seed, medians a line.

    A filled mark solved its corridor by drawn and by greedy actions; a hollow one did not.
    """
    _, ax = plt.subplots(figsize=(5.2, 3.4))
    corridors = sorted({r.config["length"] for r in records})
    cells = list(dict.fromkeys(r.config["cell"] for r in records))
    for shift, cell in zip(np.linspace(-0.24, 0.24, len(cells)), cells, strict=True):
        medians = []
        for place, length in enumerate(corridors):
            chosen = seeds_of(records, cell=cell, length=length)
            medians.append(np.median([r.summary["accuracy"] for r in chosen]))
            _marks(ax, place + shift + np.linspace(-0.05, 0.05, len(chosen)), chosen, cell)
        look = LOOKS[cell] | {"linewidth": 1.6, "marker": "", "zorder": 1}
        ax.plot(np.arange(len(corridors)) + shift, medians, **look)
    _chance(ax, across=True)
    ax.set(xlabel="length of the corridor", ylabel=SHARE, ylim=(0.4, 1.03))
    beside(ax, corridors)
    handles = [plt.Line2D([], [], label=name_of(c), **LOOKS[c]) for c in cells]
    ax.figure.legend(handles=handles, loc="outside upper center", ncols=len(cells))
    return ax


def name_of(cell: str) -> str:
    """What the page calls a cell."""
    return cell if cell == MEMORYLESS else cell.upper()


def _chance(ax: Axes, across: bool) -> None:
    draw = ax.axhline if across else ax.axvline
    draw(CHANCE, color=GREY, linewidth=1, zorder=0)


def _marks(ax: Axes, places, records: list[Record], cell: str, upright: bool = True) -> None:
    """One mark a record, filled if solved."""
    look = LOOKS[cell]
    for place, record in zip(places, records, strict=True):
        point = (place, record.summary["accuracy"])
        fill = look["color"] if record.summary["solved"] else "white"
        ax.plot(
            *(point if upright else point[::-1]),
            look["marker"],
            color=look["color"],
            markerfacecolor=fill,
            markersize=4,
            clip_on=False,
            zorder=3,
        )


@styled
def success_by_setting(records: list[Record]) -> Axes:
    """Share of good turns by drawn actions, one row a setting: a mark a seed, the median a bar."""
    settings = list(dict.fromkeys(r.config["setting"] for r in records))
    _, ax = plt.subplots(figsize=(5.2, 0.9 + 0.36 * len(settings)))
    for row, setting in enumerate(settings):
        chosen = seeds_of(records, setting=setting)
        cell = chosen[0].config["cell"]
        _marks(ax, row + np.linspace(-0.22, 0.22, len(chosen)), chosen, cell, upright=False)
        middle = np.median([r.summary["accuracy"] for r in chosen])
        ax.plot([middle] * 2, [row - 0.32, row + 0.32], color=LOOKS[cell]["color"], linewidth=2.4)
    _chance(ax, across=False)
    ax.set(xlabel=SHARE, xlim=(0.4, 1.02), yticks=range(len(settings)))
    ax.set_yticklabels(settings)
    ax.invert_yaxis()
    return ax


@styled
def training_curves(panels: dict[str, list[Record]], *names: str) -> np.ndarray:
    """Lists of the curves against updates: a column a panel, a row a list; seeds thin, the median
    thick. Returns the Axes.
    """
    names = names or ("right", "radius")
    words = {"right": SHARE, "radius": "radius of W_hh", "gradient_norm": "gradient norm"}
    size = (5.2, 0.8 + 1.7 * len(names))
    _, axes = plt.subplots(
        len(names), len(panels), figsize=size, sharex=True, sharey="row", squeeze=False
    )
    for column, (title, records) in zip(axes.T, panels.items(), strict=True):
        for ax, name in zip(column, names, strict=True):
            look = {k: LOOKS[records[0].config["cell"]][k] for k in ("color", "linestyle")}
            values = np.array([r.curve[name] for r in records])
            steps = records[0].curve["step"]
            ax.plot(steps, values.T, linewidth=0.7, alpha=0.6, **look)
            ax.plot(steps, np.median(values, axis=0), linewidth=2.4, **look)
            if name == "right":
                _chance(ax, across=True)
            if name == "gradient_norm":
                ax.set_yscale("log")
        column[0].set_title(title)
        column[-1].set_xlabel("updates")
    for ax, name in zip(axes[:, 0], names, strict=True):
        ax.set_ylabel(words[name])
    return axes


@styled
def cue_in_the_state(memory: Memory, walkers: int = 40) -> Axes:
    """What one line reads from the state, step by step: some walkers thin, medians thick."""
    _, ax = plt.subplots(figsize=(5.2, 3.0))
    live = memory.episodes.live
    values = np.where(live, read(memory), np.nan)
    steps = np.arange(1, live.shape[1] + 1)
    for cue, (side, color, linestyle) in SIDES.items():
        rows = values[memory.cue == cue]
        many = np.isfinite(rows).sum(axis=0) >= 10
        ax.plot(steps, rows[:walkers].T, color=color, linewidth=0.5, alpha=0.35)
        middle = np.nanmedian(rows[:, many], axis=0)
        ax.plot(steps[many], middle, color=color, linestyle=linestyle, label=f"cue {side}")
    ax.axhline(0.0, color=GREY, linewidth=1)
    ax.set(xlabel="step of the episode", ylabel="what the line reads", xlim=(1, None))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.figure.legend(loc="outside upper center", ncols=2)
    return ax
