"""Files and notebooks: which function is meant, and what a fault elsewhere matters."""

import io
import json
from pathlib import Path

import pytest

from rnncourse.exercises import EXERCISES, grade_all, grade_file
from rnncourse.exercises.needed import Source
from rnncourse.exercises.plain import dumps, loads
from rnncourse.exercises.sources import without_magics

LESSONS = Path(__file__).parents[2] / "notebooks"
RIGHT = (
    "import numpy as np\ndef dL_dp(p, y):\n"
    "    e = np.exp(p - p.max())\n    return e / e.sum() - np.eye(len(p))[y]\n"
)


@pytest.fixture
def write(tmp_path):
    def write(content, name="lesson.ipynb") -> Path:
        path = tmp_path / name
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def code(source) -> dict:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}


def text(source) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def notebook(*cells, **metadata) -> dict:
    cells = [code(cell) if isinstance(cell, str) else cell for cell in cells]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


# Notebooks


@pytest.mark.parametrize(
    "content",
    [
        notebook(RIGHT),
        notebook(text("# Title"), code(RIGHT.splitlines(keepends=True))),
        notebook("import numpy as np", RIGHT.removeprefix("import numpy as np\n")),
        notebook("this is no Python", RIGHT, "def later(:"),
        notebook("%matplotlib inline\n!pip install x\nnp?\n" + RIGHT + "dL_dp??"),
        notebook("%%time\n" + RIGHT),
        notebook("await something()\n" + RIGHT + "def broken(:\n"),
        notebook("%%bash\nls", "%%writefile x.py\ndef dL_dp(p, y): pass", RIGHT),
        notebook("files = !ls\n" + RIGHT),
        notebook("data = load()\ndef dL_dp(p, y): return data", RIGHT),
        notebook(RIGHT, "from rnncourse import check\ncheck('dL-dp', dL_dp)"),
        notebook("np = load()", RIGHT),
        notebook("exit()", "raise SystemExit", RIGHT),
        notebook(RIGHT, kernelspec={"language": "python"}, language_info={"name": "python"}),
        {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [
            {"cell_type": "code", "language": "python", "input": RIGHT.splitlines(keepends=True)}
        ]}]},
    ],
)  # fmt: skip
def test_a_notebook_is_read_as_its_reader_means_it(write, content):
    verdict = grade_file("dL-dp", write(content))
    assert verdict.right, str(verdict)


def test_the_last_definition_of_a_name_wins(write):
    wrong = "def dL_dp(p, y): return 0 * p"
    assert grade_file("dL-dp", write(notebook(wrong, RIGHT))).right
    assert not grade_file("dL-dp", write(notebook(RIGHT, wrong))).right
    assert grade_file("dL-dp", write(f"{wrong}\n{RIGHT}", "answers.py")).right


@pytest.mark.parametrize(
    "content, message",
    [
        (notebook(text("a"), "", "def dL_dp(p, y):\n    return p +"), "cell 3, line 2: invalid"),
        (notebook("x = 1", "N = load()\ndef dL_dp(p, y): return N"), "cell 2, line 1: N is compu"),
        (notebook("import no_such\ndef dL_dp(p, y): no_such"), "cell 1, line 1: ModuleNotFoundE"),
        (notebook("def helper(:", "def dL_dp(p, y): return helper(p)"), "cell 1, line 1: "),
        (notebook("def dl_dp(p, y): pass"), "must define the function dL_dp; its functions: dl_dp"),
        (notebook("def x(:"), "its functions: none; not read: .*cell 1, line 1"),
        (notebook(text("nothing")), "has no cell with code"),
        (notebook(), "has no cell with code"),
        ("", "is not a notebook: it cannot be read as JSON"),
        ("{\n'a'", "line 2 is not a notebook: it cannot be read as JSON"),
        ("[" * 100_000, "is not a notebook: it cannot be read as JSON"),
        ("[1]", "is not a notebook: it has no list of cells"),
        ({"cells": 3}, "is not a notebook: it has no list of cells"),
        ({"cells": [3, None, {"cell_type": "code", "source": None}]}, "must define the function"),
        (notebook(RIGHT, language_info={"name": "julia"}), "is a notebook of julia, not of Python"),
        (notebook(RIGHT, kernelspec={"language": "R"}), "is a notebook of R, not of Python"),
        ("x" * 20_000_001, "has 20,000,001 bytes; at most 20,000,000 are read"),
    ],
)
def test_a_notebook_that_cannot_be_used_is_one_line(write, content, message):
    with pytest.raises(ValueError, match=message) as caught:
        grade_file("dL-dp", write(content))
    assert "\n" not in str(caught.value) and "lesson.ipynb" in str(caught.value)


