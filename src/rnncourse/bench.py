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
from torch.nn.functional import cross_entropy, one_hot

from rnncourse.byhand import char_rnn_plain
from rnncourse.byhand.char_rnn import CharRNN
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
CHARACTERS = Shape(B=1, n=100, d=80, T=25, layers=1)  # KTH's network on an English book


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
    peak_share: float  # of the speed of a large matrix product


def compare(
    cell_name: str, shape_name: str, threads: int = 1, rounds: int = 15, variants=VARIANTS
) -> list[Row]:
    """Time the variants in turn; the first round warms up and is left out.

    ratio is the median over rounds of (torch.nn's time) / (the variant's time). torch.nn's GRU
    resets after the product, ours before it: the same number of operations, not the same function.
    """
    require_count("rounds", rounds)
    if cell_name == "char-rnn":
        return compare_characters(rounds)
    require_choice("cell_name", cell_name, CELLS)
    require_choice("shape_name", shape_name, SHAPES)
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


def compare_characters(rounds: int = 15, updates: int = 40) -> list[Row]:
    """Time whole updates of the character RNN, AdaGrad included, on random characters.

    ratio is the median over rounds of (the plain version's time) / (the variant's time). All of
    them do the same operations whatever the characters are. Set OMP_NUM_THREADS=1 for one thread.
    """
    shape = CHARACTERS
    ids = np.random.default_rng(0).integers(0, shape.d, 25 * updates + 1)
    steps = {name: make(ids, updates) for name, make in CHARACTER_VARIANTS.items()}
    with thread_count(1):
        seconds = _in_turn(steps, rounds, time.thread_time)
        peak = matmul_peak(time.thread_time)
    products = 6.0 * shape.T * shape.n * (shape.n + shape.d)  # the input's is a choice of rows
    return [
        Row(
            cell="char-rnn",
            shape="characters",
            threads=1,
            variant=variant,
            milliseconds=1e3 * float(np.median(times)) / updates,
            ratio=float(np.median(seconds["plain"] / times)),
            peak_share=products / (float(np.median(times)) / updates) / peak,
        )
        for variant, times in seconds.items()
    ]


def _plain_characters(ids: np.ndarray, updates: int) -> Callable[[], None]:
    params = char_rnn_plain.initial_params(CHARACTERS.d, CHARACTERS.n, np.random.default_rng(0))
    memory = {name: np.zeros_like(value) for name, value in params.items()}

    def step() -> None:
        h = np.zeros(CHARACTERS.n)
        for start in range(0, 25 * updates, 25):
            inputs, targets = ids[start : start + 25], ids[start + 1 : start + 26]
            _, h = char_rnn_plain.iterate(params, memory, inputs, targets, h)

    return step


def _fast_characters(ids: np.ndarray, updates: int, dtype=np.float64) -> Callable[[], None]:
    net = CharRNN(CHARACTERS.d, CHARACTERS.n, rng=np.random.default_rng(0), dtype=dtype)
    return partial(net.train, ids, updates)


def _torch_characters(ids: np.ndarray, updates: int) -> Callable[[], None]:
    """torch.nn.RNN with one-hot inputs, automatic differentiation and optim.Adagrad, float64."""
    layer = nn.RNN(CHARACTERS.d, CHARACTERS.n, batch_first=True).double()
    output = nn.Linear(CHARACTERS.n, CHARACTERS.d).double()
    optimizer = torch.optim.Adagrad([*layer.parameters(), *output.parameters()], lr=0.1)
    x = one_hot(torch.from_numpy(ids), CHARACTERS.d).double()
    y = torch.from_numpy(ids)

    def step() -> None:
        h = None
        for start in range(0, 25 * updates, 25):
            optimizer.zero_grad()
            states, h = layer(x[None, start : start + 25], h)
            target = y[start + 1 : start + 26]
            cross_entropy(output(states[0]), target, reduction="sum").backward()
            optimizer.step()
            h = h.detach()

    return step


CHARACTER_VARIANTS = {
    "plain": _plain_characters,
    "float64": _fast_characters,
    "float32": partial(_fast_characters, dtype=np.float32),
    "torch.nn": _torch_characters,
}


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
