"""What a layer costs on this machine: time and memory against the length of the sequence.

One sequence, one layer of 128 units that reads 128 numbers a step, float32. Forward is a pass
without a gradient; a training step is a pass and the way back, to the weights and to x.

    python -m rnncourse.chapters.return_of_recurrence.timing

records it anew, in a few minutes on a quiet machine. Every number is a median of interleaved
repeats. With one thread it is the processor's time, so that what else runs on the machine does not
count; with two it is time by the wall. Memory is by how much one training step raises the largest
memory of a fresh process (Linux).
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse.cells import GRUCell, MinGRUCell
from rnncourse.chapters.return_of_recurrence.layers import LRU
from rnncourse.chapters.return_of_recurrence.transformer import Attention
from rnncourse.records import MissingRecords, Record
from rnncourse.sequence import run, unroll
from rnncourse.training import provenance

UNITS, HEADS = 128, 4
LENGTHS = (64, 256, 1024, 4096, 16384)
THREADS = (1, 2)
REPEATS = {64: 21, 256: 11, 1024: 5, 4096: 3, 16384: 2}
MEMORY = (1024, 4096, 16384)  # shorter ones drown in what a process needs anyway
PATH = Path(__file__).parent / "results" / "timings.json"
NAME = "rnncourse.chapters.return_of_recurrence.timing"


def in_rounds(a: Tensor, b: Tensor) -> Tensor:
    """h_t = a_t ⊙ h_{t-1} + b_t by the textbook's scan: log₂ T rounds over all steps."""
    span = 1
    while span < a.shape[1]:
        b = torch.cat([b[:, :span], torch.addcmul(b[:, span:], a[:, span:], b[:, :-span])], dim=1)
        a = torch.cat([a[:, :span], a[:, span:] * a[:, :-span]], dim=1)
        span *= 2
    return b


def mingru_in_rounds(cell: MinGRUCell, x: Tensor) -> Tensor:
    z = torch.sigmoid(x @ cell.W_zx.T + cell.b_z)
    return in_rounds(1.0 - z, z * (x @ cell.W_hx.T + cell.b_h))


def first(function: Callable, layer: nn.Module, x: Tensor) -> Tensor:
    """What a function of a layer and x gives first."""
    return function(layer, x)[0]


def made(kind: type, **options) -> nn.Module:
    return kind(UNITS, **options, rng=np.random.default_rng(0))


def ways() -> dict[str, tuple[nn.Module, Callable]]:
    """By name, a layer and how it reads x (1, T, 128)."""
    gru, mingru = made(GRUCell, n=UNITS), made(MinGRUCell, n=UNITS)
    lru, attention = made(LRU, n=UNITS), made(Attention, heads=HEADS)
    return {
        "gru-loop": (gru, partial(first, unroll, gru)),
        "gru-fast": (gru, partial(first, run, gru)),
        "mingru-loop": (mingru, partial(first, unroll, mingru)),
        "mingru-scan": (mingru, partial(first, run, mingru)),
        "mingru-rounds": (mingru, partial(mingru_in_rounds, mingru)),
        "lru-scan": (lru, lambda x: lru(x)[0]),
        "lru-convolution": (lru, lambda x: lru(x, way="convolution")[0]),
        "attention": (attention, lambda x: attention(x)[0]),
    }


def inputs(T: int) -> Tensor:
    x = np.random.default_rng(1).standard_normal((1, T, UNITS))
    return torch.from_numpy(x.astype(np.float32)).requires_grad_()


def forward(read: Callable, x: Tensor) -> None:
    with torch.no_grad():
        read(x)


def train(read: Callable, x: Tensor) -> None:
    read(x).square().mean().backward()


def times(threads: int) -> dict[str, float]:
    """Milliseconds by "way, T, threads, what": medians, all ways in turn in each repeat."""
    torch.set_num_threads(threads)
    clock = time.process_time if threads == 1 else time.perf_counter
    found, layers = {}, ways()
    for T in LENGTHS:
        x, samples = inputs(T), {}
        for repeat in range(-1 if LENGTHS[0] == T else 0, REPEATS[T]):
            for name, (_, read) in layers.items():
                for what in (forward, train):
                    start = clock()
                    what(read, x)
                    taken = clock() - start
                    if repeat >= 0:  # the very first is a warm-up
                        samples.setdefault(f"{name}, {T}, {threads}, {what.__name__}", []).append(
                            taken
                        )
        found |= {key: round(1000 * median(values), 4) for key, values in samples.items()}
    return found


def memory(name: str, T: int) -> float:
    """By how many MB one training step raises the largest memory of this fresh process."""
    torch.set_num_threads(1)
    _, read = ways()[name]
    x = inputs(T)
    train(read, inputs(4))  # what is loaded on first use
    Path("/proc/self/clear_refs").write_text("5")  # the largest so far is what there is now
    before = largest()
    train(read, x)
    return round(largest() - before, 2)


def largest() -> float:
    """The largest memory since it was last reset, in MB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1000


def elsewhere(expression: str):
    """The value of an expression of this module in a fresh process, without warnings."""
    code = f"import json\nfrom {NAME} import memory, times\nprint(json.dumps({expression}))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ)
    return json.loads(done.stdout)


def record() -> Record:
    """Measure everything; one process for the times of each number of threads."""
    timed = {}
    for threads in THREADS:
        timed |= elsewhere(f"times({threads})")
    grown = {
        f"{name}, {T}, memory": elsewhere(f"memory({name!r}, {T})")
        for name in ways()
        for T in MEMORY
    }
    config = {"units": UNITS, "heads": HEADS, "lengths": list(LENGTHS), "threads": list(THREADS)}
    return Record("timings", config, 0, {}, timed | grown, provenance())


def stored() -> Record:
    """What the book reports; MissingRecords if it is not in this installation."""
    if not PATH.exists():
        raise MissingRecords("the recorded times of a layer are not in this installation")
    return Record.load(PATH)


if __name__ == "__main__":
    record().save(PATH)
    print(PATH.name)
