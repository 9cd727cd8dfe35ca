"""Variants in processes of their own, which take turns.

In one process they would share what the C library has learned about their memory: after a variant
that frees large blocks it asks the system for new pages less often, and another variant gains. A
user has one of them alone, so here each is alone, and only one of them works at a time.
"""

import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import NamedTuple

import numpy as np
import torch

from rnncourse.bench.machine import most_memory

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
    """
    rng = np.random.default_rng(0)
    with ExitStack() as stack:
        runners = {
            name: stack.enter_context(Runner(make, first, threads)) for name, make in makes.items()
        }
        seconds = {name: [] for name in makes}
        for runner in runners.values():
            runner.answer()  # it is ready
        for _ in range(rounds):
            for name in rng.permutation(list(makes)):
                seconds[name].append(runners[name].turn())
        return {
            name: Measured(np.array(seconds[name]), runner.megabytes())
            for name, runner in runners.items()
        }


class Runner:
    """A process that does one variant's steps when it is asked to."""

    def __init__(self, make: Make, first: Make, threads: int):
        context = get_context("spawn")
        self.line, theirs = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(theirs, make, first, threads), daemon=True
        )
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # what starts here inherits it
        self.process.start()
        signal.signal(signal.SIGINT, handler)
        theirs.close()  # or a process that died would keep us waiting

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_) -> None:
        self.process.terminate()
        self.process.join()

    def turn(self) -> float:
        self.line.send("turn")
        return self.answer()

    def megabytes(self) -> float:
        self.line.send("memory")
        return self.answer()

    def answer(self) -> float:
        try:
            return self.line.recv()
        except EOFError:
            self.process.join()
            raise ChildProcessError(
                f"a timed process ended with exit code {self.process.exitcode} before its turn"
            ) from None


def _serve(line: Connection, make: Make, first: Make, threads: int) -> None:
    torch.set_num_threads(threads)
    clock = time.thread_time if threads == 1 else time.perf_counter  # processor time if it can
    first()()
    before = most_memory()
    step = make()
    step()
    line.send(0.0)
    while (asked := _asked(line)) != "end":
        if asked == "memory":
            line.send(most_memory() - before)
            continue
        step()
        start = clock()
        step()
        line.send(clock() - start)


def _asked(line: Connection) -> str:
    try:
        return line.recv()
    except EOFError:  # who asked was killed
        return "end"
