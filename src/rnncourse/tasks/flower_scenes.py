"""Two flowers side by side, and sentences in which the order of the words decides."""

import re
from typing import NamedTuple

import numpy as np

from rnncourse.tasks.caption_forms import mention
from rnncourse.tasks.captions import (
    VALUES,
    choose_rare,
    read_words,
    require_words,
    split_caption,
    words_for,
)
from rnncourse.tasks.flower_attributes import (
    COMBINATIONS,
    COUNTS,
    draw_attributes,
    flower_attributes,
    require_attributes,
)
from rnncourse.tasks.flowers import draw_flowers
from rnncourse.validate import require_choice, require_count, require_generator, require_shape

OPEN = 0.5  # how often an attribute of one of the flowers is left open
COLORS = len(flower_attributes["color"])

RELATIONS = (  # words before, between and behind the two flowers; is the first one the left one?
    ("", "to the left of", "", True),
    ("", "to the right of", "", False),
    ("to the left of", "is", "", False),
    ("to the right of", "is", "", True),
    ("on the left is", "and on the right is", "", True),
    ("on the right is", "and on the left is", "", False),
    ("", "has", "on its right", True),
    ("", "has", "on its left", False),
)
GRAMMAR = "a an and flower blossom one petals center heart with"
_relation_words = " ".join(" ".join(relation[:3]) for relation in RELATIONS)
scene_words = tuple(sorted({*" ".join((*VALUES, GRAMMAR, _relation_words)).split()}))


class FlowerScenes(NamedTuple):
    """Drawings of two flowers, a sentence about each, and the truth behind them."""

    images: np.ndarray  # (n, 3, 24, 48) float32 in 0 … 1
    captions: list[str]  # n sentences
    attributes: np.ndarray  # (n, 2, 5) int64: the left flower, then the right one


def flower_scenes(
    rng: np.random.Generator, n: int, *, combinations: str = "seen", complete: bool = False
) -> FlowerScenes:
    """Draw n pairs of flowers of different colors and say a sentence about each pair.

    seen     both flowers and the order of their colors are those of training
    unseen   both flowers have combinations that training never shows (see ``held_out``)
    swapped  flowers of training whose colors stand in an order that training never shows (see
             ``held_out_scene``), though it shows the same two colors the other way round

    Eight sentence forms, four of them name the left flower first. Each attribute of each flower is
    left open with probability 1/2, at least one is named; with ``complete`` all ten are. Each half
    of an image holds one whole flower.

    Shapes: images (n, 3, 24, 48) float32 in 0 … 1, attributes (n, 2, 5) int64.
    Raises: ValueError if n < 1 or the combinations are unknown.

    >>> scenes = flower_scenes(np.random.default_rng(0), 2)
    >>> scenes.images.shape, scenes.attributes.shape
    ((2, 3, 24, 48), (2, 2, 5))
    """
    attributes = _draw_pairs(rng, n, combinations)
    captions = describe_scenes(rng, attributes, complete=complete)
    images = draw_flowers(rng, attributes.reshape(2 * n, -1)).reshape(n, 2, 3, 24, 24)
    images = images.transpose(0, 2, 3, 1, 4).reshape(n, 3, 24, 48)
    return FlowerScenes(images, captions, attributes)


def held_out_scene(attributes: np.ndarray) -> np.ndarray:
    """Which of these pairs have an order of colors that is never shown in training.

    The right flower's color comes directly after the left one's in the list of colors (red comes
    after violet): six of the thirty ordered pairs. The same two colors the other way round are
    shown.

    Shapes: attributes (n, 2, 5); result (n,) bool.
    """
    _require_pairs(attributes)
    left, right = attributes[:, :, 3].T
    return (right - left) % COLORS == 1


def _draw_pairs(rng: np.random.Generator, n: int, combinations: str) -> np.ndarray:
    """Attributes of n pairs, (n, 2, 5); those that do not fit are drawn again."""
    require_generator("rng", rng)
    require_count("n", n)
    require_choice("combinations", combinations, ("seen", "unseen", "swapped"))
    kind = combinations if combinations in COMBINATIONS else "seen"
    kept = np.empty((0, 2, len(COUNTS)), np.int64)
    while len(kept) < n:
        pairs = draw_attributes(rng, 4 * n, kind).reshape(2 * n, 2, -1)
        differ = pairs[:, 0, 3] != pairs[:, 1, 3]
        fits = held_out_scene(pairs) == (combinations == "swapped")
        kept = np.concatenate([kept, pairs[differ & fits]])
    return kept[:n]


def describe_scenes(
    rng: np.random.Generator, attributes: np.ndarray, *, complete: bool = False
) -> list[str]:
    """Say one sentence about each pair of flowers: attributes (n, 2, 5)."""
    require_generator("rng", rng)
    _require_pairs(attributes)
    n = len(attributes)
    chance = rng.random((n, 2, len(COUNTS)))
    bar = np.maximum(chance.min(axis=2, keepdims=True), 1.0 - OPEN)
    named = np.ones_like(chance, bool) if complete else chance <= bar
    rare = choose_rare(rng, named.reshape(2 * n, -1)).reshape(named.shape)
    forms = rng.integers(0, len(RELATIONS), n)
    nouns = rng.integers(0, 2, (n, 3))
    return [_sentence(*row) for row in zip(attributes, named, rare, forms, nouns, strict=True)]


def _sentence(attributes, named, rare, form, nouns) -> str:
    order = (0, 1) if RELATIONS[form][3] else (1, 0)
    words = [words_for(attributes[side], named[side], rare[side]) for side in order]
    return scene_sentence(words, form, nouns)


def scene_sentence(words: list[dict[str, str]], form: int, nouns) -> str:
    """The sentence of this form that mentions these two flowers, in this order.

    words  of the two flowers, as from ``words_for``
    nouns  three zeros or ones: flower or blossom; center or heart, for each of the flowers
    """
    before, between, behind, _ = RELATIONS[form]
    mentions = []
    for place, own in enumerate(words):
        seen_before = place == 1 and (own["size"] or own["color"])
        flower = "one" if seen_before else ("flower", "blossom")[nouns[0]]
        heart = ("center", "heart")[nouns[1 + place]]
        mentions.append(mention(own | {"flower": flower, "heart": heart}))
    first, second = mentions
    text = " ".join(part for part in (before, first, between, second, behind) if part)
    return text[0].upper() + text[1:] + "."


def read_scene(caption: str) -> tuple[tuple, tuple]:
    """What a sentence says about the left and about the right flower, as ``read_caption`` does.

    Raises: ValueError for a word that no scene's caption uses and for a sentence of another form.

    >>> read_scene("A small red flower to the left of a large blue one with a yellow center.")
    ((None, None, 'small', 'red', None), (None, None, 'large', 'blue', 'yellow'))
    """
    words = split_caption(caption)
    require_words(words, scene_words)
    text = " ".join(words)
    for before, between, behind, left_first in RELATIONS:
        pattern = " ".join(part for part in (before, "(.+)", between, "(.+)", behind) if part)
        match = re.fullmatch(pattern, text)
        if match:
            first, second = (read_words(part.split()) for part in match.groups())
            return (first, second) if left_first else (second, first)
    raise ValueError(f"the caption must say which flower stands left or right, got {caption!r}")


def _require_pairs(attributes) -> None:
    if not isinstance(attributes, np.ndarray):
        raise ValueError(f"attributes must be a NumPy array, got {type(attributes).__name__}")
    require_shape("attributes", attributes, ("n", 2, len(COUNTS)))
    require_attributes("attributes", attributes.reshape(-1, len(COUNTS)))
