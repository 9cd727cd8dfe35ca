"""What an experiment is: a question, and the runs that answer it."""

from collections.abc import Iterable
from typing import NamedTuple

from rnncourse.experiments.run import Run

SEEDS = range(5)


class Experiment(NamedTuple):
    """Named runs; every setting is run with every seed."""

    name: str
    question: str
    runs: tuple[Run, ...]


def seeded(settings: Iterable[dict], **common) -> tuple[Run, ...]:
    """Each of these settings, over the common choices, with every seed."""
    return tuple(Run(**(common | setting), seed=seed) for setting in settings for seed in SEEDS)
