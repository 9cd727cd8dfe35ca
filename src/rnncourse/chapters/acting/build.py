"""What the lesson asks its reader to write in torch: one training step, and what checks it.

The exercises of the room do without torch; this one cannot.
"""

from collections.abc import Callable

import numpy as np
import torch

from rnncourse.chapters.acting.episodes import Episodes, returns_to_go
from rnncourse.chapters.acting.policy import MazeRun, sample, walk
from rnncourse.tasks import TMaze

ENTROPY = 0.01  # weight of the bonus


def small(seed: int = 0, corridor: int = 5, cell: str = "gru", episodes: int = 128):
    """A policy in float64 with 16 units, and its mazes."""
    choices = MazeRun("lesson", cell, corridor, seed, units=16, episodes=episodes)
    mazes = TMaze(corridor, vector=episodes)
    mazes.reset(seed=seed)
    return choices.model().double(), mazes


def training_step(model, optimizer, walked: Episodes) -> float:
    """One step down the gradient of the chapter's loss; returns the loss."""
    seen, actions, live = map(torch.from_numpy, (walked.seen, walked.actions, walked.live))
    G = torch.from_numpy(returns_to_go(walked.rewards).copy())
    scores, _ = model(seen)
    log_pi, V = scores[..., :3].log_softmax(dim=-1), scores[..., 3]
    chosen = log_pi.gather(-1, actions[..., None])[..., 0]
    A = (G - V.detach())[live]
    A = (A - A.mean()) / A.std()
    loss = -(A * chosen[live]).mean() + 0.5 * ((V - G)[live] ** 2).mean()
    loss = loss + ENTROPY * (log_pi.exp() * log_pi).sum(dim=-1)[live].mean()
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return loss.item()


def large_rewards(model, mazes) -> Episodes:
    """Episodes whose rewards are ten times as large, so that the gradient's norm is clipped."""
    walked = walk(model, mazes, sample(np.random.default_rng(0)))
    return walked._replace(rewards=10.0 * walked.rewards)


def after_one_step(step: Callable) -> tuple[float, np.ndarray]:
    """The loss that a step reports, and all weights after it; always the same episodes."""
    model, mazes = small(corridor=2, episodes=16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = step(model, optimizer, large_rewards(model, mazes))
    return loss, np.concatenate([p.detach().numpy().ravel() for p in model.parameters()])


def is_right(step: Callable) -> bool:
    """Whether a reader's training step reports the loss and moves the weights as ours does."""
    (mine, weights), (loss, expected) = after_one_step(step), after_one_step(training_step)
    close = isinstance(mine, float) and abs(mine - loss) < 1e-9
    return close and bool(np.abs(weights - expected).max() < 1e-9)


def check_step(step: Callable) -> None:
    """Print what a reader's training step gives beside ours."""
    (mine, weights), (loss, expected) = after_one_step(step), after_one_step(training_step)
    _, before = after_one_step(lambda *given: None)
    if mine is None:
        print("Not yet: training_step returned None, expected the loss as a number.")
    elif is_right(step):
        print("Right: the loss and all weights after the step agree.")
    elif abs(float(mine) - loss) >= 1e-9:
        print(f"Wrong: expected the loss {loss:.6f}, got {float(mine):.6f}.")
    elif np.array_equal(weights, before):
        print("Wrong: the loss is right, but no weight has moved.")
    else:
        print(f"Wrong: the loss is right, but weights are off by {worst(weights, expected):.2g}.")


def worst(weights: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(weights - expected).max())
