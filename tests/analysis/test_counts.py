"""The formulas for the number of parameters, held against tensors and against exact cases."""

import pytest
import torch
from cases import CASES

from rnncourse.analysis import count_parameters
from rnncourse.cells import CELLS
from rnncourse.sequence import SequenceModel


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("num_layers", [1, 3])
@pytest.mark.parametrize("name", CELLS)
def test_the_formula_counts_the_tensors(name, num_layers, bidirectional, rng):
    options = {"num_layers": num_layers, "bidirectional": bidirectional}
    model = SequenceModel(name, 5, 7, 4, rng=rng, **options)
    tensors = sum(value.numel() for value in model.parameters())
    assert count_parameters(name, 5, 7, 4, **options) == tensors
    output = model.W_ph.numel() + model.b_p.numel()
    assert count_parameters(name, 5, 7, **options) == tensors - output


@pytest.mark.parametrize("row", CASES["parameter_counts"], ids=lambda row: f"d={row['d']}")
def test_the_table_of_the_course(row):
    size = (row["d"], row["n"], row["K"])
    both = {
        "lstm": "lstm",
        "rnn": "rnn",
        "gru": "gru",
        "peephole_uva20": "peephole",
        "phased": "phased",
    }
    for column, name in both.items():
        assert count_parameters(name, *size[:2]) == row[f"{column}_cell"]
        assert count_parameters(name, *size) == row[f"{column}_full"]
    assert count_parameters("gru", *size[:2], biases=0) == row["gru_nobias_cell"]
    assert count_parameters("lstm", *size, bidirectional=True) == row["bilstm_full"]
    for kind in ("RNN", "LSTM", "GRU"):
        assert count_parameters(kind.lower(), *size[:2], biases=2) == row[f"torch_nn_{kind}"]


@pytest.mark.parametrize("kind", [torch.nn.RNN, torch.nn.LSTM, torch.nn.GRU])
def test_two_biases_a_gate_are_the_layers_of_torch(kind):
    layer = kind(5, 7, num_layers=2, bidirectional=True)
    counted = count_parameters(
        kind.__name__.lower(), 5, 7, num_layers=2, bidirectional=True, biases=2
    )
    assert counted == sum(value.numel() for value in layer.parameters())


def test_bad_sizes_are_named():
    with pytest.raises(ValueError, match="cell_name must be one of gru, lstm"):
        count_parameters("elman", 5, 7)
    with pytest.raises(ValueError, match="n must be at least 1, got 0"):
        count_parameters("rnn", 5, 0)
    with pytest.raises(ValueError, match="biases must be one of 0, 1, 2; got 3"):
        count_parameters("rnn", 5, 7, biases=3)
