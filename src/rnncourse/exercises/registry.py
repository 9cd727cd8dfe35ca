"""What an exercise is, and the table of all of them.

The truth function of an exercise carries everything a reader gets to know: its docstring is the
statement, its parameters are the ones the reader's function takes, in this order.
"""

import difflib
import inspect
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from rnncourse.rooms import load, topic_of


class Case(NamedTuple):
    """One set of arguments. ``make()`` builds them anew, so that no call sees another's traces."""

    label: str
    make: Callable[[], tuple]


def number_cases(names: str, *rows: tuple, draw: Callable | None = None) -> tuple[Case, ...]:
    """One case for each row of numbers, labeled with their names: "T = 30, share = 0.5".

    draw  gives the arguments by ``draw(seed, *row)``, where the row's place is the seed;
          without it they are the row
    """

    def case(seed: int, row: tuple) -> Case:
        pairs = zip(names.split(", "), row, strict=True)
        label = ", ".join(f"{name} = {value:g}" for name, value in pairs)
        return Case(label, lambda: draw(seed, *row) if draw else row)

    return tuple(case(*each) for each in enumerate(rows))


def labeled_cases(*rows: tuple) -> tuple[Case, ...]:
    """One case for each row of a label and arguments. A list stands for an array."""

    def copies(arguments: list) -> tuple:
        return tuple(np.array(a) if isinstance(a, list) else deepcopy(a) for a in arguments)

    return tuple(Case(label, lambda given=given: copies(given)) for label, *given in rows)


class Mistake(NamedTuple):
    """A wrong answer that readers give; the sentence says what is wrong with it."""

    id: str  # W42 is entry 42 of the course's collection; other ids are words
    sentence: str
    answer: Callable


class Fact(NamedTuple):
    """A statement to be judged true or false, and what is behind judging it wrongly."""

    truth: bool
    statement: str
    mistake: str  # its id, as that of a Mistake
    sentence: str


def true(statement: str, mistake: str) -> Fact:
    """A true statement, and "id: sentence" of who thinks it false."""
    return Fact(True, statement, *mistake.split(": ", 1))


def false(statement: str, mistake: str) -> Fact:
    """A false statement, and "id: sentence" of who thinks it true."""
    return Fact(False, statement, *mistake.split(": ", 1))


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function to write, the truth it is held against, and the ways it goes wrong.

    quantity  what the answer is, as printed before an index: dL/dW_hh
    key       a dict of gradients may be returned instead; the answer is its entry of this name
    time      "forward" or "backward" where rows are steps: the first wrong one in that direction
              is shown, since the later ones follow from it
    facts     of an exercise that asks which statements are true: the statements
    rows      the names of the answer's first axis: a dict or a named tuple of them may be
              returned, and a verdict calls the rows by them
    simpler   more simpler cases, on which a wrong answer is tried: by the words that follow
              "right", with advice after a colon, a function of the arguments (a dict by name) that
              returns those to be replaced; None removes an automatic family (exercises.simpler)
    """

    name: str
    chapter: str
    quantity: str
    statement: str
    truth: Callable
    cases: tuple[Case, ...]
    key: str = ""
    time: str = ""
    facts: tuple[Fact, ...] = ()
    rows: tuple[str, ...] = ()
    simpler: Mapping[str, Callable | None] = field(default_factory=dict)

    @property
    def mistakes(self) -> list[Mistake]:
        """The known wrong answers, in the order in which an answer is held against them."""
        if self.facts:
            return [_misjudged(fact, self.facts) for fact in self.facts]
        return [
            Mistake(*name.split(": ", 1), answer)
            for name, answers in MISTAKES.get(self.truth, {}).items()
            for answer in (answers if isinstance(answers, tuple) else (answers,))
        ]

    @property
    def function_name(self) -> str:
        """The name of the reader's function in a file: hyphens become underscores."""
        return self.name.replace("-", "_")

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        return tuple(inspect.signature(self.truth).parameters)

    @property
    def signature(self) -> str:
        """What the reader defines, such as ``bptt_dL_dWhh(params, x, y, h0)``."""
        return f"{self.function_name}({', '.join(self.parameters)})"


EXERCISES: dict[str, Exercise] = {}
# By the truth of an exercise: its known wrong answers, or a tuple of such, under "id: sentence",
# as in ``MISTAKES[states] = {"W41: W_hh is transposed": with_the_transpose}``.
MISTAKES: dict[Callable, dict[str, Callable | tuple[Callable, ...]]] = {}


def all_exercises() -> dict[str, Exercise]:
    """The exercises of every chapter by name, with their mistakes, in the order of the book."""
    load("exercises")
    load("mistakes")
    return EXERCISES


def exercise(name: str, *, quantity: str, cases: Iterable[Case], **more):
    """Register the decorated truth; its docstring is the statement, its room the chapter.

    more  key, time, rows, simpler: see Exercise; a quantity "(h, c)" names the rows by itself
    """
    if quantity.startswith("("):
        more.setdefault("rows", tuple(quantity.strip("()").split(", ")))
    if name in EXERCISES:
        raise ValueError(f"exercise {name!r} is registered twice")

    def register(truth: Callable) -> Callable:
        statement = inspect.getdoc(truth)
        if not statement:
            raise ValueError(f"exercise {name!r} needs a docstring: its statement")
        chapter = topic_of(truth.__module__)
        EXERCISES[name] = Exercise(name, chapter, quantity, statement, truth, tuple(cases), **more)
        return truth

    return register


def true_or_false(name: str, *facts: Fact):
    """Register an exercise that asks which of these statements are true.

    The decorated function has a docstring alone: the question. The statements make the answer,
    the text that a lesson shows, and the verdict, so that the three cannot differ.
    """
    if name in EXERCISES:
        raise ValueError(f"exercise {name!r} is registered twice")

    def register(question: Callable) -> Callable:
        listed = "\n".join(f"{n}. {fact.statement}" for n, fact in enumerate(facts, start=1))
        statement = (
            f"{inspect.getdoc(question)}\n\nGiven: nothing.\n"
            f"Return: a list of {len(facts)} values True or False, in this order.\n\n{listed}"
        )

        EXERCISES[name] = Exercise(
            name=name,
            chapter=topic_of(question.__module__),
            quantity="fact",
            statement=statement,
            truth=lambda: {fact.statement: fact.truth for fact in facts},
            cases=(Case(f"{len(facts)} statements", tuple),),
            facts=facts,
        )
        return question

    return register


def _misjudged(one: Fact, facts: tuple[Fact, ...]) -> Mistake:
    """Whoever judges this statement alone the other way."""
    judgments = {fact.statement: fact.truth != (fact is one) for fact in facts}
    return Mistake(one.mistake, one.sentence, lambda: judgments)


def find(name: str) -> Exercise:
    """The exercise of this name; the error for any other says which names are like it."""
    exercises = all_exercises()
    if name not in exercises:
        spelled = {known.lower(): known for known in exercises}
        wanted = str(name).lower().replace("_", "-")
        near = [spelled[each] for each in difflib.get_close_matches(wanted, spelled, cutoff=0.4)]
        advice = f"did you mean {' or '.join(near)}?" if near else "the lessons have the names"
        raise ValueError(f"there is no exercise {name!r}; {advice}")
    return exercises[name]


def wrong_answer(name: str, mistake: str) -> Callable:
    """The function of a known mistake; the first one where several share the id.

    Raises: ValueError if the exercise or the mistake is unknown.
    """
    for known in find(name).mistakes:
        if known.id == mistake:
            return known.answer
    raise ValueError(f"exercise {name!r} knows no mistake {mistake!r}")
