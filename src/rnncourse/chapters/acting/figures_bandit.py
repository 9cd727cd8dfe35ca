"""Figures on bandits: reward against steps, the expected sum against ε, regret."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import ACCENT, GREY, INK, styled

BLUE, ORANGE, GREEN, PINK = "#0072B2", ACCENT, "#009E73", "#CC79A7"
LOOKS = (
    {"color": BLUE, "linestyle": "-"},
    {"color": ORANGE, "linestyle": "--"},
    {"color": GREEN, "linestyle": "-."},
    {"color": PINK, "linestyle": (0, (6, 2))},
    {"color": INK, "linestyle": ":"},
)


@styled
def rewards(curves: dict[str, np.ndarray], best: float) -> Axes:
    """Expected reward of each step, one line a rule, on a logarithmic axis of steps."""
    _, ax = plt.subplots(figsize=(5.2, 3.0))
    for (label, values), look in zip(curves.items(), LOOKS, strict=False):
        ax.semilogx(np.arange(1, len(values) + 1), values, label=label, **look)
    ax.axhline(best, color=GREY, linewidth=1, zorder=0)
    ax.text(1.0, best + 0.01, "best arm", color=GREY, fontsize=10)
    ax.set(xlabel="step", ylabel="expected reward", ylim=(0.45, 1.06))
    ax.figure.legend(loc="outside upper center", ncols=3)
    return ax


@styled
def sums(each: np.ndarray, exact: np.ndarray, simulated: dict[float, np.ndarray]) -> Axes:
    """The exact expected sum against ε as a line; a dot a simulated run, their mean a ring.

    Shapes: each and exact (m,); simulated: the sums of single runs, (runs,), by ε.
    """
    _, ax = plt.subplots(figsize=(5.2, 3.0))
    ax.plot(each, exact, color=BLUE, label="exact")
    for epsilon, runs in simulated.items():
        ax.plot([epsilon] * len(runs), runs, ".", color=GREY, markersize=3, alpha=0.5, zorder=0)
        ax.plot(epsilon, runs.mean(), "o", mfc="none", color=ORANGE, markersize=8)
    handles = [
        *ax.get_legend_handles_labels()[0],
        *ax.plot([], [], ".", color=GREY, label="one run"),
        *ax.plot([], [], "o", mfc="none", color=ORANGE, label="mean of the runs"),
    ]
    ax.set(xlabel=r"$\varepsilon$", ylabel="sum of 1,000 rewards")
    ax.legend(handles=handles, loc="lower center")
    return ax


@styled
def regrets(curves: dict[str, np.ndarray]) -> Axes:
    """Mean regret against steps, both axes logarithmic, one line a rule."""
    _, ax = plt.subplots(figsize=(5.2, 3.2))
    for (label, values), look in zip(curves.items(), LOOKS, strict=False):
        steps = np.arange(1, len(values) + 1)
        ax.loglog(steps, values, label=label, **look)
    ax.set(xlabel="steps", ylabel="mean regret", xlim=(1, len(values)), ylim=(0.1, None))
    ax.figure.legend(loc="outside upper center", ncols=3)
    return ax
