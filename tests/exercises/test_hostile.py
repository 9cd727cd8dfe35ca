"""Answers that mean harm: each gets a verdict, and leaves no process behind."""

import os
import re
import signal
import sys
from pathlib import Path

import pytest
from processes import COMMAND, start, wait_until

from rnncourse.exercises import grade_file
from rnncourse.exercises.family import processes
from rnncourse.exercises.watch import Limits

SHORT = Limits(seconds=0.2, patience=3.0, loading=5.0, memory=6e8, processes=12)
TRUTH = "np.exp(p - p.max()) / np.exp(p - p.max()).sum() - np.eye(len(p))[y]"
HEAD = "import ctypes, os, re, signal, subprocess, sys, threading, time\nimport numpy as np\n"

STOPPED = "it ran for more than .* s and was stopped"
ENDED = r"it ended Python \((exit code \d+|SIG\w+)\)"
# What stands in the function before it returns the right answer, and the verdict.
HOSTILE = {
    # ends
    "os._exit": ("os._exit(0)", r"it ended Python \(exit code 0\)"),
    "sys.exit": ("sys.exit(0)", "it raised SystemExit: 0"),
    "raise SystemExit": ("raise SystemExit", "it raised SystemExit"),
    "os.abort": ("os.abort()", r"it ended Python \(SIGABRT\)"),
    "kill itself": ("os.kill(os.getpid(), signal.SIGKILL)", r"it ended Python \(SIGKILL\)"),
    "stop itself": ("os.kill(os.getpid(), signal.SIGSTOP)", STOPPED),
    "segfault": ("ctypes.string_at(0)", r"it ended Python \(SIG(SEGV|BUS)\)"),
    "kill the parent politely": ("os.kill(0, signal.SIGTERM)", ENDED),
    "kill its parent": ("os.kill(os.getppid(), signal.SIGKILL); time.sleep(9)", ENDED),
    "exec": ("os.execv('/bin/true', ['true'])", ENDED),
    "main thread interrupted": ("import _thread; _thread.interrupt_main()", "Right"),
    "KeyboardInterrupt": ("raise KeyboardInterrupt", "it raised KeyboardInterrupt"),
    "GeneratorExit": ("raise GeneratorExit", "it raised GeneratorExit"),
    "its own OutOfTime": (
        "from rnncourse.exercises.limits import OutOfTime; raise OutOfTime",
        STOPPED,
    ),
    # hangs
    "while True": ("while True: pass", STOPPED),
    "a loop in C": ("sum(range(10**12))", STOPPED),
    "a large power": ("10 ** 10 ** 10", STOPPED),
    "a regular expression": ("re.match('(a+)+b', 'a' * 40)", STOPPED),
    "a lock twice": ("l = threading.Lock(); l.acquire(); l.acquire()", STOPPED),
    "sleep": ("time.sleep(1000)", STOPPED),
    "bare except": (
        "while True:\n        try: time.sleep(0.001)\n        except: pass",
        STOPPED,
    ),
    "except around a loop": (
        "while True:\n        try:\n            while True: pass\n"
        "        except BaseException: continue",
        STOPPED,
    ),
    "signals ignored": (
        "signal.signal(signal.SIGPROF, signal.SIG_IGN); signal.signal(signal.SIGALRM, "
        "signal.SIG_IGN)\n    while True: pass",
        STOPPED,
    ),
    "signals blocked": (
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 60))\n    while True: pass",
        STOPPED,
    ),
    "__array__": (
        "return type('A', (), {'__array__': lambda *a, **k: sum(range(10**12))})()",
        STOPPED,
    ),
    "__float__": (
        "return [type('A', (float,), {'__float__': lambda s: sum(range(10**12))})(1)] * 3",
        STOPPED,
    ),
    "__len__": (
        "return type('A', (list,), {'__iter__': lambda s: iter(int, 1)})([1])",
        STOPPED + "|MB|GB|Memory",
    ),
    "__str__ of an error": (
        "raise type('E', (Exception,), {'__str__': lambda s: sum(range(10**12))})()",
        STOPPED + "|it raised E",
    ),
    "an error without text": (
        "raise type('E', (Exception,), {'__str__': lambda s: 1 / 0})()",
        "it raised E",
    ),
    "reads": ("input()", "it raised EOFError"),
    # silences
    "closes everything": ("os.closerange(0, 100)", "it (ended|cut|disturbed)"),
    "standard output closed": ("sys.stdout.close(); sys.stderr.close()", "Right"),
    "standard output is gone": ("sys.stdout = sys.stderr = None", "Right"),
    "dup2": ("[os.dup2(os.open(os.devnull, 1), fd) for fd in (0, 1, 2)]", "Right"),
    "prints without end": ("while True: print('x' * 1000)", STOPPED),
    "terminal commands": ("print('\\x1bc\\x1b[2J')", "Right"),
    "writes into every pipe": (
        "for fd in range(3, 30):\n        try: os.write(fd, b'y' * 64)\n"
        "        except OSError: pass",
        "it (ended|cut|disturbed|returned)",
    ),
    # fills
    "memory at once": ("np.ones(10 ** 11)", "MemoryError|it took more than"),
    "memory bit by bit": (
        "l = []\n    while True: l.append(np.ones(10**6))",
        "MemoryError|it took|" + STOPPED,
    ),
    "memory in a child": (
        "l = []\n    if os.fork() == 0:\n        while True: l.append(np.ones(10**6))\n"
        "    os.wait()",
        "MemoryError|it took|more than",
    ),
    "a large file": (
        "f = open(os.path.join(os.path.dirname(__file__), 'big'), 'wb')\n"
        "    for i in range(300): f.write(bytes(10**6))",
        "it raised OSError: .*File too large",
    ),
    "a large result": ("return np.ones(10 ** 7)", "shape|MB|" + STOPPED),
    "a deep result": (
        "l = []\n    for i in range(10**5): l = [l]\n    return l",
        "RecursionError|it disturbed|it ended|array",
    ),
    "a list that holds itself": ("l = []; l.append(l); return l", "RecursionError"),
    "recursion": ("f = lambda: f(); f()", "it raised RecursionError"),
    "recursion without limit": (
        "sys.setrecursionlimit(10**9); f = lambda: f(); f()",
        ENDED + "|Recursion|Memory|it took|" + STOPPED,
    ),
    "many processes": (
        "while True:\n        try: os.fork()\n        except OSError: pass",
        STOPPED + "|it (took|started) more than",
    ),
    # outlives
    "a thread": ("threading.Thread(target=lambda: time.sleep(1000)).start()", "Right"),
    "a busy thread": (
        "threading.Thread(target=lambda: [0 for i in iter(int, 1)]).start()",
        "Right|" + STOPPED,
    ),
    "atexit": ("import atexit; atexit.register(time.sleep, 1000)", "Right"),
    "__del__": (
        "np.keep = type('A', (), {'__del__': lambda s: time.sleep(1000)})()",
        "Right",
    ),
    "a child process": ("subprocess.Popen(['sleep', '1000'])", "Right"),
    "a session of its own": (
        "subprocess.Popen(['sleep', '1000'], start_new_session=True)",
        "Right",
    ),
    "a daemon": (
        "if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0: time.sleep(1000)\n"
        "        os._exit(0)",
        "Right",
    ),
    "fork and return": ("os.fork()", "Right"),
    # alters
    "grade": ("import rnncourse.exercises.grading as g; g.grade = g.attempt = None", "Right"),
    "a verdict": (
        "import rnncourse.exercises.grading as g\n    g.relative_error = lambda *a: 0.0\n"
        "    return np.zeros(len(p))",
        "Wrong",
    ),
    "NumPy": ("np.linalg.norm = np.subtract = lambda *a, **k: 0.0; return p * 0", "Wrong"),
    "every object is equal": (
        "return type('A', (np.ndarray,), {'__sub__': lambda s, o: s * 0, "
        "'__eq__': lambda s, o: True})((3,))",
        "Wrong|Right|it returned",
    ),
    "builtins": ("import builtins; builtins.len = builtins.isinstance = None; return p", "Wrong"),
    "the seed": ("np.random.seed(0); np.seterr(all='raise'); os.chdir('/')", "Right"),
    "a pickle": (
        "return type('A', (), {'__reduce__': lambda s: (os.system, ('touch pwned',))})()",
        "it returned an A",
    ),
}
LOADING = {
    "a decorator that exits": ("@(lambda f: os._exit(0))", r"it ended Python \(exit code 0\)"),
    "a decorator that hangs": ("@(lambda f: time.sleep(1000))", "it ran for more than"),
    "a decorator that raises": ("@(lambda f: sys.exit(0))", "SystemExit: 0"),
    "a decorator that is none": ("@(lambda f: 3)", "must be a function, got int"),
}
posix = pytest.mark.skipif(sys.platform == "win32", reason="calls of POSIX")


