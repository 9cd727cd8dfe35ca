"""From captions to text features: words, padding, the encoder."""

import numpy as np
import pytest
import torch
from bad_input import bad_input

from rnncourse.chapters.images_from_sentences.encoder import SentenceEncoder, backwards
from rnncourse.chapters.images_from_sentences.words import Words, join, leave_out
from rnncourse.tasks import caption_words

WORDS = Words(caption_words)
CAPTIONS = [
    "This flower has six petals.",
    "A dark purple heart is surrounded by large, pointed violet petals.",
    "This flower is blue.",
]
CELLS = ("gru", "lstm", "rnn", "bag")


def rng(seed=0):
    return np.random.default_rng(seed)


def encoder(cell="gru", **options):
    return SentenceEncoder(WORDS, cell, units=8, features=6, rng=rng(), **options)


def said(ids, lengths):
    return [[int(i) for i in row[:n]] for row, n in zip(ids, lengths, strict=True)]


def test_a_word_is_its_place_in_the_sorted_list():
    words = Words(["red", "a", "flower", "a"])
    ids, lengths = words.encode(["A red flower.", "Flower!"])
    assert words.words == ("a", "flower", "red")
    assert ids.tolist() == [[0, 2, 1], [1, 0, 0]]
    assert lengths.tolist() == [3, 1]


@bad_input(
    (["This flower is green and has teeth."], "the encoder has never read 'green', 'teeth'"),
    ("This flower is red.", "captions must be a list of sentences, got one"),
    ([], "captions must not be empty"),
    (["..."], "caption must hold at least one word"),
)
def test_bad_captions_are_refused_and_strange_words_named(captions):
    WORDS.encode(captions)


@pytest.mark.parametrize("cell", CELLS)
def test_a_caption_has_the_same_feature_alone_and_beside_longer_ones(cell):
    together = encoder(cell).read(CAPTIONS)
    for caption, feature in zip(CAPTIONS, together, strict=True):
        torch.testing.assert_close(encoder(cell).read([caption])[0], feature)


@pytest.mark.parametrize("cell", CELLS)
def test_features_have_the_length_root_of_their_number(cell):
    t = encoder(cell).read(CAPTIONS)
    assert t.shape == (3, 6)
    torch.testing.assert_close(t.norm(dim=1), torch.full((3,), 6**0.5))


def test_a_bag_forgets_the_order_and_a_recurrent_encoder_does_not():
    pair = [
        "Its heart is white and its petals are red.",
        "Its heart is red and its petals are white.",
    ]
    bag, gru = encoder("bag").read(pair), encoder("gru").read(pair)
    torch.testing.assert_close(bag[0], bag[1])
    assert (gru[0] - gru[1]).abs().max() > 0.1


def test_from_both_ends_the_second_cell_reads_the_mirrored_captions():
    ids, lengths = WORDS.encode(CAPTIONS)
    mirrored = said(backwards(ids, lengths), lengths)
    assert mirrored == [row[::-1] for row in said(ids, lengths)]
    both = encoder(bidirectional=True)
    state = both.last_state(ids, lengths)
    assert state.shape == (3, 16)
    both.cells[0], both.cells[1] = both.cells[1], both.cells[0]
    turned = both.last_state(backwards(ids, lengths), lengths)
    torch.testing.assert_close(turned, state.roll(8, dims=1))


@bad_input(
    (lambda: encoder("transformer"), "cell must be one of bag, gru, lstm, rnn; got 'transformer'"),
    (lambda: encoder("bag", bidirectional=True), 'bidirectional must be False with "bag"'),
)
def test_an_encoder_refuses_what_it_cannot_be(make):
    make()


def test_joined_captions_are_the_words_of_both():
    ids, lengths = WORDS.encode(CAPTIONS)
    more = torch.tensor([4, 0, 2])
    rows = said(ids, lengths)
    joined = said(*join(ids, lengths, ids.flip(0), more))
    assert joined == [rows[k] + rows[2 - k][: int(more[k])] for k in range(3)]


def test_words_are_left_out_in_place_and_one_always_stays():
    ids, lengths = WORDS.encode(CAPTIONS)
    out = torch.zeros(ids.shape, dtype=torch.bool)
    out[0, 1] = out[1, :] = True
    first, second, third = said(*leave_out(ids, lengths, out))
    rows = said(ids, lengths)
    assert first == rows[0][:1] + rows[0][2:]
    assert second == rows[1][:1]
    assert third == rows[2]
