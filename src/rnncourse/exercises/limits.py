"""A limit of time for a block of somebody else's Python."""

import contextlib
import ctypes
import signal
import sys
import threading
import time
from contextlib import contextmanager
from types import CodeType, FrameType

TICKS = 10  # looks at the clock in the allowed time
AGAIN = 0.002  # seconds until a thread that caught the exception gets it again
OURS = (__file__, contextlib.__file__)  # what ends the limit is itself never interrupted


class OutOfTime(BaseException):
    """Not an Exception, so that a reader's ``except Exception`` does not catch it."""


class Clock:
    """How long the block has run: seconds of the processor without imports, and by the clock."""

    def __init__(self, seconds: float, patience: float, outside: CodeType):
        self.seconds, self.patience, self.outside = seconds, patience, outside
        self.used, self.seen, self.began = 0.0, time.process_time(), time.monotonic()
        self.stops = 0

    def look(self, frame: FrameType | None) -> bool:
        """Is the time over? What passed since the last look is an import's, if one is under way."""
        now = time.process_time()
        files = [each.f_code.co_filename for each in self.inside(frame)]
        importing = any("importlib" in file for file in files)
        self.used += 0.0 if importing else now - self.seen
        self.seen = now
        late = self.used >= self.seconds or time.monotonic() - self.began >= self.patience
        return late and not importing and not (files and files[-1] in OURS)

    def inside(self, frame: FrameType | None) -> list[FrameType]:
        """The frames of the block, the innermost first."""
        frames = []
        while frame is not None and frame.f_code is not self.outside:
            frames.append(frame)
            frame = frame.f_back
        return frames

    def tick(self, _signal: int, frame: FrameType) -> None:
        if not self.look(frame):
            return
        self.stops += 1
        if self.stops > 1:  # a bare ``except:`` has swallowed the first
            for each in self.inside(frame):
                each.f_trace = self.trace
            sys.settrace(self.trace)  # raises in the handler of the exception, too
        raise OutOfTime

    def trace(self, frame: FrameType, event: str, _argument):
        """Raise at the next line, which is the handler's where the exception was caught."""
        if event == "line" and self.look(frame):
            raise OutOfTime
        return self.trace


@contextmanager
def time_limit(seconds: float, patience: float, outside: CodeType):
    """Raise OutOfTime in the block after so many seconds of the processor, or more by the clock.

    outside  the code that holds the block, where its frames end

    What an import takes is not counted. A block that catches the exception gets it again and again.
    Only Python is stopped: a loop in C goes on. In the main thread the system's timers interrupt
    what waits, too; elsewhere, and where the system has none, a thread looks at the clock.
    """
    clock = Clock(seconds, patience, outside)
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        with _watching(clock):
            yield
        return
    traced = sys.gettrace()
    try:
        with (
            _timer(signal.ITIMER_PROF, signal.SIGPROF, seconds / TICKS, clock),
            _timer(signal.ITIMER_REAL, signal.SIGALRM, patience / TICKS, clock),
        ):
            yield
    finally:
        if clock.stops:
            sys.settrace(traced)


@contextmanager
def _timer(number: int, signal_number: int, seconds: float, clock: Clock):
    """The signal comes every so many seconds of this timer; afterwards all is as it was."""
    handler = signal.signal(signal_number, clock.tick)
    before = signal.setitimer(number, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(number, *before)
        signal.signal(signal_number, signal.SIG_DFL if handler is None else handler)


@contextmanager
def _watching(clock: Clock):
    """A thread that raises OutOfTime in this one when its time is over."""
    thread, over, lock = threading.get_ident(), threading.Event(), threading.Lock()

    def throw(exception) -> None:
        kind = ctypes.py_object(exception) if exception else None
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), kind)

    def watch() -> None:
        while not over.wait(AGAIN if clock.stops else clock.seconds / TICKS):
            with lock:
                if not over.is_set() and clock.look(sys._current_frames().get(thread)):
                    clock.stops += 1
                    throw(OutOfTime)

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        with lock:
            over.set()
            throw(None)  # what was thrown and has not arrived
