"""Side-by-side timings of one training step: ours, torch's layers, and the plain loop.

Variants take turns in one process (A B A B …), so that a disturbance hits all of them; a row
holds medians. A step is forward, backward and no optimizer; the loss reads every state.
"""

import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from rnncourse.cells import CELLS
from rnncourse.sequence import run, unroll
from rnncourse.validate import require_choice, require_count


class Shape(NamedTuple):
    """The size of a training step; the input is one of ``d`` symbols."""

    B: int
    n: int
    d: int
    T: int
    layers: int


SHAPES = {
    "palindrome-10": Shape(B=128, n=128, d=10, T=10, layers=1),
    "palindrome-30": Shape(B=128, n=128, d=10, T=30, layers=1),
    "palindrome-45": Shape(B=128, n=128, d=10, T=45, layers=1),
    "text": Shape(B=64, n=128, d=87, T=30, layers=2),
    "wide-text": Shape(B=50, n=512, d=87, T=50, layers=2),
}
LAYERS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
GATES = {"rnn": 1, "lstm": 4, "gru": 3, "peephole": 4, "phased": 4}
VARIANTS = ("auto", "byhand", "torch.nn", "plain")


def plan(name: str | None, threads: list[int]) -> list[tuple[str, str, int]]:
    """(cell, shape, threads) of each comparison; ``name`` picks a cell or a shape."""
    cells = ("rnn", "lstm", "gru", "phased")
    if name is not None:
        require_choice("name", name, {*CELLS, *SHAPES})
    chosen = [name] if name in CELLS else cells
    shapes = [name] if name in SHAPES else SHAPES
    return [(cell, shape, count) for count in threads for cell in chosen for shape in shapes]


class Row(NamedTuple):
    """One variant's training step."""

    cell: str
    shape: str
    threads: int
    variant: str
    milliseconds: float  # median
    ratio: float  # how many times faster than torch.nn, or than the plain loop where there is none
    peak_share: float  # of the speed of a large matrix product


def compare(
    cell_name: str, shape_name: str, threads: int = 1, rounds: int = 15, variants=VARIANTS
) -> list[Row]:
    """Time the variants in turn; the first round warms up and is left out.

    ratio is the median over rounds of (torch.nn's time) / (the variant's time). torch.nn's GRU
    resets after the product, ours before it: the same number of operations, not the same function.
    """
    require_choice("cell_name", cell_name, CELLS)
    require_choice("shape_name", shape_name, SHAPES)
    require_count("rounds", rounds)
    shape = SHAPES[shape_name]
    available = [v for v in variants if v != "torch.nn" or cell_name in LAYERS]
    with thread_count(threads):
        steps = {variant: training_step(variant, cell_name, shape) for variant in available}
        clock = time.thread_time if threads == 1 else time.perf_counter  # processor time if it can
        seconds = _in_turn(steps, rounds, clock)
        peak = matmul_peak(clock)
    reference = seconds["torch.nn" if "torch.nn" in steps else "plain"]
    return [
        Row(
            cell=cell_name,
            shape=shape_name,
            threads=threads,
            variant=variant,
            milliseconds=1e3 * float(np.median(times)),
            ratio=float(np.median(reference / times)),
            peak_share=operations(cell_name, shape) / float(np.median(times)) / peak,
        )
        for variant, times in seconds.items()
    ]


def _in_turn(steps: dict[str, Callable], rounds: int, clock: Callable) -> dict[str, np.ndarray]:
    """Seconds a step, (rounds,) for each variant; a new order each round, so that none always
    finds the caches as the same other one left them."""
    seconds, rng = {variant: [] for variant in steps}, np.random.default_rng(0)
    for _ in range(rounds + 1):
        for variant in rng.permutation(list(steps)):
            start = clock()
            steps[variant]()
            seconds[variant].append(clock() - start)
    return {variant: np.array(times[1:]) for variant, times in seconds.items()}


@contextmanager
def thread_count(threads: int):
    """This many threads inside an operation, and the old number afterwards."""
    require_count("threads", threads)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def training_step(variant: str, cell_name: str, shape: Shape) -> Callable[[], None]:
    """A function that does one forward and backward pass over the same random symbols."""
    require_choice("variant", variant, VARIANTS)
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.integers(0, shape.d, (shape.B, shape.T)))
    weight = torch.from_numpy(rng.standard_normal((shape.B, shape.T, shape.n), dtype=np.float32))
    if variant == "torch.nn":
        layer = LAYERS[cell_name](shape.d, shape.n, num_layers=shape.layers, batch_first=True)
        return partial(_step, layer, lambda: layer(one_hot(x, shape.d).float())[0], weight)
    sizes = [shape.d] + [shape.n] * (shape.layers - 1)
    cells = nn.ModuleList(CELLS[cell_name](size, shape.n, rng=rng) for size in sizes)
    forward = unroll if variant == "plain" else partial(run, backend=variant)
    return partial(_step, cells, partial(_through, cells, x, forward), weight)


def _through(cells: nn.ModuleList, x: Tensor, forward: Callable) -> Tensor:
    for cell in cells:
        x, _ = forward(cell, x)
    return x


def _step(model: nn.Module, forward: Callable[[], Tensor], weight: Tensor) -> None:
    model.zero_grad()
    forward().backward(weight)


def operations(cell_name: str, shape: Shape) -> float:
    """Multiplications and additions of the matrix products in a training step.

    Forward, backward by the state and backward by the weights: 3 · 2 · B T · gates · n · inputs.
    The symbols' own product counts as nothing: it is a choice of rows.
    """
    inputs = shape.n + (shape.layers - 1) * 2 * shape.n
    return 6.0 * shape.B * shape.T * GATES[cell_name] * shape.n * inputs


def matmul_peak(clock: Callable = time.perf_counter, size: int = 1024, rounds: int = 5) -> float:
    """The best speed of a large float32 matrix product here and now, operations a second."""
    a, b, out = (torch.ones(size, size) for _ in range(3))
    best = np.inf
    for _ in range(rounds):
        start = clock()
        torch.mm(a, b, out=out)
        best = min(best, clock() - start)
    return 2.0 * size**3 / best


def peak_memory(variant: str, cell_name: str, shape_name: str, steps: int = 5) -> float:
    """Megabytes that training steps add to a fresh process at their peak, on one thread."""
    require_choice("shape_name", shape_name, SHAPES)
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_grown, (variant, cell_name, shape_name, steps))


def _grown(variant: str, cell_name: str, shape_name: str, steps: int) -> float:
    torch.set_num_threads(1)
    training_step(variant, cell_name, Shape(B=2, n=4, d=3, T=2, layers=1))()  # loads the libraries
    step = training_step(variant, cell_name, SHAPES[shape_name])
    start = most_memory()
    for _ in range(steps):
        step()
    return most_memory() - start


def most_memory() -> float:
    """The most memory this process has held so far, in megabytes; on Linux alone.

    The kernel's own mark, not getrusage's, which a process inherits from the one that began it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024
