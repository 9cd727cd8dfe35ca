"""A process with all that it has started: what they use, and their end.

On Linux the system's own table (/proc) tells of every process, and orphans are adopted for as long
as the family lives, so that none gets away. Elsewhere only the process's group is known: it can be
ended, and nothing is told of what it uses.
"""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
PR_SET_CHILD_SUBREAPER = 36
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
ROUNDS = 200  # tries to end a family that keeps growing


class Member(NamedTuple):
    """One process: seconds of the processor (its dead children's included), bytes in memory."""

    pid: int
    parent: int
    dead: bool
    began: int
    seconds: float
    memory: int


class Family:
    """Of a process that leads a session of its own."""

    def __init__(self, head: subprocess.Popen):
        self.head = head
        self.known = sys.platform == "linux" and (PROC / "self" / "stat").exists()
        if self.known:
            table = processes()
            self.others = {pid for pid, each in table.items() if each.parent == os.getpid()}
            self.others.discard(head.pid)
            self.began = table[head.pid].began if head.pid in table else 0
            adopt_orphans(True)

    def members(self) -> list[Member]:
        """All that live; none where the system does not tell."""
        if not self.known:
            return []
        table = processes()
        ours = {self.head.pid} | {
            pid
            for pid, each in table.items()
            if each.parent == os.getpid() and pid not in self.others and each.began >= self.began
        }
        while True:
            more = {pid for pid, each in table.items() if each.parent in ours} - ours
            if not more:
                return [table[pid] for pid in ours if pid in table and not table[pid].dead]
            ours |= more

    def end(self) -> None:
        """Every member is dead afterwards."""
        self.signal_all(getattr(signal, "SIGSTOP", KILL))  # so that none starts another meanwhile
        for _ in range(ROUNDS):
            self.signal_all(KILL)
            self.head.poll()
            self.bury()
            if not self.members():
                break
            time.sleep(0.005)
        self.head.wait()
        for member in self.members():  # killed; on a busy machine their end takes its time
            with suppress(OSError):
                os.waitpid(member.pid, 0)
        if self.known:
            self.bury()
            adopt_orphans(False)

    def signal_all(self, number: int) -> None:
        if self.head.poll() is None and hasattr(os, "killpg"):
            with suppress(OSError):
                os.killpg(self.head.pid, number)
        for member in self.members():
            with suppress(OSError):
                os.kill(member.pid, number)
        if number == KILL:
            with suppress(OSError):
                self.head.kill()

    def bury(self) -> None:
        """Take note of the adopted ones that died, so that the system forgets them."""
        if not self.known:
            return
        for pid, each in processes().items():
            adopted = each.parent == os.getpid() and pid not in self.others
            if adopted and each.dead and pid != self.head.pid:  # an older one is another's orphan
                with suppress(OSError):
                    os.waitpid(pid, os.WNOHANG)


def processes() -> dict[int, Member]:
    """Every process that the system tells of."""
    found = {}
    tick, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    for name in os.listdir(PROC):
        if not name.isdigit():
            continue
        with suppress(OSError, IndexError, ValueError):
            fields = (PROC / name / "stat").read_bytes().rpartition(b")")[2].split()
            parent, began, pages = int(fields[1]), int(fields[19]), int(fields[21])
            seconds = sum(map(int, fields[11:15])) / tick
            dead = fields[0] in (b"Z", b"X")
            found[int(name)] = Member(int(name), parent, dead, began, seconds, pages * page)
    return found


def adopt_orphans(wanted: bool) -> None:
    """Whether a process below this one whose parent dies becomes a child of this one."""
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(wanted), 0, 0, 0)
