"""Parity: the task, its recorded runs, and what the figure takes from them."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bad_input import bad_input
from stopped import killed_at

from rnncourse.chapters.return_of_recurrence.figures_scan import LOOKS, at_best_rate
from rnncourse.chapters.return_of_recurrence.gates import (
    KINDS,
    ParityRun,
    SignedMinGRUCell,
    parity,
)
from rnncourse.experiments import EXPERIMENTS, execute, results
from rnncourse.sequence import run, unroll

SMALL = ParityRun("small", "gru", seed=0, learning_rate=1e-2, units=4, steps=100, batch_size=8)


def test_the_answer_is_the_parity_of_the_ones_so_far():
    x, y = parity(np.random.default_rng(0), 50, 9)
    for bits, answers in zip(x.tolist(), y.tolist(), strict=True):
        assert answers == [sum(bits[: t + 1]) % 2 for t in range(9)]
    assert 0.4 < y.double().mean() < 0.6


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_learns_from_its_own_seed(kind):
    run = replace(SMALL, kind=kind, steps=30)
    first, again, other = execute(run), execute(run), execute(replace(run, seed=1))
    assert first.digest() == again.digest() != other.digest()
    assert first.curve["step"] == [25, 30]
    assert set(first.summary) == {"right_20", "right_40", "right_80", "steps"}


def test_an_interrupted_run_ends_with_the_same_record(tmp_path):
    checkpoint = tmp_path / "run.pt"
    killed_at(60, execute, SMALL, checkpoint)
    assert checkpoint.exists()
    assert execute(SMALL, checkpoint).digest() == execute(SMALL).digest()


def test_a_signed_cell_may_flip_its_state(rng):
    cell = SignedMinGRUCell(2, 1, rng=rng).double()
    with torch.no_grad():
        cell.W_zx.copy_(torch.tensor([[-60.0, 60.0]]))  # z is 0 at a zero and 1 at a one
        cell.b_h.zero_()
        cell.W_hx.zero_()
    x = torch.tensor([[0, 1, 1, 0, 1]])
    state = cell.State(h=torch.ones(1, 1, dtype=torch.float64))
    h, _ = unroll(cell, x, state)
    assert h[0, :, 0].tolist() == [1, -1, 1, 1, -1]
    assert torch.equal(run(cell, x, state)[0], h)  # a subclass is not read by the minGRU's scan


@bad_input(
    ({"kind": "lru"}, "kind must be one of gru, mingru, mingru of two layers, signed mingru; got"),
    ({"steps": 0}, "steps must be at least 1, got 0"),
    ({"learning_rate": 0.0}, "learning_rate must be positive, got 0.0"),
)
def test_bad_choices_are_named(choices):
    replace(SMALL, **choices)


def test_the_figure_takes_each_model_at_one_rate_with_all_seeds():
    groups = at_best_rate(results("gate-without-state"))
    assert list(groups) == list(LOOKS)
    for setting, seeds in groups.items():
        assert {r.config["setting"] for r in seeds} == {setting}
        assert len({r.config["learning_rate"] for r in seeds}) == 1
        assert sorted(r.seed for r in seeds) == list(range(EXPERIMENTS["gate-without-state"].seeds))
