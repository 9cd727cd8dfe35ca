"""The built book in a browser: what a reader without a network, on a phone, or at night sees.

The site is the one that `make book` has left in _build/html; `make test` builds it first. Without
a site or a browser these tests are skipped with a message, except in continuous integration.
"""

import re
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import browse
import pytest
from pages import PAGES

pytestmark = pytest.mark.browser


class Anchors(HTMLParser):
    """The links and the ids of one page."""

    def __init__(self, text: str):
        super().__init__()
        self.links, self.ids = [], {""}
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Note where a link leads and what can be linked to."""
        attributes = dict(attrs)
        self.ids.add(attributes.get("id") or "")
        if tag == "a" and attributes.get("href"):
            self.links.append(attributes["href"])


def test_every_link_inside_the_book_leads_somewhere():
    browse.need(browse.SITE.is_dir(), "no site in _build/html: run make book")
    pages = {
        path.relative_to(browse.SITE).as_posix(): Anchors(path.read_text(encoding="utf-8"))
        for path in browse.SITE.rglob("*.html")
        if "_static" not in path.parts
    }
    for name, anchors in pages.items():
        for link in anchors.links:
            parts = urlsplit(urljoin(name, link))
            target = unquote(parts.path)
            if parts.scheme or not target:
                continue
            assert (browse.SITE / target).is_file(), f"{name}: {link}"
            if target in pages:
                assert unquote(parts.fragment) in pages[target].ids, f"{name}: {link}"


def test_search_finds_the_jacobian(browser, base):
    page = browser.new_page()
    page.goto(f"{base}search.html?q=Jacobian")
    page.wait_for_selector("#search-results li a[href*='_bptt.html']")  # else it times out
    page.close()


def luminance(color: str) -> float:
    """Brightness between 0 and 1 of a color such as rgb(20, 24, 30)."""
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", color)[:3])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def test_the_button_switches_to_a_dark_page_and_the_choice_stays(browser, base):
    page = browser.new_page(color_scheme="light", viewport=browse.DESKTOP)
    browse.open_page(page, f"{base}{PAGES[1]}.html")
    for _ in range(3):  # light, dark, the system's setting
        if page.evaluate("document.documentElement.dataset.mode") == "dark":
            break
        page.click(".theme-switch-button")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    read = "name => getComputedStyle(document.body)[name]"
    assert luminance(page.evaluate(read, "backgroundColor")) < 0.15
    assert luminance(page.evaluate(read, "color")) > 0.6
    page.close()


def test_on_paper_the_page_is_light_and_nothing_is_folded(browser, base):
    page = browser.new_page(color_scheme="dark")
    state = """() => [document.documentElement.dataset.theme,
      document.querySelectorAll("article details:not([open])").length]"""
    browse.open_page(page, f"{base}{browse.page_of('bptt', 'notebooks')}.html")
    before = page.evaluate(state)
    assert before[0] == "dark" and before[1] > 0
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(state) == ["light", 0]
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(state) == before
    page.close()


def test_the_book_opens_without_a_server(browser):
    """A double click on a page's file shows the page, its formulas included."""
    visit = browse.Visit("file")
    page = browser.new_page()
    visit.listen(page, browse.SITE.as_uri())
    browse.open_page(page, (browse.SITE / f"{browse.page_of('bptt')}.html").as_uri())
    facts = page.evaluate(browse.FACTS)
    page.close()
    assert not facts["untypeset"] and not facts["errors"]
    assert not visit.foreign + visit.failed + visit.console
