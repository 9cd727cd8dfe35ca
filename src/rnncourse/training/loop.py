"""One training loop for every model of the course; it returns numbers and prints nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss

from rnncourse.records import Record
from rnncourse.sequence import evaluating
from rnncourse.training.config import TrainConfig, learning_rate
from rnncourse.training.run import TrainingRun

CLOSE = 0.04


def answers(p: Tensor) -> Tensor:
    """What the model says after the last input, (B, K); from both ends it says one thing only."""
    return p[:, -1] if p.ndim == 3 else p


def loss_of(p: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy in nats for classes, squared error for numbers; the mean over the batch.

    Shapes: p (B, K); y (B,), whole numbers for classes, floating for numbers, where K is 1.
    """
    return mse_loss(p[:, 0], y.to(p)) if y.is_floating_point() else cross_entropy(p, y)


def is_right(p: Tensor, y: Tensor) -> Tensor:
    """Whether the largest score is the class's, or the number is closer than 0.04, (B,).

    Source of the bound: Hochreiter and Schmidhuber (1997), the adding problem.
    """
    return (p[:, 0] - y).abs() < CLOSE if y.is_floating_point() else p.argmax(dim=-1) == y


SOLVED_IN_A_ROW = 3


class Progress(NamedTuple):
    """What ``on_step`` receives after each update."""

    step: int
    steps: int
    loss: float  # of this batch, nats
    accuracy: float | None  # of the last evaluation


def train(
    model: nn.Module,
    next_batch: Callable,
    config: TrainConfig,
    *,
    record_name: str,
    checkpoint: str | Path | None = None,
    on_step: Callable[[Progress], None] | None = None,
) -> Record:
    """Train ``model`` on batches ``next_batch(rng, batch_size)``; return the record.

    A batch is (x, y), or (x, y, times) for a model with a clock.

    With ``checkpoint`` a path, the run is saved there at each evaluation, and goes on from there
    if the file exists, to the same numbers as an undisturbed run.

    Raises: ValueError for a checkpoint that is damaged or of another run;
    FloatingPointError when the loss is not finite, and the last checkpoint stays.
    """
    run = _TaskRun(record_name, model, next_batch, config)
    run.go(checkpoint, on_step)
    return run.record(config.seed)


class _TaskRun(TrainingRun):
    """A run on batches of a task: every update and every evaluation draws fresh ones."""

    measures = ("accuracy",)

    def __init__(self, name: str, model: nn.Module, next_batch: Callable, config: TrainConfig):
        super().__init__(name, model, config)
        self.next_batch = next_batch
        seeds = np.random.SeedSequence(config.seed).spawn(2)
        self.train_rng, self.test_rng = (np.random.default_rng(seed) for seed in seeds)

    @property
    def accuracy(self) -> float | None:
        return self.last("accuracy")

    @property
    def solved(self) -> bool:
        return self.curve["accuracy"][-SOLVED_IN_A_ROW:] == [1.0] * SOLVED_IN_A_ROW

    @property
    def finished(self) -> bool:
        early = self.config.stop_when_solved and self.solved
        return early or self.step >= self.config.steps

    def answer(self, rng: np.random.Generator, size: int) -> tuple[Tensor, Tensor]:
        """What the model says to a fresh batch, (B, K), and what is right, (B,)."""
        x, y, *times = map(torch.from_numpy, self.next_batch(rng, size))
        p, _ = self.model(x, None, *times) if times else self.model(x)
        return answers(p), y

    def update(self) -> float:
        """One optimizer update; returns the batch's loss."""
        self.model.train()
        p, y = self.answer(self.train_rng, self.config.batch_size)
        return self.descend(loss_of(p, y), learning_rate(self.step, self.config))

    def evaluate_if_due(self) -> bool:
        due = self.step % self.config.evaluate_every == 0 or self.step == self.config.steps
        if due:
            self.evaluate()
        return due

    @torch.no_grad()
    def evaluate(self) -> None:
        """Accuracy on sequences that training never draws; one point of the curve."""
        with evaluating(self.model):
            p, y = self.answer(self.test_rng, self.config.evaluation_size)
        if not torch.isfinite(p).all():
            raise FloatingPointError(f"the scores are not finite after step {self.step}")
        right = is_right(p, y).double().mean()
        self.curve["step"].append(self.step)
        self.curve["loss"].append(float(np.mean(self.losses)))
        self.curve["accuracy"].append(float(right))
        self.losses = []

    def progress(self, loss: float, evaluated: bool) -> Progress:
        return Progress(self.step, self.config.steps, loss, self.accuracy)

    def metadata(self) -> dict:
        """Where the streams of data stand."""
        return {"generators": [rng.bit_generator.state for rng in (self.train_rng, self.test_rng)]}

    def resume(self, metadata: dict, state: dict) -> None:
        """Draw on where the saved run stopped."""
        for rng, saved in zip((self.train_rng, self.test_rng), metadata["generators"], strict=True):
            rng.bit_generator.state = saved

    def summary(self) -> dict:
        solved = self.step if self.solved else None
        found = {"accuracy": self.accuracy, "solved": self.solved}
        return found | {"steps": self.step, "steps_to_solve": solved}
