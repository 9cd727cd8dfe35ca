"""The gated graph network: a GRU per node, gradients by differences and by torch, and no ranks."""

import numpy as np
import pytest
import torch

from rnncourse.byhand import ggnn, gru
from rnncourse.byhand.examples import drawn
from rnncourse.byhand.gradcheck import precise_gradient, relative_error

RNG = np.random.default_rng(0)
A = np.triu(RNG.random((5, 5)) < 0.5, 1) * RNG.uniform(0.5, 1.5, (5, 5))  # directed, with weights
PARAMS, H = drawn(ggnn.SHAPES, RNG, n=3), RNG.standard_normal((5, 3))


def test_a_round_is_a_gru_step_that_reads_the_sum_of_the_neighbors():
    new, _ = ggnn.forward(PARAMS, A, H, 1)
    for i in range(5):
        assert np.allclose(new[i], gru.step(PARAMS, A[i] @ H, H[i]).h, rtol=1e-13)


def test_rounds_can_be_done_one_by_one():
    assert np.array_equal(ggnn.forward(PARAMS, A, H, 0)[0], H)
    once, _ = ggnn.forward(PARAMS, A, H, 1)
    assert np.allclose(
        ggnn.forward(PARAMS, A, H, 2)[0], ggnn.forward(PARAMS, A, once, 1)[0], rtol=1e-13
    )


@pytest.mark.parametrize("rounds", [1, 3])
def test_gradients_agree_with_differences_and_torch(rounds):
    weights = np.random.default_rng(1).standard_normal((5, 3))
    grads = ggnn.gradients(PARAMS, A, H, rounds, weights)
    arrays = {name: array.copy() for name, array in (PARAMS | {"H": H}).items()}

    def loss():
        return float((weights * ggnn.forward(arrays, A, arrays["H"], rounds)[0]).sum())

    leaves = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    graph, h = torch.tensor(A), leaves["H"]
    for _ in range(rounds):
        m = graph @ h
        z, r = (
            torch.sigmoid(m @ leaves[f"W_{q}x"].T + h @ leaves[f"W_{q}h"].T + leaves[f"b_{q}"])
            for q in "zr"
        )
        c = torch.tanh(m @ leaves["W_hx"].T + (r * h) @ leaves["W_hh"].T + leaves["b_h"])
        h = (1 - z) * h + z * c
    (torch.tensor(weights) * h).sum().backward()
    for name, array in arrays.items():
        assert relative_error(grads[name], precise_gradient(loss, array)) < 1e-9, name
        assert relative_error(grads[name], leaves[name].grad.numpy()) < 1e-12, name


def test_renaming_the_nodes_renames_the_states():
    order = np.array([3, 0, 4, 1, 2])
    again, _ = ggnn.forward(PARAMS, A[np.ix_(order, order)], H[order], 3)
    assert np.allclose(again, ggnn.forward(PARAMS, A, H, 3)[0][order], rtol=1e-12)


def test_bad_arrays_are_named():
    with pytest.raises(ValueError, match=r"A must have shape \(5, 5\), got \(5, 4\)"):
        ggnn.forward(PARAMS, A[:, :4], H, 1)
    with pytest.raises(ValueError, match=r"W_zx must have shape \(2, 2\), got \(3, 3\)"):
        ggnn.forward(PARAMS, A, H[:, :2], 1)
    with pytest.raises(ValueError, match="b_z is missing"):
        ggnn.forward({k: v for k, v in PARAMS.items() if k != "b_z"}, A, H, 1)
    with pytest.raises(ValueError, match="dH_new must have shape"):
        ggnn.gradients(PARAMS, A, H, 1, H[:2])
    with pytest.raises(ValueError, match="rounds must be"):
        ggnn.forward(PARAMS, A, H, -1)
