"""One training loop for every model of the course; it returns numbers and prints nothing."""

import json
import platform
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.nn.utils import clip_grad_norm_

from rnncourse import __version__
from rnncourse.records import Record, write_whole
from rnncourse.validate import require_choice, require_count, require_positive

OPTIMIZERS: dict[str, Callable] = {
    "sgd": torch.optim.SGD,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
}
CHECKPOINT_FORMAT = 1
SOLVED_IN_A_ROW = 3


@dataclass(frozen=True)
class TrainConfig:
    """The choices of one run; checked when it is made.

    steps             optimizer updates at most
    batch_size        sequences an update
    learning_rate     the optimizer's step size
    optimizer         a key of OPTIMIZERS
    clip_norm         largest norm of the whole gradient; None leaves it as it is
    evaluate_every    updates between two evaluations
    evaluation_size   fresh sequences an evaluation
    stop_when_solved  stop after three evaluations in a row at 100 %
    seed              of the training and evaluation data
    """

    steps: int
    batch_size: int = 128
    learning_rate: float = 1e-3
    optimizer: str = "adam"
    clip_norm: float | None = 10.0
    evaluate_every: int = 50
    evaluation_size: int = 500
    stop_when_solved: bool = True
    seed: int = 0

    def __post_init__(self):
        for name in ("steps", "batch_size", "evaluate_every", "evaluation_size"):
            require_count(name, getattr(self, name))
        require_positive("learning_rate", self.learning_rate)
        require_choice("optimizer", self.optimizer, OPTIMIZERS)
        if self.clip_norm is not None:
            require_positive("clip_norm", self.clip_norm)
        require_count("seed", self.seed, minimum=0)


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
        self.started = time.perf_counter()
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

    def update(self) -> float:
        """One optimizer update; returns the batch's loss."""
        x, y = self.next_batch(self.train_rng, self.config.batch_size)
        self.model.train()
        self.optimizer.zero_grad()
        p, _ = self.model(torch.from_numpy(x))
        loss = cross_entropy(p[:, -1], torch.from_numpy(y))  # said after the last input
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {self.step + 1}")
        loss.backward()
        if self.config.clip_norm is not None:
            clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
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
        x, y = self.next_batch(self.test_rng, self.config.evaluation_size)
        self.model.eval()
        p, _ = self.model(torch.from_numpy(x))
        right = (p[:, -1].argmax(dim=-1).numpy() == y).mean()
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
            "seconds": self.seconds,
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
        self.started -= told["seconds"]
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
    def seconds(self) -> float:
        """Time spent so far, the sessions before a resumption included."""
        return round(time.perf_counter() - self.started, 3)

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
            provenance={"seconds": self.seconds} | provenance(),
        )


def read_checkpoint(path: str | Path) -> tuple[dict, dict]:
    """What a checkpoint tells of its run, and its tensors; ValueError if it is not a whole one."""
    try:
        state = torch.load(path, weights_only=True)
        told = json.loads(state["told"])
        if told["format"] != CHECKPOINT_FORMAT:
            raise ValueError(f"format {told['format']} is not {CHECKPOINT_FORMAT}")
    except Exception as error:  # torch raises many kinds for a damaged file
        kind = type(error).__name__
        raise ValueError(f"{path} is not a whole checkpoint of rnncourse ({kind})") from None
    return told, state


def provenance() -> dict:
    """Where and with what a run was made: what may differ between two equal runs."""
    return {
        "rnncourse": __version__,
        "commit": commit(),
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": np.__version__,
        "device": platform.machine(),
        "threads": torch.get_num_threads(),
    }


def commit() -> str | None:
    """The repository's commit, where the package runs from one."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None
