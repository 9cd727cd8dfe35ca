"""Drawn flowers: what is held out, what a drawing shows, measured on the pixels themselves."""

from itertools import combinations

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse.tasks import draw_flowers, flower_attributes, flowers, held_out, place_flowers
from rnncourse.tasks.flower_attributes import COUNTS, all_combinations
from rnncourse.tasks.flowers import CENTER_COLORS, GROUND, LENGTHS, PETAL_COLORS

EVERY = all_combinations()
CENTERED = np.zeros((len(EVERY), 2)), np.zeros(len(EVERY))


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def clean():
    """Every combination once, without noise, in the middle, at four times the usual size."""
    return place_flowers(EVERY, *CENTERED, size=96)


def not_ground(images):
    return np.abs(images - GROUND[:, None, None]).max(axis=1) > 0.1  # (n, size, size)


def circle(images, radius):
    """The pixels of 96 x 96 images along a circle, from straight up, clockwise, (n, 3, 720)."""
    angle = np.arange(720) * 2 * np.pi / 720
    x = np.floor(48 + 4 * radius * np.sin(angle)).astype(int)
    y = np.floor(48 - 4 * radius * np.cos(angle)).astype(int)
    return images[:, :, y, x]


def test_every_combination_is_there_once():
    assert len(EVERY) == 864 == len(np.unique(EVERY, axis=0))
    assert [len(values) for values in flower_attributes.values()] == list(COUNTS)
    assert list(flower_attributes) == ["petals", "shape", "size", "color", "center"]


def test_a_quarter_is_held_out_and_every_pair_of_values_is_shown():
    assert held_out(EVERY).mean() == 0.25
    shown = EVERY[~held_out(EVERY)]
    for first, second in combinations(range(5), 2):
        pairs = np.unique(shown[:, [first, second]], axis=0)
        assert len(pairs) == COUNTS[first] * COUNTS[second]


def test_what_is_held_out_is_a_triple_of_shape_color_and_center():
    triples = np.unique(EVERY[held_out(EVERY)][:, [1, 3, 4]], axis=0)
    shown = np.unique(EVERY[~held_out(EVERY)][:, [1, 3, 4]], axis=0)
    assert len(triples) + len(shown) == 3 * 6 * 4


def test_the_flower_of_the_courses_sentence_is_held_out():
    said = ("round", "small", "violet", "dark purple")
    values = [flower_attributes[name].index(word) for name, word in zip(NAMES, said, strict=True)]
    assert held_out(np.array([[petals, *values] for petals in range(6)])).all()


NAMES = list(flower_attributes)[1:]


@pytest.mark.parametrize("kind, expected", [("seen", {False}), ("unseen", {True})])
def test_a_draw_keeps_to_its_combinations(kind, expected):
    attributes = flowers(rng(), 500, combinations=kind).attributes
    assert set(held_out(attributes)) == expected


def test_all_combinations_are_drawn_equally_often():
    attributes = flowers(rng(), 8640, combinations="all", size=12).attributes
    _, counts = np.unique(attributes, axis=0, return_counts=True)
    assert len(counts) == 864
    assert abs(counts.var() / 10 - 1) < 0.25  # a Poisson count's variance is its mean: 5 errors


def test_the_lowest_harmonic_along_a_circle_is_the_number_of_petals(clean):
    """What n petals repeat n times around the middle has the harmonics n, 2n, … and no others."""
    for size, length in enumerate(LENGTHS):
        rows = EVERY[:, 2] == size
        light = circle(clean[rows], 0.75 * length).mean(axis=1)
        strength = np.abs(np.fft.rfft(light, axis=1))[:, 1:9]
        lowest = (strength > 0.3 * strength.max(axis=1, keepdims=True)).argmax(axis=1) + 1
        assert np.array_equal(lowest, EVERY[rows, 0] + 3)


def test_sizes_reach_as_far_as_they_should(clean):
    rows = np.arange(96) + 0.5 - 48
    reach = np.where(not_ground(clean), np.hypot(rows[:, None], rows) / 4, 0).max(axis=(1, 2))
    for size, length in enumerate(LENGTHS):
        assert np.abs(reach[EVERY[:, 2] == size] - length).max() < 0.6