@pytest.fixture
def write(tmp_path):
    def write(text) -> Path:
        path = tmp_path / "answers.py"
        path.write_text(text)
        return path

    return write


def children() -> set[int]:
    """Those that live."""
    table = processes().items()
    return {pid for pid, each in table if each.parent == os.getpid() and not each.dead}


@pytest.fixture(autouse=True)
def nothing_is_left():
    before = children()
    yield
    wait_until(lambda: children() <= before)  # the system takes a moment to end them


@posix
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_answer_gets_a_verdict(kind, write):
    lines, told = HOSTILE[kind]
    path = write(f"{HEAD}def dL_dp(p, y):\n    {lines}\n    return {TRUTH}\n")
    verdict = grade_file("dL-dp", path, SHORT)
    assert re.search(told, str(verdict)), str(verdict)
    assert verdict.right == str(verdict).startswith("Right")
    assert "Traceback" not in str(verdict) and len(verdict.text.splitlines()) <= 6
    assert not Path("pwned").exists()  # what "a pickle" would have made here


@posix
@pytest.mark.parametrize("kind", LOADING)
def test_what_happens_while_it_is_loaded_is_one_line(kind, write):
    decorator, told = LOADING[kind]
    limits = SHORT._replace(waiting=5.0) if "hangs" in kind else SHORT
    path = write(f"{HEAD}{decorator}\ndef dL_dp(p, y):\n    return {TRUTH}\n")
    with pytest.raises(ValueError, match=told) as caught:
        grade_file("dL-dp", path, limits)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


