"""The truths of the exercises by another route, and the mistakes that the chapter names."""

import numpy as np
import pytest
import torch

from rnncourse import analysis
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.chapters.vanishing_gradients.cases import detached_gradient
from rnncourse.exercises import EXERCISES, grade


def each_case(name):
    return pytest.mark.parametrize("case", EXERCISES[name].cases, ids=lambda case: case.label)


@each_case("sigmoid-jacobian")
def test_the_jacobian_of_a_sigmoid_step_agrees_with_finite_differences(case):
    params, x, h = case.make()

    def new(a):
        return 1.0 / (1.0 + np.exp(-(params["W_hx"] @ x + params["W_hh"] @ h + params["b_h"])[a]))

    rows = [precise_gradient(lambda a=a: new(a), h) for a in range(len(h))]
    found = EXERCISES["sigmoid-jacobian"].truth(*case.make())
    assert relative_error(found, np.array(rows)) < 1e-9


@each_case("guaranteed-steps")
def test_the_guaranteed_steps_are_the_first_below_the_threshold(case):
    W, gamma, threshold = case.make()
    rate, k = gamma * np.linalg.svd(W)[1][0], 1
    while rate**k >= threshold:
        k += 1
    assert EXERCISES["guaranteed-steps"].truth(W, gamma, threshold) == k


@each_case("jacobian-bounds")
def test_the_product_lies_between_the_bounds(case):
    W, h = case.make()
    low, high = 10 ** EXERCISES["jacobian-bounds"].truth(W, h)
    product = np.eye(len(W))
    for row in h:
        product = np.diag(1.0 - row**2) @ W @ product
    values = np.linalg.svd(product)[1]
    assert low * (1 - 1e-9) <= values[-1] <= values[0] <= high * (1 + 1e-9)
    assert (low == pytest.approx(values[-1])) == (len(h) == 1)


@each_case("time-to-vanish")
def test_the_time_to_vanish_is_that_of_the_package(case):
    assert EXERCISES["time-to-vanish"].truth(*case.make()) == analysis.time_to_vanish(*case.make())


@each_case("clip-by-norm")
def test_the_clipped_gradient_is_that_of_torch(case):
    grads, c = case.make()
    leaves = {name: torch.zeros(g.shape, dtype=torch.float64) for name, g in grads.items()}
    for name, leaf in leaves.items():
        leaf.grad = torch.tensor(grads[name])
    torch.nn.utils.clip_grad_norm_(leaves.values(), c)
    found = EXERCISES["clip-by-norm"].truth(grads, c)
    for name, leaf in leaves.items():
        assert relative_error(found[name], leaf.grad.numpy()) < 1e-6  # torch adds 1e-6 to the norm


@each_case("truncated-gradient")
def test_the_truncated_gradient_is_that_of_a_detached_state(case):
    found = EXERCISES["truncated-gradient"].truth(*case.make())
    assert relative_error(found, detached_gradient(*case.make())) < 1e-12


def test_a_dictionary_of_clipped_gradients_is_read():
    def in_a_loop(grads, c):
        norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
        for g in grads.values():
            g = min(1.0, c / norm) * g
        return grads

    def in_place(grads, c):
        norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
        for g in grads.values():
            g *= min(1.0, c / norm)
        return grads

    assert grade("clip-by-norm", in_a_loop).mistake.id == "W38"
    assert grade("clip-by-norm", in_place).right
