"""The by-hand cells hold against exact cases, numerical differences, and torch."""

import inspect

import numpy as np
import pytest
import torch
from bad_input import bad_input
from cases import BOTH_WAYS, CASES, arrays, each_cell_case

from rnncourse import byhand
from rnncourse.byhand.gradcheck import check_gradients
from rnncourse.byhand.steps import OUTPUT
from rnncourse.cells import LSTMCell, to_torch

OF_TWO_KINDS = ("peephole", "phased")
CELLS = {
    **{name: (cell, {}) for name, cell in byhand.CELLS.items() if name not in OF_TWO_KINDS},
    "peephole-tanh": (byhand.peephole, {}),
    "peephole-sigmoid": (byhand.peephole, {"candidate": "sigmoid"}),
    "phased-neil": (byhand.phased, {"leak": 1e-3}),
    "phased-course": (byhand.phased, {"leak": 1e-3, "variant": "course"}),
}
KINDS = {"rnn": "rnn", "lstm": "lstm", "gru": "gru", "peep": "peephole", "phased": "phased"}
D, N, K, T = 3, 4, 3, 6


def random_params(shapes: dict, rng) -> dict:
    sizes = {"d": D, "n": N, "K": K}
    params = {
        name: rng.uniform(-1, 1, [sizes[letter] for letter in letters])
        for name, letters in shapes.items()
    }
    if "tau" in params:
        params |= {"tau": rng.uniform(2, 6, N), "r_on": rng.uniform(0.3, 0.7, N)}
    return params


def random_problem(name: str, rng):
    module, options = CELLS[name]
    params = random_params(module.SHAPES | OUTPUT, rng)
    state = {"h0": rng.uniform(-1, 1, N)}
    if "c0" in inspect.signature(module.forward).parameters:
        state["c0"] = rng.uniform(-1, 1, N)
    return module, params, rng.normal(size=(T, D)), rng.integers(0, K, T), state, options


def case_options(case: dict) -> dict:
    """The case's own names, translated to ours."""
    given = case.get("options", {})
    names = {"times": "times", "alpha": "leak", "variant": "variant", "cand": "candidate"}
    options = {names[key]: value for key, value in given.items()}
    if "times" in options:
        options["times"] = np.array(options["times"])
    return options


