"""What must be measured and executed again: no more than what changed, and no less."""

from types import SimpleNamespace

import nbformat
import pytest
import rnncourse_build
import rnncourse_claims_measure as measure
import rnncourse_lessons as lessons
import rnncourse_sources as sources
from myst_nb.core.config import NbParserConfig
from myst_parser.config.main import MdParserConfig
from nbclient.exceptions import DeadKernelError
from sphinx.project import Project

ROOMS = ("bptt", "lstm", "sampling")
FILES = {
    "cells.py": "",
    "chapters/bptt/claims.py": "",
    "chapters/bptt/figures.py": "",
    "chapters/lstm/claims.py": "from rnncourse.chapters.bptt.claims import small\n",
    "chapters/sampling/claims_more.py": "",
    "chapters/sampling/results/run.json": "{}",
}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package with three rooms, of which lstm imports from bptt."""
    folder = tmp_path / "rnncourse"
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    monkeypatch.setattr(sources, "PACKAGE", folder)
    monkeypatch.setattr(sources, "CHAPTERS", folder / "chapters")
    for module in (sources, measure):
        monkeypatch.setattr(module, "topics", lambda: list(ROOMS))
    yield folder
    forget()


def forget():
    """As a new process begins."""
    sources.room_hash.cache_clear()
    sources.shared_hash.cache_clear()


def change(path):
    """Add a line to a file; then a new process begins."""
    path.write_text(path.read_text() + "\n")
    forget()


def measured() -> dict[str, dict]:
    """What is kept after all claims were measured."""
    forget()
    return {room: {"key": measure._key(room)} for room in ROOMS}


def test_nothing_is_measured_when_nothing_changed(package):
    assert measure.stale({}) == list(ROOMS)
    assert measure.stale(measured()) == []


@pytest.mark.parametrize(
    "name, rooms",
    {
        "chapters/sampling/claims_more.py": ["sampling"],
        "chapters/bptt/claims.py": ["bptt", "lstm"],
        "chapters/lstm/claims.py": ["lstm"],
        "cells.py": list(ROOMS),
        "chapters/sampling/results/run.json": list(ROOMS),
    }.items(),
)
def test_the_claims_of_what_changed_are_measured(package, name, rooms):
    kept = measured()
    change(package / name)
    assert measure.stale(kept) == rooms


def test_another_processor_measures_everything(package, monkeypatch):
    kept = measured()
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Nehalem")
    forget()
    assert measure.stale(kept) == list(ROOMS)


@pytest.fixture
def book(package, tmp_path):
    """A function that looks at a book of two lessons and an appendix, all executed once."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("02_bptt", "08_lstm_deeper", "appendix"):
        cell = nbformat.v4.new_code_cell(f"name = {name!r}", outputs=[], execution_count=1)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / f"{name}.ipynb")
    app = SimpleNamespace(
        config=SimpleNamespace(nb_execution_timeout=10, exclude_patterns=[]),
        env=SimpleNamespace(
            myst_config=MdParserConfig(),
            mystnb_config=NbParserConfig(execution_cache_path=str(tmp_path / "cache")),
        ),
        project=Project(folder, {".ipynb": "myst-nb"}),
    )

    def look():
        forget()
        return lessons.Lessons(app)

    first = look()
    assert len(first.stale()) == 3
    for docname, notebook in first.notebooks.items():
        first.store(docname, (notebook, 1.0))
    first.save()
    return look


def test_no_lesson_is_executed_when_nothing_changed(book):
    assert book().stale() == []


def test_a_lesson_is_executed_when_its_room_changed(book, package):
    change(package / "chapters/bptt/figures.py")
    assert sorted(book().stale()) == ["02_bptt", "08_lstm_deeper", "appendix"]  # lstm imports bptt


def test_a_lesson_is_not_executed_for_the_claims_of_its_room(book, package):
    change(package / "chapters/bptt/claims.py")
    assert book().stale() == []


def test_a_draft_leaves_lessons_alone_when_only_the_library_changed(book, package):
    change(package / "cells.py")
    assert book().stale(("code", "room")) == []
    assert len(book().stale()) == 3


def test_a_lesson_is_executed_when_its_code_changed_and_again_when_that_is_undone(book):
    path = book().paths["02_bptt"]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("name =", "word ="), encoding="utf-8")
    changed = book()
    assert changed.stale() == ["02_bptt"]
    changed.store("02_bptt", (changed.notebooks["02_bptt"], 1.0))
    changed.save()
    path.write_text(text, encoding="utf-8")
    assert book().stale() == ["02_bptt"]


def test_an_execution_that_failed_leaves_nothing_behind(book):
    looked = book()
    looked.forget("appendix")
    looked.store("appendix", (None, 1.0))
    looked.save()
    assert book().stale() == ["appendix"]


def test_another_table_of_contents_writes_every_page_again(tmp_path):
    page = tmp_path / "_build" / "html" / "page.html"
    for contents, stays in (("- file: a", False), ("- file: a", True), ("- file: b", False)):
        page.parent.mkdir(parents=True, exist_ok=True)
        page.touch()
        (tmp_path / "_toc.yml").write_text(contents)
        rnncourse_build.forget_other_contents(tmp_path)
        assert page.exists() == stays


def starting(monkeypatch, failures: int, error=RuntimeError) -> list[int]:
    """Let a kernel fail so often; the list grows with each try."""
    tries = []

    def run(notebook, **how):
        tries.append(len(tries) + 1)
        if len(tries) <= failures:
            raise error("Kernel died")
        return SimpleNamespace(nb=notebook, err=None, time=1.0)

    monkeypatch.setattr(lessons, "single_nb_execution", run)
    return tries


def test_a_kernel_whose_port_is_taken_is_started_again(monkeypatch):
    tries, notebook = starting(monkeypatch, 2), nbformat.v4.new_notebook()
    assert lessons.execute(notebook, ".", 60) == (notebook, 1.0)
    assert tries == [1, 2, 3]


def test_one_that_never_starts_ends_the_build(monkeypatch):
    tries = starting(monkeypatch, 9)
    with pytest.raises(RuntimeError, match="Kernel died"):
        lessons.execute(nbformat.v4.new_notebook(), ".", 60)
    assert tries == [1, 2, 3]


def test_a_lesson_that_ends_its_kernel_is_not_tried_again(monkeypatch):
    tries = starting(monkeypatch, 9, DeadKernelError)
    with pytest.raises(DeadKernelError):
        lessons.execute(nbformat.v4.new_notebook(), ".", 60)
    assert tries == [1]
