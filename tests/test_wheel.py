"""An installed wheel knows what the repository knows: claims, chapters' numbers, recorded runs."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("pyproject.toml", "setup.py", "MANIFEST.in", "_toc.yml", "README.md", "LICENSE", "src")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """The files of a wheel, outside the repository."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, source / part)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q"]
    subprocess.run([*command, "-w", built, source], check=True)
    [wheel] = built.glob("*.whl")
    place = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(place)
    return place


def rnncourse(place: Path, *arguments) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "rnncourse", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(place)}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True)


def test_it_measures_a_chapter_by_its_number(installed):
    done = rnncourse(installed, "claims", "--chapter", "11", "--json")
    rows = json.loads(done.stdout)
    assert {row["chapter"] for row in rows} == {"phased_lstm"}
    assert done.returncode == 0, done.stderr


def test_it_lists_every_recorded_run(installed):
    rows = json.loads(rnncourse(installed, "experiment", "list", "--json").stdout)
    assert rows
    assert all(row["recorded"] == row["runs"] for row in rows)


def test_without_records_it_says_so_and_calls_nothing_wrong(installed, tmp_path):
    bare = shutil.copytree(installed, tmp_path / "bare")
    shutil.rmtree(bare / "rnncourse" / "chapters" / "phased_lstm" / "results")
    done = rnncourse(bare, "claims", "--chapter", "phased_lstm")
    assert done.returncode == 0
    assert "✗" not in done.stdout
    assert "not measured: the recorded runs of 'waves' are not in this installation" in done.stdout
    assert "rest on records that this installation lacks" in done.stderr
