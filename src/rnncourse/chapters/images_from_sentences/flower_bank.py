"""The bank of single flowers: captions, drawings that fit them, and captions that do not."""

import numpy as np

from rnncourse.chapters.images_from_sentences.bank import Bank, as_bytes
from rnncourse.chapters.images_from_sentences.reading import wanted
from rnncourse.tasks import (
    describe_flowers,
    draw_flowers,
    flower_attributes,
    held_out,
)
from rnncourse.tasks.flower_attributes import draw_attributes

LOOKED_AT = 2000  # rows among which a row's wrong captions are chosen
COUNTS = np.array([len(values) for values in flower_attributes.values()])


def fitting(
    rng: np.random.Generator, attributes: np.ndarray, named: np.ndarray, k: int
) -> np.ndarray:
    """k flowers of training for each row that share what is named, (N, k, 5); the first is its own.

    What is open is drawn evenly from the combinations of training that fit.
    """
    filled = np.repeat(attributes[:, None], k, axis=1)
    waiting = np.ones(filled.shape[:2], bool)
    waiting[:, 0] = False
    while waiting.any():
        rows, places = np.nonzero(waiting)
        drawn = rng.integers(COUNTS, size=(len(rows), len(COUNTS)))
        drawn = np.where(named[rows], attributes[rows], drawn)
        fits = ~held_out(drawn)
        filled[rows[fits], places[fits]] = drawn[fits]
        waiting[rows[fits], places[fits]] = False
    return filled


def conflicting(
    rng: np.random.Generator, attributes: np.ndarray, named: np.ndarray, count: int
) -> np.ndarray:
    """For each row ``count`` other rows whose captions contradict its own, (N, count).

    Half of them contradict it in exactly one attribute, where there are such among LOOKED_AT rows.
    """
    chosen = np.empty((len(attributes), count), np.int64)
    for row, (flower, mask) in enumerate(zip(attributes, named, strict=True)):
        others = rng.integers(len(attributes), size=LOOKED_AT)
        differ = ((attributes[others] != flower) & named[others] & mask).sum(axis=1)
        any_, near = others[differ > 0], others[differ == 1]
        near = near if len(near) else any_
        chosen[row, : count // 2] = near[rng.integers(len(near), size=count // 2)]
        chosen[row, count // 2 :] = any_[rng.integers(len(any_), size=count - count // 2)]
    return chosen


def flower_bank(rng: np.random.Generator, rows: int, k: int = 4, wrong: int = 12) -> Bank:
    """Captions of training with k drawings each, and ``wrong`` captions of others for each."""
    attributes = draw_attributes(rng, rows, "seen")
    captions = describe_flowers(rng, attributes)
    again = describe_flowers(rng, attributes)
    _, named = wanted(captions)
    flowers = fitting(rng, attributes, named, k)
    images = as_bytes(draw_flowers(rng, flowers.reshape(rows * k, -1)))
    return Bank(
        images=images.reshape(rows, k, *images.shape[1:]),
        captions=captions + again,
        right=np.arange(rows),
        also=np.arange(rows) + rows,
        wrong=conflicting(rng, attributes, named, wrong),
    )
