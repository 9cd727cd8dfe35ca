"""The by-hand optimizers against torch, against an independent loop, and their bad inputs."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from bad_input import bad_input

from rnncourse.byhand import optimizers as by_hand

GRADS = np.array([1.0, 2.0, -1.0, 3.0, 0.5])
# The worked example of the course, η = 0.1 from w = 0: the path of five steps.
PATHS = {
    "sgd": (-0.1, -0.3, -0.2, -0.5, -0.55),
    "momentum": (-0.1, -0.39, -0.551, -0.9959, -1.44631),
    "rmsprop": (
        -0.99999990000001,
        -1.8953228219915421,
        -1.4850213225970965,
        -2.2627168072623314,
        -2.39189424380419,
    ),
    "adam": (
        -0.09999999900000009,
        -0.1965182009718338,
        -0.23852713103181336,
        -0.30530960934064455,
        -0.3682810781557626,
    ),
    "adagrad": (
        -0.0999999995,
        -0.1894427185105489,
        -0.14861788949818328,
        -0.22607755639651173,
        -0.2388812443856034,
    ),
}
THEIRS = {
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
}


def path_of_torch(make, w, grads: np.ndarray, lr: float) -> np.ndarray:
    leaf = torch.nn.Parameter(torch.tensor(w))
    optimizer, path = make([leaf], lr=lr), []
    for g in grads:
        leaf.grad = torch.tensor(g)
        optimizer.step()
        path.append(leaf.detach().numpy().copy())
    return np.array(path)


@pytest.mark.parametrize("name", PATHS)
def test_the_worked_example_comes_out(name):
    path = by_hand.follow(by_hand.OPTIMIZERS[name](0.1), 0.0, GRADS)
    np.testing.assert_allclose(path, PATHS[name], rtol=1e-12)


@pytest.mark.parametrize("name", THEIRS)
@pytest.mark.parametrize("scale", [1e-7, 1.0, 1e5])
def test_torch_takes_the_same_path(name, scale, rng):
    w, grads = rng.standard_normal(4), scale * rng.standard_normal((60, 4))
    ours = by_hand.follow(by_hand.OPTIMIZERS[name](0.01), w, grads)
    theirs = path_of_torch(THEIRS[name], w, grads, 0.01)
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scale", [1e-5, 1.0, 1e5])
def test_adagrad_is_its_formula(scale, rng):
    w, grads = rng.standard_normal(3), scale * rng.standard_normal((40, 3))
    path = by_hand.follow(by_hand.AdaGrad(0.1), w, grads)
    for j in range(3):
        value = w[j]
        for t in range(40):
            squares = math.fsum(g * g for g in grads[: t + 1, j])
            value -= 0.1 * grads[t, j] / math.sqrt(squares + 1e-8)
            assert path[t, j] == pytest.approx(value, rel=1e-12)


def test_adagrad_of_torch_has_its_eps_outside_the_root():
    end = path_of_torch(torch.optim.Adagrad, np.zeros(()), GRADS, 0.1)[-1]
    assert end == pytest.approx(-0.238881244956, abs=1e-12)
    assert abs(end - PATHS["adagrad"][-1]) > 1e-10


@pytest.mark.parametrize("name", by_hand.OPTIMIZERS)
def test_a_step_leaves_its_arguments_alone_and_a_matrix_stays_one(name, rng):
    w, g = rng.standard_normal((2, 3)), rng.standard_normal((2, 3))
    kept = w.copy(), g.copy()
    optimizer = by_hand.OPTIMIZERS[name](0.1)
    after = optimizer.step(optimizer.step(w, g), g)
    assert after.shape == (2, 3)
    assert (w == kept[0]).all() and (g == kept[1]).all()


@pytest.mark.parametrize("name", by_hand.OPTIMIZERS)
def test_each_finds_the_bottom_of_a_bowl(name):
    path = by_hand.descend(by_hand.OPTIMIZERS[name](0.05), lambda w: w, np.array([1.0, -1.0]), 2000)
    assert path.shape == (2001, 2)
    assert np.abs(path[-1]).max() < 0.05


@bad_input(
    (lambda: by_hand.SGD(0.0), "learning_rate must be positive, got 0.0"),
    (lambda: by_hand.Momentum(0.1, momentum=1.0), "momentum must be below 1, got 1.0"),
    (lambda: by_hand.Momentum(0.1, momentum=-0.1), "momentum must be at least 0, got -0.1"),
    (lambda: by_hand.AdaGrad(0.1, eps=-1.0), "eps must be at least 0, got -1.0"),
    (lambda: by_hand.RMSprop(0.1, alpha=1.5), "alpha must be below 1, got 1.5"),
    (lambda: by_hand.Adam(0.1, beta2=1.0), "beta2 must be below 1, got 1.0"),
    (lambda: by_hand.Adam("0.1"), "learning_rate must be a number, got str"),
    (lambda: by_hand.descend(by_hand.SGD(0.1), np.copy, 1.0, 0), "steps must be at least 1, got 0"),
    (lambda: by_hand.warmup_cosine(1.0, 11, 2, 10, 0.0), "steps must be at least 11, got 10"),
    (lambda: by_hand.warmup_cosine(1.0, 1, 10, 10, 0.0), "steps must be at least 11, got 10"),
    (lambda: by_hand.warmup_cosine(1.0, 0, 2, 10, 0.0), "t must be at least 1, got 0"),
)
def test_bad_input_is_named(make):
    make()


def rates_of_torch(schedule, optimizer, steps: int) -> list[float]:
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return rates


def test_the_schedules_are_those_of_torch():
    sgd = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    decay = torch.optim.lr_scheduler.ExponentialLR(sgd, gamma=0.95)
    ours = [by_hand.exponential_decay(0.1, k) for k in range(50)]
    np.testing.assert_allclose(ours, rates_of_torch(decay, sgd, 50), rtol=1e-12)

    sgd = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    cosine = torch.optim.lr_scheduler.CosineAnnealingLR(sgd, T_max=40, eta_min=0.002)
    theirs = rates_of_torch(cosine, sgd, 41)
    ours = [by_hand.warmup_cosine(0.1, t, 10, 50, 0.002) for t in range(1, 51)]
    np.testing.assert_allclose(ours[9:], theirs, rtol=1e-12)
    np.testing.assert_allclose(ours[:10], 0.01 * np.arange(1, 11), rtol=1e-12)
    assert by_hand.warmup_cosine(0.1, 1, 0, 50, 0.0) < 0.1
