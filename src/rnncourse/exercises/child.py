"""The process in which a stranger's function lives: it reads requests, and answers in plain data.

Requests come as pickles over the standard input, replies go as text over the standard output;
both are taken away from the function first: it reads nothing, and what it prints goes to the
standard error. The parent (rnncourse.exercises.process) believes no reply: it reads plain data, and
holds it against a truth that this process has no hand in.
"""

import io
import os
import pickle
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from rnncourse.exercises import calling
from rnncourse.exercises.needed import Source
from rnncourse.exercises.plain import dumps, loads

HEAD = 8  # bytes: the length of the message that follows
LARGEST_FILE = 100_000_000  # bytes that a stranger's function may write into one file


class Channel:
    """Messages in both directions, each after its length."""

    def __init__(self):
        self.inward, self.outward = os.dup(0), os.dup(1)
        self.serial = 0
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(2, 1)

    def read(self) -> tuple:
        size = int.from_bytes(self._exactly(HEAD), "big")
        return Reader(io.BytesIO(self._exactly(size)), self).load()

    def _exactly(self, size: int) -> bytes:
        parts = []
        while size:
            parts.append(os.read(self.inward, min(size, 1 << 20)))
            if not parts[-1]:
                os._exit(0)  # the parent is gone
            size -= len(parts[-1])
        return b"".join(parts)

    def write(self, kind: str, *content: Any) -> None:
        text = dumps((self.serial, kind, *content)).encode()
        message = memoryview(len(text).to_bytes(HEAD, "big") + text)
        while message:
            message = message[os.write(self.outward, message) :]

    def ask(self, number: int, arguments: tuple) -> Any:
        """What a function that the parent has kept returns."""
        self.write("ask", number, calling.plain(arguments))
        while True:
            serial, kind, value = self.read()
            if (serial, kind) == (self.serial, "told"):
                return loads(value)
            if (serial, kind) == (self.serial, "raised"):
                raise ValueError(value)


class Reader(pickle.Unpickler):
    """A function among the arguments stays in the parent; here it is one that asks there."""

    def __init__(self, file, channel: Channel):
        super().__init__(file)
        self.channel = channel

    def persistent_load(self, number: int) -> Callable:
        return lambda *arguments: self.channel.ask(number, arguments)


class Host:
    """Carries out the requests."""

    def __init__(self, channel: Channel):
        self.channel, self.source, self.answer, self.in_call = channel, None, None, False
        sys.addaudithook(self.note_import)

    def open(self, content: bytes, path: str) -> tuple[dict, list]:
        self.source = Source(content, Path(path))
        sys.path.insert(0, str(Path(path).resolve().parent))
        return self.source.functions(), self.source.notes()

    def take(self, name: str) -> None:
        self.in_call = True
        self.answer = self.source.function(name)

    def call(self, arguments: tuple, signature: str) -> tuple:
        """(result, problem, the arguments that the call has changed, by their place)."""
        before = [dumps(calling.plain(each)) for each in arguments]
        self.in_call = True
        result, problem = calling.call(self.answer, arguments, signature)
        self.in_call = False
        after = [calling.plain(each) for each in arguments]
        changed = [(i, each) for i, each in enumerate(after) if dumps(each) != before[i]]
        return result, problem, dict(changed)

    def note_import(self, event: str, _arguments) -> None:
        """The first import of a request is told: it may take its time."""
        if event == "import" and self.in_call:
            self.in_call = False
            self.channel.write("importing")


def main(seconds: float, patience: float) -> None:
    """Serve until the parent closes the channel; no trace of this module is printed."""
    try:
        serve(seconds, patience)
    except BaseException:
        os._exit(1)


def serve(seconds: float, patience: float) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the user's Ctrl-C is the parent's
    calling.SECONDS, calling.PATIENCE = seconds, patience / seconds
    limit_this_process()
    channel, me = Channel(), os.getpid()
    calling.call(int, (), "")  # so that nothing of ours is imported in a stranger's call
    host = Host(channel)
    while True:
        channel.serial, kind, *content = channel.read()
        if kind not in ("open", "take", "call"):
            continue  # an answer to what was asked in a call that is over
        try:
            value = getattr(host, kind)(*content)
        except ValueError as error:
            reply = ("refused", str(error))
        else:
            reply = ("done", value)
        if os.getpid() != me:
            os._exit(0)  # the function has called fork, and this is not who was asked
        channel.write(*reply)


def limit_this_process() -> None:
    """No core dumps, no large files; and it ends with its parent, where the system can do that."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            end_with_parent = 1  # PR_SET_PDEATHSIG
            ctypes.CDLL(None).prctl(end_with_parent, signal.SIGKILL)
            Path("/proc/self/oom_score_adj").write_text("1000")  # the first to go without memory
