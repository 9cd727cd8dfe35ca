"""Training on text: streams that carry their state, the gradient cut between chunks."""

import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from rnncourse.records import Record
from rnncourse.training.config import TextConfig, learning_rate
from rnncourse.training.run import TrainingRun
from rnncourse.training.text_models import Reading, quick_read, read, read_halves
from rnncourse.training.weights import RunningMean, Weights, copy_of, put_into, with_weights

BITS = 1.0 / np.log(2.0)  # of a nat
ROUNDING = 1e-9  # a share of the run times a number of evaluations is whole but for it
PATIENCE = 0.2  # of a run's points: as many in a row, after the best, say that it has grown worse
WORSE = 0.03  # nats above the best, at every one of them


class TextProgress(NamedTuple):
    """What ``on_step`` receives after each update."""

    step: int
    share: float  # of the run that is over, 0 … 1
    loss: float  # of this chunk, nats a character
    held_out_loss: float | None  # of the last evaluation, nats a character
    characters_per_second: float  # in this session, evaluations included
    evaluated: bool  # this update was followed by an evaluation
    sample: str | None  # of the last evaluation
    best: bool = True  # the last evaluation's loss was the smallest so far


def train_text(
    model: nn.Module,
    streams,
    held_out: np.ndarray,
    config: TextConfig,
    *,
    record_name: str,
    seed: int,
    about: dict | None = None,
    sample: Callable[[nn.Module, int], str] | None = None,
    checkpoint: str | Path | None = None,
    on_step: Callable[[TextProgress], None] | None = None,
) -> Record:
    """Train ``model`` to say the next character; return the record.

    ``streams`` are ``text.Streams``: ``at(step)`` gives a chunk's x, y (B, T) and whether the state
    restarts from zero; else it is carried from the chunk before, cut off from its gradient
    (truncated backpropagation through time). ``held_out`` (N,) is never trained on; the curve
    judges about ``config.evaluation_size`` characters of it, the summary all, as one stream.
    ``sample(model, step)`` is called at each evaluation, and the text it returns kept.

    With ``config.keep_best`` the curve judges the first half of ``held_out`` alone. The weights
    that read it best are those that ``model`` has at the end, and the summary tells the loss of
    each half beside that of the whole: what chose the weights cannot judge them.

    With ``checkpoint`` a path, the run is saved there at each evaluation and every
    ``config.checkpoint_seconds``, and goes on from there if the file exists: with steps to the
    same numbers as an undisturbed run, with minutes for what is left of them.

    Raises: ValueError for a checkpoint that is damaged or of another run, or no held-out text;
    FloatingPointError, with the step, when the loss is not finite; the last checkpoint stays.
    """
    least = 4 if config.keep_best else 2
    if len(held_out) < least:
        raise ValueError(f"held_out must have at least {least} characters, got {len(held_out)}")
    run = TextRun(record_name, model, streams, held_out, config, seed, about, sample)
    run.go(checkpoint, on_step)
    if run.judged is None:
        run.judge()
        if checkpoint is not None:
            run.save(checkpoint)
    if run.kept is not None:
        put_into(model, run.kept)
    return run.record(seed, characters_per_second=round(run.characters / run.trained))


