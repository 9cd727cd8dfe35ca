"""Processes that a test starts, waits for and kills."""

import os
import signal
import subprocess
import sys
import time

import pytest

COMMAND = [sys.executable, "-m", "rnncourse"]
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}


def start(*command) -> subprocess.Popen:
    """A process with its outputs in pipes; signals end it as in a terminal, wherever tests run."""
    return subprocess.Popen(
        command,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_as_in_a_terminal,
    )


def _as_in_a_terminal() -> None:
    """What was started in the background or by nohup ignores these, and so do its children."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def wait_until(true, seconds: float = 300.0) -> None:
    """Wait for it; a machine may be busy, so the limit only ends what would wait forever."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            pytest.fail(f"nothing happened in {seconds:g} s")
        time.sleep(0.02)
