"""Exercises that check themselves: ``check(name, answer)`` and the known wrong answers."""

from rnncourse.exercises.files import grade_all, grade_file
from rnncourse.exercises.grading import grade
from rnncourse.exercises.registry import Case, Exercise, Mistake, all_exercises
from rnncourse.exercises.verdict import Verdict

__all__ = [
    "EXERCISES",
    "Case",
    "Exercise",
    "Mistake",
    "Verdict",
    "check",
    "grade",
    "grade_all",
    "grade_file",
]


def check(name: str, answer) -> None:
    """Run ``answer`` on the cases of an exercise and print the verdict.

    Right, or the first entry that is not, with the expected value beside yours; where the answer
    equals a known mistake on every case, which one. Your function gets copies of its arguments,
    and a second of the processor for each case. A loop in Python is stopped then, whatever it
    catches; one in C, such as sum(range(10**12)), is not: interrupt the kernel, or let the
    command ``rnncourse check`` run the function in a process of its own.

    Raises: ValueError if there is no exercise of that name; the message lists the names.
    """
    print(grade(name, answer))


def __getattr__(name: str):
    if name == "EXERCISES":
        return all_exercises()
    raise AttributeError(f"module 'rnncourse.exercises' has no attribute {name!r}")