def test_an_error_names_the_cell_and_the_line(write):
    path = write(notebook(text("# One"), "import numpy as np", "def dL_dp(p, y):\n    return p[9]"))
    said = " ".join(str(grade_file("dL-dp", path)).split())
    assert "in cell 3, line 2: return p[9]" in said


def test_a_line_of_python_that_looks_like_a_magic_stays():
    kept = "x = (5\n     % 3)"
    assert without_magics(kept) == kept


# Files with a fault


@pytest.mark.parametrize(
    "before, after",
    [
        ("def broken(:\n    pass\n", ""),
        ("x = (1,\n", "y = )\n"),
        ("if True:\n    x = 1\nelse\n    x = 2\n", "for\n"),
        ("", "def later():\n    '''\nat the margin\n'''\n    return 1 +\n"),
        ("", "print 'python 2'\n"),
    ],
)
def test_a_fault_elsewhere_in_a_file_is_no_hindrance(write, before, after):
    verdict = grade_file("dL-dp", write(before + RIGHT + after, "answers.py"))
    assert verdict.right, str(verdict)


def test_a_statement_over_many_lines_stays_whole(write):
    answer = RIGHT.replace("    e =", "    '''\nWhat follows\nis easy\n'''\n    e =")
    source = Source(("def broken(:\n    pass\n\n" + answer).encode(), Path("answers.py"))
    assert source.function("dL_dp").__doc__ == "\nWhat follows\nis easy\n"


def test_an_argument_changed_in_another_process_is_seen(write):
    path = write(RIGHT.replace("    return", "    p[0] = 7.0\n    return"), "answers.py")
    verdict = grade_file("dL-dp", path)
    assert verdict.notes == ("your function changes its argument p; it was given a copy",)


