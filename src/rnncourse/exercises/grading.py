"""Hold a reader's function against the truth and against the known mistakes."""

import re
from collections.abc import Callable
from types import EllipsisType

import numpy as np

from rnncourse.exercises.as_if import others
from rnncourse.exercises.calling import call
from rnncourse.exercises.comparing import FLOAT32_TOLERANCE, as_array, same
from rnncourse.exercises.patterns import patterns
from rnncourse.exercises.raised import meaning
from rnncourse.exercises.reading import NOTHING
from rnncourse.exercises.registry import Exercise, Mistake, find
from rnncourse.exercises.rows import Pair, row_name, wrong_rows
from rnncourse.exercises.simpler import named
from rnncourse.exercises.trying import Trial, attempt, scale
from rnncourse.exercises.verdict import (
    Verdict,
    error_text,
    first_misjudged,
    judgment_line,
    values_line,
    verdicts_line,
)
from rnncourse.exercises.where import where
from rnncourse.rooms import numbers

ROUNDED = "a number is rounded on the way, as in float32; keep all digits"
__all__ = ["attempt", "call", "grade"]


def grade(name: str, answer: Callable) -> Verdict:
    """Run ``answer`` on every case of the exercise; print nothing, raise nothing for an answer.

    Raises: ValueError if there is no exercise of that name; the message has the names like it.
    """
    exercise = find(name)
    size = scale(exercise)
    trials = []
    for case in exercise.cases:
        trials.append(attempt(exercise, answer, case, size))
        if trials[-1].got is None:
            break  # it raised, or returned no numbers: the other cases would say the same
    wrong = [trial for trial in trials if not trial.right]
    if not wrong:
        notes = tuple(dict.fromkeys(note for trial in trials for note in trial.notes))
        worst = max(trial.error for trial in trials)
        return Verdict(name, True, _right_text(exercise), worst, notes=notes)
    mistake = diagnose(exercise, trials, size)
    said = mistake and not wrong[0].problem.startswith("it raised")
    hints = () if said else tuple(hints_for(exercise, answer, trials, size))
    text = _wrong_text(exercise, trials, wrong[0], mistake)
    # How many statements are judged wrongly would tell of the others.
    error = np.inf if exercise.facts else wrong[0].error
    return Verdict(name, False, text, error, mistake, wrong[0].notes, hints)


def _right_text(exercise: Exercise) -> str:
    count = len(exercise.cases)
    if exercise.facts:
        return f"Right: {exercise.name}, all {len(exercise.facts)} statements."
    agree = f"all {count} cases agree" if count > 1 else "the one case agrees"
    return f"Right: {exercise.name}, {agree}."


def diagnose(exercise: Exercise, trials: list[Trial], size: float) -> Mistake | None:
    """The first known mistake that the answer equals on every case, or what is wrong in all."""
    if found := meaning(next(trial.problem for trial in trials if not trial.right)):
        return Mistake(*found, lambda *arguments: None)
    if len(trials) < len(exercise.cases) or any(trial.got is None for trial in trials):
        return None
    if exercise.facts:
        [trial] = trials
        if trial.problem:
            return None  # not one judgment for each statement
        return exercise.mistakes[first_misjudged(trial.got, trial.expected)]
    for mistake in exercise.mistakes:
        if all(equals(trial, mistake.answer, size) for trial in trials):
            return mistake
    sentence = pattern(exercise, trials, size)
    return Mistake("pattern", sentence, lambda *arguments: None) if sentence else None


def pattern(exercise: Exercise, trials: list[Trial], size: float) -> str | None:
    """What the answer, or the rows of it that are wrong, has to do with the right one."""
    if any(trial.expected.dtype == bool for trial in trials):
        return None
    pairs = [
        Pair(t.got, t.expected, named(exercise, t.case.make()), t.tolerance, t.names)
        for t in trials
    ]
    for sentence in patterns(exercise, pairs):
        return sentence
    if not all(np.isfinite(trial.got).all() for trial in trials):
        return None
    if words := right_for_others(exercise, pairs, size):
        return f"this is the right answer {words}"
    rows = wrong_rows(pairs) if not any(trial.problem for trial in trials) else []
    some = rows and len(rows) < len(trials[0].expected)
    if some and (words := right_for_others(exercise, pairs, size, rows)):
        names = ", ".join(row_name(exercise, row) for row in rows)
        return f"all is right but {names}: there this is the right answer {words}"
    return None


