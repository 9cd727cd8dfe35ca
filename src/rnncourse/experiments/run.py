"""One training run of an experiment: its choices, and the record that it leaves."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnncourse import tasks
from rnncourse.analysis import count_parameters
from rnncourse.cells import CELLS, INITIALIZATIONS, chrono_, forget_bias_, initialize_
from rnncourse.records import Record
from rnncourse.sequence import SequenceModel
from rnncourse.tasks import Batch, TimedBatch
from rnncourse.training import TrainConfig, train
from rnncourse.validate import require_choice, require_count


class Task(NamedTuple):
    """A task and the sizes of the models that learn it."""

    draw: Callable  # (rng, batch_size, length) -> Batch
    symbols: Callable[[int], int]  # by length
    classes: Callable[[int], int]  # by length
    codings: tuple[str, ...] = ("one-hot",)
    pace: int = 1  # inputs a unit of length, about


class Coding(NamedTuple):
    """How a model reads what a task draws."""

    read: Callable  # Batch -> Batch
    width: int | None = None  # inputs a step; None: as many as the task has symbols


def always(count: int) -> Callable[[int], int]:
    """The same number at every length."""
    return lambda length: count


def as_drawn(batch):
    """Whole numbers become one-hot rows in the model; times go to its clock."""
    return batch


def as_numbers(batch: Batch) -> Batch:
    """Digits as one number a step, x (B, T, 1) float32 in 0 … 9."""
    return Batch(x=batch.x[..., None].astype(np.float32), y=batch.y)


def with_waits(batch: TimedBatch) -> Batch:
    """The time since the input before beside each input, 0 at the first: x (B, T, d + 1)."""
    waits = np.diff(batch.times, axis=1, prepend=batch.times[:, :1])
    x = np.concatenate([batch.x, waits[..., None].astype(np.float32)], axis=2)
    return Batch(x=x, y=batch.y)


CODINGS = {
    "one-hot": Coding(as_drawn),
    "digit": Coding(as_numbers, 1),
    "clock": Coding(as_drawn, 1),
    "wait": Coding(with_waits, 2),
}
BITS = {"symbols": always(3), "classes": always(2), "pace": 4}
WAVES = {"symbols": always(1), "classes": always(2), "codings": ("clock", "wait")}
TASKS = {
    "palindromes": Task(tasks.palindromes, always(10), always(10), ("one-hot", "digit")),
    "baum-sweet": Task(tasks.baum_sweet, **BITS),
    "binary-palindromes": Task(tasks.binary_palindromes, **BITS),
    "random-combinations": Task(tasks.random_combinations, symbols=int, classes=int),
    "standard-waves": Task(partial(tasks.waves, sampling="standard"), **WAVES),
    "oversampled-waves": Task(partial(tasks.waves, sampling="oversampled"), **WAVES, pace=10),
    "asynchronous-waves": Task(partial(tasks.waves, sampling="asynchronous"), **WAVES),
}


def draw(task: str, coding: str, length: int, rng: np.random.Generator, batch_size: int):
    """A batch of a task, read as the coding says."""
    return CODINGS[coding].read(TASKS[task].draw(rng, batch_size, length))


def file_name(*words: str) -> str:
    """The name of a record's file, without its ending."""
    return "-".join(words).replace(" ", "-").replace(",", "")


def shared_choices(run, config: type) -> dict:
    """What a run chooses of the fields of a configuration; the others keep their defaults."""
    names = [field.name for field in fields(config) if hasattr(run, field.name)]
    return {name: getattr(run, name) for name in names}


BIDIRECTIONAL = "bidirectional"
FIRST_TASK = "palindromes"  # records that name no task are of this one


@dataclass(frozen=True)
class Run:
    """A model of ``units`` units that learns a task at one ``length``, and its training.

    setting         what the book calls this choice of all the others
    cell            a key of CELLS, or "bidirectional": an LSTM that reads from both ends
    task            a key of TASKS
    coding          a key of CODINGS that the task has: how the model reads its inputs
    initialization  a key of INITIALIZATIONS, or "chrono": orthogonal, with gate biases by length
    forget_bias     b_f at the start; None leaves it to the initialization
    The others are TrainConfig's.
    """

    setting: str
    cell: str
    length: int
    seed: int
    task: str = FIRST_TASK
    coding: str = "one-hot"
    initialization: str = "orthogonal"
    forget_bias: float | None = None
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    steps: int = 10_000
    units: int = 128
    batch_size: int = 128
    clip_norm: float | None = 10.0

    def __post_init__(self):
        require_choice("cell", self.cell, {*CELLS, BIDIRECTIONAL})
        require_choice("task", self.task, TASKS)
        require_choice("coding", self.coding, TASKS[self.task].codings)
        if self.coding == "clock" and not (self.cell in CELLS and CELLS[self.cell].timed):
            raise ValueError(f'coding must not be "clock": a {self.cell} has no clock')
        require_choice("initialization", self.initialization, {*INITIALIZATIONS, "chrono"})
        require_count("length", self.length, minimum=2)
        require_count("units", self.units)
        _ = self.training  # checks the rest

    @property
    def id(self) -> str:
        """The name of its record's file."""
        task = () if self.task == FIRST_TASK else (self.task,)
        numbers = (f"length{self.length}", f"seed{self.seed}")
        return file_name(*task, self.setting, self.cell, *numbers)

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        left_out = {"seed", "task"} if self.task == FIRST_TASK else {"seed"}
        return {name: value for name, value in asdict(self).items() if name not in left_out}

    @property
    def training(self) -> TrainConfig:
        return TrainConfig(**shared_choices(self, TrainConfig))

    @property
    def work(self) -> float:
        """Multiplications at most, up to a factor: how long it may take beside other runs."""
        inputs = self.length * TASKS[self.task].pace * self.batch_size
        both = self.cell == BIDIRECTIONAL
        cell = "lstm" if both else self.cell
        weights = count_parameters(cell, self.units, self.units, bidirectional=both)
        return self.steps * inputs * weights

    def model(self) -> SequenceModel:
        """The model before training; the seed draws its weights."""
        rng = np.random.default_rng(self.seed)
        both, task = self.cell == BIDIRECTIONAL, TASKS[self.task]
        cell = "lstm" if both else self.cell
        d, K = CODINGS[self.coding].width or task.symbols(self.length), task.classes(self.length)
        model = SequenceModel(cell, d, self.units, K, bidirectional=both, rng=rng)
        chrono = self.initialization == "chrono"
        initialize_(model, "orthogonal" if chrono else self.initialization, rng=rng)
        if chrono:
            chrono_(model, self.length, rng=rng)
        if self.forget_bias is not None:
            forget_bias_(model, self.forget_bias)
        return model

    def batches(self) -> Callable:
        """``next_batch(rng, batch_size)`` of its task and coding."""
        return partial(draw, self.task, self.coding, self.length)

    def learn(self, checkpoint: str | Path | None = None, on_step=None) -> Record:
        """Train on fresh batches of the task."""
        saved = {"record_name": self.id, "checkpoint": checkpoint}
        return train(self.model(), self.batches(), self.training, **saved, on_step=on_step)


def execute(run, checkpoint: str | Path | None = None, on_step=None) -> Record:
    """Train; the record's config is the run's, and its provenance holds the record's digest."""
    record = replace(run.learn(checkpoint, on_step), config=run.config)
    return replace(record, provenance=record.provenance | {"digest": record.digest()})