linux = pytest.mark.skipif(sys.platform != "linux", reason="no /proc")
PATIENT = SHORT._replace(seconds=20.0, patience=60.0)


@linux
def test_memory_is_watched(write):
    grows = "l = []\n    while True: l.append(np.ones(10**5)); time.sleep(0.001)"
    path = write(f"{HEAD}def dL_dp(p, y):\n    {grows}\n")
    verdict = grade_file("dL-dp", path, PATIENT._replace(memory=2e8))
    assert "it took more than 0.2 GB of memory and was stopped" in str(verdict)


@linux
def test_processes_are_counted(write):
    starts = "while True: subprocess.Popen(['sleep', '1000'])"
    path = write(f"{HEAD}def dL_dp(p, y):\n    {starts}\n")
    assert "it started more than 12 processes" in str(grade_file("dL-dp", path, PATIENT))


def test_an_import_may_take_longer_than_a_call(write, tmp_path):
    """At the top of the file, or in the function when it is first called."""
    busy = "import time\nt = time.process_time()\nwhile time.process_time() - t < 1.0: pass\n"
    (tmp_path / "slow_module.py").write_text(busy)
    first = f"{HEAD}import slow_module\ndef dL_dp(p, y):\n    slow_module.t; return {TRUTH}\n"
    later = f"{HEAD}def dL_dp(p, y):\n    import slow_module\n    return {TRUTH}\n"
    for text in (first, later):
        verdict = grade_file("dL-dp", write(text), PATIENT._replace(seconds=0.4))
        assert verdict.right, str(verdict)


def test_what_an_answer_prints_is_shown_without_commands_and_only_so_far(write, capsys):
    shouts = "print('\\x1b[2Jhere'); print('x' * 10**6)"
    path = write(f"{HEAD}def dL_dp(p, y):\n    {shouts}\n    return {TRUTH}\n")
    assert grade_file("dL-dp", path, PATIENT._replace(output=500)).right
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("\N{REPLACEMENT CHARACTER}[2Jhere\nxxx")
    assert printed.err.endswith("… and more, which is left out\n") and len(printed.err) < 600


@linux
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_answer_ends_with_the_checker(write, end):
    path = write(f"{HEAD}def dL_dp(p, y):\n    time.sleep(1000)\n")
    process = start(*COMMAND, "check", "dL-dp", str(path))
    wait_until(lambda: len(family_of(process.pid)) > 2)
    family = family_of(process.pid)
    process.send_signal(end)
    process.communicate()
    assert process.returncode not in (0, 1)
    wait_until(lambda: not any(alive(each) for each in family))


def alive(member) -> bool:
    now = processes().get(member.pid)
    return now is not None and now.began == member.began and not now.dead


def family_of(pid: int) -> list:
    """The process, its children and theirs."""
    table = processes()
    children = [each for each in table.values() if each.parent == pid]
    theirs = [each for each in table.values() if each.parent in {child.pid for child in children}]
    return [table[pid], *children, *theirs]
