"""The repository's address stands in one place, and what leads there follows it."""

import re
import subprocess
import sys
from pathlib import Path

import browse
import nbformat
import pytest
import rnncourse_first_cell as first_cell
import rnncourse_repository as repository
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).resolve().parents[2]
LESSONS = sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))
TEXTS = {".cff", ".cfg", ".css", ".html", ".ipynb", ".js", ".md", ".py", ".toml", ".txt", ".yml"}
FOLDERS = ("book", "notebooks", "src", ".github", ".ci")
ADDRESS = re.compile(r"(?:https?://|git@)[\w.:/@-]+/rnncourse(?![\w-])")
PLACES = {"pyproject.toml", "README.md", *(f"notebooks/{path.name}" for path in LESSONS)}
EXTENSIONS = ROOT / "book" / "_ext"
HOME = "https://github.com/a-school/rnncourse"


def texts() -> dict[str, str]:
    """The text files of the repository, by their names."""
    paths = [*ROOT.glob("*.*"), *(path for name in FOLDERS for path in (ROOT / name).rglob("*"))]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in paths
        if path.is_file() and (path.suffix in TEXTS or path.name == "run")
    }


def test_every_address_of_the_course_is_the_one_in_pyproject():
    found = {name: set(ADDRESS.findall(text)) for name, text in texts().items()}
    assert {name for name, all_of in found.items() if all_of} >= PLACES
    found.pop("book/_ext/rnncourse_repository.py")  # knows the placeholder as such
    others = {name: all_of - {repository.address()} for name, all_of in found.items()}
    assert not {name: left for name, left in others.items() if left}


def test_the_placeholder_gives_no_links_and_an_address_gives_all():
    assert repository.options(repository.PLACEHOLDER) == {}
    told = repository.options(HOME)
    assert told["repository_url"] == HOME
    assert {"use_repository_button", "use_edit_page_button", "use_issues_button"} <= set(told)


def test_without_a_pyproject_there_is_no_address(tmp_path):
    assert repository.address(tmp_path) == repository.PLACEHOLDER


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_every_lesson_begins_with_the_same_cell_that_installs_the_package(path):
    cells = nbformat.read(path, as_version=4).cells
    found = next(cell for cell in cells if cell.cell_type == "code")
    assert found == first_cell.cell(), "run book/_ext/rnncourse_first_cell.py notebooks"
    assert cells[1] == found and cells[0].cell_type == "markdown"
    assert sum("pip" in cell.source for cell in cells if cell.cell_type == "code") == 1


def test_where_the_package_is_the_cell_says_and_changes_nothing(capsys):
    space = {}
    exec(first_cell.cell().source, space)
    assert capsys.readouterr() == ("", "")
    assert "pip" not in space


def test_where_it_is_missing_the_cell_installs_it_from_the_repository(monkeypatch):
    calls = []
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(subprocess, "run", lambda command, check: calls.append((command, check)))
    exec(first_cell.cell().source, {})
    [(command, check)] = calls
    assert command[:4] == [sys.executable, "-m", "pip", "install"] and check
    assert command[-1] == f"git+{repository.address()}"


def test_the_cell_is_put_in_once_and_the_others_are_counted_anew():
    answer = new_output("execute_result", data={"text/plain": "2"}, execution_count=1)
    cells = [new_markdown_cell("# A lesson"), new_code_cell("1 + 1", outputs=[answer])]
    once = first_cell.with_first_cell(new_notebook(cells=cells))
    assert [cell.get("execution_count") for cell in once.cells] == [None, 1, 2]
    assert once.cells[2].outputs[0].execution_count == 2
    assert first_cell.with_first_cell(once) == once
    assert [cell.source for cell in once.cells[::2]] == ["# A lesson", "1 + 1"]


CONFIG = f"""
title: small
only_build_toc_files: true
execute: {{execute_notebooks: "off"}}
sphinx:
  local_extensions: {{rnncourse_repository: "{EXTENSIONS.as_posix()}"}}
  config:
    language: en
    extensions: [myst_nb, jupyter_book, sphinx_book_theme, sphinx_external_toc,
                 rnncourse_repository, rnncourse_theme]
"""
BUILD = """
import pathlib, sys, rnncourse_build
sys.exit(not rnncourse_build.build(pathlib.Path(sys.argv[1]), False))
"""


@pytest.mark.slow
@pytest.mark.parametrize("address", [HOME, repository.PLACEHOLDER])
def test_pages_and_lessons_have_the_buttons_of_an_address_and_none_of_the_placeholder(
    tmp_path, address
):
    (tmp_path / "notebooks").mkdir()
    lesson = new_notebook(cells=[new_markdown_cell("# Lesson"), first_cell.cell()])
    lesson.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(lesson, tmp_path / "notebooks" / "02_bptt.ipynb")
    contents = "format: jb-book\nroot: index\nchapters:\n- file: notebooks/02_bptt\n"
    project = f'[project.urls]\nRepository = "{address}"\n'
    for name, text in (
        ("_config.yml", CONFIG),
        ("_toc.yml", contents),
        ("index.md", "# Small\n"),
        ("pyproject.toml", project),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    subprocess.run(command, cwd=EXTENSIONS, check=True, timeout=300)
    html = tmp_path / "_build" / "html"
    page = (html / "index.html").read_text("utf-8")
    lesson = (html / "notebooks" / "02_bptt.html").read_text("utf-8")
    there = address == HOME
    colab = "https://colab.research.google.com/github/a-school/rnncourse/blob/main/"
    binder = "https://mybinder.org/v2/gh/a-school/rnncourse/main"
    assert (f'"{HOME}"' in page) == (f"{HOME}/edit/main/index.md" in page) == there
    assert (f"{HOME}/issues/new" in page) == there
    assert (f"{colab}notebooks/02_bptt.ipynb" in lesson) == there
    assert (f"{binder}?urlpath=lab/tree/notebooks/02_bptt.ipynb" in lesson) == there
    assert "OWNER" not in page + lesson
    assert "find_spec" not in lesson  # the book does not show the cell


@pytest.mark.browser
def test_no_page_of_the_site_leads_to_the_placeholder():
    browse.need(browse.SITE.is_dir(), "no site in _build/html: run make book")
    pages = [path for path in browse.SITE.rglob("*.html") if "_static" not in path.parts]
    assert pages
    assert not [path.name for path in pages if "OWNER/rnncourse" in path.read_text("utf-8")]
