"""Scenes of two flowers: one sentence and its mirror image drawn, and every encoder's accuracy."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MultipleLocator

from rnncourse.chapters.images_from_sentences.scene_records import NAMES
from rnncourse.plotting import CELL_STYLE, GREY, INK, styled

COLORS = {name: CELL_STYLE.get(name, {"color": GREY})["color"] for name in NAMES}
MARKS = {"seen": (-0.14, "o", True), "unseen": (0.14, "D", False)}  # how far down, mark, filled
LINES = {"seen": "-", "unseen": "--"}
PAD = 3  # white pixels between two pictures


@styled
def two_readings(pictures: dict[str, np.ndarray], sentences: tuple[str, str]) -> np.ndarray:
    """What each encoder's generator draws for two sentences with the same words.

    Shapes: pictures by encoder (2, draws, 3, 24, 48) in 0 … 1, the same noise for both sentences.
    Returns the Axes, (2, encoders): a row an encoder under each sentence.
    """
    figure = plt.figure(figsize=(5.8, 2.1 * len(pictures)))
    parts = figure.subfigures(2, 1, hspace=0.06)
    axes = np.empty((2, len(pictures)), object)
    for row, (part, sentence) in enumerate(zip(parts, sentences, strict=True)):
        part.suptitle(sentence, fontsize=11, color=INK)
        axes[row] = part.subplots(len(pictures), 1, squeeze=False)[:, 0]
        for ax, (name, images) in zip(axes[row], pictures.items(), strict=True):
            ax.imshow(side_by_side(images[row]), interpolation="none")
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
            ax.set_ylabel(NAMES[name], rotation=0, ha="right", va="center", fontsize=11)
    return axes


def side_by_side(images: np.ndarray) -> np.ndarray:
    """Pictures (draws, 3, 24, 48) beside each other on white, (24, width, 3)."""
    padded = np.pad(images, ((0, 0), (0, 0), (0, 0), (0, PAD)), constant_values=1.0)
    sheet = np.concatenate(list(padded.transpose(0, 2, 3, 1)), axis=1)
    return np.clip(sheet[:, :-PAD], 0.0, 1.0)


@styled
def encoder_accuracy(
    shares: dict[str, dict[str, list[float]]], bounds: dict[str, float], label: str
) -> Axes:
    """Accuracy of every seed, one row an encoder; the bag's bound as a line for each kind.

    shares  by encoder and kind ("seen", "unseen"): one number a seed
    bounds  by kind
    """
    figure, ax = plt.subplots(figsize=(5.6, 0.55 * len(shares) + 1.5))
    for row, (name, kinds) in enumerate(shares.items()):
        for kind, values in kinds.items():
            look = {"color": COLORS[name], "linestyle": "", "markersize": 7}
            shift, look["marker"], filled = MARKS[kind]
            look["markerfacecolor"] = COLORS[name] if filled else "white"
            ax.plot(values, [row + shift] * len(values), clip_on=False, **look)
    for kind, value in bounds.items():
        ax.axvline(value, color=INK, linewidth=1, linestyle=LINES[kind])
    figure.legend(handles=_legend(bounds), loc="outside upper center", ncols=2)
    ax.set(xlabel=label, xlim=(None, 1.0), ylim=(len(shares) - 0.5, -0.5))
    ax.xaxis.set_major_locator(MultipleLocator(0.05))
    ax.set_yticks(range(len(shares)), [NAMES[name] for name in shares])
    return ax


def _legend(kinds) -> list:
    handles = []
    for kind in kinds:
        _, marker, filled = MARKS[kind]
        look = {"marker": marker, "markerfacecolor": INK if filled else "white"}
        label = f"{kind}, and the bag's bound"
        handles.append(plt.Line2D([], [], color=INK, linestyle=LINES[kind], label=label, **look))
    return handles
