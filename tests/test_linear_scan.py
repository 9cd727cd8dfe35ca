"""The scan of a whole batch: the loop's states and gradients, of any order and any length."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from rnncourse import byhand
from rnncourse.byhand.gradcheck import numerical_gradient
from rnncourse.fused import scan
from rnncourse.sequence import linear_scan

WAYS = ("auto", "walk", "rows")
each_way = pytest.mark.parametrize("way", WAYS)
LENGTHS = (1, 2, 3, 8, 13, 64, 65, 257)


def problem(T, dtype=torch.float64, B=2, n=3, seed=0):
    rng = np.random.default_rng(seed)

    def draw(*shape):
        size = (*shape, 2) if dtype.is_complex else shape
        values = torch.from_numpy(rng.normal(size=size))
        return torch.view_as_complex(values) if dtype.is_complex else values

    a, b, h0 = draw(B, T, n), draw(B, T, n), draw(B, n)
    size = torch.from_numpy(rng.uniform(0, 1.1, (B, T, n)))
    return tuple(v.to(dtype).requires_grad_() for v in (a / a.abs() * size, b, h0))


def loop(a, b, h0=None):
    """Step by step, by automatic differentiation."""
    h, hs = torch.zeros_like(b[:, 0]) if h0 is None else h0, []
    for a_t, b_t in zip(a.unbind(1), b.unbind(1), strict=True):
        h = a_t * h + b_t
        hs.append(h)
    return torch.stack(hs, dim=1)


def gradients(h, inputs, seed=1):
    """Of a loss that is not linear in the states, and real."""
    weights = torch.from_numpy(np.random.default_rng(seed).normal(size=h.shape))
    real = torch.view_as_real(h).sum(-1) if h.is_complex() else h
    return torch.autograd.grad((weights * real.sin()).sum(), inputs)


def assert_relative(found, expected, tolerance=1e-10):
    assert (found - expected).abs().max() <= tolerance * expected.abs().max()


@pytest.fixture
def take(monkeypatch):
    """Force one of the two ways."""

    def choose(way):
        if way != "auto":
            monkeypatch.setattr(scan, "SHORT", 0)
            monkeypatch.setattr(scan, "WIDE", 0 if way == "walk" else 1 << 60)

    return choose


@each_way
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
@pytest.mark.parametrize("T", LENGTHS)
@pytest.mark.parametrize("started", [False, True])
def test_scan_is_the_loop_forward_and_backward(T, dtype, way, started, take):
    take(way)
    a, b, h0 = problem(T, dtype)
    inputs = (a, b, h0) if started else (a, b)
    found, expected = linear_scan(*inputs), loop(*inputs)
    assert_relative(found, expected)
    for mine, right in zip(gradients(found, inputs), gradients(expected, inputs), strict=True):
        assert_relative(mine, right)


@pytest.mark.parametrize("K", [1, 32])
@pytest.mark.parametrize("T", [1_000, 16_384])
def test_long_sequences_are_those_of_the_loop(T, K):
    inputs = problem(T, B=1, n=K)
    found, expected = linear_scan(*inputs), loop(*inputs)
    assert_relative(found, expected)
    for mine, right in zip(gradients(found, inputs), gradients(expected, inputs), strict=True):
        assert_relative(mine, right)


@each_way
@pytest.mark.parametrize("dtype", [torch.float64, torch.complex128])
def test_gradients_of_first_and_second_order_are_differences(dtype, way, take):
    take(way)
    inputs = problem(5, dtype, B=1, n=2)
    assert torch.autograd.gradcheck(linear_scan, inputs)
    assert torch.autograd.gradgradcheck(linear_scan, inputs)


def test_it_is_the_scan_by_hand():
    a, b, h0 = problem(70, B=1)
    h = linear_scan(a, b, h0)
    arrays = [value.detach().numpy()[0] for value in (a, b, h0)]
    np.testing.assert_allclose(h.detach()[0], byhand.scan.scan(*arrays), rtol=0, atol=1e-12)
    weights = np.random.default_rng(2).normal(size=arrays[0].shape)
    mine = torch.autograd.grad((h[0] * torch.from_numpy(weights)).sum(), (a, b, h0))
    right = byhand.scan.gradients(arrays[0], arrays[1], weights, arrays[2])
    differences = [
        numerical_gradient(lambda: float((weights * byhand.scan.scan(*arrays)).sum()), array)
        for array in arrays
    ]
    for found, expected, numbers in zip(mine, right, differences, strict=True):
        np.testing.assert_allclose(found.reshape(expected.shape), expected, rtol=0, atol=1e-11)
        np.testing.assert_allclose(expected, numbers, rtol=0, atol=1e-8)


@each_way
@pytest.mark.parametrize("size", [0.0, 1e-200, 1e-3])
def test_products_that_underflow_do_no_harm(size, way, take):
    take(way)
    _, b, h0 = problem(300)
    a = torch.full_like(b, size).requires_grad_()
    found, expected = linear_scan(a, b, h0), loop(a, b, h0)
    assert_relative(found, expected, 1e-14)
    inputs = (a, b, h0)
    for mine, right in zip(gradients(found, inputs), gradients(expected, inputs), strict=True):
        assert_relative(mine, right, 1e-14)


def test_a_zero_forgets_all_that_was_before():
    a, b, h0 = problem(130)
    with torch.no_grad():
        a[:, 77] = 0
    h = linear_scan(a, b, h0)
    after = linear_scan(a[:, 77:], b[:, 77:])
    assert_relative(h[:, 77:], after)


def test_products_that_overflow_are_left_to_the_loop():
    a, b = torch.full((1, 400, 1), 1e20), torch.zeros(1, 400, 1)
    b[:, -1] = 1.0
    assert torch.equal(linear_scan(a, b), loop(a, b))


def test_a_product_that_underflows_and_would_grow_again_is_left_to_the_loop():
    a, b = torch.ones(1, 100, 1), torch.zeros(1, 100, 1)
    a[0, 11:13], a[0, 13:15] = 1e-30, 1e30
    h0 = torch.full((1, 1), 1e30)
    assert torch.equal(linear_scan(a, b, h0), loop(a, b, h0))
    assert linear_scan(a, b, h0)[0, -1, 0] > 1e29


def same(found, expected):
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=0, equal_nan=True)


@pytest.mark.parametrize("place", ["a", "b", "h0"])
@pytest.mark.parametrize("value", [torch.inf, -torch.inf, torch.nan])
@pytest.mark.parametrize("size", [0.0, 1e-10, 0.5])
def test_an_infinite_number_goes_the_way_it_goes_in_the_loop(place, value, size):
    """Where the products of a underflow, too: a zero times an infinite state would be no number."""
    a, b, h0 = torch.full((1, 100, 2), size), torch.ones(1, 100, 2), torch.ones(1, 2)
    {"a": a[0, 33:], "b": b[0, 33:], "h0": h0}[place][0, 0] = value
    inputs = [v.requires_grad_() for v in (a, b, h0)]
    found, expected = linear_scan(*inputs), loop(*inputs)
    same(found, expected)
    for pair in zip(
        *(torch.autograd.grad(h.sum(), inputs) for h in (found, expected)), strict=True
    ):
        same(*pair)


def test_what_is_not_finite_is_carried_on():
    a, b, _ = (value.detach() for value in problem(100))
    b[0, 40, 1] = torch.nan
    h = linear_scan(a, b)
    assert torch.isnan(h[0, 40:, 1]).all()
    assert torch.isfinite(h[1]).all() and torch.isfinite(h[0, :40]).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.complex64])
def test_single_precision_agrees_to_its_own_rounding(dtype):
    inputs = [value.detach().to(dtype).requires_grad_() for value in problem(500)]
    found = linear_scan(*inputs)
    assert found.dtype == dtype
    assert_relative(found, loop(*inputs), 1e-5)


def test_a_step_that_is_the_same_for_all_times_may_be_expanded():
    _, b, _ = problem(90)
    a = torch.linspace(0.1, 0.9, 3, dtype=torch.float64, requires_grad=True)
    found, expected = (f(a.expand(2, 90, 3), b) for f in (linear_scan, loop))
    assert_relative(found, expected)
    assert_relative(gradients(found, (a,))[0], gradients(expected, (a,))[0])


def test_only_what_is_asked_for_gets_a_gradient():
    a, b, h0 = problem(80)
    for inputs in [(a, b.detach(), None), (a.detach(), b, None), (a.detach(), b.detach(), h0)]:
        wanted = [value for value in inputs if value is not None and value.requires_grad]
        mine = gradients(linear_scan(*inputs), wanted)
        assert_relative(mine[0], gradients(loop(*inputs), wanted)[0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda a, b, h0: (a[0], b, h0), r"a must have shape \(B, T, n\), got \(5, 3\)"),
        (lambda a, b, h0: (a[:, :0], b, h0), r"a must not be empty, got shape \(2, 0, 3\)"),
        (lambda a, b, h0: (a, b[:, 1:], h0), r"b must have shape \(2, 5, 3\), got \(2, 4, 3\)"),
        (lambda a, b, h0: (a, b, h0[:1]), r"h0 must have shape \(2, 3\), got \(1, 3\)"),
        (
            lambda a, b, h0: (a.float(), b, h0),
            "b must have a's dtype torch.float32, got torch.floa",
        ),
        (lambda a, b, h0: (a, b, h0 + 0j), "h0 must have a's dtype torch.float64, got torch.compl"),
        (lambda a, b, h0: (a, b.to("meta"), h0), "b must be on a's device cpu, got meta"),
        (lambda a, b, h0: (a.detach().numpy(), b, h0), "a must be a torch tensor of real or compl"),
        (lambda a, b, h0: (a.long(), b, h0), "real or complex numbers, got torch.int64"),
        (lambda a, b, h0: (a, None, h0), "b must be a torch tensor, got NoneType"),
    ],
)
def test_what_does_not_fit_is_named(change, message):
    with pytest.raises(ValueError, match=message):
        linear_scan(*change(*problem(5)))


PEAK = """
import resource, sys, torch
from rnncourse.sequence import linear_scan
torch.set_num_threads(1)
T = int(sys.argv[1])
a, b = (torch.rand(1, T, 128, requires_grad=True) for _ in range(2))
linear_scan(a, b).square().sum().backward()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_training_on_16384_steps_of_128_units_takes_little_memory():
    """Peak of the whole process in MB; a product table of T² would take 1 GB for each unit."""
    few, many = (
        int(subprocess.check_output([sys.executable, "-c", PEAK, str(T)])) for T in (16, 16_384)
    )
    assert many < 2_000
    assert many - few < 30 * 16_384 * 128 * 4 / 2**20  # at most 30 arrays of (T, n)
