"""Scenes of two flowers: banks, networks, losses and what is recorded."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnncourse.chapters.images_from_sentences import experiments_scenes as experiments
from rnncourse.chapters.images_from_sentences import scenes
from rnncourse.chapters.images_from_sentences.scene_game import (
    SceneGame,
    SceneGameConfig,
    matching_loss,
    play,
)
from rnncourse.chapters.images_from_sentences.scene_networks import (
    SceneDiscriminator,
    SceneGenerator,
)
from rnncourse.tasks import flower_scenes
from rnncourse.tasks.flower_attributes import COUNTS


@pytest.fixture
def pairs():
    return flower_scenes(np.random.default_rng(0), 60).attributes


def test_scenes_of_training_are_told_from_the_others(pairs):
    rng = np.random.default_rng(0)
    assert scenes.seen_in_training(pairs).all()
    for kind in ("unseen", "swapped"):
        others = flower_scenes(rng, 50, combinations=kind).attributes
        assert not scenes.seen_in_training(others).any()


def test_one_attribute_is_changed_and_the_scene_stays_one_of_training(pairs):
    changed = scenes.one_changed(np.random.default_rng(1), pairs)
    assert ((changed != pairs).sum(axis=(1, 2)) == 1).all()
    assert scenes.seen_in_training(changed).all()


def test_every_wrong_caption_says_something_that_the_scene_does_not_show(pairs):
    captions, places = scenes.wrong_captions(np.random.default_rng(1), pairs, 3)
    assert places.shape == (len(pairs), 3)
    for pair, row in zip(pairs, places, strict=True):
        said, named = scenes.wanted_scenes([captions[place] for place in row])
        assert ((said != pair) & named).any(axis=(1, 2)).all()


def test_a_caption_of_the_exchanged_flowers_is_among_the_wrong_ones(pairs):
    captions, places = scenes.wrong_captions(np.random.default_rng(1), pairs, 2)
    said, named = scenes.wanted_scenes([captions[place] for place in places[:, 0]])
    mirrored = ((said == pairs[:, ::-1]) | ~named).all(axis=(1, 2))
    assert mirrored.mean() > 0.5


def test_exchanging_the_codes_exchanges_the_halves():
    generator = SceneGenerator(rng=np.random.default_rng(0)).eval()
    t, z = torch.randn(3, 64), torch.randn(3, 32)
    left, right = generator(t, z).chunk(2, dim=3)
    with torch.no_grad():
        for own in (generator.read.weight, generator.read.bias):
            own.copy_(torch.cat(own.chunk(2)[::-1]))
    assert torch.allclose(generator(t, z), torch.cat([right, left], dim=3), atol=1e-6)


def test_the_discriminator_looks_at_both_halves_alike():
    discriminator = SceneDiscriminator(rng=np.random.default_rng(0))
    images = torch.randn(2, 3, 24, 48)
    mirrored = torch.cat(images.chunk(2, dim=3)[::-1], dim=3)
    looks, other = discriminator.look(images), discriminator.look(mirrored)
    assert torch.allclose(other, torch.cat(looks.chunk(2, dim=1)[::-1], dim=1), atol=1e-5)
    assert discriminator(images, torch.randn(2, 64)).shape == (2,)


def test_a_matcher_that_knows_nothing_has_the_logarithm_of_all_texts_as_its_loss():
    discriminator = SceneDiscriminator(rng=np.random.default_rng(0))
    with torch.no_grad():
        discriminator.text.weight.zero_()
    t = torch.randn(4, 64)
    loss = matching_loss(discriminator, torch.randn(4, 256), t, t)
    assert loss.item() == pytest.approx(np.log(8), rel=1e-6)


def test_a_reader_that_knows_nothing_has_the_sum_of_the_logarithms_as_its_loss():
    loss = scenes.reading_loss(torch.zeros(5, 42), torch.zeros(5, 2, 5, dtype=torch.long))
    assert float(loss) == pytest.approx(2 * np.log(COUNTS).sum(), rel=1e-6)


@pytest.mark.parametrize("name", list(scenes.ENCODERS))
def test_only_the_bag_takes_the_two_sentences_of_the_figure_for_one(name):
    first, second = scenes.make_encoder(name, np.random.default_rng(0)).read(scenes.PAIR)
    apart = float((first - second).abs().max())
    assert apart < 1e-4 if name == "bag" else apart > 1e-2


def test_exchanged_flowers_are_judged_wrong():
    caption = scenes.PAIR[0]
    said, _ = scenes.wanted_scenes([caption])
    assert scenes.judge(said, [caption]) == (1.0, 1.0)
    other, _ = scenes.wanted_scenes([scenes.PAIR[1]])
    assert scenes.judge(other, [caption]).whole == 0.0


def test_an_encoder_learns_and_a_generator_plays_for_a_few_steps():
    rng = np.random.default_rng(0)
    bank, encoder = scenes.scene_bank(rng, n=40, wrong=2), scenes.make_encoder("gru", rng)
    reading = scenes.learn_scenes(encoder, bank, 3, 1e-3, rng=rng, batch_size=8)
    networks = SceneGenerator(rng=rng), SceneDiscriminator(rng=rng)
    game = SceneGame(*networks, SceneGameConfig(2, batch_size=4), rng=rng)
    losses = play(game, bank, encoder.read(bank.captions), rng)
    assert len(reading.losses) == 3
    assert {name: len(own) for name, own in losses.items()} == {"discriminator": 2, "generator": 2}
    assert scenes.draw_pair(encoder, game.average).shape == (2, scenes.DRAWS, 3, 24, 48)


def test_pictures_come_back_from_a_record():
    images = np.random.default_rng(0).random((2, scenes.DRAWS, 3, 24, 48), np.float32)
    back = experiments.from_text(experiments.as_text(images))
    assert np.abs(back - images).max() <= 0.5 / 255 + 1e-6


def test_every_run_has_a_name_of_its_own():
    for experiment in (experiments.SENTENCES, experiments.SCENES, experiments.LONG):
        names = [run.id for run in experiment.runs]
        assert len(set(names)) == len(names)


def test_bad_choices_are_refused():
    run = experiments.SCENES.runs[0]
    with pytest.raises(ValueError, match="encoder"):
        replace(run, encoder="phased")
    with pytest.raises(ValueError, match="steps"):
        replace(run, steps=0)
    with pytest.raises(ValueError, match="batch_size"):
        SceneGameConfig(10, batch_size=0)
