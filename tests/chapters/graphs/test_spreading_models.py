"""Models of what spreads: each sees what its name says, equal runs are equal, runs go on."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from rnncourse.chapters.graphs import spreading
from rnncourse.chapters.graphs.spreading_models import KINDS, SpreadModel, SpreadRun
from rnncourse.experiments import execute

SMALL = SpreadRun("small", "both", "waves", 0.01, seed=0, steps=4, batch_size=3)
FRAMES = torch.from_numpy(spreading.spreading(np.random.default_rng(0), 2).x)


def model(kind: str, **options) -> SpreadModel:
    return SpreadModel(kind, rng=np.random.default_rng(0), **options)


def moved_by(kind: str, frame: int, node: int) -> np.ndarray:
    """Which answers (16,) move if one height that is seen moves."""
    one = model(kind)
    nudged = FRAMES.clone()
    nudged[0, frame, node] += 1.0
    with torch.no_grad():
        return (one(nudged)[0] != one(FRAMES)[0]).numpy()


def within(node: int, hops: int) -> np.ndarray:
    reach = np.linalg.matrix_power(spreading.graph() + np.eye(spreading.NODES), hops)
    return reach[node] > 0


def test_memory_alone_sees_its_own_past_and_graph_alone_the_last_frame():
    for frame in (0, -1):
        assert np.flatnonzero(moved_by("memory", frame, 3)).tolist() == [3]
    assert not moved_by("graph", -2, 3).any()
    assert not (moved_by("graph", -1, 3) & ~within(3, 3)).any()
    assert moved_by("graph", -1, 3)[[2, 3, 4]].all()


@pytest.mark.parametrize("frame", [0, 6, -1])
def test_both_together_see_three_edges_far_in_every_frame(frame):
    moved = moved_by("both", frame, 0)
    assert moved[0] and not (moved & ~within(0, 3)).any()


def test_one_memory_for_all_sees_everything():
    assert moved_by("vector", 6, 0).all()


@pytest.mark.parametrize("kind", ["graph", "memory", "both"])
def test_renaming_the_nodes_renames_the_answers(kind):
    order = np.random.default_rng(1).permutation(spreading.NODES)
    renamed = model(kind, A=spreading.graph()[np.ix_(order, order)])
    with torch.no_grad():
        assert torch.allclose(renamed(FRAMES[..., order]), model(kind)(FRAMES)[:, order], atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_runs_are_equal_and_their_record_is_what_was_chosen(kind):
    run = replace(SMALL, kind=kind)
    record, again = execute(run), execute(run)
    assert (record.name, record.config, record.seed) == (run.id, run.config, 0)
    assert record.digest() == again.digest()
    assert record.curve["step"] == [4]
    assert 0 < record.summary["error"] < 3


class Interrupted(Exception):
    """Stands for whoever ends a run from outside."""


def test_a_run_goes_on_from_its_checkpoint_as_if_nothing_had_happened(tmp_path):
    run, file = replace(SMALL, kind="graph", steps=60), tmp_path / "run.pt"

    def stop(step):
        if step == 55:
            raise Interrupted

    with pytest.raises(Interrupted):
        run.learn(file, stop)
    assert replace(run.learn(file), provenance={}) == replace(run.learn(), provenance={})


def test_bad_choices_are_named():
    with pytest.raises(ValueError, match="kind must be"):
        replace(SMALL, kind="crystal ball")
    with pytest.raises(ValueError, match="world must be"):
        replace(SMALL, world="rain")
    with pytest.raises(ValueError, match="learning_rate must be"):
        replace(SMALL, learning_rate=0.0)
    with pytest.raises(ValueError, match="steps must be"):
        replace(SMALL, steps=0)
