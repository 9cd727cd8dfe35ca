"""Hold a reader's function against the truth and against the known mistakes."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from rnncourse.exercises.calling import call
from rnncourse.exercises.reading import NOTHING, read
from rnncourse.exercises.registry import Case, Exercise, Mistake, find
from rnncourse.exercises.verdict import (
    Verdict,
    error_text,
    first_misjudged,
    judgments_line,
    values_line,
    verdicts_line,
)

TOLERANCE = 1e-6  # relative; right answers differ by rounding, about 1e-15
FLOAT32_TOLERANCE = 1e-4
FLOAT32_NOTE = "float32 was compared to 1e-4; float64 would be compared to 1e-6"
TRANSPOSE = Mistake("transpose", "rows and columns are exchanged", lambda *arguments: None)


class Trial(NamedTuple):
    """The reader's function on one case."""

    case: Case
    expected: np.ndarray
    names: tuple[str, ...]  # of the entries, where the truth is a dict of True and False
    got: np.ndarray | None
    problem: str  # empty if an array of the right shape came
    error: float
    tolerance: float
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return not self.problem and self.error <= self.tolerance


def grade(name: str, answer: Callable) -> Verdict:
    """Run ``answer`` on every case of the exercise; print nothing, raise nothing for an answer.

    Raises: ValueError if there is no exercise of that name; the message has the names like it.
    """
    exercise = find(name)
    trials = []
    for case in exercise.cases:
        trials.append(attempt(exercise, answer, case))
        if trials[-1].got is None:
            break  # it raised, or returned no numbers: the other cases would say the same
    notes = tuple(dict.fromkeys(note for trial in trials for note in trial.notes))
    wrong = [trial for trial in trials if not trial.right]
    if not wrong:
        text = f"Right: {name}, all {len(exercise.facts)} statements."
        if not exercise.facts:
            text = f"Right: {name}, all {len(trials)} cases agree."
        return Verdict(name, True, text, max(trial.error for trial in trials), notes=notes)
    mistake = diagnose(exercise, trials)
    text = _wrong_text(exercise, trials, wrong[0], mistake)
    return Verdict(name, False, text, wrong[0].error, mistake, notes)


def attempt(exercise: Exercise, answer: Callable, case: Case) -> Trial:
    """One case. Truth and answer get arguments of their own."""
    expected, names = as_array(exercise.truth(*case.make()))
    arguments = case.make()
    result, problem = call(answer, arguments, exercise.signature)
    if problem:
        return Trial(case, expected, names, None, problem, np.inf, TOLERANCE)
    reading = read(result, expected, exercise.key, names)
    notes = reading.notes + changed_arguments(exercise.parameters, arguments, case.make())
    got, tolerance = reading.array, TOLERANCE
    if reading.problem:
        return Trial(case, expected, names, got, reading.problem, np.inf, tolerance, notes)
    error = relative_error(got, expected)
    if got.dtype == np.float32:
        tolerance = FLOAT32_TOLERANCE
        notes += (FLOAT32_NOTE,) if TOLERANCE < error <= tolerance else ()
    return Trial(case, expected, names, got, "", error, tolerance, notes)


def as_array(value: Any) -> tuple[np.ndarray, tuple[str, ...]]:
    """An answer of ours as an array, and the names of its entries if it is a dict."""
    if isinstance(value, dict):
        return np.array(list(value.values())), tuple(value)
    return np.asarray(value), ()


def relative_error(got: np.ndarray, expected: np.ndarray) -> float:
    """‖got − expected‖ / ‖expected‖; 0 if both are zero. For truth values the share that differs.

    2 for an answer of the wrong sign. Gradient checking measures by the largest entry instead.
    """
    if expected.dtype == bool:
        return float(np.mean(got != expected))
    difference = float(np.linalg.norm(np.subtract(got, expected, dtype=np.float64)))
    scale = float(np.linalg.norm(expected))
    return difference / scale if scale else (np.inf if difference else 0.0)


def diagnose(exercise: Exercise, trials: list[Trial]) -> Mistake | None:
    """The first known mistake that the answer equals on every case."""
    if len(trials) < len(exercise.cases) or any(trial.got is None for trial in trials):
        return None
    if exercise.facts:
        [trial] = trials
        if trial.problem:
            return None  # not one judgment for each statement
        return exercise.mistakes[first_misjudged(trial.got, trial.expected)]
    for mistake in exercise.mistakes:
        if all(equals(trial, mistake.answer) for trial in trials):
            return mistake
    if all(_is_transpose(trial) for trial in trials):
        return TRANSPOSE
    return _multiple(trials)


def equals(trial: Trial, wrong_answer: Callable) -> bool:
    """Did the reader return what this wrong function returns?"""
    with np.errstate(all="ignore"):
        wrong, _ = as_array(wrong_answer(*trial.case.make()))
    return same(trial.got, wrong, trial.tolerance)


def same(a: np.ndarray, b: np.ndarray, tolerance: float = TOLERANCE) -> bool:
    """Equal up to the tolerance and to axes of length 1; NaN and infinity count as one."""
    a, b = np.squeeze(a), np.squeeze(b)
    if a.shape != b.shape or not np.array_equal(np.isfinite(a), np.isfinite(b)):
        return False
    return relative_error(a[np.isfinite(a)], b[np.isfinite(b)]) <= tolerance


def _is_transpose(trial: Trial) -> bool:
    """Only a square answer can be the transpose; any other is recognized by its shape."""
    if trial.problem or trial.expected.ndim != 2 or trial.expected.shape != trial.got.T.shape:
        return False
    return relative_error(trial.got.T, trial.expected) <= trial.tolerance


def _multiple(trials: list[Trial]) -> Mistake | None:
    """A constant multiple of the truth is no known mistake, but worth saying."""
    if any(trial.problem or trial.names for trial in trials):
        return None
    got = np.concatenate([np.ravel(trial.got) for trial in trials])
    expected = np.concatenate([np.ravel(trial.expected) for trial in trials])
    factor = float(got @ expected / (expected @ expected))
    if not factor or relative_error(got, factor * expected) > TOLERANCE:
        return None
    return Mistake("factor", f"the right answer is multiplied by {factor:.8g}", lambda *a: None)


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


def _wrong_text(exercise: Exercise, trials: list, shown: Trial, mistake: Mistake | None) -> str:
    """The first wrong case, the entry, expected and got, and the mistake by name."""
    number = trials.index(shown) + 1
    verdict = "Not yet" if shown.problem.startswith(NOTHING) else "Wrong"
    lines = [
        f"{verdict}: {exercise.name}, case {number} of {len(exercise.cases)} ({shown.case.label}).",
        f"  {_finding(exercise, shown)}",
    ]
    if mistake and mistake.id == "factor":
        lines.append(f"In every case {mistake.sentence}.")
    elif mistake:
        lines.append(f"Known mistake {mistake.id}: this is what you get when {mistake.sentence}.")
    return "\n".join(lines)


def _finding(exercise: Exercise, trial: Trial) -> str:
    if trial.problem:
        return trial.problem
    if exercise.facts:
        return judgments_line(trial.names, trial.got, trial.expected)
    if trial.names:
        return verdicts_line(trial.names, trial.got, trial.expected)
    line = values_line(exercise, trial.got, trial.expected, trial.tolerance)
    return f"{line}; {error_text(trial.error)}"
