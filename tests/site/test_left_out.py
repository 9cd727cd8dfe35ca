"""A chapter can be dropped: its room, its pages, its lines in _toc.yml; the rest builds."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from rnncourse_left_out import left_out

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("CITATION.cff", "_config.yml", "_toc.yml", "pyproject.toml", "book", "notebooks", "src")
TOPIC = "bptt"  # the one that other chapters refer to most


def app(root: Path) -> SimpleNamespace:
    """As much of Sphinx's application as the question takes."""
    return SimpleNamespace(srcdir=root, config=SimpleNamespace(root_doc="book/index"))


def test_the_book_is_whole():
    assert left_out(app(ROOT)) == []


def test_a_name_with_a_slip_leaves_nothing_out(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "index.md").write_text("[2](02_bppt.md) [77](77_later.md)\n")
    assert left_out(app(tmp_path)) == ["77"]


def drop(folder: Path) -> None:
    """What a person does who drops the chapter."""
    shutil.rmtree(folder / "src/rnncourse/chapters" / TOPIC)
    for path in [*folder.glob(f"book/*_{TOPIC}*.md"), *folder.glob(f"notebooks/*_{TOPIC}*")]:
        path.unlink()
    contents = folder / "_toc.yml"
    text = contents.read_text(encoding="utf-8")
    entry = rf"      - file: book/\d\d_{TOPIC}\n        sections:\n(?:          - .*\n)+"
    changed, times = re.subn(entry, "", text)
    assert times == 1
    contents.write_text(changed, encoding="utf-8")


def keep_measurements(folder: Path) -> None:
    """Bring along what the book has measured: claims of rooms that the drop leaves as they are.

    The build knows them by the hashes of their code, and measures what is not there or changed.
    """
    measured = ROOT / "_build" / "claims.json"
    if measured.is_file():
        (folder / "_build").mkdir()
        shutil.copyfile(measured, folder / "_build" / measured.name)


@pytest.mark.slow
def test_a_chapter_is_dropped_and_the_rest_builds(tmp_path):
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copyfile
        copy(ROOT / part, tmp_path / part)
    drop(tmp_path)
    keep_measurements(tmp_path)
    config = tmp_path / "_config.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("execute_notebooks: cache", "execute_notebooks: 'off'"))
    done = subprocess.run(
        [sys.executable, "book/_ext/rnncourse_build.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "src"), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-5000:]
    assert "left out: chapter 02" in said
    page = (tmp_path / "_build/html/book/index.html").read_text(encoding="utf-8")
    assert "02_bptt" not in page and "11_phased_lstm" in page
