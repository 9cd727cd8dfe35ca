"""Side-by-side timings of one training step: ours, torch's layers, and the plain loop."""

from pathlib import Path

from rnncourse.bench.rows import Row, compare, compare_characters, plan
from rnncourse.bench.steps import (
    CHARACTERS,
    LAYERS,
    SHAPES,
    VARIANTS,
    Shape,
    operations,
    training_step,
)
from rnncourse.records import MissingRecords, Record

__all__ = [
    "CHARACTERS",
    "LAYERS",
    "SHAPES",
    "VARIANTS",
    "Row",
    "Shape",
    "compare",
    "compare_characters",
    "operations",
    "plan",
    "recorded",
    "training_step",
]


def recorded(name: str) -> Record:
    """The timings that the book shows: "bench" or "bench-char-rnn".

    Raises: MissingRecords if they are not in this installation.
    """
    path = Path(__file__).parent / "results" / f"{name}.json"
    if not path.exists():
        raise MissingRecords(f"the recorded timings {name!r} are not in this installation")
    return Record.load(path)
