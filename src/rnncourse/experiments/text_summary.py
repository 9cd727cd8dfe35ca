"""The runs on text of one setting, told together."""

from collections.abc import Iterable
from statistics import median
from typing import NamedTuple

from rnncourse.records import Record


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
    groups: dict[tuple, list[Record]] = {}
    for record in records:
        key = tuple(record.config[name] for name in ("corpus", "setting", "cell"))
        groups.setdefault(key, []).append(record)
    return [_summary(key, group) for key, group in groups.items()]


def _summary(key: tuple, group: list[Record]) -> TextSummary:
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
