"""The character RNN: equal to the plain one, carried and wrapped, drawn by the inverse CDF."""

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse import bench, byhand
from rnncourse.byhand import char_rnn_plain as plain
from rnncourse.byhand.char_rnn import CharRNN
from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.softmax import draw

K = 80


def network(seed=0, K=K, m=100, **options) -> CharRNN:
    return CharRNN(K, m, rng=np.random.default_rng(seed), **options)


def some_text(N=20_000, K=K, seed=1) -> np.ndarray:
    """Characters of very different frequency, as in a book."""
    shares = 1.0 / np.arange(1, K + 1)
    return np.random.default_rng(seed).choice(K, size=N, p=shares / shares.sum())


def copied(net: CharRNN):
    params = {name: value.copy() for name, value in net.params.items()}
    memory = {name: value - 1e-8 for name, value in net.memory.by_name.items()}
    return params, memory, net.h.copy()


@pytest.mark.parametrize("seed", range(3))
def test_the_first_update_is_that_of_the_plain_version(seed):
    ids, net = some_text(seed=seed), network(seed)
    params = plain.initial_params(K, 100, np.random.default_rng(seed))
    for name, value in params.items():
        assert np.array_equal(value, net.params[name])
    memory = {name: np.zeros_like(value) for name, value in params.items()}
    loss, h = plain.iterate(params, memory, ids[:25], ids[1:26], np.zeros(100))
    assert net.train(ids, 1).curve["loss"][0] == pytest.approx(loss, rel=1e-13)
    for name, value in params.items():
        assert relative_error(net.params[name], value) < 1e-12
    assert relative_error(net.h, h) < 1e-12


@pytest.mark.parametrize("seed", range(3))
def test_fifty_updates_from_a_warm_state_are_those_of_the_plain_version(seed):
    ids, net = some_text(seed=seed), network(seed)
    net.train(ids, 500)
    params, memory, h = copied(net)
    starts = range(net.position, net.position + 50 * 25, 25)
    record = net.train(ids, 50)
    losses = []
    for e in starts:
        loss, h = plain.iterate(params, memory, ids[e : e + 25], ids[e + 1 : e + 26], h)
        losses.append(loss)
    np.testing.assert_allclose(record.curve["loss"], losses, rtol=1e-10)
    for name, value in params.items():
        assert relative_error(net.params[name], value) < 1e-9


def test_the_gradient_of_a_window_is_that_of_the_chapter_on_one_hot_rows():
    net, ids = network(K=9, m=7, sigma=0.5), some_text(12, K=9)
    h = np.random.default_rng(2).standard_normal(7)
    loss, grads = net.loss_and_gradients(ids[:-1], ids[1:], h)
    expected, by_chapter = byhand.rnn.loss_and_gradients(
        {name: np.ascontiguousarray(value) for name, value in net.params.items()},
        np.eye(9)[ids[:-1]],
        ids[1:],
        "sum",
        h0=h,
    )
    assert loss == pytest.approx(expected, rel=1e-13)
    for name in net.params:
        assert relative_error(grads[name], by_chapter[name]) < 1e-13


def test_a_call_goes_on_where_the_last_one_stopped():
    ids = some_text(500)
    once, twice = network(), network()
    whole = once.train(ids, 60)
    parts = [twice.train(ids, updates) for updates in (1, 22, 37)]
    for name in whole.curve:
        assert whole.curve[name] == [value for part in parts for value in part.curve[name]]
    assert once.position == twice.position
    assert all(np.array_equal(once.params[name], twice.params[name]) for name in once.params)


