"""A page on paper: nothing is cut; hints and solutions are there if they are asked for."""

import browse
import pytest

pytestmark = pytest.mark.browser
PAPER = {"width": 680, "height": 1000}  # A4 between its margins, in a browser's pixels
CUT = """() => [...document.querySelectorAll("article pre, article table, article mjx-container")]
  .filter((box) => box.getClientRects().length)
  .filter((box) => box.tagName !== "MJX-CONTAINER" && box.scrollWidth - box.clientWidth > 1
    || box.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((box) => [box.tagName, box.getBoundingClientRect().right, box.textContent.slice(0, 60)])
"""
SPOILERS = """() => [...document.querySelectorAll("article details.spoiler")]
  .map((part) => part.getClientRects().length > 0)"""
PAGES = [
    browse.page_of("bptt"),
    browse.page_of("gru_and_relatives"),
    browse.page_of("gru_and_relatives", "notebooks"),
    "book/questions",
]


@pytest.fixture
def paper(browser, base):
    """A function that opens a page as a printer sees it."""
    opened = []

    def open_paper(name: str, before: str = "0"):
        page = browser.new_page(viewport=PAPER, color_scheme="dark")
        opened.append(page)
        browse.open_page(page, f"{base}{name.partition('?')[0]}.html?{name.partition('?')[2]}")
        page.evaluate(before)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        page.emulate_media(media="print")
        return page

    yield open_paper
    for page in opened:
        page.close()


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_nothing_is_cut(paper, name):
    assert not paper(f"{name}?solutions").evaluate(CUT)


LESSON = browse.page_of("bptt", "notebooks")


def test_without_a_word_hints_and_solutions_are_left_out(paper):
    shown = paper(LESSON).evaluate(SPOILERS)
    assert len(shown) > 3 and not any(shown)


def test_what_the_reader_has_opened_is_printed(paper):
    first = "document.querySelector('article details.spoiler').open = true"
    shown = paper(LESSON, first).evaluate(SPOILERS)
    assert shown[0] and not any(shown[1:])


def test_solutions_are_printed_if_the_address_asks(paper):
    assert all(paper(f"{LESSON}?solutions").evaluate(SPOILERS))


def test_solutions_are_printed_if_the_menu_asks_and_only_then(paper):
    page = paper(LESSON, "window.print = () => dispatchEvent(new Event('beforeprint'))")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.evaluate("document.querySelector('.btn-print-solutions-button').click()")
    assert all(page.evaluate(SPOILERS))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert not any(page.evaluate(SPOILERS))


def test_a_page_without_solutions_does_not_offer_them(paper):
    page = paper("book/notation")
    assert page.locator(".btn-download-pdf-button").count() == 1
    assert page.locator(".btn-print-solutions-button").count() == 0
