"""Associative recall: pairs of a key and a value, then keys alone; the answers are their values.

A step that gives a pair is two one-hot rows side by side, one of the M keys and one of the V
values; a step that asks has the key and no value. Keys of a sequence differ, values are drawn
evenly and independently, and the questions come in random order.

How much of this a state can hold is in ``memory``.
"""

from dataclasses import asdict, dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from rnncourse.chapters.return_of_recurrence.tales import Learning
from rnncourse.chapters.return_of_recurrence.transformer import ATTENTION, Stack
from rnncourse.experiments.run import file_name
from rnncourse.records import Record
from rnncourse.sequence import SequenceModel
from rnncourse.training.config import OPTIMIZERS
from rnncourse.validate import require_choice, require_count, require_positive

KEYS, VALUES = 32, 8
LONGEST = 16  # pairs in training at most
PAIRS = (2, 4, 8, 16, 32)  # judged
ASKED = 8  # questions in training at most
JUDGED = 256  # sequences of each number of pairs
BITS = (1, 2, 3, 4, 6)  # a unit, when the state is read coarsely
RECURRENT = ("gru", "mingru")


class Pairs(NamedTuple):
    """Sequences that give k pairs and then ask q keys."""

    x: np.ndarray  # (B, k + q, M + V) float32
    y: np.ndarray  # (B, q) the values asked for


def recall(
    rng: np.random.Generator, batch: int, pairs: int, asked: int, keys=KEYS, values=VALUES
) -> Pairs:
    """Draw a batch. ``asked`` of the ``pairs`` keys are asked, each once.

    Raises: ValueError if there are more pairs than keys, or more questions than pairs.
    """
    require_count("pairs", pairs)
    require_count("asked", asked)
    if not asked <= pairs <= keys:
        raise ValueError(
            f"asked ≤ pairs ≤ keys must hold, got {asked}, {pairs} and {keys}: keys do not repeat"
        )
    given = rng.permuted(np.tile(np.arange(keys), (batch, 1)), axis=1)[:, :pairs]
    value = rng.integers(values, size=(batch, pairs))
    order = rng.permuted(np.tile(np.arange(pairs), (batch, 1)), axis=1)[:, :asked]
    question, y = (np.take_along_axis(each, order, axis=1) for each in (given, value))
    x = np.zeros((batch, pairs + asked, keys + values), dtype=np.float32)
    rows = np.arange(batch)[:, None]
    x[rows, np.arange(pairs + asked), np.concatenate([given, question], axis=1)] = 1.0
    x[rows, np.arange(pairs), keys + value] = 1.0
    return Pairs(x=x, y=y)


@dataclass(frozen=True)
class RecallRun:
    """One model that learns recall with 1 … ``LONGEST`` pairs.

    setting  what the book calls this choice of all the others
    model    "gru" or "mingru", one layer of ``units``; "attention", one block of this width, one
             head, no positions
    """

    setting: str
    model: str
    units: int
    seed: int
    learning_rate: float
    steps: int = 600
    batch: int = 64
    optimizer: str = "adam"
    clip_norm: float = 1.0
    task: str = "recall"

    def __post_init__(self):
        require_choice("model", self.model, {*RECURRENT, ATTENTION})
        require_choice("optimizer", self.optimizer, OPTIMIZERS)
        for name in ("units", "steps", "batch"):
            require_count(name, getattr(self, name))
        for name in ("learning_rate", "clip_norm"):
            require_positive(name, getattr(self, name))

    @property
    def id(self) -> str:
        """The name of its record's file."""
        return file_name(self.setting, self.model, f"units{self.units}", f"seed{self.seed}")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        return {name: value for name, value in asdict(self).items() if name != "seed"}

    @property
    def work(self) -> float:
        return float(self.steps * self.units)

    def learn(self, checkpoint=None, on_step=None) -> Record:
        """Train, and judge once at the end; a run is short, so it keeps no checkpoint."""
        learning = Recall(self)
        learning.go(None, on_step)
        return learning.record(self.seed)


