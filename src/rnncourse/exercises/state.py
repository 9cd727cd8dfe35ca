"""What a stranger's function may change in Python itself, kept and put back."""

import os
import random
import signal
import sys
import threading
import warnings
from contextlib import contextmanager, suppress

import numpy as np

STREAMS = ("stdin", "stdout", "stderr")


@contextmanager
def as_before():
    """Afterwards the process is as it was, as far as it can be put back.

    Put back: the states of the global generators, filters of warnings, NumPy's print options, the
    limit of recursion, the folder, the environment, the standard streams, what signals do. Yields
    a list that is not empty once the user has pressed Ctrl-C.
    """
    drawn = random.getstate()
    drawn_by_numpy = np.random.get_state()  # noqa: NPY002  an answer may draw from it
    streams = {name: getattr(sys, name) for name in STREAMS}
    depth, printed = sys.getrecursionlimit(), np.get_printoptions()
    with _same_place(), _same_signals() as interrupted, warnings.catch_warnings():
        try:
            yield interrupted
        finally:
            random.setstate(drawn)
            np.random.set_state(drawn_by_numpy)  # noqa: NPY002  as it was found
            for name, stream in streams.items():
                setattr(sys, name, stream)
            if sys.getrecursionlimit() != depth:
                sys.setrecursionlimit(depth)
            np.set_printoptions(**printed)


@contextmanager
def _same_place():
    """The folder and the environment."""
    environment = dict(os.environ)
    folder = None
    with suppress(OSError):
        folder = os.getcwd()
    try:
        yield
    finally:
        if dict(os.environ) != environment:
            os.environ.clear()
            os.environ.update(environment)
        with suppress(OSError):
            if folder is not None:
                os.chdir(folder)


@contextmanager
def _same_signals():
    """What Ctrl-C and a request to end do; only the main thread may say so."""
    interrupted: list[bool] = []
    if threading.current_thread() is not threading.main_thread():
        yield interrupted
        return
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def note(number, frame):
        interrupted.append(True)
        handlers[number](number, frame)

    if callable(handlers[signal.SIGINT]):
        signal.signal(signal.SIGINT, note)
    try:
        yield interrupted
    finally:
        for number, handler in handlers.items():
            if handler is not None:
                signal.signal(number, handler)
