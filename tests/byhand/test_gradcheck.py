"""The checker is checked: it finds what is wrong and lets pass what is right."""

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse.byhand import rnn
from rnncourse.byhand.examples import small_network
from rnncourse.byhand.gradcheck import (
    check_gradients,
    directional_error,
    numerical_gradient,
    precise_gradient,
    relative_error,
)
from rnncourse.chapters.gradient_checking.cases import character_network


def network(change=lambda grads: None):
    """A loss-and-gradients function whose gradients ``change`` spoils, and its parameters."""
    params, x, y, h0 = small_network()

    def loss_and_gradients(params):
        loss, grads = rnn.loss_and_gradients(params, x, y, h0=h0)
        change(grads)
        return loss, grads

    return loss_and_gradients, params


def scale(grads):
    grads["W_hx"] *= 1.001


def transpose(grads):
    grads["W_hh"] = grads["W_hh"].T


def one_entry(grads):
    grads["W_ph"][1, 2] += 1e-5


def not_a_number(grads):
    grads["b_h"][0] = np.nan


@pytest.mark.parametrize(
    "change, name",
    [(scale, "W_hx"), (transpose, "W_hh"), (one_entry, "W_ph"), (not_a_number, "b_h")],
)
def test_a_wrong_gradient_fails_and_is_named(change, name):
    report = check_gradients(*network(change))
    assert not report
    assert report.worst.name == name
    assert "FAILED: worst relative error" in str(report)
    assert f"at {name}[" in str(report)


def test_the_worst_entry_is_the_one_that_was_spoiled():
    worst = check_gradients(*network(one_entry)).worst
    assert worst.index == (1, 2)
    assert worst.analytical - worst.numerical == pytest.approx(1e-5, rel=1e-4)


def test_a_right_gradient_passes_in_other_forms_too():
    def as_lists(grads):
        grads.update({name: value.tolist() for name, value in grads.items()})

    assert check_gradients(*network()).passed
    assert check_gradients(*network(as_lists)).passed


def at_tiny_weights(sigma, change=lambda gradient: gradient):
    """The summed loss and the gradient by W_hh of an untrained character RNN; W_hh itself."""
    params, x, y = character_network(K=20, n=8, sigma=sigma)

    def loss_and_gradients(changed):
        loss, grads = rnn.loss_and_gradients({**params, **changed}, x, y, "sum")
        return loss, {"W_hh": change(grads["W_hh"])}

    return loss_and_gradients, {"W_hh": params["W_hh"]}


@pytest.mark.parametrize("sigma", [0.003, 0.001, 1e-4])
def test_a_right_gradient_below_the_rounding_of_the_loss_is_undecided(sigma):
    report = check_gradients(*at_tiny_weights(sigma))
    assert report.undecided and not report.passed
    assert "UNDECIDED" in str(report) and "below what differences can resolve" in str(report)
    assert f"{report.worst.floor:.0e}" in str(report)


@pytest.mark.parametrize("change", [np.transpose, lambda g: 1.001 * g, lambda g: 0 * g])
def test_a_wrong_gradient_at_tiny_weights_still_fails(change):
    report = check_gradients(*at_tiny_weights(0.003, change))
    assert not report.undecided and "FAILED" in str(report)


def test_a_longer_step_lowers_the_floor():
    short, long = (check_gradients(*at_tiny_weights(0.01), eps=eps) for eps in (3e-5, 3e-3))
    assert short.worst.floor == pytest.approx(100 * long.worst.floor)
    assert short.undecided and long.passed


def test_parameters_are_left_as_they_were():
    loss_and_gradients, params = network()
    before = {name: value.copy() for name, value in params.items()}
    check_gradients(loss_and_gradients, params)
    assert all(np.array_equal(params[name], before[name]) for name in params)


def test_a_loss_that_raises_leaves_the_array_as_it_was():
    array = np.ones(2)
    with pytest.raises(ZeroDivisionError):
        numerical_gradient(lambda: 1 / 0, array)
    assert array.tolist() == [1.0, 1.0]


def test_differences_are_exact_for_the_polynomials_of_their_order():
    w = np.array([0.7, -1.3])
    square = numerical_gradient(lambda: (w**2).sum(), w, eps=0.1)
    fourth = numerical_gradient(lambda: (w**4).sum(), w, eps=0.1, order=4)
    assert np.allclose(square, 2 * w, rtol=1e-13)
    assert np.allclose(fourth, 4 * w**3, rtol=1e-12)


def test_the_error_falls_with_the_power_of_the_step():
    w = np.array(0.4)
    for order in (2, 4):
        errors = [
            abs(numerical_gradient(lambda: np.sin(w), w, eps, order) - np.cos(0.4))
            for eps in (1e-1, 1e-2)
        ]
        assert errors[0] / errors[1] == pytest.approx(10.0**order, rel=0.02)


def test_relative_error_has_its_corner_values():
    a = np.array([3.0, -4.0])
    assert relative_error(a, a) == 0.0
    assert relative_error(np.zeros(2), np.zeros(2)) == 0.0
    assert relative_error(a, -a) == 2.0
    assert relative_error(a, np.zeros(2)) == 1.0
    assert relative_error(1e-9 * a, 1.001e-9 * a) == pytest.approx(0.001, rel=2e-3)


def test_one_random_direction_sees_a_wrong_gradient():
    rng = np.random.default_rng(0)
    assert directional_error(*network(), rng=rng) < 1e-9
    assert directional_error(*network(transpose), rng=rng) > 1e-3


@bad_input(
    (lambda: numerical_gradient(lambda: 0.0, np.ones(2, "f4")), "array must be a float64"),
    (lambda: numerical_gradient(lambda: 0.0, [1.0]), "array must be a float64"),
    (lambda: numerical_gradient(lambda: 0.0, np.ones(2), eps=0.0), "eps must be positive, got 0"),
    (lambda: numerical_gradient(lambda: 0.0, np.ones(2), order=3), "order must be one of 2, 4"),
    (lambda: check_gradients(*network(), tolerance=-1.0), "tolerance must be positive"),
    (
        lambda: check_gradients(*network(lambda grads: grads.pop("b_p"))),
        "the gradients must hold 'b_p'",
    ),
    (
        lambda: check_gradients(*network(lambda grads: grads.update(b_p=np.ones(7)))),
        "the gradient of b_p must have shape (5,), got (7,)",
    ),
    (
        lambda: check_gradients(lambda p: (0.0, p), {"w": np.ones(2, np.float32)}),
        "params['w'] must be a float64 NumPy array, got float32",
    ),
)
def test_bad_input_is_named(call):
    call()


def test_the_precise_gradient_is_near_rounding():
    loss_and_gradients, params = network()
    _, grads = loss_and_gradients(params)
    for name, value in params.items():
        numerical = precise_gradient(lambda: loss_and_gradients(params)[0], value)
        assert relative_error(grads[name], numerical) < 1e-9
