"""The rows of an answer: their names, which are wrong, and which are another's right row."""

from typing import NamedTuple

import numpy as np

from rnncourse.exercises.comparing import TOLERANCE, same, size_of
from rnncourse.exercises.registry import Exercise


class Pair(NamedTuple):
    """The two answers of one case, and what was given, by name."""

    got: np.ndarray
    expected: np.ndarray
    given: dict
    tolerance: float = TOLERANCE
    names: tuple[str, ...] = ()  # of the entries, where a dict is asked for


def steady(pairs: list[Pair]) -> int:
    """The length of the first axis where it is the same in all cases; 0 elsewhere."""
    lengths = {len(pair.expected) if pair.expected.ndim else 0 for pair in pairs}
    return lengths.pop() if len(lengths) == 1 else 0


def row_name(exercise: Exercise, row: int) -> str:
    if exercise.rows:
        return exercise.rows[row]
    return f"{exercise.quantity}^({row + 1})" if exercise.time else f"{exercise.quantity}[{row}]"


def wrong_rows(pairs: list[Pair]) -> list[int]:
    """Where the first axis is as long in all cases: the rows that are wrong in some case."""
    return [
        row
        for row in range(steady(pairs))
        if not all(
            same(p.got[row], p.expected[row], p.tolerance, size_of(p.expected)) for p in pairs
        )
    ]


def renamed(exercise: Exercise, pairs: list[Pair]) -> str | None:
    """The same where the rows have names, which say more than "reversed"."""
    return reordered(exercise, pairs) if exercise.rows else None


def reordered(exercise: Exercise, pairs: list[Pair]) -> str | None:
    """The right rows in another order, the same in every case."""
    wrong = wrong_rows(pairs)
    if not 2 <= len(wrong) <= 12:
        return None
    order = [_rows_like(row, pairs) for row in wrong]
    if any(len(like) != 1 for like in order) or sorted(k for [k] in order) != wrong:
        return None
    names = [row_name(exercise, row) for row in wrong]
    if len(wrong) == 2:
        return f"{names[0]} and {names[1]} are exchanged"
    found = ", ".join(row_name(exercise, row) for [row] in order)
    return f"the rows are the right ones in another order: {', '.join(names)} hold {found}"


def _rows_like(row: int, pairs: list[Pair]) -> list[int]:
    """The right rows that this row of the answer equals in every case."""
    return [
        k
        for k in range(steady(pairs))
        if all(same(p.got[row], p.expected[k], p.tolerance) for p in pairs)
    ]
