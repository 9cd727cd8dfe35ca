"""What a page tells of itself, how a reference is called, and which outputs are code."""

import re

import browse
import pytest
import rnncourse_about as about
import rnncourse_bibliography as bibliography
import rnncourse_printed as printed
from docutils import nodes
from pybtex.database import parse_file


def test_the_foot_of_a_page_says_what_the_citation_file_says():
    facts = about.citation(browse.ROOT)
    text = (browse.ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {facts['version']}\n" in text
    assert f"date-released: {facts['year']}-" in text
    assert facts["year"] in facts["date"] and facts["license"]
    assert facts["bibtex"].count("{") == facts["bibtex"].count("}")
    browse.need(browse.SITE.is_dir(), "no site in _build/html: run make book")
    for name in browse.toc_pages():
        page = (browse.SITE / f"{name}.html").read_text(encoding="utf-8")
        assert f"rnncourse {facts['version']}, {facts['date']}." in page, name
        assert "Cite this" in page, name


def test_a_description_is_the_pages_own_text_cut_at_a_word():
    document = nodes.section()
    box = nodes.admonition("", nodes.paragraph("", "Before you start, take a breath."))
    first = nodes.paragraph("", "One matrix, ")
    first += [nodes.math("", r"W_{hh}"), nodes.Text(", serves every step. ")]
    document += [box, first, nodes.paragraph("", "word " * 100)]
    text = about.description(document)
    assert text.startswith("One matrix, W_hh, serves every step. word")
    assert text.endswith("word …") and len(text) <= about.LONGEST + 1


@pytest.mark.parametrize(
    "formula, text",
    {
        r"W_{hh}": "W_hh",
        r"\partial\mathcal L/\partial W_{hh}": "∂L/∂W_hh",
        r"\alpha \le 1": "α≤1",
        r"h\in\mathbb R^n": "h∈R^n",
    }.items(),
)
def test_of_a_formula_the_description_has_the_letters(formula, text):
    assert about.plain(nodes.paragraph("", "", nodes.math("", formula))) == text


def test_no_two_references_have_the_same_label():
    entries = parse_file(str(browse.ROOT / "book" / "references.bib")).entries.values()
    labels = list(bibliography.AuthorYear().format_labels(entries))
    assert len(set(labels)) == len(labels) > 50


def test_the_list_of_references_has_the_labels_of_the_text():
    browse.need(browse.SITE.is_dir(), "no site in _build/html: run make book")
    listed = _text(
        "bibliography", r'<div class="citation" id="(\w+)".*?<span class="label">(.*?)</p>'
    )
    labels = {id: label.partition("]")[0].strip("[ ") for id, label in listed}
    cited = 0
    for page in (browse.SITE / "book").glob("*.html"):
        for id, label in _text(page.stem, r'"bibliography\.html#(id\w+)"[^>]*>(.*?)</a>'):
            assert labels[id] == label, page.name
            cited += 1
    assert cited > 50


def _text(name: str, pattern: str) -> list[tuple[str, str]]:
    page = (browse.SITE / "book" / f"{name}.html").read_text(encoding="utf-8")
    found = re.findall(pattern, page, re.DOTALL)
    return [(id, re.sub(r"<[^>]*>", "", text)) for id, text in found]


@pytest.mark.parametrize(
    "text, expected",
    {
        "def f(x):\n    return x\n": True,
        "    @property\n    def f(self):\n        return 1\n": True,
        "class A:\n    pass": True,
        "x": False,
        "1.5": False,
        "def is a word": False,
        "from here to there": False,
        "once upon a time": False,
    }.items(),
)
def test_printed_sources_are_known_as_code(text, expected):
    assert printed.is_source(text) == expected


def test_printed_sources_have_colors():
    browse.need(browse.SITE.is_dir(), "no site in _build/html: run make book")
    lessons = (browse.SITE / "notebooks").glob("*.html")
    blocks = [
        b
        for p in lessons
        for b in re.findall(
            r'<div class="[^"]*printed-source[^"]*">(.*?)</pre>', p.read_text("utf-8"), re.DOTALL
        )
    ]
    assert len(blocks) >= 10
    assert all('<span class="k">' in block for block in blocks)
