"""Claims: the drawn flowers, what training never sees of them, and how well images are read."""

from functools import lru_cache, partial
from itertools import combinations

import numpy as np
import torch

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.chapters.images_from_sentences.learn_to_read import reading_loss
from rnncourse.chapters.images_from_sentences.nearest import nearest_drawing
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.tasks import (
    WORDINGS,
    describe_flowers,
    flower_attributes,
    flower_scenes,
    flowers,
    held_out,
    held_out_scene,
    read_caption,
)
from rnncourse.tasks.flower_attributes import COUNTS, all_combinations, draw_attributes

SOURCE = "D-2.1"
COUNTED = "all 864 combinations"
SENTENCE = "This flower has small, round violet petals with a dark purple center."


def chance(attribute: str) -> float:
    """The share of right answers of a uniform guess: of all pairs of values, the equal ones."""
    column = all_combinations()[:, list(flower_attributes).index(attribute)]
    return float((column[:, None] == column).mean())


claim_rows(
    {
        f"flowers-chance-{attribute}: A uniform guess of {words} is right as often as this.": Row(
            partial(chance, attribute), states, 5e-4
        )
        for attribute, words, states in (
            ("petals", "the number of petals", 0.167),
            ("shape", "the petals' shape", 0.333),
            ("size", "the size", 0.5),
            ("color", "the petals' color", 0.167),
            ("center", "the center's color", 0.25),
        )
    },
    how="all pairs of the 864 combinations",
    source=SOURCE,
)


@claim("flowers-chance-all", states=0.00116, how=COUNTED, source=SOURCE)
def all_five_by_chance() -> float:
    """A uniform guess of all five attributes is right as often as this: once in 864 times."""
    return float(np.prod([chance(attribute) for attribute in flower_attributes]))


@claim("flowers-constant-answer", states=0.259, how=COUNTED, source=SOURCE)
def best_constant_answer() -> float:
    """Of the attributes with four values or more, the share of the most frequent one in training.

    It is a center's; all other attributes' values are equally frequent in training.
    """
    seen = all_combinations()[~held_out(all_combinations())]
    shares = [np.bincount(column).max() / len(seen) for column in seen.T]
    return float(largest_of(shares[k] for k, count in enumerate(COUNTS) if count >= 4))


@claim("flowers-held-out", states=0.25, tolerance=1e-12, how=COUNTED, source=SOURCE)
def share_held_out() -> float:
    """This share of the combinations never occurs in training."""
    return float(held_out(all_combinations()).mean())


@claim("flowers-pairs-seen", tolerance=0.5, how=COUNTED, source=SOURCE)
def pairs_never_shown() -> float:
    """Training shows every pair of values of two attributes; this counts the missing ones."""
    seen = all_combinations()[~held_out(all_combinations())]
    missing = 0
    for first, second in combinations(range(len(COUNTS)), 2):
        shown = np.unique(seen[:, [first, second]], axis=0)
        missing += COUNTS[first] * COUNTS[second] - len(shown)
    return float(missing)


@claim("flowers-triples-new", tolerance=0.5, how=COUNTED, source=SOURCE)
def held_out_triples_in_training() -> float:
    """What is held out is new in three attributes: no flower of training has its three values of
    shape, color and center. This counts those that have."""
    every = all_combinations()
    known = {tuple(row) for row in every[~held_out(every)][:, [1, 3, 4]]}
    return float(sum(tuple(row) in known for row in every[held_out(every)][:, [1, 3, 4]]))


@claim("flowers-sentence-held-out", tolerance=0.5, how="all numbers of petals", source=SOURCE)
def courses_flower_in_training() -> float:
    """The course's sentence describes flowers that training never shows; this counts the rest."""
    said = read_caption(SENTENCE)
    tables = flower_attributes.values()
    fits = np.ones(len(all_combinations()), bool)
    for column, values, value in zip(all_combinations().T, tables, said, strict=True):
        fits &= True if value is None else column == values.index(value)
    return float((~held_out(all_combinations()[fits])).sum())


