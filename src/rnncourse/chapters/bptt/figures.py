"""The gradient through time: journeys, contributions, shares."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, arrow, node, styled


@styled
def journeys(T: int = 5, start: int = 2) -> Axes:
    """The unrolled network, and the journey of step ``start``'s share of dL/dW_hh to the loss."""
    _, ax = plt.subplots(figsize=(4.0, 2.4))
    for t in range(T + 1):
        node(ax, t, 0, f"$h^{{({t})}}$")
    node(ax, T, 1, r"$\mathcal{L}$")
    for t in range(1, T + 1):
        arrow(ax, (t - 1, 0), (t, 0), ACCENT if t > start else GREY, width=2.2 if t > start else 1)
        node(ax, t, -1, "$W_{hh}$", color=ACCENT if t == start else GREY, frame=False)
        arrow(ax, (t, -1), (t, 0), ACCENT if t == start else GREY, width=2.2 if t == start else 1)
        if t > start:
            ax.text(t - 0.54, 0.29, f"$D_{t}W_{{hh}}$", ha="center", color=ACCENT)
    arrow(ax, (T, 0), (T, 1), ACCENT, width=2.2)
    ax.text(start + 0.08, -0.5, r"$\partial^{+}$", color=ACCENT, ha="left", va="center")
    ax.set(xlim=(-0.4, T + 0.4), ylim=(-1.3, 1.3))
    ax.axis("off")
    return ax


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
