"""The T-maze: its rules in full, what Gymnasium asks for, and one maze = many."""

import doctest
import subprocess
import sys

import numpy as np
import pytest
from bad_input import bad_input
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import SyncVectorEnv

from rnncourse.tasks import TMaze, t_maze
from rnncourse.tasks.t_maze import FORWARD, LEFT, OBSERVATIONS, RIGHT


def walk(corridor, cue, actions, longest=None):
    """Names of what is seen, rewards, and how it ended."""
    env = TMaze(corridor, longest=longest)
    seen, rewards = [env.reset(options={"cue": cue})[0]], []
    for action in actions:
        row, reward, terminated, truncated, _ = env.step(action)
        seen.append(row)
        rewards.append(reward)
    return [OBSERVATIONS[row.argmax()] for row in seen], rewards, terminated, truncated


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("corridor", [1, 2, 20])
def test_gymnasiums_checker_has_nothing_to_say(corridor):
    check_env(TMaze(corridor))


@pytest.mark.parametrize("cue", [0, 1])
def test_the_cue_is_seen_once_and_the_turn_decides(cue):
    right_turn, wrong_turn = (LEFT, RIGHT) if cue == 0 else (RIGHT, LEFT)
    first = OBSERVATIONS[cue]
    seen, rewards, terminated, _ = walk(3, cue, [FORWARD] * 3 + [right_turn])
    assert seen == [first, "corridor", "corridor", "junction", "junction"]
    assert rewards == [-0.01] * 3 + [1.0] and terminated
    assert walk(3, cue, [FORWARD] * 3 + [wrong_turn])[1][-1] == -1.0


def test_only_forward_moves_and_only_in_the_corridor():
    seen, rewards, terminated, truncated = walk(1, 0, [LEFT, RIGHT, FORWARD, FORWARD])
    assert seen == ["cue left", "corridor", "corridor", "junction", "junction"]
    assert rewards == [-0.01] * 4 and not terminated and not truncated


def test_time_runs_out_but_a_turn_in_the_last_step_counts():
    assert walk(2, 0, [FORWARD] * 5, longest=5)[2:] == (False, True)
    assert walk(2, 0, [FORWARD] * 4 + [LEFT], longest=5)[2:] == (True, False)
    assert walk(1, 0, [RIGHT] * 24)[2:] == (False, True)  # 4 · corridor + 20


def test_many_mazes_are_single_ones_side_by_side():
    many, singles = TMaze(2, vector=6, longest=7), [TMaze(2, longest=7) for _ in range(6)]
    cues, rng = np.array([0, 1, 0, 1, 1, 0]), np.random.default_rng(0)
    rows, _ = many.reset(options={"cue": cues})
    alone = [env.reset(options={"cue": cue})[0] for env, cue in zip(singles, cues, strict=True)]
    running = np.ones(6, dtype=bool)
    assert np.array_equal(rows, alone)
    for _ in range(7):
        actions = rng.integers(3, size=6)
        got = many.step(actions)
        for b in np.flatnonzero(running):
            one = singles[b].step(actions[b])
            assert np.array_equal(got[0][b], one[0])
            assert [each[b] for each in got[1:4]] == list(one[1:4])
        running &= ~(got[2] | got[3])
    assert not running.any()


@pytest.mark.parametrize(
    "make",
    [lambda: TMaze(2, vector=3), lambda: SyncVectorEnv([lambda: TMaze(2)] * 3)],
    ids=["vector=3", "SyncVectorEnv"],
)
def test_a_maze_that_ended_starts_anew_in_the_step_after(make):
    env = make()
    env.reset(seed=0)
    for action in (FORWARD, FORWARD, LEFT):
        seen, _, terminated, _, _ = env.step(np.full(3, action))
    assert terminated.all() and (seen.argmax(axis=1) == t_maze.JUNCTION).all()
    seen, rewards, terminated, truncated, _ = env.step(np.full(3, RIGHT))
    assert (seen.argmax(axis=1) < t_maze.CORRIDOR).all() and not rewards.any()
    assert not terminated.any() and not truncated.any()
    assert env.step(np.full(3, FORWARD))[0].argmax(axis=1).tolist() == [t_maze.CORRIDOR] * 3


def test_both_vector_forms_have_the_same_spaces():
    ours, theirs = TMaze(2, vector=3), SyncVectorEnv([lambda: TMaze(2)] * 3)
    for kind in ("observation_space", "action_space"):
        for name in (kind, f"single_{kind}"):
            assert getattr(ours, name) == getattr(theirs, name)
    assert ours.metadata["autoreset_mode"] == theirs.metadata["autoreset_mode"]


def test_the_same_seed_gives_the_same_cues_and_both_cues_come():
    cues = [TMaze(2, vector=500).reset(seed=seed)[0][:, 0] for seed in (3, 3, 4)]
    assert np.array_equal(cues[0], cues[1]) and not np.array_equal(cues[0], cues[2])
    assert 200 < cues[0].sum() < 300


def test_the_docstring_runs():
    assert doctest.testmod(t_maze).failed == 0


def test_gymnasium_is_imported_with_the_maze_alone():
    code = "import sys, rnncourse.tasks as t; assert 'gymnasium' not in sys.modules; t.TMaze"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


@bad_input(
    (0, {}, "corridor must be at least 1, got 0"),
    (2.0, {}, "corridor must be a whole number, got 2.0"),
    (2, {"vector": 0}, "vector must be at least 1, got 0"),
    (5, {"longest": 5}, "longest must be at least 6, got 5"),
)
def test_bad_sizes_are_refused(corridor, options):
    TMaze(corridor, **options)


@bad_input(
    (1, 3, "action must be one of 0, 1, 2; got 3"),
    (2, [0, 3], "actions must be 2 whole numbers in 0 … 2, got [0, 3]"),
    (2, np.array([0, 3]), "actions must be 2 whole numbers in 0 … 2, got array([0, 3])"),
    (2, np.array([0]), "actions must be 2 whole numbers in 0 … 2, got array([0])"),
)
def test_bad_actions_are_refused(vector, action):
    env = TMaze(2, vector=vector)
    env.reset(seed=0)
    env.step(action)


@bad_input(
    ({"cue": 2}, "cue must be 0 (left) or 1 (right), or 1 of them, got 2"),
    ({"cue": [0, 1]}, "cue must be 0 (left) or 1 (right), or 1 of them, got [0, 1]"),
    ({"side": 0}, "options must hold nothing but cue, got side"),
)
def test_bad_options_are_refused(options):
    TMaze(2).reset(options=options)


@bad_input((1, "call reset() first"), (4, "the episodes have not begun: call reset() first"))
def test_a_step_before_reset_is_refused(vector):
    TMaze(2, vector=vector).step(0)


def test_a_step_after_the_end_is_refused():
    with pytest.raises(ValueError, match="the episode is over"):
        walk(1, 0, [FORWARD, LEFT, FORWARD])
