"""SequenceModel: layers, directions, dropout, and state carried between calls."""

import copy

import numpy as np
import pytest
import torch
from bad_input import bad_input
from cases import BOTH_WAYS, arrays

from rnncourse.cells import CELLS, LSTMState
from rnncourse.sequence import SequenceModel, run

D, N, K, B, T = 4, 6, 3, 2, 7


def make_model(name, rng, **options):
    return SequenceModel(name, D, N, K, rng=rng, **options).double()


def numbers(rng):
    return torch.from_numpy(rng.integers(0, D, (B, T)))


def detached(state):
    return type(state)(*(value.detach() for value in state))


@pytest.mark.parametrize("name", CELLS)
def test_layers_stand_on_each_other(name, rng):
    model, x = make_model(name, rng, num_layers=2), numbers(rng)
    p, state = model(x)
    below, first = run(model.cells[0], x)
    h, second = run(model.cells[1], below)
    torch.testing.assert_close(p, h @ model.W_ph.T + model.b_p)
    for stacked, *layers in zip(state, first, second, strict=True):
        torch.testing.assert_close(stacked, torch.stack(layers))


@pytest.mark.parametrize("num_layers", [1, 3])
@pytest.mark.parametrize("name", CELLS)
def test_chunks_with_carried_state_are_the_whole(name, num_layers, rng):
    model, x = make_model(name, rng, num_layers=num_layers), numbers(rng)
    times = torch.arange(1.0, T + 1, dtype=torch.float64).expand(B, T)
    whole, end = model(x)
    parts, state = [], None
    for chunk in (slice(0, 3), slice(3, 4), slice(4, T)):
        p, state = model(x[:, chunk], state, times[:, chunk] if name == "phased" else None)
        state = detached(state)
        parts.append(p)
    torch.testing.assert_close(torch.cat(parts, dim=1), whole)
    torch.testing.assert_close(state, detached(end))


@pytest.mark.parametrize("num_layers", [1, 2])
@pytest.mark.parametrize("name", CELLS)
def test_reading_backward_is_reading_the_reversed_sequence(name, num_layers, rng):
    model, x = make_model(name, rng, num_layers=num_layers, bidirectional=True), numbers(rng)
    p, _ = model(x)
    assert p.shape == (B, K)
    mirror = copy.deepcopy(model)
    mirror.cells, mirror.cells_back = model.cells_back, model.cells
    for cell in [*mirror.cells[1:], *mirror.cells_back[1:]]:
        for key, value in cell.named_parameters():
            if key.endswith("x"):
                value.data = value.data.roll(N, dims=1)  # the halves of [h→; h←] change places
    mirror.W_ph.data = model.W_ph.data.roll(N, dims=1)
    torch.testing.assert_close(mirror(x.flip(1))[0], p)


def test_the_bidirectional_case_agrees_to_rounding():
    inputs, expected = arrays(BOTH_WAYS["inputs"]), arrays(BOTH_WAYS["expected"])
    n, d = inputs["forward"]["W_gx"].shape
    model = SequenceModel("lstm", d, n, 3, bidirectional=True, rng=np.random.default_rng(0))
    model.double()
    with torch.no_grad():
        for cells, way in ((model.cells, "forward"), (model.cells_back, "backward")):
            for key, value in cells[0].named_parameters():
                value.copy_(torch.from_numpy(inputs[way][key]))
        model.W_ph.copy_(torch.from_numpy(inputs["W_ph"]))
        model.b_p.copy_(torch.from_numpy(inputs["b_p"]))
    p, state = model(torch.from_numpy(inputs["x"])[None])
    np.testing.assert_allclose(p[0].detach(), expected["p"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(state.h[:, 0].detach().ravel(), expected["H"], rtol=0, atol=1e-12)


def test_a_batch_of_two_is_two_batches(rng):
    model, x = make_model("gru", rng, num_layers=2), numbers(rng)
    torch.testing.assert_close(model(x)[0], torch.cat([model(x[:1])[0], model(x[1:])[0]]))


def test_dropout_acts_between_layers_and_in_training_only(rng):
    model, x = make_model("rnn", rng, num_layers=2, dropout=0.5), numbers(rng)
    assert not torch.equal(model(x)[0], model(x)[0])
    model.eval()
    assert torch.equal(model(x)[0], model(x)[0])
    single = make_model("rnn", rng, dropout=0.5)
    assert torch.equal(single(x)[0], single(x)[0])


def test_dropout_keeps_the_mean(rng):
    drop = make_model("rnn", rng, num_layers=2, dropout=0.3).dropout
    kept = drop(torch.ones(200_000, dtype=torch.float64))
    assert set(kept.unique().tolist()) == {0.0, 1 / 0.7}
    assert kept.mean().item() == pytest.approx(1.0, abs=0.01)


def test_a_saved_model_goes_on_with_its_own_dropout(rng):
    model, x = make_model("rnn", rng, num_layers=2, dropout=0.5), numbers(rng)
    saved = copy.deepcopy(model.state_dict())
    first = model(x)[0]
    again = make_model("rnn", np.random.default_rng(7), num_layers=2, dropout=0.5)
    again.load_state_dict(saved)
    assert torch.equal(again(x)[0], first)


def test_cell_options_reach_every_cell(rng):
    model = make_model("lstm", rng, num_layers=2, bidirectional=True, forget_bias=3.0)
    assert all((cell.b_f == 3.0).all() for cell in [*model.cells, *model.cells_back])
    with pytest.raises(TypeError, match="forget_bias"):
        make_model("rnn", rng, forget_bias=3.0)


def test_the_same_seed_gives_the_same_model(rng):
    left, right = (make_model("lstm", np.random.default_rng(3), num_layers=2) for _ in range(2))
    for a, b in zip(left.parameters(), right.parameters(), strict=True):
        assert torch.equal(a, b)


@bad_input(
    ({"cell_name": "elman"}, "cell_name must be one of gru, lstm, mingru, peephole, phased, rnn"),
    ({"num_layers": 0}, "num_layers must be at least 1"),
    ({"dropout": 1.0}, "dropout must lie in 0 … 1, 1 excluded, got 1.0"),
    ({"K": 0}, "K must be at least 1"),
)
def test_bad_options_are_named(options, rng):
    SequenceModel(**({"cell_name": "lstm", "d": D, "n": N, "K": K, "rng": rng} | options))


def test_a_state_of_the_wrong_kind_is_named(rng):
    x = numbers(rng)
    flat = LSTMState(*(torch.zeros(B, N, dtype=torch.float64) for _ in range(2)))
    with pytest.raises(ValueError, match=r"state\.h must have shape \(2, 2, 6\), got \(2, 6\)"):
        make_model("lstm", rng, num_layers=2)(x, flat)
    with pytest.raises(ValueError, match="state must be None for a bidirectional model"):
        make_model("lstm", rng, bidirectional=True)(x, flat)
