"""``rnncourse check``: what its words mean, what it prints, and how it exits."""

import json

import pytest

from rnncourse.exercises import EXERCISES

RIGHT = (
    "import numpy as np\ndef dL_dp(p, y):\n    print('noise')\n"
    "    e = np.exp(p - p.max())\n    return e / e.sum() - np.eye(len(p))[y]\n"
)
WRONG = "def relative_error(a, b):\n    return 0.0\n"
HOLE = "def rnn_forward(params, x, h0):\n    ...  # about 5 lines\n"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "right.py").write_text(RIGHT)
    (tmp_path / "both.py").write_text(RIGHT + WRONG)
    (tmp_path / "left.py").write_text(RIGHT + HOLE)
    (tmp_path / "hole.py").write_text(HOLE)
    (tmp_path / "ends.py").write_text("import os\ndef dL_dp(p, y):\n    os._exit(0)\n")


@pytest.mark.parametrize(
    "words, code, told, summary",
    [
        (["right.py"], 0, "Right: dL-dp", "1 right, 0 wrong, 0 not yet"),
        (["dL-dp", "right.py"], 0, "Right: dL-dp", ""),
        (["right.py", "dL-dp"], 0, "Right: dL-dp", ""),
        (["both.py"], 1, "Wrong: relative-error", "1 right, 1 wrong, 0 not yet"),
        (["left.py"], 1, "Not yet: rnn-forward.", "1 right, 0 wrong, 1 not yet"),
        (["hole.py"], 1, "Not yet: rnn-forward.", "0 right, 0 wrong, 1 not yet"),
        (["rnn-forward", "hole.py"], 1, "Not yet: rnn-forward, case 1", ""),
        (["dL-dp", "ends.py"], 1, "it ended Python (exit code 0)", ""),
        (["ends.py"], 1, "it ended Python (exit code 0)", "0 right, 1 wrong, 0 not yet"),
    ],
)
def test_it_exits_with_0_only_if_all_is_right(words, code, told, summary, command):
    exit_code, out, error = command("check", *words)
    assert (exit_code, told in out, summary in error) == (code, True, True), out + error
    assert "noise" not in out


@pytest.mark.parametrize(
    "words, message",
    [
        ([], "check what? rnncourse check FILE, or rnncourse check NAME FILE"),
        (["dL-dp"], "give the file, too: rnncourse check dL-dp FILE, with def dL_dp(p, y)"),
        (["dL-dq"], "dL-dq is no file, and there is no exercise 'dL-dq'; did you mean dL-dp"),
        (["no-such.py"], "no-such.py cannot be read: No such file"),
        (["dL-dp", "no-such.py"], "no-such.py cannot be read: No such file"),
        (["dL-dq", "right.py"], "there is no exercise 'dL-dq'; did you mean dL-dp"),
        (["right.py", "dL-dq"], "there is no exercise 'dL-dq'; did you mean dL-dp"),
        (["relative-error", "right.py"], "must define the function relative_error"),
        (["."], "cannot be read: Is a directory"),
        (["/dev/null"], "/dev/null is no file"),
        (["--chapter", "02"], "--chapter goes with --list"),
        (["--list", "right.py"], "--list takes no name and no file, got right.py"),
        (["--list", "--chapter", "99"], "there is no chapter '99'"),
    ],
)
def test_what_cannot_be_meant_is_one_line(words, message, refused):
    assert message in refused("check", *words)


def test_what_could_not_be_read_never_goes_unsaid(tmp_path, command, refused):
    (tmp_path / "later.py").write_text(RIGHT + "y = 1\ndef dL_dp(p, y):\n    return 1 +\n")
    assert "later.py, line 8: invalid syntax; dL_dp is defined there last" in refused(
        "check", "dL-dp", "later.py"
    )
    code, out, error = command("check", "later.py")
    assert code == 1 and "Wrong: dL-dp" in out and "0 right, 1 wrong" in error
    for name, answer in (("part.py", RIGHT), ("unread.py", HOLE)):
        (tmp_path / name).write_text(answer + "y = 1 +\n")
        _, out, _ = command("check", name)
        assert out.count(f"Note: part of {name} could not be read (line ") == 1
        _, out, _ = command("check", name, "--json")
        assert f"part of {name} could not be read" in json.loads(out)[0]["notes"][0]


def test_json_is_one_document_whatever_the_answers_print(command):
    code, out, error = command("check", "both.py", "--json")
    right, wrong = json.loads(out)
    assert code == 1 and "noise" in error
    assert (right["name"], right["right"], right["mistake"]) == ("dL-dp", True, None)
    assert (wrong["name"], wrong["right"], wrong["not_yet"]) == ("relative-error", False, False)
    assert wrong["text"].startswith("Wrong: relative-error") and wrong["error"] == 1.0
    assert right["seconds"] > 0
    code, out, _ = command("check", "dL-dp", "ends.py", "--json")
    assert code == 1 and json.loads(out)[0]["error"] is None


@pytest.mark.parametrize("chapter", ["07", "7", "optimizers"])
def test_the_exercises_are_listed(chapter, command):
    code, out, _ = command("check", "--list", "--chapter", chapter, "--json")
    rows = json.loads(out)
    assert code == 0
    names = [name for name, each in EXERCISES.items() if each.chapter == "optimizers"]
    assert [row["name"] for row in rows] == names
    row = next(row for row in rows if row["name"] == "adam-path")
    assert row["function"] == EXERCISES["adam-path"].signature
    assert row["statement"] == EXERCISES["adam-path"].statement.splitlines()[0]
    _, out, _ = command("check", "--list", "--chapter", chapter)
    assert all(name in out for name in names)


def test_all_exercises_are_listed(command):
    _, out, _ = command("check", "--list", "--json")
    assert [row["name"] for row in json.loads(out)] == list(EXERCISES)
