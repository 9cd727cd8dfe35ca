"""One training loop for every model of the course; it returns numbers and prints nothing."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from rnncourse.records import Record, write_whole
from rnncourse.training.checkpoint import CHECKPOINT_FORMAT, read_checkpoint
from rnncourse.training.config import TrainConfig
from rnncourse.training.optimizers import OPTIMIZERS
from rnncourse.training.provenance import provenance
from rnncourse.training.schedules import learning_rate
from rnncourse.training.targets import answers, is_right, loss_of

SOLVED_IN_A_ROW = 3


class Progress(NamedTuple):
    """What ``on_step`` is told after each update."""

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
    run = _Run(record_name, model, next_batch, config)
    if checkpoint is not None and Path(checkpoint).exists():
        run.load(checkpoint)
    while not run.finished:
        loss = run.update()
        if run.step % config.evaluate_every == 0 or run.step == config.steps:
            run.evaluate()
            if checkpoint is not None:
                run.save(checkpoint)
        if on_step is not None:
            on_step(Progress(run.step, config.steps, loss, run.accuracy))
    return run.record()


class _Run:
    """A model, its optimizer and data streams, and how far they have come."""

    def __init__(self, name: str, model: nn.Module, next_batch: Callable, config: TrainConfig):
        self.name, self.model, self.next_batch, self.config = name, model, next_batch, config
        self.optimizer = OPTIMIZERS[config.optimizer](model.parameters(), lr=config.learning_rate)
        seeds = np.random.SeedSequence(config.seed).spawn(2)
        self.train_rng, self.test_rng = (np.random.default_rng(seed) for seed in seeds)
        self.started = clocks()
        self.step = 0
        self.losses: list[float] = []  # since the last evaluation
        self.curve: dict[str, list] = {"step": [], "loss": [], "accuracy": []}

    @property
    def accuracy(self) -> float | None:
        return self.curve["accuracy"][-1] if self.curve["accuracy"] else None

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
        self.optimizer.zero_grad()
        p, y = self.answer(self.train_rng, self.config.batch_size)
        loss = loss_of(p, y)
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {self.step + 1}")
        loss.backward()
        if self.config.clip_norm is not None:
            clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step, self.config)
        self.optimizer.step()
        for module in self.model.modules():
            if hasattr(module, "project_"):
                module.project_()  # parameters go back into their ranges
        self.step += 1
        self.losses.append(loss.item())
        return self.losses[-1]

    @torch.no_grad()
    def evaluate(self) -> None:
        """Accuracy on sequences that training never draws; one point of the curve."""
        self.model.eval()
        p, y = self.answer(self.test_rng, self.config.evaluation_size)
        if not torch.isfinite(p).all():
            raise FloatingPointError(f"the scores are not finite after step {self.step}")
        right = is_right(p, y).double().mean()
        self.curve["step"].append(self.step)
        self.curve["loss"].append(float(np.mean(self.losses)))
        self.curve["accuracy"].append(float(right))
        self.losses = []

    def save(self, path: str | Path) -> None:
        """Write the whole run, or leave the old file as it was."""
        told = {
            "format": CHECKPOINT_FORMAT,
            "name": self.name,
            "config": asdict(self.config),
            "step": self.step,
            "spent": self.spent,
            "curve": self.curve,
            "generators": [rng.bit_generator.state for rng in (self.train_rng, self.test_rng)],
        }
        state = {
            "told": json.dumps(told),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        write_whole(path, lambda file: torch.save(state, file))

    def load(self, path: str | Path) -> None:
        """Take up a saved run; the file is data and never executed."""
        told, state = read_checkpoint(path)
        self._require_same_run(path, told)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.curve = told["step"], told["curve"]
        self.started = {name: self.started[name] - told["spent"][name] for name in self.started}
        for rng, saved in zip((self.train_rng, self.test_rng), told["generators"], strict=True):
            rng.bit_generator.state = saved

    def _require_same_run(self, path: str | Path, told: dict) -> None:
        """Another name or configuration is another run; only the number of steps may change."""
        mine = {"name": self.name} | asdict(self.config)
        saved = {"name": told["name"]} | told["config"]
        other = [key for key in mine if key != "steps" and saved.get(key) != mine[key]]
        if other:
            changes = ", ".join(f"{key} is {saved.get(key)}, not {mine[key]}" for key in other)
            raise ValueError(f"{path} belongs to another run: {changes}")

    @property
    def spent(self) -> dict[str, float]:
        """Time spent so far, the sessions before a resumption included."""
        return {name: round(now - self.started[name], 3) for name, now in clocks().items()}

    def record(self) -> Record:
        """What this run leaves behind."""
        return Record(
            name=self.name,
            config=asdict(self.config),
            seed=self.config.seed,
            curve=self.curve,
            summary={
                "accuracy": self.accuracy,
                "solved": self.solved,
                "steps": self.step,
                "steps_to_solve": self.step if self.solved else None,
            },
            provenance=self.spent | provenance(),
        )


def clocks() -> dict[str, float]:
    """By the wall, and what the processor gave to us alone; in seconds."""
    return {"seconds": time.perf_counter(), "processor_seconds": time.process_time()}
