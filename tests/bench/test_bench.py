"""The benchmark's rows; their values are a matter of the machine."""

import os
import signal
import sys
import time
from functools import partial

import pytest
import torch

from rnncourse import bench
from rnncourse.bench.turns import in_turn

TINY = bench.Shape(B=2, n=4, d=3, T=3, layers=2)


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setitem(bench.SHAPES, "text", TINY)


@pytest.mark.slow
@pytest.mark.parametrize("cell_name", ["lstm", "phased"])  # with a layer of torch's, and without
def test_rows_name_the_variants_and_compare_with_torch(cell_name):
    rows = {row.variant: row for row in bench.compare(cell_name, "text", rounds=3)}
    reference = "torch.nn" if cell_name in bench.LAYERS else "plain"
    assert set(rows) == set(bench.VARIANTS) - ({"torch.nn"} if reference == "plain" else set())
    assert rows[reference].ratio == 1.0
    assert all(row.milliseconds > 0 and row.peak_share > 0 for row in rows.values())
    assert all(row.megabytes is None or 0 <= row.megabytes < 100 for row in rows.values())


@pytest.mark.slow
def test_a_process_that_ends_before_its_turn_is_said():
    with pytest.raises(ChildProcessError, match="process of leaves ended with exit code 7"):
        in_turn({"leaves": partial(sys.exit, 7)}, partial(partial, int), threads=1, rounds=1)


@pytest.mark.slow
def test_a_process_that_ends_between_its_turns_is_said():
    before = signal.getsignal(signal.SIGINT)
    makes = {"leaves": partial(partial, _leave_later), "stays": partial(partial, int)}
    with pytest.raises(ChildProcessError, match="process of leaves ended with exit code 7"):
        in_turn(makes, partial(partial, int), threads=1, rounds=10**6)
    assert signal.getsignal(signal.SIGINT) is before


STEPS = []


def _leave_later() -> None:
    STEPS.append(1)
    if len(STEPS) > 5:
        os._exit(7)


@pytest.mark.slow
def test_each_variant_is_timed_in_every_round_and_none_at_the_same_time(tmp_path):
    log = tmp_path / "log"
    makes = {name: partial(partial, _write_turn, str(log), name) for name in "ab"}
    measured = in_turn(makes, partial(partial, int), threads=1, rounds=5)
    assert [len(each.seconds) for each in measured.values()] == [5, 5]
    begun_and_ended = log.read_text().split()
    assert begun_and_ended[::2] == begun_and_ended[1::2]  # each ends before another begins
    assert begun_and_ended.count("a") == begun_and_ended.count("b") == 2 * (1 + 2 * 5)


def _write_turn(log: str, name: str) -> None:
    for _ in range(2):
        with open(log, "a") as file:
            print(name, file=file)
        time.sleep(0.002)


def test_variants_compute_the_same_thing():
    """The same seed gives all variants of ours the same network, and so the same gradients."""
    grads = []
    for variant in ("byhand", "auto", "plain"):
        step = bench.training_step(variant, "lstm", TINY)
        step()
        grads.append([value.grad for value in step.args[0].parameters()])
    torch.testing.assert_close(grads[0], grads[2])
    torch.testing.assert_close(grads[1], grads[2])


def test_operations_are_those_of_the_products():
    """G_t = W h, W' G_t and G_t h', each B n² times 2 for every gate and step but the first; a
    second layer has them once more, and those of its inputs at every step."""
    one = bench.Shape(B=5, n=7, d=3, T=11, layers=1)
    assert bench.operations("gru", one) == 3 * (2 * 5 * 7 * 7) * 3 * 10
    two = bench.Shape(B=5, n=7, d=3, T=11, layers=2)
    assert bench.operations("gru", two) == 3 * (2 * 5 * 7 * 7) * 3 * (10 + 10 + 11)


def test_unknown_names_are_listed():
    with pytest.raises(ValueError, match="shape_name must be one of palindrome-10"):
        bench.compare("rnn", "huge")
    with pytest.raises(ValueError, match="cell_name must be one of gru"):
        bench.compare("elman", "text")
