"""The bank, the two networks and their game: shapes, what a step changes, and what seeds decide."""

import numpy as np
import pytest
import torch
from bad_input import bad_input
from torch.nn.functional import logsigmoid

from rnncourse.chapters.images_from_sentences.bank import as_bytes, as_network, draw
from rnncourse.chapters.images_from_sentences.encoder import SentenceEncoder
from rnncourse.chapters.images_from_sentences.flower_bank import (
    conflicting,
    fitting,
    flower_bank,
)
from rnncourse.chapters.images_from_sentences.networks import Discriminator, Generator
from rnncourse.chapters.images_from_sentences.reading import wanted
from rnncourse.chapters.images_from_sentences.training import (
    Game,
    GameConfig,
    LearnedTexts,
    Texts,
    discriminator_loss,
    generator_loss,
    play,
    squared_slope,
)
from rnncourse.chapters.images_from_sentences.words import Words
from rnncourse.tasks import caption_words, flowers, held_out

SMALL = {"features": 6, "z_size": 3, "channels": (4, 5, 6)}


def rng(seed=0):
    return np.random.default_rng(seed)


def networks(width=24):
    generator = Generator(**SMALL, width=width, rng=rng(1))
    return generator, Discriminator(features=6, width=width, rng=rng(2))


def game(**choices):
    config = GameConfig(steps=4, groups=3, wrong=2, **choices)
    return Game(*networks(), config, rng=rng(3))


