"""Every plot of the book: takes arrays or records, returns the Axes.

One color and one line style a cell in the whole book (Okabe and Ito's color-blind safe palette).
The figures are drawn dark on white; the book's style sheet inverts them in dark mode.
"""

from collections.abc import Callable
from functools import wraps

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.records import Record

CELL_STYLE = {
    "rnn": {"color": "#0072B2", "linestyle": "-"},
    "lstm": {"color": "#D55E00", "linestyle": "--"},
    "gru": {"color": "#009E73", "linestyle": "-."},
    "peephole": {"color": "#CC79A7", "linestyle": ":"},
    "phased": {"color": "#000000", "linestyle": (0, (5, 1, 1, 1, 1, 1))},
}
INK, GREY, ACCENT = "#222222", "#767676", "#D55E00"
STYLE = {
    "figure.dpi": 160,
    "figure.figsize": (5.2, 3.2),
    "figure.constrained_layout.use": True,
    "font.size": 11,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "lines.linewidth": 1.8,
    "legend.frameon": False,
}


def styled(draw: Callable) -> Callable:
    """Draw under the book's style and leave the reader's own settings alone."""

    @wraps(draw)
    def draw_styled(*args, **kwargs):
        with plt.rc_context(STYLE):
            return draw(*args, **kwargs)

    return draw_styled


@styled
def journeys(T: int = 5, start: int = 2) -> Axes:
    """The unrolled network, and the journey of step ``start``'s share of dL/dW_hh to the loss."""
    _, ax = plt.subplots(figsize=(4.6, 2.3))
    for t in range(T + 1):
        _node(ax, t, 0, f"$h^{{({t})}}$")
    _node(ax, T, 1, r"$\mathcal{L}$")
    for t in range(1, T + 1):
        _arrow(ax, (t - 1, 0), (t, 0), ACCENT if t > start else GREY, width=2.2 if t > start else 1)
        _node(ax, t, -1, "$W_{hh}$", color=ACCENT if t == start else GREY, frame=False)
        _arrow(ax, (t, -1), (t, 0), ACCENT if t == start else GREY, width=2.2 if t == start else 1)
        if t > start:
            ax.text(t - 0.5, 0.2, f"$D_{t}W_{{hh}}$", ha="center", color=ACCENT, fontsize=10)
    _arrow(ax, (T, 0), (T, 1), ACCENT, width=2.2)
    ax.text(start + 0.08, -0.5, r"$\partial^{+}$", color=ACCENT, ha="left", va="center")
    ax.set(xlim=(-0.4, T + 0.4), ylim=(-1.3, 1.3))
    ax.axis("off")
    return ax


def _node(ax: Axes, x: float, y: float, text: str, color: str = INK, frame: bool = True) -> None:
    box = {"boxstyle": "circle,pad=0.25", "fc": "white", "ec": color} if frame else None
    ax.text(x, y, text, ha="center", va="center", color=color, bbox=box, fontsize=11)


def _arrow(ax: Axes, start: tuple, end: tuple, color: str, width: float) -> None:
    arrow = {"arrowstyle": "-|>", "color": color, "lw": width, "shrinkA": 13, "shrinkB": 13}
    ax.annotate("", xy=end, xytext=start, arrowprops=arrow)


@styled
def contributions(terms: np.ndarray) -> np.ndarray:
    """The T contributions to dL/dW_hh as matrices of one color scale, and their sum at the end.

    Shapes: terms (T, n, n). Returns the row of T + 1 Axes.
    """
    matrices = [*terms, terms.sum(axis=0)]
    figure, axes = plt.subplots(1, len(matrices), figsize=(5.2, 1.4))
    limit = max(np.abs(matrix).max() for matrix in matrices)
    for i, (ax, matrix) in enumerate(zip(axes, matrices, strict=True), start=1):
        image = ax.imshow(matrix, cmap="RdBu_r", vmin=-limit, vmax=limit)
        ax.set(title="sum" if i == len(matrices) else f"i = {i}", xticks=[], yticks=[])
    figure.colorbar(image, ax=list(axes), shrink=0.7, label="entry")
    return axes


