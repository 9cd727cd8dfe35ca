"""A second reading of images, which was never trained: the drawing nearest in pixels."""

from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np

from rnncourse.tasks.flower_attributes import COUNTS
from rnncourse.tasks.flowers import (
    CENTER_COLORS,
    GROUND,
    PETAL_COLORS,
    SHIFT,
    TURN,
    flower_layers,
)
from rnncourse.validate import require_shape

PLACES = np.linspace(-SHIFT, SHIFT, 5)  # of the middle, along each axis, in pixels
TURNS = np.linspace(-TURN, TURN, 5)
PAIRS = list(product(range(COUNTS[3]), range(COUNTS[4])))  # a petal color and a center color
PART = 32  # images at a time


class Forms(NamedTuple):
    """The layers of all drawings, before they are painted."""

    attributes: np.ndarray  # (m, 3): petals, shape and size
    layers: np.ndarray  # (m, 3, 576) float32: ground, petals, center
    products: np.ndarray  # (m, 3, 3): inner products of the layers


@cache
def forms() -> Forms:
    """Every number of petals, shape and size at every place and turn of the grid: m = 4500."""
    grid = product(*(range(count) for count in COUNTS[:3]), PLACES, PLACES, TURNS)
    grid = np.array(list(grid))
    attributes, shifts, turns = grid[:, :3].astype(int), grid[:, 3:5], grid[:, 5]
    layers = flower_layers(attributes, shifts.astype(np.float32), turns.astype(np.float32), 24)
    layers = layers.reshape(len(grid), 3, -1)
    return Forms(attributes, layers, layers @ layers.transpose(0, 2, 1))


def nearest_drawing(images: np.ndarray) -> np.ndarray:
    """The attributes of the drawing with the smallest squared distance to each image.

    All 864 combinations are tried, each at 5 x 5 places and 5 turns. A drawing is the sum of
    three layers, each in its color, so its distance to an image follows from the inner products of
    the layers with the image and with one another, and 4500 unpainted drawings are enough.

    Shapes: images (n, 3, 24, 24) in 0 … 1; result (n, 5) int64.
    Raises: ValueError if an image has another shape.
    """
    images = np.asarray(images, np.float32)
    require_shape("images", images, ("n", 3, 24, 24))
    parts = [_nearest(images[i : i + PART]) for i in range(0, len(images), PART)]
    return np.concatenate(parts)


def _nearest(images: np.ndarray) -> np.ndarray:
    """For one part of the images, (n, 5)."""
    known, paints = forms(), _paints()
    m = len(known.layers)
    flat = images.reshape(-1, 576)  # (3 n, 576)
    seen = (flat @ known.layers.reshape(-1, 576).T).reshape(len(images), 3, m, 3)
    seen = seen.transpose(0, 2, 1, 3).reshape(len(images) * m, 9)  # rgb by layer
    met = (seen @ paints.reshape(-1, 9).T).reshape(len(images), m, len(PAIRS))
    own = known.products.reshape(m, 9) @ (paints.transpose(0, 2, 1) @ paints).reshape(-1, 9).T
    distance = (own - 2.0 * met).reshape(len(images), -1)  # but for the image's own square
    form, pair = np.divmod(distance.argmin(axis=1), len(PAIRS))
    return np.concatenate([known.attributes[form], np.array(PAIRS)[pair]], axis=1)


@cache
def _paints() -> np.ndarray:
    """The colors of the three layers for each pair of colors, (24, rgb, layer)."""
    return np.array(
        [np.stack([GROUND, PETAL_COLORS[p], CENTER_COLORS[c]], axis=1) for p, c in PAIRS]
    )
