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
    contains,
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
        self.known: dict[Case, Trial] = {}

    def run(self, case: Case) -> Trial:
        """Each case once."""
        if case not in self.known:
            self.calls += 1
            if self.calls > CALLS:
                raise OutOfCalls
            trial = attempt(self.exercise, self.answer, case, self.size)
            if trial.problem.startswith("it ran for more than"):
                raise OutOfCalls
            self.known[case] = trial
        return self.known[case]

    def results(self, simple: Simple, to_the_end: bool = False) -> list[bool]:
        """By case, up to the first wrong one or to the end."""
        found: list[bool] = []
        for case in simple.cases:
            if to_the_end or all(found):
                found.append(self.run(case).right)
        return found

    def right_outside(self, inside: list[Simple]) -> bool:
        """Is any case of the exercise or of its families right that is none of these?"""
        try:
            for simple in simple_cases(self.exercise):
                self.results(simple, to_the_end=True)
        except OutOfCalls:
            return True  # it may be
        return any(
            trial.right and not any(contains(self.exercise, simple, case) for simple in inside)
            for case, trial in self.known.items()
        )

    def speaks(self, simple: Simple, rows: list[int]) -> bool:
        """The rows that are wrong elsewhere are not all zero here: to be right means something."""
        answers = [expected_of(self.exercise, case)[0] for case in simple.cases]
        return not rows or any(len(a) <= rows[-1] or np.any(a[rows]) for a in answers)


def where(exercise: Exercise, answer: Callable, trials: list[Trial], size: float) -> list[str]:
    """Sentences on where the answer is right, each true in every case it speaks of."""
    trier = Trier(exercise, answer, size)
    trier.known = {trial.case: trial for trial in trials}
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
    """The widest families that are right; two together; or the simplest of all, which is wrong."""
    exercise, rows = trier.exercise, _wrong_rows(trials)
    known = [simple for simple in simple_cases(exercise) if trier.speaks(simple, rows)]
    results = {simple: trier.results(simple, _of_time(simple)) for simple in known}
    right = [s for s in known if all(results[s]) and not is_trivial(exercise, s)]
    if right:
        yield _right_for(trier, right, results)
        return
    if said := _right_together(trier, [s for s in known if not all(results[s])], rows):
        yield said
        return
    simplest = simplest_case(exercise)
    shown = next(trial for trial in trials if not trial.right)
    if simplest and key(simplest.make()) != key(shown.case.make()):
        trial = trier.run(simplest)
        if not trial.right:
            yield f"Wrong already {simplest.label}: {_both(exercise, trial)}"


def _right_together(trier: Trier, wrong: list[Simple], rows: list[int]) -> str | None:
    """Two families, each of which is not right alone."""
    for one, two in combinations(wrong, 2):
        if trier.calls > CALLS // 2:
            return None
        both = together(trier.exercise, (one.family, two.family))
        telling = both and trier.speaks(both, rows) and not is_trivial(trier.exercise, both)
        if telling and all(trier.results(both)):
            some = any(trier.results(one, to_the_end=True))
            alone = "alone not always" if some else "alone it is wrong"
            return f"Right {both.family.words}; {one.family.words} {alone}"
    return None


def _right_for(trier: Trier, right: list[Simple], results: dict[Simple, list[bool]]) -> str:
    """The widest, and one that has little to do with it; is all else wrong; what to look at."""
    lengths = [simple for simple in right if _of_time(simple)]
    best, *others = _widest(trier.exercise, right)
    apart = [s for s in others if not (_of_time(best) and _of_time(s))]
    said = sorted([best, *sorted(apart, key=_telling)[:1]], key=_telling)
    inside = said + (lengths if any(map(_of_time, said)) else [])
    always = not trier.right_outside(inside)
    wrong = "wrong otherwise" if always else "not always otherwise"
    if said == [best] and _of_time(best):
        longer = {_size(s) for s, found in results.items() if _of_time(s) and not all(found)}
        first = min(longer, default=0)
        if first > max(map(_size, lengths)):
            wrong = f"wrong from T = {first} on" if always else f"not always for T = {first}"
        elif longer:
            return f"Right {_words(best, lengths)}, {wrong}"  # T = 3 and not T = 2: by chance
    words = ", and also ".join(_words(simple, lengths) for simple in said)
    advice = list(dict.fromkeys(filter(None, (simple.family.advice for simple in said))))
    if len(advice) > 1 and all(each.startswith("look at") for each in advice):
        advice[1:] = [each.removeprefix("look ") for each in advice[1:]]
    return f"Right {words}, {wrong}" + (f": {', and '.join(advice)}" if advice else "")


def _widest(exercise: Exercise, right: list[Simple]) -> list[Simple]:
    """The families that lie in no other; of two that are the same, the first."""
    kept: list[Simple] = []
    for simple in right:
        if not any(_holds(exercise, one, simple) for one in kept):
            kept = [one for one in kept if not _holds(exercise, simple, one)] + [simple]
    return kept


def _holds(exercise: Exercise, outer: Simple, inner: Simple) -> bool:
    return all(contains(exercise, outer, case) for case in inner.cases)


def _telling(simple: Simple) -> tuple[bool, bool]:
    """Sorts what says where to look first, and the order of products before all else."""
    return "products" not in simple.family.advice, not simple.family.advice


def _words(simple: Simple, lengths: list[Simple]) -> str:
    """ "for T = 1 and 2", all lengths together."""
    if not _of_time(simple):
        return simple.family.words
    return f"for T = {_listed([str(size) for size in sorted(map(_size, lengths))])}"


def _of_time(simple: Simple) -> bool:
    return simple.family.words.startswith("for T = ")


def _size(simple: Simple) -> int:
    return int(simple.family.words.rpartition(" ")[2])
