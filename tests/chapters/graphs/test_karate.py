"""The club is Zachary's; the networks on it are byhand's; equal runs are equal."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch

from rnncourse.byhand import gcn
from rnncourse.chapters.graphs import deep, figures_convolution, karate
from rnncourse.chapters.graphs.deep import KarateRun
from rnncourse.records import Record


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_the_club_is_symmetric_connected_and_split_in_halves():
    A, y = karate.club()
    assert np.array_equal(A, A.T) and not A.diagonal().any() and set(np.unique(A)) == {0.0, 1.0}
    assert (np.linalg.matrix_power(A + np.eye(34), 5) > 0).all()
    assert y[0] == 0 and y[33] == 1  # the two leaders
    assert y.sum() == 17


def test_labels_are_drawn_on_both_sides():
    _, y = karate.club()
    for seed in range(20):
        mask = karate.draw_labeled(y, 2, rng=np.random.default_rng(seed))
        assert mask.sum() == 4 and y[mask].sum() == 2


def test_propagated_labels_are_the_harmonic_solution():
    A, y = karate.club()
    mask = karate.draw_labeled(y, 2, rng=np.random.default_rng(0))
    P, known = A / A.sum(axis=1, keepdims=True), np.eye(2)[y[mask]]
    inner = np.eye((~mask).sum()) - P[np.ix_(~mask, ~mask)]
    wanted = np.linalg.solve(inner, P[np.ix_(~mask, mask)] @ known)
    found = karate.propagate_labels(A, y, mask, rounds=5000)
    assert np.allclose(found[~mask], wanted, rtol=1e-9)
    assert np.array_equal(found[mask], known)


def test_spread_labels_are_where_the_spreading_stops():
    A, y = karate.club()
    mask = karate.draw_labeled(y, 2, rng=np.random.default_rng(0))
    known, F = np.eye(2)[y] * mask[:, None], np.zeros((34, 2))
    for _ in range(300):
        F = 0.8 * gcn.normalized_adjacency(A) @ F + known
    assert np.allclose(karate.spread_labels(A, y, mask), F, rtol=1e-10)


def test_accuracy_does_not_look_at_the_labeled():
    y, mask = np.array([0, 1, 0, 1]), np.array([True, True, False, False])
    assert karate.accuracy(np.array([[0, 1], [1, 0], [1, 0], [1, 0]]), y, mask) == 0.5


@pytest.mark.parametrize("layers", [2, 3, 6])
def test_the_plain_network_is_byhands(layers):
    A, _ = karate.club()
    run = KarateRun("plain", 0, layers=layers, units=4)
    Ws = deep.weights(run, 34, np.random.default_rng(0))
    A_hat = torch.from_numpy(gcn.normalized_adjacency(A))
    params = {f"W_{k}": W.detach().numpy() for k, W in enumerate(Ws)}
    wanted, _ = gcn.forward(params, A, np.eye(34))
    found = deep.scores(Ws, A_hat, "plain").detach().numpy()
    assert np.allclose(found, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("connection", deep.CONNECTIONS)
def test_with_two_layers_all_connections_are_one_network(connection):
    run = KarateRun("x", 0, connection=connection, units=4)
    Ws = deep.weights(run, 34, np.random.default_rng(0))
    A_hat = torch.from_numpy(gcn.normalized_adjacency(karate.club().A))
    assert torch.equal(deep.scores(Ws, A_hat, connection), deep.scores(Ws, A_hat, "plain"))


def test_jumping_reads_all_layers():
    run = KarateRun("x", 0, connection="jumping", units=4, layers=5)
    Ws = deep.weights(run, 34, np.random.default_rng(0))
    assert Ws[-1].shape == (16, 2)
    A_hat = torch.from_numpy(gcn.normalized_adjacency(karate.club().A))
    deep.scores(Ws, A_hat, "jumping").sum().backward()
    assert all(W.grad.abs().sum() > 0 for W in Ws)


def test_equal_runs_leave_equal_records():
    run = KarateRun("x", 3, units=4, steps=20, draws=2)
    first, again = run.learn(), run.learn()
    assert first.digest() == again.digest()
    assert first.curve["step"] == [20, 40] and first.summary["steps"] == 40
    assert first.summary["accuracy"] == pytest.approx(np.mean(first.curve["accuracy"]), abs=1e-4)


def test_a_draw_does_not_depend_on_the_method():
    runs = [KarateRun(m, 0, method=m, steps=1, draws=3) for m in deep.METHODS[2:]]
    first, second = (run.learn().curve["accuracy"] for run in runs)
    _, y = karate.club()
    for draw, accuracy in enumerate(first):
        mask = karate.draw_labeled(y, 2, rng=np.random.default_rng([0, draw]))
        found = karate.accuracy(karate.propagate_labels(*karate.club(), mask), y, mask)
        assert accuracy == pytest.approx(found, abs=1e-4)
    assert len(second) == 3


def test_the_graph_is_what_tells():
    runs = {m: KarateRun(m, 0, method=m, draws=5).learn().summary for m in deep.METHODS[:2]}
    assert runs["network"]["accuracy"] > 0.8 > 0.65 > runs["no graph"]["accuracy"]


BAD = {
    "one layer": ({"layers": 1}, "layers must be at least 2, got 1"),
    "an unknown connection": ({"connection": "dense"}, "connection must be"),
    "an unknown method": ({"method": "guess"}, "method must be"),
    "no draws": ({"draws": 0}, "draws must be"),
    "no rate": ({"learning_rate": 0.0}, "learning_rate must be positive"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_choices_are_refused_when_they_are_made(name):
    choices, message = BAD[name]
    with pytest.raises(ValueError, match=message):
        KarateRun("x", 0, **choices)


def record(setting, seed, accuracy, layers=2):
    curve = {"step": [1, 2], "accuracy": [accuracy, accuracy], "loss": [0.0, 0.0]}
    config = {"setting": setting, "layers": layers}
    return Record(f"{setting}-{seed}", config, seed, curve, {"accuracy": accuracy})


def test_every_draw_is_a_mark_and_the_mean_is_written():
    ax = figures_convolution.methods([record("network", s, 0.5 + 0.1 * s) for s in range(5)])
    marks = [line for line in ax.lines if len(line.get_xdata()) == 10]
    assert sorted(marks[0].get_xdata()) == pytest.approx(sorted(2 * [0.5, 0.6, 0.7, 0.8, 0.9]))
    assert "0.70" in [text.get_text() for text in ax.texts]


def test_medians_of_all_depths_are_joined():
    runs = [
        record(name, s, 0.5 + 0.1 * s, layers)
        for name in deep.CONNECTIONS for layers in (2, 8) for s in range(5)
    ]  # fmt: skip
    ax = figures_convolution.depth(runs)
    lines = [line for line in ax.lines if line.get_label() in deep.CONNECTIONS]
    assert len(lines) == 4
    assert all(line.get_ydata() == pytest.approx([0.7, 0.7]) for line in lines)


def test_errors_are_crossed_and_labels_have_thick_edges():
    _, y = karate.club()
    mask = karate.draw_labeled(y, 2, rng=np.random.default_rng(0))
    scores = np.eye(2)[np.where(np.arange(34) < 3, 1 - y, y)]
    ax = figures_convolution.karate(mask, scores)
    assert sum(line.get_marker() == "x" for line in ax.lines) == 3
    thick = [line for line in ax.lines if line.get_marker() in "os" and len(line.get_xdata()) == 1]
    assert sum(line.get_markeredgewidth() > 2 for line in thick) == 4
