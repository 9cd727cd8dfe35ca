"""A stranger's functions in a process of their own, which they can end, hang and fill alone.

The truth, the cases and the verdict stay in this process. What crosses over are arguments, one way,
and plain data, the other way (rnncourse.exercises.child); so no function can alter its verdict but
by what it returns. It can still read the truth where the package keeps it, as a reader can.
"""

import io
import json
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from rnncourse.exercises.calling import Elsewhere
from rnncourse.exercises.child import HEAD
from rnncourse.exercises.family import Family
from rnncourse.exercises.plain import dumps, loads
from rnncourse.exercises.watch import LOOK, Limits, Watch

LARGEST = 64_000_000  # bytes of one reply
# The first process only waits for the second, so that the parent of a stranger's function is not
# the checker; it ends as the second does.
START = """
import json, os, sys
if sys.platform == "linux":
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL: it ends when the checker does
second = os.fork() if hasattr(os, "fork") else 0
if second:
    os.closerange(0, 3)
    code = os.waitstatus_to_exitcode(os.waitpid(second, 0)[1])
    if code < 0:
        os.kill(os.getpid(), -code)
    os._exit(code if code >= 0 else 1)
sys.path[:] = json.loads(sys.argv[1])
from rnncourse.exercises.child import main
main(*map(float, sys.argv[2:]))
"""


class Ended(Exception):
    """The process is no more; the text says why."""


class Answers:
    """The functions of a file or a notebook. Use it in a ``with``: no process outlives it."""

    def __init__(self, content: bytes, path: Path, limits: Limits):
        self.content, self.path, self.limits = content, path, limits
        self.process: Process | None = None
        self.notes: list[str] = []  # on what cannot be read, once it is open

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process:
            self.process.end()

    def functions(self) -> dict[str, bool]:
        """Names that may be functions, and whether each is more than a hole.

        Raises: ValueError, one line that names the file, if it cannot be read or loaded.
        """
        if self.process is None or self.process.over:
            self.process = Process(self.limits)
            limit = self.limits.loading
            self.known, self.notes = self._load(limit, "open", self.content, str(self.path))
        return self.known

    def take(self, name: str) -> "Answer":
        """The function of this name. Raises: ValueError, as above."""
        self.functions()
        self._load(self.limits.slack * self.limits.seconds, "take", name)  # imports get more
        return Answer(self.process, self.limits)

    def _load(self, seconds: float, *request: Any) -> Any:
        try:
            return self.process.ask(request, seconds, self.limits.waiting)
        except Ended as error:
            raise ValueError(f"{self.path}: while it was loaded, {error}") from None


class Answer(Elsewhere):
    """One function of them."""

    def __init__(self, process: "Process", limits: Limits):
        self.process, self.limits = process, limits
        self.until = time.monotonic() + limits.total

    def call(self, arguments: tuple, signature: str) -> tuple[Any, str | None]:
        limits = self.limits
        patience = min(limits.slack * limits.patience, self.until - time.monotonic())
        request = ("call", arguments, signature)
        try:
            reply = self.process.ask(request, limits.slack * limits.seconds, patience)
            result, problem, changed = reply
            for place, value in changed.items():
                put(arguments[place], value)
        except Ended as error:
            return None, str(error)
        except (TypeError, ValueError, IndexError, AttributeError):
            return None, self.process.stop("it disturbed what it shares with the checker")
        return result, problem


def put(argument: Any, value: Any) -> None:
    """Make the argument what the call has made of its copy there."""
    if isinstance(argument, np.ndarray):
        argument[...] = value
    elif isinstance(argument, dict):
        argument.clear()
        argument.update(value)
    elif isinstance(argument, list):
        argument[:] = value


class Writer(pickle.Pickler):
    """Functions stay here; the other process gets their number."""

    def __init__(self, file, kept: list[Callable]):
        super().__init__(file)
        self.kept = kept

    def persistent_id(self, value: Any) -> int | None:
        if not isinstance(value, FunctionType | MethodType):
            return None
        self.kept.append(value)
        return len(self.kept) - 1


