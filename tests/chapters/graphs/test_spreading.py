"""The world that spreads: its data have its covariances, its floors hold, bad sizes are named."""

import numpy as np
import pytest

from rnncourse.chapters.graphs import spreading
from rnncourse.chapters.graphs.spreading import NODES, SIGHTS, WORLDS

MANY = 20_000


@pytest.mark.parametrize("world", WORLDS)
def test_drawn_frames_have_the_covariances_that_the_floors_use(world):
    x, y = spreading.spreading(np.random.default_rng(0), MANY, world=world)
    assert (x.shape, y.shape) == ((MANY, 12, NODES), (MANY, NODES))
    S_xx, S_yx = spreading.covariances(world, 2, spreading.AHEAD)
    seen = x[:, -2:].reshape(MANY, -1).astype(float)
    np.testing.assert_allclose(seen.T @ seen / MANY, S_xx, atol=0.07)
    np.testing.assert_allclose(y.T.astype(float) @ seen / MANY, S_yx, atol=0.07)


def test_equal_generators_give_equal_frames():
    first, second = (spreading.spreading(np.random.default_rng(3), 4, 5) for _ in range(2))
    assert np.array_equal(first.x, second.x) and np.array_equal(first.y, second.y)
    assert first.x.shape == (4, 5, NODES) and first.x.dtype == first.y.dtype == np.float32


@pytest.mark.parametrize("world", WORLDS)
def test_who_sees_more_has_no_higher_floor(world):
    everything, own, last, two = (spreading.floor(world, sight) for sight in SIGHTS)
    assert 0 < everything <= min(own, two) + 1e-12
    assert two <= last + 1e-12 and max(own, last) < 1


def test_who_keeps_fewer_numbers_has_a_higher_floor():
    floors = [spreading.narrow_floor("waves", width) for width in (1, 4, 11, 15, 16)]
    assert sorted(floors, reverse=True) == floors and floors[0] < 1
    assert np.isclose(floors[-1], spreading.floor("waves", "everything"), rtol=1e-12)


def test_the_floor_of_few_numbers_is_that_of_the_best_ones():
    """Least squares through the 4 main directions of its own answers comes to it, on drawn data."""
    x, y = spreading.spreading(np.random.default_rng(0), MANY)
    seen = x.reshape(MANY, -1).astype(float)
    answers = seen @ np.linalg.lstsq(seen, y, rcond=None)[0]
    main = np.linalg.eigh(answers.T @ answers)[1][:, -4:]
    error = np.mean((answers @ main @ main.T - y) ** 2)
    assert abs(error / spreading.narrow_floor("waves", 4) - 1) < 0.03


def test_farther_ahead_is_harder_and_the_mean_is_the_worst():
    floors = [spreading.floor("waves", "everything", ahead=ahead) for ahead in (1, 2, 4, 8)]
    assert sorted(floors) == floors and floors[-1] < 1


def test_a_kick_moves_along_edges_alone():
    M = spreading.motion("waves").M
    moved = M @ np.eye(2 * NODES)[0]
    next_to = np.flatnonzero(spreading.graph()[0])
    assert set(np.flatnonzero(moved[:NODES])) == {0, *next_to}


def test_bad_choices_are_named():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="world must be"):
        spreading.spreading(rng, 2, world="rain")
    with pytest.raises(ValueError, match="sight must be"):
        spreading.floor("waves", "nothing")
    with pytest.raises(ValueError, match="ahead must be"):
        spreading.spreading(rng, 2, ahead=0)
    with pytest.raises(ValueError, match="batch_size must be"):
        spreading.spreading(rng, 0)
