"""The stored model: its arrays draw what the trained networks draw, and the course's sentence."""

import numpy as np
import pytest
import torch
from bad_input import bad_input

from rnncourse.chapters.images_from_sentences import measures, records
from rnncourse.chapters.images_from_sentences.encoder import SentenceEncoder
from rnncourse.chapters.images_from_sentences.experiments import FLOWERS
from rnncourse.chapters.images_from_sentences.flower_run import Model
from rnncourse.chapters.images_from_sentences.networks import Generator
from rnncourse.chapters.images_from_sentences.reading import read_attributes
from rnncourse.chapters.images_from_sentences.stored import FILE, RESULTS, Stored, arrays, stored
from rnncourse.chapters.images_from_sentences.words import Words
from rnncourse.experiments import results
from rnncourse.tasks import caption_words, draw_flowers, flowers

COURSE = "This flower has small, round violet petals with a dark purple center."


def rng(seed=0):
    return np.random.default_rng(seed)


def model():
    """A small model whose batch norms have seen numbers, so that folding them matters."""
    encoder = SentenceEncoder(Words(caption_words), units=8, features=6, rng=rng())
    generator = Generator(features=6, z_size=3, channels=(4, 5, 6), rng=rng(1))
    with torch.no_grad():
        for name, value in generator.named_parameters():
            if "norm" in name:
                value.uniform_(0.5, 1.5)
        for _ in range(3):
            generator(torch.randn(20, 6), torch.randn(20, 3))
    return Model(encoder, generator)


def test_the_arrays_draw_what_the_networks_draw():
    torch.manual_seed(0)
    trained = model()
    z = rng().standard_normal((2, 3))
    captions = [COURSE, "This flower is blue."]
    drawn = trained.draw(captions, z)
    np.testing.assert_allclose(Stored(arrays(trained)).images(captions, z), drawn, atol=5e-3)
    assert np.abs(drawn[0] - drawn[1]).max() > 0.05


def test_the_course_sentence_is_drawn_violet_round_small_with_a_dark_purple_center():
    images = stored().images([COURSE] * 20, rng())
    assert images.shape == (20, 3, 24, 24) and images.dtype == np.float32
    assert images.min() >= 0 and images.max() <= 1
    read = read_attributes(images)
    right = (read[:, 1:] == (0, 0, 5, 3)).all(axis=1)
    assert right.mean() >= 0.9


@bad_input(
    (["A green flower."], None, "the encoder has never read 'green'"),
    ([COURSE], np.zeros((2, 16)), "noise must have shape (1, 16), got (2, 16)"),
)
def test_what_cannot_be_drawn_is_named(captions, noise):
    stored().images(captions, rng() if noise is None else noise)


def test_the_file_is_small_and_of_the_recorded_run():
    assert (RESULTS / FILE).stat().st_size <= 500_000
    record = results("flowers")[0]
    assert record.name == FLOWERS.runs[0].id and record.seed == 0
    images = stored().images
    again = measures.accuracies(images, nearest=0)
    for name in ("seen_all", "unseen_all", "paraphrased_all"):
        assert again[name] == pytest.approx(record.summary[name], abs=0.01)


def test_drawings_themselves_are_read_as_right_and_vary_as_the_data():
    """The measures, with a model that cheats: it draws what the caption says."""
    table = {}

    def cheat(captions, source):
        return draw_flowers(source, np.array([table[caption] for caption in captions]))

    for number, choices in enumerate(measures.SETS.values()):
        drawn = flowers(
            np.random.default_rng([measures.SEED, number]), 40, complete=True, **choices
        )
        table |= dict(zip(drawn.captions, drawn.attributes, strict=True))
    found = measures.accuracies(cheat, read=40, nearest=5)
    assert found["seen_all"] >= 0.97 and found["nearest_synonyms_all"] >= 0.8


def test_entropy_of_known_shares():
    values = np.array([[0, 0, 1, 1], [2, 2, 2, 2]])
    np.testing.assert_allclose(measures.entropies(values, 3), [np.log(2), 0.0])


def test_the_records_are_found_by_setting_and_cell():
    shares = [records.shares_of_entropy(run) for run in records.runs(records.MAIN, "main")]
    assert len(shares) == len(FLOWERS.runs)
    assert all(0 < share < 1.1 for run in shares for share in run.values())
    assert len(records.measured(records.MAIN, "main", "seen_all")) == len(FLOWERS.runs)


@bad_input(("main", "lstm", "flowers has no record of 'main' with cell 'lstm'"))
def test_a_setting_without_a_record_is_refused(setting, cell):
    records.runs(records.MAIN, setting, cell)
