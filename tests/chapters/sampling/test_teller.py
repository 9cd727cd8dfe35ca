"""The stored teller: its record, its weights, and that it tells tales."""

import hashlib
import re
from dataclasses import replace

import numpy as np
import pytest

from rnncourse.chapters.sampling import teller
from rnncourse.experiments.text_run import above_entropy
from rnncourse.sampling import generate
from rnncourse.text import tales


def test_the_record_is_that_of_the_stored_weights():
    weights = (teller.RESULTS / "teller.npz").read_bytes()
    told = teller.recorded()
    assert told.summary["weights_sha256"] == hashlib.sha256(weights).hexdigest()
    assert {"torch", "commit", "device"} <= set(told.provenance)
    assert len(weights) < 100_000


def test_rounding_its_weights_to_float16_costs_next_to_nothing():
    """The stored network reads fresh tales as well as the one that was trained, in bits."""
    measured = above_entropy(*teller.teller())["above"]
    assert measured == pytest.approx(teller.recorded().summary["above"], abs=0.005)
    assert measured < 0.15


def write(temperature: float) -> str:
    rng = np.random.default_rng(1)
    return generate(*teller.teller(), "Once upon a time", 400, temperature=temperature, rng=rng)


def test_at_temperature_0_it_goes_round_in_circles():
    whole = write(0.0).splitlines()[1:-1]
    assert len(whole) > 3 and len(set(whole)) < len(whole)


def test_the_hotter_the_fewer_of_its_words_are_words():
    known = set(re.findall(r"\w+", tales(np.random.default_rng(0), 200_000)))

    def spelled(temperature):
        words = re.findall(r"\w+", write(temperature))[1:-1]
        return np.mean([word in known for word in words])

    assert spelled(0.6) > 0.9 and spelled(2.0) < 0.6


def test_storing_writes_weights_that_are_read_as_they_were_trained(tmp_path, monkeypatch):
    small = replace(teller.RUN, hidden=8, steps=12, evaluations=2, window=16)
    record = teller.store(tmp_path, small)
    monkeypatch.setattr(teller, "RESULTS", tmp_path)
    monkeypatch.setattr(teller, "RUN", small)
    teller.teller.cache_clear()
    model, vocabulary = teller.teller()
    teller.teller.cache_clear()
    assert len(vocabulary) == model.W_ph.shape[0] and model.cells[0].n == 8
    above = above_entropy(model, vocabulary)["above"]
    np.testing.assert_allclose(above, record.summary["above"], rtol=1e-2)
