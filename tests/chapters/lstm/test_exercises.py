"""The truths of the exercises by another route, and the slips that the chapter names."""

import numpy as np
import pytest

from rnncourse.byhand import lstm
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.cells import LSTMCell
from rnncourse.exercises import EXERCISES, grade


def loss(params, x, y, h0, c0) -> float:
    return lstm.loss_and_gradients(params, x, y, h0=h0, c0=c0)[0]


@pytest.mark.parametrize("case", EXERCISES["lstm-dL-dc"].cases, ids=lambda case: case.label)
def test_the_memory_gradients_agree_with_finite_differences(case):
    params, x, y, h0, c0 = case.make()
    cache = lstm.forward(params, x, h0=h0, c0=c0)[1]
    found = EXERCISES["lstm-dL-dc"].truth(*case.make())
    for t in range(len(x) - 1):
        rest, o, c = slice(t + 1, None), cache.o[t], cache.c[t].copy()
        expected = precise_gradient(
            lambda c=c, o=o, rest=rest: loss(params, x[rest], y[rest], np.tanh(c) * o, c), c
        )
        assert relative_error(found[t], expected) < 1e-8


@pytest.mark.parametrize("case", EXERCISES["lstm-bias-gradients"].cases, ids=lambda c: c.label)
def test_the_bias_gradients_agree_with_finite_differences(case):
    network = case.make()
    found = EXERCISES["lstm-bias-gradients"].truth(*case.make())
    for q, row in zip("gifo", found, strict=True):
        expected = precise_gradient(lambda: loss(*network), network[0][f"b_{q}"])
        assert relative_error(row, expected) < 1e-8


def test_the_gate_gradients_agree_with_finite_differences():
    rng = np.random.default_rng(0)
    a, (c_prev, dh, dc) = rng.standard_normal((4, 3)), rng.standard_normal((3, 3))

    def gates():
        return np.tanh(a[0]), *(1.0 / (1.0 + np.exp(-row)) for row in a[1:])

    def score():
        g, i, f, o = gates()
        return dc @ (g * i + c_prev * f) + dh @ (np.tanh(c) * o)  # c held fixed: dc holds its way

    g, i, f, o = gates()
    c = g * i + c_prev * f
    found = EXERCISES["lstm-gate-gradients"].truth(dh, dc, g, i, f, o, c_prev, c)
    assert relative_error(found, precise_gradient(score, a)) < 1e-9


def test_the_count_is_that_of_the_tensors():
    for case in EXERCISES["lstm-count"].cases:
        d, n, K = case.make()
        cell = LSTMCell(d, n, rng=np.random.default_rng(0))
        tensors = sum(parameter.numel() for parameter in cell.parameters())
        assert EXERCISES["lstm-count"].truth(d, n, K) == tensors + K * n + K


def test_the_forget_bias_keeps_what_it_should():
    for case in EXERCISES["lstm-forget-bias"].cases:
        T, share = case.make()
        bias = EXERCISES["lstm-forget-bias"].truth(T, share)
        assert (1.0 / (1.0 + np.exp(-bias))) ** T == pytest.approx(share)


@pytest.mark.parametrize(
    "id, wrong", [("W7", 72_576), ("W8", 72_448), ("W9", 71_168), ("W9", 71_680)]
)
def test_the_wrong_counts_are_those_that_were_handed_in(id, wrong):
    found = [m.answer(10, 128, 10) for m in EXERCISES["lstm-count"].mistakes if m.id == id]
    assert wrong in found
    assert EXERCISES["lstm-count"].truth(10, 128, 10) == 72_458


def test_a_pair_of_arrays_is_a_step():
    def answer(params, x, h, c):
        after = lstm.step(params, x, h, c)
        return after.h, after.c

    assert grade("lstm-step", answer).right
