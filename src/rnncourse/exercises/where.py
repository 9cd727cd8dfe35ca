"""Where a wrong answer is still right: rows, cases, and the simpler cases of its exercise."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from rnncourse.exercises.comparing import as_array, same, size_of
from rnncourse.exercises.patterns import Pair, row_name, wrong_rows
from rnncourse.exercises.registry import Case, Exercise
from rnncourse.exercises.simpler import Family, families, leaves, named
from rnncourse.exercises.trying import Trial, attempt, expected_of
from rnncourse.exercises.verdict import values_line

CALLS = 200  # of the reader's function, at most: one that is slow is tried on fewer
PAIRS = 60


@dataclass(frozen=True, eq=False)
class Simple:
    """The cases of one family, and the share of the given numbers that it leaves as they are."""

    family: Family
    cases: tuple[Case, ...]
    width: float


class OutOfCalls(Exception):
    """The reader's function has been called as often as it may be, or was too slow."""


class Trier:
    """Runs the answer on simpler cases, up to a number of calls."""

    def __init__(self, exercise: Exercise, answer: Callable, size: float):
        self.exercise, self.answer, self.size, self.calls = exercise, answer, size, 0

    def run(self, case: Case) -> Trial:
        self.calls += 1
        if self.calls > CALLS:
            raise OutOfCalls
        trial = attempt(self.exercise, self.answer, case, self.size)
        if trial.problem.startswith("it ran for more than"):
            raise OutOfCalls
        return trial

    def right(self, simple: Simple) -> bool:
        return all(self.run(case).right for case in simple.cases)

    def speaks(self, simple: Simple, rows: list[int]) -> bool:
        """The rows that are wrong elsewhere are not all zero here: to be right means something."""
        answers = [expected_of(self.exercise, case)[0] for case in simple.cases]
        return not rows or any(len(a) <= rows[-1] or np.any(a[rows]) for a in answers)


def where(exercise: Exercise, answer: Callable, trials: list[Trial], size: float) -> list[str]:
    """Sentences on where the answer is right, each true in every case it speaks of."""
    said = [*rows_said(exercise, trials), *cases_said(trials)]
    with contextlib.suppress(OutOfCalls):
        said += families_said(Trier(exercise, answer, size), _wrong_rows(trials))
    return said or [smallest_said(exercise, trials)]


# Rows and cases


def rows_said(exercise: Exercise, trials: list[Trial]) -> Iterator[str]:
    """Which rows are right in every case, and which are not."""
    if any(trial.problem or trial.names for trial in trials) or exercise.facts:
        return
    pairs = [Pair(t.got, t.expected, {}, t.tolerance) for t in trials]
    if not all(pair.expected.ndim for pair in pairs):
        return
    wrong = wrong_rows(pairs)
    rows = range(min(len(pair.expected) for pair in pairs))
    told = [row for row in rows if any(np.any(pair.expected[row]) for pair in pairs)]
    right = [row for row in told if row not in wrong]
    if wrong and right:
        these, those = (_listed([row_name(exercise, r) for r in each]) for each in (right, wrong))
        yield f"Right in every case: {these}. Not right: {those}"
    elif not wrong:
        yield from _ends_said(exercise, pairs)


ENDS = {
    "forward": (("first", slice(None, 1)), ("last", slice(-1, None))),
    "backward": (("last", slice(-1, None)), ("first", slice(None, 1))),
}


def _ends_said(exercise: Exercise, pairs: list[Pair]) -> Iterator[str]:
    """Where there are as many rows as steps: the first or the last is right."""
    what = "step" if exercise.time else "entry" if pairs[0].expected.ndim == 1 else "row"
    for word, part in ENDS["backward" if exercise.time == "backward" else "forward"]:
        ends = [(p.got[part], p.expected[part], p.tolerance, size_of(p.expected)) for p in pairs]
        if len({_key(end[1]) for end in ends}) > 1 and all(same(*end) for end in ends):
            yield f"The {word} {what} is right in every case, and not all {_plural(what)} are"
            return


def _plural(word: str) -> str:
    return "entries" if word == "entry" else f"{word}s"


