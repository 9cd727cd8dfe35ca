"""Two flowers: the sentence says which stands where, and what is held out."""

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse.tasks import (
    flower_attributes,
    flower_scenes,
    held_out,
    held_out_scene,
    place_flowers,
    read_scene,
    scene_words,
    split_caption,
)
from rnncourse.tasks.flower_scenes import RELATIONS

TABLES = list(flower_attributes.values())
KINDS = ("seen", "unseen", "swapped")


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("complete", [False, True])
def test_a_sentence_says_of_each_side_what_stands_there(kind, complete):
    scenes = flower_scenes(rng(), 1500, combinations=kind, complete=complete)
    for caption, pair in zip(scenes.captions, scenes.attributes, strict=True):
        for said, row in zip(read_scene(caption), pair, strict=True):
            truth = [values[k] for values, k in zip(TABLES, row, strict=True)]
            assert all(value in (None, true) for value, true in zip(said, truth, strict=True))
            assert any(said)
            assert not complete or None not in said


def test_each_kind_shows_what_it_should():
    drawn = {kind: flower_scenes(rng(), 1500, combinations=kind).attributes for kind in KINDS}
    out = {kind: held_out(pairs.reshape(-1, 5)) for kind, pairs in drawn.items()}
    assert not out["seen"].any() and not out["swapped"].any() and out["unseen"].all()
    assert held_out_scene(drawn["swapped"]).all()
    assert not held_out_scene(drawn["seen"]).any() and not held_out_scene(drawn["unseen"]).any()


def test_colors_differ_and_each_swapped_pair_is_shown_the_other_way_round():
    seen, swapped = (
        {tuple(pair) for pair in flower_scenes(rng(), 3000, combinations=kind).attributes[..., 3]}
        for kind in ("seen", "swapped")
    )
    assert len(seen) == 24 and len(swapped) == 6 and not seen & swapped
    assert all(left != right for left, right in seen | swapped)
    assert all((right, left) in seen for left, right in swapped)


def test_the_halves_hold_the_left_and_the_right_flower():
    """Nearer to a clean drawing of its own flower than to one of the other half's."""
    images, _, attributes = flower_scenes(rng(), 200)
    assert images.shape == (200, 3, 24, 48) and images.dtype == np.float32
    halves = images.reshape(200, 3, 24, 2, 24).transpose(3, 0, 1, 2, 4)
    still = np.zeros((200, 2)), np.zeros(200)
    left, right = (place_flowers(attributes[:, side], *still) for side in (0, 1))
    own = ((halves[0] - left) ** 2).sum(axis=(1, 2, 3))
    other = ((halves[0] - right) ** 2).sum(axis=(1, 2, 3))
    assert (own < other).mean() > 0.95


def test_the_example_of_the_page():
    left = "A small red flower to the left of a large blue one with a yellow center."
    right = "A small red flower to the right of a large blue one with a yellow center."
    red, blue = (None, None, "small", "red", None), (None, None, "large", "blue", "yellow")
    assert read_scene(left) == (red, blue)
    assert read_scene(right) == (blue, red)


@pytest.mark.parametrize(
    "sentence",
    [
        "A red flower to the left of a blue one.",
        "A blue flower to the right of a red one.",
        "To the left of a blue flower is a red one.",
        "To the right of a red flower is a blue one.",
        "On the left is a red flower and on the right is a blue one.",
        "On the right is a blue flower and on the left is a red one.",
        "A red flower has a blue one on its right.",
        "A blue flower has a red one on its left.",
    ],
)
def test_eight_sentences_for_red_on_the_left_and_blue_on_the_right(sentence):
    assert [side[3] for side in read_scene(sentence)] == ["red", "blue"]


def test_half_of_the_relations_put_the_first_flower_left():
    assert sum(left_first for *_, left_first in RELATIONS) * 2 == len(RELATIONS)


def test_the_words_are_those_that_sentences_use():
    used = {word for c in flower_scenes(rng(), 4000).captions for word in split_caption(c)}
    assert used == set(scene_words)


def test_the_generator_alone_decides():
    first, again, other = (flower_scenes(rng(seed), 5) for seed in (7, 7, 8))
    assert np.array_equal(first.images, again.images) and first.captions == again.captions
    assert first.captions != other.captions


@bad_input(
    ((rng(), 0), {}, "n must be at least 1, got 0"),
    ((0, 1), {}, "rng must be a numpy.random.Generator, got int"),
    ((rng(), 1), {"combinations": "all"}, "combinations must be one of seen, swapped, unseen"),
)
def test_bad_input_is_named(arguments, options):
    flower_scenes(*arguments, **options)


@bad_input(
    ("A red flower above a blue one.", "no caption uses the word 'above'"),
    ("A red flower.", "the caption must say which flower stands left or right"),
)
def test_what_cannot_be_read_is_named(caption):
    read_scene(caption)


@bad_input((np.zeros((3, 5), int), "attributes must have shape (n, 2, 5), got (3, 5)"))
def test_bad_pairs_are_named(attributes):
    held_out_scene(attributes)
