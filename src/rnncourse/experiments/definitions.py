"""What an experiment is: a question, and the runs that answer it."""

from collections.abc import Iterable
from typing import NamedTuple

from rnncourse.experiments.character_run import CharacterRun
from rnncourse.experiments.run import Run
from rnncourse.experiments.text_run import TextRun

SEEDS = range(5)


class Experiment(NamedTuple):
    """Named runs; every setting is run with every seed."""

    name: str
    question: str
    runs: tuple[Run | TextRun | CharacterRun, ...]
    seeds: int = len(SEEDS)  # of each setting


def seeded(settings: Iterable[dict], run=Run, seeds: int = len(SEEDS), **common) -> tuple:
    """Each of these settings, over the common choices, with seeds 0 … seeds − 1."""
    return tuple(
        run(**(common | setting), seed=seed) for setting in settings for seed in range(seeds)
    )
