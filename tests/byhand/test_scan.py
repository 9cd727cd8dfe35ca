"""The scan gives the loop's states, and its gradients are a scan from the other end."""

import numpy as np
import pytest
import torch

from rnncourse.byhand.gradcheck import numerical_gradient
from rnncourse.byhand.scan import compose, gradients, recurrence, scan


def problem(T=7, n=3, kind=float):
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, (T, n)).astype(kind), rng.normal(size=(T, n)).astype(kind)
    h0 = rng.normal(size=n).astype(kind)
    if kind is complex:
        a, b = a * np.exp(1j * rng.uniform(0, 6, (T, n))), b + 1j * rng.normal(size=(T, n))
    return a, b, h0


def relative(mine, wanted):
    return np.abs(mine - wanted).max() / np.abs(wanted).max()


@pytest.mark.parametrize("kind", [float, complex])
@pytest.mark.parametrize("T", [1, 2, 3, 8, 13, 16_384])
def test_scan_equals_loop(T, kind):
    a, b, h0 = problem(T, kind=kind)
    assert relative(scan(a, b, h0), recurrence(a, b, h0)) < 1e-13
    assert relative(scan(a, b), recurrence(a, b)) < 1e-13


def test_scan_is_the_sum_of_products_written_out():
    a, b, h0 = problem(4)
    h4 = a[3] * a[2] * a[1] * (a[0] * h0 + b[0]) + a[3] * a[2] * b[1] + a[3] * b[2] + b[3]
    assert np.allclose(scan(a, b, h0)[3], h4, rtol=1e-14)


def test_composing_is_associative_but_the_order_of_steps_matters():
    a, b, _ = problem(3)
    one, two, three = zip(a, b, strict=True)
    left = compose(compose(one, two), three)
    right = compose(one, compose(two, three))
    assert np.allclose(left, right, rtol=1e-14)
    assert not np.allclose(compose(one, two), compose(two, one))


def test_products_that_underflow_are_zero_and_do_no_harm():
    T = 4_000
    a, b = np.full((T, 1), 0.5), np.ones((T, 1))
    assert np.array_equal(scan(a, b, np.ones(1)), recurrence(a, b, np.ones(1)))


@pytest.mark.parametrize("T", [1, 7])
def test_gradients_agree_with_central_differences_and_torch(T):
    a, b, h0 = problem(T)
    weights = np.random.default_rng(1).normal(size=a.shape)

    def loss():
        return float((weights * np.sin(recurrence(a, b, h0))).sum())

    mine = gradients(a, b, weights * np.cos(recurrence(a, b, h0)), h0)
    for gradient, array in zip(mine, (a, b, h0), strict=True):
        assert relative(gradient, numerical_gradient(loss, array)) < 1e-9
    leaves = [torch.tensor(array, requires_grad=True) for array in (a, b, h0)]
    h, rows = leaves[2], []
    for a_t, b_t in zip(leaves[0], leaves[1], strict=True):
        h = a_t * h + b_t
        rows.append(h)
    (torch.tensor(weights) * torch.stack(rows).sin()).sum().backward()
    for gradient, leaf in zip(mine, leaves, strict=True):
        assert relative(gradient, leaf.grad.numpy()) < 1e-13


@pytest.mark.parametrize("function", [recurrence, scan])
def test_wrong_shapes_are_named(function):
    a, b, _ = problem()
    with pytest.raises(ValueError, match=r"b must have shape \(7, 3\), got \(6, 3\)"):
        function(a, b[:-1])
    with pytest.raises(ValueError, match=r"h0 must have shape \(3,\), got \(4,\)"):
        function(a, b, np.zeros(4))
    with pytest.raises(ValueError, match=r"a must be an array of shape \(T, n\), got list"):
        function(a.tolist(), b)
    with pytest.raises(ValueError, match=r"h0 must be an array of shape \(3,\), got float"):
        function(a, b, 0.0)


def test_gradients_of_complex_numbers_are_refused():
    a, b, h0 = problem(kind=complex)
    with pytest.raises(ValueError, match="a must be real, got complex128"):
        gradients(a, b, np.ones((7, 3)), h0)
