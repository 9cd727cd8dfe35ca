"""Nudges that fade and grow, and gradients that are clipped."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle

from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, INK, styled

LOOKS = (
    {"color": CELL_STYLE["rnn"]["color"], "linestyle": "-"},
    {"color": ACCENT, "linestyle": "--"},
    {"color": INK, "linestyle": "-."},
    {"color": "#009E73", "linestyle": ":"},
)
PLACES = (-1.6, 2.7), (1.6, 2.7), (0.0, 0.0)  # the middles of the three circles


@styled
def ellipses(panels: dict[str, np.ndarray]) -> Axes:
    """What becomes of a circle of nudges in three networks, one ellipse a number of steps.

    Shapes: each array (K, 2, 2), the products of Jacobians over K growing numbers of steps. The
    third network lies below the other two, with all the width and in the same scale.
    """
    _, ax = plt.subplots(figsize=(5.2, 4.2))
    angle = np.linspace(0.0, 2.0 * np.pi, 200)
    circle = np.array([np.cos(angle), np.sin(angle)])
    for place, (title, products) in zip(PLACES, panels.items(), strict=True):
        center = np.array(place)[:, None]
        ax.plot(*(circle + center), color=GREY, linewidth=1)
        for product in products[:-1]:
            ax.plot(*(product @ circle + center), color=INK, linewidth=0.8)
        ax.plot(*(products[-1] @ circle + center), color=ACCENT)
        ax.text(place[0], place[1] + 1.1, title, ha="center", color=INK)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


@styled
def seeds(lines: dict[str, np.ndarray], xlabel: str, ylabel: str, *, power_law=False) -> Axes:
    """Several networks on a logarithmic axis: every seed thin, the median thick.

    Shapes: each array (seeds, N), drawn against 1 … N; ``power_law`` makes both axes logarithmic.
    """
    _, ax = plt.subplots()
    for (label, values), look in zip(lines.items(), LOOKS, strict=False):
        places = np.arange(1, values.shape[1] + 1)
        ax.plot(places, values.T, linewidth=0.6, alpha=0.5, **look)
        ax.plot(places, np.median(values, axis=0), label=label, **look)
    ax.set(xlabel=xlabel, ylabel=ylabel, yscale="log", xscale="log" if power_law else "linear")
    ax.axhline(1.0, color=GREY, linewidth=1)
    ax.legend()
    return ax


@styled
def clippings(gradient: np.ndarray, limit: float) -> Axes:
    """A gradient of two entries, clipped by norm to a circle and by value to a square."""
    _, ax = plt.subplots(figsize=(4.6, 2.6))
    by_norm = gradient * min(1.0, limit / np.linalg.norm(gradient))
    by_value = np.clip(gradient, -limit, limit)
    ax.add_patch(Circle((0, 0), limit, fill=False, color=GREY))
    ax.add_patch(Rectangle((-limit, -limit), 2 * limit, 2 * limit, fill=False, color=GREY))
    named = (("gradient", gradient, INK), ("by norm", by_norm, ACCENT))
    for label, end, color in (*named, ("by value", by_value, "#0072B2")):
        shape = {"arrowstyle": "-|>", "color": color, "lw": 1.8, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", xy=end, xytext=(0, 0), arrowprops=shape)
        place = (4, -14) if end is by_norm else (4, 4)
        ax.annotate(label, end, xytext=place, textcoords="offset points", color=color)
    ax.plot(0, 0, "o", color=INK, markersize=3)
    ax.set(aspect="equal", xlim=(-1.3 * limit, gradient[0] + 1.2 * limit))
    ax.set(ylim=(-1.2 * limit, max(gradient[1], limit) + 0.6 * limit))
    ax.axis("off")
    return ax


@styled
def cuts(text: str, chunk: int) -> Axes:
    """Which journeys are left when a text is cut: a row for each loss, a column for each step.

    The walk back from the loss in row t reaches the steps of its own chunk (filled) and would have
    reached all steps before (empty).
    """
    figure, ax = plt.subplots(figsize=(4.4, 3.6))
    pairs = [(i, t) for t in range(len(text)) for i in range(t + 1)]
    left = [(i, t) for i, t in pairs if i // chunk == t // chunk]
    cut = [(i, t) for i, t in pairs if i // chunk != t // chunk]
    for start in range(0, len(text), chunk):
        for t in range(start, min(start + chunk, len(text))):
            ax.plot([start, t], [t, t], color=ACCENT)
    ax.plot(*zip(*left, strict=True), "o", color=ACCENT, label=f"left: {len(left)}")
    empty = {"color": GREY, "markerfacecolor": "white", "linewidth": 0}
    ax.plot(*zip(*cut, strict=True), "o", label=f"cut off: {len(cut)}", **empty)
    for place in range(chunk, len(text), chunk):
        ax.axvline(place - 0.5, color=INK, linewidth=1, linestyle="--")
    places = range(len(text))
    ax.set_xticks(places, [*text])
    ax.set_yticks(places, [str(t + 1) for t in places])
    ax.set(xlabel="step where the weight acts", ylabel="loss at step", ylim=(len(text) - 0.5, -0.7))
    figure.legend(loc="outside upper center", ncols=2)
    return ax


@styled
def directions(steps, values: dict[str, np.ndarray], accuracies: dict[str, list]) -> np.ndarray:
    """Singular values along training, and the accuracy below them: one column a network.

    Shapes: steps (S,), each array of values (S, n), largest first; each list of accuracies (S,).
    Returns the Axes, (2, columns).
    """
    _, axes = plt.subplots(
        2, len(values), figsize=(5.2, 3.8), sharex=True, sharey="row", height_ratios=(2, 1)
    )
    for column, (title, found) in zip(axes.T, values.items(), strict=True):
        column[0].semilogy(steps, found, color=GREY, linewidth=0.6)
        column[0].semilogy(steps, found[:, 0], color=ACCENT, label="largest")
        column[0].axhline(1.0, color=INK, linewidth=0.8, linestyle=":")
        column[0].set(title=title, ylim=(1e-6, 1e4))
        column[1].plot(steps, accuracies[title], color=CELL_STYLE["rnn"]["color"], clip_on=False)
        column[1].set(xlabel="updates (steps)", ylim=(0, 1.02))
    axes[0, 0].set_ylabel("singular value")
    axes[1, 0].set_ylabel("accuracy")
    axes[0, 0].legend(loc="upper left")
    return axes
