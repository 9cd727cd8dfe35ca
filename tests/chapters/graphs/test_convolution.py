"""Walks on small graphs, what many layers leave, and the figures that show both."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnncourse.byhand.gcn import normalized_adjacency
from rnncourse.chapters.graphs import figures_convolution, smoothing
from rnncourse.chapters.graphs.six_nodes import (
    EDGES,
    NODES,
    PLACES,
    adjacency,
    index,
    shortest_paths,
    updates_to_hear,
    walks,
    weight_along,
)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_walks_are_the_walks_that_a_list_of_all_has():
    A_tilde = adjacency() + np.eye(6)
    for length in (0, 1, 2, 3):
        found = np.zeros((6, 6))
        for walk in itertools.product(range(6), repeat=length + 1):
            if all(A_tilde[a, b] for a, b in itertools.pairwise(walk)):
                found[walk[-1], walk[0]] += 1
        assert np.array_equal(walks(adjacency(), length), found)


def test_updates_are_the_length_of_a_shortest_path():
    for i, j in itertools.product(range(6), repeat=2):
        [first, *others] = shortest_paths(adjacency(), j, i)
        assert updates_to_hear(adjacency(), i, j) == len(first) - 1
        assert all(len(path) == len(first) for path in others)


def test_both_shortest_ways_from_c_to_e_are_found():
    paths = shortest_paths(adjacency(), index("C"), index("E"))
    assert ["".join(NODES[i] for i in path) for path in paths] == ["CDBAE", "CDFAE"]
    A_hat = normalized_adjacency(adjacency())
    assert [weight_along(A_hat, path) for path in paths] == pytest.approx([1 / 96, 1 / 96])


def test_nodes_of_another_part_are_never_heard():
    A = adjacency(["AB", "CD"], "ABCD")
    assert updates_to_hear(A, 0, 3) is None
    assert shortest_paths(A, 0, 3) == []


def test_edges_of_the_drawing_do_not_pass_through_nodes():
    for first, second in EDGES:
        a, b = np.array(PLACES[first]), np.array(PLACES[second])
        for name in set(NODES) - {first, second}:
            t = np.clip((np.array(PLACES[name]) - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
            assert np.linalg.norm(a + t * (b - a) - PLACES[name]) > 0.3


def test_a_bad_adjacency_is_named():
    with pytest.raises(ValueError, match=r"A must have shape \(2, 2\), got \(2, 3\)"):
        walks(np.zeros((2, 3)), 1)


def test_distance_is_the_mean_over_all_pairs():
    H, A = np.random.default_rng(0).standard_normal((6, 2)), adjacency()
    Z = H / np.sqrt(A.sum(axis=1) + 1)[:, None]
    pairs = [np.linalg.norm(Z[i] - Z[j]) for i, j in itertools.combinations(range(6), 2)]
    assert smoothing.distance(A, H) == pytest.approx(np.mean(pairs), rel=1e-14)
    assert smoothing.distance(A, np.outer(smoothing.root_degrees(A), [1.0, 2.0])) < 1e-15


def test_equal_degrees_have_the_mean_as_their_limit():
    ring = adjacency(["AB", "BC", "CD", "DA"], "ABCD")
    H = np.random.default_rng(1).standard_normal((4, 3))
    assert np.allclose(smoothing.limit(ring, H), H.mean(axis=0), rtol=1e-13)


def test_a_complete_graph_forgets_in_one_layer():
    edges = ["".join(pair) for pair in itertools.combinations("ABCD", 2)]
    assert smoothing.second_eigenvalue(adjacency(edges, "ABCD")) < 1e-12


def test_what_differs_is_a_share_and_does_not_see_the_size():
    A, H = adjacency(), np.random.default_rng(2).standard_normal((6, 3))
    share = smoothing.what_differs(A, H)
    assert 0 < share < 1
    assert smoothing.what_differs(A, 7.0 * H) == pytest.approx(share, rel=1e-12)


def test_the_message_is_drawn_with_its_weights():
    axes = figures_convolution.message()
    row = np.linalg.matrix_power(normalized_adjacency(adjacency()), 4)[:, index("C")]
    texts = [text.get_text() for text in axes.flat[4].texts]
    assert [f"{row[index(name)]:.2g}" for name in PLACES] == [t for t in texts if "." in t]
    assert not [t for t in axes.flat[0].texts if "." in t.get_text()]


def test_the_curves_are_drawn_relative_to_their_start():
    A = adjacency()
    curve = smoothing.distances(A, np.eye(6), 30)
    ax = figures_convolution.smoothing({"six nodes": curve}, {"six nodes": 0.75})
    assert ax.lines[0].get_ydata() == pytest.approx(curve / curve[0])
    slope = ax.lines[1].get_ydata()
    assert slope[21] / slope[20] == pytest.approx(0.75)
