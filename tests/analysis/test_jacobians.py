"""Jacobians of every cell, against nudged states; their products, singular values and reach."""

import numpy as np
import pytest
import torch
from bad_input import bad_input

from rnncourse import analysis, byhand
from rnncourse.byhand.gradcheck import relative_error
from rnncourse.cells import CELLS, RNNState

T, d, n = 4, 3, 5
OF_STEPS = (analysis.products, analysis.singular_values, analysis.time_to_vanish)
each_cell = pytest.mark.parametrize("name", CELLS)


def cell_and_input(name, rng, T=T):
    """A cell in float64 with weights of some size, a sequence and a state that is not zero."""
    cell = CELLS[name](d, n, rng=rng).double().eval()
    with torch.no_grad():
        for parameter in cell.parameters():
            if parameter.ndim == 2:
                parameter += 0.5 * torch.from_numpy(rng.standard_normal(parameter.shape))
    x = torch.from_numpy(rng.standard_normal((T, d)))
    fields = cell.State._fields
    state = cell.State(*(torch.from_numpy(rng.uniform(-0.9, 0.9, (1, n))) for _ in fields))
    return cell, x, state


def flat_step(cell, x, state, t):
    """One step from a flat state vector to the next."""
    parts = cell.State(*torch.as_tensor(state).reshape(len(cell.State._fields), 1, n))
    now = (float(t),) if cell.timed else ()
    with torch.no_grad():
        return torch.cat(tuple(cell(x[None], parts, *now)[1]), dim=1)[0].numpy()


def nudged(f, at, eps=1e-5):
    """The Jacobian of f by central differences, a column an entry."""
    columns = [
        (f(at + eps * e) - f(at - eps * e)) / (2.0 * eps)  # one entry up, one down
        for e in np.eye(len(at))
    ]
    return np.array(columns).T


@each_cell
def test_the_jacobians_of_the_whole_state_agree_with_nudged_states(name, rng):
    cell, x, state = cell_and_input(name, rng)
    found = analysis.state_jacobians(cell, x, state)
    at = torch.cat(tuple(state), dim=1)[0].numpy()
    assert found.shape == (T, len(at), len(at))
    for t, x_t in enumerate(x):
        expected = nudged(lambda s, x_t=x_t, t=t: flat_step(cell, x_t, s, t + 1), at)
        assert relative_error(found[t].numpy(), expected) < 1e-8
        at = flat_step(cell, x_t, at, t + 1)


@each_cell
def test_their_product_is_the_derivative_over_all_steps(name, rng):
    cell, x, state = cell_and_input(name, rng)

    def end(s):
        for t, x_t in enumerate(x):
            s = flat_step(cell, x_t, s, t + 1)
        return s

    product = analysis.products(analysis.state_jacobians(cell, x, state))[-1]
    expected = nudged(end, torch.cat(tuple(state), dim=1)[0].numpy())
    assert relative_error(product, expected) < 1e-8


@each_cell
def test_the_jacobians_by_h_are_the_first_block(name, rng):
    cell, x, state = cell_and_input(name, rng)
    found = analysis.jacobians(cell, x, state)
    assert found.shape == (T, n, n)
    assert torch.equal(found, analysis.state_jacobians(cell, x, state)[:, :n, :n])
    assert not found.requires_grad


def test_an_rnn_has_the_jacobians_of_the_page(rng):
    cell, x, state = cell_and_input("rnn", rng)
    params = {name: value.detach().numpy() for name, value in cell.named_parameters()}
    h, expected = state.h[0].numpy(), []
    for x_t in x.numpy():
        h = byhand.rnn.step(params, x_t, h)
        expected.append(byhand.rnn.jacobian(params, h))
    assert relative_error(analysis.jacobians(cell, x, state).numpy(), np.array(expected)) < 1e-14


def test_a_peephole_cell_does_not_read_h(rng):
    cell, x, state = cell_and_input("peephole", rng)
    assert not analysis.jacobians(cell, x, state).any()
    assert analysis.state_jacobians(cell, x, state)[:, n:, n:].any()


def test_a_closed_gate_is_the_identity(rng):
    cell, x, state = cell_and_input("phased", rng, T=2)
    with torch.no_grad():
        cell.s.zero_(), cell.tau.fill_(10.0)  # open from 0 to 3 in every period of 10
    times = torch.tensor([5.0, 7.0], dtype=torch.float64)
    found = analysis.state_jacobians(cell, x, state, times)
    assert torch.equal(found, torch.eye(2 * n, dtype=torch.float64).expand(2, -1, -1))


def test_one_step_a_batch_of_one_and_zeros_to_start(rng):
    cell, x, _ = cell_and_input("gru", rng, T=1)
    alone = analysis.jacobians(cell, x)
    assert alone.shape == (1, n, n)
    assert torch.equal(alone, analysis.jacobians(cell, x[None], cell.initial_state(1)))
    assert np.array_equal(analysis.products(alone)[0], alone[0].numpy())


def test_digits_are_one_hot_rows(rng):
    cell, _, _ = cell_and_input("lstm", rng)
    digits = torch.tensor([2, 0, 1])
    rows = torch.eye(d, dtype=torch.float64)[digits]
    for x in (digits, digits[None]):
        assert torch.equal(analysis.jacobians(cell, x), analysis.jacobians(cell, rows))


