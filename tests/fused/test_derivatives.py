"""Derivatives other than the first, by backward(): right, or refused by a line that names `unroll`.

The minGRU's scan has gradients of every order.
"""

from functools import partial

import numpy as np
import pytest
import torch
from small_cells import VARIANTS, make_cell, make_state
from torch.autograd import forward_ad

from rnncourse.cells import PhasedLSTMCell
from rnncourse.fused.phased import TimeGate
from rnncourse.sequence import SequenceModel, linear_scan, run, unroll

D, N, B, T = 3, 5, 2, 4
each_cell = pytest.mark.parametrize("name", VARIANTS)
refused = partial(pytest.raises, RuntimeError, match="^call `unroll` in place of `run`")
BACKENDS = ("byhand", "torch", "auto")


def everything(cell, rng) -> tuple:
    """x, the state and the times, and all that a gradient can be taken by, by name."""
    x = torch.from_numpy(rng.normal(size=(B, T, D))).requires_grad_()
    state = cell.State(*(value.requires_grad_() for value in make_state(cell, rng)))
    times = torch.arange(1.0, T + 1, dtype=torch.float64).expand(B, T) if cell.timed else None
    if times is not None:
        times = (times + 0.3).requires_grad_()
    named = {"x": x} | state._asdict() | dict(cell.named_parameters())
    named |= {} if times is None else {"times": times}
    return x, state, times, {key: value for key, value in named.items() if value.requires_grad}


def second(forward, given, by_first, by_second):
    """∂/∂by_second of the sum of ∂(Σ h)/∂by_first."""
    h, _ = forward(*given)
    first = torch.autograd.grad(h.sum(), by_first, create_graph=True, materialize_grads=True)[0]
    if not first.requires_grad:
        return torch.zeros_like(by_second)
    options = {"allow_unused": True, "materialize_grads": True}
    return torch.autograd.grad(first.sum(), by_second, **options)[0]


@each_cell
def test_a_gradient_of_a_gradient_is_right_or_refused_by_whatever_it_is_taken(name, rng):
    """After a sum nothing comes back that depends on the weights, and no zero may stand for it."""
    cell = make_cell(name, rng)
    *given, named = everything(cell, rng)
    for backend in BACKENDS:
        fast = partial(run, backend=backend)
        for first in named.values():
            for by in named.values():
                given_to = (cell, *given)
                try:
                    found = second(fast, given_to, first, by)
                except RuntimeError as error:
                    assert backend != "torch" and name != "mingru"
                    assert str(error).startswith("call `unroll` in place of `run`")
                    continue
                torch.testing.assert_close(found, second(unroll, given_to, first, by))


@pytest.mark.parametrize("linear", [True, False])
@each_cell
def test_a_gradient_penalty_is_right_or_refused(name, linear, rng):
    kind, options = VARIANTS[name]
    model = SequenceModel(kind, D, N, 2, rng=rng, **options).double()
    x = torch.from_numpy(rng.normal(size=(B, T, D))).requires_grad_()
    p, _ = model(x)
    loss = p.sum() if linear else p.square().sum()
    (slope,) = torch.autograd.grad(loss, x, create_graph=True)
    penalty = loss + 10.0 * slope.square().sum()
    if name == "mingru":
        penalty.backward()
        assert model.cells[0].W_zx.grad.abs().max() > 0
    else:
        with refused():
            penalty.backward(retain_graph=True)
        for by in model.cells[0].parameters():  # alone, so that no other way back is refused
            if by.requires_grad:
                with refused():
                    torch.autograd.grad(slope.sum(), by, retain_graph=True, allow_unused=True)


@each_cell
def test_a_gradient_that_might_have_been_differentiated_is_the_same_one(name, rng):
    """create_graph=True alone changes nothing."""
    cell = make_cell(name, rng)
    x, state, times, named = everything(cell, rng)
    wanted = list(named.values())
    found = [
        torch.autograd.grad(
            run(cell, x, state, times, backend="byhand")[0].sum(),
            wanted,
            create_graph=each,
            allow_unused=True,
        )
        for each in (True, False)
    ]
    for one, other in zip(*found, strict=True):
        assert (one is None and other is None) or torch.equal(one, other)


TRANSFORMS = {
    "jvp": lambda f, x: torch.func.jvp(f, (x,), (torch.ones_like(x),))[1],
    "grad": lambda f, x: torch.func.grad(lambda x: f(x).sum())(x),
    "jacrev": lambda f, x: torch.func.jacrev(f)(x),
    "forward mode": lambda f, x: tangent(f, x),
    "hessian": lambda f, x: torch.autograd.functional.hessian(lambda x: f(x).sum(), x),
}


def tangent(f, x):
    with forward_ad.dual_level():
        return forward_ad.unpack_dual(f(forward_ad.make_dual(x, torch.ones_like(x)))).tangent


@pytest.mark.filterwarnings("ignore:.*torch.jit.script:DeprecationWarning")  # torch's own
@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
@each_cell
def test_transforms_are_right_or_refused(name, transform, rng):
    for dtype in (torch.float64, torch.float32):
        cell = make_cell(name, rng).to(dtype)
        x = torch.from_numpy(rng.normal(size=(B, T, D))).to(dtype)
        for backend in BACKENDS:
            fast = partial(run, cell, backend=backend)
            try:
                found = transform(lambda x, fast=fast: fast(x)[0], x)
            except RuntimeError as error:
                assert str(error).startswith("call `unroll` in place of `run`")
                continue
            assert backend != "byhand" or transform is TRANSFORMS["hessian"]
            expected = transform(lambda x, cell=cell: unroll(cell, x)[0], x)
            torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("transform", TRANSFORMS.values(), ids=TRANSFORMS)
def test_a_linear_scan_is_right_or_refused(transform, rng):
    a, b = (torch.from_numpy(rng.uniform(size=(B, T, N))) for _ in range(2))
    if transform is TRANSFORMS["hessian"]:
        assert transform(lambda a: linear_scan(a, b), a).abs().max() > 0
    else:
        with refused():
            transform(lambda a: linear_scan(a, b), a)


def test_a_time_gate_is_refused_a_second_time(rng):
    clock = PhasedLSTMCell(D, N, rng=rng, learn=("tau", "s", "r_on")).double()
    t = torch.rand(3, 1, dtype=torch.float64).requires_grad_()
    inputs = (t, clock.tau, clock.s, clock.r_on)
    for by in inputs:
        k = TimeGate.apply(*inputs, 0.001)
        grads = torch.autograd.grad(k.sum(), inputs, create_graph=True)
        with refused():
            torch.autograd.grad(sum(g.sum() for g in grads), by, allow_unused=True)


def test_the_gradient_by_the_times_is_that_of_the_unrolled_cell(rng):
    cell = make_cell("phased-neil", rng)
    x, state, times, _ = everything(cell, rng)
    found, expected = (
        torch.autograd.grad(forward(cell, x, state, times)[0].square().sum(), times)[0]
        for forward in (run, unroll)
    )
    assert expected.abs().max() > 0
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
