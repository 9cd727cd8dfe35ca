"""Lessons: run top to bottom, committed with outputs, readable, honest in their solutions."""

import re
from pathlib import Path

import nbformat
import pytest
from solutions import LESSONS, function_of, solutions

from rnncourse.exercises import EXERCISES, grade

each_lesson = pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)


def cells(path: Path, kind: str) -> list:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


@each_lesson
def test_a_lesson_was_run_once_from_top_to_bottom(path):
    counts = [cell.execution_count for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


@each_lesson
def test_what_prints_or_plots_carries_its_output(path):
    for cell in cells(path, "code"):
        if re.search(r"^\s*(print|plt\.show|check)\(", cell.source, re.MULTILINE):
            assert cell.outputs, cell.source


@each_lesson
def test_a_lesson_ends_with_the_next_step(path):
    last = nbformat.read(path, as_version=4).cells[-1]
    assert last.cell_type == "markdown"
    assert re.search(r"(## Next\n|\*\*Next:\*\*)[^#]*\(\.\./book/\w+\.md\)", last.source)


@each_lesson
def test_cells_fit_a_screen(path):
    for cell in cells(path, "code"):
        lines = cell.source.splitlines()
        assert len(lines) <= 15, cell.source
        assert max(map(len, lines)) <= 80, cell.source


@each_lesson
def test_figures_have_alt_text(path):
    for cell in cells(path, "code"):
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")
            assert len(alt.split()) > 5, cell.source


@each_lesson
def test_a_lesson_holds_no_magic_no_path_and_no_error(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"/(home|root|tmp|Users)/|Traceback|warnings\.filter|sys\.path", text)
    for cell in cells(path, "code"):
        assert not re.search(r"^\s*[%!]", cell.source, re.MULTILINE), cell.source
        assert all(output.output_type != "error" for output in cell.outputs)


@each_lesson
def test_no_code_cell_stands_without_a_sentence_before_it(path):
    kinds = [cell.cell_type for cell in nbformat.read(path, as_version=4).cells]
    assert kinds[0] == "markdown"
    assert kinds[-1] == "markdown"


def test_every_exercise_stands_in_a_lesson_with_a_solution():
    assert solutions().keys() == EXERCISES.keys()


@pytest.mark.parametrize("name", EXERCISES)
def test_the_folded_solution_is_right(name):
    verdict = grade(name, function_of(name))
    assert verdict.right, str(verdict)


@pytest.mark.parametrize("name", [name for name, each in EXERCISES.items() if each.facts])
def test_a_lesson_asks_the_statements_that_are_judged(name):
    listed = "\n".join(f"{n}. {fact.statement}" for n, fact in enumerate(EXERCISES[name].facts, 1))
    asked = [cell.source for path in LESSONS for cell in cells(path, "markdown")]
    assert any(listed in text for text in asked), listed


def test_every_exercise_has_two_hints():
    for path in LESSONS:
        for cell in cells(path, "markdown"):
            if "<summary>Solution</summary>" in cell.source:
                assert cell.source.count("<summary>Hint") == 2, cell.source