def batch(seed=0, rows=6, width=24):
    source = torch.Generator().manual_seed(seed)
    images = torch.rand(rows, 3, 24, width, generator=source) * 2 - 1
    right = torch.randn(rows // 2, 6, generator=source).repeat_interleave(2, dim=0)
    return images, right, torch.randn(rows, 2, 6, generator=source)


def weights(*modules):
    return [value.clone() for module in modules for value in module.state_dict().values()]


def equal(first, second):
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_the_flowers_of_a_row_fit_its_caption_and_differ_in_the_rest():
    _, captions, attributes = flowers(rng(), 200)
    _, named = wanted(captions)
    filled = fitting(rng(1), attributes, named, 5)
    assert np.array_equal(filled[:, 0], attributes)
    assert (filled == attributes[:, None])[np.broadcast_to(named[:, None], filled.shape)].all()
    assert not held_out(filled.reshape(-1, 5)).any()
    open_ = ~named
    assert (filled.min(axis=1) < filled.max(axis=1))[open_].mean() > 0.7


def test_wrong_captions_contradict_their_row_half_of_them_in_one_thing():
    _, captions, attributes = flowers(rng(), 400)
    _, named = wanted(captions)
    others = conflicting(rng(1), attributes, named, 6)
    both = named[:, None] & named[others]
    differ = ((attributes[others] != attributes[:, None]) & both).sum(axis=2)
    assert (differ > 0).all()
    assert (differ[:, :3] == 1).mean() > 0.95


def test_a_batch_holds_the_rows_pictures_with_their_captions():
    bank = flower_bank(rng(), 20, k=3, wrong=4)
    images, right, wrong = draw(bank, 5, 2, rng(1))
    assert images.shape == (15, 3, 24, 24) and right.shape == (15,) and wrong.shape == (15, 2)
    assert images.is_contiguous(memory_format=torch.channels_last)
    for k, row in enumerate(right.tolist()):
        assert np.array_equal(as_bytes((images[k].numpy() + 1) / 2), bank.images[row, k % 3])
        assert set(wrong[k].tolist()) <= set(bank.wrong[row].tolist())


def test_bytes_cover_the_networks_range():
    assert as_network(torch.tensor([0, 255], dtype=torch.uint8)).tolist() == [-1.0, 1.0]


@pytest.mark.parametrize("width", (24, 48))
def test_pictures_and_scores_have_their_shapes(width):
    generator, discriminator = networks(width)
    images, t, _ = batch(width=width)
    made = generator(t, torch.zeros(6, 3))
    assert made.shape == images.shape and made.abs().max() <= 1
    assert discriminator(images, t).shape == (6,)
    assert discriminator.group_score(discriminator.look(images), t[::2]).shape == (3,)


@bad_input(
    (lambda: Generator(width=20, rng=rng()), "width must be a multiple of 8, got 20"),
    (lambda: GameConfig(steps=0), "steps must be at least 1, got 0"),
    (lambda: GameConfig(steps=1, group_weight=-1), "group_weight must be at least 0, got -1"),
    (lambda: GameConfig(steps=1, decay=2), "decay must lie in 0 … 1, got 2"),
)
def test_impossible_choices_are_refused(make):
    make()


def test_a_picture_scores_with_its_own_text_whatever_stands_beside_it():
    _, discriminator = networks()
    images, t, _ = batch()
    together = discriminator(images, t)
    for k in range(6):
        torch.testing.assert_close(discriminator(images[k : k + 1], t[k : k + 1])[0], together[k])


def test_a_group_of_equal_pictures_has_the_score_of_no_deviation():
    _, discriminator = networks()
    images, t, _ = batch()
    f = discriminator.look(images)
    same = f[:1].repeat(4, 1)
    other = f[1:2].repeat(4, 1)
    scores = [discriminator.group_score(x, t[:1]) for x in (same, other, f[:4])]
    torch.testing.assert_close(scores[0], scores[1])
    assert (scores[0] - scores[2]).abs() > 1e-3


def test_the_losses_are_those_of_the_paper_with_the_sign_turned():
    s_r, s_w, s_f = torch.tensor([0.3, -1.0]), torch.tensor([0.7]), torch.tensor([2.0, 0.1, 0.0])
    real, wrong, fake = (x.sigmoid() for x in (s_r, s_w, s_f))
    L_D = real.log().mean() + ((1 - wrong).log().mean() + (1 - fake).log().mean()) / 2
    torch.testing.assert_close(discriminator_loss(s_r, s_w, s_f), -L_D)
    torch.testing.assert_close(generator_loss(s_f), -fake.log().mean())
    without = -(logsigmoid(s_r).mean() + logsigmoid(-s_f).mean())
    torch.testing.assert_close(discriminator_loss(s_r, None, s_f), without)


def test_each_half_of_a_step_changes_one_network():
    playing = game()
    images, right, wrong = batch()
    playing._set_rates()
    before_D = weights(playing.discriminator)
    before_G = next(playing.generator.parameters()).clone()
    fakes, _ = playing.generator_step(right, wrong)
    assert equal(before_D, weights(playing.discriminator))
    after_G = weights(playing.generator)
    assert not torch.equal(before_G, next(playing.generator.parameters()))
    playing.discriminator_step(images, fakes, right, wrong)
    assert equal(after_G, weights(playing.generator))
    assert not equal(before_D, weights(playing.discriminator))


def test_the_average_follows_the_generator_and_gets_no_gradient():
    playing = game(average=0.5)
    before = weights(playing.average)
    playing.step(*batch())
    playing.step(*batch(1))
    assert not equal(before, weights(playing.average))
    assert not any(p.requires_grad for p in playing.average.parameters())
    assert not playing.average.training


def test_the_slope_of_a_linear_score_is_the_square_of_its_weights():
    images = torch.zeros(2, 3, 4, 4, requires_grad=True)
    w = torch.randn(3, 4, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(squared_slope((images * w).sum(dim=(1, 2, 3)), images), (w**2).sum())


@pytest.mark.parametrize("joint", (False, True))
def test_a_training_depends_on_the_seeds_alone_and_a_frozen_encoder_stays(joint):
    bank = flower_bank(rng(), 30)
    ends = []
    for _ in range(2):
        encoder = SentenceEncoder(Words(caption_words), units=5, features=6, rng=rng(7))
        start, playing = weights(encoder), game(interpolated=True)
        texts = LearnedTexts(encoder, bank, playing) if joint else Texts(encoder, bank)
        told = []
        losses = play(playing, bank, texts, rng(5), on_step=told.append)
        assert told == [1, 2, 3, 4] and len(losses["loss_D"]) == 4
        assert equal(start, weights(encoder)) is not joint
        ends.append(weights(playing.average))
    assert equal(*ends)


def test_without_wrong_pairs_the_wrong_texts_do_not_matter():
    ends = []
    images, right, wrong = batch()
    for other in (wrong, wrong + 1):
        playing = Game(*networks(), GameConfig(steps=4, groups=3, wrong=0), rng=rng(3))
        playing.step(images.clone(), right, other)
        ends.append(weights(playing.discriminator, playing.generator))
    assert equal(*ends)
