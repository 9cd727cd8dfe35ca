"""The recall task, what a state can hold, and runs that learn it."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.return_of_recurrence import memory, recall


def test_keys_of_a_sequence_differ_and_questions_are_about_them():
    x, y = recall.recall(np.random.default_rng(0), 50, 16, 8)
    key, value = x[..., : recall.KEYS], x[..., recall.KEYS :]
    assert (key.sum(axis=2) == 1).all()
    assert (key[:, :16].sum(axis=1) <= 1).all()
    assert (value[:, :16].sum(axis=2) == 1).all()
    assert not value[:, 16:].any()
    given = np.einsum("btk,btv->bkv", key[:, :16], value[:, :16])
    told = np.einsum("bqk,bkv->bqv", key[:, 16:], given)
    assert (told.argmax(axis=2) == y).all()
    assert (told.sum(axis=2) == 1).all()


@pytest.mark.parametrize(("pairs", "asked"), [(33, 1), (4, 5)])
def test_more_pairs_than_keys_or_questions_than_pairs_are_refused(pairs, asked):
    with pytest.raises(ValueError, match=f"got {asked}, {pairs} and 32: keys do not repeat"):
        recall.recall(np.random.default_rng(0), 1, pairs, asked)


@pytest.mark.parametrize("bits", [1, 3])
def test_a_rounded_state_has_so_many_levels_a_unit(bits):
    h = torch.from_numpy(np.random.default_rng(0).standard_normal((5000, 4)))
    coarse = recall.rounded(h, bits, recall.spans(h))
    for unit in coarse.T:
        assert len(unit.unique()) == 2**bits
    low, high = recall.spans(h)
    assert ((coarse - h).abs() <= (high - low) / 2 ** (bits + 1) + 1e-12).all()


@pytest.mark.parametrize("model", ["gru", "mingru", "attention"])
def test_a_run_is_the_same_when_it_is_repeated(model):
    run = recall.RecallRun("test", model, 8, 0, 1e-2, steps=3, batch=4)
    first, second = (run.learn() for _ in range(2))
    assert first.digest() == second.digest()
    assert set(first.summary) >= {f"right_{k}" for k in recall.PAIRS}


def test_many_bits_a_unit_leave_the_answers_as_they_are():
    model = recall.build("gru", 16, 0)
    batch = recall.recall(np.random.default_rng(0), 64, 8, 8)
    span = recall.spans(recall.after_pairs(model, batch).h)
    assert recall.coarse_accuracy(model, batch, 22, span) == recall.accuracy(model, batch)


@pytest.mark.parametrize("values", [2, 3, 8])
def test_the_bound_goes_from_guessing_to_certainty(values):
    assert memory.best_accuracy(1e-9, 4, values) == pytest.approx(1 / values, abs=1e-3)
    assert memory.best_accuracy(memory.bits_needed(4, values), 4, values) == 1.0
    bounds = [memory.best_accuracy(bits, 16, values) for bits in range(1, 20)]
    assert bounds == sorted(bounds)
    for p in (0.5, 0.7, 0.95):
        if p > 1 / values:
            bits = memory.bits_for(p, values)
            assert memory.best_accuracy(bits, 1, values) == pytest.approx(p, abs=1e-9)


def test_bits_must_be_positive():
    with pytest.raises(ValueError, match="bits"):
        memory.best_accuracy(0, 4, 8)
