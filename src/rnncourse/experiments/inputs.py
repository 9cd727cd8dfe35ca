"""What the models of the experiments learn, and how they read it."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from rnncourse import tasks
from rnncourse.tasks import Batch, TimedBatch


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
