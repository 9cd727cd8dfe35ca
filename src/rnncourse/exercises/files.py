"""Grade what stands in a file or a notebook."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnncourse.exercises.grading import grade
from rnncourse.exercises.process import Answers
from rnncourse.exercises.registry import Exercise, all_exercises, find
from rnncourse.exercises.sources import LARGEST
from rnncourse.exercises.verdict import Verdict
from rnncourse.exercises.watch import Limits

LIMITS = Limits()
STANDARD_INPUT = "-"


class Graded(NamedTuple):
    """``not_yet``: it is not right, and still has the lesson's hole, a line that says ``...``."""

    verdict: Verdict
    not_yet: bool
    seconds: float


def grade_file(name: str, path: str | Path, limits: Limits = LIMITS) -> Verdict:
    """Grade the function of a file or a notebook that is named like the exercise.

    Hyphens are underscores there. The function runs in a process of its own, within ``limits``.

    Raises: ValueError, one line that names the file and where it can the cell and the line, if
    there is no such exercise, file or function, or it cannot be read.
    """
    exercise = find(name)
    path = Path(path)
    with Answers(read_content(path), path, limits) as answers:
        return _noted(grade(name, answers.take(exercise.function_name)), answers)


def grade_all(path: str | Path, limits: Limits = LIMITS) -> Iterator[Graded]:
    """Grade every exercise that a file or a notebook has a function for, in the book's order.

    Raises: ValueError, as above, also if there is no such function.
    """
    path = Path(path)
    with Answers(read_content(path), path, limits) as answers:
        known = answers.functions()
        exercises = [each for each in all_exercises().values() if each.function_name in known]
        if not exercises:
            found = ", ".join(known) or "none"
            notes = "".join(f"; {note}" for note in answers.notes)
            raise ValueError(f"{path} answers no exercise; its functions: {found}{notes}")
        for exercise in exercises:
            began = time.monotonic()
            verdict = _noted(_graded(exercise, answers), answers)
            not_yet = not verdict.right and not known[exercise.function_name]
            yield Graded(verdict, not_yet, time.monotonic() - began)


def _graded(exercise: Exercise, answers: Answers) -> Verdict:
    """What stands in the way of one function is no word on the others."""
    try:
        return grade(exercise.name, answers.take(exercise.function_name))
    except ValueError as error:
        return Verdict(exercise.name, False, f"Wrong: {exercise.name}.\n  {error}", np.inf)


def _noted(verdict: Verdict, answers: Answers) -> Verdict:
    """With a word on what of the file could not be read."""
    return verdict._replace(notes=(*verdict.notes, *answers.notes))


def read_content(path: Path) -> bytes:
    """The bytes of a file, or of the standard input for "-"."""
    try:
        if str(path) == STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST + 1)
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise ValueError(f"{path} is no file")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
