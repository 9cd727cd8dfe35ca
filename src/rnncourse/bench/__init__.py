"""Side-by-side timings of one training step: ours, torch's layers, and the plain loop."""

from rnncourse.bench.characters import CHARACTERS
from rnncourse.bench.machine import matmul_peak, most_memory, thread_count
from rnncourse.bench.rows import Row, compare, compare_characters, plan
from rnncourse.bench.steps import LAYERS, SHAPES, VARIANTS, Shape, operations, training_step

__all__ = [
    "CHARACTERS",
    "LAYERS",
    "SHAPES",
    "VARIANTS",
    "Row",
    "Shape",
    "compare",
    "compare_characters",
    "matmul_peak",
    "most_memory",
    "operations",
    "plan",
    "thread_count",
    "training_step",
]
