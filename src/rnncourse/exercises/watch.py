"""What a stranger's process may use, and whether it does.

Processor and memory are read from the system's table of processes (rnncourse.exercises.family);
where there is none, only the clock ends what goes on for too long.
"""

import time
from typing import NamedTuple

from rnncourse.exercises.calling import PATIENCE, SECONDS
from rnncourse.exercises.family import Family

LOOK = 0.05  # seconds between two looks


class Limits(NamedTuple):
    """What a stranger's functions may use. The exception that stops Python comes first; a call
    that goes on after ``slack`` times its seconds, in C or against all exceptions, is ended."""

    seconds: float = SECONDS  # of the processor, for one call
    patience: float = PATIENCE * SECONDS  # by the clock, for one call
    slack: float = 2.0
    loading: float = 20.0  # seconds of the processor for the imports of a file or of a call
    waiting: float = 60.0  # seconds by the clock for the same
    total: float = 180.0  # seconds by the clock for all calls of one exercise
    memory: float = 4e9  # bytes, of all processes together
    processes: int = 64
    output: int = 4000  # characters of what it prints that are shown


class Watch:
    """What the family has used since one question was asked."""

    def __init__(self, family: Family, limits: Limits, seconds: float, patience: float):
        self.family, self.limits = family, limits
        self.seconds, self.patience = seconds, patience
        self.began = self.looked = time.monotonic()
        self.used_before: float | None = None

    def allow(self, seconds: float, patience: float) -> None:
        """More time than at first."""
        self.seconds, self.patience = max(self.seconds, seconds), max(self.patience, patience)

    def excess(self) -> str:
        """What it has too much of; empty if nothing."""
        now = time.monotonic()
        if now - self.looked < LOOK:
            return ""
        self.looked = now
        if now - self.began > self.patience:
            return f"it ran for more than {self.patience:.3g} s and was stopped"
        members = self.family.members()
        used = sum(each.seconds for each in members)
        if self.used_before is None:
            self.used_before = used
        limits = self.limits
        if used - self.used_before > self.seconds:
            return f"it ran for more than {self.seconds:g} s and was stopped"
        if sum(each.memory for each in members) > limits.memory:
            return f"it took more than {limits.memory / 1e9:g} GB of memory and was stopped"
        if len(members) > limits.processes:
            return f"it started more than {limits.processes} processes and was stopped"
        return ""
