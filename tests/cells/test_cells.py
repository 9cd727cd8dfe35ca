"""Each cell, unrolled with automatic differentiation, is the by-hand cell in a batch."""

import numpy as np
import pytest
import torch
from bad_input import bad_input
from cases import arrays, each_cell_case
from small_cells import VARIANTS, B, D, N, T, cell_of, make_cell, make_state

from rnncourse import byhand, fused
from rnncourse.cells import CELLS, GRUCell, LSTMCell, LSTMState, PhasedLSTMCell, time_gate
from rnncourse.sequence import unroll


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_holds_the_arrays_of_its_table(kind, rng):
    cell, size = CELLS[kind](D, N, rng=rng), {"d": D, "n": N}
    table = {
        name: tuple(size[letter] for letter in letters)
        for name, letters in byhand.CELLS[kind].SHAPES.items()
    }
    assert {name: tuple(value.shape) for name, value in cell.state_dict().items()} == table


def test_every_cell_has_its_three_registrations():
    assert list(CELLS) == list(byhand.CELLS)
    assert {*fused.BYHAND, *fused.KERNELS} <= {*CELLS.values()}


def by_hand(cell, x, state, times=None):
    """Each sequence of the batch through the by-hand cell: the states h (B, T, n)."""
    name = next(key for key, kind in CELLS.items() if kind is type(cell))
    params = {key: value.detach().numpy() for key, value in cell.named_parameters()}
    params |= {"W_ph": np.eye(cell.n), "b_p": np.zeros(cell.n)}  # the scores are the states
    options = {"candidate": cell.candidate} if name == "peephole" else {}
    if name == "phased":
        options = {"variant": cell.variant, "leak": cell.leak if cell.training else 0.0}
    hs = []
    for b, x_b in enumerate(x.numpy()):
        start = {f"{key}0": value[b].numpy() for key, value in state._asdict().items()}
        timed = {} if times is None else {"times": times[b].numpy()}
        hs.append(getattr(byhand, name).forward(params, x_b, **start, **options, **timed)[0])
    return np.array(hs)


@pytest.mark.parametrize("name", VARIANTS)
def test_a_batch_through_the_cell_is_each_sequence_by_hand(name, rng):
    cell = make_cell(name, rng)
    x, state = torch.from_numpy(rng.normal(size=(B, T, D))), make_state(cell, rng)
    h, end = unroll(cell, x, state)
    np.testing.assert_allclose(h.detach(), by_hand(cell, x, state), rtol=0, atol=1e-14)
    torch.testing.assert_close(end.h, h[:, -1], rtol=0, atol=0)


@pytest.mark.parametrize("name", VARIANTS)
def test_automatic_differentiation_gives_the_gradient_derived_by_hand(name, rng):
    cell = make_cell(name, rng)
    x, state = torch.from_numpy(rng.normal(size=(1, T, D))), make_state(cell, rng, batch=1)
    for value in state:
        value.requires_grad_()
    y = rng.integers(0, N, T)
    h, _ = unroll(cell, x, state)
    torch.nn.functional.cross_entropy(h[0], torch.from_numpy(y)).backward()
    params = {key: value.detach().numpy() for key, value in cell.named_parameters()}
    params |= {"W_ph": np.eye(N), "b_p": np.zeros(N)}
    module = getattr(byhand, VARIANTS[name][0])
    options = {
        key: getattr(cell, key) for key in ("candidate", "variant", "leak") if hasattr(cell, key)
    }
    start = {f"{key}0": value[0].detach().numpy() for key, value in state._asdict().items()}
    _, grads = module.loss_and_gradients(params, x[0].numpy(), y, "mean", **start, **options)
    for key, value in cell.named_parameters():
        np.testing.assert_allclose(value.grad, grads[key], rtol=0, atol=1e-12, err_msg=key)
    for key, value in state._asdict().items():
        gradient = np.zeros(N) if value.grad is None else value.grad[0]
        np.testing.assert_allclose(gradient, grads[f"{key}0"], rtol=0, atol=1e-12)


