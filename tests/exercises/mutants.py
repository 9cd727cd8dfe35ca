"""Run the mechanical mistakes of the official solutions through ``grade``.

python -m tests.exercises.mutants --chapter lstm      counts; what is accepted; what gets no name
python -m tests.exercises.mutants --exercise lstm-step --all      every verdict in full
"""

import argparse
import contextlib
import io
import random
import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import numpy as np  # noqa: E402
from mutate import Mutant, mutants  # noqa: E402
from solutions import solutions  # noqa: E402

from rnncourse.exercises import EXERCISES, Verdict, grade, grading  # noqa: E402

SECONDS = 0.5  # for one call of a mutant


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


def report(outcomes: Iterable[Outcome], show: str) -> None:
    kinds: Counter = Counter()
    for outcome in outcomes:
        kinds[outcome.kind] += 1
        if outcome.kind == "accepted" or show == "all" or outcome.kind == show:
            print(f"{outcome.kind.upper()} {outcome.exercise}: {outcome.mutant.label}", flush=True)
            if outcome.kind != "accepted":
                print("    " + str(outcome.verdict).replace("\n", "\n    "))
    refused = kinds.total() - kinds["accepted"]
    print(f"{kinds.total()} mutants, {kinds['accepted']} accepted, {refused} refused")
    for kind in ("named", "placed", "refused", "silent"):
        print(f"  {kind}: {kinds[kind]}, {100 * kinds[kind] / max(refused, 1):.1f} %")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chapter", help="the topic: lstm")
    parser.add_argument("--exercise")
    parser.add_argument("--sample", type=int, help="so many at random, of all")
    parser.add_argument(
        "--show", default="", choices=["", "all", "named", "placed", "refused", "silent"]
    )
    options = parser.parse_args()
    names = [
        name
        for name, each in EXERCISES.items()
        if options.chapter in (None, each.chapter) and options.exercise in (None, name)
    ]
    chosen = sample(options.sample, 0) if options.sample else all_mutants(names)
    np.seterr(all="ignore")
    report((run(*each) for each in chosen), options.show)


if __name__ == "__main__":
    main()
