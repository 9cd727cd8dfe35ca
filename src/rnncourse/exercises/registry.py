"""What an exercise is, and the table of all of them.

The truth function of an exercise carries everything a reader is told: its docstring is the
statement, its parameters are the ones the reader's function takes, in this order.
"""

import difflib
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from rnncourse.rooms import load, topic_of


class Case(NamedTuple):
    """One set of arguments. ``make()`` builds them anew, so that no call sees another's traces."""

    label: str
    make: Callable[[], tuple]


class Mistake(NamedTuple):
    """A wrong answer that readers give: "this is what you get when ``sentence``"."""

    id: str  # W42 is entry 42 of the course's collection; other ids are words
    sentence: str
    answer: Callable


@dataclass(frozen=True)
class Exercise:
    """A function to write, the truth it is held against, and the ways it goes wrong.

    quantity  what the answer is, as printed before an index: dL/dW_hh
    key       a dict of gradients may be returned instead; the answer is its entry of this name
    time      "forward" or "backward" where rows are steps: the first wrong one in that direction
              is shown, since the later ones follow from it
    """

    name: str
    chapter: str
    quantity: str
    truth: Callable
    cases: tuple[Case, ...]
    key: str = ""
    time: str = ""
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def function_name(self) -> str:
        """The name of the reader's function in a file: hyphens become underscores."""
        return self.name.replace("-", "_")

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.truth).parameters)

    @property
    def signature(self) -> str:
        """What the reader defines, such as ``bptt_dL_dWhh(params, x, y, h0)``."""
        return f"{self.function_name}({', '.join(self.parameters)})"

    @property
    def statement(self) -> str:
        """What the reader is asked for."""
        return inspect.getdoc(self.truth)


EXERCISES: dict[str, Exercise] = {}


def all_exercises() -> dict[str, Exercise]:
    """The exercises of every chapter by name, with their mistakes, in the order of the book."""
    load("exercises")
    load("mistakes")
    return EXERCISES


def exercise(name: str, *, quantity: str, cases: Iterable[Case], key: str = "", time: str = ""):
    """Register the decorated truth; its docstring is the statement, its room the chapter."""
    if name in EXERCISES:
        raise ValueError(f"exercise {name!r} is registered twice")

    def register(truth: Callable) -> Callable:
        if not inspect.getdoc(truth):
            raise ValueError(f"exercise {name!r} needs a docstring: its statement")
        chapter = topic_of(truth.__module__)
        EXERCISES[name] = Exercise(name, chapter, quantity, truth, tuple(cases), key, time)
        return truth

    return register


def known_mistakes(truth: Callable, *rows: tuple[str, str, Callable]) -> None:
    """Add rows of (id, sentence, wrong function) to the exercise of this truth."""
    [target] = (entry for entry in EXERCISES.values() if entry.truth is truth)
    target.mistakes.extend(Mistake(*row) for row in rows)


def find(name: str) -> Exercise:
    """The exercise of this name; the error for any other says which names are like it."""
    exercises = all_exercises()
    if name not in exercises:
        spelled = {known.lower(): known for known in exercises}
        wanted = str(name).lower().replace("_", "-")
        near = [spelled[each] for each in difflib.get_close_matches(wanted, spelled, cutoff=0.4)]
        told = f"did you mean {' or '.join(near)}?" if near else "the lessons have the names"
        raise ValueError(f"there is no exercise {name!r}; {told}")
    return exercises[name]
