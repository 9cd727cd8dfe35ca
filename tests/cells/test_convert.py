"""Our cells and torch's layers: one network in two notations, and where they differ."""

import numpy as np
import pytest
import torch
from bad_input import bad_input
from cases import CASES
from small_cells import cell_of, make_cell

from rnncourse.cells import GRUCell, PeepholeLSTMCell, from_torch, to_torch
from rnncourse.sequence import unroll

D, N = 3, 5


@pytest.mark.parametrize("name", ["rnn", "lstm"])
def test_the_converted_layer_computes_the_same(name, rng):
    cell, x = make_cell(name, rng), torch.from_numpy(rng.normal(size=(2, 9, D)))
    torch.testing.assert_close(to_torch(cell)(x)[0], unroll(cell, x)[0], rtol=0, atol=1e-14)


@pytest.mark.parametrize("kind", [torch.nn.RNN, torch.nn.LSTM])
@pytest.mark.parametrize("bias", [True, False])
def test_the_converted_cell_computes_the_same(kind, bias, rng):
    layer = kind(D, N, batch_first=True, bias=bias).double()
    x = torch.from_numpy(rng.normal(size=(2, 9, D)))
    torch.testing.assert_close(unroll(from_torch(layer), x)[0], layer(x)[0], rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", ["rnn", "lstm", "gru"])
def test_there_and_back_is_the_same_cell(name, rng):
    cell = make_cell(name, rng).float()
    again = from_torch(to_torch(cell))
    for key, value in cell.named_parameters():
        assert torch.equal(value, dict(again.named_parameters())[key])


def test_the_gru_of_torch_is_the_one_that_resets_after_the_product():
    case = next(c for c in CASES["cells"] if c["kind"] == "gru")
    cell, x, state, _ = cell_of(case)
    ours = unroll(cell, x, state)[0][0].detach()
    torchs = to_torch(cell)(x, state.h[None])[0][0].detach()
    np.testing.assert_allclose(ours, case["expected"]["h"], rtol=0, atol=1e-12)
    assert 1e-3 < (ours - torchs).abs().max() < 0.1


def test_the_two_grus_agree_where_nothing_is_reset(rng):
    cell, x = make_cell("gru", rng), torch.from_numpy(rng.normal(size=(2, 9, D)))
    with torch.no_grad():
        cell.W_rx.zero_(), cell.W_rh.zero_(), cell.b_r.fill_(40.0)  # r = 1
    torch.testing.assert_close(to_torch(cell)(x)[0], unroll(cell, x)[0], rtol=0, atol=1e-14)


def test_torch_learns_one_bias_more_a_gate(rng):
    for name, gates in {"rnn": 1, "lstm": 4, "gru": 3}.items():
        cell = make_cell(name, rng)
        ours, torchs = (sum(p.numel() for p in m.parameters()) for m in (cell, to_torch(cell)))
        assert torchs - ours == gates * N


@bad_input(
    (torch.nn.LSTM(D, N, num_layers=2), "layer.num_layers must be 1, got 2"),
    (torch.nn.LSTM(D, N, bidirectional=True), "layer.bidirectional must be False"),
    (torch.nn.LSTM(D, N, proj_size=2), "layer.proj_size must be 0, got 2"),
    (torch.nn.RNN(D, N, nonlinearity="relu"), "layer.nonlinearity must be tanh, got relu"),
    (torch.nn.Linear(D, N), "layer must be one of torch.nn's RNN, LSTM, GRU; got Linear"),
)
def test_a_layer_that_has_no_cell_is_named(layer):
    from_torch(layer)


def test_a_cell_that_has_no_layer_is_named(rng):
    with pytest.raises(ValueError, match="cell must be one of RNNCell, LSTMCell, GRUCell"):
        to_torch(PeepholeLSTMCell(D, N, rng=rng))
    assert isinstance(to_torch(GRUCell(D, N, rng=rng)), torch.nn.GRU)
