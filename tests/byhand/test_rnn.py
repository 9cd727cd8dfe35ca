"""The vanilla RNN: by hand, as a cell, and by torch.nn, one network."""

import numpy as np
import pytest
import torch
from bad_input import bad_input
from cases import CASES

from rnncourse.byhand import rnn, softmax
from rnncourse.byhand.examples import small_network
from rnncourse.byhand.gradcheck import check_gradients, precise_gradient
from rnncourse.byhand.steps import OUTPUT
from rnncourse.cells import RNNCell, RNNState, to_torch
from rnncourse.sequence import SequenceModel, unroll

PARAMS = small_network()[0]
each_case = pytest.mark.parametrize("case", CASES["rnn"], ids=lambda case: case["name"])


def inputs(case):
    given = case["inputs"]
    params = {name: np.array(value) for name, value in given["params"].items()}
    return params, np.array(given["x"]), np.array(given["y"]), np.array(given["h0"])


def model_with(params) -> SequenceModel:
    """A float64 model that carries the by-hand parameters."""
    K, n = params["W_ph"].shape
    d = params["W_hx"].shape[1]
    model = SequenceModel("rnn", d, n, K, rng=np.random.default_rng(0)).double()
    above = {name: name if name in OUTPUT else f"cells.0.{name}" for name in params}
    model.load_state_dict({above[name]: torch.tensor(value) for name, value in params.items()})
    return model


def torch_loss_and_gradients(params, x, y, reduction, h0):
    """The same numbers by the readable cell and automatic differentiation."""
    model = model_with(params)
    h0 = torch.from_numpy(h0)[None].requires_grad_()
    p, _ = model(torch.from_numpy(x)[None], RNNState(h=h0))
    losses = torch.nn.functional.cross_entropy(p[0], torch.from_numpy(y), reduction="none")
    loss = {"last": losses[-1], "mean": losses.mean(), "sum": losses.sum()}[reduction]
    loss.backward()
    grads = {name.removeprefix("cells.0."): p.grad.numpy() for name, p in model.named_parameters()}
    return loss.item(), grads | {"h0": h0.grad[0].numpy()}, p[0].detach().numpy()


@each_case
def test_by_hand_reproduces_the_course_cases(case):
    params, x, y, h0 = inputs(case)
    p, cache = rnn.forward(params, x, h0=h0)
    loss, grads = rnn.loss_and_gradients(params, x, y, case["loss_mode"], h0=h0)
    expected = case["expected"]
    assert abs(loss - expected["loss"]) < 1e-12
    for got, name in ((cache.h, "h"), (p, "p"), (softmax(p), "yhat")):
        assert np.abs(got - expected[name]).max() < 1e-12
    for name, value in expected["grad"].items():
        assert np.abs(grads[name] - value).max() < 1e-12, name


@each_case
def test_the_cell_reproduces_the_course_cases(case):
    params, x, y, h0 = inputs(case)
    loss, grads, p = torch_loss_and_gradients(params, x, y, case["loss_mode"], h0)
    assert abs(loss - case["expected"]["loss"]) < 1e-12
    assert np.abs(p - case["expected"]["p"]).max() < 1e-12
    for name, value in case["expected"]["grad"].items():
        assert np.abs(grads[name] - value).max() < 1e-12, name


def test_the_contributions_are_the_course_case():
    case = CASES["rnn"][0]
    params, x, y, h0 = inputs(case)
    terms = rnn.gradient_contributions(params, x, y, h0=h0)
    assert np.abs(terms - case["expected"]["dW_hh_contributions_i1_to_T"]).max() < 1e-12


@pytest.mark.parametrize("reduction", ["last", "mean", "sum"])
@pytest.mark.parametrize("T", [1, 2, 17])
def test_by_hand_equals_differences_and_automatic_differentiation(T, reduction):
    params, x, y, h0 = small_network(seed=T, T=T, scale=0.5)
    report = check_gradients(
        lambda params: rnn.loss_and_gradients(params, x, y, reduction, h0=h0), params
    )
    assert report.passed, str(report)
    _, grads = rnn.loss_and_gradients(params, x, y, reduction, h0=h0)
    numerical = precise_gradient(
        lambda: rnn.loss_and_gradients(params, x, y, reduction, h0=h0)[0], h0
    )
    assert np.abs(grads["h0"] - numerical).max() < 1e-9
    _, automatic, _ = torch_loss_and_gradients(params, x, y, reduction, h0)
    for name, value in automatic.items():
        assert np.abs(grads[name] - value).max() < 1e-12, name


def test_one_step_has_a_closed_form():
    params, x, y, _ = small_network(T=1)
    h = np.tanh(params["W_hx"] @ x[0] + params["b_h"])
    error = softmax(params["W_ph"] @ h + params["b_p"]) - np.eye(5)[y[0]]
    da = (1 - h**2) * (params["W_ph"].T @ error)
    _, grads = rnn.loss_and_gradients(params, x, y)
    assert np.allclose(grads["W_hx"], np.outer(da, x[0]), atol=1e-15)
    assert not grads["W_hh"].any()  # h0 = 0: nothing to multiply


def test_a_network_without_recurrence_forgets():
    params, x, y, _ = small_network()
    params["W_hh"][:] = 0.0
    terms = rnn.gradient_contributions(params, x, y)
    assert not terms[:-1].any()
    assert terms[-1].any()


