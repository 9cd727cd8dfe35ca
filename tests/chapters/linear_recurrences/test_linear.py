"""Linear recurrences and the spectral room: values by other routes, and what bad input is told."""

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse import byhand
from rnncourse.analysis import (
    gain,
    growth_rates,
    power_norms,
    spectral_radius,
    stretched_bound,
    transient_peak,
    triangular_form,
)
from rnncourse.byhand import linear
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.chapters.linear_recurrences.figures import powers, spectrum, swing
from rnncourse.exercises import EXERCISES, grade

SWING = np.array([[0.5, 10.0], [0.0, 0.5]])


def some_recurrence(rng, T=7, d=2, n=4):
    W, A = 0.4 * rng.standard_normal((n, n)), rng.standard_normal((n, d))
    return W, A, rng.standard_normal((T, d)), rng.standard_normal(n)


def test_the_sum_is_the_recursion(rng):
    recurrence = some_recurrence(rng)
    last = linear.states(*recurrence)[-1]
    np.testing.assert_allclose(linear.closed_form(*recurrence), last, atol=1e-13)


def test_a_tiny_vanilla_rnn_is_a_linear_recurrence(rng):
    """tanh a = a − a³/3 …: at a size of 1e-4 the two differ by 1e-12 at most."""
    W, A, x, h0 = some_recurrence(rng)
    zero = {"b_h": np.zeros(4), "W_ph": np.zeros((1, 4)), "b_p": np.zeros(1)}
    small = {"W_hx": A, "W_hh": W, **zero}
    h = byhand.rnn.forward(small, 1e-5 * x, h0=1e-5 * h0)[1].h
    np.testing.assert_allclose(h, linear.states(W, A, 1e-5 * x, 1e-5 * h0), atol=1e-12)


def test_the_impulse_response_starts_with_the_input_matrix(rng):
    W, A, _, _ = some_recurrence(rng)
    response = linear.impulse_response(W, A, 4)
    np.testing.assert_array_equal(response[0], A)
    np.testing.assert_allclose(response[3], W @ W @ W @ A)


def test_known_radii_norms_and_peaks():
    assert spectral_radius(SWING) == 0.5
    assert power_norms(SWING, 1)[1] == pytest.approx(10.0249378106)
    assert transient_peak(np.array([[0.95, 3.0], [0.0, 0.95]]), 100).step == 19
    assert transient_peak(0.5 * np.eye(3), 10) == (0, 1.0)
    nilpotent = growth_rates(np.array([[0.0, 10.0], [0.0, 0.0]]), 3)
    assert nilpotent.tolist() == pytest.approx([10.0, 0.0, 0.0, 0.0])
    assert growth_rates(2.0 * np.eye(2), 60)[-1] == pytest.approx(2.0)  # 2^(2^60) would overflow


def test_the_triangular_form_is_the_matrix(rng):
    for n in (1, 2, 5, 9):
        W = rng.standard_normal((n, n))
        Q, U = triangular_form(W)
        np.testing.assert_allclose(Q @ U @ Q.conj().T, W, atol=1e-12)
        np.testing.assert_allclose(Q @ Q.conj().T, np.eye(n), atol=1e-12)
        assert np.abs(np.tril(U, -1)).max() < 1e-12
        expected = np.sort(np.abs(np.linalg.eigvals(W)))
        np.testing.assert_allclose(np.sort(np.abs(np.diag(U))), expected, atol=1e-12)


def test_the_stretched_bound_in_the_old_units_is_the_norm(rng):
    W = rng.standard_normal((4, 4))
    factor, rate = stretched_bound(W, 1.0)
    assert factor == 1.0
    assert rate == pytest.approx(np.linalg.norm(W, 2))
    assert stretched_bound(SWING, 0.01) == pytest.approx((100.0, 0.5525), abs=1e-4)


def test_the_gain_of_one_unit_is_a_geometric_sum():
    assert gain(np.array([[0.99]]), np.ones((1, 1))) == pytest.approx(100.0)
    assert gain(np.array([[-0.5]]), np.full((1, 2), -1.0)) == pytest.approx(4.0)
    assert gain(SWING, np.zeros((2, 1))) == 0.0


