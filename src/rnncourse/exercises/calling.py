"""Call a function that somebody else wrote, within a limit of time."""

import inspect
import linecache
import signal
import threading
import traceback
from collections.abc import Callable
from contextlib import contextmanager

import numpy as np

SECONDS = 1.0  # of the processor, for one call; only an endless loop gets here, the cases are tiny
PATIENCE = 30.0  # times as long by the clock: for an answer that waits, and not for a busy machine
LONGEST_MESSAGE = 200


class OutOfTime(BaseException):
    """Not an Exception, so that a reader's ``except Exception`` does not catch it."""


def call(answer: Callable, arguments: tuple, signature: str):
    """Return (result, None), or (None, what went wrong)."""
    problem = misfit(answer, arguments, signature)
    if problem:
        return None, problem
    try:
        with np.errstate(all="ignore"), time_limit(SECONDS):
            return answer(*arguments), None
    except OutOfTime as stop:
        return None, f"it ran for more than {SECONDS:g} s and was stopped{_where(answer, stop)}"
    except (Exception, SystemExit) as error:
        message = " ".join(str(error).split())
        if len(message) > LONGEST_MESSAGE:
            message = message[:LONGEST_MESSAGE] + " …"
        said = f"{type(error).__name__}: {message}" if message else type(error).__name__
        return None, f"it raised {said}{_where(answer, error)}"


def misfit(answer: Callable, arguments: tuple, signature: str) -> str | None:
    """Does ``answer`` take these arguments? None if it does, or if Python cannot tell."""
    if not callable(answer):
        kind = type(answer).__name__
        return f"the answer must be a function, {signature}, without calling it; got {kind}"
    try:
        takes = inspect.signature(answer)
    except (TypeError, ValueError):
        return None
    try:
        takes.bind(*arguments)
    except TypeError:
        return f"it is called as {signature}; yours takes {takes}"
    return None


def _where(answer: Callable, error: BaseException) -> str:
    """Where in the reader's own code: the innermost line that stands in the answer's file."""
    code = getattr(inspect.unwrap(answer), "__code__", None)
    lines = [
        number
        for frame, number in traceback.walk_tb(error.__traceback__)
        if code is not None and frame.f_code.co_filename == code.co_filename
    ]
    if not lines:
        return ""
    text = linecache.getline(code.co_filename, lines[-1]).strip()
    return f", in line {lines[-1]}" + (f": {text}" if text else "")


@contextmanager
def time_limit(seconds: float):
    """Raise OutOfTime in the block after so many seconds of the processor, or many by the clock.

    An import under way is left alone. It needs timers of the operating system and the main thread,
    and does nothing without them.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or not hasattr(signal, "setitimer"):
        yield
        return
    with (
        _timer(signal.ITIMER_PROF, signal.SIGPROF, seconds),
        _timer(signal.ITIMER_REAL, signal.SIGALRM, PATIENCE * seconds),
    ):
        yield


@contextmanager
def _timer(clock: int, number: int, seconds: float):
    """The signal comes after so many seconds of this clock, and again; then all is as it was."""
    handler = signal.signal(number, _stop)
    before = signal.setitimer(clock, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(clock, *before)
        signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _stop(_signal, frame) -> None:
    while frame is not None and frame.f_code is not call.__code__:
        if "importlib" in frame.f_code.co_filename:
            return
        frame = frame.f_back
    raise OutOfTime
