"""What several test files ask for, and the order of the files."""

import sys

import numpy as np
import pytest

from rnncourse.cli import main

pytest.register_assert_rewrite("pages")

# The long ones first, each file at a worker of its own, so that the workers end together.
LONG = ("test_chapter_pages.py", "test_lesson_pages.py", "test_left_out.py", "test_breaks.py")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


@pytest.fixture
def checkpoint(tmp_path):
    """Where a run may leave its checkpoint; nothing is there yet."""
    return tmp_path / "checkpoint.pt"


@pytest.fixture
def places(monkeypatch, tmp_path):
    """A data folder and a cache of the test's own, both empty."""
    folders = {"data": tmp_path / "data", "cache": tmp_path / "cache" / "rnncourse"}
    folders["data"].mkdir()
    monkeypatch.setenv("RNNCOURSE_DATA", str(folders["data"]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return folders


@pytest.fixture
def command(monkeypatch, capsys):
    """Call the command in this process: its exit code, stdout and stderr."""

    def call(*arguments) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["rnncourse", *map(str, arguments)])
        with pytest.raises(SystemExit) as end:
            main()
        told = capsys.readouterr()
        return end.value.code or 0, told.out, told.err

    return call


@pytest.fixture
def refused(command):
    """Call the command with a mistake: one line on stderr says what is wrong; returns the line."""

    def call(*arguments) -> str:
        code, told, error = command(*arguments)
        assert (code, told) == (2, "")
        assert len(error.strip().splitlines()) == 1
        return error

    return call


def pytest_collection_modifyitems(items):
    """Put the long files first."""
    place = {name: i for i, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONG)))
