"""What this machine can do: the speed of a large matrix product, and the memory a process held."""

import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch

from rnncourse.validate import require_count


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


def matmul_peak(clock: Callable = time.perf_counter, size: int = 1024, rounds: int = 5) -> float:
    """The best speed of a large float32 matrix product here and now, operations a second."""
    a, b, out = (torch.ones(size, size) for _ in range(3))
    best = np.inf
    for _ in range(rounds):
        start = clock()
        torch.mm(a, b, out=out)
        best = min(best, clock() - start)
    return 2.0 * size**3 / best


def most_memory() -> float:
    """The most memory this process has held so far, in megabytes; nan where it is not Linux.

    The kernel's own mark, not getrusage's, which a process inherits from the one that began it.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    status = status.read_text(encoding="ascii", errors="replace")
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1024
