"""The policy gradient: the loss by plain loops, what each choice changes, equal runs equal."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from bad_input import bad_input
from stopped import killed_at, told

from rnncourse.chapters.acting.episodes import returns_to_go
from rnncourse.chapters.acting.policy import (
    MazeRun,
    MazeTraining,
    advantages,
    greedy,
    policy_loss,
    sample,
    walk,
)
from rnncourse.experiments import execute
from rnncourse.tasks import TMaze

SMALL = MazeRun("small", "lstm", 2, seed=0, units=8, episodes=16, steps=40)


def walked(run=SMALL):
    model = run.model()
    mazes = TMaze(run.length, vector=run.episodes)
    mazes.reset(seed=0)
    return model, walk(model, mazes, sample(np.random.default_rng(0)))


def test_the_loss_is_what_loops_over_episodes_and_steps_give():
    model, episodes = walked()
    training = MazeTraining(SMALL)
    training.model = model
    p, V = (each.detach().numpy() for each in model.judge(torch.from_numpy(episodes.seen)))
    rows = []  # log π(a), G, V, entropy of every live step
    for b, t in np.argwhere(episodes.live):
        pi = np.exp(p[b, t]) / np.exp(p[b, t]).sum()
        G = episodes.rewards[b, t:].sum()
        rows.append((np.log(pi[episodes.actions[b, t]]), G, V[b, t], -(pi * np.log(pi)).sum()))
    log_pi, G, V, H = np.array(rows).T
    A = (G - V - (G - V).mean()) / (G - V).std(ddof=1)
    expected = -(A * log_pi).mean() + 0.5 * ((V - G) ** 2).mean() - SMALL.entropy * H.mean()
    loss, entropy = training.loss(episodes)
    assert loss.item() == pytest.approx(expected, abs=1e-5)
    assert entropy == pytest.approx(H.mean(), abs=1e-5)


def test_the_bonus_falls_to_zero_over_the_updates():
    _, episodes = walked()
    losses = []
    for step in (0, 20, 40):
        training = MazeTraining(SMALL)
        training.step = step
        loss, entropy = training.loss(episodes)
        losses.append(loss.item())
    half = 0.5 * SMALL.entropy * entropy
    assert np.diff(losses) == pytest.approx([half, half], abs=1e-6)


def test_switches_keep_what_they_were_set_to():
    model = replace(SMALL, cell="rnn", initialization="switches").model()
    assert torch.equal(model.cells[0].W_hh, 1.5 * torch.eye(8))


def test_walking_step_by_step_and_reading_at_once_give_the_same_scores():
    model, episodes = walked()
    p, _ = model.judge(torch.from_numpy(episodes.seen))
    whole, _ = model(torch.from_numpy(episodes.seen))
    assert torch.allclose(p, whole[..., :3], atol=1e-6)
    sure = walk(model, TMaze(2, vector=2), greedy, cue=[0, 1])
    scores, _ = model.judge(torch.from_numpy(sure.seen))
    assert (scores.argmax(dim=-1).numpy() == sure.actions)[sure.live].all()


def test_an_episode_ends_with_its_turn_or_its_time():
    _, episodes = walked()
    ends = episodes.live.sum(axis=1) - 1
    last = episodes.rewards[np.arange(16), ends]
    assert (np.abs(last) == 1).all() or (ends[np.abs(last) < 1] == 27).all()
    assert not episodes.rewards[~episodes.live].any()
    assert np.array_equal(episodes.right, last == 1)


def test_returns_to_go_add_what_is_still_to_come():
    assert np.allclose(returns_to_go(np.array([[1.0, 2.0, 4.0]])), [[7.0, 6.0, 4.0]])


@pytest.mark.parametrize("baseline", ["value", "batch", "none"])
def test_advantages_have_size_one_and_give_no_gradient_to_the_value(baseline):
    rng = np.random.default_rng(0)
    G, V = (torch.from_numpy(rng.standard_normal((4, 5))) for _ in range(2))
    live = torch.from_numpy(rng.random((4, 5)) < 0.7)
    V.requires_grad_()
    A = advantages(G, V, baseline, live)
    assert not A.requires_grad
    size = A[live].square().mean() if baseline == "none" else A[live].var()
    assert size == pytest.approx(1.0)
    assert baseline == "none" or A[live].mean() == pytest.approx(0.0, abs=1e-12)


def test_steps_after_the_end_change_no_gradient():
    model, episodes = walked()
    actions, live = torch.from_numpy(episodes.actions), torch.from_numpy(episodes.live)
    A = torch.ones(actions.shape)
    losses = []
    for fill in (0, 2):
        p, _ = model.judge(torch.from_numpy(np.where(episodes.live, episodes.seen, fill)))
        model.zero_grad()
        policy_loss(p, actions, A, live).backward()
        losses.append(torch.cat([q.grad.ravel() for q in model.parameters() if q.grad is not None]))
    assert torch.allclose(*losses, atol=1e-7) and losses[0].abs().max() > 0


def gradients_of_the_cell(**choices):
    run = replace(SMALL, **choices)
    model, episodes = walked(run)
    _, V = model.judge(torch.from_numpy(episodes.seen))
    V.sum().backward()
    return model.cells[0].W_gh.grad


def test_only_the_shared_value_reaches_the_cell():
    assert gradients_of_the_cell().abs().max() > 0
    for value in ("detached", "critic"):
        assert gradients_of_the_cell(value=value) is None


def test_the_memoryless_policy_forgets_in_training_too():
    record = MazeTraining(run := replace(SMALL, cell="memoryless"))
    record.go(None, None)
    assert not record.model.cells[0].W_hh.any()
    p, _ = record.model.judge(torch.tensor([[0, 2, 2], [1, 2, 2]]))
    assert torch.equal(p[0, 1:], p[1, 1:]) and not torch.equal(p[0, 0], p[1, 0])
    assert run.steps == record.step


def test_equal_runs_are_equal_and_draw_nothing_from_global_generators():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    first, second = execute(SMALL), execute(SMALL)
    assert told(first) == told(second)
    assert told(first) != told(execute(replace(SMALL, seed=1)))
    assert torch.equal(before, torch.get_rng_state())
    assert (first.name, first.config) == (SMALL.id, SMALL.config)
    assert first.curve["step"] == [20, 40] and first.summary["steps"] == 40
    assert first.curve["environment_steps"][-1] == first.summary["environment_steps"]


def test_an_interrupted_run_comes_to_the_same_numbers(tmp_path):
    path = tmp_path / "run.pt"
    killed_at(30, SMALL.learn, path)
    assert told(SMALL.learn(path)) == told(SMALL.learn())


def test_a_short_corridor_is_learned():
    run = replace(SMALL, length=1, cell="gru", steps=100, episodes=64, learning_rate=1e-2)
    for seed in range(2):
        assert replace(run, seed=seed).learn().summary["accuracy"] > 0.85


@bad_input(
    ({"cell": "elman"}, "cell must be one of gru, lstm, memoryless"),
    ({"value": "both"}, "value must be one of critic, detached, none, shared"),
    ({"baseline": "mean"}, "baseline must be one of batch, none, value"),
    ({"value": "none"}, 'baseline must not be "value" where there is none'),
    ({"entropy": -0.1}, "entropy must be at least 0"),
    ({"clip_norm": 0.0}, "clip_norm must be positive"),
    ({"length": 0}, "length must be at least 1"),
)
def test_bad_choices_are_refused(choices):
    replace(SMALL, **choices)