@claim("scenes-held-out", states=0.2, tolerance=1e-12, how="all pairs of colors", source=SOURCE)
def share_of_color_orders_held_out() -> float:
    """Of the orders of two different colors, left and right, this share is never in training."""
    pairs = np.zeros((30, 2, len(COUNTS)), int)
    pairs[:, :, 3] = [(a, b) for a in range(6) for b in range(6) if a != b]
    return float(held_out_scene(pairs).mean())


def misread_captions(wording: str) -> float:
    """The number of attributes that 500 captions say wrongly, or twice."""
    attributes = draw_attributes(np.random.default_rng(0), 500, "all")
    captions = describe_flowers(np.random.default_rng(1), attributes, wording=wording)
    tables = list(flower_attributes.values())
    wrong = 0
    for row, caption in zip(attributes, captions, strict=True):
        truth = [values[k] for values, k in zip(tables, row, strict=True)]
        wrong += sum(v not in (None, t) for v, t in zip(read_caption(caption), truth, strict=True))
    return float(wrong)


claim_rows(
    {
        f"flowers-captions-{wording}: Read back, a caption of the {wording} wording says what was "
        "drawn, or leaves it open; this counts what it says wrongly.": Row(
            partial(misread_captions, wording)
        )
        for wording in WORDINGS
    },
    tolerance=0.5,
    how="500 captions",
    source=SOURCE,
)


@lru_cache
def fresh(n: int = 2000):
    """Drawings on which nothing was trained."""
    return flowers(np.random.default_rng(1_000_003), n, combinations="all")


@claim(
    "flower-reader-all",
    tolerance=0.005,
    how="2,000 fresh drawings",
    source=SOURCE,
    absolute="shares",
)
def misread_flowers() -> float:
    """The stored reader reads all five attributes of at least 99.5 % of fresh drawings; this is
    the share of the others."""
    from rnncourse.chapters.images_from_sentences.reading import all_right, read_attributes

    return float(1.0 - all_right(read_attributes(fresh().images), fresh().attributes).mean())


@claim(
    "flower-nearest-all",
    tolerance=0.005,
    how="500 fresh drawings",
    source=SOURCE,
    absolute="shares",
)
def wrong_nearest_drawings() -> float:
    """The nearest drawing has all five attributes of at least 99.5 % of fresh drawings; this is
    the share of the others."""
    read = nearest_drawing(fresh().images[:500])
    return float(1.0 - (read == fresh().attributes[:500]).all(axis=1).mean())


@claim(
    "flower-reader-scenes",
    tolerance=0.01,
    how="1,000 fresh scenes",
    source=SOURCE,
    absolute="shares",
)
def misread_scenes() -> float:
    """Read half by half, at least 99 % of fresh scenes have all ten attributes right; this is the
    share of the others."""
    from rnncourse.chapters.images_from_sentences.reading import all_right, read_halves

    images, _, attributes = flower_scenes(np.random.default_rng(2), 1000)
    return float(1.0 - all_right(read_halves(images), attributes).all(axis=1).mean())


@claim(
    "flower-read-loss",
    shows="eq-read-loss",
    tolerance=1e-12,
    how="NumPy, attribute by attribute",
    source=SOURCE,
)
def loss_of_reading() -> float:
    """The loss of reading is a sum of five cross-entropies, each with a softmax of its own."""
    rng = np.random.default_rng(0)
    scores = rng.standard_normal((4, sum(COUNTS)))
    seen = np.stack([rng.integers(count, size=4) for count in COUNTS], axis=1)
    loss = 0.0
    for own, r in zip(np.split(scores, np.cumsum(COUNTS)[:-1], axis=1), seen.T, strict=True):
        odds = np.exp(own) / np.exp(own).sum(axis=1, keepdims=True)
        loss -= np.log(odds[np.arange(4), r]).mean()
    theirs = float(reading_loss(torch.from_numpy(scores), torch.from_numpy(seen)))
    return relative_error(np.array([loss]), np.array([theirs]))


@claim("flower-read-even", states=6.76, how="the loss of scores at zero")
def even_odds() -> float:
    """Even odds for all five attributes cost the logarithm of 864, in nats."""
    return float(reading_loss(torch.zeros(3, sum(COUNTS)), torch.zeros(3, 5, dtype=torch.long)))
