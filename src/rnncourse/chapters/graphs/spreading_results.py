"""What the recorded runs on spreading gave: the best rate of each model, errors, intervals."""

from functools import cache
from math import sqrt
from statistics import mean, stdev
from typing import NamedTuple

from rnncourse.experiments import results
from rnncourse.experiments.summary import T_95
from rnncourse.records import Record

EXPERIMENT = "graph-spreading"


class Interval(NamedTuple):
    """The mean of some numbers and where it lies, at 95 % if they are normal."""

    mean: float
    low: float
    high: float


@cache
def runs() -> tuple[Record, ...]:
    return tuple(results(EXPERIMENT))


def chosen(world: str, kind: str, **choices) -> list[Record]:
    """The runs of one model in one world, by seed; there are some."""
    wanted = {"world": world, "kind": kind} | choices
    found = [r for r in runs() if all(r.config[name] == value for name, value in wanted.items())]
    assert found, f"{EXPERIMENT} has no run with {wanted}"
    return sorted(found, key=lambda record: record.seed)


def validation_by_rate(world: str, kind: str) -> dict[float, float]:
    """The mean validation error of the seeds at each rate of the grid."""
    rates = sorted({r.config["learning_rate"] for r in chosen(world, kind)})
    return {
        rate: mean(r.summary["validation"] for r in chosen(world, kind, learning_rate=rate))
        for rate in rates
    }


def best_rate(world: str, kind: str) -> float:
    """The rate with the least mean validation error."""
    by_rate = validation_by_rate(world, kind)
    return min(by_rate, key=by_rate.get)


def errors(world: str, kind: str) -> list[float]:
    """The mean squared errors of the five seeds at the best rate."""
    return [r.summary["error"] for r in chosen(world, kind, learning_rate=best_rate(world, kind))]


def interval(values: list[float]) -> Interval:
    """mean ± t sd / √n."""
    middle, half = mean(values), T_95[len(values)] * stdev(values) / sqrt(len(values))
    return Interval(middle, middle - half, middle + half)


def gain(world: str, kind: str) -> list[float]:
    """How much larger the error is than the combination's, seed by seed."""
    return [a - b for a, b in zip(errors(world, kind), errors(world, "both"), strict=True)]