@styled
def shares(norms: dict[str, np.ndarray]) -> Axes:
    """How much each step i contributes to dL/dW_hh at T: one line for each network.

    Shapes: each array (T,), the Frobenius norms of the contributions i = 1 … T.
    """
    _, ax = plt.subplots()
    for (label, values), linestyle in zip(norms.items(), ("--", "-", "-.", ":"), strict=False):
        steps = np.arange(1, len(values) + 1)
        ax.semilogy(steps, values, linestyle, color=CELL_STYLE["rnn"]["color"], label=label)
    ax.set(xlabel="step i of the contribution", ylabel="norm of the contribution")
    ax.legend()
    return ax


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
        ax.text(0.99, chance + 0.02, "chance", color=GREY, ha="right", transform=_across(ax))
    ax.set(xlabel="optimizer updates (steps)", ylabel="accuracy", ylim=(0, 1.02))
    ax.legend(loc="center right")
    return ax


def _across(ax: Axes):
    """x in axes units, y in data units."""
    return ax.get_yaxis_transform()


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


@styled
def secants(w: float = 0.6, eps: float = 0.8) -> Axes:
    """tanh at w: the tangent, and the slopes that a forward and a central difference measure."""
    _, ax = plt.subplots(figsize=(5.2, 2.8))
    grid = np.linspace(w - 1.6 * eps, w + 1.6 * eps, 200)
    ax.plot(grid, np.tanh(grid), color=INK, label="tanh")
    slopes = {
        "tangent": (1.0 - np.tanh(w) ** 2, GREY, ":"),
        "forward": ((np.tanh(w + eps) - np.tanh(w)) / eps, GREY, "--"),
        "central": ((np.tanh(w + eps) - np.tanh(w - eps)) / (2 * eps), ACCENT, "-."),
    }
    for label, (slope, color, linestyle) in slopes.items():
        ax.plot(grid, np.tanh(w) + slope * (grid - w), linestyle, color=color, label=label)
    places = np.array([w - eps, w, w + eps])
    ax.plot(places, np.tanh(places), "o", color=INK)
    ax.set_xticks(places, ["$w-\\varepsilon$", "$w$", "$w+\\varepsilon$"])
    ax.set(ylabel="$f(w)$", yticks=[])
    ax.legend()
    return ax


@styled
def step_errors(steps: np.ndarray, errors: dict[str, np.ndarray]) -> Axes:
    """Relative error of a numerical gradient against the step size, one line a method.

    Shapes: steps (S,), each array of errors (S,). An error of zero is left out.
    """
    _, ax = plt.subplots()
    styles = zip(errors.items(), ("-", "--", "-."), (INK, ACCENT, GREY), strict=False)
    for (label, values), linestyle, color in styles:
        ax.loglog(steps, values, linestyle, color=color, label=label)
    ax.set(xlabel="step ε", ylabel="relative error", ylim=(1e-13, 10))
    ax.legend()
    return ax


@styled
def ladder(errors: dict[str, tuple[float, float]]) -> Axes:
    """Absolute and relative error of each parameter's gradient on one logarithmic axis."""
    _, ax = plt.subplots(figsize=(4.6, 2.3))
    names = [f"${name[0]}_{{{name[2:]}}}$" for name in errors]
    absolute, relative = zip(*errors.values(), strict=True)
    ax.plot(relative, names, "s", color=INK, label="relative")
    ax.plot(absolute, names, "o", color=ACCENT, label="absolute")
    ax.set(xscale="log", xlabel="error of the gradient", xlim=(1e-10, 1e-4))
    ax.grid(axis="y", color="#dddddd", linewidth=0.8)
    ax.invert_yaxis()
    ax.legend(loc="upper left")
    return ax