def test_petals_of_a_shape_cover_more_or_less(clean):
    """With the same number and size: round more than pointed, pointed more than narrow."""
    area = not_ground(clean).mean(axis=(1, 2)).reshape(COUNTS)
    assert (area[:, 0] > area[:, 1]).all()
    assert (area[:, 1] > area[:, 2]).all()


def test_colors_are_where_they_should_be(clean):
    middle = clean[:, :, 47:49, 47:49].mean(axis=(2, 3))
    assert np.allclose(middle, CENTER_COLORS[EVERY[:, 4]], atol=1e-5)
    tip = np.take_along_axis(
        clean[:, :, :, 47],
        np.array([48 - int(4 * 0.8 * length) for length in LENGTHS])[EVERY[:, 2]][:, None, None],
        axis=2,
    )[:, :, 0]  # of the petal that points straight up
    ratio = tip / PETAL_COLORS[EVERY[:, 3]]
    assert np.ptp(ratio, axis=1).max() < 0.05  # the petals' color, but for its brightness
    assert (ratio > 0.85).all() and (ratio < 1.0001).all()


def test_a_flower_turned_by_one_petal_is_the_same():
    turned = place_flowers(EVERY, CENTERED[0], 2 * np.pi / (EVERY[:, 0] + 3))
    assert np.abs(turned - place_flowers(EVERY, *CENTERED)).max() < 1e-3


def test_a_shift_by_a_pixel_moves_the_image_by_a_pixel():
    here = place_flowers(EVERY, *CENTERED)
    right = place_flowers(EVERY, np.tile([1.0, 0.0], (len(EVERY), 1)), CENTERED[1])
    down = place_flowers(EVERY, np.tile([0.0, 1.0], (len(EVERY), 1)), CENTERED[1])
    assert np.allclose(right[:, :, :, 1:], here[:, :, :, :-1], atol=1e-3)
    assert np.allclose(down[:, :, 1:], here[:, :, :-1], atol=1e-3)


def test_noise_has_its_size_and_images_their_range():
    images = draw_flowers(rng(), np.tile([0, 2, 0, 0, 0], (200, 1)))
    assert images.shape == (200, 3, 24, 24) and images.dtype == np.float32
    assert images.min() >= 0 and images.max() <= 1
    corner = images[:, :, :3, :3] - GROUND[:, None, None]
    assert abs(corner.std() - 0.03) < 0.002


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_flowers_stay_inside_their_square(side):
    corner = np.full((len(EVERY), 2), side)
    far = place_flowers(EVERY, corner, np.full(len(EVERY), 0.15), size=96)
    place = 0 if side < 0 else -1
    edge = np.concatenate([far[:, :, place], far[:, :, :, place]], axis=2)
    assert np.abs(edge - GROUND[:, None]).max() < 1e-6


def test_the_generator_alone_decides():
    first, again, other = (flowers(rng(seed), 8) for seed in (7, 7, 8))
    assert np.array_equal(first.images, again.images) and first.captions == again.captions
    assert not np.array_equal(first.images, other.images)


@bad_input(
    ((0, 3), {}, "rng must be a numpy.random.Generator, got int"),
    ((rng(), 0), {}, "n must be at least 1, got 0"),
    ((rng(), 3, 5), {}, "size must be at least 12, got 5"),
    ((rng(), 3), {"combinations": "some"}, "combinations must be one of all, seen, unseen"),
    ((rng(), 3), {"wording": "odd"}, "wording must be one of paraphrased, reordered, synonyms"),
    ((rng(), 3), {"fillers": 3}, "fillers must be one of 0, 1, 2; got 3"),
)
def test_bad_input_is_named(arguments, options):
    flowers(*arguments, **options)


@bad_input(
    (np.zeros((2, 4), int), "attributes must have shape (n, 5), got (2, 4)"),
    (np.zeros((2, 5)), "petals in attributes must hold whole numbers, got float64"),
    (np.array([[0, 0, 2, 0, 0]]), "size in attributes must lie in 0 … 1, got 2"),
    ([[0, 0, 0, 0, 0]], "attributes must be a NumPy array, got list"),
)
def test_bad_attributes_are_named(attributes):
    draw_flowers(rng(), attributes)
