"""What a wrong answer has to do with the right one: the same rows late, the square, the sum …

Each pattern is a sentence that holds in every case of the exercise; none is said of one case.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from rnncourse.exercises.comparing import TOLERANCE, same, size_of
from rnncourse.exercises.registry import Exercise

NEAR = 1e-6  # a factor nearer to 1 is none


class Pair(NamedTuple):
    """The two answers of one case, and what was given, by name."""

    got: np.ndarray
    expected: np.ndarray
    given: dict
    tolerance: float = TOLERANCE


def patterns(exercise: Exercise, pairs: list[Pair]) -> Iterator[str]:
    """The sentences that are true of these pairs, which are all cases of the exercise."""
    if not all(np.isfinite(pair.got).all() and pair.expected.dtype != bool for pair in pairs):
        return
    if all(pair.got.shape == pair.expected.shape for pair in pairs):
        for find in (_factor, _remade, _by_size, _by_given, _offset, _row_factors, _reordered):
            found = find(exercise, pairs)
            if found:
                yield found
                return
    else:
        yield from (words for words, f in RESHAPED.items() if _fits(pairs, f))


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
        e / e.sum(axis=-1, keepdims=True)
    ),
}
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
        if changed.shape != pair.got.shape or not np.isfinite(changed).all():
            return False
        if not same(pair.got, changed, pair.tolerance):
            return False
        if changed.shape != pair.expected.shape:
            seen.update(np.ravel(changed))
        else:
            seen.update(np.ravel(pair.expected)[np.ravel(~np.isclose(changed, pair.expected))])
    return len(seen) > 1


def _remade(_exercise: Exercise, pairs: list[Pair]) -> str | None:
    return next((words for words, change in REMADE.items() if _fits(pairs, change)), None)


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


def _named_numbers(pairs: list[Pair]) -> Iterator[tuple[str, list[float]]]:
    """What a case has numbers of: its scalars, and the lengths of its arrays."""
    for name, value in pairs[0].given.items():
        if isinstance(value, int | float | np.number) and not isinstance(value, bool):
            yield name, [float(pair.given[name]) for pair in pairs]
    for name, value in pairs[0].given.items():
        if isinstance(value, np.ndarray) and value.ndim:
            yield f"len({name})", [float(len(pair.given[name])) for pair in pairs]
            for axis in range(1, value.ndim):
                words = f"{name}.shape[{axis}]"
                yield words, [float(pair.given[name].shape[axis]) for pair in pairs]


POWERS = {
    "multiplied by {}": lambda v: v,
    "divided by {}": lambda v: 1.0 / v,
    "multiplied by 1 − {}": lambda v: 1.0 - v,
    "divided by 1 − {}": lambda v: 1.0 / (1.0 - v),
    "multiplied by {}²": lambda v: v**2,
    "multiplied by −{}": lambda v: -v,
    "divided by √{}": lambda v: v**-0.5,
}


def _by_size(_exercise: Exercise, pairs: list[Pair]) -> str | None:
    """A factor that is another in each case: the length, the rate, the number of rows."""
    found = _ratios(pairs)
    if len(found) < len(pairs) or None in found:
        return None
    for name, values in _named_numbers(pairs):
        for words, power in POWERS.items():
            with np.errstate(all="ignore"):
                factors = power(np.array(values))
            telling = len(set(np.round(factors, 12))) > 1 and np.isfinite(factors).all()
            if telling and np.allclose(found, factors, rtol=NEAR, atol=0.0):
                return f"the right answer is {words.format(name)}"
    return None


GIVEN = {
    "multiplied by {}": lambda e, v: e * v,
    "divided by {}": lambda e, v: e / v,
    "multiplied by 1 − {}": lambda e, v: e * (1.0 - v),
    "divided by 1 − {}": lambda e, v: e / (1.0 - v),
    "multiplied by 1 − {}²": lambda e, v: e * (1.0 - v**2),
    "divided by 1 − {}²": lambda e, v: e / (1.0 - v**2),
    "multiplied by tanh({})": lambda e, v: e * np.tanh(v),
    "divided by tanh({})": lambda e, v: e / np.tanh(v),
    "larger by {}": lambda e, v: e + v,
    "smaller by {}": lambda e, v: e - v,
}


def _arrays(given: dict) -> dict[str, np.ndarray]:
    flat = {}
    for name, value in given.items():
        if isinstance(value, dict):
            flat |= {f"{name}[{key!r}]": inner for key, inner in value.items()}
        else:
            flat[name] = value
    return {
        name: value
        for name, value in flat.items()
        if isinstance(value, np.ndarray | int | float | np.number) and not isinstance(value, bool)
    }


def _by_given(_exercise: Exercise, pairs: list[Pair], row: int | None = None) -> str | None:
    """got is the right answer times, or plus, something that was given; for a row or for all."""
    part = (lambda a: a) if row is None else (lambda a: a[row])
    for name in _arrays(pairs[0].given):
        for words, change in GIVEN.items():
            if _made_of(pairs, name, change, part):
                return f"the right answer is {words.format(name)}"
    return None


def _made_of(pairs: list[Pair], name: str, change: Callable, part: Callable) -> bool:
    seen = 0
    for pair in pairs:
        value, expected, got = _arrays(pair.given).get(name), part(pair.expected), part(pair.got)
        if value is None or np.shape(value) not in ((), np.shape(expected)):
            return False
        with np.errstate(all="ignore"):
            changed = np.asarray(change(expected, value))
        if not np.isfinite(changed).all() or not same(got, changed, pair.tolerance):
            return False
        seen += np.sum(~np.isclose(changed, expected))
    return seen > 1


def _offset(_exercise: Exercise, pairs: list[Pair]) -> str | None:
    """The same whole number too much, or too little, everywhere."""
    off = np.concatenate([np.ravel(pair.got - pair.expected) for pair in pairs])
    step = float(np.rint(off[0]))
    if len(off) < 2 or not step or not np.allclose(off, step, rtol=0.0, atol=1e-9):
        return None
    return f"{abs(step):.0f} is {'added' if step > 0 else 'taken off'}"


# Rows


def _steady(pairs: list[Pair]) -> int:
    """The length of the first axis where it is the same in all cases; 0 elsewhere."""
    lengths = {len(pair.expected) if pair.expected.ndim else 0 for pair in pairs}
    return lengths.pop() if len(lengths) == 1 else 0


def row_name(exercise: Exercise, row: int) -> str:
    return exercise.rows[row] if exercise.rows else f"{exercise.quantity}[{row}]"


def _row_factors(exercise: Exercise, pairs: list[Pair]) -> str | None:
    """One row alone is wrong, by a factor or a term that can be named."""
    wrong = wrong_rows(pairs)
    if len(wrong) != 1 or _steady(pairs) < 2:
        return None
    [row] = wrong
    rows = [Pair(p.got[row], p.expected[row], p.given, p.tolerance) for p in pairs]
    for find in (_factor, _by_size, _by_given, _remade):
        if found := find(exercise, rows):
            return f"all is right but {row_name(exercise, row)}: there {found}"
    return None


def wrong_rows(pairs: list[Pair]) -> list[int]:
    """Where the first axis is as long in all cases: the rows that are wrong in some case."""
    return [
        row
        for row in range(_steady(pairs))
        if not all(
            same(p.got[row], p.expected[row], p.tolerance, size_of(p.expected)) for p in pairs
        )
    ]


def _reordered(exercise: Exercise, pairs: list[Pair]) -> str | None:
    """The right rows in another order, the same in every case."""
    count = _steady(pairs)
    if not 2 <= count <= 12:
        return None
    order = []
    for row in range(count):
        like = [
            k
            for k in range(count)
            if all(same(p.got[row], p.expected[k], p.tolerance) for p in pairs)
        ]
        if not like:
            return None
        order.append(row if row in like else like[0])
    if sorted(order) != list(range(count)) or order == list(range(count)):
        return None
    names = ", ".join(row_name(exercise, k) for k in order)
    return f"the rows are the right ones in another order: {names}"
