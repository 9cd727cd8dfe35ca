"""The glossary and the index: every word leads to a page."""

import re
from html.parser import HTMLParser

import browse
import pytest

from rnncourse.rooms import numbers

MANY = 60


class Glossary(HTMLParser):
    """The terms of a glossary in groups, each with the links of its definition."""

    def __init__(self, text: str):
        super().__init__()
        self.entries, self.inside, self.part = [], False, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Begin a group at the first term after a definition."""
        attributes = dict(attrs)
        if tag == "dl" and "glossary" in (attributes.get("class") or ""):
            self.inside = True
        if not self.inside:
            return
        if tag == "dt":
            if self.part != "dt":
                self.entries.append(([], []))
            self.entries[-1][0].append(attributes.get("id"))
        if tag in ("dt", "dd"):
            self.part = tag
        if tag == "a" and self.part == "dd":
            self.entries[-1][1].append(attributes["href"])

    def handle_endtag(self, tag):
        """A glossary holds no other list."""
        self.inside = self.inside and tag != "dl"


@pytest.fixture(scope="module")
def entries():
    """What the built page holds."""
    path = browse.SITE / "book" / "glossary.html"
    browse.need(path.is_file(), "no glossary in _build/html: run make book")
    return Glossary(path.read_text(encoding="utf-8")).entries


def test_every_entry_of_the_glossary_leads_to_a_page(entries):
    assert len(entries) >= MANY
    for ids, links in entries:
        pages = [browse.SITE / "book" / link.partition("#")[0] for link in links]
        assert pages and all(page.is_file() for page in pages), ids


def test_every_chapter_has_a_word_in_the_glossary(entries):
    text = " ".join(link for _, links in entries for link in links)
    chapters = [browse.page_of(topic) for topic in numbers()]
    missing = [name for name in chapters if f"{name.removeprefix('book/')}.html" not in text]
    # Two chapters compare what others explain.
    assert not set(missing) - {browse.page_of("rnn_against_lstm"), browse.page_of("palindromes")}


def test_the_index_names_the_pages_of_a_word_and_stands_beside_every_page():
    path = browse.SITE / "genindex.html"
    browse.need(path.is_file(), "no index in _build/html: run make book")
    text = path.read_text(encoding="utf-8")
    entry = re.search(r"<dt>BPTT</dt>(.*?)</div>", text, re.DOTALL)[1]
    assert f'href="{browse.page_of("bptt")}.html#' in entry and "book/glossary.html#" in entry
    for name in browse.toc_pages():
        page = (browse.SITE / f"{name}.html").read_text(encoding="utf-8")
        assert re.search(r'href="(\.\./)*genindex\.html">Index</a>', page), name
