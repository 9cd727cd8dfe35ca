"""What this machine can do: a large matrix product, and the memory a process held."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch

LARGE = 1024


def large_product(size: int = LARGE) -> Callable[[], None]:
    """A float32 product of ``size`` × ``size`` matrices, 2 size³ operations: what a machine can do
    at its best."""
    a, b, out = (torch.ones(size, size) for _ in range(3))
    return partial(torch.mm, a, b, out=out)


def most_memory() -> float:
    """The most memory this process has held so far, in megabytes; nan where no system tells.

    The kernel's own mark, not getrusage's, which a process inherits from the one that began it.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    status = status.read_text(encoding="ascii", errors="replace")
    marks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(marks[0]) / 1024 if marks else float("nan")
