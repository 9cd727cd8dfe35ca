"""The recipe for a text and a time: more time a larger network, more readings more dropout."""

import numpy as np
import pytest

from rnncourse.text import tales
from rnncourse.training.recipe import FEW, LARGEST, compressed_bits, recipe

MINUTES = (0.1, 1.0, 2.0, 5.0, 10.0, 30.0, 600.0)


@pytest.mark.parametrize("characters", [1000, 50_000, 520_738, 1_115_394])
def test_more_time_never_means_a_smaller_network_or_less_dropout(characters):
    recipes = [recipe(characters, minutes=minutes) for minutes in MINUTES]
    assert sorted(r.hidden for r in recipes) == [r.hidden for r in recipes]
    assert sorted(r.dropout for r in recipes) == [r.dropout for r in recipes]
    assert all(0 <= r.dropout <= LARGEST for r in recipes)


@pytest.mark.parametrize("minutes", MINUTES)
def test_a_shorter_text_gets_no_less_dropout(minutes):
    short, long = (recipe(characters, minutes=minutes) for characters in (50_000, 1_115_394))
    assert short.hidden == long.hidden
    assert short.dropout >= long.dropout


def test_updates_stand_for_the_time_that_the_smallest_network_takes_for_them():
    assert recipe(1_115_394, steps=2300) == recipe(1_115_394, minutes=2.0)


@pytest.mark.parametrize(
    "minutes, hidden, dropout",
    [(1, 256, 0.0), (2, 256, 0.1), (5, 384, 0.25), (10, 512, 0.35), (30, 512, 0.5)],
)
def test_the_rule_gives_what_was_run_for_so_many_minutes(minutes, hidden, dropout):
    chosen = recipe(1_115_394, minutes=minutes)
    assert (chosen.hidden, chosen.dropout) == (hidden, dropout)


def test_a_text_that_repeats_itself_gets_no_dropout():
    told = compressed_bits(tales(np.random.default_rng(0), 100_000))
    assert told < FEW
    assert recipe(1_000_000, minutes=5, bits=told).dropout == 0.0
    assert recipe(1_000_000, minutes=5).dropout > 0.0
