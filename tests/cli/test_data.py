"""rnncourse data: a list, a download, one line for a mistake."""

import json
import os
import subprocess
import sys

import pytest

from rnncourse.text.corpora import BOOKS, CORPORA


@pytest.fixture
def run(tmp_path):
    """Runs ``rnncourse data`` with a data folder and a cache of the test's own, and no network."""
    (tmp_path / "data").mkdir()
    environment = os.environ | {
        "RNNCOURSE_DATA": str(tmp_path / "data"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "https_proxy": "http://127.0.0.1:1",
        "PYTHONUTF8": "1",
    }

    def call(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "rnncourse", "data", *arguments],
            capture_output=True,
            text=True,
            env=environment,
            check=False,
        )

    return call


def test_the_list_says_where_each_text_lies(run, tmp_path):
    place = tmp_path / "data" / BOOKS["grimm"].file
    place.write_text("a book")
    rows = {row["name"]: row for row in json.loads(run("list", "--json").stdout)}
    assert tuple(rows) == CORPORA
    assert rows["tales"]["where"] == "generated"
    assert rows["grimm"]["where"] == str(place)
    assert rows["democracy"]["where"] is None
    assert rows["anna-karenina-nl"]["language"] == "Dutch"
    assert rows["shakespeare"]["characters"] == 1_115_394
    shown = run("list")
    assert shown.returncode == 0
    assert "grimm             English    520,738  Grimms' Fairy Tales" in shown.stdout
    assert str(place) in shown.stdout
    assert shown.stdout.count("not on this machine") == 3


def test_tales_need_no_download(run):
    done = run("fetch", "tales")
    assert done.returncode == 0
    assert "nothing to fetch" in done.stdout


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["fetch", "grim"], "name must be one of anna-karenina-nl, democracy, grimm, shakespeare"),
        (["fetch"], "Missing argument 'name'."),
        (["fetch", "shakespeare"], "cannot download 'shakespeare' from https://raw.github"),
        (["fetch", "grimm"], "its sha256 must be e6439bd511820742"),
    ],
)
def test_a_mistake_is_one_line(arguments, message, run, tmp_path):
    wrong = tmp_path / "data" / BOOKS["grimm"].file
    wrong.write_text("a book")
    done = run(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not done.stdout
    assert [path.name for path in (tmp_path / "data").iterdir()] == [wrong.name]
    assert not list((tmp_path / "cache").rglob("*.txt"))


def test_fetch_prints_where_the_book_lies():
    where = os.environ.get("RNNCOURSE_DATA")
    if not where or not os.path.exists(os.path.join(where, BOOKS["grimm"].file)):
        pytest.skip(f"RNNCOURSE_DATA names no folder with {BOOKS['grimm'].file}")
    command = [sys.executable, "-m", "rnncourse", "data", "fetch", "grimm"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == os.path.join(where, BOOKS["grimm"].file)
    assert not done.stderr
