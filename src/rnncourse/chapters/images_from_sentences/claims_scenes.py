"""Claims on scenes of two flowers: what no bag of words can draw, and what was measured."""

from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from itertools import product

import numpy as np
import torch

from rnncourse.chapters.images_from_sentences.readings import (
    bag_bound,
    best_attributes,
    best_scene,
    readings,
)
from rnncourse.chapters.images_from_sentences.scene_records import LONG, READ, measured
from rnncourse.chapters.images_from_sentences.scene_store import stored_networks
from rnncourse.chapters.images_from_sentences.scenes import (
    PAIR,
    draw_pair,
    judge,
    make_encoder,
    read_halves,
    test_captions,
    wanted_scenes,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.tasks import flower_attributes, flower_scenes, split_caption
from rnncourse.tasks.flower_attributes import COMBINATIONS
from rnncourse.tasks.flower_scenes import RELATIONS, scene_sentence

SIZES, COLORS = flower_attributes["size"], flower_attributes["color"]
SMALL = tuple(product(range(len(SIZES)), range(len(COLORS))))  # what a flower is: size and color


@cache
def bound(kind: str) -> tuple[float, float]:
    """The bag's bound on the test captions of this kind: attributes, whole scenes."""
    return bag_bound(test_captions(kind), kind)


def bound_of(kind: str, which: int) -> float:
    return bound(kind)[which]


BOUNDS = {
    "scene-bag-bound: Let the words of a sentence be shuffled. Whatever draws a scene from them, "
    "on average at most this share of the named attributes stands at the right flower: given the "
    "bag, the picture does not depend on the reading that was meant, so a named place is right "
    "with at most the probability of its likeliest value. Test sentences of scenes seen.": Row(
        partial(bound_of, "seen", 0), 0.803
    ),
    "scene-bag-bound-unseen: The same for flowers that training never shows.": Row(
        partial(bound_of, "unseen", 0), 0.816
    ),
    "scene-bag-whole: And at most this share of the scenes has all named attributes right: "
    "E[max over scenes of P(the reading fits the scene | bag)].": Row(
        partial(bound_of, "seen", 1), 0.587
    ),
    "scene-bag-whole-unseen: The same for flowers that training never shows.": Row(
        partial(bound_of, "unseen", 1), 0.622
    ),
}
claim_rows(BOUNDS, how="all readings of 1,000 bags of words, counted", source="D-2.1")


@claim("scene-bag-example", states=0.125, how="all readings of its bag of words, counted")
def example_bound() -> float:
    """The words of the chapter's sentence about two flowers: no scene is right for more than this
    share of their readings."""
    return best_scene(readings(PAIR[0]))


@claim("scene-bag-readings", tolerance=0.5, states=16, how="counted")
def example_readings() -> float:
    """So many readings have the words of the chapter's sentence about two flowers."""
    return float(len(readings(PAIR[0])))


@cache
def small_grammar() -> dict[tuple[str, ...], dict[tuple, float]]:
    """Bags of words, and the weight of each reading that has them, by writing every sentence that
    names just the sizes and the colors of both flowers by their usual words; P(scene) by counting
    all pairs of flowers."""
    known = COMBINATIONS["seen"]()
    count = Counter(map(tuple, known[:, 2:4].tolist()))
    bags: dict[tuple[str, ...], dict[tuple, float]] = {}
    for left, right in product(SMALL, SMALL):
        after = (right[1] - left[1]) % len(COLORS)
        if after in (0, 1):  # equal colors, or the order that training never shows
            continue
        for form, (*_, left_first) in enumerate(RELATIONS):
            pair = (left, right) if left_first else (right, left)
            text = scene_sentence([words(own) for own in pair], form, (0, 0, 0))
            bag = tuple(sorted(split_caption(text)))
            weights = bags.setdefault(bag, {})
            reading = left + right
            weights[reading] = weights.get(reading, 0.0) + count[left] * count[right]
    return bags


def words(flower: tuple[int, int]) -> dict[str, str]:
    """The words for a size and a color, as ``scene_sentence`` wants them."""
    return dict.fromkeys(flower_attributes, "") | {
        "size": SIZES[flower[0]],
        "color": COLORS[flower[1]],
    }


def small_reading(reading: tuple) -> tuple:
    """Size and color of both flowers of a full reading."""
    return reading[2:4] + reading[7:9]


@claim(
    "scene-bag-posterior",
    tolerance=1e-9,
    how="every sentence of a small grammar written",
    absolute="probabilities",
)
def posterior_by_enumeration() -> float:
    """How likely each reading of a bag is: counted from the bag, and by writing all sentences that
    name two sizes and two colors; the largest difference."""
    worst = 0.0
    for bag, weights in small_grammar().items():
        counted = {small_reading(r): p for r, p in readings(" ".join(bag)).items()}
        total = sum(weights.values())
        keys = counted.keys() | weights.keys()
        gaps = (abs(counted.get(k, 0.0) - weights.get(k, 0.0) / total) for k in keys)
        worst = largest_of(worst, *gaps)
    return worst


def best_guess(weights: dict[tuple, float], right: Callable) -> float:
    """The most that one scene of all can earn, by trying all of them."""
    scenes = (left + right_ for left, right_ in product(SMALL, SMALL))
    return largest_of(
        sum(w * right(scene, reading) for reading, w in weights.items()) for scene in scenes
    )


@claim("scene-bag-optimum", tolerance=1e-9, how="every sentence and every scene of a small grammar")
def optimum_by_enumeration() -> float:
    """The two bounds of the small grammar: from the readings of each bag, and by trying every scene
    for every bag; the larger relative difference."""
    sums = np.zeros((2, 2))
    for bag, weights in small_grammar().items():
        total, counted = sum(weights.values()), readings(" ".join(bag))
        sums[0] += total * np.array([best_scene(counted), best_attributes(counted)])
        whole = best_guess(weights, lambda scene, reading: scene == reading)
        each = best_guess(weights, lambda scene, reading: np.equal(scene, reading).sum())
        sums[1] += whole, each
    return float(np.abs(sums[0] / sums[1] - 1.0).max())


@claim("scene-order", tolerance=0.5, how="read word by word, 1,000 scenes of each kind")
def one_reading_in_order() -> float:
    """Read in its order, a sentence says one thing: how many of the attributes that it names differ
    from the scene that it was made for."""
    wrong = 0
    for kind in ("seen", "unseen", "swapped"):
        scenes = flower_scenes(np.random.default_rng(0), 1000, combinations=kind)
        said, named = wanted_scenes(scenes.captions)
        wrong += int(((said != scenes.attributes) & named).sum())
    return float(wrong)


@claim("scene-same-words", tolerance=0.5, how="counted")
def same_words() -> float:
    """The two sentences of the figure have the same words: how many they do not share."""
    first, second = (Counter(split_caption(caption)) for caption in PAIR)
    return float(((first - second) + (second - first)).total())


@claim(
    "scene-mirrored",
    states=0.995,
    tolerance=0.02,
    how="the stored networks, read by the flower reader",
)
def mirrored_by_the_stored_networks() -> float:
    """The stored encoder and generator draw both sentences of the figure, a hundred pictures of
    each: the share that has all named attributes at the right flower."""
    images = draw_pair(*stored_networks(), draws=100)
    drawn = zip(images, PAIR, strict=True)
    right = [judge(read_halves(own), [caption] * 100).whole for own, caption in drawn]
    return float(np.mean(right))


@claim("scene-bag-blind", tolerance=1e-4, how="a fresh bag of words", absolute="features")
def bag_is_blind() -> float:
    """The text feature of a bag of words is the same for both sentences of the figure: the largest
    difference."""
    with torch.no_grad():
        first, second = make_encoder("bag", np.random.default_rng(0)).read(PAIR)
    return float((first - second).abs().max())


RECORDED = "the recorded runs, read by the flower reader"
READ_BY = "the recorded runs, one linear layer"


def lowest(name: str) -> float:
    """Over the recorded long runs of the GRU."""
    return min(measured(LONG, "gru", name))


DRAWN_RIGHT = {
    "scene-long-steps: The updates of both players in the GRU's long runs.": Row(
        partial(lowest, "steps"), 8000
    ),
    "scene-gru-seen: GRU, scenes seen: the share of the named attributes that stand at the right "
    "flower, the lowest of the recorded runs.": Row(partial(lowest, "image_seen_share"), 0.9887),
    "scene-gru-unseen: The same for flowers that training never shows.": Row(
        partial(lowest, "image_unseen_share"), 0.9856
    ),
    "scene-gru-swapped: The same for two colors in an order that training never shows.": Row(
        partial(lowest, "image_swapped_share"), 0.9298
    ),
    "scene-gru-nearest: The same for flowers never shown, read by the nearest drawing in pixels, "
    "200 sentences.": Row(partial(lowest, "nearest_unseen_share"), 0.9745),
    "scene-gru-whole: The share of the scenes seen with all named attributes right.": Row(
        partial(lowest, "image_seen_whole"), 0.946
    ),
    "scene-gru-whole-unseen: The same for flowers that training never shows.": Row(
        partial(lowest, "image_unseen_whole"), 0.933
    ),
    "scene-gru-text: What one linear layer finds in the text feature alone: the share of the "
    "scenes with all named attributes right, flowers never shown.": Row(
        partial(lowest, "text_unseen_whole"), 0.995
    ),
}
claim_rows(DRAWN_RIGHT, how=RECORDED, source="D-2.1")


@claim(
    "scene-bag-recorded",
    tolerance=0.02,
    how="the recorded runs, one linear layer",
    source="D-2.1",
    absolute="shares",
)
def bag_above_its_bound() -> float:
    """What a linear layer finds in the text feature of a bag of words: by how much the best of the
    recorded runs exceeds the bound, attributes or scenes, seen or unseen. The bound is one of
    averages; chance may give 0.02 with 1,000 sentences."""
    excess = (
        largest_of(measured(READ, "bag", f"text_{kind}_{name}")) - bound(kind)[which]
        for kind in ("seen", "unseen")
        for which, name in enumerate(("share", "whole"))
    )
    return largest_of(0.0, *excess)


def read_right(encoder: str, which: Callable, name: str) -> float:
    """The lowest (min) or highest (max) of the recorded runs of this encoder."""
    return which(measured(READ, encoder, f"text_{name}"))


READ_RIGHT = {
    "scene-bag-read: A linear layer on the text feature of a bag of words, scenes seen: the share "
    "of the named attributes at the right flower, the highest of the recorded runs.": Row(
        partial(read_right, "bag", max, "seen_share"), 0.793
    ),
    "scene-rnn-read: The same for an RNN of 128 units after 1,500 updates at rate 0.001.": Row(
        partial(read_right, "rnn", max, "seen_share"), 0.795
    ),
    "scene-gru-read: The same for a GRU, the lowest of the recorded runs.": Row(
        partial(read_right, "gru", min, "seen_share"), 0.999
    ),
    "scene-lstm-read: The same for an LSTM, the lowest of the recorded runs.": Row(
        partial(read_right, "lstm", min, "seen_share"), 0.9996
    ),
    "scene-both-read: The same for two GRUs of 64 units, one from each end of the sentence.": Row(
        partial(read_right, "bidirectional", min, "seen_share"), 1.0
    ),
    "scene-swapped-read: A GRU, two colors in an order that training never shows: the share of the "
    "named attributes at the right flower, the lowest of the recorded runs.": Row(
        partial(read_right, "gru", min, "swapped_share"), 0.936
    ),
    "scene-swapped-both: The same for the two GRUs.": Row(
        partial(read_right, "bidirectional", min, "swapped_share"), 0.960
    ),
}
claim_rows(READ_RIGHT, how=READ_BY, tolerance=1e-3, source="D-2.1")
