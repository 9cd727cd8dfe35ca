"""Run a reader's function on one case and hold what it returns against the truth."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

import numpy as np

from rnncourse.exercises.calling import call
from rnncourse.exercises.comparing import (
    FLOAT32_TOLERANCE,
    TOLERANCE,
    as_array,
    relative_error,
    scale_of,
)
from rnncourse.exercises.reading import read
from rnncourse.exercises.registry import Case, Exercise

FLOAT32_NOTE = "float32 was compared to 1e-4; float64 would be compared to 1e-6"


class Trial(NamedTuple):
    """The reader's function on one case."""

    case: Case
    expected: np.ndarray
    names: tuple[str, ...]  # of the entries, where the truth is a dict
    got: np.ndarray | None
    problem: str  # empty if an array of the right shape came
    error: float
    tolerance: float
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return not self.problem and self.error <= self.tolerance


@cache
def expected_of(exercise: Exercise, case: Case) -> tuple[np.ndarray, tuple[str, ...]]:
    """The truth, and the names of its entries if it is a dict; computed once, never written to."""
    with np.errstate(all="ignore"):
        return as_array(exercise.truth(*case.make()))


def scale(exercise: Exercise) -> float:
    """How large the answers of an exercise are: where one is zero, errors are held against it."""
    return scale_of(expected_of(exercise, case)[0] for case in exercise.cases)


def attempt(exercise: Exercise, answer: Callable, case: Case, size: float) -> Trial:
    """One case. Truth and answer get arguments of their own; ``size`` is that of the exercise."""
    expected, names = expected_of(exercise, case)
    arguments = case.make()
    result, problem = call(answer, arguments, exercise.signature)
    if problem:
        return Trial(case, expected, names, None, problem, np.inf, TOLERANCE)
    reading = read(result, expected, exercise.key, names, exercise.rows)
    notes = reading.notes + changed_arguments(exercise.parameters, arguments, case.make())
    got, tolerance = reading.array, TOLERANCE
    if reading.problem:
        return Trial(case, expected, names, got, reading.problem, np.inf, tolerance, notes)
    error = relative_error(got, expected, size)
    if got.dtype == np.float16 and error > tolerance:
        notes += ("your numbers are float16, which keeps three digits: compute in float64",)
    if got.dtype == np.float32:
        tolerance = FLOAT32_TOLERANCE
        notes += (FLOAT32_NOTE,) if TOLERANCE < error <= tolerance else ()
    return Trial(case, expected, names, got, "", error, tolerance, notes)


def changed_arguments(parameters: Iterable, used: Iterable, fresh: Iterable) -> tuple[str, ...]:
    """Notes on the arguments that the call has changed in place."""
    changed = []
    for name, after, before in zip(parameters, used, fresh, strict=True):
        if isinstance(before, dict):
            names, values = [f"{name}[{key!r}]" for key in before], map(after.get, before)
            changed += changed_arguments(names, values, before.values())
        elif isinstance(before, np.ndarray) and not np.array_equal(after, before, equal_nan=True):
            changed.append(f"your function changes its argument {name}; it was given a copy")
    return tuple(changed)
