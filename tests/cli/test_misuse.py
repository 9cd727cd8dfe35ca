"""Whatever is typed, the answer is one line that names it, exit code 2, and nothing is written."""

import os
import socket

import numpy as np
import pytest

from rnncourse.experiments import EXPERIMENTS
from rnncourse.text import tales

PALINDROME = ("train", "palindrome", "--out", "new", "--steps", "1", "--units", "4")
TEXT = ("train", "text", "--corpus", "tales.txt", "--out", "new", "--hidden", "8")
GENERATE = ("generate", "--model", "new", "--prompt", "a")
BENCH = ("bench", "rnn")
RUN = ("experiment", "run", "palindrome-length")

NO_COUNT = ("0", "-1", "nan", "inf", "1e309", "1.5", "many", "", "٠")
NO_SEED = ("-1", "nan", "1e309", "0x1", "", "9" * 5000)
NO_NUMBER = ("-1", "nan", "inf", "1e309", "-inf", "many", "")
OPTIONS = [
    (PALINDROME, "--units", NO_COUNT),
    (PALINDROME, "--length", (*NO_COUNT, "1")),
    (PALINDROME, "--steps", NO_COUNT),
    (PALINDROME, "--seed", NO_SEED),
    (PALINDROME, "--learning-rate", (*NO_NUMBER, "0")),
    (PALINDROME, "--cell", ("elman", "", "RNN", "\x1b[31m", "☃")),
    (PALINDROME, "--out", ("",)),
    (TEXT, "--hidden", NO_COUNT),
    (TEXT, "--layers", NO_COUNT),
    (TEXT, "--steps", NO_COUNT),
    (TEXT, "--streams", (*NO_COUNT, "1000000", "9" * 30)),
    (TEXT, "--window", (*NO_COUNT, "1000000", "9" * 30)),
    (TEXT, "--minutes", (*NO_NUMBER, "0")),
    (TEXT, "--learning-rate", (*NO_NUMBER, "0")),
    (TEXT, "--dropout", (*NO_NUMBER, "1.5", "1")),
    (TEXT, "--seed", NO_SEED),
    (TEXT, "--cell", ("elman", "")),
    (TEXT, "--corpus", ("",)),
    (GENERATE, "--length", ("many", "", "1.5")),
    (GENERATE, "--temperature", ("hot", "")),
    (GENERATE, "--seed", NO_SEED),
    (BENCH, "--threads", NO_COUNT),
    (BENCH, "--rounds", NO_COUNT),
    (RUN, "--workers", NO_COUNT),
    (RUN, "--only", ("no such run",)),
    (("claims",), "--chapter", ("99", "no-such", "")),
]
ROWS = [(command, option, value) for command, option, values in OPTIONS for value in values]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the commands run: a text, and what is not one."""
    (tmp_path / "tales.txt").write_text(tales(np.random.default_rng(0), 3000))
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 9)
    (tmp_path / "short.txt").write_text("once")
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    for name in ("damaged", "recorded"):
        (tmp_path / name).mkdir()
    (tmp_path / "damaged" / "checkpoint.pt").write_bytes(b"PK\x03\x04" + bytes(500))
    (tmp_path / "recorded" / "record.json").write_text("{}")
    results = tmp_path / "results" / "palindrome-length"
    results.mkdir(parents=True)
    (results / f"{EXPERIMENTS['palindrome-length'].runs[0].id}.json").write_text('{"format": 1}')
    with socket.socket(socket.AF_UNIX) as made:
        monkeypatch.chdir(tmp_path)
        made.bind("socket")
    return tmp_path


def written(folder) -> dict:
    """Every name below the folder, and when it was last written to; of folders the names alone."""
    return {path: None if path.is_dir() else path.lstat().st_mtime_ns for path in folder.rglob("*")}


@pytest.fixture
def misuse(folder, refused):
    """One line, exit code 2, no stack trace, and every file as it was."""

    def call(*arguments) -> str:
        before = written(folder)
        line = refused(*arguments)
        assert line.startswith("rnncourse: ")
        assert line.count("\n") == 1
        assert "Traceback" not in line
        assert len(line) < 1200
        assert written(folder) == before
        return line

    return call


@pytest.mark.parametrize("words, option, value", ROWS)
def test_a_wrong_value_names_its_option(misuse, words, option, value):
    line = misuse(*words, option, value)
    assert option in line
    assert line[:-1].isprintable()


@pytest.mark.parametrize("words, option", [(each, option) for each, option, _ in OPTIONS])
def test_an_option_without_its_value_is_named(misuse, words, option):
    assert option in misuse(*words, option)


HUGE = "9" * 15


@pytest.mark.parametrize(
    "arguments",
    [
        (*PALINDROME, "--units", HUGE),
        (*PALINDROME, "--units", HUGE * 3),
        (*PALINDROME, "--length", HUGE),
        (*PALINDROME, "--length", HUGE * 3),
        (*TEXT, "--streams", "2", "--window", "8", "--hidden", HUGE),
        (*TEXT, "--streams", "2", "--window", "8", "--hidden", HUGE * 3),
    ],
)
def test_sizes_past_memory_name_what_to_make_smaller(misuse, arguments):
    line = misuse(*arguments)
    assert "there is not enough memory for this: give a smaller" in line
    assert arguments[-2] in line


@pytest.mark.parametrize(
    "arguments, named",
    [
        ((), "Missing command"),
        (("no-such",), "no-such"),
        (("--no-such",), "--no-such"),
        (("train",), "Missing command"),
        (("train", "no-such"), "no-such"),
        (("data", "fetch"), "Missing argument"),
        (("data", "fetch", "no-such"), "NAME must be one of"),
        (("bench", "no-such"), "NAME must be one of"),
        (("bench", "--out", "."), "is a directory"),
        (("bench", "--out", "recorded"), "recorded: is a directory"),
        (("bench", "--out", "pipe"), "pipe is not a file"),
        (("bench", "--out", "tales.txt/x"), "tales.txt: not a directory"),
        (("bench", "--out", "x" * 300), "file name too long"),
        (("bench", "--out", "loop"), "loop: too many levels"),
        (("bench", "no-such", "--out", "new/x"), "NAME must be one of"),
        ((*BENCH, "--out", "new/x", "--threads", "1", "--threads", "0"), "--threads must"),
        (("experiment", "run", "no-such"), "NAME must be one of"),
        (("experiment", "show", "no-such"), "NAME must be one of"),
        (("experiment", "show", "palindrome-length", "--out", "results"), "seed0.json is not a"),
        ((*RUN, "--out", "results"), "seed0.json is not a whole record"),
        ((*RUN, "--out", "tales.txt"), "not a directory"),
        ((*RUN, "--workers", "1", "--scheduler", "tcp://127.0.0.1:1"), "--scheduler exclude"),
        ((*PALINDROME, "--out", "tales.txt"), "tales.txt: not a directory"),
        ((*PALINDROME, "--out", "pipe"), "pipe: not a directory"),
        ((*PALINDROME, "--out", "x" * 300), "file name too long"),
        ((*PALINDROME, "--out", "a\0b"), "'a\\x00b' must not hold a NUL"),
        ((*PALINDROME, "--out", "recorded"), "recorded holds the record of a run"),
        ((*PALINDROME, "--out", "recorded", "--resume"), "no checkpoint to go on from"),
        ((*PALINDROME, "--out", "damaged"), "damaged holds a run: go on with --resume"),
        ((*PALINDROME, "--out", "damaged", "--resume"), "checkpoint.pt is not a whole checkpoint"),
        ((*PALINDROME, "--out="), "--out must not be empty"),
        ((*TEXT, "--corpus", "no-such.txt"), "no-such.txt is no file"),
        ((*TEXT, "--corpus", "binary.txt"), "binary.txt is not"),
        ((*TEXT, "--corpus", "short.txt"), "short.txt has 4 characters"),
        ((*TEXT, "--corpus", "empty.txt"), "empty.txt is empty"),
        ((*TEXT, "--corpus", "."), "is a directory"),
        ((*TEXT, "--corpus", "pipe"), "pipe is a named pipe, not a file"),
        ((*TEXT, "--corpus", "socket"), "socket is a socket, not a file"),
        ((*TEXT, "--corpus", "/dev/zero"), "/dev/zero is a device, not a file"),
        ((*TEXT, "--corpus", "loop"), "cannot read loop"),
        ((*TEXT, "--corpus", "x" * 5000), "is no file"),
        ((*TEXT, "--corpus", "tales.txt/x"), "tales.txt/x is no file"),
        ((*TEXT, "--corpus", "~nosuchuser/x"), "there is no such home folder"),
        ((*TEXT, "--steps", "1", "--minutes", "1"), "--steps or --minutes"),
        (("generate",), "--model"),
        (("generate", "--model", "new"), "--prompt"),
        (GENERATE, "there is no checkpoint new/checkpoint.pt"),
        ((*GENERATE, "--model", "damaged"), "checkpoint.pt is not a whole checkpoint"),
        ((*GENERATE, "--model", "tales.txt"), "there is no checkpoint tales.txt"),
        ((*GENERATE, "--model", "~nosuchuser"), "there is no checkpoint ~nosuchuser"),
        (("check", "no-such", "tales.txt"), "no-such"),
    ],
)
def test_what_was_typed_is_named(misuse, arguments, named):
    assert named in misuse(*arguments)


@pytest.mark.parametrize(
    "option, value, wanted",
    [("--hidden", "1e3", "a whole number"), ("--learning-rate", "many", "a number")],
)
def test_what_is_no_number_is_told_in_a_sentence(misuse, option, value, wanted):
    line = misuse(*TEXT, option, value)
    assert line == f"rnncourse: {option} must be {wanted}, got {value}. Try rnncourse --help.\n"


def test_a_loss_that_is_not_finite_is_one_line_with_what_may_help(folder, command):
    ask = ("train", "palindrome", "--units", "4", "--length", "3", "--steps", "50")
    code, told, error = command(*ask, "--learning-rate", "1e300", "--out", "new")
    assert (code, told) == (1, "")
    assert error.count("\n") == 1
    assert "a smaller --learning-rate may help" in error


def test_a_working_folder_that_was_removed_is_told(tmp_path, monkeypatch, refused):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert "the working folder was removed" in refused("data", "list")
