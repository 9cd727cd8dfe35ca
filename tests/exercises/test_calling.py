"""A call in this process, as in a notebook: what is stopped, and what is put back."""

import os
import random
import signal
import sys
import threading
import warnings
from contextlib import suppress

import numpy as np
import pytest

from rnncourse.exercises import calling, grade
from rnncourse.exercises.calling import call


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.1)


def loop():
    while True:
        pass


def behind_bare_except():
    while True:
        try:
            sum(range(100))
        except:  # noqa: E722  what is tested
            continue


def behind_suppress():
    while True:
        with suppress(BaseException):
            loop()


def behind_finally():
    while True:
        try:
            loop()
        finally:
            continue  # noqa: B012  what is tested


class Slow:
    def __array__(self, *_, **__):
        loop()


HANGING = (loop, behind_bare_except, behind_suppress, behind_finally, Slow)


@pytest.mark.parametrize("answer", HANGING)
def test_a_loop_in_python_is_stopped_whatever_it_catches(answer):
    before = signal.getsignal(signal.SIGINT), signal.getitimer(signal.ITIMER_PROF), sys.gettrace()
    result, problem = call(answer, (), "f()")
    assert result is None
    assert "it ran for more than 0.1 s and was stopped" in problem
    now = signal.getsignal(signal.SIGINT), signal.getitimer(signal.ITIMER_PROF), sys.gettrace()
    assert now == before


def test_in_another_thread_a_loop_is_stopped_too():
    problems = []

    def work():
        problems.extend(call(answer, (), "f()")[1] for answer in (loop, Slow, behind_bare_except))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(300.0)
    assert len(problems) == 3
    assert all("and was stopped" in problem for problem in problems)


class Unspeakable(Exception):
    def __str__(self):
        raise RuntimeError


class Nameless(type):
    __name__ = property(lambda cls: 1 / 0)


class Unnamed(Exception, metaclass=Nameless):
    pass


class Default:
    def __repr__(self):
        raise RuntimeError("no text")


class Own(BaseException):
    pass


@pytest.mark.parametrize(
    "error, told",
    [
        (Unspeakable(), "it raised Unspeakable, in line"),
        (Unnamed(), "it raised an exception without a name, in line"),
        (ValueError("\ud800\x1b[2J"), "it raised ValueError: \N{REPLACEMENT CHARACTER}"),
        (Own("mine"), "it raised Own: mine, in line"),
        (KeyboardInterrupt(), "it raised KeyboardInterrupt, in line"),
        (GeneratorExit(), "it raised GeneratorExit, in line"),
        (StopIteration(), "it raised StopIteration, in line"),
    ],
)
def test_whatever_is_raised_is_a_verdict(error, told):
    def answer(p, y):
        raise error

    assert told in " ".join(str(grade("dL-dp", answer)).split())


def test_a_signature_whose_text_fails_is_a_verdict():
    default = Default()
    assert "it raised RuntimeError: no text" in str(grade("dL-dp", lambda one=default: one))


def test_the_users_own_interrupt_is_not_the_answers():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in the background
    try:
        with pytest.raises(KeyboardInterrupt):
            call(lambda: os.kill(os.getpid(), signal.SIGINT), (), "f()")
    finally:
        signal.signal(signal.SIGINT, before)


def test_afterwards_all_is_as_it_was(tmp_path):
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002  the global generator is what is put back
    state = {
        "folder": os.getcwd,
        "random": random.getstate,
        "numpy": lambda: list(np.random.get_state()[1]),  # noqa: NPY002  the same
        "errors": np.geterr,
        "print": np.get_printoptions,
        "depth": sys.getrecursionlimit,
        "environment": lambda: dict(os.environ),
        "streams": lambda: (sys.stdin, sys.stdout, sys.stderr),
        "interrupt": lambda: signal.getsignal(signal.SIGINT),
        "warnings": lambda: list(warnings.filters),
    }
    before = {name: look() for name, look in state.items()}

    def answer():
        os.chdir(tmp_path)
        random.seed(2)
        np.random.seed(2)  # noqa: NPY002  the same
        np.seterr(all="raise")
        np.set_printoptions(precision=2)
        sys.setrecursionlimit(5000)
        os.environ["HOME"] = "elsewhere"
        sys.stdout = sys.stderr = None
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        warnings.simplefilter("error")
        return 1.0

    assert call(answer, (), "f()") == (1.0, None)
    assert {name: look() for name, look in state.items()} == before


@pytest.mark.parametrize("result", [{1, 2}, object(), float, range, b"bytes", (n for n in "ab")])
def test_what_is_no_number_is_named(result):
    told = str(grade("dL-dp", lambda p, y: result))
    name = "string" if isinstance(result, bytes) else type(result).__name__
    assert f"it returned {'an' if name == 'object' else 'a'} {name}" in told
