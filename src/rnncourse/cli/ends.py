"""How the command begins and ends: whole streams, a code for every signal, no stack trace.

Only the standard library is imported here, and before anything else of the command: whoever
interrupts while the others are read meets the same end.
"""

import os
import signal
import sys
import threading
import time

from rnncourse.cli.streams import all_written, make_whole

# So often a thread looks for the other's result before it gives its core away; torch's own number
# is larger. On a crowded machine two threads can otherwise wait for a core that the waiting holds:
# an update was once seen to take 9 s in place of 0.3 s. Alone the difference is within the noise.
TURNS = "10000"
ENDING = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]
ENOUGH = 4 * 2**30  # bytes: libraries ask for some that they never use
PATIENCE = 1.0  # seconds in which a second signal does not disturb what the first one ends


def main() -> None:
    """Run the command; what a user or the system did is one line on stderr, not a stack trace."""
    os.environ.setdefault("GOMP_SPINCOUNT", TURNS)  # read when torch is imported
    make_whole()
    bound_memory()
    ending = _Ending()
    try:
        code = _run()
        all_written()
        code = code if ending.signal is None else 128 + ending.signal  # typer knows only one
    except BaseException as error:
        code = ending.code(error)
        if code is None:
            raise
    finally:
        ending.over()
    sys.exit(code)


def bound_memory() -> None:
    """More than the machine has is refused where it is asked for.

    Else the system grants it, and kills us without a word when it is used.
    """
    try:
        import resource

        there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        bound = max(there, ENOUGH)
        if soft == resource.RLIM_INFINITY or soft > bound:
            resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    except (ImportError, OSError, ValueError):
        return  # a system that has no such bound


def _run():
    from rnncourse.cli.commands import app

    try:
        os.getcwd()
    except FileNotFoundError:  # torch would end the process with a line of its own
        raise OSError("the working folder was removed: change to another one") from None
    return app(prog_name="rnncourse", standalone_mode=False)


class _Ending:
    """The signals that end the command, each as an interruption that leaves its work in order."""

    def __init__(self):
        self.signal, self.at, self.before = None, 0.0, {}
        if threading.current_thread() is not threading.main_thread():
            return
        for number in ENDING:
            if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                self.before[number] = signal.signal(number, self.interrupt)

    def interrupt(self, number, frame) -> None:
        now = time.monotonic()
        if self.signal is None or now - self.at > PATIENCE:
            self.signal, self.at = number, now
            sys.unraisablehook = _say_nothing  # where nothing can be raised
            raise KeyboardInterrupt

    def code(self, error: BaseException) -> int | None:
        """The exit code, the line having been said; None for a mistake of ours."""
        if self.signal is not None:
            return 128 + self.signal  # whatever the interruption became on its way
        if isinstance(error, KeyboardInterrupt):
            return 128 + signal.SIGINT
        if isinstance(error, SystemExit):
            return error.code
        from rnncourse.cli.errors import say

        return say(error)

    def over(self) -> None:
        """After an interruption nothing disturbs the end; else all is as it was before."""
        for number, handler in self.before.items():
            signal.signal(number, signal.SIG_IGN if self.signal is not None else handler)


def _say_nothing(unraisable) -> None:
    pass
