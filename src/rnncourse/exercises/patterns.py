"""What a wrong answer has to do with the right one: the same rows late, the square, the sum …

Each pattern is a sentence that holds in every case of the exercise; none is said of one case.
"""

import re
from collections.abc import Callable, Iterator

import numpy as np

from rnncourse.exercises.comparing import same, size_of
from rnncourse.exercises.factors import Quantities, explained
from rnncourse.exercises.registry import Exercise
from rnncourse.exercises.rows import Pair, renamed, reordered, row_name, steady, wrong_rows

NEAR = 1e-6  # a factor nearer to 1 is none


def patterns(exercise: Exercise, pairs: list[Pair]) -> Iterator[str]:
    """The sentences that are true of these pairs, which are all cases of the exercise."""
    if not all(np.isfinite(pair.got).all() and pair.expected.dtype != bool for pair in pairs):
        return
    if all(pair.got.shape == pair.expected.shape for pair in pairs):
        for find in (
            _constant,
            _factor,
            renamed,
            _remade,
            _shifted,
            _explained,
            _offset,
            _row_factors,
            reordered,
        ):
            found = find(exercise, pairs)
            if found:
                yield found
                return
    else:
        yield from _one_missing(exercise, pairs)
        reshaped = {} if _no_sequence(exercise, pairs) else RESHAPED
        yield from (words for words, f in reshaped.items() if _fits(pairs, f))


# The whole answer


REMADE: dict[str, Callable] = {
    "the rows stand in reverse order": lambda e: e[::-1],
    "rows and columns are exchanged": np.transpose,
    "the columns stand in reverse order": lambda e: e[:, ::-1],
    "the sign is lost: these are the sizes of the right values": np.abs,
    "the right answer is squared": np.square,
    "the square root of the right answer is taken": np.sqrt,
    "the right answer stands below 1: its reciprocal is returned": lambda e: 1.0 / e,
    "1 minus the right answer is returned": lambda e: 1.0 - e,
    "the exponential of the right answer is returned": np.exp,
    "the logarithm of the right answer is returned": np.log,
    "the tanh of the right answer is returned: one tanh too many": np.tanh,
    "the arctanh of the right answer is returned: a tanh is missing": np.arctanh,
    "the right answer is rounded to whole numbers": np.rint,
    "the right answer is rounded down to whole numbers": np.floor,
    "the right answer is rounded up to whole numbers": np.ceil,
    "what is below 0 in the right answer is 0": lambda e: np.maximum(e, 0.0),
    "what is above 0 in the right answer is 0": lambda e: np.minimum(e, 0.0),
    "every row is the last row of the right answer": lambda e: np.repeat(e[-1:], len(e), axis=0),
    "every row is the first row of the right answer": lambda e: np.repeat(e[:1], len(e), axis=0),
    "each row is the sum of the right rows up to it": lambda e: np.cumsum(e, axis=0),
    "each row is the sum of the right rows from it on": lambda e: np.cumsum(e[::-1], axis=0)[::-1],
    "each row is what the right row adds to the one before": lambda e: np.diff(
        e, axis=0, prepend=0 * e[:1]
    ),
    "each row is the mean of the right rows up to it": lambda e: (
        np.cumsum(e, axis=0) / np.arange(1, len(e) + 1).reshape(-1, *[1] * (e.ndim - 1))
    ),
    "the rows come one late, and the last one first": lambda e: np.roll(e, 1, axis=0),
    "the rows come one early, and the first one last": lambda e: np.roll(e, -1, axis=0),
    "each row sums to 1 here and not in the right answer": lambda e: (
        e / e.sum(axis=-1, keepdims=True) if np.shape(e)[-1] > 1 else e
    ),
}
ENTRYWISE = {words: f for words, f in REMADE.items() if not re.search("row|column", words)}
RESHAPED: dict[str, Callable] = {
    "the first row of the right answer is missing, the others are right": lambda e: e[1:],
    "the last row of the right answer is missing, the others are right": lambda e: e[:-1],
    "only the last row of the right answer is returned": lambda e: e[-1],
    "only the first row of the right answer is returned": lambda e: e[0],
    "the rows of the right answer are summed": lambda e: e.sum(axis=0),
    "the mean of the right answer's rows is taken": lambda e: e.mean(axis=0),
    "the columns of the right answer are summed": lambda e: e.sum(axis=1),
    "all entries of the right answer are summed": lambda e: e.sum(),
    "the mean of all entries of the right answer is taken": lambda e: e.mean(),
    "the diagonal of the right answer is returned": np.diagonal,
    "the right answer stands on the diagonal of a matrix": np.diag,
}


