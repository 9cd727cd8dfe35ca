"""Simpler cases of an exercise: one step, one unit, no recurrence, a zero start, a scalar at 1.

A family changes the arguments of every case; the truth of the changed arguments is the exercise's
own. Most families follow from the kinds of the arguments and the letters of their shapes.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from rnncourse.exercises.registry import Exercise

Arguments = dict[str, Any]  # by the names of the exercise's parameters
Path = tuple  # (parameter,), or (parameter, key) inside a dict or a list

LENGTHS = ("T", "n", "d")  # counts by these names are sizes too
CLASSES = ("K", "V")  # one class alone has the probability 1: no example of anything
SHAPE = re.compile(r"\((\w*(?:, ?\w*)*)\)")


class Family(NamedTuple):
    """``change`` gives the arguments to be replaced; None if the family is not for this case."""

    words: str  # "for T = 1", after "right" and "wrong"
    change: Callable[[Arguments], Arguments | None]
    advice: str = ""


@cache
def families(exercise: Exercise) -> tuple[Family, ...]:
    """The automatic ones but those that the exercise removes, and its own."""
    cases = [named(exercise, case.make()) for case in exercise.cases]
    found = {family.words: family for family in (*by_letter(exercise, cases), *by_kind(cases))}
    for words, change in exercise.simpler.items():
        words, _, advice = words.partition(": ")
        found.pop(words, None)
        if change is not None:
            found[words] = Family(words, change, advice)
    return tuple(found.values())


def named(exercise: Exercise, arguments: tuple) -> Arguments:
    return dict(zip(exercise.parameters, arguments, strict=True))


def leaves(arguments: Arguments) -> Iterator[tuple[Path, Any]]:
    """Arrays and numbers, those inside dicts and lists too."""
    for name, value in arguments.items():
        if isinstance(value, dict):
            yield from (((name, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            yield from (((name, place), inner) for place, inner in enumerate(value))
        else:
            yield (name,), value


def replaced(arguments: Arguments, values: dict[Path, Any]) -> Arguments:
    """The arguments that change when these leaves do."""
    new = {}
    for (name, *inside), value in values.items():
        if inside:
            container = new.setdefault(name, arguments[name].copy())
            container[inside[0]] = value
        else:
            new[name] = value
    return new


# Sizes


def axes(exercise: Exercise, cases: list[Arguments]) -> dict[str, list[tuple[Path, int]]]:
    """Where the letters of the shapes stand: {"T": [(("x",), 0), …], …}.

    A shape is read from the statement, "x, the inputs, shape (T, d)". An axis that it does not
    name has the letter of the one letter that has its sizes in every case.
    """
    shapes = [{path: np.shape(leaf) for path, leaf in leaves(case)} for case in cases]
    sizes = {
        (path, axis): tuple(each[path][axis] for each in shapes)
        for path, shape in shapes[0].items()
        if all(len(each.get(path, "?" * 9)) == len(shape) for each in shapes)
        for axis in range(len(shape))
    }
    letters = {place: letter for place, letter in _told(exercise, shapes[0]) if place in sizes}
    owners: dict[tuple, set] = {}
    for place, letter in letters.items():
        owners.setdefault(sizes[place], set()).add(letter)
    found: dict[str, list] = {}
    for place, size in sizes.items():
        letter = letters.get(place) or min(owners.get(size, ""), default="")
        if letter and (place in letters or len(owners[size]) == 1):
            found.setdefault(letter, []).append(place)
    return {k: v for k, v in found.items() if len({sizes[place] for place in v}) == 1}


def _told(exercise: Exercise, shapes: dict) -> Iterator[tuple[tuple[Path, int], str]]:
    given = exercise.statement.partition("Given:")[2].partition("Return:")[0]
    for clause in re.split(r"[;.:]", " ".join(given.split())):
        for shape in SHAPE.finditer(clause):
            letters = [letter for letter in shape[1].replace(" ", "").split(",") if letter]
            before = clause[: shape.start()].split(")")[-1]
            words = re.findall(r"\w+", before)
            words = words if words[-1:] == ["shape"] else words[-1:]
            for path, size in shapes.items():
                known = path[-1] in words or "All have" in before
                if known and len(size) == len(letters):
                    yield from (((path, i), x) for i, x in enumerate(letters) if x.isalpha())


def by_letter(exercise: Exercise, cases: list[Arguments]) -> Iterator[Family]:
    """T = 1, 2 and 3, and every other size at 1."""
    found = axes(exercise, cases)
    first = dict(leaves(cases[0]))
    counts = [path[0] for path, leaf in first.items() if type(leaf) is int and len(path) == 1]
    for letter in dict.fromkeys([*found, *(name for name in counts if name in LENGTHS)]):
        places = found.get(letter, [])
        if letter in CLASSES:
            continue
        matrices = any(np.ndim(first[path]) > 1 for path, _ in places)
        for size in (1, 2, 3) if letter == "T" else (1,):
            yield Family(
                f"for {letter} = {size}",
                _cut(letter, places, size),
                _advice(exercise, letter, bool(places), matrices),
            )


def _cut(letter: str, places: list[tuple[Path, int]], size: int):
    def change(arguments: Arguments) -> Arguments:
        found, values = dict(leaves(arguments)), {}
        for path, axis in places:
            array = values.get(path, found[path])
            values[path] = array[(slice(None),) * axis + (slice(size),)]
        if type(arguments.get(letter)) is int:
            values[(letter,)] = min(arguments[letter], size)
        return replaced(arguments, values)

    return change


def _advice(exercise: Exercise, letter: str, rows: bool, matrices: bool) -> str:
    if letter in ("T", "n") and not rows:
        return f"look at how {letter} enters"  # a number: nothing has a row for each step or unit
    if letter == "T":
        back = exercise.time == "backward" or "/d" in exercise.quantity
        to = "the one before" if back else "the next"
        return f"look at what one step hands to {to}"
    if letter == "n":
        told = "transposes, sums and the order of products" if matrices else "sums and shapes"
        return f"look at {told}"
    return ""


# Values


def by_kind(cases: list[Arguments]) -> Iterator[Family]:
    """Arrays at zero, with equal rows, identities; numbers at 0 and 1; truth values."""
    first = dict(leaves(cases[0]))
    groups = {
        "without recurrence (every W from h is 0)": _paths(first, r"W_\wh"),
        "with all biases 0": _paths(first, r"b_\w"),
    }
    for words, paths in groups.items():
        if paths:
            yield Family(words, _zero(paths), f"look at the terms with {paths[0][-1]}")
    states = [path for path in first if path[-1] in ("h0", "c0", "h", "c", "h_prev", "c_prev")]
    if len(states) > 1 and all(np.ndim(first[path]) == 1 for path in states):
        words = " and ".join(path[-1] for path in states)
        yield Family(f"from a zero start ({words} = 0)", _zero(states), "look at how they enter")
    for path, leaf in first.items():
        if len(path) == 1 and path[0] not in LENGTHS:
            yield from _of_leaf(path[0], leaf)


def _paths(first: dict[Path, Any], pattern: str) -> list[Path]:
    return [path for path in first if len(path) == 2 and re.fullmatch(pattern, str(path[1]))]


def _zero(paths: list[Path]):
    def change(arguments: Arguments) -> Arguments:
        found = dict(leaves(arguments))
        return replaced(arguments, {path: 0.0 * found[path] for path in paths})

    return change


def _set(name: str, new: Callable[[Any], Any]):
    return lambda arguments: {name: new(arguments[name])}


def _of_leaf(name: str, leaf: Any) -> Iterator[Family]:
    advice = f"look at how {name} enters"
    if isinstance(leaf, bool):
        for value in (True, False):
            yield Family(f"where {name} is {value}", _set(name, lambda _, v=value: v), advice)
    elif isinstance(leaf, int | float | np.number):
        for value in (1, 0):
            yield Family(
                f"where {name} = {value}", _set(name, lambda old, v=value: type(old)(v)), advice
            )
    elif isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fc":
        yield Family(f"where {name} = 0", _set(name, np.zeros_like), advice)
        if leaf.ndim:
            words = f"where all {'rows' if leaf.ndim > 1 else 'entries'} of {name} are equal"
            yield Family(words, _set(name, lambda a: np.repeat(a[:1], len(a), axis=0)), advice)
        if leaf.ndim == 2 and leaf.shape[0] == leaf.shape[1]:
            yield Family(f"where {name} is diagonal", _set(name, _diagonal), advice)


def _diagonal(matrix: np.ndarray) -> np.ndarray:
    return matrix * np.eye(*matrix.shape) if matrix.ndim == 2 else matrix
