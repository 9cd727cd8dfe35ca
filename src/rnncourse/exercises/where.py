"""Where a wrong answer is still right: rows, cases, and the simpler cases of its exercise."""

import contextlib
from collections.abc import Callable, Iterator
from itertools import combinations

import numpy as np

from rnncourse.exercises.comparing import same, size_of
from rnncourse.exercises.registry import Case, Exercise
from rnncourse.exercises.rows import Pair, row_name, wrong_rows
from rnncourse.exercises.simple_cases import (
    Simple,
    is_trivial,
    key,
    simple_cases,
    simplest_case,
    together,
)
from rnncourse.exercises.trying import Trial, attempt, expected_of
from rnncourse.exercises.verdict import number, values_line

CALLS = 200  # of the reader's function, at most: one that is slow is tried on fewer


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

    def results(self, simple: Simple, to_the_end: bool = False) -> list[bool]:
        """By case, up to the first wrong one or to the end."""
        found: list[bool] = []
        for case in simple.cases:
            if to_the_end or all(found):
                found.append(self.run(case).right)
        return found

    def speaks(self, simple: Simple, rows: list[int]) -> bool:
        """The rows that are wrong elsewhere are not all zero here: to be right means something."""
        answers = [expected_of(self.exercise, case)[0] for case in simple.cases]
        return not rows or any(len(a) <= rows[-1] or np.any(a[rows]) for a in answers)


def where(exercise: Exercise, answer: Callable, trials: list[Trial], size: float) -> list[str]:
    """Sentences on where the answer is right, each true in every case it speaks of."""
    trier = Trier(exercise, answer, size)
    said = list(rows_said(exercise, trials))
    with contextlib.suppress(OutOfCalls):
        trials = trials + [trier.run(case) for case in exercise.cases[len(trials) :]]
        said += cases_said(trials)
        said += families_said(trier, trials)
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
        if len({key(end[1]) for end in ends}) > 1 and all(same(*end) for end in ends):
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
    if exercise.cases[1:] == () and not trials[0].problem and trials[0].expected.size > 1:
        return f"None of the {trials[0].expected.size} numbers is right"
    small = min(trials, key=lambda trial: (trial.right, trial.expected.size))
    shown = next(trial for trial in trials if not trial.right)
    if small is shown and not small.problem:
        return "Begin with this case: compute it by hand, line by line, and compare"
    return (
        f"Begin with case {trials.index(small) + 1} ({small.case.label}): {_both(exercise, small)}"
    )


def _both(exercise: Exercise, trial: Trial) -> str:
    if trial.problem or trial.expected.dtype == bool:
        verb = "are" if trial.expected.size > 1 else "is"
        return f"{_value(trial.expected)} {verb} expected"
    return values_line(exercise, trial)


def _value(array: np.ndarray) -> str:
    scale = float(np.abs(array).max(initial=0.0))
    truths = array.dtype == bool
    flat = [str(v) if truths else number(v, scale) for v in np.ravel(array)[:6]]
    return ", ".join(flat) + (" …" if array.size > 6 else "")


# Simpler cases


def _wrong_rows(trials: list[Trial]) -> list[int]:
    """Where the first axis is as long in all cases: the rows that are wrong in some case."""
    if any(trial.problem or not trial.expected.ndim for trial in trials):
        return []
    return wrong_rows([Pair(t.got, t.expected, {}, t.tolerance) for t in trials])


def families_said(trier: Trier, trials: list[Trial]) -> Iterator[str]:
    """The widest family that is right; two together; or the simplest of all, which is wrong."""
    exercise, rows = trier.exercise, _wrong_rows(trials)
    known = [simple for simple in simple_cases(exercise) if trier.speaks(simple, rows)]
    results = {simple: trier.results(simple, _of_time(simple)) for simple in known}
    right = [s for s in known if all(results[s]) and not is_trivial(exercise, s)]
    if right:
        yield _right_for(right[0], results, trials)
        return
    for one, two in combinations(known, 2):
        if trier.calls > CALLS // 2:
            break
        both = together(exercise, (one.family, two.family))
        telling = both and trier.speaks(both, rows) and not is_trivial(exercise, both)
        if telling and all(trier.results(both)):
            yield f"Right {both.family.words}; {one.family.words} alone it is wrong"
            return
    simplest = simplest_case(exercise)
    if simplest:
        trial = trier.run(simplest)
        if not trial.right:
            yield f"Wrong already {simplest.label}: {_both(exercise, trial)}"


def _right_for(best: Simple, results: dict[Simple, list[bool]], trials: list[Trial]) -> str:
    """Where it is right, whether all else is wrong, and what to look at."""
    if _of_time(best):
        return _right_for_lengths(best, results, trials)
    always = not _right_outside([best], [(trial.case, trial.right) for trial in trials])
    wrong = "wrong otherwise" if always else "not always otherwise"
    advice = best.family.advice
    return f"Right {best.family.words}, {wrong}" + (f": {advice}" if advice else "")


def _right_for_lengths(best: Simple, results: dict, trials: list[Trial]) -> str:
    """The lengths at which it is right; "from … on" only where all longer ones are wrong."""
    lengths = {simple: found for simple, found in results.items() if _of_time(simple)}
    right = sorted((s for s, found in lengths.items() if all(found)), key=_size)
    first = min((_size(s) for s, found in lengths.items() if not all(found)), default=0)
    tried = [(trial.case, trial.right) for trial in trials]
    tried += [each for s, found in lengths.items() for each in zip(s.cases, found, strict=False)]
    always = not _right_outside(right, tried)
    said = f"Right for T = {_listed([str(_size(simple)) for simple in right])}"
    if first > _size(right[-1]):
        wrong = f"wrong from T = {first} on" if always else f"not always for T = {first}"
        return f"{said}, {wrong}" + (f": {best.family.advice}" if best.family.advice else "")
    return f"{said}, {'wrong otherwise' if always else 'not always otherwise'}"


def _right_outside(inside: list[Simple], tried: list[tuple[Case, bool]]) -> bool:
    """Is a case right that is none of these?"""
    known = {key(case.make()) for simple in inside for case in simple.cases}
    return any(right for case, right in tried if key(case.make()) not in known)


def _of_time(simple: Simple) -> bool:
    return simple.family.words.startswith("for T = ")


def _size(simple: Simple) -> int:
    return int(simple.family.words.rpartition(" ")[2])
