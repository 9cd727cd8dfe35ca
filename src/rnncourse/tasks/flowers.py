"""Flowers drawn from their attributes, each with a sentence about it."""

from typing import NamedTuple

import numpy as np

from rnncourse.tasks.captions import describe_flowers
from rnncourse.tasks.flower_attributes import draw_attributes, require_attributes
from rnncourse.validate import require_count, require_generator

LENGTHS = (6.8, 10.6)  # of a small and a large petal, from the middle, in pixels of a 24 x 24 image
SHIFT = 1.0  # the middle moves by up to this many pixels
TURN = 0.15  # and the flower turns by up to this many radians
NOISE = 0.03  # standard deviation, for a pixel between 0 and 1
EDGE = 0.8  # pixels from full color to none
CENTERS = (2.2, 3.0)  # radius of the center of a small and of a large flower, with its dark ring
RING = 0.9  # width of that ring
RING_LIGHT = 0.22  # how bright it is, as a share of the petals' light
CHUNK = 128  # drawings at a time: these fit into a processor's cache

GROUND = np.array([0.10, 0.19, 0.15], np.float32)  # a dark leaf
PETAL_COLORS = np.array(
    [
        (0.88, 0.13, 0.15),  # red
        (0.98, 0.55, 0.73),  # pink
        (0.98, 0.82, 0.16),  # yellow
        (0.96, 0.96, 0.94),  # white
        (0.20, 0.43, 0.95),  # blue
        (0.60, 0.27, 0.86),  # violet
    ],
    np.float32,
)
CENTER_COLORS = np.array(
    [(0.99, 0.80, 0.12), (0.97, 0.97, 0.95), (0.86, 0.12, 0.14), (0.27, 0.07, 0.36)], np.float32
)  # yellow, white, red, dark purple


class Flowers(NamedTuple):
    """Drawings, a sentence about each, and the truth behind them."""

    images: np.ndarray  # (n, 3, size, size) float32 in 0 … 1: red, green, blue
    captions: list[str]  # n sentences
    attributes: np.ndarray  # (n, 5) int64, indices into flower_attributes


def flowers(
    rng: np.random.Generator,
    n: int,
    size: int = 24,
    *,
    combinations: str = "seen",
    wording: str = "usual",
    complete: bool = False,
    fillers: int | None = None,
) -> Flowers:
    """Draw n flowers with random attributes and say a sentence about each.

    combinations  "seen": those of training; "unseen": the others (see ``held_out``); "all"
    wording, complete, fillers  as in ``describe_flowers``

    Shapes: images (n, 3, size, size) float32 in 0 … 1, attributes (n, 5) int64.
    Raises: ValueError if n < 1, size < 12, or a choice is unknown.

    >>> images, captions, attributes = flowers(np.random.default_rng(0), 2)
    >>> images.shape, len(captions), attributes.shape
    ((2, 3, 24, 24), 2, (2, 5))
    """
    attributes = draw_attributes(rng, n, combinations)
    captions = describe_flowers(
        rng, attributes, wording=wording, complete=complete, fillers=fillers
    )
    return Flowers(draw_flowers(rng, attributes, size), captions, attributes)


def draw_flowers(rng: np.random.Generator, attributes: np.ndarray, size: int = 24) -> np.ndarray:
    """Draw these flowers, each at a random place and turn, with a little noise.

    Shapes: attributes (n, 5); result (n, 3, size, size) float32 in 0 … 1.
    Raises: ValueError if an attribute has no such value or size < 12.
    """
    require_generator("rng", rng)
    require_attributes("attributes", attributes)
    n = len(attributes)
    shifts = rng.uniform(-SHIFT, SHIFT, (n, 2))
    turns = rng.uniform(-TURN, TURN, n)
    images = place_flowers(attributes, shifts, turns, size)
    for start in range(0, n, CHUNK):
        part = images[start : start + CHUNK]
        part += NOISE * rng.standard_normal(part.shape, np.float32)
        np.clip(part, 0.0, 1.0, out=part)
    return images