def test_the_sum_of_steps_is_the_sum_of_sequences_ended_early():
    params, x, y, h0 = small_network()
    whole = rnn.loss_and_gradients(params, x, y, "sum", h0=h0)[1]["W_hh"]
    parts = [
        rnn.loss_and_gradients(params, x[:t], y[:t], "last", h0=h0)[1]["W_hh"]
        for t in range(1, len(x) + 1)
    ]
    assert np.allclose(whole, sum(parts), atol=1e-13)


def test_the_cell_equals_torch_nn():
    cell = RNNCell(3, 4, rng=np.random.default_rng(0)).double()
    x = torch.randn(2, 5, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    h, state = unroll(cell, x)
    expected, last = to_torch(cell)(x)
    assert torch.allclose(h, expected, atol=1e-14)
    assert torch.allclose(state.h, last[0], atol=1e-14)


@pytest.fixture
def model():
    return SequenceModel("rnn", 10, 8, 10, rng=np.random.default_rng(0)).double()


@pytest.fixture
def x():
    return torch.arange(12).reshape(2, 6) % 10


def test_two_chunks_are_the_whole(model, x):
    whole, _ = model(x)
    first, state = model(x[:, :2])
    second, _ = model(x[:, 2:], state)
    assert torch.allclose(torch.cat([first, second], dim=1), whole, atol=1e-15)


def test_a_batch_of_two_is_two_batches(model, x):
    both, _ = model(x)
    for row in (0, 1):
        alone, _ = model(x[row : row + 1])
        assert torch.allclose(both[row], alone[0], atol=1e-15)


def test_indices_are_one_hot_rows(model, x):
    rows = torch.eye(10, dtype=torch.float64)[x]
    assert torch.equal(model(x)[0], model(rows)[0])


def test_weights_start_as_documented():
    cell = RNNCell(10, 64, rng=np.random.default_rng(0))
    assert cell.W_hh.dtype == torch.float32
    assert torch.allclose(cell.W_hh @ cell.W_hh.T, torch.eye(64), atol=1e-5)
    assert abs(cell.W_hx.std().item() - 0.1) < 0.01
    assert not cell.b_h.any()
    again = RNNCell(10, 64, rng=np.random.default_rng(0))
    assert torch.equal(cell.W_hh, again.W_hh)


@bad_input(
    ({"x": np.zeros((4, 7))}, "x must have shape (T, 3), got (4, 7)"),
    ({"x": np.zeros((0, 3))}, "x must not be empty, got shape (0, 3)"),
    ({"x": np.zeros((6, 3), "f4")}, "x must be a float64 NumPy array"),
    ({"x": np.full((6, 3), np.nan)}, "x must be finite, got nan at (0, 0)"),
    ({"y": np.zeros(5, int)}, "y must have shape (6,), got (5,)"),
    ({"y": np.full(6, 5)}, "y must lie in 0 … 4, got 5"),
    ({"y": np.zeros(6)}, "y must hold whole numbers, got float64"),
    ({"h0": np.zeros(5)}, "h0 must have shape (4,), got (5,)"),
    ({"reduction": "max"}, "reduction must be one of last, mean, sum; got 'max'"),
    (
        {"params": {name: W for name, W in PARAMS.items() if name != "b_h"}},
        "missing: b_h; unknown: none",
    ),
    (
        {"params": PARAMS | {"W_hh": np.eye(5)}},
        "params['W_hh'] must have shape (4, 4), got (5, 5)",
    ),
)
def test_bad_input_by_hand_is_named(change):
    params, x, y, h0 = small_network()
    given = {"params": params, "x": x, "y": y, "reduction": "last", "h0": h0} | change
    rnn.loss_and_gradients(**given)


@bad_input(
    (torch.zeros(2, 3, 7), None, "x must have shape (B, T, 3), got (2, 3, 7)"),
    (torch.zeros(2, 3), None, "x must have shape (B, T, 3), got (2, 3)"),
    (torch.zeros(2, 0, 3), None, "x must not be empty, got shape (2, 0, 3)"),
    (torch.tensor([[0, 3]]), None, "x must lie in 0 … 2, got 3"),
    (torch.tensor([[-1, 0]]), None, "x must lie in 0 … 2, got -1"),
    (torch.tensor([0, 1]), None, "x must have shape (B, T), got (2,)"),
    (torch.zeros(2, 3, 3).double(), None, "x must have the cell's dtype torch.float32"),
    ([[0, 1]], None, "x must be a torch tensor, got list"),
    (torch.zeros(2, 3, 3), torch.zeros(2, 4), "state must be a RNNState, got Tensor"),
    (
        torch.zeros(2, 3, 3),
        RNNState(torch.zeros(1, 4)),
        "state.h must have shape (2, 4), got (1, 4)",
    ),
)
def test_bad_input_to_a_sequence_is_named(x, state):
    cell = RNNCell(3, 4, rng=np.random.default_rng(0))
    unroll(cell, x, state)


def test_an_unknown_cell_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"cell_name must be one of .*rnn.*; got 'elman'"):
        SequenceModel("elman", 3, 4, 2, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"rng must be a numpy.random.Generator, got int"):
        RNNCell(3, 4, rng=0)
