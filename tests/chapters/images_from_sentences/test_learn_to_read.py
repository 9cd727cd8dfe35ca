"""The encoder that foretells what the reader sees."""

import numpy as np
import torch
from bad_input import bad_input

from rnncourse.chapters.images_from_sentences.encoder import SentenceEncoder
from rnncourse.chapters.images_from_sentences.flower_bank import flower_bank
from rnncourse.chapters.images_from_sentences.learn_to_read import (
    ReadConfig,
    learn_flowers,
    reading_loss,
    text_accuracies,
)
from rnncourse.chapters.images_from_sentences.words import Words
from rnncourse.tasks import caption_words
from rnncourse.tasks.flower_attributes import COUNTS


def rng(seed=0):
    return np.random.default_rng(seed)


def encoder():
    return SentenceEncoder(Words(caption_words), units=16, features=12, rng=rng())


def test_even_scores_cost_the_entropy_of_all_combinations():
    loss = reading_loss(torch.zeros(4, sum(COUNTS)), torch.zeros(4, 5, dtype=torch.long))
    np.testing.assert_allclose(float(loss), np.log(np.prod(COUNTS)), rtol=1e-6)


def test_it_learns_to_read_and_the_seed_decides_all():
    bank = flower_bank(rng(), 300, k=1, wrong=1)
    config = ReadConfig(steps=120, rows=64, learning_rate=2e-2)
    readings = [learn_flowers(encoder(), bank, config, rng=rng(1)) for _ in range(2)]
    assert readings[0].losses == readings[1].losses
    assert np.mean(readings[0].losses[-10:]) < 0.8 * readings[0].losses[0]
    trained = encoder()
    head = learn_flowers(trained, bank, config, rng=rng(1)).head
    found = text_accuracies(trained, head, captions=100)
    chance = 1 / np.array(COUNTS)
    assert np.mean([found[f"text_seen_{name}"] for name in ("color", "size")]) > 2 * chance[3]


@bad_input(
    (lambda: ReadConfig(steps=0), "steps must be at least 1, got 0"),
    (lambda: ReadConfig(clip_norm=0.0), "clip_norm must be positive, got 0.0"),
    (lambda: ReadConfig(left_out=1.5), "left_out must lie in 0 … 1, got 1.5"),
)
def test_impossible_choices_are_refused(make):
    make()