def place_flowers(
    attributes: np.ndarray, shifts: np.ndarray, turns: np.ndarray, size: int = 24
) -> np.ndarray:
    """Draw these flowers without noise, each at its place and turn.

    Shapes: attributes (n, 5), shifts (n, 2) in pixels of a 24 x 24 image, right and down;
    turns (n,) in radians; result (n, 3, size, size) float32 in 0 … 1.
    """
    require_attributes("attributes", attributes)
    require_count("size", size, minimum=12)
    shifts, turns = np.asarray(shifts, np.float32), np.asarray(turns, np.float32)
    images = np.empty((len(attributes), 3, size, size), np.float32)
    for start in range(0, len(attributes), CHUNK):
        rows = slice(start, start + CHUNK)
        images[rows] = _draw(attributes[rows], shifts[rows], turns[rows], size)
    return images


def _draw(attributes: np.ndarray, shifts: np.ndarray, turns: np.ndarray, size: int) -> np.ndarray:
    """One chunk of drawings: each layer in its color."""
    layers = flower_layers(attributes[:, :3], shifts, turns, size).reshape(-1, 3, size * size)
    _, _, _, color, center = attributes.T
    paints = np.empty((len(attributes), 3, 3), np.float32)  # (n, rgb, layer)
    paints[:, :, 0] = GROUND
    paints[:, :, 1] = PETAL_COLORS[color]
    paints[:, :, 2] = CENTER_COLORS[center]
    return (paints @ layers).reshape(-1, 3, size, size)


def flower_layers(
    forms: np.ndarray, shifts: np.ndarray, turns: np.ndarray, size: int
) -> np.ndarray:
    """How much of each pixel has the color of the ground, of the petals and of the center.

    A drawing is linear in its three colors: it is the sum of these layers, each in its color. The
    ring around the center is a dark shade of the petals' color.

    Shapes: forms (n, 3), that is petals, shape and size; result (n, 3, size, size) float32.
    """
    petals, shape, large = forms.T
    count = (petals + 3).astype(np.float32)[:, None, None]
    length = np.array(LENGTHS, np.float32)[large][:, None, None]
    ring = np.array(CENTERS, np.float32)[large][:, None, None]
    radius, along, across = _fold(shifts, turns, count, size)
    share = np.clip(along / length, 0.0, 1.0)  # 0 in the middle of the flower, 1 at the tip
    seam = np.tan(np.pi / count) * along - 0.35  # where the next petal begins
    width = np.minimum(_half_width(share, shape) * length, seam)
    petal = _cover(np.minimum(width - across, (length - radius) * 1.5))
    vein = (across < 0.35) & (share < 0.75)
    light = 0.72 + 0.28 * share - 0.16 * vein.astype(np.float32)  # brightest at the tip
    disc, core = _cover(ring - radius), _cover(ring - RING - radius)
    ground = (1.0 - petal) * (1.0 - disc)
    tinted = light * (petal * (1.0 - disc) + RING_LIGHT * disc)
    return np.stack([ground * (1.0 - core), tinted * (1.0 - core), core], axis=1)


def _fold(shifts, turns, count, size):
    """Distance from the middle, and along and across the axis of the nearest petal, (n, s, s)."""
    grid = ((np.arange(size) + 0.5) * 24.0 / size - 12.0).astype(np.float32)
    x = grid[None, None, :] - shifts[:, 0, None, None]
    y = grid[None, :, None] - shifts[:, 1, None, None]
    radius = np.sqrt(x * x + y * y)
    angle = np.arctan2(x, -y) - turns[:, None, None]  # from straight up, clockwise
    step = np.float32(2 * np.pi) / count
    angle -= step * np.round(angle / step)
    return radius, radius * np.cos(angle), np.abs(radius * np.sin(angle))


def _half_width(share: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Half of a petal's width, as a share of its length, along it."""
    width = np.empty_like(share)
    for index, profile in enumerate((_round, _pointed, _narrow)):
        rows = shape == index
        width[rows] = profile(share[rows])
    return width


def _round(share):
    inner = np.sqrt(share / 0.64)
    outer = np.sqrt(np.clip(1.0 - ((share - 0.64) / 0.36) ** 2, 0.0, 1.0))
    return 0.36 * np.where(share < 0.64, inner, outer)


def _pointed(share):
    return 0.34 * np.where(share < 0.4, np.sqrt(share / 0.4), (1.0 - share) / 0.6)


def _narrow(share):
    return 0.105 * np.sqrt(np.clip((1.0 - share) / 0.15, 0.0, 1.0))


def _cover(inside: np.ndarray) -> np.ndarray:
    """How much of a pixel is painted, from its distance to the edge in pixels."""
    return np.clip(inside / EDGE + 0.5, 0.0, 1.0)
