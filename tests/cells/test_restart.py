"""Initializations: each has the spread that it promises, and draws nothing it should leave."""

import numpy as np
import pytest
import torch
from bad_input import bad_input

from rnncourse import cells
from rnncourse.sequence import SequenceModel

N, D = 256, 100


def started(name: str, cell=cells.LSTMCell):
    made = cell(D, N, rng=np.random.default_rng(0))
    cells.initialize_(made, name, rng=np.random.default_rng(1))
    return made


def test_the_library_start_has_the_spread_of_torch():
    ours, theirs = started("torch"), torch.nn.LSTMCell(D, N)
    for mine, its in ((ours.W_gx, theirs.weight_ih), (ours.W_gh, theirs.weight_hh)):
        assert mine.abs().max() <= 1 / 16
        assert mine.std().item() == pytest.approx(its.std().item(), rel=0.02)
    two = theirs.bias_ih + theirs.bias_hh
    assert ours.b_f.std().item() == pytest.approx(two.std().item(), rel=0.15)


def test_xavier_and_kaiming_have_the_variances_of_their_papers():
    assert started("xavier").W_gx.var().item() == pytest.approx(2 / (N + D), rel=0.05)
    assert started("kaiming").W_gx.var().item() == pytest.approx(2 / D, rel=0.05)
    assert not started("xavier").b_f.any()


def test_orthogonal_and_identity_keep_every_length():
    for name in ("orthogonal", "identity"):
        values = torch.linalg.svdvals(started(name).W_fh)
        assert torch.allclose(values, torch.ones(N), atol=1e-5)
    assert torch.equal(started("identity", cells.RNNCell).W_hh, torch.eye(N))


@pytest.mark.parametrize("cell_name", cells.CELLS)
@pytest.mark.parametrize("name", cells.INITIALIZATIONS)
def test_all_of_a_model_is_drawn_anew_and_equal_seeds_agree(name, cell_name):
    first, second = (
        SequenceModel(cell_name, 3, 4, 2, num_layers=2, rng=np.random.default_rng(seed))
        for seed in (0, 1)
    )
    for model in (first, second):
        cells.initialize_(model, name, rng=np.random.default_rng(7))
    for (letter, p), q in zip(first.named_parameters(), second.parameters(), strict=True):
        if letter.rpartition(".")[2][:2] in ("W_", "b_"):
            assert torch.equal(p, q), letter


def test_the_clock_of_a_phased_lstm_stays():
    cell = cells.PhasedLSTMCell(3, 4, rng=np.random.default_rng(0))
    before = {name: getattr(cell, name).clone() for name in ("tau", "s", "r_on")}
    cells.initialize_(cell, "kaiming", rng=np.random.default_rng(1))
    assert all(torch.equal(getattr(cell, name), value) for name, value in before.items())


def test_the_output_layer_starts_as_torch_starts_a_linear_one():
    model = SequenceModel("lstm", 3, 64, 5, bidirectional=True, rng=np.random.default_rng(0))
    cells.initialize_(model, "torch", rng=np.random.default_rng(1))
    bound = 128**-0.5
    assert 0.9 * bound < model.W_ph.abs().max() <= bound
    assert 0 < model.b_p.abs().max() <= bound


def test_a_forget_bias_reaches_every_layer():
    model = SequenceModel("lstm", 3, 4, 2, num_layers=2, rng=np.random.default_rng(0))
    cells.forget_bias_(model, 0.0)
    assert not any(cell.b_f.any() for cell in model.cells)


def test_chrono_spreads_the_memories_over_the_lengths():
    cell = cells.LSTMCell(3, 2000, rng=np.random.default_rng(0))
    cells.chrono_(cell, 30, rng=np.random.default_rng(1))
    memory = torch.exp(cell.b_f)
    assert torch.equal(cell.b_i, -cell.b_f)
    assert 1.0 <= memory.min() < 1.2 and 28.8 < memory.max() <= 29.0
    assert memory.mean().item() == pytest.approx(15.0, rel=0.05)


@bad_input(
    (lambda cell, rng: cells.initialize_(cell, "he", rng=rng), "initialization must be one of"),
    (lambda cell, rng: cells.initialize_(cell, "torch", rng=0), "rng must be a numpy.random.Gen"),
    (lambda cell, rng: cells.chrono_(cell, 2, rng=rng), "longest must be at least 3, got 2"),
    (
        lambda cell, rng: cells.forget_bias_(cells.RNNCell(2, 3, rng=rng), 1.0),
        "the model has no b_f",
    ),
)
def test_bad_input_is_named(call):
    rng = np.random.default_rng(0)
    call(cells.LSTMCell(2, 3, rng=rng), rng)
