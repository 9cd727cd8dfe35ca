"""Graph convolution and graph attention hold against the exact case, differences and torch."""

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from bad_input import bad_input

from rnncourse.byhand import gat, gcn
from rnncourse.byhand.gradcheck import numerical_gradient

EXACT = json.loads((Path(__file__).parents[1] / "data" / "gcn.json").read_text(encoding="utf-8"))
CASE = {name: np.array(value) for name, value in EXACT.items() if isinstance(value, list)}
A = CASE["A"].astype(float)


def relative(mine, wanted):
    return np.abs(mine - wanted).max() / np.abs(wanted).max()


def test_the_six_node_graph_to_rounding():
    assert np.allclose(gcn.normalized_adjacency(A), CASE["A_hat"], rtol=0, atol=1e-12)
    params = {"W_0": CASE["W0"], "W_1": CASE["W1"]}
    scores, cache = gcn.forward(params, A, CASE["H0"])
    assert np.allclose(cache.H[1], CASE["H1_relu"], rtol=0, atol=1e-12)
    H2 = np.maximum(scores, 0)
    assert np.allclose(H2, CASE["H2_relu"], rtol=0, atol=1e-12)
    assert 0.5 * (H2**2).sum() == pytest.approx(EXACT["loss_half_sumsq"], abs=1e-12)
    grads = gcn.backward(params, cache, H2)
    assert np.allclose(grads["W_0"], CASE["dW0"], rtol=0, atol=1e-12)
    assert np.allclose(grads["W_1"], CASE["dW1"], rtol=0, atol=1e-12)


def random_graph(directed=False, N=7):
    rng = np.random.default_rng(3)
    edges = np.triu(rng.random((N, N)) < 0.4, 1) * rng.uniform(0.5, 2, (N, N))
    return edges + (np.tril(rng.random((N, N)), -1) if directed else edges.T)


def layers(sizes=(3, 5, 4, 2)):
    rng = np.random.default_rng(4)
    return {
        f"W_{layer}": rng.normal(size=shape)
        for layer, shape in enumerate(itertools.pairwise(sizes))
    }


@pytest.mark.parametrize("directed", [False, True])
def test_gcn_gradients_agree_with_differences_and_torch(directed):
    rng = np.random.default_rng(5)
    graph, params, H = random_graph(directed), layers(), rng.normal(size=(7, 3))
    y, mask = rng.integers(0, 2, 7), np.array([True, False, True, True, False, False, True])
    loss, grads = gcn.loss_and_gradients(params, graph, H, y, mask)
    arrays = params | {"H": H}
    for name, array in arrays.items():
        numerical = numerical_gradient(
            lambda: gcn.loss_and_gradients(params, graph, H, y, mask)[0], array
        )
        assert relative(grads[name], numerical) < 1e-8, name
    leaves = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    A_hat, state = torch.tensor(gcn.normalized_adjacency(graph)), leaves["H"]
    for layer in range(3):
        state = A_hat @ state @ leaves[f"W_{layer}"]
        state = state.relu() if layer < 2 else state
    wanted = torch.nn.functional.cross_entropy(state[mask], torch.tensor(y[mask]))
    wanted.backward()
    assert loss == pytest.approx(wanted.item(), rel=1e-13)
    for name, leaf in leaves.items():
        assert relative(grads[name], leaf.grad.numpy()) < 1e-12, name


def test_a_label_that_is_masked_is_not_looked_at():
    y, mask = np.array([0, 1, -1, 9, 1, 0, 0]), np.array([1, 1, 0, 0, 0, 0, 1], dtype=bool)
    loss, _ = gcn.loss_and_gradients(layers(), random_graph(), np.ones((7, 3)), y, mask)
    assert np.isfinite(loss)


@pytest.mark.parametrize("directed", [False, True])
def test_renaming_the_nodes_renames_the_answers(directed):
    rng = np.random.default_rng(6)
    order, H, graph = rng.permutation(7), rng.normal(size=(7, 3)), random_graph(directed)
    renamed = graph[np.ix_(order, order)]
    scores, _ = gcn.forward(layers(), graph, H)
    again, _ = gcn.forward(layers(), renamed, H[order])
    assert np.allclose(again, scores[order], rtol=1e-13)
    params = {"W": rng.normal(size=(4, 3)), "a": rng.normal(size=8)}
    H_new, attention = gat.forward(params, graph, H)
    H_again, attention_again = gat.forward(params, renamed, H[order])
    assert np.allclose(H_again, H_new[order], rtol=1e-13)
    assert np.allclose(attention_again, attention[np.ix_(order, order)], rtol=1e-13)