def _listed(words: list[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if words[1:] else "") + words[-1]


def cases_said(trials: list[Trial]) -> Iterator[str]:
    right = [place for place, trial in enumerate(trials, start=1) if trial.right]
    if not right or len(trials) < 2:
        return
    labels = [f"{place} ({trials[place - 1].case.label})" for place in right]
    yield f"Right in case{'s' * (len(right) > 1)} {_listed(labels)}"


def smallest_said(exercise: Exercise, trials: list[Trial]) -> str:
    """Nothing is right: the case to begin with."""
    small = min(trials, key=lambda trial: trial.expected.size)
    return (
        f"No simpler case is right either: begin with {small.case.label}: {_both(exercise, small)}"
    )


def _both(exercise: Exercise, trial: Trial) -> str:
    if trial.problem or trial.expected.dtype == bool:
        verb = "are" if trial.expected.size > 1 else "is"
        return f"{_value(trial.expected)} {verb} expected"
    return values_line(exercise, trial)


def _value(array: np.ndarray) -> str:
    flat = [f"{value:.4g}" for value in np.ravel(array)[:6]]
    return ", ".join(flat) + (" …" if array.size > 6 else "")


# Simpler cases


def _wrong_rows(trials: list[Trial]) -> list[int]:
    """Where the first axis is as long in all cases: the rows that are wrong in some case."""
    if any(trial.problem or not trial.expected.ndim for trial in trials):
        return []
    return wrong_rows([Pair(t.got, t.expected, {}, t.tolerance) for t in trials])


def families_said(trier: Trier, rows: list[int]) -> Iterator[str]:
    """The widest family that is right; two together; or the simplest of all, which is wrong."""
    known = [s for s in simple_cases(trier.exercise) if trier.speaks(s, rows)]
    results = {simple: trier.right(simple) for simple in known}
    right = [s for s in known if results[s] and not is_trivial(trier.exercise, s)]
    if right:
        yield _right_for(right, results)
        return
    for one, two in list(combinations(known, 2))[:PAIRS]:
        both = together(trier.exercise, (one.family, two.family))
        telling = both and trier.speaks(both, rows) and not is_trivial(trier.exercise, both)
        if telling and trier.right(both):
            yield f"Right {both.family.words}; {one.family.words} alone it is wrong"
            return
    simplest = simplest_case(trier.exercise)
    if simplest:
        trial = trier.run(simplest)
        if not trial.right:
            yield f"Wrong already {simplest.label}: {_both(trier.exercise, trial)}"


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


def _right_for(right: list[Simple], results: dict[Simple, bool]) -> str:
    """The widest family, and the next one of its kind, which is wrong."""
    best = right[0]
    wrong, advice = "wrong otherwise", best.family.advice
    if best.family.words.startswith("for T = "):
        later = [s for s in results if s.family.words.startswith("for T = ") and not results[s]]
        if later:
            size = min(int(s.family.words.rpartition(" ")[2]) for s in later)
            wrong = f"wrong from T = {size} on"
    return f"Right {best.family.words}, {wrong}" + (f": {advice}" if advice else "")


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
        moved = moved or _key(before) != _key(after)
        cases.append(made)
        widths.append(_kept(before, after))
    family = Family(words, several[0].change, several[0].advice)
    if moved and _telling(exercise, cases):
        return Simple(family, tuple(cases), float(np.mean(widths)))
    return None


def _together(words: list[str]) -> str:
    """ "for T = 1 and n = 1": a preposition that comes again is left out."""
    first = words[0].partition(" ")[0] + " "
    return " and ".join([words[0], *(each.removeprefix(first) for each in words[1:])])


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
    different = {_key(case.make()) for case in cases}
    return len(different) > 1 and len(numbers) > 1


def _key(value: Any) -> Any:
    """Equal for equal arguments."""
    if isinstance(value, dict):
        return tuple((name, _key(inner)) for name, inner in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_key, value))
    if isinstance(value, np.ndarray):
        return value.shape, np.asarray(value).tobytes()
    return getattr(value, "__qualname__", repr(value))


def _kept(before: dict, after: dict) -> float:
    """The share of the given numbers that stay as they are."""
    total = kept = 0.0
    new = dict(leaves(after))
    for path, old in leaves(before):
        total += np.size(old)
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