class TextRun(TrainingRun):
    """A run on the streams of a text."""

    measures = ("characters", "held_out_loss", "held_out_accuracy", "sample")
    of_training = ("text_loss", "text_accuracy")  # of the training text, if it is read as well

    def __init__(self, name, model, streams, held_out, config, seed, about=None, sample=None):
        super().__init__(name, model, config, {"seed": seed} | (about or {}))
        if config.read_train:
            self.curve |= {name: [] for name in self.of_training}
        self.streams, self.held_out, self.sample = streams, held_out, sample
        self.mean = RunningMean(model, config.average) if config.average is not None else None
        self.best: Weights | None = None  # those that read the first half of held_out best
        self.state = None  # carried from chunk to chunk
        self.characters = 0  # read in training so far
        self.here = 0  # of them in this session
        self.judged: dict[str, Reading] | None = None  # whole texts, when all is done
        self.trained: float | None = None  # seconds of training and of the curve's evaluations
        self.session = self.saved = time.perf_counter()
        self.seen_share = self.share  # when an evaluation was last asked for

    @property
    def share(self) -> float:
        """How much of the run is over."""
        if self.config.minutes is None:
            return self.step / self.config.steps
        return self.spent[self.config.clock] / (60.0 * self.config.minutes)

    @property
    def finished(self) -> bool:
        """Whether the run was over when it was last looked at, so that its end is evaluated."""
        return self.seen_share >= 1.0 or self.grown_worse

    @property
    def grown_worse(self) -> bool:
        """Whether the last points, ``PATIENCE`` of the run's, are all far above the best."""
        losses = self.curve["held_out_loss"]
        if not self.config.keep_best or not losses:
            return False
        enough = max(2, math.ceil(PATIENCE * self.config.evaluations))
        last = losses[self.best_point + 1 :][-enough:]
        return len(last) == enough and min(last) > min(losses) + WORSE

    @property
    def best_point(self) -> int:
        """The place of the curve's smallest held-out loss."""
        return int(np.argmin(self.curve["held_out_loss"]))

    @property
    def kept(self) -> Weights | None:
        """The weights to judge, to keep and to write with; None: those that are trained."""
        return self.best or (self.mean and self.mean.weights)

    @property
    def checkpoint_due(self) -> bool:
        return time.perf_counter() - self.saved >= self.config.checkpoint_seconds

    def update(self) -> float:
        """One optimizer update on the next chunk; returns its loss, nats a character."""
        chunk = self.streams.at(self.step)
        x, y = torch.from_numpy(chunk.x), torch.from_numpy(chunk.y)
        self.model.train()
        p, state = self.model(x, None if chunk.restart else self.state)
        loss = cross_entropy(p.transpose(0, 1).flatten(0, 1), y.T.flatten())  # time-major, as p is
        value = self.descend(loss, learning_rate(self.step, self.config, self.share))
        if self.mean is not None:
            self.mean.update(self.model, self.step)
        self.state = type(state)(*(value.detach() for value in state))
        self.characters += y.numel()
        self.here += y.numel()
        self.judged = None
        return value

    def evaluate_if_due(self) -> bool:
        """One point of the curve, if the run has come to the next one; whether it has."""
        before, self.seen_share = self.seen_share, min(self.share, 1.0)
        times = self.config.evaluations
        due = int(self.seen_share * times + ROUNDING) > int(before * times + ROUNDING)
        if due or self.step in self.config.evaluate_at:
            self.evaluate()
            return True
        return False

    def evaluate(self) -> None:
        """One point of the curve: the loss since the last, the held-out loss and a sample."""
        point = {
            "step": self.step,
            "loss": float(np.mean(self.losses)),
            "characters": self.characters,
        }
        with with_weights(self.model, self.mean and self.mean.weights):
            point |= self.measured()
            for name, value in point.items():
                self.curve[name].append(value)
            if self.config.keep_best and self.best_point == len(self.curve["step"]) - 1:
                self.best = copy_of(self.model)
        self.losses = []

    def measured(self) -> dict:
        """What is measured of the model as it is."""
        kept = slice(len(self.held_out) // 2 if self.config.keep_best else None)
        held_out = self.read_part(self.held_out[kept])
        found = {"held_out_loss": held_out.loss, "held_out_accuracy": held_out.accuracy}
        found["sample"] = None if self.sample is None else self.sample(self.model, self.step)
        if self.config.read_train:
            learned = self.read_part(self.streams.ids)
            found |= {"text_loss": learned.loss, "text_accuracy": learned.accuracy}
        return found

    def judge(self) -> None:
        """Read all of the held-out text, and of the training text if the choices say so."""
        self.trained = self.spent["seconds"]
        with with_weights(self.model, self.kept):
            if self.config.keep_best:
                parts = ("held_out", "choosing", "judging")
                self.judged = dict(zip(parts, read_halves(self.model, self.held_out), strict=True))
            else:
                self.judged = {"held_out": read(self.model, self.held_out)}
            if self.config.read_train:
                self.judged["text"] = read(self.model, self.streams.ids)

    def read_part(self, ids: np.ndarray) -> Reading:
        """What the model makes of a part of this text."""
        try:
            return quick_read(self.model, ids, self.config.evaluation_size)
        except FloatingPointError as error:
            raise FloatingPointError(f"{error} after step {self.step}") from None

    def progress(self, loss: float, evaluated: bool) -> TextProgress:
        seconds = time.perf_counter() - self.session
        held_out, sample = self.last("held_out_loss"), self.last("sample")
        share, speed = min(self.share, 1.0), self.here / seconds
        losses = self.curve["held_out_loss"]
        best = not evaluated or losses[-1] == min(losses)
        return TextProgress(self.step, share, loss, held_out, speed, evaluated, sample, best)

    def save(self, path: str | Path) -> None:
        super().save(path)
        self.saved = time.perf_counter()

    def metadata(self) -> dict:
        return {
            "characters": self.characters,
            "losses": self.losses,
            "seen_share": self.seen_share,
            "trained": self.trained,
            "judged": self.judged,
        }

    def tensors(self) -> dict:
        return {
            "state": [] if self.state is None else list(self.state),
            "mean": self.mean and self.mean.weights,
            "kept": self.kept,
            "best": self.best,
        }

    def resume(self, metadata: dict, state: dict) -> None:
        self.characters, self.losses = metadata["characters"], metadata["losses"]
        self.trained = metadata["trained"]
        self.seen_share = min(metadata["seen_share"], self.share)
        judged = metadata["judged"]
        self.judged = judged and {name: Reading(*values) for name, values in judged.items()}
        kind = self.model.cells[0].State
        self.state = kind(*state["state"]) if state["state"] else None
        if self.mean is not None:
            self.mean.weights = state["mean"]
        self.best = state["best"]

    def summary(self) -> dict:
        """What came out; losses in nats a character."""
        at = self.best_point if self.config.keep_best else -1
        summary = {"train_loss": self.curve["loss"][at]}
        for part, reading in self.judged.items():
            summary[f"{part}_loss"] = reading.loss
            summary[f"{part}_bits"] = reading.loss * BITS
            summary[f"{part}_accuracy"] = reading.accuracy
        if self.config.keep_best:
            summary["best_step"] = self.curve["step"][self.best_point]
            summary["grown_worse"] = self.grown_worse
        return summary | {"steps": self.step, "characters": self.characters}