@each_cell_case
def test_exact_cases_agree_to_rounding(case):
    module = getattr(byhand, KINDS[case["kind"]])
    inputs = arrays(case["inputs"])
    state = {name: inputs[name] for name in ("h0", "c0") if name in inputs} | case_options(case)
    p, cache = module.forward(inputs["params"], inputs["x"], **state)
    loss, grads = module.loss_and_gradients(
        inputs["params"], inputs["x"], inputs["y"], case["loss_mode"], **state
    )
    expected = arrays(case["expected"])
    np.testing.assert_allclose(p, expected["p"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(loss, expected["loss"], rtol=0, atol=1e-12)
    for name in {"h", "c", "k"} & expected.keys():
        np.testing.assert_allclose(getattr(cache, name), expected[name], rtol=0, atol=1e-12)
    for name, gradient in expected["grad"].items():
        np.testing.assert_allclose(grads[name], gradient, rtol=0, atol=1e-12, err_msg=name)


def test_the_bidirectional_case_agrees_to_rounding():
    inputs, expected = arrays(BOTH_WAYS["inputs"]), arrays(BOTH_WAYS["expected"])
    params = {name: inputs[name] for name in ("forward", "backward", "W_ph", "b_p")}
    p, cache = byhand.bidirectional.forward(params, inputs["x"])
    loss, _ = byhand.bidirectional.loss_and_gradients(params, inputs["x"], int(inputs["y"]))
    np.testing.assert_allclose(cache.ends, expected["H"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(p, expected["p"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(loss, expected["loss"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("reduction", ["last", "mean", "sum"])
@pytest.mark.parametrize("name", CELLS)
def test_every_gradient_is_what_nudging_says(name, reduction, rng):
    module, params, x, y, state, options = random_problem(name, rng)

    def loss_and_gradients(arrays):
        own = {key: arrays[key] for key in params}
        start = {key: arrays[key] for key in state}
        return module.loss_and_gradients(own, x, y, reduction, **start, **options)

    report = check_gradients(loss_and_gradients, params | state)
    assert report, str(report)


def test_bidirectional_gradients_are_what_nudging_says(rng):
    x, y = rng.normal(size=(T, D)), 1
    flat = {
        f"{way}.{name}": value
        for way in ("forward", "backward")
        for name, value in random_params(byhand.lstm.SHAPES, rng).items()
    } | {"W_ph": rng.uniform(-1, 1, (K, 2 * N)), "b_p": rng.uniform(-1, 1, K)}

    def loss_and_gradients(arrays):
        loss, grads = byhand.bidirectional.loss_and_gradients(nest(arrays), x, y)
        return loss, {
            name: grads[name] if name in grads else grads[name.split(".")[0]][name.split(".")[1]]
            for name in arrays
        }

    report = check_gradients(loss_and_gradients, flat)
    assert report, str(report)


def nest(flat: dict) -> dict:
    params = {name: value for name, value in flat.items() if "." not in name}
    for way in ("forward", "backward"):
        params[way] = {
            name.split(".")[1]: value for name, value in flat.items() if name.startswith(way + ".")
        }
    return params


def test_the_lstm_and_its_gradient_are_those_of_torch(rng):
    module, params, x, y, state, _ = random_problem("lstm", rng)
    loss, grads = module.loss_and_gradients(params, x, y, "mean", **state)
    cell = LSTMCell(D, N, rng=rng).double()
    cell.load_state_dict({name: torch.tensor(params[name]) for name in module.SHAPES})
    layer = to_torch(cell)
    h0, c0 = (torch.tensor(state[name])[None].requires_grad_() for name in ("h0", "c0"))
    h, _ = layer(torch.tensor(x), (h0, c0))
    p = h @ torch.tensor(params["W_ph"]).T + torch.tensor(params["b_p"])
    expected = torch.nn.functional.cross_entropy(p, torch.tensor(y))
    expected.backward()
    assert loss == pytest.approx(expected.item(), abs=1e-14)
    for row, q in enumerate("ifgo"):
        rows = slice(row * N, (row + 1) * N)
        dW_qh, db_q = layer.weight_hh_l0.grad[rows], layer.bias_ih_l0.grad[rows]
        np.testing.assert_allclose(grads[f"W_{q}h"], dW_qh, rtol=0, atol=1e-14)
        np.testing.assert_allclose(grads[f"b_{q}"], db_q, rtol=0, atol=1e-14)
    np.testing.assert_allclose(grads["h0"], h0.grad[0], rtol=0, atol=1e-14)
    np.testing.assert_allclose(grads["c0"], c0.grad[0], rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", CELLS)
def test_two_chunks_with_carried_state_are_the_whole(name, rng):
    module, params, x, _, state, options = random_problem(name, rng)
    times = np.arange(1.0, T + 1)
    timed = [{"times": part} if "phased" in name else {} for part in (times, times[:2], times[2:])]
    whole, _ = module.forward(params, x, **state, **options, **timed[0])
    first, cache = module.forward(params, x[:2], **state, **options, **timed[1])
    ends = {"h0": getattr(cache, "h", None), "c0": getattr(cache, "c", None)}
    carried = {key: ends[key][-1] for key in state}
    second, _ = module.forward(params, x[2:], **carried, **options, **timed[2])
    np.testing.assert_allclose(np.concatenate([first, second]), whole, rtol=0, atol=1e-14)


def test_a_clock_that_is_always_open_makes_the_phased_lstm_an_lstm(rng):
    """φ = r_on / 2 at every step: t = s + τ (j + r_on / 2), so k = 1."""
    module, params, x, _, state, _ = random_problem("phased-neil", rng)
    params |= {"tau": np.full(N, 4.0), "s": np.full(N, 1.0), "r_on": np.full(N, 0.5)}
    times = 1.0 + 4.0 * (np.arange(T) + 0.25)
    for variant in module.VARIANTS:
        p, cache = module.forward(params, x, times=times, variant=variant, **state)
        lstm = {name: params[name] for name in (*byhand.lstm.SHAPES, *OUTPUT)}
        np.testing.assert_array_equal(cache.k, 1.0)
        np.testing.assert_allclose(p, byhand.lstm.forward(lstm, x, **state)[0], rtol=0, atol=1e-14)


@pytest.mark.parametrize("variant", byhand.phased.VARIANTS)
def test_a_shut_clock_keeps_the_state(variant, rng):
    module, params, x, _, state, _ = random_problem("phased-neil", rng)
    params |= {"tau": np.full(N, 4.0), "s": np.full(N, 0.0), "r_on": np.full(N, 0.5)}
    times = 3.0 + 4.0 * np.arange(T)
    _, cache = module.forward(params, x, times=times, variant=variant, **state)
    np.testing.assert_array_equal(cache.h, np.tile(state["h0"], (T, 1)))
    np.testing.assert_array_equal(cache.c, np.tile(state["c0"], (T, 1)))


def test_the_time_gate_follows_the_table():
    gate = CASES["phased_gate"]
    clock = [float(gate["params"][name]) for name in ("tau", "s", "r_on")]
    t = np.array([row["t"] for row in gate["table"]])
    for leak, column in ((gate["params"]["alpha"], "k"), (0.0, "k_alpha0")):
        k = byhand.phased.time_gate(t, *clock, leak)
        np.testing.assert_allclose(k, [row[column] for row in gate["table"]], rtol=0, atol=1e-12)


def test_closed_branches_let_the_gate_open_on_whole_times():
    """With τ = 8 and r_on = 1/4 the peak falls on t = 1 exactly; strict inequalities miss it."""
    k = byhand.phased.time_gate(np.arange(9.0), 8.0, 0.0, 0.25)
    np.testing.assert_array_equal(k, CASES["phased_gate"]["never_opens_literal_eq12"]["fixed"])


def test_the_time_gate_counts_whole_periods_in_its_gradient_by_tau():
    """∂k/∂τ at t = 41.3, τ = 4, s = 1, r_on = 1/4 is −20.15: not the −0.15 of the first period."""
    clock = (np.array(4.0), np.array(1.0), np.array(0.25))
    dk_dtau, _, _ = byhand.phased.time_gate_gradients(np.array(41.3), *clock, 1e-3)
    assert dk_dtau == pytest.approx(-(41.3 - 1) / 16 * 8)


def test_the_peak_of_the_gate_belongs_to_its_opening():
    _, dk_ds, _ = byhand.phased.time_gate_gradients(*map(np.array, (1.0, 8.0, 0.0, 0.25)), 0.0)
    assert dk_ds == -1.0  # −(1/τ)(2/r_on), not the +1 of the closing branch


def test_a_gru_without_biases_is_a_gru_with_zero_biases(rng):
    module, params, x, y, state, _ = random_problem("gru", rng)
    bare = {name: value for name, value in params.items() if name not in module.OPTIONAL}
    zero = {name: np.zeros(N) for name in module.OPTIONAL}
    loss, grads = module.loss_and_gradients(bare, x, y, **state)
    loss_zero, grads_zero = module.loss_and_gradients(bare | zero, x, y, **state)
    assert loss == loss_zero
    assert not grads.keys() & set(module.OPTIONAL)
    for name, gradient in grads.items():
        np.testing.assert_array_equal(gradient, grads_zero[name])


def test_the_peephole_cell_never_reads_h(rng):
    module, params, x, y, state, _ = random_problem("peephole-tanh", rng)
    without = module.forward(params, x, c0=state["c0"])[0]
    np.testing.assert_array_equal(module.forward(params, x, **state)[0], without)
    assert not module.loss_and_gradients(params, x, y, **state)[1]["h0"].any()


@bad_input(
    ({"tau": np.full(N, -1.0)}, "tau must be positive, got -1.0"),
    ({"r_on": np.full(N, 1.0)}, "r_on must lie strictly between 0 and 1, got 1.0"),
    ({"b_f": np.full(N, np.nan)}, "params['b_f'] must be finite"),
    ({"W_fh": np.zeros((N, N + 1))}, "params['W_fh'] must have shape (4, 4)"),
    ({"W_fh": np.zeros((N, N), np.float32)}, "must be a float64"),
)
def test_bad_parameters_are_named(change, rng):
    module, params, x, *_ = random_problem("phased-neil", rng)
    module.forward(params | change, x)


@bad_input(
    ({"times": np.array([1.0, 2, 3, 2, 5, 6])}, "times must not go back, got 2.0 after 3.0"),
    ({"times": np.ones(T + 1)}, "times must have shape (6,), got (7,)"),
    ({"times": np.arange(T)}, "times must be a float64"),
    ({"leak": -0.1}, "leak must lie in 0 … 1"),
    ({"variant": "other"}, "variant must be one of course, neil"),
    ({"h0": np.zeros(N + 1)}, "h0 must have shape"),
)
def test_bad_options_are_named(options, rng):
    module, params, x, *_ = random_problem("phased-neil", rng)
    module.forward(params, x, **options)


def test_an_unknown_candidate_is_named(rng):
    _, params, x, *_ = random_problem("peephole-tanh", rng)
    with pytest.raises(ValueError, match="candidate must be one of sigmoid, tanh"):
        byhand.peephole.forward(params, x, candidate="relu")


def test_directions_of_different_size_are_refused(rng):
    lstm = random_params(byhand.lstm.SHAPES, rng)
    params = {"forward": lstm, "W_ph": np.zeros((K, 2 * N)), "b_p": np.zeros(K)}
    with pytest.raises(ValueError, match="params must hold W_ph, b_p, backward, forward"):
        byhand.bidirectional.forward(params, np.zeros((T, D)))
    narrow = params | {"backward": lstm, "W_ph": np.zeros((K, N))}
    with pytest.raises(ValueError, match=r"W_ph.*must have shape \(K, 8\), got \(3, 4\)"):
        byhand.bidirectional.forward(narrow, np.zeros((T, D)))
