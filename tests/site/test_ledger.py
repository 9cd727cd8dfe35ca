"""The ledger: totals, a page a chapter, a filter, and old addresses that still lead to an entry."""

import re
from functools import partial

import browse
import pytest
import rnncourse_claims_ledger as ledger
import rnncourse_claims_measure as measure

from rnncourse.rooms import topics

pytestmark = pytest.mark.browser
CARDS = ".claim-card"
LEDGER = browse.SITE / "book" / "ledger.html"


def address(topic: str) -> str:
    """A chapter's page of the ledger, opened from its folder."""
    return (browse.SITE / "book" / f"ledger_{topic}.html").as_uri()


@pytest.fixture(scope="module")
def page(browser):
    """One page for all tests; whatever they do, it may not complain."""
    browse.need(LEDGER.is_file(), "no ledger in _build/html: run make book")
    seen = browse.Visit("ledger")
    page = browser.new_page(viewport=browse.DESKTOP)
    seen.listen(page, browse.SITE.as_uri())
    yield page
    page.close()
    assert not seen.console + seen.foreign + seen.failed


def fill(page, **fields):
    """Fill the filter in; what is not named asks nothing."""
    page.fill("[name=words]", fields.get("words", ""))
    page.select_option("[name=source]", fields.get("source", ""))
    page.select_option("[name=state]", fields.get("state", ""))


def shown(page) -> list[str]:
    """The ids of the entries that can be seen."""
    return page.eval_on_selector_all(
        CARDS, "cards => cards.filter((card) => card.offsetParent).map((card) => card.id)"
    )


def test_the_totals_are_the_sums_of_the_chapters_and_each_row_leads_to_its_page(page):
    page.goto(LEDGER.as_uri())
    rows = page.eval_on_selector_all(
        "table.claim-totals tbody tr", "rows => rows.map((row) => row.innerText.split('\\t'))"
    )
    assert len(rows) == len(topics()) + 1
    counts = [[int(number) for number in row[1:]] for row in rows]
    assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]
    assert all(claims == held + failed for claims, held, failed, _ in counts)
    links = page.eval_on_selector_all(
        "table.claim-totals a", "links => links.map((link) => link.href)"
    )
    assert links == [address(topic) for topic in topics()]


def test_every_entry_has_a_function_and_those_that_show_an_equation_its_formula(page):
    browse.open_page(page, address("bptt"))
    facts = page.eval_on_selector_all(
        CARDS,
        """cards => cards.map((card) => [card.id, card.innerText,
          card.querySelectorAll(".claim-formula .math").length,
          [...card.querySelectorAll("a")].map((link) => link.getAttribute("href"))])""",
    )
    assert len(facts) > 20
    for id, text, formulas, links in facts:
        assert "Function" in text and "rnncourse/chapters/" in text, id
        assert any(link.startswith("#function-") for link in links), id
        assert (formulas > 0) == any("#equation-" in link for link in links), id
    for link in {link for fact in facts for link in fact[3] if link.startswith("#function-")}:
        code = page.locator(f"{link} + div pre")
        assert "def " in code.inner_text()


def test_the_filter_asks_words_source_and_state(page):
    page.goto(address("bptt"))
    every = shown(page)
    fill(page, words="central differences")
    by_words = shown(page)
    assert 0 < len(by_words) < len(every)
    fill(page, source="u18")
    by_source = shown(page)
    assert 0 < len(by_source) < len(every)
    fill(page, words="central differences", source="u18", state="passed")
    assert set(shown(page)) == set(by_words) & set(by_source)
    fill(page, state="failed")
    assert shown(page) == []
    assert page.inner_text(".claim-filter output") == f"0 of {len(every)} claims"
    fill(page)
    assert shown(page) == every


def test_the_ledgers_own_page_finds_claims_of_all_chapters(page):
    page.goto(LEDGER.as_uri())
    fill(page, words="forget bias")
    page.wait_for_selector(".claim-found a")
    links = page.eval_on_selector_all(".claim-found a", "links => links.map((link) => link.href)")
    assert len({re.search(r"ledger_(\w+)\.html#", link)[1] for link in links}) > 1
    page.goto(links[0])
    assert page.evaluate("document.querySelector(':target').className").startswith("claim-card")


def test_an_old_address_leads_to_the_entry_on_its_chapters_page(page):
    page.goto(LEDGER.as_uri() + "#ledger-bptt-dl-dwhh")
    page.wait_for_url("**/ledger_bptt.html#ledger-bptt-dl-dwhh")
    assert page.locator("#ledger-bptt-dl-dwhh").is_visible()


def helper(scale, power):
    """Two lines of source."""
    return scale**power


def test_a_function_is_named_with_what_it_is_given_and_its_lines(monkeypatch):
    monkeypatch.setattr(measure, "PACKAGE", browse.ROOT / "tests" / "site")
    place = measure.function_place(partial(partial(helper, 2.0), power=3))
    assert place["call"] == "helper(2.0, power=3)"
    assert place["file"] == "site/test_ledger.py"
    assert place["last"] - place["first"] == 2
    assert measure.function_place(len) is None


@pytest.mark.parametrize(
    "source, groups",
    {
        "U18-1.1": ["U18"],
        "W33 U18": ["W", "U18"],
        "W32, R1": ["W", "R"],
        "Williams (1992)": ["literature"],
        "": [""],
    }.items(),
)
def test_the_groups_of_a_source(source, groups):
    assert ledger.source_groups({"source": source}) == groups
