"""Sheets of images: what the drawn flowers look like."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import styled
from rnncourse.tasks import draw_flowers, flower_attributes


@styled
def contact_sheet(images: np.ndarray, rows: list[str] = (), columns: list[str] = ()) -> Axes:
    """Images side by side: every row of the array is a row of the sheet.

    Shapes: images (r, k, 3, height, width) in 0 … 1; ``rows`` and ``columns`` name them.
    """
    r, k, _, height, width = images.shape
    sheet = images.transpose(0, 3, 1, 4, 2).reshape(r * height, k * width, 3)
    size = 0.75 * np.array([k * width, r * height]) / 24
    _, ax = plt.subplots(figsize=size + np.array([1.2 if rows else 0.1, 0.3 if columns else 0.1]))
    ax.imshow(np.clip(sheet, 0.0, 1.0), interpolation="nearest")
    ax.set_xticks((np.arange(k) + 0.5) * width - 0.5 if columns else [], columns)
    ax.set_yticks((np.arange(r) + 0.5) * height - 0.5 if rows else [], rows)
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    ax.grid(False)
    return ax


@styled
def all_forms(rng: np.random.Generator) -> Axes:
    """Every number of petals in every shape and size; petals and centers in changing colors."""
    numbers, shapes, sizes, colors, centers = flower_attributes.values()
    attributes = np.array(
        [
            (p, shape, size, (p + 2 * shape + size) % len(colors), (p + shape) % len(centers))
            for size in range(len(sizes))
            for shape in range(len(shapes))
            for p in range(len(numbers))
        ]
    )
    images = draw_flowers(rng, attributes).reshape(-1, len(numbers), 3, 24, 24)
    names = [f"{size}, {shape}" for size in sizes for shape in shapes]
    return contact_sheet(images, rows=names, columns=list(numbers))
