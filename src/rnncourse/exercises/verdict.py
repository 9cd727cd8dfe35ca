"""The outcome of an exercise and how it reads."""

import textwrap
from typing import NamedTuple

import numpy as np

from rnncourse.exercises.registry import Exercise, Mistake

WIDTH = 76  # columns


class Verdict(NamedTuple):
    """True where the answer is right; printed, it says what is wrong otherwise."""

    name: str
    right: bool
    text: str
    error: float  # relative, of the first wrong case; of the worst case if right; inf if no number
    mistake: Mistake | None = None
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()  # where a wrong answer is still right

    def __bool__(self) -> bool:
        return self.right

    def __str__(self) -> str:
        lines = [*self.text.splitlines(), *(f"{hint}." for hint in self.hints)]
        lines += [f"Note: {note}." for note in self.notes]
        return "\n".join(_wrapped(line) for line in lines)


def _wrapped(line: str) -> str:
    """In the width of a lesson's page; what goes on stands two places to the right."""
    start = " " * (len(line) - len(line.lstrip()))
    return textwrap.fill(
        line.strip(),
        WIDTH,
        initial_indent=start,
        subsequent_indent=start + "  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def place(exercise: Exercise, got: np.ndarray, expected: np.ndarray, tolerance: float) -> tuple:
    """The index that is shown: the worst entry, of the first wrong step where rows are steps."""
    off = np.abs(got - expected)
    if exercise.time:
        wrong = np.flatnonzero(off.max(axis=1) > tolerance * np.abs(expected).max())
        if len(wrong):
            t = wrong[0] if exercise.time == "forward" else wrong[-1]
            return int(t), int(np.argmax(off[t]))
    return tuple(int(i) for i in np.unravel_index(np.argmax(off), off.shape))


def entry(exercise: Exercise, index: tuple) -> str:
    """An entry in the letters of the page: dL/dW_hh[0, 2]; h^(3)[1] where rows are steps."""
    if exercise.time:
        return f"{exercise.quantity}^({index[0] + 1})[{index[1]}]"
    if exercise.rows:
        inside = f"[{', '.join(map(str, index[1:]))}]" if index[1:] else ""
        return exercise.rows[index[0]] + inside
    return f"{exercise.quantity}[{', '.join(map(str, index))}]" if index else exercise.quantity


def number(value: float, scale: float, digits: int = 4) -> str:
    """Significant digits; whole numbers are whole, rounding beside ``scale`` is written 0."""
    value = float(value)
    if abs(value) < 1e-12 * scale:
        return "0"
    whole = abs(value) < 1e15 and value.is_integer()
    return str(int(value)) if whole else f"{value:.{digits}g}"


def values_line(exercise: Exercise, trial) -> str:
    """The entry that is shown, with as many digits as it takes to tell the two values apart."""
    got, expected = trial.got, trial.expected
    index = place(exercise, got, expected, trial.tolerance)
    scale = float(np.abs(expected).max())
    for digits in range(4, 18):
        want, have = (number(array[index], scale, digits) for array in (expected, got))
        if want != have:
            break
    name = trial.names[index[0]] if trial.names else entry(exercise, index)
    return f"{name}: expected {want}, got {have}"


def error_text(error: float) -> str:
    return f"relative error {error:.4g}"


def first_misjudged(got: np.ndarray, expected: np.ndarray) -> int:
    """The place of the first statement that is judged the other way."""
    return int(np.flatnonzero(got != expected)[0])


def judgment_line(names: tuple[str, ...], got: np.ndarray, expected: np.ndarray) -> str:
    """The first statement that is judged wrongly; no word on the others, nor how many they are."""
    place = first_misjudged(got, expected)
    return f"look again at number {place + 1}: {names[place]}"


def verdicts_line(names: tuple[str, ...], got: np.ndarray, expected: np.ndarray) -> str:
    """Of a dict of True and False: the names that are judged wrongly."""
    rows = zip(names, got, expected, strict=True)
    return "; ".join(f"{name}: expected {e}, got {g}" for name, g, e in rows if g != e)
