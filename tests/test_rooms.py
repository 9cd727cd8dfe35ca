"""The rooms of the chapters: numbers from the table of contents, order, and what readers type."""

from pathlib import Path

import pytest
import yaml

from rnncourse import rooms

ROOT = Path(__file__).parents[1]
PAGES = [
    Path(entry["file"]).name.split("_", 1)
    for part in yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
    for entry in part["chapters"]
    if Path(entry["file"]).name[0].isdigit()
]


@pytest.fixture
def house(tmp_path, monkeypatch):
    """A package of three rooms whose book has pages for two of them; returns its folder."""
    for room in ("attic", "cellar", "kitchen"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "_toc.yml").write_text(
        "chapters:\n  - file: book/01_kitchen\n    sections:\n"
        "      - file: book/01_kitchen_deeper\n      - file: book/01_kitchen_sink\n"
        "      - file: notebooks/01_kitchen\n"
        "  - file: book/07_attic\n  - file: book/notation\n"
    )
    monkeypatch.setattr(rooms, "CHAPTERS", tmp_path)
    monkeypatch.setattr(rooms, "CONTENTS", (tmp_path / "none.yml", tmp_path / "_toc.yml"))
    rooms.numbers.cache_clear()
    yield tmp_path
    rooms.numbers.cache_clear()


def test_the_numbers_are_those_of_the_table_of_contents():
    assert list(rooms.numbers().items()) == [(topic, number) for number, topic in PAGES]


def test_every_chapter_of_the_book_has_a_room_and_every_room_a_page():
    folders = {path.parent.name for path in rooms.CHAPTERS.glob("*/__init__.py")}
    assert set(rooms.numbers()) == folders == set(rooms.topics())
    assert rooms.topics() == list(rooms.numbers())


def test_rooms_without_a_page_come_last_and_a_further_page_is_no_chapter(house):
    assert rooms.numbers() == {"kitchen": "01", "attic": "07"}
    assert rooms.topics() == ["kitchen", "attic", "cellar"]


@pytest.mark.parametrize(
    "page, topic",
    [
        ("book/01_kitchen", "kitchen"),
        ("book/01_kitchen_sink", "kitchen"),
        ("notebooks/07_attic", "attic"),
        ("07_attic", "attic"),
        ("book/02_cellar", ""),
        ("book/notation", ""),
    ],
)
def test_every_page_of_a_chapter_lies_in_its_room(house, page, topic):
    assert rooms.room_of_page(page) == topic


def test_without_a_table_of_contents_there_are_topics_and_no_numbers(house):
    (house / "_toc.yml").unlink()
    assert rooms.numbers() == {}
    assert rooms.topics() == ["attic", "cellar", "kitchen"]


@pytest.mark.parametrize("name", ["attic", "07", "7"])
def test_a_chapter_is_found_by_its_topic_and_by_its_number(house, name):
    assert rooms.find_topic(name) == "attic"


@pytest.mark.parametrize("name", ["2", "70", "notation", "Attic", ""])
def test_another_name_is_told_which_chapters_there_are(house, name):
    with pytest.raises(ValueError) as error:
        rooms.find_topic(name)
    known = "01 kitchen, 07 attic, cellar"
    assert str(error.value) == f"there is no chapter {name!r}; there are: {known}"


@pytest.mark.parametrize(
    "module, topic",
    [
        ("rnncourse.chapters.bptt.claims", "bptt"),
        ("rnncourse.chapters.phased_lstm", "phased_lstm"),
        ("rnncourse.byhand.rnn", ""),
        ("other.chapters.bptt.claims", ""),
        ("test_claims", ""),
    ],
)
def test_a_module_lies_in_the_room_that_its_name_says(module, topic):
    assert rooms.topic_of(module) == topic


def test_modules_of_a_kind_come_in_the_order_of_the_book():
    loaded = rooms.load("claims")
    assert all(module.__name__.split(".")[3].startswith("claims") for module in loaded)
    found = [rooms.topic_of(module.__name__) for module in loaded]
    assert found == sorted(found, key=rooms.topics().index)
    assert found
