"""What is measured of a model that draws sentences: are they right, and does the rest vary?

A model here is a function ``images(captions, rng) -> (n, 3, 24, 24)`` in 0 … 1, a fresh z for each
caption. What a picture shows is read twice, by the reader network and by the nearest drawing.
"""

from collections.abc import Callable

import numpy as np

from rnncourse.chapters.images_from_sentences.flower_bank import fitting
from rnncourse.chapters.images_from_sentences.nearest import nearest_drawing
from rnncourse.chapters.images_from_sentences.reading import all_right, read_attributes, wanted
from rnncourse.tasks import describe_flowers, flower_attributes, flowers, split_caption
from rnncourse.tasks.flower_attributes import COUNTS, draw_attributes

SETS = {
    "seen": {},
    "unseen": {"combinations": "unseen"},
    "paraphrased": {"wording": "paraphrased"},
    "reordered": {"wording": "reordered"},
    "synonyms": {"wording": "synonyms"},
}
READ, NEAREST = 2000, 300  # captions of a set, for the reader and for the nearest drawing
LENGTHS = ((1, 12), (13, 16), (17, 20), (21, 40))  # words of a caption, both included
CAPTIONS, DRAWS = 200, 32  # open captions, and drawings of each, for the variety
SEED = 1_000_033


def accuracies(images: Callable, read: int = READ, nearest: int = NEAREST) -> dict[str, float]:
    """The share of right pictures for complete captions, by set and attribute.

    "seen_color" … by the reader, "seen_all" all five at once, "nearest_seen_all" by the nearest
    drawing; the same for the sets unseen, paraphrased, reordered and synonyms. The captions of
    the last three are about combinations of training.
    """
    found = {}
    for number, (name, choices) in enumerate(SETS.items()):
        rng = np.random.default_rng([SEED, number])
        _, captions, attributes = flowers(rng, read, complete=True, **choices)
        drawn = images(captions, rng)
        got = read_attributes(drawn)
        each = (got == attributes).mean(axis=0)
        found |= {f"{name}_{a}": float(x) for a, x in zip(flower_attributes, each, strict=True)}
        found[f"{name}_all"] = float(all_right(got, attributes).mean())
        if nearest:
            near = nearest_drawing(drawn[:nearest])
            found[f"nearest_{name}_all"] = float(all_right(near, attributes[:nearest]).mean())
    return found


def by_length(images: Callable, n: int = 2 * READ) -> dict[str, float]:
    """The share of complete captions drawn right, by the number of their words.

    Up to two clauses that say nothing stand in front, so that long captions say no more.
    """
    rng = np.random.default_rng([SEED, len(SETS)])
    attributes = draw_attributes(rng, n, "seen")
    numbers = np.arange(n) % 3
    captions = [
        describe_flowers(rng, attributes[i : i + 1], complete=True, fillers=int(numbers[i]))[0]
        for i in range(n)
    ]
    right = all_right(read_attributes(images(captions, rng)), attributes)
    words = np.array([len(split_caption(caption)) for caption in captions])
    found = {}
    for low, high in LENGTHS:
        inside = (low <= words) & (words <= high)
        found[f"words_{low}_{high}"] = float(right[inside].mean())
        found[f"captions_{low}_{high}"] = int(inside.sum())
    return found


def entropies(values: np.ndarray, count: int) -> np.ndarray:
    """Entropy in nats of each row's values 0 … count − 1: (n, draws) to (n,)."""
    shares = np.stack([(values == value).mean(axis=1) for value in range(count)], axis=1)
    return -(shares * np.log(np.where(shares > 0, shares, 1.0))).sum(axis=1)


def variety(images: Callable, captions: int = CAPTIONS, draws: int = DRAWS) -> dict[str, float]:
    """What captions leave open, over draws of z: "entropy_color" …, and "data_entropy_color" …

    Each is the mean, over captions of training that leave the attribute open, of the entropy of
    what ``draws`` pictures show; the data's are drawings that fit the same caption. "open_right"
    is the share of pictures that show all that their caption names.
    """
    rng = np.random.default_rng([SEED, len(SETS) + 1])
    own = draw_attributes(rng, captions, "seen")
    sentences = describe_flowers(rng, own)
    attributes, named = wanted(sentences)
    data = fitting(rng, own, named, draws)
    drawn = images([caption for caption in sentences for _ in range(draws)], rng)
    got = read_attributes(drawn).reshape(captions, draws, -1)
    found = {"open_right": float(all_right(got, attributes[:, None], named[:, None]).mean())}
    for column, (name, count) in enumerate(zip(flower_attributes, COUNTS, strict=True)):
        left = ~named[:, column]
        found[f"entropy_{name}"] = float(entropies(got[left, :, column], count).mean())
        found[f"data_entropy_{name}"] = float(entropies(data[left, :, column], count).mean())
    return found
