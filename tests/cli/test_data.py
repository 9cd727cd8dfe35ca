"""rnncourse data: a list, a download, one line for a mistake."""

import json
import os

import pytest

from rnncourse.text.corpora import BOOKS, CORPORA


@pytest.fixture
def offline(places, monkeypatch):
    """Such folders, and no network."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    return places


def test_the_list_says_where_each_text_lies(offline, command, tmp_path):
    place = tmp_path / "data" / BOOKS["grimm"].file
    place.write_text("a book")
    rows = {row["name"]: row for row in json.loads(command("data", "list", "--json")[1])}
    assert tuple(rows) == CORPORA
    assert rows["tales"]["where"] == "generated"
    assert rows["grimm"]["where"] == str(place)
    assert rows["democracy"]["where"] is None
    assert rows["anna-karenina-nl"]["language"] == "Dutch"
    assert rows["shakespeare"]["characters"] == 1_115_394
    code, shown, _ = command("data", "list")
    assert code == 0
    assert "grimm             English    520,738  Grimms' Fairy Tales" in shown
    assert str(place) in shown
    assert shown.count("not on this machine") == 3


def test_tales_need_no_download(offline, command):
    code, told, _ = command("data", "fetch", "tales")
    assert code == 0
    assert "nothing to fetch" in told


@pytest.mark.parametrize(
    "arguments, message",
    [
        (["fetch", "grim"], "NAME must be one of anna-karenina-nl, democracy, grimm, shakespeare"),
        (["fetch"], "Missing argument 'name'."),
        (["fetch", "shakespeare"], "cannot download 'shakespeare' from https://raw.github"),
        (["fetch", "grimm"], "its sha256 must be e6439bd511820742"),
    ],
)
def test_a_mistake_is_one_line(arguments, message, offline, refused, tmp_path):
    wrong = tmp_path / "data" / BOOKS["grimm"].file
    wrong.write_text("a book")
    assert message in refused("data", *arguments)
    assert [path.name for path in (tmp_path / "data").iterdir()] == [wrong.name]
    assert not list((tmp_path / "cache").rglob("*.txt"))


def test_fetch_prints_where_the_book_lies(command):
    where = os.environ.get("RNNCOURSE_DATA")
    if not where or not os.path.exists(os.path.join(where, BOOKS["grimm"].file)):
        pytest.skip(f"RNNCOURSE_DATA names no folder with {BOOKS['grimm'].file}")
    code, told, error = command("data", "fetch", "grimm")
    assert (code, told.strip()) == (0, os.path.join(where, BOOKS["grimm"].file))
    assert not error