@pytest.mark.parametrize("N, epoch", [(26, 1), (50, 1), (51, 2), (75, 2), (76, 3)])
def test_the_position_wraps_where_no_whole_window_is_left_and_the_state_restarts(N, epoch):
    """A window of 25 needs 26 characters: an epoch is ⌊(N − 1)/25⌋ windows."""
    ids, net = some_text(N), network()
    net.train(ids, epoch)
    assert net.position == 25 * epoch
    params, memory, _ = copied(net)
    record = net.train(ids, 1)
    assert net.position == 25
    loss, _ = plain.iterate(params, memory, ids[:25], ids[1:26], np.zeros(100))
    assert record.curve["loss"][0] == pytest.approx(loss, rel=1e-9)


def test_the_smooth_loss_begins_with_the_first_loss():
    curve = network().train(some_text(), 30).curve
    smooth = [curve["loss"][0]]
    for loss in curve["loss"][1:]:
        smooth.append(0.999 * smooth[-1] + 0.001 * loss)
    np.testing.assert_allclose(curve["smooth_loss"], smooth, rtol=1e-14)
    assert curve["step"] == list(range(1, 31))
    assert curve["loss"][0] == pytest.approx(25 * np.log(K), abs=0.02)


def test_a_long_curve_is_thinned_and_keeps_its_end(monkeypatch):
    monkeypatch.setattr("rnncourse.byhand.char_rnn.POINTS", 4)
    assert network(m=3).train(some_text(), 10).curve["step"] == [3, 6, 9, 10]


def test_on_step_is_told_every_update():
    told = []
    record = network(m=5).train(some_text(), 7, on_step=told.append)
    assert [now.step for now in told] == record.curve["step"]
    assert told[-1].smooth_loss == record.summary["smooth_loss"]


def test_float32_stays_float32_and_learns_the_same():
    ids = some_text(2000)
    small, wide = network(dtype=np.float32), network()
    ends = [net.train(ids, 300).summary["smooth_loss"] for net in (small, wide)]
    assert {value.dtype for value in small.params.values()} == {np.dtype(np.float32)}
    assert small.h.dtype == np.float32
    assert ends[0] == pytest.approx(ends[1], rel=0.05)


def test_it_learns_a_text_that_repeats():
    ids = np.tile([3, 1, 4, 1, 5], 200)
    net = network(K=6, m=20)
    net.train(ids, 600)
    written = net.generate(5, 20, temperature=0, rng=np.random.default_rng(0))
    assert written.tolist() == [3, 1, 4, 1, 5] * 4


# Drawing


@pytest.mark.parametrize("u, k", [(0.0, 0), (0.05, 0), (0.25, 1), (0.49, 1), (0.65, 3)])
def test_a_draw_is_the_first_place_where_the_sum_exceeds_u(u, k):
    """The probabilities are 1/4, 1/4, 1/8 and 3/8; at u = 1/4 the second begins."""
    assert draw(np.log([2.0, 2.0, 1.0, 3.0]), u) == k


def test_draws_have_the_probabilities_of_the_softmax_at_a_temperature(rng):
    p = np.array([2.0, 1.0, 0.0, -1.0])
    for temperature, share in ((0.5, 0.864954876799), (1.0, 0.643914259888), (2.0, 0.455054233923)):
        drawn = [draw(p, u, temperature) for u in (np.arange(20_000) + 0.5) / 20_000]
        assert np.mean(np.equal(drawn, 0)) == pytest.approx(share, abs=1e-4)
    assert draw(p[::-1], 0.0, temperature=0) == 3


def test_no_u_below_one_falls_beyond_the_last_class():
    p = np.full(7, 0.1)
    assert draw(p, np.nextafter(1.0, 0.0)) == 6
    assert draw(np.array([0.0, -1e4]), np.nextafter(1.0, 0.0)) == 0


