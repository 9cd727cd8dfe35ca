"""The runs of one setting, summarized."""

from collections.abc import Iterable
from math import sqrt
from statistics import mean, median, stdev
from typing import NamedTuple

from rnncourse.experiments.run import FIRST_TASK
from rnncourse.records import Record

# Student's t by the number of values: 95 % lie within ± t for values - 1 degrees of freedom.
T_95 = dict(
    enumerate((12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622), start=2)
)


class Spread(NamedTuple):
    """Where the mean of some accuracies lies."""

    mean: float
    sd: float | None  # of the values, n - 1 in the denominator; None for one value
    low: float  # the 95 % t-interval of the mean, cut to 0 … 1
    high: float


class Summary(NamedTuple):
    """What the seeds of one setting gave: accuracy on fresh data, and how long it took."""

    task: str
    setting: str
    cell: str
    length: int
    seeds: int
    solved: int
    worst: float
    median: float
    best: float
    mean: float
    sd: float | None
    low: float
    high: float
    steps: float  # median over the seeds of the updates until solved, or of the budget
    accuracies: list[float]  # one a seed, as are
    updates: list[int]  # until solved, or of the budget


def spread(accuracies: list[float]) -> Spread:
    """mean ± t sd / √n, as if the seeds' accuracies were normal: rough when some seeds solve.

    One value tells nothing of the others: its interval is 0 … 1.
    Raises: ValueError unless there are 1 to 10 values.
    """
    n = len(accuracies)
    if n == 1:
        return Spread(accuracies[0], sd=None, low=0.0, high=1.0)
    if n not in T_95:
        raise ValueError(f"accuracies must hold 1 to 10 values, got {n}")
    middle, sd = mean(accuracies), stdev(accuracies)
    half = T_95[n] * sd / sqrt(n)
    return Spread(middle, sd, low=max(0.0, middle - half), high=min(1.0, middle + half))


def summarize(records: Iterable[Record]) -> list[Summary]:
    """One line a task, setting, cell and length, in the order of the records."""
    groups = _grouped(records, ("task", "setting", "cell", "length"))
    return [_summary(key, group) for key, group in groups.items()]


def _grouped(records: Iterable[Record], names: tuple[str, ...]) -> dict[tuple, list[Record]]:
    """The records by what these names of their config say, in order."""
    groups: dict[tuple, list[Record]] = {}
    for record in records:
        config = {"task": FIRST_TASK} | record.config
        groups.setdefault(tuple(config[name] for name in names), []).append(record)
    return groups


def _summary(key: tuple, group: list[Record]) -> Summary:
    accuracies = [record.summary["accuracy"] for record in group]
    return Summary(
        *key,
        seeds=len(group),
        solved=sum(record.summary["solved"] for record in group),
        worst=min(accuracies),
        median=median(accuracies),
        best=max(accuracies),
        **spread(accuracies)._asdict(),
        steps=median(record.summary["steps"] for record in group),
        accuracies=accuracies,
        updates=[record.summary["steps"] for record in group],
    )


class TextSummary(NamedTuple):
    """What the seeds of one setting gave; losses in nats a character, dropout off."""

    corpus: str
    setting: str
    cell: str
    seeds: int
    best: float  # loss of the held-out text, as one stream
    median: float
    worst: float
    characters: float  # read in training; this and what follows are the seeds' medians
    text_loss: float | None  # of the training text as one stream; None if it was not judged
    text_accuracy: float | None
    above: float | None  # bits above the best possible loss; None where it is not known


def summarize_text(records: Iterable[Record]) -> list[TextSummary]:
    """One line a text, setting and cell, in the order of the records."""
    groups = _grouped(records, ("corpus", "setting", "cell"))
    return [_text_summary(key, group) for key, group in groups.items()]


def _text_summary(key: tuple, group: list[Record]) -> TextSummary:
    def middle(name: str) -> float | None:
        return median(values(name)) if name in group[0].summary else None

    def values(name: str) -> list:
        return [record.summary[name] for record in group]

    losses = values("held_out_loss")
    medians = {name: middle(name) for name in ("characters", "text_loss", "text_accuracy", "above")}
    return TextSummary(
        *key,
        seeds=len(group),
        best=min(losses),
        median=median(losses),
        worst=max(losses),
        **medians,
    )
