"""Call a function that somebody else wrote, within a limit of time, and leave no trace of it.

What cannot be stopped from within a process: a loop that runs in C, such as sum(range(10**12)),
and what ends Python itself, such as os._exit. ``rnncourse check`` calls the function in a process
of its own, where these are stopped too (rnncourse.exercises.process).
"""

import inspect
import linecache
import traceback
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from rnncourse.exercises.limits import OutOfTime, time_limit
from rnncourse.exercises.plain import plain, printable
from rnncourse.exercises.state import as_before

SECONDS = 1.0  # of the processor, for one call; only an endless loop gets here, the cases are tiny
PATIENCE = 30.0  # times as long by the clock: for an answer that waits, and not for a busy machine
LONGEST_MESSAGE = 200
AWAITED = "it returned a coroutine; async def is not needed: write def"


class Elsewhere(ABC):
    """An answer that lives in another process: ``call`` asks it."""

    @abstractmethod
    def call(self, arguments: tuple, signature: str) -> tuple[Any, str | None]:
        """As the function below."""


def call(answer: Callable | Elsewhere, arguments: tuple, signature: str):
    """Return (result, None), or (None, what went wrong). The result is plain data.

    Whatever the answer raises becomes a word on what went wrong, but for the user's own Ctrl-C.
    """
    if isinstance(answer, Elsewhere):
        return answer.call(arguments, signature)
    try:
        with (
            as_before() as interrupted,
            np.errstate(all="ignore"),
            time_limit(SECONDS, PATIENCE * SECONDS, call.__code__),
        ):
            problem = misfit(answer, arguments, signature)
            if problem:
                return None, printable(problem)
            result = answer(*arguments)
            waits = inspect.iscoroutine(result) or inspect.isasyncgen(result)
            return plain(result), AWAITED if waits else None
    except OutOfTime as stop:
        return None, f"it ran for more than {SECONDS:g} s and was stopped{_where(answer, stop)}"
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and interrupted:
            raise
        return None, f"it raised {said(error)}{_where(answer, error)}"


def said(error: BaseException) -> str:
    """The error's type and its text on one line; the type alone if the text itself fails."""
    try:
        kind = type(error).__name__
    except Exception:
        kind = "an exception without a name"
    try:
        message = " ".join(str(error).split())
    except Exception:
        message = ""
    if len(message) > LONGEST_MESSAGE:
        message = message[:LONGEST_MESSAGE] + " …"
    return printable(f"{kind}: {message}" if message else kind)


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
    cell = code.co_filename.rpartition(", cell ")[2] if ", cell " in code.co_filename else ""
    place = f"cell {cell}, line {lines[-1]}" if cell else f"line {lines[-1]}"
    return f", in {place}" + (f": {text}" if text else "")
