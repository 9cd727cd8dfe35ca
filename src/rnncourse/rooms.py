"""The rooms of the chapters: their topics, their numbers in the book, and their modules.

A chapter is a folder of ``rnncourse.chapters``, named by its topic. Its number stands in the
book's table of contents and in the names of its pages, nowhere else.
"""

import re
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

PACKAGE = Path(__file__).parent
CHAPTERS = PACKAGE / "chapters"
# The table of contents lies at the root of the repository; a wheel carries a copy.
CONTENTS = (PACKAGE.parents[1] / "_toc.yml", PACKAGE / "_toc.yml")
PAGE = re.compile(r"^\s*- file: book/(\d\d)_(\w+)\s*$", re.MULTILINE)
DOCUMENT = re.compile(r"(?:^|/)(\d\d)_[^/]*$")


@cache
def numbers() -> dict[str, str]:
    """The number of each chapter that the book has, by its topic: {"bptt": "02", …}, in order."""
    contents = next((path for path in CONTENTS if path.is_file()), None)
    text = "" if contents is None else contents.read_text(encoding="utf-8")
    first: dict[str, str] = {}  # the first page of a number is the chapter's own
    for number, topic in PAGE.findall(text):
        first.setdefault(number, topic)
    return {topic: number for number, topic in first.items()}


def room_of_page(docname: str) -> str:
    """The topic of a chapter's page or lesson, by its number; "" if it belongs to no chapter."""
    number = DOCUMENT.search(docname)
    named = {number: topic for topic, number in numbers().items()}
    return named.get(number[1], "") if number else ""


def topics() -> list[str]:
    """The topics of all rooms in the order of the book; rooms without a page come last."""
    rooms = sorted(room.name for room in iter_modules([str(CHAPTERS)]) if room.ispkg)
    order = [*numbers(), *rooms]
    return sorted(rooms, key=order.index)


def topic_of(module: str) -> str:
    """The room in which a module lies: "bptt" for rnncourse.chapters.bptt.claims; else ""."""
    package, _, inside = module.partition(".chapters.")
    return inside.partition(".")[0] if package == "rnncourse" else ""


def find_topic(name: str) -> str:
    """The topic that a reader means by "bptt", "02" or "2".

    Raises: ValueError if there is no such chapter; the message lists them.
    """
    by_number = {number: topic for topic, number in numbers().items()}
    topic = by_number.get(name.zfill(2), name)
    if topic not in topics():
        known = ", ".join(f"{numbers().get(each, '')} {each}".strip() for each in topics())
        raise ValueError(f"there is no chapter {name!r}; there are: {known}")
    return topic


@cache
def load(kind: str) -> tuple[ModuleType, ...]:
    """Import the modules of one kind from every room: claims, claims_exact, …; in order."""
    return tuple(
        import_module(f"rnncourse.chapters.{topic}.{module.name}")
        for topic in topics()
        for module in iter_modules([str(CHAPTERS / topic)])
        if module.name == kind or module.name.startswith(f"{kind}_")
    )
