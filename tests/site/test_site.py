"""The built book in a browser: what a reader without a network, on a phone, or at night sees.

The site is the one that `make book` has left in _build/html; `make test` builds it first. Without
a site or a browser these tests are skipped with a message, except in continuous integration.
"""

import io
import os
import re
from html.parser import HTMLParser
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

import browse
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

PAGES = browse.toc_pages()


def need(condition: bool, message: str) -> None:
    """Skip where something is missing; in continuous integration fail."""
    if not condition:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)


@pytest.fixture(scope="module")
def browser():
    """One Chromium for all tests of this file."""
    path = browse.chromium()
    need(path is not None, "no Chromium on this machine: install chromium to test the pages")
    need((browse.SITE / f"{PAGES[0]}.html").is_file(), "no site in _build/html: run make book")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=browse.FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def base(browser):
    """The address of the site, served on this machine."""
    server = browse.serve(browse.SITE)
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


@pytest.fixture(scope="module")
def visits(browser, base):
    """Each page of the table of contents, and the search page, seen once."""
    return {name: browse.visit(browser, base, name) for name in [*PAGES, "search"]}


def problems(visits, attribute: str) -> str:
    """What the visits noted under this name, one a line with its page."""
    return "\n".join(f"{v.name}: {p}" for v in visits.values() for p in getattr(v, attribute))


def test_every_formula_is_typeset(visits):
    for name in PAGES:
        facts = visits[name].facts
        assert not facts["raw"], f"{name}: {facts['raw']}"
        assert not facts["untypeset"], f"{name}: {facts['untypeset']}"
        assert not facts["errors"], f"{name}: {facts['errors']}"
    assert visits["book/02_bptt"].facts["formulas"] > 50


def test_no_page_asks_another_host(visits):
    assert not problems(visits, "foreign")


def test_everything_a_page_asks_for_is_there(visits):
    assert not problems(visits, "failed")


def test_no_page_writes_an_error_to_the_console(visits):
    assert not problems(visits, "console")


def test_no_page_puts_up_a_barrier(visits):
    """axe-core finds no violation, the theme's parts included, in light, dark and on a phone."""
    assert not problems(visits, "violations")


def test_on_a_phone_no_formula_is_cut_and_no_page_scrolls_sideways(visits):
    assert not problems(visits, "too_wide")


def test_every_picture_says_what_is_seen(visits):
    for name in PAGES:
        for source, alt in visits[name].facts["images"]:
            words = re.findall(r"\w+", alt)
            assert len(words) >= 3 and PurePosixPath(source).name not in alt, f"{name}: {source}"


def test_equations_carry_the_number_of_their_chapter(visits):
    for name in PAGES:
        chapter = re.search(r"/(\d\d)_", name)
        start = f"({int(chapter[1])}." if chapter else "("
        wrong = [n for n in visits[name].facts["numbers"] if not n.startswith(start)]
        assert not wrong, f"{name}: {wrong}"


def test_the_sections_of_a_chapter_carry_its_number(visits):
    for name in PAGES:
        chapter = re.match(r"book/(\d\d)_", name)
        for place, title in enumerate(visits[name].facts["sections"], start=1):
            number = re.match(r"(\d+)\.(\d+)\. ", title)
            expected = (chapter[1].lstrip("0"), str(place)) if chapter else None
            assert (number and number.groups()) == expected, f"{name}: {title}"


def test_every_badge_shows_a_passed_claim_and_leads_to_the_ledger(visits):
    badges = [badge for name in PAGES for badge in visits[name].facts["claims"]]
    assert badges
    for text, address in badges:
        assert text.startswith("✓"), text
        assert "/book/ledger.html#ledger-" in address, address


def test_previous_and_next_follow_the_table_of_contents(visits, base):
    addresses = [f"{base}{name}.html" for name in PAGES]
    for i, name in enumerate(PAGES):
        facts = visits[name].facts
        assert facts["previous"] == addresses[max(i - 1, 0) : i], name
        assert facts["next"] == addresses[i + 1 : i + 2], name


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
    need(browse.SITE.is_dir(), "no site in _build/html: run make book")
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
    page.wait_for_selector("#search-results li a[href*='book/02_bptt.html']")  # else it times out
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


def test_figures_are_light_ink_on_the_dark_page(browser, base, visits):
    page = browser.new_page(color_scheme="dark", viewport=browse.DESKTOP)
    for name in [name for name in PAGES if visits[name].facts["images"]]:
        browse.open_page(page, f"{base}{name}.html")
        for i, figure in enumerate(page.locator("article img").all()):
            picture = Image.open(io.BytesIO(figure.screenshot())).convert("L")
            grey = np.asarray(picture, dtype=float) / 255
            assert np.median(grey) < 0.2, f"{name}, picture {i + 1}: the paper is bright"
            assert np.quantile(grey, 0.995) > 0.5, f"{name}, picture {i + 1}: the ink is dark"
    page.close()


def test_on_paper_the_page_is_light_and_nothing_is_folded(browser, base):
    page = browser.new_page(color_scheme="dark")
    state = """() => [document.documentElement.dataset.theme,
      document.querySelectorAll("article details:not([open])").length]"""
    browse.open_page(page, f"{base}notebooks/02_bptt.html")
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
    browse.open_page(page, (browse.SITE / "book" / "02_bptt.html").as_uri())
    facts = page.evaluate(browse.FACTS)
    page.close()
    assert not facts["untypeset"] and not facts["errors"]
    assert not visit.foreign + visit.failed + visit.console