def right_for_others(
    exercise: Exercise, pairs: list[Pair], size: float, rows: list[int] | EllipsisType = ...
) -> str | None:
    """The words for other arguments of which these rows, or all, are right in every case."""
    if not _telling(pairs, rows):
        return None
    for other in others(exercise):
        if all(_is(pair, other.answer(place), size, rows) for place, pair in enumerate(pairs)):
            return other.words
    return None


def _telling(pairs: list[Pair], rows: list[int] | EllipsisType) -> bool:
    """Whole numbers are equal by chance too: three at least must be wrong."""
    if not all(np.array_equal(pair.expected, np.rint(pair.expected)) for pair in pairs):
        return True
    if any(pair.got.shape != pair.expected.shape for pair in pairs):
        return True
    return sum(np.sum(pair.got[rows] != pair.expected[rows]) for pair in pairs) > 2


def _is(pair: Pair, other: np.ndarray | None, size: float, rows: list[int] | EllipsisType) -> bool:
    if other is None or other.shape != pair.got.shape:
        return False
    return same(pair.got[rows], other[rows], pair.tolerance, size)


def equals(trial: Trial, wrong_answer: Callable, size: float) -> bool:
    """Did the reader return what this wrong function returns?"""
    with np.errstate(all="ignore"):
        wrong, _ = as_array(wrong_answer(*trial.case.make()))
    return same(trial.got, wrong, trial.tolerance, size)


def hints_for(exercise: Exercise, answer: Callable, trials: list[Trial], size: float) -> list:
    """Where the answer is still right; nothing for a hole, or for what does not run at all."""
    problem = next(trial.problem for trial in trials if not trial.right)
    runs = not problem or problem.startswith(("it raised", "it returned NaN", "expected shape"))
    if exercise.facts or not (runs or "inf" in problem):
        return []
    if all(trial.error <= FLOAT32_TOLERANCE for trial in trials):
        return [f"Every case agrees to {max(t.error for t in trials):.1g}: {ROUNDED}"]
    return where(exercise, answer, trials, size)


def _wrong_text(exercise: Exercise, trials: list, shown: Trial, mistake: Mistake | None) -> str:
    """The first wrong case, the entry, expected and got, and the mistake by name."""
    number = trials.index(shown) + 1
    verdict = "Not yet" if shown.problem.startswith(NOTHING) else "Wrong"
    case = f", case {number} of {len(exercise.cases)}" if len(exercise.cases) > 1 else ""
    lines = [
        f"{verdict}: {exercise.name}{case} ({shown.case.label}).",
        f"  {_finding(exercise, shown)}",
    ]
    if mistake and mistake.id == "pattern":
        lines.append(f"In every case {mistake.sentence}.")
    elif mistake and shown.problem.startswith("it raised"):
        lines.append(f"Often: {mistake.sentence}" + "." * (mistake.sentence[-1] != "?"))
    elif mistake:
        lines.append(f"Known mistake {mistake.id}: {mistake.sentence}{_entry(exercise)}.")
    return "\n".join(lines)


def _entry(exercise: Exercise) -> str:
    """Where the book lists the mistake."""
    chapter = numbers().get(exercise.chapter)
    return f" (in the book: Known mistakes, chapter {int(chapter)})" if chapter else ""


def _finding(exercise: Exercise, trial: Trial) -> str:
    if trial.problem:
        return re.sub(r", in (line|cell) ", r",\n  in \1 ", trial.problem, count=1)
    if exercise.facts:
        return judgment_line(trial.names, trial.got, trial.expected)
    if trial.names and trial.expected.dtype == bool:
        return verdicts_line(trial.names, trial.got, trial.expected)
    line = values_line(exercise, trial)
    return f"{line}; {error_text(trial.error)}"
