"""Experiments on text: their sizes, what their records hold, and what is above the entropy."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bad_input import bad_input
from stopped import killed_at, told

from rnncourse.experiments import (
    EXPERIMENTS,
    TextRun,
    execute,
    results,
    run_experiment,
    summarize_text,
    text_run,
)
from rnncourse.experiments.text_run import above_entropy
from rnncourse.records import Record
from rnncourse.sampling import generate
from rnncourse.text import Vocabulary, corpus, tales, tales_conditional_log_probabilities
from rnncourse.training import character_losses, read, text_model

ON_TEXT = [name for name, each in EXPERIMENTS.items() if isinstance(each.runs[0], TextRun)]


@pytest.fixture
def small(tmp_path):
    file = tmp_path / "little.txt"
    file.write_text(tales(np.random.default_rng(0), 1500), encoding="utf-8")
    return TextRun(
        "small", str(file), seed=0, hidden=6, streams=2, window=6, steps=12, evaluations=2
    )


def test_a_run_leaves_the_record_that_its_choices_define(small):
    record, again = execute(small), execute(small)
    assert (record.name, record.config, record.seed) == (small.id, small.config, 0)
    assert told(record) == told(again)
    assert record.provenance["digest"] == again.provenance["digest"] == record.digest()
    names = {"held_out_loss", "held_out_bits", "held_out_accuracy", "text_loss", "text_accuracy"}
    assert names <= record.summary.keys()
    assert all(len(sample) == 101 for sample in record.curve["sample"])
    assert len({sample[0] for sample in record.curve["sample"]}) == 2
    asked = execute(replace(small, prompt="Once", sample_length=5))
    assert [sample[:4] for sample in asked.curve["sample"]] == ["Once"] * 2


def test_a_killed_run_goes_on_to_the_same_record(small, checkpoint):
    killed_at(9, execute, small, checkpoint)
    assert told(execute(small, checkpoint)) == told(execute(small))


def test_runs_on_text_are_run_as_the_others_are(small, tmp_path):
    seen = []
    one = EXPERIMENTS["books"]._replace(runs=(small,))
    for _ in range(2):  # the second time it is there
        run_experiment(one, tmp_path / "out", workers=1, on_record=lambda *done: seen.append(done))
    [(run, record)] = seen
    assert run == small
    assert told(Record.load(tmp_path / "out" / f"{small.id}.json")) == told(record)


@pytest.mark.parametrize("name", ON_TEXT)
def test_recorded_runs_have_their_summary(name):
    for row in summarize_text(results(name)):
        assert row.best <= row.median <= row.worst
        assert row.characters > 0


def test_a_setting_is_told_by_its_seeds(small):
    records = [execute(replace(small, seed=seed)) for seed in range(3)]
    [row] = summarize_text(records)
    losses = sorted(record.summary["held_out_loss"] for record in records)
    assert [row.best, row.median, row.worst] == losses
    assert row.above is None
    assert 0 < row.text_accuracy < 1


def test_the_cells_on_tales_have_as_many_parameters():
    letters = len(Vocabulary.from_text(corpus("tales")))
    counts = {}
    for run in EXPERIMENTS["tales-cells"].runs:
        net = text_model(run.cell, letters, hidden=run.hidden)
        counts[run.cell] = sum(p.numel() for p in net.parameters())
    assert counts.keys() == {"rnn", "gru", "lstm"}
    assert max(counts.values()) < 1.01 * min(counts.values())
    assert counts["lstm"] > 200_000


def test_the_books_runs_read_less_than_the_report():
    for run in EXPERIMENTS["books"].runs:
        assert run.steps * run.streams * run.window < 9.6e8
        assert (run.layers, run.hidden, run.window) == (2, 128, 30)


def test_what_is_above_the_entropy_is_counted_by_kind(monkeypatch):
    """A model that says nothing is log2 K − (the exact bits) above, whatever the kind."""
    monkeypatch.setattr(text_run, "FRESH_CHARACTERS", 5000)
    fresh = tales(np.random.default_rng(text_run.FRESH_SEED), 5000)
    vocabulary = Vocabulary.from_text(fresh)
    net = text_model("rnn", len(vocabulary), hidden=2, layers=1)
    with torch.no_grad():
        net.W_ph.zero_()
    got = above_entropy(net, vocabulary)
    bits = -tales_conditional_log_probabilities(fresh)[1:] / np.log(2)
    assert got["above"] == pytest.approx(np.log2(len(vocabulary)) - bits.mean(), rel=1e-6)
    kinds = ("choice", "name", "echo", "spelling")
    assert sum(got[f"share_{kind}"] for kind in kinds) == pytest.approx(1.0)
    whole = sum(got[f"share_{kind}"] * got[f"above_{kind}"] for kind in kinds)
    assert whole == pytest.approx(got["above"])
    assert got["above_spelling"] == pytest.approx(np.log2(len(vocabulary)), rel=1e-6)


@bad_input(
    ({"cell": "elman"}, "cell must be one of"),
    ({"steps": None}, "a run has either steps or minutes"),
    ({"window": 0}, "window must be at least 1, got 0"),
    ({"hidden": 0}, "hidden must be at least 1, got 0"),
)
def test_bad_choices_are_refused_when_they_are_made(options, small):
    replace(small, **options)


def test_what_a_trained_model_writes_is_kept(monkeypatch):
    """The parts that the record names are what they say, each by another route."""
    rng = np.random.default_rng(0)
    text = tales(rng, 4000)
    vocabulary = Vocabulary.from_text(text)
    learned, held_out = vocabulary.encode(text[:3000]), vocabulary.encode(text[3000:])
    monkeypatch.setitem(text_run.PROMPTS, "little", "Once")
    model = text_model("lstm", len(vocabulary), hidden=8)
    told = text_run.writing(model, vocabulary, "little", learned, held_out)
    assert told == text_run.writing(model, vocabulary, "little", learned, held_out)
    assert [t["temperature"] for t in told["temperatures"]] == sorted(text_run.TEMPERATURES)
    entropies = [t["entropy"] for t in told["temperatures"]]
    assert entropies == sorted(entropies)
    assert all(len(s) == 201 for t in told["temperatures"] for s in t["samples"])
    assert told["held_out_loss_carried"] == read(model, held_out).loss
    assert told["held_out_loss_reset"] == pytest.approx(np.mean(told["loss_by_position"]))
    starts = range(0, len(held_out) - 30, 30)
    windows = [character_losses(model, held_out[start : start + 31]) for start in starts]
    assert told["loss_by_position"] == pytest.approx(np.mean(windows, axis=0))
    assert [c["prompt"] for c in told["continuations"][:2]] == ["Once", "Once"]
    for each in told["continuations"]:
        assert each["carried"][:30] == each["reset"][:30]  # up to the first reset
        assert len(each["carried"]) == len(each["reset"]) == 120
    greedy = told["continuations"][0]
    start = "Once" + greedy["reset"][:30]
    again = generate(model, vocabulary, start[-1], 30, temperature=0.0, rng=rng)
    assert greedy["reset"][30:60] == again
    assert told["guesses"]["truth"] == text[3500:3560]
    written = generate(model, vocabulary, text[3000:3500], 60, temperature=0.0, rng=rng)
    assert told["guesses"]["written"] == written
    assert told["guesses"]["guessed"][0] == written[0]