@each_cell_case
def test_cells_reproduce_the_exact_cases(case):
    cell, x, state, times = cell_of(case)
    h, _ = unroll(cell, x, state, times)
    expected = arrays(case["expected"])
    np.testing.assert_allclose(h[0].detach(), expected["h"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("name", VARIANTS)
def test_whole_numbers_stand_for_one_hot_rows(name, rng):
    cell = make_cell(name, rng)
    x = torch.from_numpy(rng.integers(0, D, (B, T)))
    rows = torch.eye(D, dtype=torch.float64)[x]
    torch.testing.assert_close(unroll(cell, x)[0], unroll(cell, rows)[0], rtol=0, atol=0)


@pytest.mark.parametrize("name", VARIANTS)
def test_chunks_with_carried_state_are_the_whole(name, rng):
    cell = make_cell(name, rng)
    x, state = torch.from_numpy(rng.normal(size=(B, T, D))), make_state(cell, rng)
    times = torch.arange(1.0, T + 1, dtype=torch.float64).expand(B, T)
    whole, _ = unroll(cell, x, state)
    parts = []
    for chunk in (slice(0, 2), slice(2, T)):
        h, state = unroll(cell, x[:, chunk], state, times[:, chunk] if cell.timed else None)
        parts.append(h)
    torch.testing.assert_close(torch.cat(parts, dim=1), whole, rtol=0, atol=1e-15)


def test_recurrent_matrices_start_orthogonal_and_biases_where_they_should(rng):
    for name, kind in CELLS.items():
        cell = kind(D, 16, rng=rng)
        for key, value in cell.named_parameters():
            assert value.dtype == torch.float32
            if key.endswith("h") and key.startswith("W"):
                product = (value @ value.T).detach()
                torch.testing.assert_close(product, torch.eye(16), atol=1e-5, rtol=0)
            if key.startswith("b_"):
                forgets = name in ("lstm", "peephole", "phased") and key == "b_f"
                torch.testing.assert_close(value.detach(), torch.full((16,), float(forgets)))


def test_the_forget_bias_is_an_argument(rng):
    assert (LSTMCell(D, N, rng=rng, forget_bias=3.0).b_f == 3.0).all()
    with pytest.raises(ValueError, match="forget_bias must be a number"):
        LSTMCell(D, N, rng=rng, forget_bias="much")


def test_the_gate_of_the_cell_is_the_gate_by_hand(rng):
    t = np.concatenate([rng.uniform(-50, 1000, 200), np.arange(50.0)])
    tau, s, r_on = rng.uniform(1, 20, 250), rng.uniform(-5, 30, 250), rng.uniform(0.05, 0.95, 250)
    k = time_gate(*map(torch.from_numpy, (t, tau, s, r_on)), 1e-3)
    np.testing.assert_allclose(
        k, byhand.phased.time_gate(t, tau, s, r_on, 1e-3), rtol=0, atol=1e-13
    )


def test_times_are_read_in_float64_even_by_a_float32_cell(rng):
    """1e5 + 0.001 rounds to 1e5 in float32, where the phase would stand still."""
    cell = PhasedLSTMCell(D, N, rng=rng)
    k = cell.openness(torch.tensor([[1e5], [1e5 + 1e-3]], dtype=torch.float64))
    assert k.dtype == torch.float32
    assert (k[0] != k[1]).any()
    with pytest.raises(ValueError, match=r"t must have dtype torch\.float64"):
        cell(torch.zeros(B, D), cell.initial_state(B), torch.zeros(B))


def test_the_leak_is_zero_in_evaluation(rng):
    cell = PhasedLSTMCell(D, N, rng=rng, leak=0.5).double()
    with torch.no_grad():
        cell.tau.fill_(4.0), cell.s.fill_(0.0), cell.r_on.fill_(0.5)
    t = torch.tensor([[3.0]], dtype=torch.float64)
    assert (cell.openness(t) == 0.375).all()
    assert (cell.eval().openness(t) == 0.0).all()


def test_learn_says_which_clock_parameters_are_trained(rng):
    cell = PhasedLSTMCell(D, N, rng=rng)
    assert [cell.tau.requires_grad, cell.s.requires_grad, cell.r_on.requires_grad] == [1, 1, 0]
    cell = PhasedLSTMCell(D, N, rng=rng, learn=("r_on",))
    assert [cell.tau.requires_grad, cell.s.requires_grad, cell.r_on.requires_grad] == [0, 0, 1]
    assert {"tau", "s", "r_on"} <= dict(cell.named_parameters()).keys()
    with pytest.raises(ValueError, match="learn must be one of r_on, s, tau; got 'phase'"):
        PhasedLSTMCell(D, N, rng=rng, learn=("phase",))


def test_project_puts_the_clock_back_into_its_range(rng):
    cell = PhasedLSTMCell(D, N, rng=rng)
    x = torch.zeros(B, T, D)
    with torch.no_grad():
        cell.tau.fill_(-1.0), cell.r_on.fill_(1.5)
    with pytest.raises(ValueError, match="tau must be positive, got -1"):
        unroll(cell, x)
    with torch.no_grad():
        cell.tau.fill_(1.0)
    with pytest.raises(ValueError, match=r"r_on must lie strictly between 0 and 1, got 1\.5"):
        unroll(cell, x)
    cell.project_()
    unroll(cell, x)


def bad_times(value):
    return torch.tensor(value, dtype=torch.float64).expand(B, 3)


@bad_input(
    ({"x": torch.zeros(B, 3, D + 1)}, "x must have shape (B, T, 3), got (2, 3, 4)"),
    ({"x": torch.zeros(B, 3, D).double()}, "x must have the cell's dtype torch.float32"),
    ({"x": torch.zeros(B, 3, D) / 0}, "x must be finite, got nan at (0, 0, 0)"),
    ({"x": torch.full((B, 3), D)}, "x must lie in 0 … 2, got 3"),
    ({"x": torch.zeros(B, 3, D, device="meta")}, "x must be on the cell's device cpu"),
    ({"x": torch.zeros(B, 0, D)}, "x must not be empty"),
    ({"state": (torch.zeros(B, N),)}, "state must be a LSTMState, got tuple"),
    (
        {"state": LSTMState(h=torch.zeros(B, N), c=torch.zeros(B, N + 1))},
        "state.c must have shape (2, 5), got (2, 6)",
    ),
    (
        {"state": LSTMState(h=torch.zeros(B, N), c=torch.full((B, N), torch.nan))},
        "state.c must be finite, got nan",
    ),
    ({"times": bad_times([1.0, 3, 2])}, "must not go back, got 2.0 after 3.0 at (0, 2)"),
    ({"times": torch.ones(B, 3)}, "times must have dtype torch.float64"),
    ({"times": bad_times([1.0, 2, torch.nan])}, "times must be finite"),
)
def test_bad_input_is_named(change, rng):
    cell = PhasedLSTMCell(D, N, rng=rng)
    unroll(cell, **({"x": torch.zeros(B, 3, D)} | change))


def test_a_cell_without_a_clock_takes_no_times(rng):
    with pytest.raises(ValueError, match="times must be None for a GRUCell"):
        unroll(GRUCell(D, N, rng=rng), torch.zeros(B, 3, D), times=bad_times([1.0, 2, 3]))


def test_one_step_of_a_cell_checks_its_input(rng):
    cell = LSTMCell(D, N, rng=rng)
    with pytest.raises(ValueError, match=r"x must have shape \(B, 3\)"):
        cell(torch.zeros(B, D + 1), cell.initial_state(B))
    with pytest.raises(ValueError, match="state must be a LSTMState"):
        cell(torch.zeros(B, D), GRUCell(D, N, rng=rng).initial_state(B))
