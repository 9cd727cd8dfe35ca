"""The readings of a bag of words."""

from itertools import product

import numpy as np
import pytest

from rnncourse.chapters.images_from_sentences.readings import (
    _chance_said,
    _chance_worded,
    bag_bound,
    best_attributes,
    best_scene,
    readings,
    scenes_with,
)
from rnncourse.chapters.images_from_sentences.scenes import PAIR, wanted_scenes
from rnncourse.tasks import flower_scenes


def meant(caption: str) -> tuple:
    """What the caption says, as a reading."""
    said, named = (array[0].reshape(-1) for array in wanted_scenes([caption]))
    return tuple(int(value) if own else None for value, own in zip(said, named, strict=True))


@pytest.mark.parametrize("kind", ["seen", "unseen", "swapped"])
def test_what_was_meant_is_among_the_readings_and_their_chances_sum_to_one(kind):
    for caption in flower_scenes(np.random.default_rng(0), 20, combinations=kind).captions:
        chances = readings(caption, kind)
        assert meant(caption) in chances
        assert sum(chances.values()) == pytest.approx(1.0, abs=1e-12)


def test_sentences_with_the_same_words_have_the_same_readings():
    first, second = (readings(caption) for caption in PAIR)
    assert first == pytest.approx(second)
    assert meant(PAIR[0]) != meant(PAIR[1])


def test_two_colors_can_stand_in_two_orders_unless_training_never_shows_one():
    assert len(readings("A red flower to the left of a yellow one.")) == 2
    assert len(readings("A red flower has a pink one on its left.")) == 1  # pink follows red


def test_a_dark_color_is_a_centers_and_either_flower_may_have_it():
    chances = readings("A red flower with a dark purple center to the left of a yellow one.")
    assert {reading[4] for reading in chances} == {reading[9] for reading in chances} == {3, None}
    assert len(chances) == 4  # two orders of the colors, and two places of the center


def test_a_scene_may_fit_two_readings_that_leave_different_things_open():
    chances = {(1, None): 0.25, (None, 2): 0.25, (0, None): 0.3, (3, 4): 0.2}
    assert best_scene(chances) == pytest.approx(0.55)  # (0, 2)
    assert best_attributes(chances) == pytest.approx(0.3 + 0.25)


def test_the_bound_is_one_where_the_words_decide():
    caption = "A red flower has a pink one on its left."
    assert bag_bound([caption], "seen") == (1.0, 1.0)


def test_scenes_are_counted_in_the_order_that_training_shows():
    nothing = (None,) * 10
    assert scenes_with(nothing, "seen") + scenes_with(nothing, "swapped") == 30 * (648 // 6) ** 2


def test_the_chances_of_what_is_named_and_of_how_it_is_said_sum_to_one():
    chosen = product(("", "x"), repeat=5)
    assert sum(map(_chance_said, chosen)) == pytest.approx(1.0, abs=1e-12)
    worded = (("", "round", "", color, "") for color in ("red", "crimson"))
    worded = [*worded, ("", "rounded", "", "red", ""), ("", "rounded", "", "crimson", "")]
    assert [_chance_worded(words) for words in worded] == [0.5, 0.25, 0.25, 0.0]


def test_words_of_no_such_scene_are_refused():
    with pytest.raises(ValueError, match="the caption must be one of swapped scenes"):
        readings("A red flower to the left of a yellow one.", "swapped")
