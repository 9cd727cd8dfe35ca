"""A wrong answer as the right one times, or plus, what was given: one quantity or two."""

from collections.abc import Callable, Iterator

import numpy as np

FORMS: dict[str, Callable] = {
    "{}": lambda v: v,
    "(1 − {})": lambda v: 1.0 - v,
    "(1 + {})": lambda v: 1.0 + v,
    "(1 − {}²)": lambda v: 1.0 - v**2,
    "{}²": np.square,
    "√{}": np.sqrt,
    "tanh({})": np.tanh,
}
STEPS = 60  # entries that are looked at while searching; the rest when something is found
TELLING = 4  # different numbers that a pair of quantities must explain
NEAR = 1e-7  # of logarithms
SIMPLE = (1.0, 2.0, 3.0, 4.0, 0.5, 0.25)  # what may stand before a term


class Quantities:
    """What was given, by entry of the answer: one row for each quantity, with its name."""

    def __init__(self, given: list[dict], shapes: list[tuple]):
        self.names, rows = [], []
        for name in _names(given[0]):
            values = [_value(each, name) for each in given]
            row = _laid_along(values, shapes)
            if row is not None:
                for form, change in FORMS.items():
                    with np.errstate(all="ignore"):
                        changed = change(row)
                    if np.isfinite(changed).all() and np.all(changed):
                        self.names.append(form.format(name))
                        rows.append(changed)
        self.rows = np.array(rows)


def _names(given: dict) -> Iterator[str]:
    for name, value in given.items():
        if isinstance(value, dict):
            yield from (f"{name}[{key!r}]" for key in value)
        elif isinstance(value, np.ndarray) and value.ndim:
            yield from (name, f"len({name})")
            yield from (f"{name}.shape[{axis}]" for axis in range(1, value.ndim))
        else:
            yield name


def _value(given: dict, name: str):
    """The quantity of this name; None if this case has none."""
    if name.startswith("len("):
        return float(len(given[name[4:-1]]))
    if ".shape[" in name:
        array, axis = name[:-1].split(".shape[")
        return float(given[array].shape[int(axis)])
    if name.endswith("']"):
        name, key = name[:-2].split("['")
        return given[name].get(key)
    return given[name]


def _laid_along(values: list, shapes: list[tuple]) -> np.ndarray | None:
    """The quantity beside every entry of the answers; None if it does not fit their shapes."""
    rows = []
    for value, shape in zip(values, shapes, strict=True):
        number = isinstance(value, np.ndarray | int | float | np.number)
        if not number or np.asarray(value).dtype.kind not in "iuf":
            return None
        if np.ndim(value) and np.shape(value) != shape[len(shape) - np.ndim(value) :]:
            return None
        rows.append(np.ravel(np.broadcast_to(np.asarray(value, dtype=float), shape)))
    return np.concatenate(rows)


def explained(
    got: np.ndarray, expected: np.ndarray, known: Quantities
) -> Iterator[tuple[str, np.ndarray]]:
    """Sentences on how ``got`` is made from ``expected``, and the numbers that this would give.

    The search looks at some entries; whoever says a sentence compares the numbers with all.
    """
    if not known.names:
        return
    here = np.flatnonzero(expected)[:STEPS]
    if len(here) > 1 and np.all(got[here]):
        ratio = got[here] / expected[here]
        for words, factor in _times(ratio, known, here):
            sign = np.sign(ratio[0] * factor[here[0]])
            words = words if sign > 0 else f"{words} and by −1"
            yield f"the right answer is {words}", sign * factor * expected
    off = got - expected
    if np.all(np.abs(off) > 1e-12 * np.abs(expected).max(initial=0.0)) and len(off) > 2:
        for words, term in _plus(off[:STEPS], known):
            sign = np.sign(off[0] * term[0])
            yield f"{words} is {'too much' if sign > 0 else 'missing'}", expected + sign * term


def _times(
    ratio: np.ndarray, known: Quantities, here: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    """The factor is one quantity, or a product or a quotient of two."""
    if np.ptp(ratio) <= NEAR * np.abs(ratio).max():
        return  # a constant: said elsewhere
    names, rows = known.names, known.rows
    wanted, logs = np.log(np.abs(ratio)), np.log(np.abs(rows[:, here]))
    for power, word in ((1.0, "multiplied"), (-1.0, "divided")):
        for c in np.flatnonzero(np.abs(wanted - power * logs).max(axis=1) < NEAR):
            yield f"{word} by {names[c]}", rows[c] ** power
    if len(np.unique(np.round(ratio, 9))) < TELLING:
        return
    pairs = (("multiplied by {} and by {}", 1, 1), ("multiplied by {} and divided by {}", 1, -1))
    for words, one, two in (*pairs, ("divided by {} and by {}", -1, -1)):
        rest = wanted - one * logs[:, None, :] - two * logs[None, :, :]
        for a, b in np.argwhere(np.abs(rest).max(axis=2) < NEAR):
            if a < b or (one != two and a != b):
                yield (
                    words.format(names[a], names[b]),
                    rows[a] ** float(one) * rows[b] ** float(two),
                )


def _plus(off: np.ndarray, known: Quantities) -> Iterator[tuple[str, np.ndarray]]:
    """The difference is a simple number times one quantity, or times a product of two."""
    names, rows = known.names, known.rows
    wanted, logs = np.log(np.abs(off)), np.log(np.abs(rows[:, : len(off)]))
    rest = wanted - logs
    for c in np.flatnonzero(np.ptp(rest, axis=1) < NEAR):
        if np.ptp(rows[c]) and (times := _simple(rest[c])):
            yield f"{_spelled(times)}{names[c]}", times * rows[c]
    if len(np.unique(np.round(off, 9))) < TELLING:
        return
    rest = wanted - logs[:, None, :] - logs[None, :, :]
    for a, b in np.argwhere(np.ptp(rest, axis=2) < NEAR):
        if a <= b and (times := _simple(rest[a, b])):
            yield f"{_spelled(times)}{names[a]} {names[b]}", times * rows[a] * rows[b]


def _simple(logs: np.ndarray) -> float | None:
    factor = float(np.exp(np.mean(logs)))
    return next((number for number in SIMPLE if abs(factor - number) < 1e-6), None)


def _spelled(times: float) -> str:
    return "" if times == 1.0 else f"{times:g} "
