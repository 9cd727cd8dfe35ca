"""Reading drawn flowers: two independent ways, and how what was read is judged."""

import hashlib

import numpy as np
import torch
from bad_input import bad_input

from rnncourse.chapters.images_from_sentences.nearest import forms, nearest_drawing
from rnncourse.chapters.images_from_sentences.reading import (
    RESULTS,
    FlowerReader,
    all_right,
    read_attributes,
    read_halves,
    read_with,
    recorded,
    rough_drawings,
    train,
    wanted,
)
from rnncourse.tasks import flower_scenes, flowers, held_out, place_flowers
from rnncourse.tasks.flower_attributes import all_combinations

EVERY = all_combinations()


def rng(seed=0):
    return np.random.default_rng(seed)


def clean(seed=0):
    """Every combination once, without noise, at random places and turns."""
    shifts = rng(seed).uniform(-1, 1, (len(EVERY), 2))
    return place_flowers(EVERY, shifts, rng(seed).uniform(-0.15, 0.15, len(EVERY)))


def test_the_nearest_drawing_of_a_clean_one_is_itself():
    assert np.array_equal(nearest_drawing(clean()), EVERY)


def test_the_stored_reader_reads_clean_drawings():
    assert (read_attributes(clean()) == EVERY).all(axis=1).mean() > 0.995


def test_the_nearest_drawing_is_the_one_that_painting_all_of_them_finds():
    """Paint every form in every color and measure the distances, for three rough images."""
    images, _ = rough_drawings(rng(4), 3)
    known = forms()
    middle = np.arange(62, len(known.layers), 125)  # the middle place and turn of each form
    assert np.array_equal(known.attributes[middle], np.unique(EVERY[:, :3], axis=0))
    still = place_flowers(EVERY, np.zeros((864, 2)), np.zeros(864))
    distance = ((still[None] - images[:, None]) ** 2).sum(axis=(2, 3, 4)).min(axis=1)
    found = nearest_drawing(images)
    shifts = np.linspace(-1, 1, 5)
    for image, attributes, bound in zip(images, found, distance, strict=True):
        places = np.array([(x, y) for x in shifts for y in shifts for _ in range(5)])
        turns = np.tile(np.linspace(-0.15, 0.15, 5), 25)
        own = place_flowers(np.tile(attributes, (125, 1)), places, turns)
        assert ((own - image) ** 2).sum(axis=(1, 2, 3)).min() <= bound + 1e-3


def test_both_halves_of_a_scene_are_read():
    images, _, attributes = flower_scenes(rng(), 200)
    assert all_right(read_halves(images), attributes).mean() > 0.99
    assert np.array_equal(read_halves(images)[:, 0], read_attributes(images[..., :24]))


def test_numpy_and_torch_are_read_alike():
    images = flowers(rng(), 10).images
    assert np.array_equal(read_attributes(images), read_attributes(torch.from_numpy(images)))


def test_captions_say_what_counts():
    attributes, named = wanted(["A small violet flower.", "This flower has six petals."])
    assert named.tolist() == [[False, False, True, True, False], [True, *[False] * 4]]
    assert attributes[0, 2:4].tolist() == [0, 5] and attributes[1, 0] == 3


def test_only_what_is_named_can_be_wrong():
    read = np.array([[3, 0, 0, 5, 1], [3, 0, 0, 4, 1]])
    want = np.array([[0, 0, 0, 5, 0], [0, 0, 0, 5, 0]])
    named = np.array([False, False, True, True, False])
    assert all_right(read, want, named).tolist() == [True, False]
    assert not all_right(read, want).any()


def test_the_record_is_of_the_stored_weights():
    stored = hashlib.sha256((RESULTS / "flower-reader.npz").read_bytes()).hexdigest()
    assert recorded().summary["weights_sha256"] == stored
    assert recorded().summary["all_five"] > 0.995


def test_training_repeats_and_learns():
    (net, record), (_, again) = train(steps=60), train(steps=60)
    assert record.curve == again.curve
    images, _, attributes = flowers(rng(9), 300, combinations="all")
    colors = (read_with(net, images) == attributes)[:, 3].mean()
    assert colors > 0.5  # chance is 1/6
    untrained = read_with(FlowerReader(), images)
    assert (untrained == attributes).all(axis=1).mean() < 0.05


def test_rough_drawings_are_of_all_combinations():
    images, attributes = rough_drawings(rng(), 400)
    assert images.min() >= 0 and images.max() <= 1
    assert 0.15 < held_out(attributes).mean() < 0.35


@bad_input(
    (read_attributes, (2, 3, 24, 25), "images must have shape (n, 3, 24, 24), got (2, 3, 24, 25)"),
    (read_halves, (2, 3, 24, 24), "images must have shape (n, 3, 24, 48), got (2, 3, 24, 24)"),
    (nearest_drawing, (3, 24, 24), "images must have shape (n, 3, 24, 24), got (3, 24, 24)"),
)
def test_bad_images_are_named(read, shape):
    read(np.zeros(shape, np.float32))
