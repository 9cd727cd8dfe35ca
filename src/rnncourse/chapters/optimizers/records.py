"""The recorded runs of the experiment ``optimizers``, told by optimizer."""

from statistics import median
from typing import NamedTuple

from rnncourse.records import Record, markdown_table


class Rate(NamedTuple):
    """What the seeds gave with one start, one optimizer and one learning rate."""

    initialization: str
    optimizer: str
    learning_rate: float
    seeds: int
    solved: int
    accuracy: float  # median over the seeds, on fresh data
    steps: float  # median of the updates until solved, or of the budget


def rates(records: list[Record]) -> list[Rate]:
    """Every setting that was run, in the order of the records."""
    groups: dict[tuple, list[Record]] = {}
    for record in records:
        key = tuple(record.config[k] for k in ("initialization", "optimizer", "learning_rate"))
        groups.setdefault(key, []).append(record)
    return [
        Rate(
            *key,
            seeds=len(runs),
            solved=sum(run.summary["solved"] for run in runs),
            accuracy=median(run.summary["accuracy"] for run in runs),
            steps=median(run.summary["steps"] for run in runs),
        )
        for key, runs in groups.items()
    ]


def best_rates(records: list[Record]) -> dict[tuple[str, str], Rate]:
    """By start and optimizer the best learning rate: most seeds solved, then accuracy, then steps.

    It is chosen and told on the same seeds, for every optimizer alike.
    """
    best: dict[tuple[str, str], Rate] = {}
    for rate in rates(records):
        key = rate.initialization, rate.optimizer
        if key not in best or merit(rate) > merit(best[key]):
            best[key] = rate
    return best


def merit(rate: Rate) -> tuple:
    """What a better rate has more of."""
    return rate.solved, rate.accuracy, -rate.steps


def best_table(records: list[Record]) -> str:
    """The best rate of each optimizer from each start, as a table of a page."""
    rows = []
    for rate in best_rates(records).values():
        names = rate.initialization, rate.optimizer, f"{rate.learning_rate:g}"
        solved = f"{rate.solved} of {rate.seeds}"
        rows.append([*names, solved, f"{rate.accuracy:.2f}", f"{rate.steps:g}"])
    heads = ["start", "optimizer", "learning rate", "solved", "median accuracy", "updates"]
    return markdown_table(heads, rows)
