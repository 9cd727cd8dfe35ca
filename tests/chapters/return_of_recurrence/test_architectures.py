"""Blocks that mix steps, the runs on the tales, and the ways whose time is taken."""

import numpy as np
import pytest
import torch

from rnncourse.chapters.return_of_recurrence import figures_recall, recall, tales, timing
from rnncourse.chapters.return_of_recurrence.transformer import Attention, Stack, turned
from rnncourse.sequence import linear_scan
from rnncourse.text import Vocabulary, corpus


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("mixer", ["attention", "mingru", "lru"])
def test_no_block_sees_what_comes_later(mixer):
    model = Stack(mixer, 5, 8, 5, rng=np.random.default_rng(0)).double()
    ids = torch.from_numpy(np.random.default_rng(1).integers(0, 5, (2, 12)))
    changed = ids.clone()
    changed[:, 7:] = (changed[:, 7:] + 1) % 5
    p, q = model(ids)[0], model(changed)[0]
    assert torch.allclose(p[:, :7], q[:, :7], atol=1e-12)
    assert not torch.allclose(p[:, 7:], q[:, 7:])


def test_turned_keys_and_queries_know_their_distance_alone():
    rng = np.random.default_rng(0)
    q, k = (torch.from_numpy(rng.standard_normal((1, 1, 1, 7))).expand(1, 1, 9, 7) for _ in "qk")
    scores = turned(q, 5)[0, 0] @ turned(k, 5)[0, 0].T
    for distance in range(-8, 9):
        line = scores.diagonal(distance)
        assert torch.allclose(line, line[:1].expand_as(line), atol=1e-12)
    assert torch.equal(turned(q, 0)[:, :, 3:], turned(q[:, :, 3:], 3))


def test_the_width_is_a_multiple_of_the_heads():
    with pytest.raises(ValueError, match="width must be a multiple of heads = 4, got 6"):
        Attention(6, 4, rng=np.random.default_rng(0))


def test_the_rate_rises_over_a_tenth_and_falls_to_zero():
    learning = recall.Recall(recall.RecallRun("test", "gru", 4, 0, 1.0, steps=100))
    rates = []
    for step in range(100):
        learning.step = step
        rates.append(learning.rate)
    assert np.argmax(rates) in (9, 10)
    assert max(rates) == 1.0
    assert rates[0] == pytest.approx(0.1)
    assert rates[-1] < 0.01


@pytest.mark.parametrize("model", ["lstm", "lru", "transformer"])
def test_pieces_windows_and_streams_judge_the_same_characters(model):
    vocabulary = Vocabulary.from_text(corpus("tales"))
    made = tales.build(model, len(vocabulary), 8, seed=0).double()
    ids = np.random.default_rng(0).integers(0, len(vocabulary), 1025)
    pieces = tales.pieces(made, ids, 1024)
    assert pieces.shape == (1, 1024)
    if model != "transformer":
        assert np.allclose(tales.streamed(made, ids, chunk=100), pieces[0])
    sliding = tales.sliding(made, ids, window=1024)
    assert np.allclose(sliding, pieces[0])
    assert tales.sliding(made, ids).shape == (1024,)


def test_a_run_on_the_tales_is_the_same_when_it_is_repeated():
    run = tales.TalesRun("test", "mingru", 1, 1e-2, steps=2, width=8)
    assert run.learn().digest() == run.learn().digest()


def test_the_scan_in_rounds_is_the_scan():
    rng = np.random.default_rng(0)
    a, b = (torch.from_numpy(rng.standard_normal((2, 37, 3))) for _ in range(2))
    assert torch.allclose(timing.in_rounds(a, b), linear_scan(a, b), atol=1e-12)


def test_ways_of_one_layer_give_the_same():
    x = timing.inputs(50)
    read = {name: way(x) for name, (_, way) in timing.ways().items()}
    for first, second in (
        ("gru-loop", "gru-fast"),
        ("mingru-loop", "mingru-scan"),
        ("mingru-loop", "mingru-rounds"),
        ("lru-scan", "lru-convolution"),
    ):
        assert torch.allclose(read[first], read[second], atol=1e-4), (first, second)


def test_a_figure_has_a_line_for_every_model():
    records = [
        recall.RecallRun("test", model, 8, seed, 1e-2, steps=1, batch=2).learn()
        for model in ("gru", "attention")
        for seed in range(2)
    ]
    ax = figures_recall.recall_by_pairs(records)
    assert len(ax.lines) == 2 * (2 + 1) + 1
    assert len(figures_recall.coarse_states(records).lines) == 2 + (2 + 1) + 1
