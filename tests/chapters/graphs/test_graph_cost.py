"""Random graphs and sampled neighbors are what they say; a sample of everyone changes nothing."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.graphs import graph_cost
from rnncourse.records import MissingRecords


def dense(graph) -> np.ndarray:
    N = len(graph.degrees)
    A = np.zeros((N, N))
    A[np.repeat(np.arange(N), graph.degrees), graph.of] = 1.0
    return A


GRAPH = graph_cost.random_graph(np.random.default_rng(0), 60, degree=4)
A = dense(GRAPH)


def test_a_random_graph_has_no_loops_no_doubles_and_no_direction():
    assert np.array_equal(A, A.T) and not A.diagonal().any()
    assert A.sum() == len(GRAPH.of) and 3 < GRAPH.degrees.mean() <= 4


@pytest.mark.parametrize("node", [0, 7, 59])
def test_reached_counts_what_powers_of_the_adjacency_count(node):
    wanted = [
        int((np.linalg.matrix_power(A + np.eye(60), hops)[node] > 0).sum()) for hops in range(5)
    ]
    assert graph_cost.reached(GRAPH, node, 4) == wanted


def test_sampled_neighbors_are_neighbors_and_all_of_them_come():
    lonely = graph_cost.Graph(np.array([0, 1, 2, 2]), np.array([1, 0]))
    heard = graph_cost.sample_neighbors(np.random.default_rng(0), lonely, np.arange(3), 4)
    assert heard.tolist() == [[0, 1, 1, 1, 1], [1, 0, 0, 0, 0], [2, 2, 2, 2, 2]]
    drawn = graph_cost.sample_neighbors(np.random.default_rng(0), GRAPH, np.full(500, 7), 3)
    assert (drawn[:, 0] == 7).all()
    assert set(drawn[:, 1:].ravel()) == set(np.flatnonzero(A[7]))


def test_the_sparse_means_are_means_over_a_node_and_its_neighbors():
    tilde = A + np.eye(60)
    wanted = tilde / tilde.sum(axis=1, keepdims=True)
    assert np.allclose(graph_cost.mean_matrix(GRAPH).to_dense().numpy(), wanted, atol=1e-7)


def test_where_every_node_has_one_neighbor_sampling_changes_nothing():
    """Ten pairs: the one neighbor is always drawn, so the sampled loss is the full one."""
    ends = np.arange(20).reshape(10, 2)[:, ::-1].ravel()
    pairs = graph_cost.Graph(np.arange(21), ends)
    rng = np.random.default_rng(0)
    weights = graph_cost.drawn_weights(rng, 20)
    full = graph_cost.full_loss(weights, graph_cost.mean_matrix(pairs))
    sampled = graph_cost.sampled_loss(weights, pairs, np.arange(20), 1, rng)
    assert torch.allclose(full, sampled, atol=1e-6)


def test_times_that_are_missing_are_said_to_be(monkeypatch, tmp_path):
    monkeypatch.setattr(graph_cost, "FILE", tmp_path / "none.json")
    with pytest.raises(MissingRecords, match="not in this installation"):
        graph_cost.recorded()


def test_a_step_is_timed_by_the_median_after_one_that_warms_up(monkeypatch):
    """The clock goes by what each step takes: 1,000 at first, then 1, 4, 9, …"""
    squares = [float(k * k) for k in range(1, graph_cost.REPEATS + 1)]
    taken = iter([1000.0, *squares])
    now = [0.0]

    def step():
        now[0] += next(taken)

    monkeypatch.setattr(graph_cost.time, "process_time", lambda: now[0])
    assert graph_cost.seconds(step) == np.median(squares)
