"""The stored reader of tales: what its record says, and what training it again gives."""

import hashlib

import numpy as np
import pytest

from rnncourse.chapters.character_rnn import reader
from rnncourse.text import Vocabulary


def test_trained_again_it_has_the_stored_weights_and_the_recorded_loss():
    net, record = reader.train()
    stored, _ = reader.reader()
    told = reader.recorded()
    assert record.config == told.config
    assert record.summary["loss"] == pytest.approx(told.summary["loss"], rel=1e-9)
    np.testing.assert_allclose(record.curve["loss"], told.curve["loss"], rtol=1e-9)
    for name, value in net.params.items():
        np.testing.assert_allclose(stored.params[name], value, rtol=1e-6, atol=1e-9)


def test_another_rounding_gives_the_same_reader():
    vocabulary = Vocabulary.from_text(reader.learned_tales())
    ids, ends = vocabulary.encode(reader.learned_tales()), []
    for change in (0.0, 1e-13):
        net = reader.network(vocabulary)
        for value in net.params.values():
            value *= 1 + change * np.random.default_rng(7).standard_normal(value.shape)
        net.train(ids, 2000, learning_rate=reader.RATE)
        ends.append(net.params["W_hh"].copy())
    assert np.abs(ends[0] - ends[1]).max() < 1e-10


def test_the_record_is_that_of_the_stored_weights():
    weights = (reader.RESULTS / "reader.npz").read_bytes()
    assert reader.recorded().summary["weights_sha256"] == hashlib.sha256(weights).hexdigest()
    assert {"numpy", "commit", "device", "processor", "kernels"} <= set(
        reader.recorded().provenance
    )
    assert len(weights) < 60_000


def test_storing_writes_weights_that_are_read_as_they_were_trained(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "UPDATES", 200)
    monkeypatch.setattr(reader, "OTHERS", (0,))
    record = reader.store(tmp_path)
    net, _ = reader.train()
    with np.load(tmp_path / "reader.npz", allow_pickle=False) as weights:
        for name, value in net.params.items():
            np.testing.assert_allclose(weights[name], value, rtol=1e-6, atol=1e-9)
    assert {"loss", "loss_of_seed_0"} < set(record.summary)
    assert (tmp_path / "reader.json").exists()
