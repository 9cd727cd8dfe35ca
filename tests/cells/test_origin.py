"""The origin of a phased LSTM's times: dates are measured from the first of them."""

import copy

import numpy as np
import pytest
import torch
from small_cells import B, D, N, T, make_cell, make_state

from rnncourse import byhand
from rnncourse.cells import PhasedLSTMCell
from rnncourse.sequence import SequenceModel, run, unroll

YEARS = (0.0, 1.7e9, 1.7e12, -1e7)  # 1970, and later in seconds and in milliseconds
EPOCHS = YEARS[1:]
names = pytest.mark.parametrize("name", ["phased-neil", "phased-course"])


def dated(rng, origin, batch=B, steps=T):
    return origin + torch.from_numpy(np.cumsum(rng.uniform(0, 3, (batch, steps)), axis=1))


def outcome(forward, cell, x, times, **options):
    h, _ = forward(cell, x, times=times, **options)
    learned = [value for value in cell.parameters() if value.requires_grad]
    return h.detach(), torch.autograd.grad(h.square().sum(), learned)


@pytest.mark.parametrize("origin", YEARS)
@names
def test_an_origin_that_is_chosen_changes_no_value(name, origin, rng):
    cell = make_cell(name, rng)
    cell.leak = 0.0  # the one difference of training
    x, times = torch.from_numpy(rng.normal(size=(B, T, D))), dated(rng, origin)
    before = unroll(cell.eval(), x, times=times)[0]
    assert cell.origin is None
    after = unroll(cell.train(), x, times=times)[0]
    assert cell.origin == (times.min().item() if origin else 0.0)
    torch.testing.assert_close(after, before, rtol=0, atol=1e-9 + 1e-15 * abs(origin))
    assert ((cell.s >= 0) & (cell.s <= cell.tau)).all() or not origin


@pytest.mark.parametrize("origin", YEARS)
@names
def test_values_and_gradients_are_those_of_small_times(name, origin, rng):
    """Three routes: at once, step by step, and by hand on the times since the origin."""
    cell = make_cell(name, rng)
    x, times = torch.from_numpy(rng.normal(size=(B, T, D))), dated(rng, origin)
    slow, fast = (copy.deepcopy(cell) for _ in range(2))
    expected = outcome(unroll, slow, x, times)
    found = outcome(run, fast, x, times)
    assert slow.origin == fast.origin
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)
    params = {key: value.detach().numpy() for key, value in slow.named_parameters()}
    params |= {"W_ph": np.eye(N), "b_p": np.zeros(N)}
    since = (times - slow.origin).numpy()
    for b in range(B):
        options = {"times": since[b], "leak": cell.leak, "variant": cell.variant}
        p, _ = byhand.phased.forward(params, x[b].numpy(), **options)
        np.testing.assert_allclose(p, expected[0][b], rtol=0, atol=1e-12)


@pytest.mark.parametrize("origin", EPOCHS)
def test_the_slope_by_tau_is_that_of_small_times(origin, rng):
    """From 1970 it would be larger by the distance over the period."""
    cell = make_cell("phased-neil", rng)
    x, times = torch.from_numpy(rng.normal(size=(B, T, D))), dated(rng, origin)
    run(cell, x, times=times)
    near = copy.deepcopy(cell)
    near.origin = 0.0
    found, expected = outcome(run, cell, x, times), outcome(run, near, x, times - cell.origin)
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("lengths", [None, torch.tensor([T, 2])])
@pytest.mark.parametrize("origin", EPOCHS)
def test_an_origin_stays_in_chunks_and_in_later_batches(origin, lengths, rng):
    model = SequenceModel(
        "phased", D, N, 2, num_layers=2, bidirectional=lengths is not None, rng=rng
    )
    x, times = torch.from_numpy(rng.normal(size=(B, T, D))).float(), dated(rng, origin)
    model(x, times=times, lengths=lengths)
    first = [cell.origin for cell in [*model.cells, *model.cells_back]]
    assert all(abs(each - times.min().item()) < 1e-3 for each in first)  # the mirrored one rounds
    model(x, times=times + 1e6, lengths=lengths)
    assert [cell.origin for cell in [*model.cells, *model.cells_back]] == first
    if lengths is None:
        whole, state = model(x, times=times)[0], None
        parts = []
        for chunk in (slice(0, 2), slice(2, T)):
            p, state = model(x[:, chunk], state, times[:, chunk])
            parts.append(p)
        torch.testing.assert_close(torch.cat(parts, dim=1), whole)


def test_an_origin_is_saved_with_the_weights_and_keeps_its_digits(rng):
    cell = PhasedLSTMCell(D, N, rng=rng)
    old = copy.deepcopy(cell.state_dict())
    assert "origin" not in old
    x, times = torch.zeros(B, T, D), dated(rng, 1.7e12)
    expected = run(cell, x, times=times)[0]
    assert cell.double().float().origin == times.min().item()
    model = SequenceModel("phased", D, N, 2, rng=rng)
    model.cells[0] = cell
    again = SequenceModel("phased", D, N, 2, rng=np.random.default_rng(7))
    again.load_state_dict(model.state_dict())
    assert again.cells[0].origin == cell.origin
    assert torch.equal(run(again.cells[0], x, times=times)[0], expected)
    again.cells[0].load_state_dict(old)  # of a cell that measured from zero
    assert again.cells[0].origin is None


def test_an_origin_may_be_given(rng):
    cell = PhasedLSTMCell(D, N, rng=rng, origin=1.7e12)
    s = cell.s.detach().clone()
    x, times = torch.zeros(B, T, D), dated(rng, 1.7e12)
    h = run(cell, x, times=times)[0]
    assert cell.origin == 1.7e12 and torch.equal(cell.s, s)
    other = PhasedLSTMCell(D, N, rng=np.random.default_rng(1), origin=0.0)
    other.load_state_dict(
        {key: value for key, value in cell.state_dict().items() if key != "origin"}
    )
    assert other.origin == 0.0
    assert torch.equal(run(other, x, times=times - 1.7e12)[0], h)
    with pytest.raises(ValueError, match="origin must be a number, got str"):
        PhasedLSTMCell(D, N, rng=rng, origin="1970")


def test_a_first_step_chooses_as_a_first_sequence_does(rng):
    cell = make_cell("phased-neil", rng)
    other = copy.deepcopy(cell)
    x, times = torch.from_numpy(rng.normal(size=(B, T, D))), dated(rng, 1.7e9)
    state, hs = cell.initial_state(B), []
    for t in range(T):
        h, state = cell(x[:, t], state, times[:, t])
        hs.append(h)
    torch.testing.assert_close(torch.stack(hs, dim=1), run(other, x, times=times)[0])


def test_no_times_are_no_dates(rng):
    cell = make_cell("phased-neil", rng)
    run(cell, torch.zeros(B, T, D, dtype=torch.float64), make_state(cell, rng))
    assert cell.origin == 0.0
