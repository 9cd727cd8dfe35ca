"""Side-by-side timings of one training step: ours, torch's layers, and the plain loop."""

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
    "training_step",
]
