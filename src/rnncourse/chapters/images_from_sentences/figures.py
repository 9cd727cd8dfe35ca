"""The players and their slopes as drawings, and images in rows with words above them."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.byhand import gan
from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, INK, arrow, styled

BLUE = CELL_STYLE["rnn"]["color"]
BOXES = (
    (1.3, 3.0, "sentence", GREY),
    (3.6, 3.0, "encoder\n(recurrent)", INK),
    (1.3, 0.9, "noise $z$", GREY),
    (3.6, 0.9, "generator\n$G$", ACCENT),
    (6.6, 0.9, "image", GREY),
    (6.6, 3.0, "feature\n$\\varphi$", GREY),
    (9.0, 2.0, "discrimi-\nnator $D$", BLUE),
    (11.2, 2.0, "score\n$s$", GREY),
)
WAYS = (
    ((1.7, 3.0), (3.2, 3.0)),
    ((4.1, 3.0), (6.5, 3.0)),
    ((6.4, 2.8), (4.0, 1.1)),
    ((1.7, 0.9), (3.3, 0.9)),
    ((4.0, 0.9), (6.4, 0.9)),
    ((6.8, 3.0), (8.7, 2.2)),
    ((6.9, 0.9), (8.7, 1.8)),
    ((9.3, 2.0), (11.1, 2.0)),
)


@styled
def players() -> Axes:
    """Who sees what: the encoder, the generator, the discriminator, and three kinds of pairs."""
    _, ax = plt.subplots(figsize=(5.6, 3.2))
    for x, y, text, color in BOXES:
        frame = {"boxstyle": "round,pad=0.35", "fc": "white", "ec": color}
        ax.text(x, y, text, ha="center", va="center", color=color, bbox=frame, fontsize=10)
    for start, end in WAYS:
        arrow(ax, start, end, INK, width=1.2)
    ax.text(6.6, 0.05, "drawn by $G$, or real", ha="center", color=GREY, fontsize=9)
    ax.set(xlim=(0.2, 12.0), ylim=(-0.3, 3.7))
    ax.axis("off")
    return ax


@styled
def slopes() -> Axes:
    """How fast the two losses of the generator move with the logit of a fake."""
    _, ax = plt.subplots(figsize=(5.2, 2.9))
    a = np.linspace(-8.0, 8.0, 200)
    changed = gan.logit_gradients(0.0, 0.0, a)[3]
    ax.plot(a, changed, color=ACCENT, label=r"$\log s_f$, to be made large")
    minimax = -gan.saturating_gradient(a)
    ax.plot(a, minimax, color=BLUE, linestyle="--", label=r"$\log(1-s_f)$, to be made small")
    ax.set(xlabel="logit of a fake", ylabel="slope, its size", ylim=(0.0, 1.05))
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=9)
    return ax


@styled
def rounds(paths: dict[str, np.ndarray]) -> np.ndarray:
    """Where both players of the smallest game stand: the start large, the goal a cross.

    Shapes: by title a path (steps + 1, 2), θ and ψ. Returns the Axes, one for each path.
    """
    _, axes = plt.subplots(1, len(paths), figsize=(5.6, 3.1), sharex=True, sharey=True)
    for ax, (title, path) in zip(axes, paths.items(), strict=True):
        ax.plot(*path.T, ".-", color=BLUE, markersize=3, linewidth=0.6)
        ax.plot(*path[0], "o", color=ACCENT, markersize=7)
        ax.plot(0.0, 0.0, "+", color=INK, markersize=12, markeredgewidth=2)
        ax.set(xlabel=r"generator, $\theta$", aspect="equal")
        ax.set_title(title, fontsize=10)
    axes[0].set_ylabel(r"discriminator, $\psi$")
    return axes


@styled
def pictures(images, names: Sequence[str] = (), across: int = 6, wide: float = 0.95) -> np.ndarray:
    """Images in rows, with a word above each where ``names`` has one.

    Shapes: images (n, 3, height, width) in 0 … 1. Returns the Axes, one for each place.
    """
    images = np.clip(np.asarray(images, dtype=np.float64), 0.0, 1.0)
    rows = -(-len(images) // across)
    height, width = images.shape[2:]
    tall = wide * height / width + (0.28 if len(names) else 0.05)
    _, axes = plt.subplots(rows, across, figsize=(across * wide, rows * tall), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for place, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(image.transpose(1, 2, 0), interpolation="none")
        if place < len(names):
            ax.set_title(names[place], fontsize=8, pad=2)
    return axes
