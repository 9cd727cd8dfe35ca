"""Side-by-side timings as rows: milliseconds, ratios, the share of the machine's peak, memory."""

from functools import partial
from typing import NamedTuple

import numpy as np

from rnncourse.bench.steps import (
    CHARACTER_VARIANTS,
    CHARACTERS,
    LAYERS,
    SHAPES,
    VARIANTS,
    Shape,
    character_updates,
    operations,
    products,
    training_step,
)
from rnncourse.bench.turns import LARGE, in_turn, large_product
from rnncourse.cells import CELLS
from rnncourse.fused import BYHAND
from rnncourse.validate import require_choice, require_count

TINY = Shape(B=2, n=4, d=3, T=2, layers=1)
PEAK = "peak"  # takes its turn like a variant: the machine is not equally fast all the time


def plan(name: str | None, threads: list[int]) -> list[tuple[str, str, int]]:
    """(cell, shape, threads) of each comparison; ``name`` picks a cell or a shape."""
    cells = ("rnn", "lstm", "gru", "phased")
    if name is not None:
        require_choice("name", name, {*CELLS, *SHAPES, "char-rnn"})
    chosen = [name] if name in CELLS else () if name == "char-rnn" else cells
    shapes = [name] if name in SHAPES else SHAPES
    steps = [(cell, shape, count) for count in threads for cell in chosen for shape in shapes]
    characters = [("char-rnn", "characters", 1)] if name in (None, "char-rnn") else []
    return steps + characters  # NumPy has one thread here: more would only disturb small products


class Row(NamedTuple):
    """One variant's training step."""

    cell: str
    shape: str
    threads: int
    variant: str
    milliseconds: float  # median
    ratio: float  # how many times faster than torch.nn, or than the plain loop where there is none
    peak_share: float  # of the speed of a large matrix product at the same time
    megabytes: int | None  # at the most, beyond what the libraries take; on Linux alone


def compare(
    cell_name: str, shape_name: str, threads: int = 1, rounds: int = 15, variants=VARIANTS
) -> list[Row]:
    """Time the variants in turn, each in a process of its own.

    ratio is the median over rounds of (torch.nn's time) / (the variant's time). torch.nn's GRU
    resets after the product, ours before it: the same number of operations, not the same function.
    """
    require_count("rounds", rounds)
    require_count("threads", threads)
    if cell_name == "char-rnn":
        return compare_characters(rounds)
    require_choice("cell_name", cell_name, CELLS)
    require_choice("shape_name", shape_name, SHAPES)
    shape = SHAPES[shape_name]
    there = {"torch.nn": cell_name in LAYERS, "byhand": CELLS[cell_name] in BYHAND}
    chosen = [variant for variant in variants if there.get(variant, True)]
    makes = {variant: partial(training_step, variant, cell_name, shape) for variant in chosen}
    first = partial(training_step, "plain", cell_name, TINY)
    measured = in_turn({**makes, PEAK: large_product}, first, threads, rounds)
    reference = "torch.nn" if "torch.nn" in makes else "plain"
    work = operations(cell_name, shape)
    return _rows((cell_name, shape_name, threads), measured, reference, work)


def compare_characters(rounds: int = 15, updates: int = 40) -> list[Row]:
    """Time the character RNN; ratio is (the plain version's time) / (the variant's time)."""
    make = partial(character_updates, shape=CHARACTERS, updates=updates)
    makes = {variant: partial(make, variant) for variant in CHARACTER_VARIANTS}
    first = partial(character_updates, "torch.nn", shape=TINY, updates=1)
    measured = in_turn({**makes, PEAK: large_product}, first, 1, rounds)
    work = updates * products(CHARACTERS)
    rows = _rows(("char-rnn", "characters", 1), measured, "plain", work)
    return [row._replace(milliseconds=row.milliseconds / updates) for row in rows]


def _rows(place: tuple, measured: dict, reference: str, work: float) -> list[Row]:
    peak = 2.0 * LARGE**3 / measured.pop(PEAK).seconds  # operations a second, round by round
    return [
        Row(
            *place,
            variant,
            milliseconds=1e3 * float(np.median(seconds)),
            ratio=float(np.median(measured[reference].seconds / seconds)),
            peak_share=float(np.median(work / seconds / peak)),
            megabytes=None if np.isnan(megabytes) else round(megabytes),
        )
        for variant, (seconds, megabytes) in measured.items()
    ]
