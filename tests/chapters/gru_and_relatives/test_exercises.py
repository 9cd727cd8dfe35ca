"""The exercises on the GRU against routes of their own: differences, torch, tensors."""

import numpy as np
import pytest
import torch

from rnncourse import cells
from rnncourse.byhand import gru
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import OUTPUT
from rnncourse.exercises import EXERCISES
from rnncourse.sequence import SequenceModel


def truth(name):
    return EXERCISES[name].truth


def cases(name):
    return [case.make() for case in EXERCISES[name].cases]


@pytest.mark.parametrize("params, x, y, h0", cases("gru-dL-dh"))
def test_the_states_gradients_agree_with_nudged_states(params, x, y, h0):
    rows = truth("gru-dL-dh")(params, x, y, h0)
    for t, h in enumerate(gru.forward(params, x, h0=h0)[1].h[:-1].copy()):

        def rest(h=h, t=t):
            return loss_and_dp(gru.forward(params, x[t + 1 :], h0=h)[0], y[t + 1 :], "last")[0]

        assert relative_error(rows[t], precise_gradient(rest, h)) < 1e-8


@pytest.mark.parametrize("dh, z, r, candidate, h_prev, W_hh", cases("gru-gate-gradients"))
def test_the_gates_gradients_agree_with_nudged_sums(dh, z, r, candidate, h_prev, W_hh):
    a = np.array([np.log(z / (1 - z)), np.log(r / (1 - r)), np.arctanh(candidate)])

    def loss():
        gates = 1.0 / (1.0 + np.exp(-a[:2]))
        new = np.tanh(a[2] + W_hh @ (gates[1] * h_prev) - W_hh @ (r * h_prev))
        return dh @ ((1.0 - gates[0]) * h_prev + gates[0] * new)

    rows = truth("gru-gate-gradients")(dh, z, r, candidate, h_prev, W_hh)
    assert relative_error(rows, precise_gradient(loss, a)) < 1e-8


def test_weights_from_torch_are_those_of_the_package():
    layer = torch.nn.GRU(3, 4).double()
    cell = cells.from_torch(layer)
    own = torch.cat([cell.W_zx, cell.W_rx, cell.W_hx]).detach().numpy()
    weights = layer.weight_ih_l0.detach().numpy()
    np.testing.assert_array_equal(truth("gru-from-torch")(weights), own)


def test_both_ends_are_what_torch_returns_as_its_last_states():
    h, (ends, _) = torch.nn.LSTM(3, 4, bidirectional=True)(torch.randn(6, 3))
    ahead, back = h.detach().numpy()[:, :4], h.detach().numpy()[:, 4:]
    np.testing.assert_array_equal(truth("both-ends")(ahead, back), ends.detach().numpy().ravel())


@pytest.mark.parametrize("d, n, K", cases("relatives-count"))
def test_the_counts_are_those_of_the_tensors(d, n, K):
    kinds = (("gru", False), ("peephole", False), ("lstm", True))
    models = [
        SequenceModel(kind, d, n, K, bidirectional=both, rng=np.random.default_rng(0))
        for kind, both in kinds
    ]
    counted = [sum(p.numel() for p in model.parameters()) for model in models]
    assert list(truth("relatives-count")(d, n, K)[[0, 1, 3]]) == counted


@pytest.mark.parametrize("T, share", cases("gru-update-bias"))
def test_the_update_bias_keeps_the_share(T, share):
    params = {
        name: np.zeros([1 for _ in shape]) for name, shape in (gru.SHAPES | OUTPUT).items()
    } | {"b_z": np.array([truth("gru-update-bias")(T, share)])}
    _, cache = gru.forward(params, np.zeros((T, 1)), h0=np.ones(1))
    assert cache.h[-1, 0] == pytest.approx(share)
