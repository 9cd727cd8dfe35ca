"""The command: one line for a mistake, the promised exit code, a run that can be killed."""

import json
import os
import signal
import sys

import pytest
import torch
from processes import COMMAND, start, wait_until

import rnncourse
from rnncourse.cli.app import TURNS, main


def test_version_and_help(command):
    assert command("--version")[1].strip() == rnncourse.__version__
    code, told, _ = command("--help")
    assert code == 0
    assert all(name in told for name in ("claims", "check", "train"))


def test_help_waits_for_no_library():
    code = "import rnncourse.cli.commands, sys; print({'numpy', 'torch'} & set(sys.modules))"
    told, error = start(sys.executable, "-c", code).communicate()
    assert (told.strip(), error) == ("set()", "")


@pytest.mark.parametrize("arguments, code", [(["--version"], 0), (["no-such"], 2)])
def test_the_command_of_the_system_is_the_same(arguments, code, command):
    process = start(*COMMAND, *arguments)
    told, error = process.communicate()
    assert (process.returncode, told, error) == command(*arguments)
    assert process.returncode == code


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "Missing command."),
        (["no-such"], "No such command 'no-such'."),
        (["train", "palindrome", "--cell", "elman"], ": --cell must be one of"),
        (["train", "palindrome", "--length", "1"], ": --length must be at least 2, got 1"),
        (["train", "palindrome", "--length", "ten"], "--length must be a whole number, got ten"),
        (["train", "palindrome", "--steps", "0"], ": --steps must be at least 1, got 0"),
        (["train", "palindrome", "--out", "/dev/null/x"], "/dev/null"),
        (["check", "bptt-dL-dWhh", "no-such.py"], "no-such.py"),
        (["check", "no-such", __file__], "no-such"),
        (["claims", "--chapter", "99"], "there is no chapter '99'; there are: 01 linear"),
        (["claims", "no-such"], "the book has no claim 'no-such'; near it: "),
        (["claims", "bptt-dL-dWh"], "near it: bptt-dL-dW"),
        (["bench", "rnn", "--out", "/dev/null/x.json"], "rnncourse: /dev/null: "),
        (["bench", "elman"], ": NAME must be one of char-rnn, gru, lstm, mingru, palindrome-10"),
        (["bench", "rnn", "--threads", "0"], ": --threads must be at least 1, got 0"),
    ],
)
def test_a_mistake_is_one_line(arguments, message, refused, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert message in refused(*arguments)


@pytest.mark.parametrize("chapter", ["02", "2", "bptt"])
def test_the_claims_of_a_chapter_hold(chapter, command):
    code, told, _ = command("claims", "--chapter", chapter, "--json")
    rows = json.loads(told)
    assert code == 0
    assert {row["chapter"] for row in rows} == {"bptt"}
    assert all(row["passed"] for row in rows)


def test_claims_can_be_asked_for_by_their_names(command):
    """As the card of a mark says."""
    code, told, _ = command("claims", "bptt-dL-dWhh", "bptt-dL-dWhx", "--json")
    assert code == 0
    assert [row["id"] for row in json.loads(told)] == ["bptt-dL-dWhh", "bptt-dL-dWhx"]


def test_an_absolute_error_says_what_it_is_in(command):
    _, told, _ = command("claims", "fano-tight", "bptt-dL-dWhh")
    [in_bits, relative] = told.splitlines()
    assert in_bits.endswith("≤ 1e-12 absolute: bits") and relative.endswith("≤ 1e-09")


def test_an_answer_is_right_or_not(tmp_path, command):
    file = tmp_path / "answer.py"
    file.write_text("import numpy as np\ndef relative_error(a, b):\n    return 0.0\n")
    code, told, error = command("check", "relative-error", file)
    assert code == 1
    assert told.startswith("Wrong: relative-error")
    assert not error


def record(folder):
    data = json.loads((folder / "record.json").read_text())
    return {name: value for name, value in data.items() if name != "provenance"}


SHORT = ("train", "palindrome", "--length", "12", "--units", "16", "--steps", "1000")


@pytest.fixture(scope="module")
def one_thread():
    """As in the processes that are started here: sums come out in the same order."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def undisturbed(tmp_path, command, one_thread):
    code, told, error = command(*SHORT, "--out", tmp_path / "whole")
    assert code == 0
    assert "accuracy" in told
    assert "step    50" in error
    return record(tmp_path / "whole")


@pytest.mark.slow
@pytest.mark.parametrize("end, code", [(signal.SIGKILL, -9), (signal.SIGINT, 130)])
def test_a_stopped_run_resumes_to_the_same_record(tmp_path, undisturbed, command, end, code):
    process = start(*COMMAND, *SHORT, "--out", str(tmp_path / "cut"))
    wait_until((tmp_path / "cut" / "checkpoint.pt").exists)
    process.send_signal(end)
    _, told = process.communicate()
    assert process.returncode == code
    assert (tmp_path / "cut" / "checkpoint.pt").exists()
    assert not (tmp_path / "cut" / "record.json").exists()
    resumes = f"interrupted: --resume goes on from {tmp_path / 'cut' / 'checkpoint.pt'}"
    assert (resumes in told) == (end == signal.SIGINT)
    assert command(*SHORT, "--out", tmp_path / "cut", "--resume")[0] == 0
    assert record(tmp_path / "cut") == undisturbed


def test_a_run_is_not_written_over(tmp_path, command, refused):
    ask = (*SHORT[:-1], "1", "--out", tmp_path)
    _, told, error = command(*ask, "--resume")
    assert f"no checkpoint in {tmp_path}: this run begins at its first step" in error
    assert "not solved: " in told
    kept = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert f"{tmp_path} holds a run: go on with --resume, or give another --out" in refused(*ask)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == kept


def test_a_damaged_checkpoint_is_one_line(tmp_path, refused):
    (tmp_path / "checkpoint.pt").write_bytes(b"half")
    error = refused(*SHORT, "--out", tmp_path, "--resume")
    assert "is not a whole checkpoint of rnncourse" in error
    assert not (tmp_path / "record.json").exists()


def test_another_run_is_told_apart_in_the_words_of_the_options(tmp_path, command, refused):
    tiny = ("train", "palindrome", "--length", 3, "--units", 4, "--steps", 1, "--out", tmp_path)
    assert command(*tiny)[0] == 0
    told = refused(*tiny, "--resume", "--seed", 5, "--learning-rate", 0.5)
    assert "belongs to another run: --learning-rate is 0.001, not 0.5, --seed is 0, not 5" in told


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
