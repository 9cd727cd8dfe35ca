"""The runs of one setting, told together."""

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from rnncourse.records import Record


class Summary(NamedTuple):
    """What the seeds of one setting gave: accuracy on fresh data, and how long it took."""

    setting: str
    cell: str
    length: int
    seeds: int
    solved: int
    worst: float
    median: float
    best: float
    steps: float  # median over the seeds of the updates until solved, or of the budget


def summarize(records: Iterable[Record]) -> list[Summary]:
    """One line a setting, cell and length, in the order of the records."""
    groups: dict[tuple, list[Record]] = {}
    for record in records:
        key = tuple(record.config[name] for name in ("setting", "cell", "length"))
        groups.setdefault(key, []).append(record)
    return [_summary(key, group) for key, group in groups.items()]


def _summary(key: tuple, group: list[Record]) -> Summary:
    accuracies = [record.summary["accuracy"] for record in group]
    return Summary(
        *key,
        seeds=len(group),
        solved=sum(record.summary["solved"] for record in group),
        worst=min(accuracies),
        median=median(accuracies),
        best=max(accuracies),
        steps=median(record.summary["steps"] for record in group),
    )
