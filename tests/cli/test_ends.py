"""How the command ends when the system has its way: signals, pipes, closed streams, two at once."""

import errno
import io
import json
import os
import signal
import subprocess
import sys
import time

import pytest
from processes import COMMAND, ENVIRONMENT, start, wait_until

from rnncourse.cli.ends import ENOUGH, bound_memory
from rnncourse.cli.folder import LOCK, alone_in
from rnncourse.cli.streams import READABLE, Output
from rnncourse.records import PART

LONG = ("train", "palindrome", "--length", "60", "--units", "16", "--steps", "100000")
SHORT = ("train", "palindrome", "--length", "3", "--units", "4", "--steps", "2")


def ended(process, code) -> str:
    """What it said on stderr, when it has ended with this code."""
    _, said = process.communicate(timeout=300)
    assert process.returncode == code, said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    return said


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_the_checkpoint_and_is_the_exit_code(tmp_path, number):
    """Sent twice in a row, as by an impatient hand."""
    process = start(*COMMAND, *LONG, "--out", str(tmp_path / "run"))
    wait_until((tmp_path / "run" / "checkpoint.pt").exists)
    process.send_signal(number)
    time.sleep(0.02)
    process.send_signal(number)
    said = ended(process, 128 + number)
    assert f"--resume goes on from {tmp_path / 'run' / 'checkpoint.pt'}" in said
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["checkpoint.pt"]


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.15, 0.3, 0.6])
def test_an_interruption_while_the_command_starts_is_quiet(tmp_path, seconds):
    process = start(*COMMAND, *LONG, "--out", str(tmp_path / "run"))
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=300)
    assert process.returncode in (130, -signal.SIGINT)
    if process.returncode == 130:  # else Python itself had not begun
        assert "Traceback" not in said


@pytest.mark.slow
def test_one_run_a_folder_and_a_dead_one_is_no_hindrance(tmp_path):
    out = ("--out", str(tmp_path / "run"))
    runs = [start(*COMMAND, *LONG, *out) for _ in range(2)]
    wait_until(lambda: any(run.poll() is not None for run in runs))
    loser, winner = sorted(runs, key=lambda run: run.poll() is None)
    said = ended(loser, 2)
    assert f"{tmp_path / 'run'} is in use: another rnncourse is writing there" in said
    wait_until((tmp_path / "run" / "checkpoint.pt").exists)
    ended(start(*COMMAND, *LONG, *out, "--resume"), 2)
    winner.kill()
    winner.communicate()
    assert (tmp_path / "run" / LOCK).exists()  # the file stays, the lock does not
    (tmp_path / "run" / f".checkpoint.pt.1{PART}").write_bytes(b"half")
    again = start(*COMMAND, *LONG[:-1], "100", *out, "--resume")
    ended(again, 0)
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"checkpoint.pt", "record.json"}


def test_a_folder_is_held_by_one_and_free_afterwards(tmp_path):
    folder = tmp_path / "new" / "run"
    with alone_in(folder):
        with (
            pytest.raises(ValueError, match="another rnncourse is writing there"),
            alone_in(folder),
        ):
            pass
        assert (folder / LOCK).exists()
    assert not (tmp_path / "new").exists()  # made for nothing
    folder.mkdir(parents=True)
    with pytest.raises(RuntimeError), alone_in(folder):
        raise RuntimeError
    with alone_in(folder):
        (folder / "file").write_text("kept")
        (folder / ".mine.part").write_text("a reader's own")
        (folder / f".record.json.7{PART}").write_text("of a killed run")
    assert sorted(path.name for path in folder.iterdir()) == [".mine.part", "file"]


def test_a_system_without_locks_is_told_and_goes_on(tmp_path, monkeypatch, capsys):
    def refuse(descriptor, operation):
        raise OSError(errno.ENOSYS, "Function not implemented")

    monkeypatch.setattr("fcntl.flock", refuse)
    with alone_in(tmp_path):
        (tmp_path / "file").write_text("kept")
    assert "cannot be locked (Function not implemented)" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("streams", [">&-", "2>&-", "<&-", "<&- >&- 2>&-", "| true", "2>&1 | true"])
def test_without_its_streams_a_run_is_made_all_the_same(tmp_path, streams):
    words = " ".join((*COMMAND, *SHORT, "--out", str(tmp_path / "run")))
    told = subprocess.run(
        ["bash", "-c", f"{words} {streams}; exit ${{PIPESTATUS[0]}}"],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0
    assert "Traceback" not in told.stderr
    assert "Exception ignored" not in told.stderr
    assert json.loads((tmp_path / "run" / "record.json").read_text())["summary"]["steps"] == 2


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")
def test_an_output_without_space_is_one_line():
    with open("/dev/full", "w") as full:
        told = subprocess.run(
            [*COMMAND, "--help"],
            env=ENVIRONMENT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert told.returncode == 2
    assert told.stderr == "rnncourse: standard output: no space left on device\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "koi8-r"])
def test_what_the_terminal_cannot_show_has_a_stand_in(encoding):
    content = io.BytesIO()
    stream = Output(content, encoding=encoding, errors=READABLE)
    print("✓ 1 ≤ 2 ✗ 王 \udcff", file=stream, flush=True)
    said = content.getvalue()
    assert said.startswith(b"+ 1 <= 2 x ? \xff") or encoding == "koi8-r"
    assert said.endswith(b"x ? \xff\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_verdicts_come_out_in_any_encoding(encoding, tmp_path):
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    ask = [*COMMAND, "claims", "--chapter", "01"]
    told = subprocess.run(ask, env=environment, capture_output=True, check=False)
    assert told.returncode == 0, told.stderr
    lines = told.stdout.decode(encoding).splitlines()
    assert lines
    assert all(line[0] in "+ " for line in lines)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this bound means something else")
def test_what_the_machine_lacks_is_refused_where_it_is_asked_for(tmp_path):
    resource = pytest.importorskip("resource")
    bound_memory()
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 0 < resource.getrlimit(resource.RLIMIT_DATA)[0] <= max(there, ENOUGH)
    words = " ".join((*COMMAND, *SHORT, "--units", "14000", "--out", str(tmp_path / "run")))
    ask = ["bash", "-c", f"ulimit -d 1500000; {words}"]
    told = subprocess.run(ask, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert told.stderr.endswith("not enough memory for this: give a smaller --units or --length\n")
    assert not list(tmp_path.iterdir())


HOMELESS = """
import pwd
def unknown(*arguments):
    raise KeyError("getpwuid(): uid not found")
pwd.getpwuid = unknown
from rnncourse.cli import main
main()
"""


@pytest.mark.slow
def test_who_has_no_home_trains_and_is_told_what_a_book_needs(tmp_path):
    """A user of no name: neither HOME nor an entry in the list of users."""
    hidden = ("HOME", "XDG_CACHE_HOME", "RNNCOURSE_DATA", "TERM", "USER", "LOGNAME")
    environment = {name: value for name, value in ENVIRONMENT.items() if name not in hidden}

    def ask(*words):
        command = [sys.executable, "-c", HOMELESS, *words]
        where = {"env": environment, "cwd": tmp_path}
        return subprocess.run(command, capture_output=True, text=True, check=False, **where)

    assert ask("data", "list").returncode == 0
    assert ask(*SHORT).returncode == 0
    told = ask("data", "fetch", "grimm")
    assert (told.returncode, told.stderr.count("\n")) == (2, 1), told.stderr
    assert "there is no home folder; set XDG_CACHE_HOME" in told.stderr
