"""The command: one line for a mistake, the promised exit code, a run that can be killed."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

import rnncourse
from rnncourse.cli.app import TURNS, main

COMMAND = [sys.executable, "-m", "rnncourse"]
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}


def run(*arguments, cwd=None):
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        cwd=cwd,
        check=False,
    )


def test_version_and_help():
    assert run("--version").stdout.strip() == rnncourse.__version__
    done = run("--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("claims", "check", "train"))


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "Missing command."),
        (["no-such"], "No such command 'no-such'."),
        (["train", "palindrome", "--cell", "elman"], "cell_name must be one of"),
        (["train", "palindrome", "--length", "1"], "length must be at least 2, got 1"),
        (["train", "palindrome", "--length", "ten"], "Invalid value for '--length'"),
        (["train", "palindrome", "--steps", "0"], "steps must be at least 1, got 0"),
        (["train", "palindrome", "--out", "/dev/null/x"], "/dev/null"),
        (["check", "bptt-dL-dWhh", "no-such.py"], "no-such.py"),
        (["check", "no-such", __file__], "no-such"),
        (["claims", "--chapter", "99"], "there is no chapter '99'; there are: 01 linear"),
        (["bench", "rnn", "--out", "/dev/null/x.json"], "rnncourse: /dev/null: "),
        (["bench", "elman"], "name must be one of char-rnn, gru, lstm, mingru, palindrome-10"),
        (["bench", "rnn", "--threads", "0"], "threads must be at least 1, got 0"),
    ],
)
def test_a_mistake_is_one_line(arguments, message, tmp_path):
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not done.stdout


@pytest.mark.parametrize("chapter", ["02", "2", "bptt"])
def test_the_claims_of_a_chapter_hold(chapter):
    done = run("claims", "--chapter", chapter, "--json")
    rows = json.loads(done.stdout)
    assert done.returncode == 0
    assert {row["chapter"] for row in rows} == {"bptt"}
    assert all(row["passed"] for row in rows)


def test_an_answer_is_right_or_not(tmp_path):
    file = tmp_path / "answer.py"
    file.write_text("import numpy as np\ndef relative_error(a, b):\n    return 0.0\n")
    wrong = run("check", "relative-error", str(file))
    assert wrong.returncode == 1
    assert "Traceback" not in wrong.stdout + wrong.stderr


def record(folder):
    data = json.loads((folder / "record.json").read_text())
    return {name: value for name, value in data.items() if name != "provenance"}


SHORT = ("train", "palindrome", "--length", "12", "--units", "16", "--steps", "2000")


def wait_for(path, seconds=60.0):
    until = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert path.exists()


@pytest.mark.parametrize("end, code", [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_stopped_run_resumes_to_the_same_record(tmp_path, end, code):
    undisturbed = run(*SHORT, "--out", str(tmp_path / "whole"))
    assert undisturbed.returncode == 0
    assert "accuracy" in undisturbed.stdout
    assert "step    50" in undisturbed.stderr
    process = subprocess.Popen(
        [*COMMAND, *SHORT, "--out", str(tmp_path / "cut")],
        env=ENVIRONMENT,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    wait_for(tmp_path / "cut" / "checkpoint.pt")
    process.send_signal(end)
    assert process.wait() == code
    assert (tmp_path / "cut" / "checkpoint.pt").exists()
    assert not (tmp_path / "cut" / "record.json").exists()
    told = process.stderr.read().decode()
    resumes = f"interrupted: --resume goes on from {tmp_path / 'cut' / 'checkpoint.pt'}"
    assert (resumes in told) == (end == signal.SIGINT)
    assert run(*SHORT, "--out", str(tmp_path / "cut"), "--resume").returncode == 0
    assert record(tmp_path / "cut") == record(tmp_path / "whole")


def test_a_run_is_not_written_over(tmp_path):
    ask = (*SHORT[:-1], "1", "--out", str(tmp_path))
    first = run(*ask, "--resume")
    assert f"no checkpoint in {tmp_path}: this run begins at its first step" in first.stderr
    assert "not solved: " in first.stdout
    kept = {path: path.read_bytes() for path in tmp_path.iterdir()}
    done = run(*ask)
    assert done.returncode == 2
    assert f"{tmp_path} holds a run: go on with --resume, or give another --out" in done.stderr
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == kept


def test_a_damaged_checkpoint_is_one_line(tmp_path):
    (tmp_path / "checkpoint.pt").write_bytes(b"half")
    done = run(*SHORT, "--out", str(tmp_path), "--resume")
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "is not a whole checkpoint of rnncourse" in done.stderr
    assert not (tmp_path / "record.json").exists()


@pytest.mark.parametrize("wanted", [None, "77"])
def test_waiting_threads_give_their_core_away_soon(wanted, monkeypatch):
    """Unless the user says otherwise, and before torch is imported, which reads it then."""
    monkeypatch.setenv("GOMP_SPINCOUNT", wanted or "")
    if wanted is None:
        monkeypatch.delenv("GOMP_SPINCOUNT")
    monkeypatch.setattr(sys, "argv", ["rnncourse", "--version"])
    with pytest.raises(SystemExit):
        main()
    assert os.environ["GOMP_SPINCOUNT"] == (wanted or TURNS)


def test_torch_is_not_imported_for_help():
    code = "import sys, rnncourse.cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