def build(model: str, units: int, seed: int) -> nn.Module:
    """A model before training; its scores are over the values."""
    rng = np.random.default_rng([seed, 0])
    if model == ATTENTION:
        return Stack(ATTENTION, KEYS + VALUES, units, VALUES, layers=1, heads=1, rng=rng)
    made = SequenceModel(model, KEYS + VALUES, units, VALUES, rng=rng)
    with torch.no_grad():
        for name, weight in made.cells[0].named_parameters():
            if name.startswith("W_") and name.endswith("x"):
                weight.mul_(10.0)  # a one-hot row shows a unit two entries only
    return made


class Recall(Learning):
    """The updates of a run, and what they gave."""

    def __init__(self, choices: RecallRun):
        super().__init__(choices.id, build(choices.model, choices.units, choices.seed), choices)
        self.rng = np.random.default_rng([choices.seed, 1])

    def loss(self) -> Tensor:
        """Nats per answer, on a fresh batch of a random number of pairs."""
        pairs = int(self.rng.integers(1, LONGEST + 1))
        asked = min(pairs, ASKED)
        x, y = map(torch.from_numpy, recall(self.rng, self.config.batch, pairs, asked))
        p, _ = self.model(x)
        return cross_entropy(p[:, pairs:].flatten(0, 1), y.flatten())

    def summary(self) -> dict:
        """Share of right answers by number of pairs, and with a state that is read coarsely."""
        rng = np.random.default_rng(1_000_000 + self.config.seed)
        made = {"steps": self.step}
        made["parameters"] = sum(p.numel() for p in self.model.parameters())
        for pairs in PAIRS:
            batch, other = (recall(rng, JUDGED, pairs, pairs) for _ in range(2))
            made[f"right_{pairs}"] = accuracy(self.model, batch)
            if self.config.model in RECURRENT:
                span = spans(after_pairs(self.model, other).h)
                for bits in BITS:
                    right = coarse_accuracy(self.model, batch, bits, span)
                    made[f"right_{pairs}_bits_{bits}"] = right
        return made


@torch.no_grad()
def accuracy(model: nn.Module, batch: Pairs) -> float:
    """Share of right answers."""
    p, _ = model(torch.from_numpy(batch.x))
    right = p[:, -batch.y.shape[1] :].argmax(dim=-1).numpy() == batch.y
    return float(right.mean())


@torch.no_grad()
def after_pairs(model: SequenceModel, batch: Pairs):
    """The state when the last pair was read and nothing was asked yet."""
    pairs = batch.x.shape[1] - batch.y.shape[1]
    return model(torch.from_numpy(batch.x[:, :pairs]))[1]


@torch.no_grad()
def coarse_accuracy(model: SequenceModel, batch: Pairs, bits: int, span: tuple) -> float:
    """Share of right answers if the state keeps only so many bits a unit after the last pair."""
    state = after_pairs(model, batch)
    coarse = type(state)(h=rounded(state.h, bits, span))
    p, _ = model(torch.from_numpy(batch.x[:, -batch.y.shape[1] :]), coarse)
    return float((p.argmax(dim=-1).numpy() == batch.y).mean())


def spans(h: Tensor) -> tuple[Tensor, Tensor]:
    """The smallest and the largest value of each unit, of h (B, n)."""
    return h.min(dim=0).values, h.max(dim=0).values


def rounded(h: Tensor, bits: int, span: tuple[Tensor, Tensor]) -> Tensor:
    """Every entry becomes the middle of its cell: 2^bits equal cells a unit over its span."""
    low, high = span
    width = ((high - low) / 2**bits).clamp(min=1e-12)
    cell = ((h - low) / width).floor().clamp(0, 2**bits - 1)
    return low + (cell + 0.5) * width