def test_inside_no_grad_and_in_float32(rng):
    cell, x, state = cell_and_input("rnn", rng)
    expected = analysis.jacobians(cell, x, state)
    with torch.no_grad():
        assert torch.equal(analysis.jacobians(cell, x, state), expected)
    single = analysis.jacobians(cell.float(), x.float())
    assert single.dtype == torch.float32
    assert analysis.products(single).dtype == np.float64


def test_the_parameters_gather_no_gradient(rng):
    cell, x, state = cell_and_input("lstm", rng)
    analysis.jacobians(cell, x, state)
    assert all(parameter.grad is None for parameter in cell.parameters())


# Products


def test_the_product_begins_with_the_last_step():
    first, last = np.array([[0.0, 1.0], [0.0, 0.0]]), np.array([[2.0, 0.0], [0.0, 3.0]])
    found = analysis.products(np.array([first, last]))
    assert np.array_equal(found, [last, last @ first])


def test_singular_values_of_rotations_scale_with_the_factor():
    angle = 0.3
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found = analysis.singular_values(np.array([0.9 * turn] * 20))
    assert found == pytest.approx(np.outer(0.9 ** np.arange(1, 21), [1, 1]))


@pytest.mark.parametrize("factor, T, expected", [(0.5, 20, 10), (0.1, 5, 4), (0.5, 9, None)])
def test_time_to_vanish_of_a_power(factor, T, expected):
    """0.5 to the power of 10 is below 1e-3; 0.1 cubed equals it up to rounding, its fourth not."""
    steps = np.full((T, 1, 1), factor)
    assert analysis.time_to_vanish(steps) == expected


def test_time_to_vanish_waits_for_the_nudge_that_lasts_longest():
    steps = np.array([np.diag([0.1, 0.5])] * 12)
    assert analysis.time_to_vanish(steps) == 10  # 0.1 would take 4


def test_time_to_vanish_is_counted_from_the_end():
    steps = np.ones((5, 1, 1))
    steps[0] = 0.0  # the first step lets nothing through
    assert analysis.time_to_vanish(steps) == 5
    assert analysis.time_to_vanish(steps[::-1]) == 1
    assert analysis.time_to_vanish(np.ones((5, 1, 1))) is None
    assert analysis.time_to_vanish(np.ones((5, 1, 1)), threshold=1.5) == 1


# Errors


@bad_input(
    (np.zeros((4, 3)), "x must be a torch tensor, got ndarray"),
    (torch.zeros(4, 2).double(), "x must have shape (T, 3), got (4, 2)"),
    (torch.zeros(2, 4, 3).double(), "x must have shape (1, T, d), got (2, 4, 3)"),
    (torch.zeros(0, 3).double(), "x must not be empty"),
    (torch.zeros(4, 3), "x must have the cell's dtype torch.float64, got torch.float32"),
    (torch.full((4, 3), torch.nan).double(), "x must be finite, got nan"),
    (torch.tensor([0, 3]), "x must lie in 0 … 2, got 3"),
    (torch.zeros(1, 1, 2).long(), "x must have shape (T,), got (1, 1, 2)"),
)
def test_a_sequence_that_does_not_fit_is_named(x, rng):
    cell, _, _ = cell_and_input("rnn", rng)
    analysis.jacobians(cell, x)


def test_a_state_or_times_that_do_not_fit_are_named(rng):
    cell, x, state = cell_and_input("rnn", rng)
    with pytest.raises(ValueError, match=r"state.h must have shape \(1, 5\), got \(2, 5\)"):
        analysis.jacobians(cell, x, RNNState(h=torch.zeros(2, 5).double()))
    with pytest.raises(ValueError, match="state must be a RNNState, got Tensor"):
        analysis.jacobians(cell, x, state.h)
    with pytest.raises(ValueError, match="times must be None for a RNNCell: it has no clock"):
        analysis.jacobians(cell, x, state, torch.arange(4.0).double())
    phased, x, state = cell_and_input("phased", rng)
    with pytest.raises(ValueError, match=r"times must have shape \(4,\), got \(3,\)"):
        analysis.jacobians(phased, x, state, torch.arange(3.0).double())
    with pytest.raises(ValueError, match="times must not go back"):
        analysis.jacobians(phased, x, state, -torch.arange(4.0).double())


@pytest.mark.parametrize("function", OF_STEPS)
@bad_input(
    (np.zeros((3, 3)), "jacobians must have shape (T, n, n), got (3, 3)"),
    (np.zeros((2, 4, 3)), "jacobians must have shape (T, 3, 3), got (2, 4, 3)"),
    (np.zeros((0, 3, 3)), "jacobians must not be empty"),
    (np.full((1, 2, 2), np.inf), "jacobians must be finite, got inf"),
)
def test_what_is_no_stack_of_square_matrices_is_named(steps, function):
    function(steps)


@pytest.mark.parametrize("threshold", [0.0, -1.0, np.nan, "0.1"])
def test_the_threshold_is_a_positive_number(threshold):
    with pytest.raises(ValueError, match="threshold must be"):
        analysis.time_to_vanish(np.ones((2, 1, 1)), threshold)
