"""The players and their slopes as drawings, and images in rows with words above them."""

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from rnncourse.byhand import gan
from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, INK, styled

BLUE = CELL_STYLE["rnn"]["color"]
BOXES = {  # by name: the middle, the width, the words, the color
    "sentence": ((1.0, 3.2), 1.8, "sentence", GREY),
    "encoder": ((3.6, 3.2), 2.2, "encoder\n(recurrent)", INK),
    "noise": ((1.0, 0.9), 1.8, "noise $z$", GREY),
    "generator": ((3.6, 0.9), 2.2, "generator\n$G$", ACCENT),
    "image": ((6.45, 0.9), 2.2, "image, real\nor from $G$", GREY),
    "feature": ((6.45, 3.2), 1.8, "feature\n$\\varphi$", GREY),
    "discriminator": ((9.1, 2.05), 2.0, "discrimi-\nnator $D$", BLUE),
    "score": ((11.3, 2.05), 1.2, "score\n$s$", GREY),
}
TALL = 1.2
WAYS = (
    ("sentence", "encoder"),
    ("encoder", "feature"),
    ("feature", "generator"),
    ("noise", "generator"),
    ("generator", "image"),
    ("feature", "discriminator"),
    ("image", "discriminator"),
    ("discriminator", "score"),
)


@styled
def players() -> Axes:
    """Who sees what: the encoder, the generator, the discriminator, and three kinds of pairs."""
    _, ax = plt.subplots(figsize=(5.6, 1.75))
    ax.set(xlim=(0.0, 12.0), ylim=(0.2, 3.9))
    ax.axis("off")
    frames = {name: _framed(ax, *box) for name, box in BOXES.items()}
    look = {"arrowstyle": "-|>", "mutation_scale": 11, "color": INK, "linewidth": 1.2}
    for start, end in WAYS:
        way = FancyArrowPatch(BOXES[start][0], BOXES[end][0], shrinkA=0, shrinkB=0, **look)
        way.set_patchA(frames[start])
        way.set_patchB(frames[end])
        ax.add_patch(way)
    return ax


def _framed(ax: Axes, middle: tuple, width: float, words: str, color: str) -> FancyBboxPatch:
    """Words in a box; the arrows end at its frame."""
    x, y = middle
    corner, shape = (x - width / 2, y - TALL / 2), "round,pad=0,rounding_size=0.2"
    frame = FancyBboxPatch(corner, width, TALL, boxstyle=shape, fc="white", ec=color)
    ax.text(x, y, words, ha="center", va="center", color=color, fontsize=10)
    return ax.add_patch(frame)


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
    look = {"ncols": 2, "columnspacing": 1.2, "handlelength": 1.6}
    ax.figure.legend(loc="outside upper center", **look)
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
    tall = wide * height / width + (0.32 if len(names) else 0.05)
    _, axes = plt.subplots(rows, across, figsize=(across * wide, rows * tall), squeeze=False)
    for ax in axes.flat:
        ax.axis("off")
    for place, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        ax.imshow(image.transpose(1, 2, 0), interpolation="none")
        if place < len(names):
            ax.set_title(names[place], fontsize=12, pad=3)
    return axes
