"""The recorded run of the character RNN: resumed to the same numbers, recorded as defined."""

from dataclasses import replace

import numpy as np
import pytest
from bad_input import bad_input
from stopped import killed_at

from rnncourse.experiments import EXPERIMENTS, character_run, execute, results
from rnncourse.experiments.character_run import CharacterRun

RUN = EXPERIMENTS["character-rnn"].runs[0]
TALE = "once upon a time there was a king. " * 40


@pytest.fixture
def small(monkeypatch, tmp_path) -> CharacterRun:
    monkeypatch.setattr(character_run, "SAVED_EVERY", 1000)
    book = tmp_path / "book.txt"
    book.write_text(TALE, encoding="utf-8")
    return replace(RUN, corpus=str(book), iterations=3000, units=8)


def test_an_interrupted_run_ends_with_the_same_record(small, tmp_path):
    checkpoint = tmp_path / "run.npz"
    killed_at(2000, execute, small, checkpoint)
    assert checkpoint.exists()
    resumed, whole = execute(small, checkpoint), execute(small)
    assert resumed.digest() == whole.digest()
    assert whole.curve["step"] == [1, 1000, 2000, 3000]
    assert len(whole.summary["best_1000"]) == 1000


def test_the_recorded_run_holds_what_the_assignment_asks_for():
    [record] = results("character-rnn")
    told = record.summary
    assert told["steps"] == RUN.iterations
    assert min(record.curve["smooth_loss"]) == told["best_smooth_loss"]
    assert record.curve["smooth_loss"][0] == pytest.approx(
        25 * np.log(told["vocabulary_size"]), abs=0.1
    )
    assert all(len(told[f"sample_{step}"]) == 200 for step in character_run.SAMPLED)


@bad_input(
    ({"iterations": 1500}, "iterations must be a multiple of 1000, got 1500"),
    ({"units": 0}, "units must be at least 1, got 0"),
    ({"dtype": "float16"}, "dtype must be one of float32, float64; got 'float16'"),
)
def test_bad_choices_are_named(choices):
    replace(RUN, **choices)


@pytest.mark.parametrize("left", [0, 100, -100])
def test_a_checkpoint_that_is_not_whole_is_refused(small, left, tmp_path):
    checkpoint = tmp_path / "run.npz"
    execute(replace(small, iterations=1000), checkpoint)
    checkpoint.write_bytes(checkpoint.read_bytes()[:left])
    with pytest.raises(ValueError, match=r"run\.npz is not a whole checkpoint of rnncourse"):
        execute(small, checkpoint)