@pytest.mark.parametrize("content", [RIGHT, json.dumps(notebook(RIGHT))])
def test_the_standard_input_is_a_file_or_a_notebook(content, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
    assert grade_file("dL-dp", "-").right


def test_a_module_beside_the_file_is_found(write):
    write(RIGHT, "my_helper_module.py")
    path = write("from my_helper_module import dL_dp\nanswer = dL_dp\n", "answers.py")
    with pytest.raises(ValueError, match="its functions: none"):
        grade_file("softmax-cross-entropy", path)
    assert grade_file("dL-dp", path).right


# All of a file


def test_all_that_a_file_answers_is_checked(write):
    wrong = "def softmax_cross_entropy(p, y): return 0.0"
    hole = "def rnn_forward(params, x, h0):\n    ...  # about 5 lines"
    needs = "N = load()\ndef jacobian_product(params, h, i): return N"
    graded = list(grade_all(write(notebook(RIGHT, wrong, hole, needs))))
    assert [row.verdict.name for row in graded] == [
        "softmax-cross-entropy", "dL-dp", "rnn-forward", "jacobian-product",
    ]  # fmt: skip
    assert [row.verdict.right for row in graded] == [False, True, False, False]
    assert [row.not_yet for row in graded] == [False, False, True, False]
    assert "cell 4, line 1: N is computed here" in str(graded[3].verdict)


def test_an_answer_that_ends_python_is_no_word_on_the_next(write):
    ends = "import os\ndef softmax_cross_entropy(p, y): os._exit(0)"
    graded = list(grade_all(write(notebook(ends, RIGHT))))
    assert [row.verdict.right for row in graded] == [False, True]


def test_a_hole_beside_a_right_answer_is_right(write):
    [row] = grade_all(write(RIGHT.replace("    e =", "    ...\n    e ="), "answers.py"))
    assert row.verdict.right and not row.not_yet


def test_a_file_without_answers_is_one_line(write):
    with pytest.raises(ValueError, match=r"answers\.py answers no exercise; its functions: other"):
        list(grade_all(write("def other(): pass", "answers.py")))


@pytest.mark.parametrize("lesson", ["02_bptt", "16_graphs"])
def test_a_lesson_as_it_is_shipped_has_nothing_right(lesson):
    graded = list(grade_all(LESSONS / f"{lesson}.ipynb"))
    assert [row.verdict.name for row in graded] == [
        name for name, each in EXERCISES.items() if each.chapter == lesson[3:]
    ]
    assert not any(row.verdict.right for row in graded)
    assert sum(row.not_yet for row in graded) >= len(graded) - 2  # a planted bug has no hole


# Plain data


@pytest.mark.parametrize(
    "given",
    [
        "[1",
        '["array", "O", [1], ""]',
        '["array", "<f8", [2], ""]',
        '["array", "<f8"]',
        '["no-such"]',
        "[]",
        '["dict", [[], 1]]',
        '["dict", [["list"], 1]]',
        "[" * 100_000,
    ],
    ids=range(9),
)
def test_what_is_no_plain_data_is_refused(given):
    with pytest.raises(ValueError, match="no plain data: "):
        loads(given)


def test_arguments_and_truths_of_all_exercises_cross_over(write):
    """In one process for all: each official solution is right there as it is here."""
    lines = ["from rnncourse.exercises import EXERCISES"]
    for exercise in EXERCISES.values():
        call = f"EXERCISES[{exercise.name!r}].truth({', '.join(exercise.parameters)})"
        lines.append(f"def {exercise.signature}:\n    return {call}")
    graded = list(grade_all(write("\n".join(lines), "answers.py")))
    assert len(graded) == len(EXERCISES)
    assert [str(row.verdict) for row in graded if not row.verdict.right] == []
    assert loads(dumps({"a": (1, [2.0, None])})) == {"a": (1, [2.0, None])}


# What cannot be read never goes unsaid


UNREAD = "def dL_dp(p, y):\n    return 1 +\n"


@pytest.mark.parametrize(
    "later",
    [
        UNREAD,
        "dL_dp = lambda p, y: 1 +\n",
        "x = 1\nif x:\n    dL_dp = f(\n",
        "  def dL_dp(p, y):\n    return 1\n",
        "@twice\ndef dL_dp(p, y):\n    return 1 +\n",
        "async def dL_dp(p, y) return 1\n",
        "old = dL_dp = 1 +",
        "def other():\n    return 1\n  def dL_dp(p, y):\n    return 1\n",
    ],
)
@pytest.mark.parametrize("kind", ["notebook", "file"])
def test_the_last_definition_counts_though_it_cannot_be_read(write, later, kind):
    if kind == "notebook":
        path, place = write(notebook(RIGHT, later)), "cell 2, line "
    else:
        path, place = write(RIGHT + "y = 1\n" + later, "answers.py"), "answers.py, line "
    with pytest.raises(ValueError, match=f"{place}.*; dL_dp is defined there last") as caught:
        grade_file("dL-dp", path)
    assert "\n" not in str(caught.value)
    [row] = grade_all(path)
    assert not row.verdict.right and not row.not_yet
    assert "dL_dp is defined there last" in row.verdict.text


def test_a_helper_that_is_defined_last_where_nothing_can_be_read(write):
    answer = "def helper(p): return p\ndef dL_dp(p, y): return helper(p)"
    path = write(notebook(answer, "def helper(p):\n    return 1 +"))
    with pytest.raises(ValueError, match=r"cell 2, line 2: .*; helper is defined there last"):
        grade_file("dL-dp", path)


@pytest.mark.parametrize(
    "content, name, note",
    [
        (notebook(RIGHT, "def x(:"), "lesson.ipynb", "cell 2 could not be read (line 1: "),
        (notebook(UNREAD, RIGHT), "lesson.ipynb", "cell 1 could not be read (line 2: "),
        (notebook(RIGHT + "y = 1 +"), "lesson.ipynb", "part of cell 1 could not be read (line 5"),
        (notebook(RIGHT, "def f(p):\n    e = 1 +"), "lesson.ipynb", "cell 2 could not be read (l"),
        (UNREAD + RIGHT, "answers.py", "answers.py could not be read (line 2: "),
    ],
)
def test_what_is_left_out_is_a_note(write, content, name, note):
    path = write(content, name)
    for verdict in (grade_file("dL-dp", path), *(row.verdict for row in grade_all(path))):
        assert verdict.right
        [said] = verdict.notes
        assert note in said and said.endswith(" and was left out")
        assert "left out" in str(verdict).replace("\n  ", " ")


def test_a_file_without_an_answer_tells_what_could_not_be_read(write):
    path = write(notebook("def x(): pass", "y = 1 +"))
    with pytest.raises(ValueError, match=r"answers no exercise.*; cell 2 could not be read \(line"):
        list(grade_all(path))


@pytest.mark.parametrize("body", ["return p", "yield p"])
def test_async_is_not_needed(write, capfd, body):
    verdict = grade_file("dL-dp", write(f"async def dL_dp(p, y):\n    {body}\n", "answers.py"))
    assert "async def is not needed" in verdict.text
    assert capfd.readouterr().err == ""
