"""Wrong answers that are right for other arguments: W_hh transposed, h0 = 0, one step less."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from rnncourse.exercises.comparing import as_array
from rnncourse.exercises.registry import Exercise
from rnncourse.exercises.simpler import Arguments, Path, axes, families, leaves, named, replaced

Change = Callable[[Arguments], Arguments]


class Other:
    """The right answers for other arguments; ``words`` say which."""

    def __init__(self, exercise: Exercise, words: str, change: Change):
        self.exercise, self.words, self.change = exercise, words, change
        self._answers: dict[int, np.ndarray | None] = {}

    def answer(self, place: int) -> np.ndarray | None:
        """In this case; None where the truth refuses the arguments, or where no number comes."""
        if place not in self._answers:
            self._answers[place] = self._compute(place)
        return self._answers[place]

    def _compute(self, place: int) -> np.ndarray | None:
        arguments = named(self.exercise, self.exercise.cases[place].make())
        try:
            with np.errstate(all="ignore"):
                value = self.exercise.truth(**(arguments | self.change(arguments)))
                answer = as_array(value)[0]
        except Exception:
            return None
        return answer if answer.dtype.kind in "iufb" and np.isfinite(answer).all() else None


@cache
def others(exercise: Exercise) -> tuple[Other, ...]:
    cases = [named(exercise, case.make()) for case in exercise.cases]
    return tuple(Other(exercise, *each) for each in _changes(exercise, cases))


def _changes(exercise: Exercise, cases: list[Arguments]) -> Iterator[tuple[str, Change]]:
    first = dict(leaves(cases[0]))
    for family in families(exercise):
        if family.words.startswith(("where", "with", "from")):
            yield family.words, family.change
    places = axes(exercise, cases)
    for path, leaf in first.items():
        for words, change in _of_leaf(leaf):
            yield words.format(x=_spelled(path)), _one(path, change)
    yield from _along_time(places.get("T", []))
    for one, two in combinations(first, 2):
        if all(_alike(dict(leaves(case)), one, two) for case in cases):
            a, b = _spelled(one), _spelled(two)
            yield f"where {a} and {b} are exchanged", _swap(one, two)
            yield f"where {b} stands in place of {a}", _copy(two, one)
            yield f"where {a} stands in place of {b}", _copy(one, two)


def _spelled(path: Path) -> str:
    return str(path[-1]) if isinstance(path[-1], str) else f"{path[0]}[{path[-1]}]"


def _of_leaf(leaf: Any) -> Iterator[tuple[str, Callable]]:
    if isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fc":
        yield "where {x} has the other sign", np.negative
        yield "where {x} is doubled", lambda a: 2.0 * a
        yield "where {x} is 0", np.zeros_like
        if leaf.ndim == 2 and leaf.shape[0] == leaf.shape[1]:
            yield "where {x} is transposed", np.transpose
        for words, change in SLOPES.items():
            yield f"where {words} stands in place of {{x}}", change
    elif isinstance(leaf, np.ndarray) and leaf.dtype.kind in "iu":
        yield "where {x} is larger by 1", lambda a: a + 1
        yield "where {x} is smaller by 1", lambda a: a - 1
    elif isinstance(leaf, int) and not isinstance(leaf, bool):
        yield "where {x} is larger by 1", lambda a: a + 1
        yield "where {x} is smaller by 1", lambda a: a - 1
        yield "where {x} is doubled", lambda a: 2 * a
    elif isinstance(leaf, float):
        for words, change in SLOPES.items():
            yield f"where {words} stands in place of {{x}}", change
        yield "where {x} is doubled", lambda a: 2.0 * a
        yield "where {x} has the other sign", np.negative
    if isinstance(leaf, np.ndarray) and leaf.ndim:
        yield "where {x} stands in reverse order", lambda a: a[::-1]
        yield "where {x} comes one late and its last row first", lambda a: np.roll(a, 1, axis=0)
        yield "where {x} comes one early and its first row last", lambda a: np.roll(a, -1, axis=0)


SLOPES: dict[str, Callable] = {
    "1 − {x}": lambda v: 1.0 - v,
    "{x}²": np.square,
    "1 / {x}": lambda v: 1.0 / v,
    "√{x}": np.sqrt,
    "tanh({x})": np.tanh,
    "|{x}|": np.abs,
    "half of {x}": lambda v: v / 2.0,
    "log({x})": np.log,
    "exp({x})": np.exp,
    "−{x}²": lambda v: -np.square(v),
}


def _one(path: Path, change: Callable) -> Change:
    return lambda arguments: replaced(arguments, {path: change(dict(leaves(arguments))[path])})


def _alike(found: dict[Path, Any], one: Path, two: Path) -> bool:
    return (
        isinstance(found.get(one), np.ndarray | float | int)
        and type(found[one]) is type(found.get(two))
        and np.shape(found[one]) == np.shape(found[two])
    )


def _swap(one: Path, two: Path) -> Change:
    def change(arguments: Arguments) -> Arguments:
        found = dict(leaves(arguments))
        return replaced(arguments, {one: found[two], two: found[one]})

    return change


def _copy(source: Path, target: Path) -> Change:
    return lambda arguments: replaced(arguments, {target: dict(leaves(arguments))[source]})


TIMES = {
    "where the steps run from the last to the first": slice(None, None, -1),
    "where the last step is left out": slice(None, -1),
    "where the first step is left out": slice(1, None),
    "where only the first step is there": slice(None, 1),
    "where only the last step is there": slice(-1, None),
}


def _along_time(places: list[tuple[Path, int]]) -> Iterator[tuple[str, Change]]:
    """All that has a row for each step, changed alike."""

    def along(part: slice) -> Change:
        def change(arguments: Arguments) -> Arguments:
            found, values = dict(leaves(arguments)), {}
            for path, axis in places:
                values[path] = found[path][(slice(None),) * axis + (part,)]
            return replaced(arguments, values)

        return change

    if places:
        yield from ((words, along(part)) for words, part in TIMES.items())