@bad_input(
    (lambda: spectral_radius(np.ones((2, 3))), "W must have shape (2, 2), got (2, 3)"),
    (lambda: spectral_radius(np.eye(2, dtype=np.float32)), "W must be a float64 NumPy array"),
    (lambda: power_norms(np.full((1, 1), np.nan), 3), "W must be finite"),
    (lambda: power_norms(np.eye(2), 0), "T must be at least 1, got 0"),
    (lambda: growth_rates(np.eye(2), 0.5), "doublings must be a whole number"),
    (lambda: stretched_bound(np.eye(2), 2.0), "s must be at most 1, got 2.0"),
    (lambda: stretched_bound(np.eye(2), 0.0), "s must be positive"),
    (lambda: gain(np.eye(2), np.eye(2)), "W must have a spectral radius below 1, got 1"),
    (lambda: gain(0.5 * np.eye(2), np.ones((3, 1))), "A must have shape (2, d)"),
    (lambda: linear.states(np.eye(2), np.ones((3, 1)), np.ones((4, 1))), "W must have shape"),
    (lambda: linear.states(np.eye(2), np.eye(2), np.ones((4, 1))), "x must have shape (T, 2"),
    (lambda: linear.impulse_response(np.eye(2), np.eye(2), 0), "T must be at least 1"),
)
def test_bad_input_is_told_what_is_wrong(call):
    call()


@pytest.mark.parametrize("case", EXERCISES["linear-input-gradients"].cases, ids=lambda c: c.label)
def test_the_input_gradients_agree_with_finite_differences(case, rng):
    W, A, u, T = case.make()
    x = rng.standard_normal((T, A.shape[1]))
    expected = precise_gradient(lambda: u @ linear.states(W, A, x)[-1], x)
    found = EXERCISES["linear-input-gradients"].truth(W, A, u, T)
    assert relative_error(found, expected) < 1e-9


def test_the_constant_input_is_the_recursion():
    for case in EXERCISES["linear-constant-input"].cases:
        w, a, T = case.make()
        h = linear.states(np.array([[w]]), np.array([[a]]), np.ones((T, 1)))[-1, 0]
        assert EXERCISES["linear-constant-input"].truth(w, a, T) == pytest.approx(h)


def test_the_oscillator_turns_and_shrinks_as_asked():
    W = EXERCISES["linear-oscillator"].truth(12.0, 12.0)
    np.testing.assert_allclose(np.linalg.matrix_power(W, 12), 0.5 * np.eye(2), atol=1e-12)
    assert (W @ [1.0, 0.0])[1] > 0  # from the first axis towards the second


def test_the_fates_are_those_of_the_powers():
    from rnncourse.chapters.linear_recurrences.exercises import FATES

    for rows, fate in FATES:
        norms = power_norms(np.array(rows), 2000)
        grows, dies = norms[1000:].max() > 1.2 * norms[:1000].max(), norms[-1] < 1e-9
        assert fate == (2 if grows else 0 if dies else 1), rows


@pytest.mark.parametrize(
    "fates, id",
    [
        ([2, 2, 1, 2, 2, 2, 0, 2], "W12"),
        ([0, 0, 1, 2, 1, 1, 0, 2], "W13"),
        ([0, 0, 0, 2, 2, 0, 0, 2], "W13"),
        ([2, 2, 1, 2, 1, 2, 0, 2], "W12 and W13"),
        ([0, 0, 2, 2, 2, 2, 0, 2], "border"),
    ],
)
def test_a_judgment_by_the_norm_or_of_the_border_is_named(fates, id):
    assert grade("linear-fates", lambda: fates).mistake.id == id


def test_the_figures_draw_what_they_are_given():
    lines = powers({"one": power_norms(SWING, 5), "two": np.ones(6)}, (1e-3, 1e3)).lines
    np.testing.assert_allclose(lines[0].get_ydata(), power_norms(SWING, 5))
    path = np.array([[0.0, 1.0], [10.0, 0.5]])
    np.testing.assert_allclose(swing(path).lines[0].get_xydata(), path)
    dots = spectrum(np.array([0.5 + 0.5j]), norm=2.0).lines
    assert dots[2].get_xydata().tolist() == [[0.5, 0.5]]
    assert np.abs(dots[1].get_xydata()).max() == pytest.approx(2.0, abs=1e-3)
