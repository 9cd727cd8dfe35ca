"""The simpler cases of an exercise: what its families leave of its cases, and what they tell."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from rnncourse.exercises.comparing import as_array, same
from rnncourse.exercises.registry import Case, Exercise
from rnncourse.exercises.simpler import Family, families, leaves, named
from rnncourse.exercises.trying import expected_of


@dataclass(frozen=True, eq=False)
class Simple:
    """The cases of one family, and the share of the given numbers that it leaves as they are."""

    family: Family
    cases: tuple[Case, ...]
    width: float


@cache
def is_trivial(exercise: Exercise, simple: Simple) -> bool:
    """All known mistakes are right there too: to be right in such cases says nothing."""
    mistakes = exercise.mistakes
    return len(mistakes) > 2 and all(_right_there(exercise, m.answer, simple) for m in mistakes)


def _right_there(exercise: Exercise, answer: Callable, simple: Simple) -> bool:
    try:
        with np.errstate(all="ignore"):
            pairs = [
                (as_array(answer(*case.make()))[0], expected_of(exercise, case)[0])
                for case in simple.cases
            ]
            return all(same(*pair) for pair in pairs)
    except Exception:
        return False


@cache
def simple_cases(exercise: Exercise) -> tuple[Simple, ...]:
    """The families that tell something, the widest first."""
    found = [together(exercise, (family,)) for family in families(exercise)]
    return tuple(sorted(filter(None, found), key=lambda simple: -simple.width))


@cache
def together(exercise: Exercise, several: tuple[Family, ...]) -> Simple | None:
    """The cases that these families leave, one after the other; None if they tell nothing."""
    cases, widths, moved = [], [], False
    words = _together([family.words for family in several])
    for case in exercise.cases:
        change = _change(exercise, case, several)
        try:
            with np.errstate(all="ignore"):
                before, after = named(exercise, case.make()), named(exercise, change())
            made = Case(words, change)
            expected, _ = expected_of(exercise, made)
        except Exception:
            continue  # this case has no such simpler one
        if expected.dtype == object or not np.isfinite(expected).all():
            continue
        moved = moved or key(before) != key(after)
        cases.append(made)
        widths.append(_kept(before, after))
    family = Family(words, several[0].change, several[0].advice)
    if moved and _telling(exercise, cases):
        return Simple(family, tuple(cases), float(np.mean(widths)))
    return None


def _together(words: list[str]) -> str:
    """ "for T = 1, d = 1 and n = 1": a preposition that comes again is left out."""
    first = words[0].partition(" ")[0] + " "
    parts = [words[0], *(each.removeprefix(first) for each in words[1:])]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if parts[1:] else parts)


def _change(exercise: Exercise, case: Case, several: tuple[Family, ...]):
    def make() -> tuple:
        arguments = named(exercise, case.make())
        for family in several:
            new = family.change(arguments)
            if new is None:
                raise ValueError("not for this case")
            arguments = arguments | new
        return tuple(arguments.values())

    return make


def _telling(exercise: Exercise, cases: list[Case]) -> bool:
    """Two different cases at least, and two different numbers to be right or wrong about."""
    answers = [expected_of(exercise, case)[0] for case in cases]
    numbers = {round(float(v), 12) for a in answers for v in np.ravel(a)}
    different = {key(case.make()) for case in cases}
    return len(different) > 1 and len(numbers) > 1


def contains(exercise: Exercise, simple: Simple, case: Case) -> bool:
    """Is this case one of the family: does the family leave it as it is?"""
    given = named(exercise, case.make())
    try:
        with np.errstate(all="ignore"):
            new = simple.family.change(given)
    except Exception:
        return False
    return new is not None and key(given) == key(given | new)


def key(value: Any) -> Any:
    """Equal for equal arguments."""
    if isinstance(value, dict):
        return tuple((name, key(inner)) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(key, value))
    if isinstance(value, np.ndarray):
        return value.shape, np.asarray(value).tobytes()
    return getattr(value, "__qualname__", repr(value))


def _kept(before: dict, after: dict) -> float:
    """The share of the given numbers that stay as they are."""
    total = kept = 0.0
    new = dict(leaves(after))
    for path, old in leaves(before):
        total += np.size(old)
        if path not in new:
            continue  # a list that has become shorter
        if np.shape(old) != np.shape(new[path]):
            kept += min(np.size(new[path]), np.size(old))
        elif isinstance(old, np.ndarray | int | float | np.number):
            kept += np.sum(np.equal(old, new[path]))
    return kept / max(total, 1.0)


@cache
def simplest_case(exercise: Exercise) -> Case | None:
    """Every size at 1, as far as the truth goes along."""
    chosen: tuple[Family, ...] = ()
    best = None
    for family in families(exercise):
        if family.words.startswith("for ") and family.words.endswith(" = 1"):
            simple = together(exercise, (*chosen, family))
            if simple:
                chosen, best = (*chosen, family), simple
    return best.cases[0] if best else None
