"""Variants in processes of their own, which take turns.

In one process they would share what the C library has learned about their memory: after a variant
that frees large blocks it asks the system for new pages less often, and another variant gains. A
user has one of them alone, so here each is alone, and while times are taken one works at a time.
"""

import signal
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import numpy as np
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


Make = Callable[[], Callable[[], None]]  # makes a step; it is sent to a process


class Measured(NamedTuple):
    """What one variant took."""

    seconds: np.ndarray  # (rounds,)
    megabytes: float  # what its steps added to the process at the most


def in_turn(makes: dict[str, Make], first: Make, threads: int, rounds: int) -> dict[str, Measured]:
    """Time the steps in turn, in a new order each round.

    A turn is two steps, of which the second counts: the first one finds the caches as another
    process left them. ``first`` makes a small step that loads the libraries before the memory is
    looked at.
    Raises: ChildProcessError if a process ends by itself.
    """
    rng = np.random.default_rng(0)
    with ExitStack() as stack:
        with ignore_sigint():
            runners = {
                name: stack.enter_context(Runner(name, make, first, threads))
                for name, make in makes.items()
            }
        seconds = {name: [] for name in makes}
        for runner in runners.values():
            runner.ask("ready")
        for _ in range(rounds):
            for name in rng.permutation(list(makes)):
                seconds[name].append(runners[name].ask("turn"))
        return {
            name: Measured(np.array(seconds[name]), runner.ask("memory"))
            for name, runner in runners.items()
        }


@contextmanager
def ignore_sigint():
    """What starts here does not hear Ctrl-C: the process that asks decides when it ends."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


class Runner:
    """A process that does one variant's steps when it is asked to."""

    def __init__(self, name: str, make: Make, first: Make, threads: int):
        context = get_context("spawn")
        self.name = name
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(theirs, make, first, threads), daemon=True
        )
        self.process.start()
        theirs.close()  # or a process that died would keep us waiting

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.join()
        self.connection.close()

    def ask(self, word: str) -> float:
        try:
            self.connection.send(word)
            return self.connection.recv()
        except (EOFError, OSError):
            self.process.join()
            code = self.process.exitcode
            raise ChildProcessError(
                f"the timed process of {self.name} ended with exit code {code}"
            ) from None


def _serve(connection: Connection, make: Make, first: Make, threads: int) -> None:
    torch.set_num_threads(threads)
    first()()
    before = most_memory()
    step = make()
    step()
    clock = time.thread_time if threads == 1 else time.perf_counter  # processor time if it can
    answers = {
        "ready": lambda: 0.0,
        "turn": lambda: _turn(step, clock),
        "memory": lambda: most_memory() - before,
    }
    with suppress(EOFError, OSError):  # who asks was killed
        while True:
            connection.send(answers[connection.recv()]())


def _turn(step: Callable[[], None], clock: Callable[[], float]) -> float:
    step()
    start = clock()
    step()
    return clock() - start
