"""Exercises that check themselves: ``check(name, answer)`` and the known wrong answers."""

from importlib import import_module
from pkgutil import iter_modules

from rnncourse.exercises.files import grade_file
from rnncourse.exercises.grading import grade
from rnncourse.exercises.registry import EXERCISES, Case, Exercise, Mistake
from rnncourse.exercises.verdict import Verdict

for _module in iter_modules(__path__):
    if _module.name.endswith("_mistakes"):
        import_module(f"{__name__}.{_module.name}")  # fills the table, exercises first

__all__ = [
    "EXERCISES",
    "Case",
    "Exercise",
    "Mistake",
    "Verdict",
    "check",
    "grade",
    "grade_file",
]


def check(name: str, answer) -> None:
    """Run ``answer`` on the cases of an exercise and print the verdict.

    Right, or the first entry that is not, with the expected value beside yours; where the answer
    equals a known mistake on every case, which one. Your function gets copies of its arguments.

    Raises: ValueError if there is no exercise of that name; the message lists the names.
    """
    print(grade(name, answer))