def _fits(pairs: list[Pair], change: Callable) -> bool:
    """got = change(expected) in every case, seen on two numbers at least that this changes."""
    seen: set[float] = set()
    for pair in pairs:
        try:
            with np.errstate(all="ignore"):
                changed = np.asarray(change(np.asarray(pair.expected, dtype=float)))
        except (ValueError, IndexError, TypeError):
            return False
        if not changed.size and not pair.got.size:
            continue  # nothing is left, and nothing came
        if changed.shape != pair.got.shape or not np.isfinite(changed).all():
            return False
        if not same(pair.got, changed, pair.tolerance):
            return False
        if changed.shape != pair.expected.shape:
            seen.update(np.ravel(changed))
        else:
            seen.update(np.ravel(pair.expected)[np.ravel(~np.isclose(changed, pair.expected))])
    return len(seen) > 1


def _constant(_exercise: Exercise, pairs: list[Pair]) -> str | None:
    """One number, whatever was given."""
    found, right = (np.concatenate([np.ravel(p[k]).astype(float) for p in pairs]) for k in (0, 1))
    if len(found) < 2 or np.ptp(found) or not np.ptp(right):
        return None
    entries = any(pair.expected.size > 1 for pair in pairs)
    what = "every number of the answer" if entries else "the answer"
    return f"{what} is the same, {found[0]:.4g}"


def _no_sequence(exercise: Exercise, pairs: list[Pair]) -> bool:
    """One number, or entries that have names: none comes after another."""
    return bool(exercise.rows) or any(p.names or not p.expected.ndim for p in pairs)


def _remade(exercise: Exercise, pairs: list[Pair]) -> str | None:
    known = ENTRYWISE if _no_sequence(exercise, pairs) else REMADE
    return next((words for words, change in known.items() if _fits(pairs, change)), None)


def _shifted(exercise: Exercise, pairs: list[Pair]) -> str | None:
    """Each row is its neighbor's, and the one that has none is something else."""
    if _no_sequence(exercise, pairs):
        return None
    if _follows(pairs, slice(1, None), slice(None, -1)):
        return "the rows come one late: each, from the second on, is the right one before it"
    if _follows(pairs, slice(None, -1), slice(1, None)):
        return "the rows come one early: each, up to the last but one, is the right one after it"
    return None


def _follows(pairs: list[Pair], here: slice, there: slice) -> bool:
    """got[here] = expected[there] in every case, seen on two at least where the rows differ."""
    if not all(same(p.got[here], p.expected[there], p.tolerance) for p in pairs):
        return False
    told = (p for p in pairs if not same(p.got[here], p.expected[here], p.tolerance))
    return len(list(told)) > 1


def _remade_entries(_exercise: Exercise, pairs: list[Pair]) -> str | None:
    """Inside one row: nothing that speaks of rows."""
    return next((words for words, change in ENTRYWISE.items() if _fits(pairs, change)), None)


def _ratio(pair: Pair) -> float | None:
    """The number by which the right answer is multiplied; None if there is none."""
    size = size_of(pair.expected)
    if not size:
        return None
    factor = float(np.sum((pair.got / size) * (pair.expected / size)))
    if not np.isfinite(factor) or not factor:
        return None
    return factor if same(pair.got, factor * pair.expected, pair.tolerance) else None


