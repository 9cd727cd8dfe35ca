"""Sentences about flowers: read back, they say what was drawn; what each wording holds out."""

from itertools import combinations, product

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse.tasks import (
    WORDINGS,
    caption_words,
    describe_flowers,
    flower_attributes,
    read_caption,
    split_caption,
)
from rnncourse.tasks.caption_forms import PARAPHRASES, USUAL, clauses
from rnncourse.tasks.captions import RARE
from rnncourse.tasks.flower_attributes import draw_attributes

TABLES = list(flower_attributes.values())


def rng(seed=0):
    return np.random.default_rng(seed)


def captions(n, seed=0, **options):
    """Attributes by name, and a caption of each flower."""
    attributes = draw_attributes(rng(seed), n, "all")
    names = [tuple(values[k] for values, k in zip(TABLES, row, strict=True)) for row in attributes]
    return names, describe_flowers(rng(seed + 1), attributes, **options)


def rare_words(words):
    """How many values a caption names by their rare word ("purple" after "dark" is not one)."""
    text = " ".join(words)
    for pair in ("dark violet", "dark purple"):
        text = text.replace(pair, pair.replace(" ", "-"))
    rare = {word.replace(" ", "-") for word in RARE.values()}
    return sum(word in rare for word in text.split())


@pytest.mark.parametrize("wording, complete", list(product(WORDINGS, (False, True))))
def test_a_caption_says_what_was_drawn_or_leaves_it_open(wording, complete):
    for truth, caption in zip(*captions(2000, wording=wording, complete=complete), strict=True):
        said = read_caption(caption)
        assert all(value in (None, true) for value, true in zip(said, truth, strict=True))
        assert any(said)
        assert not complete or None not in said


def words_of(named, **nouns):
    """Words for a flower that has every attribute's last value, of which these are named."""
    words = {name: flower_attributes[name][-1] if name in named else "" for name in TABLE_NAMES}
    return words | {"flower": "flower", "heart": "center"} | nouns


TABLE_NAMES = list(flower_attributes)
MASKS = [named for k in range(1, 6) for named in combinations(TABLE_NAMES, k)]


@pytest.mark.parametrize("form", [*USUAL, *PARAPHRASES, lambda w: clauses(w, order_of(w))])
def test_a_form_says_all_that_is_named_and_nothing_else(form):
    said = 0
    for named in MASKS:
        text = form(words_of(named))
        if text:
            said += 1
            expected = tuple(flower_attributes[n][-1] if n in named else None for n in TABLE_NAMES)
            assert read_caption(text) == expected
    assert said >= 16


def order_of(w):
    return [name for name in TABLE_NAMES if w[name]]


def test_the_sentence_of_the_course_belongs_to_the_language():
    sentence = "This flower has small, round violet petals with a dark purple center."
    assert read_caption(sentence) == (None, "round", "small", "violet", "dark purple")
    attributes = np.tile([0, 0, 0, 5, 3], (4000, 1))
    assert sentence in describe_flowers(rng(), attributes, fillers=0)


def test_each_attribute_is_left_open_as_often_as_promised():
    said = np.array([[v is not None for v in read_caption(c)] for c in captions(4000)[1]])
    assert np.abs(said.mean(axis=0) - 0.75).max() < 0.03  # four standard errors
    assert 0.19 < said.all(axis=1).mean() < 0.28


def test_the_words_are_those_that_captions_use():
    used = set()
    for wording in WORDINGS:
        used |= {word for c in captions(3000, wording=wording)[1] for word in split_caption(c)}
    assert used == set(caption_words)
    assert list(caption_words) == sorted(caption_words)
    usual = {word for caption in captions(3000)[1] for word in split_caption(caption)}
    assert usual == set(caption_words)  # training shows every word of the other wordings


def test_captions_have_few_words_unless_filled():
    lengths = {k: [len(split_caption(c)) for c in captions(2000, fillers=k)[1]] for k in range(3)}
    assert np.mean(lengths[0]) < np.mean(lengths[1]) < np.mean(lengths[2])
    assert min(lengths[0]) >= 4 and max(lengths[0]) <= 24


def test_usual_captions_have_at_most_one_rare_word_and_synonyms_at_least_two():
    usual, rare = ([rare_words(split_caption(c)) for c in captions(3000, wording=w)[1]]
                   for w in ("usual", "synonyms"))  # fmt: skip
    assert set(usual) == {0, 1}
    assert set(rare) == {2, 3, 4}


def shape_of(caption):
    """A caption without the words for values, and without what is said in front."""
    values = {word for value in (*sum(TABLES, ()), *RARE.values()) for word in value.split()}
    return tuple(word for word in split_caption(caption) if word not in values)


def test_paraphrases_are_forms_that_training_never_uses():
    usual = {shape_of(c) for c in captions(5000, complete=True, fillers=0)[1]}
    new = {shape_of(c) for c in captions(2000, complete=True, fillers=0, wording="paraphrased")[1]}
    assert not usual & new


def order_named(caption):
    """In which order a caption names the attributes, from the growing front of the caption."""
    words, order = split_caption(caption), []
    for end in range(1, len(words) + 1):
        try:
            said = read_caption(" ".join(words[:end]))
        except ValueError:
            continue
        order += [k for k, value in enumerate(said) if value is not None and k not in order]
    return tuple(order)


def is_odd(order):
    """Sort by swaps and count them."""
    order, swaps = [sorted(order).index(k) for k in order], 0
    for place in range(len(order)):
        while order[place] != place:
            other = order[place]
            order[place], order[other] = order[other], order[place]
            swaps += 1
    return swaps % 2 == 1


def test_reordered_clauses_stand_in_orders_that_training_never_uses():
    new = {order_named(c) for c in captions(3000, wording="reordered", fillers=0)[1]}
    assert all(is_odd(order) for order in new)
    assert {len(order) for order in new} == {2, 3, 4, 5}
    words = words_of(TABLE_NAMES)
    usual = captions(4000, complete=True, fillers=0)[1]
    clauses_of = [caption for caption in usual if caption.count(",") == 4]
    assert len({order_named(c) for c in clauses_of}) == 60  # all even orders of five
    assert not any(is_odd(order_named(c)) for c in clauses_of)
    assert is_odd(order_named(clauses(words, [TABLE_NAMES[k] for k in (1, 0, 2, 3, 4)])))


def test_the_generator_alone_decides():
    assert captions(50, 3)[1] == captions(50, 3)[1] != captions(50, 4)[1]


@bad_input(
    ("A green flower.", "no caption uses the word 'green'"),
    ("", "caption must hold at least one word, got ''"),
    (7, "caption must be a str, got int"),
    ("This flower is small and large.", "the caption says both small and large of size"),
    ("A violet, round.", "the color violet belongs to no noun"),
    ("A flower with a blue center.", "the center is one of yellow, white, red, dark purple; got"),
    ("A dark purple flower.", "petals are one of red, pink, yellow, white, blue, violet; got dark"),
    ("A heart that is dark.", "no caption uses the word 'that'"),
    ("A flower, dark.", "the word dark stands alone"),
    ("A dark flower.", "dark must stand before purple or violet, got dark flower"),
)
def test_what_cannot_be_read_is_named(caption):
    read_caption(caption)


def test_words_outside_the_forms_are_read_by_their_nouns():
    assert read_caption("violet flower, golden heart") == (None, None, None, "violet", "yellow")
    assert read_caption("petals") == (None,) * 5
