"""`make lab`: a copy of the lessons that is the reader's own."""

import subprocess
from pathlib import Path

import nbformat
import pytest
import rnncourse_lab as lab
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def write_lesson(root: Path, source: str = "print(1)") -> None:
    """The course has this version of its one lesson."""
    printed = new_output("stream", name="stdout", text="1\n")
    cells = [
        new_markdown_cell("# Lesson\n\n[The page before](../book/02_bptt.md#many-steps) asks."),
        new_code_cell(source, execution_count=1, outputs=[printed]),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    nbformat.write(new_notebook(cells=cells), root / "notebooks" / "02_bptt.ipynb")


@pytest.fixture
def root(tmp_path) -> Path:
    (tmp_path / "notebooks").mkdir()
    write_lesson(tmp_path)
    assert lab.refresh(tmp_path) == ["02_bptt.ipynb"]
    return tmp_path


def copy(root: Path, name: str = "02_bptt") -> Path:
    return root / "lab" / f"{name}.ipynb"


def code(root: Path, name: str = "02_bptt") -> str:
    return nbformat.read(copy(root, name), as_version=4).cells[1].source


def edit(root: Path, change, name: str = "02_bptt") -> bytes:
    """What the reader's editor saves; returns it."""
    notebook = nbformat.read(copy(root, name), as_version=4)
    change(notebook)
    nbformat.write(notebook, copy(root, name))
    return copy(root, name).read_bytes()


def answer(notebook) -> None:
    notebook.cells[1].source += "  # my answer"


def run(notebook) -> None:
    notebook.cells[1].outputs = [new_output("stream", name="stdout", text="1\n")]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_copy_has_the_lessons_cells_and_none_of_its_outputs(path):
    lesson = nbformat.read(path, as_version=4)
    made = nbformat.reads(lab.copy_of(path.read_text("utf-8")), as_version=4)
    assert [cell.cell_type for cell in made.cells] == [cell.cell_type for cell in lesson.cells]
    for mine, theirs in zip(made.cells, lesson.cells, strict=True):
        if mine.cell_type == "code":
            assert mine.source == theirs.source
            assert mine.outputs == [] and mine.execution_count is None
        else:
            assert "](../book/" not in mine.source
            back = mine.source.replace("/static/book", "../book").replace(".html", ".md")
            assert back == theirs.source


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_a_link_to_a_page_leads_to_a_page_of_the_book(path):
    made = nbformat.reads(lab.copy_of(path.read_text("utf-8")), as_version=4)
    text = "\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")
    pages = [part.split(".html")[0] for part in text.split("](/static/book/")[1:]]
    assert pages
    assert all((ROOT / "book" / f"{page}.md").is_file() for page in pages), pages


def test_a_link_keeps_its_section(root):
    text = nbformat.read(copy(root), as_version=4).cells[0].source
    assert "[The page before](/static/book/02_bptt.html#many-steps) asks." in text


def test_where_the_book_is_not_built_a_page_says_make_book(root):
    stub = root / "lab" / lab.STUBS / "book" / "02_bptt.html"
    assert "make book" in stub.read_text("utf-8")


def test_the_built_page_is_served_before_the_one_that_says_so(root):
    told = lab.options(root)
    served = [part.split("=", 1)[1] for part in told if "extra_static_paths" in part]
    assert served == [str(root / "_build" / "html"), str(root / "lab" / lab.STUBS)]


def test_nothing_is_written_where_nothing_is_new(root):
    before = copy(root).stat().st_mtime_ns
    assert lab.refresh(root) == []
    assert copy(root).stat().st_mtime_ns == before


def test_a_copy_that_nobody_touched_becomes_the_new_version(root):
    write_lesson(root, "print(2)")
    assert lab.refresh(root) == ["02_bptt.ipynb"]
    assert code(root) == "print(2)"


def test_opening_a_copy_does_not_touch_it(root):
    edit(root, lambda notebook: notebook.metadata.update({"language_info": {"name": "python"}}))
    write_lesson(root, "print(2)")
    assert lab.refresh(root) == ["02_bptt.ipynb"]


@pytest.mark.parametrize("change", [answer, run])
def test_a_copy_that_was_changed_or_run_is_kept_and_the_new_version_put_beside_it(root, change):
    mine = edit(root, change)
    assert lab.refresh(root) == []
    write_lesson(root, "print(2)")
    assert lab.refresh(root) == ["02_bptt_new.ipynb"]
    assert copy(root).read_bytes() == mine
    assert code(root, "02_bptt_new") == "print(2)"
    assert "02_bptt_new.ipynb" in lab.told(["02_bptt_new.ipynb"])
    assert lab.refresh(root) == []


def test_many_versions_never_meet_an_answer(root):
    kept = {"02_bptt": edit(root, answer)}
    for version, name in enumerate(["02_bptt_new", "02_bptt_new_2", "02_bptt_new_3"], start=2):
        write_lesson(root, f"print({version})")
        assert lab.refresh(root) == [f"{name}.ipynb"]
        kept[name] = edit(root, answer, name)
    assert {name: copy(root, name).read_bytes() for name in kept} == kept


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', '{"cells": [{}]}', "\x00"])
def test_a_file_that_is_no_notebook_is_kept_too(root, text):
    copy(root).write_text(text)
    write_lesson(root, "print(2)")
    assert lab.refresh(root) == ["02_bptt_new.ipynb"]
    (root / "lab" / lab.KEPT).unlink()
    assert lab.refresh(root) == ["02_bptt_new_2.ipynb"]
    assert copy(root).read_text() == text


def test_without_its_notes_nothing_is_overwritten(root):
    (root / "lab" / lab.KEPT).unlink()
    write_lesson(root, "print(2)")
    assert lab.refresh(root) == ["02_bptt_new.ipynb"]
    assert code(root) == "print(1)"


def test_a_copy_that_was_removed_comes_again(root):
    copy(root).unlink()
    assert lab.refresh(root) == ["02_bptt.ipynb"]


def test_a_lesson_is_opened_only_where_one_is_named():
    def opened(*first):
        return [part for part in lab.options(ROOT, *first) if "default_url" in part]

    assert opened("01_a.ipynb") == ["--LabApp.default_url=/lab/tree/01_a.ipynb"]
    assert opened() == []


@pytest.mark.parametrize("change", [answer, run])
def test_the_first_lesson_is_opened_until_a_copy_is_touched(root, change):
    assert lab.first_lesson(root / "lab") == "02_bptt.ipynb"
    edit(root, lambda notebook: notebook.metadata.update({"language_info": {"name": "python"}}))
    assert lab.first_lesson(root / "lab") == "02_bptt.ipynb"
    edit(root, change)
    assert lab.first_lesson(root / "lab") == ""


def test_jupyterlab_asks_nobody_about_news(root):
    [told] = [part for part in lab.options(root) if "app_settings_dir" in part]
    settings = Path(told.split("=", 1)[1], "overrides.json").read_text("utf-8")
    assert '"fetchNews": "false"' in settings and '"checkForUpdates": false' in settings


def test_git_and_the_book_leave_the_copies_out():
    assert "lab/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert " lab," in (ROOT / "_config.yml").read_text("utf-8")
    if (ROOT / ".git").exists():
        command = ["git", "check-ignore", "-q", "lab/02_bptt.ipynb"]
        assert subprocess.run(command, cwd=ROOT).returncode == 0