def _ratios(pairs: list[Pair]) -> list[float | None]:
    """By case, leaving out those where both answers are zero."""
    return [_ratio(pair) for pair in pairs if np.any(pair.got) or np.any(pair.expected)]


FACTORS = {
    "log(2)": np.log(2.0),
    "1 / log(2)": 1.0 / np.log(2.0),
    "log(10)": np.log(10.0),
    "1 / log(10)": 1.0 / np.log(10.0),
    "π": np.pi,
    "1/2": 0.5,
    "1/3": 1.0 / 3.0,
    "1/4": 0.25,
    "√2": np.sqrt(2.0),
}


def _spelled(factor: float) -> str:
    near = (name for name, value in FACTORS.items() if np.isclose(factor, value, rtol=1e-6, atol=0))
    return next(near, f"{factor:.8g}")


def _factor(_exercise: Exercise, pairs: list[Pair]) -> str | None:
    """The same number in every case."""
    found = _ratios(pairs)
    numbers = sum(np.count_nonzero(pair.expected) for pair in pairs)
    if numbers < 2 or not found or None in found:
        return None
    if abs(found[0] - 1.0) <= NEAR or np.ptp(found) > NEAR * abs(found[0]):
        return None
    if abs(found[0] + 1.0) <= NEAR:
        return "the sign is the wrong one"
    return f"the right answer is multiplied by {_spelled(found[0])}"


def _explained(_exercise: Exercise, pairs: list[Pair]) -> str | None:
    """A factor or a term made of what was given, the length, the rate, a gate."""
    got, expected = (np.concatenate([np.ravel(p[k]).astype(float) for p in pairs]) for k in (0, 1))
    known = Quantities([p.given for p in pairs], [np.shape(p.expected) for p in pairs])
    ends = np.cumsum([np.size(p.expected) for p in pairs])[:-1]
    with np.errstate(all="ignore"):
        for words, made in explained(got, expected, known):
            parts = zip(pairs, np.split(made, ends), strict=True)
            if all(same(np.ravel(pair.got), part, pair.tolerance) for pair, part in parts):
                return words
    return None


def _offset(_exercise: Exercise, pairs: list[Pair]) -> str | None:
    """The same whole number too much, or too little, everywhere."""
    off = np.concatenate([np.ravel(pair.got - pair.expected) for pair in pairs])
    step = float(np.rint(off[0]))
    if len(off) < 2 or not step or not np.allclose(off, step, rtol=0.0, atol=1e-9):
        return None
    return f"{abs(step):.0f} is {'added' if step > 0 else 'taken off'}"


# Rows


def _row_factors(exercise: Exercise, pairs: list[Pair]) -> str | None:
    """Some rows are wrong, each by a factor or a term that can be named; the others are right."""
    wrong = wrong_rows(pairs)
    if not wrong or len(wrong) == steady(pairs):
        return None
    said = [_of_row(exercise, pairs, row) for row in wrong]
    if None in said:
        return None
    names = ", ".join(row_name(exercise, row) for row in wrong)
    if len(set(said)) == 1:
        return f"all is right but {names}: there {said[0]}"
    return f"all is right but {names}: there, in turn, {', '.join(said)}"


def _of_row(exercise: Exercise, pairs: list[Pair], row: int) -> str | None:
    rows = [
        Pair(np.asarray(p.got[row]), np.asarray(p.expected[row]), p.given, p.tolerance)
        for p in pairs
    ]
    for find in (_constant, _factor, _explained, _remade_entries, _offset):
        if found := find(exercise, rows):
            return found
    return None


def _one_missing(exercise: Exercise, pairs: list[Pair]) -> Iterator[str]:
    """A row with a name of its own."""
    for row in range(steady(pairs) if exercise.rows else 0):
        if _fits(pairs, lambda e, row=row: np.delete(e, row, axis=0)):
            yield f"{row_name(exercise, row)} is missing, the others are right"
