"""What an experiment is: a question, and the runs that answer it."""

from collections.abc import Iterable
from typing import NamedTuple

from rnncourse.experiments.run import PalindromeRun

SEEDS = range(5)


class Experiment(NamedTuple):
    """Named runs; every setting is run with every seed."""

    name: str
    question: str
    runs: tuple[PalindromeRun, ...]


def seeded(settings: Iterable[dict], **common) -> tuple[PalindromeRun, ...]:
    """Each of these settings, over the common choices, with every seed."""
    return tuple(
        PalindromeRun(**(common | setting), seed=seed) for setting in settings for seed in SEEDS
    )
