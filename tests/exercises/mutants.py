"""Run the mechanical mistakes of the official solutions through ``grade``.

python -m tests.exercises.mutants                                  all, five minutes
python -m tests.exercises.mutants --chapter lstm --show placed     those that get no name
python -m tests.exercises.mutants --exercise lstm-step --show all  every verdict in full

It ends with 1 if a mutant is accepted that unchanged.json does not list, or refused that it does.
"""

import argparse
import contextlib
import io
import json
import random
import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rnncourse.exercises import EXERCISES, Verdict, grade, grading
from tests.exercises.mutate import Mutant, mutants
from tests.solutions import solutions

SECONDS = 0.5  # for one call of a mutant
# Mutants that are right answers: {exercise: {mutant: why it changes nothing}}.
UNCHANGED = json.loads((Path(__file__).parent / "unchanged.json").read_text(encoding="utf-8"))


class Outcome(NamedTuple):
    exercise: str
    mutant: Mutant
    verdict: Verdict

    @property
    def kind(self) -> str:
        """How much the verdict says."""
        if self.verdict.right:
            return "accepted"
        if self.verdict.mistake is not None:
            return "named"
        if self.verdict.hints:
            return "placed"
        # What is no array of numbers, or does not end, is told just that.
        return "silent" if np.isfinite(self.verdict.error) else "refused"


def all_mutants(names) -> list[tuple[str, Mutant]]:
    return [
        (name, mutant)
        for name in names
        if not EXERCISES[name].facts
        for mutant in mutants(solutions()[name])
    ]


def sample(count: int, seed: int) -> list[tuple[str, Mutant]]:
    """So many of all, the same ones at every run."""
    return random.Random(seed).sample(all_mutants(EXERCISES), count)


def run(name: str, mutant: Mutant) -> Outcome:
    space: dict = {}
    limits = grading.call.__globals__
    before, limits["SECONDS"] = limits["SECONDS"], SECONDS
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(mutant.source, f"<{name}>", "exec"), space)
            verdict = grade(name, space[name.replace("-", "_")])
            str(verdict)
    finally:
        limits["SECONDS"] = before
    return Outcome(name, mutant, verdict)


def fault(outcome: Outcome) -> str:
    """What is wrong with the verdict on this mutant; nothing if all is well."""
    listed = outcome.mutant.label in UNCHANGED.get(outcome.exercise, {})
    if outcome.verdict.right != listed:
        said = "refused but listed" if listed else "accepted"
        return f"{outcome.exercise}: {outcome.mutant.label} is {said}"
    told = outcome.kind != "silent"
    return "" if told else f"{outcome.exercise}: {outcome.mutant.label} is told nothing"


def report(outcomes: Iterable[Outcome], show: str) -> int:
    """Print what is asked for, the faults and the counts; return the number of faults."""
    kinds: Counter = Counter()
    faults = 0
    for outcome in outcomes:
        kinds[outcome.kind] += 1
        if problem := fault(outcome):
            print(f"FAULT {problem}", flush=True)
            faults += 1
        if show == "all" or outcome.kind == show:
            print(f"{outcome.kind.upper()} {outcome.exercise}: {outcome.mutant.label}", flush=True)
            if not outcome.verdict.right:
                print("    " + str(outcome.verdict).replace("\n", "\n    "))
    refused = kinds.total() - kinds["accepted"]
    print(f"{kinds.total()} mutants, {kinds['accepted']} accepted, {refused} refused")
    for kind in ("named", "placed", "refused", "silent"):
        print(f"  {kind}: {kinds[kind]}, {100 * kinds[kind] / max(refused, 1):.1f} %")
    return faults


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chapter", help="the topic: lstm")
    parser.add_argument("--exercise")
    parser.add_argument("--sample", type=int, help="so many at random, of all")
    parser.add_argument(
        "--show",
        default="",
        choices=["", "all", "accepted", "named", "placed", "refused", "silent"],
    )
    options = parser.parse_args()
    names = [
        name
        for name, each in EXERCISES.items()
        if options.chapter in (None, each.chapter) and options.exercise in (None, name)
    ]
    chosen = sample(options.sample, 0) if options.sample else all_mutants(names)
    np.seterr(all="ignore")
    sys.exit(report((run(*each) for each in chosen), options.show) > 0)


if __name__ == "__main__":
    main()