def test_the_same_rng_writes_the_same_text_and_training_is_not_disturbed():
    ids, net = some_text(), network()
    net.train(ids, 100)
    h = net.h.copy()
    one, two = (net.generate(3, 50, rng=np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(one, two)
    assert one.shape == (50,)
    assert np.array_equal(net.h, h)


# Errors


def window(inputs, targets, h=None):
    return network(m=7).loss_and_gradients(inputs, targets, h)


@bad_input(
    (lambda: network(K=0), "vocabulary_size must be at least 1, got 0"),
    (lambda: network(m=2.5), "hidden_size must be a whole number, got 2.5"),
    (lambda: network(sigma=-1), "sigma must be at least 0, got -1"),
    (lambda: network(dtype=np.float16), "dtype must be one of float32, float64; got 'float16'"),
    (lambda: CharRNN(5, rng=0), "rng must be a numpy.random.Generator, got int"),
    (lambda: network().train(some_text(25), 1), "more than seq_length = 25 characters, got 25"),
    (lambda: network().train([0, 80] * 30, 1), "text_ids must lie in 0 … 79, got 80"),
    (lambda: network().train([0.5] * 30, 1), "text_ids must hold whole numbers, got float64"),
    (lambda: network().train("a" * 30, 1), "text_ids must have shape (N,), got ()"),
    (lambda: network().train(some_text(), 0), "iterations must be at least 1, got 0"),
    (lambda: network().train(some_text(), 1, 0), "seq_length must be at least 1, got 0"),
    (lambda: network().train(some_text(), 1, 25, 0), "learning_rate must be positive, got 0"),
    (lambda: network().generate(80, 1, rng=np.random.default_rng(0)), "first_id must lie in 0"),
    (lambda: network().generate(0, 1, -1, rng=np.random.default_rng(0)), "temperature must be"),
    (lambda: network().generate(0, 1, rng=None), "rng must be a numpy.random.Generator"),
    (lambda: network().generate([0, 1], 1, rng=None), "first_id must have shape (), got (2,)"),
    (lambda: network().generate(-1, 1, rng=None), "first_id must lie in 0 … 79, got -1"),
    (lambda: network().generate(0.5, 1, rng=None), "first_id must hold whole numbers, got float64"),
    (lambda: window([0, 1], [0]), "targets must have shape (2,), got (1,)"),
    (lambda: window([0], [0, 1]), "targets must have shape (1,), got (2,)"),
    (lambda: window([0, 1], [-1, 0]), "targets must lie in 0 … 79, got -1"),
    (lambda: window([0, 1], [80, 0]), "targets must lie in 0 … 79, got 80"),
    (lambda: window([0, 1], [0.0, 1.0]), "targets must hold whole numbers, got float64"),
    (lambda: window([0, 1], [True, False]), "targets must hold whole numbers, got bool"),
    (lambda: window([0, 1], [[0], [1]]), "targets must have shape (2,), got (2, 1)"),
    (lambda: window([-1, 1], [0, 0]), "inputs must lie in 0 … 79, got -1"),
    (lambda: window([0.5, 1.2], [0, 0]), "inputs must hold whole numbers, got float64"),
    (lambda: window([], []), "inputs must not be empty"),
    (lambda: window([0], [0], np.zeros(3)), "h must have shape (7,), got (3,)"),
    (lambda: window([0], [0], np.full(7, np.nan)), "h must be finite, got nan at (0,)"),
)
def test_bad_arguments_are_named(call):
    call()


# The benchmark


@pytest.mark.slow
def test_the_rows_of_the_benchmark_compare_with_the_plain_version(monkeypatch):
    small = bench.Shape(B=1, n=5, d=7, T=25, layers=1)
    monkeypatch.setattr("rnncourse.bench.rows.CHARACTERS", small)
    rows = {row.variant: row for row in bench.compare_characters(rounds=2, updates=2)}
    assert rows.keys() == {"plain", "float64", "float32", "torch.nn"}
    assert rows["plain"].ratio == 1.0
    assert all(row.milliseconds > 0 for row in rows.values())
    assert ("char-rnn", "characters", 1) in bench.plan(None, [1, 2])
    assert bench.plan("char-rnn", [1, 2]) == [("char-rnn", "characters", 1)]
