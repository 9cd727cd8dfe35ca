"""The training step of the lesson: the right one passes, and a wrong one is told what is wrong."""

import numpy as np
import pytest

from rnncourse.byhand import rnn
from rnncourse.chapters.vanishing_gradients.build import first_fault, training_step


def with_factors(factors):
    """A training step that scales the gradients by what ``factors(grads, limit)`` says."""

    def step(params, x, y, h0, rate, limit):
        loss, grads = rnn.loss_and_gradients(params, x, y, "mean", h0=h0)
        last = rnn.forward(params, x, h0=h0)[1].h[-1]
        for name, factor in factors({name: grads[name] for name in params}, limit).items():
            params[name] -= rate * factor * grads[name]
        return loss, last

    return step


def each_by_its_own(grads, limit):
    return {name: min(1.0, limit / np.linalg.norm(g)) for name, g in grads.items()}


def after_the_step(params, x, y, h0, rate, limit):
    loss, _ = training_step(params, x, y, h0, rate, limit)
    return loss, rnn.forward(params, x, h0=h0)[1].h[-1]


def uphill(params, x, y, h0, rate, limit):
    return training_step(params, x, y, h0, -rate, limit)


def by_name(params, x, y, h0, rate, limit):
    return training_step({name: p.copy() for name, p in params.items()}, x, y, h0, rate, limit)


def summed(params, x, y, h0, rate, limit):
    loss, last = training_step(params, x, y, h0, rate, limit)
    return loss * len(x), last


def test_the_packages_own_step_has_no_fault():
    assert first_fault(training_step) == ""


@pytest.mark.parametrize(
    "step, told",
    [
        (lambda *given: None, "is a return missing"),
        (with_factors(lambda grads, limit: dict.fromkeys(grads, 1.0)), "limit 0.05 the step is"),
        (with_factors(each_by_its_own), "limit 0.05 the step is"),
        (with_factors(lambda grads, limit: dict.fromkeys(grads, 0.05)), "the step is"),
        (after_the_step, "last state"),
        (uphill, "wrong direction"),
        (by_name, "limit 0.05 the step is 0.00000 long, expected 0.00500"),
        (summed, "the mean over the chunk"),
    ],
)
def test_a_wrong_step_is_told_its_fault(step, told):
    assert told in first_fault(step)
