"""The way in: the first page's doors and groups, chapter numbers, and a next step on every page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import browse
import pytest
import yaml
from pages import PAGES

from rnncourse.rooms import numbers

ROOT = Path(__file__).resolve().parents[2]
INDEX = (ROOT / "book" / "index.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PARTS = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))["parts"]
GROUPS = {  # the names of the chapters' pages in each part of the table of contents
    part["caption"]: [
        entry["file"].removeprefix("book/")
        for entry in part["chapters"]
        if re.match(r"book/\d\d_", entry["file"])
    ]
    for part in PARTS
}
DOORS = ["Start reading", "I have an assignment", "Check my derivation", "I teach"]


def title(page: str) -> str:
    """The heading of a page's source, without the number that the build puts before it."""
    text = (ROOT / "book" / f"{page}.md").read_text(encoding="utf-8")
    return re.search(r"^# (.*)$", text, re.MULTILINE)[1]


def numbered(page: str) -> str:
    return f"{int(page[:2])} {title(page)}"


def test_the_chapters_stand_in_three_parts_and_reference_follows():
    *chapters, (last, none) = GROUPS.items()
    assert len(chapters) == 3 and all(pages for _, pages in chapters)
    assert (last, none) == ("Reference", [])


def test_the_first_page_lists_the_chapters_in_the_parts_of_the_contents():
    for caption, pages in list(GROUPS.items())[:-1]:
        section = INDEX.split(f"### {caption}\n")[1].split("\n#")[0]
        listed = re.findall(r"^\| \[(.+)\]\((\w+)\.md\) ", section, re.MULTILINE)
        assert listed == [(numbered(page), page) for page in pages]


def test_four_doors_stand_above_the_chapters():
    above = INDEX.split("## The chapters")[0]
    assert re.findall(r":::\{grid-item-card\} (.+)", above) == DOORS


def test_no_heading_repeats_the_number_that_the_build_gives_it():
    assert not [page for pages in GROUPS.values() for page in pages if title(page)[0].isdigit()]


def test_the_readmes_first_screen_leads_to_a_checked_answer():
    first = "\n".join(README.splitlines()[:30])
    parts = ("git clone", "make lab", "from rnncourse import check", "check(")
    places = [first.index(part) for part in parts]
    assert places == sorted(places)


def test_the_readmes_first_answer_gets_the_verdict_that_stands_below_it(capsys):
    [answer, verdict] = re.findall(r"```(?:python|text)\n(.*?)```", README, re.DOTALL)[:2]
    exec(answer, {})
    assert capsys.readouterr().out == verdict


class Words(HTMLParser):
    """The words of the elements of one kind, by the classes of the element around them."""

    def __init__(self, text: str, tag: str):
        super().__init__()
        self.tag, self.found, self.inside = tag, [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Begin a new entry."""
        if tag == self.tag:
            self.inside = True
            self.found.append("")

    def handle_endtag(self, tag):
        """End it."""
        self.inside = self.inside and tag != self.tag

    def handle_data(self, data):
        """Add to it."""
        if self.inside:
            self.found[-1] += data


def html(name: str) -> str:
    browse.need(browse.SITE.is_dir(), "no site in _build/html: run make book")
    return (browse.SITE / f"{name}.html").read_text(encoding="utf-8")


def words(text: str) -> str:
    return re.sub(r"[’']", "'", " ".join(text.split()))


@pytest.mark.browser
class TestSite:
    """What the built pages show."""

    def test_the_heading_of_a_chapter_carries_its_number(self):
        for pages in GROUPS.values():
            for page in pages:
                paper, screen = Words(html(f"book/{page}"), "h1").found
                for heading in (paper, screen):
                    assert words(heading).startswith(f"{int(page[:2])} "), page

    def test_a_lesson_has_no_number_of_its_own(self):
        for name in PAGES:
            if name.startswith("notebooks/"):
                assert words(Words(html(name), "h1").found[0]).startswith("Lesson"), name

    def test_the_side_bar_has_the_parts_and_the_numbers(self):
        side = html("book/index").split('aria-label="Main"')[1].split("</nav>")[0]
        captions = re.findall(r'class="caption-text">([^<]+)<', side)
        assert captions == list(GROUPS)
        links = [words(text) for text in Words(side, "a").found]
        shown = [text for text in links if re.match(r"\d", text)]
        expected = [page for pages in GROUPS.values() for page in pages]
        assert [int(text.split()[0]) for text in shown] == [int(page[:2]) for page in expected]

    @pytest.mark.parametrize("name", [PAGES[0], PAGES[1], browse.page_of("bptt", "notebooks")])
    def test_on_a_phone_a_page_ends_with_the_next_step_and_on_paper_it_does_not(
        self, browser, base, name
    ):
        page = browser.new_page(viewport=browse.PHONE)
        browse.open_page(page, f"{base}{name}.html")
        step = page.locator("a.right-next")
        step.scroll_into_view_if_needed()
        box = step.bounding_box()
        assert box["width"] > 100 and box["x"] + box["width"] <= browse.PHONE["width"]
        said = step.locator(".prev-next-title").inner_text()
        following = PAGES[PAGES.index(name) + 1]
        chapter = re.match(rf"book/(\d\d)_({'|'.join(numbers())})$", following)
        assert said.startswith(f"{int(chapter[1])} ") if chapter else not said[0].isdigit()
        page.emulate_media(media="print")
        assert not step.is_visible()
        page.close()

    @pytest.mark.parametrize("door", range(len(DOORS)))
    def test_a_door_leads_on_by_mouse_finger_and_keys(self, browser, base, door):
        page = browser.new_page(viewport=browse.PHONE)
        browse.open_page(page, f"{base}book/index.html")
        link = page.locator(".door a").nth(door)
        link.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: url != f"{base}book/index.html")
        page.close()
