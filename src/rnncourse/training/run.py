"""What every training run is: a model, its optimizer, how far they have come, and a checkpoint."""

import io
import json
import time
from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn.utils import clip_grad_norm_

from rnncourse.records import NOT_WHOLE, Record, read_sealed, write_sealed
from rnncourse.training.config import OPTIMIZERS
from rnncourse.training.provenance import provenance

CHECKPOINT_FORMAT = 4


def read_checkpoint(path: str | Path) -> tuple[dict, dict]:
    """A checkpoint's metadata and its tensors; ValueError if it is not a whole one."""
    content = read_sealed(path)
    try:
        state = torch.load(io.BytesIO(content), weights_only=True)
        metadata = json.loads(state["metadata"])
        if metadata["format"] != CHECKPOINT_FORMAT:
            raise ValueError(f"format {metadata['format']} is not {CHECKPOINT_FORMAT}")
    except Exception as error:  # torch raises many kinds for a damaged file
        kind = type(error).__name__
        raise ValueError(f"{path} {NOT_WHOLE} ({kind})") from None
    return metadata, state


EXTENDED = ("steps", "minutes")  # a run may be given more of them when it is taken up again


class TrainingRun:
    """A subclass brings the data: ``update`` and ``evaluate_if_due``, whether it is ``finished``,
    ``progress`` for who looks on, ``summary``, and what else is saved.

    ``about`` holds plain JSON values that tell what is trained on what; with the name and the
    configuration they decide whether a checkpoint is of the same run.
    """

    measures: tuple[str, ...] = ()  # the lists of the curve beside "step" and "loss"
    gradient_norm: float | None = None  # of the last update; None where nothing is clipped
    checkpoint_due = False  # but for an evaluation, after which it always is

    def __init__(self, name: str, model: nn.Module, config, about: dict | None = None):
        self.name, self.model, self.config, self.about = name, model, config, about or {}
        self.optimizer = OPTIMIZERS[config.optimizer](model.parameters(), lr=config.learning_rate)
        self.started = clocks()
        self.step = 0
        self.lengths = [self.length]  # as they were asked for, one after the other
        self.losses: list[float] = []  # since the last evaluation
        self.curve: dict[str, list] = {name: [] for name in ("step", "loss", *self.measures)}

    def go(self, checkpoint: str | Path | None, on_step) -> None:
        """Take up what ``checkpoint`` holds, if it exists, and update until the run is finished."""
        if checkpoint is not None and Path(checkpoint).exists():
            self.load(checkpoint)
        while not self.finished:
            loss = self.update()
            evaluated = self.evaluate_if_due()
            if checkpoint is not None and (evaluated or self.checkpoint_due):
                self.save(checkpoint)
            if on_step is not None:
                on_step(self.progress(loss, evaluated))

    def record(self, seed: int, **measured) -> Record:
        """What this run leaves behind; ``measured`` may differ between two equal runs.

        A run that was given another length on the way tells its ``lengths``: its learning rates
        and its draws are not those of a run that knew its end from the beginning.
        """
        config = asdict(self.config) | {k: v for k, v in self.about.items() if k != "seed"}
        if len(self.lengths) > 1:
            config["lengths"] = self.lengths
        made = self.spent | measured | provenance()
        return Record(self.name, config, seed, self.curve, self.summary(), made)

    def descend(self, loss: Tensor, rate: float) -> float:
        """One optimizer update down the gradient of this batch's loss; returns the loss."""
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {self.step + 1}")
        self.optimizer.zero_grad()
        loss.backward()
        if self.config.clip_norm is not None:
            norm = clip_grad_norm_(self.model.parameters(), self.config.clip_norm)
            self.gradient_norm = norm.item()  # before the clip
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        for module in self.model.modules():
            if hasattr(module, "project_"):
                module.project_()  # parameters go back into their ranges
        self.step += 1
        self.losses.append(loss.item())
        return self.losses[-1]

    @property
    def length(self) -> dict:
        """How long the run is to be: steps or minutes."""
        asked = {name: getattr(self.config, name, None) for name in EXTENDED}
        return {name: value for name, value in asked.items() if value is not None}

    def last(self, measure: str):
        """The newest value of a list of the curve; None before the first evaluation."""
        return self.curve[measure][-1] if self.curve[measure] else None

    def save(self, path: str | Path) -> None:
        """Write the whole run, or leave the old file as it was."""
        metadata = {
            "format": CHECKPOINT_FORMAT,
            "name": self.name,
            "config": asdict(self.config),
            "about": self.about,
            "lengths": self.lengths,
            "step": self.step,
            "spent": self.spent,
            "curve": self.curve,
        }
        state = {
            "metadata": json.dumps(metadata | self.metadata()),
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
        }
        content = io.BytesIO()  # torch does not tell a full disk from a mistake; a file does
        torch.save(state | self.tensors(), content)
        write_sealed(path, content.getbuffer())

    def load(self, path: str | Path) -> None:
        """Take up a saved run; the file is data and never executed."""
        metadata, state = read_checkpoint(path)
        self._require_same_run(path, metadata)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.curve = metadata["step"], metadata["curve"]
        before = metadata["lengths"]
        self.lengths = before + [self.length] * (before[-1] != self.length)
        self.started = {name: self.started[name] - metadata["spent"][name] for name in self.started}
        self.resume(metadata, state)

    def metadata(self) -> dict:
        """What else a checkpoint holds, as plain JSON values."""
        return {}

    def tensors(self) -> dict:
        """What else a checkpoint holds, as tensors."""
        return {}

    def resume(self, metadata: dict, state: dict) -> None:
        """Take up what ``metadata`` and ``tensors`` gave."""

    def _require_same_run(self, path: str | Path, metadata: dict) -> None:
        """Another name or configuration is another run; only its length may change."""
        mine = {"name": self.name} | asdict(self.config) | self.about
        saved = {"name": metadata["name"]} | metadata["config"] | metadata.get("about", {})
        mine, saved = (json.loads(json.dumps(each)) for each in (mine, saved))
        other = [key for key in mine if key not in EXTENDED and saved.get(key) != mine[key]]
        if other:
            changes = ", ".join(
                f"{key} is {_short(saved.get(key))}, not {_short(mine[key])}" for key in other
            )
            raise ValueError(f"{path} belongs to another run: {changes}")

    @property
    def spent(self) -> dict[str, float]:
        """Time spent so far, the sessions before a resumption included."""
        return {name: round(now - self.started[name], 3) for name, now in clocks().items()}


def _short(value) -> str:
    """A value for an error message; of a long one its beginning."""
    text = " ".join(str(value).split())
    return text if len(text) <= 40 else f"{text[:40]}…"


def clocks() -> dict[str, float]:
    """By the wall, and what the processor gave to us alone; in seconds."""
    return {"seconds": time.perf_counter(), "processor_seconds": time.process_time()}