class Process:
    """Asks for one thing after another, and looks at what the process uses while it waits."""

    def __init__(self, limits: Limits):
        self.limits, self.serial, self.kept = limits, 0, []
        self.over = self.broken = ""
        command = [sys.executable, "-P", "-c", START, json.dumps(sys.path)]
        self.popen = subprocess.Popen(
            [*command, str(limits.seconds), str(limits.patience)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )
        self.family = Family(self.popen)
        self.inbox, self.outbox = queue.Queue(maxsize=16), queue.Queue()
        self.shown = threading.Thread(target=self._show, daemon=True)
        for work in (self._receive, self._send):
            threading.Thread(target=work, daemon=True).start()
        self.shown.start()

    def ask(self, request: tuple, seconds: float, patience: float) -> Any:
        """The reply. Raises: Ended if there is none, ValueError if the request is refused."""
        if self.over:
            raise Ended(self.over)
        self.serial += 1
        self.kept = []
        self._post(*request)
        watch = Watch(self.family, self.limits, seconds, patience)
        while True:
            kind, *content = self._next(watch)
            if kind == "importing":
                watch.allow(self.limits.loading, self.limits.waiting)
            if kind == "ask":
                self._tell(*content)
            if kind == "refused":
                raise ValueError(str(content[0]))
            if kind == "done":
                return content[0]

    def _next(self, watch: Watch) -> tuple:
        """The next message on this question; "waiting" if there is none yet."""
        try:
            message = self.inbox.get(timeout=LOOK)
        except queue.Empty:
            message = (self.serial, "waiting")
        excess = watch.excess()
        if excess:
            raise Ended(self.stop(excess))
        if message is None:
            raise Ended(self.stop(self._how_it_ended()))
        serial, *rest = message
        return tuple(rest) if serial == self.serial else ("of another question",)

    def stop(self, reason: str) -> str:
        """End it; every later question gets the same reason."""
        if not self.over:
            self.over = reason
            self.end()
        return self.over

    def end(self) -> None:
        self.over = self.over or "it is over"
        self.family.end()
        self.shown.join(timeout=1.0)  # what was printed stands before the verdict

    def _post(self, kind: str, *content: Any) -> None:
        file = io.BytesIO()
        Writer(file, self.kept).dump((self.serial, kind, *content))
        self.outbox.put(len(file.getvalue()).to_bytes(HEAD, "big") + file.getvalue())

    def _tell(self, number: int, arguments: tuple) -> None:
        """Call a function that stayed here for the other process."""
        try:
            with np.errstate(all="ignore"):
                self._post("told", dumps(self.kept[number](*arguments)))
        except Exception as error:
            self._post("raised", f"{type(error).__name__}: {error}")

    def _how_it_ended(self) -> str:
        if self.broken:
            return self.broken
        try:
            code = self.popen.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return "it cut the checker off"
        if code >= 0:
            return f"it ended Python (exit code {code})"
        names = {number.value: number.name for number in signal.Signals}
        return f"it ended Python ({names.get(-code, -code)})"

    # Each in a thread of its own, since no pipe may hold the others up

    def _send(self) -> None:
        with suppress(OSError):
            while message := self.outbox.get():
                view = memoryview(message)
                while view:
                    view = view[self.popen.stdin.write(view) :]

    def _receive(self) -> None:
        try:
            while size := int.from_bytes(self._exactly(HEAD), "big"):
                if size > LARGEST:
                    self.broken = f"it returned more than {LARGEST / 1e6:.0f} MB"
                    break
                serial, kind, *content = loads(self._exactly(size))
                self.inbox.put((int(serial), str(kind), *content))
        except (TypeError, ValueError):
            self.broken = "it disturbed what it shares with the checker"
        self.inbox.put(None)

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size and (part := self.popen.stdout.read(min(size, 1 << 20))):
            parts.append(part)
            size -= len(part)
        return b"" if size else b"".join(parts)

    def _show(self) -> None:
        """Pass on what it prints, up to a length; the rest is read and forgotten."""
        left, last = self.limits.output, "\n"
        reader = io.TextIOWrapper(self.popen.stderr, "utf-8", errors="replace")
        while left > 0 and (text := reader.readline(left)):
            left, last = left - len(text), text[-1]
            to_stderr(text)
        if left <= 0:
            to_stderr("\n… and more, which is left out\n")
        elif last != "\n":
            to_stderr("\n")
        while reader.read(1 << 16):
            pass


def to_stderr(text: str) -> None:
    """Without a terminal's commands; nothing where there is no standard error any more."""
    plain = (c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write("".join(plain))
        sys.stderr.flush()