def test_attention_is_a_mean_over_neighbors_and_oneself():
    rng = np.random.default_rng(7)
    graph = random_graph()
    params = {"W": rng.normal(size=(4, 3)), "a": rng.normal(size=8)}
    _, attention = gat.forward(params, graph, rng.normal(size=(7, 3)))
    assert np.allclose(attention.sum(axis=1), 1.0, rtol=1e-14)
    assert np.array_equal(attention > 0, (graph != 0) | np.eye(7, dtype=bool))
    same, _ = gat.forward(params | {"a": np.zeros(8)}, graph, np.ones((7, 3)))
    assert np.allclose(same, np.ones((7, 3)) @ params["W"].T, rtol=1e-14)


def torch_attention(W, a, H, hears, slope):
    U, K = H @ W.T, len(W)
    sums = (U @ a[:K])[:, None] + (U @ a[K:])[None, :]
    e = torch.nn.functional.leaky_relu(sums, slope).masked_fill(~hears, -torch.inf)
    return e.softmax(dim=1) @ U


@pytest.mark.parametrize("slope", [0.2, 0.5])
def test_gat_gradients_agree_with_differences_and_torch(slope):
    rng = np.random.default_rng(8)
    graph, H = random_graph(), rng.normal(size=(7, 3))
    params = {"W": rng.normal(size=(4, 3)), "a": rng.normal(size=8)}
    weights = rng.normal(size=(7, 4))
    grads = gat.gradients(params, graph, H, weights, slope)
    arrays = params | {"H": H}

    def loss():
        return float((weights * gat.forward(params, graph, H, slope)[0]).sum())

    leaves = {name: torch.tensor(array, requires_grad=True) for name, array in arrays.items()}
    hears = torch.tensor((graph != 0) | np.eye(7, dtype=bool))
    (torch.tensor(weights) * torch_attention(**leaves, hears=hears, slope=slope)).sum().backward()
    for name, array in arrays.items():
        assert relative(grads[name], numerical_gradient(loss, array)) < 1e-8, name
        assert relative(grads[name], leaves[name].grad.numpy()) < 1e-12, name


BAD = {
    "not square": (np.zeros((2, 3)), r"A must have shape \(2, 2\), got \(2, 3\)"),
    "self-loop": (np.eye(3), "A must have zeros on its diagonal"),
    "negative": (np.array([[0.0, -1.0], [-1.0, 0.0]]), "A must not be negative, got -1.0"),
    "integers": (np.zeros((2, 2), dtype=int), "A must be a float64 NumPy array, got int64"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_adjacency_is_named(name):
    bad, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        gcn.normalized_adjacency(bad)


def test_bad_layers_and_masks_are_named():
    graph, H, y = random_graph(), np.ones((7, 3)), np.zeros(7, dtype=int)
    with pytest.raises(ValueError, match="W_0 is missing"):
        gcn.forward({"W_1": np.ones((3, 2))}, graph, H)
    with pytest.raises(ValueError, match=r"W_1 must have shape \(5, F'\), got \(4, 2\)"):
        gcn.forward(layers() | {"W_1": np.ones((4, 2))}, graph, H)
    with pytest.raises(ValueError, match="mask must hold True for at least one"):
        gcn.loss_and_gradients(layers(), graph, H, y, np.zeros(7, dtype=bool))
    with pytest.raises(ValueError, match="y must lie in 0 … 1, got 5"):
        gcn.loss_and_gradients(layers(), graph, H, y + 5)


@bad_input(
    ({"W": np.ones((4, 3))}, 0.2, "params must hold W and a; a is missing"),
    ({"a": np.ones(8)}, 0.2, "params must hold W and a; W is missing"),
    ({"W": np.ones((4, 3)), "a": np.ones(8)}, None, "slope must be a number, got NoneType"),
)
def test_attention_names_what_is_missing(params, slope):
    gat.forward(params, random_graph(), np.ones((7, 3)), slope)


@bad_input(
    ({}, np.zeros(7, dtype=int), "params must hold W_0, W_1, …; W_0 is missing"),
    (layers(), [0] * 7, "y must be an array of shape (7,), got list"),
)
def test_a_convolution_names_what_is_missing(params, y):
    gcn.loss_and_gradients(params, random_graph(), np.ones((7, 3)), y)
