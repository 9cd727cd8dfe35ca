"""What holds of every page in a browser; two test files ask it, each of its half of the pages."""

import re
from pathlib import PurePosixPath

import browse
import pytest

PAGES = browse.toc_pages()


def read(visits) -> list[str]:
    """The pages that have an article: all but the search."""
    return [name for name in visits if name in PAGES]


def problems(visits, attribute: str) -> str:
    """What the visits noted under this name, one a line with its page."""
    return "\n".join(f"{v.name}: {p}" for v in visits.values() for p in getattr(v, attribute))


class Pages:
    """The tests of the pages with these names."""

    names = ()

    @pytest.fixture(scope="class")
    @classmethod
    def visits(cls, browser, base):
        """Each page, seen once."""
        return {name: browse.visit(browser, base, name) for name in cls.names}

    def test_every_formula_is_typeset(self, visits):
        for name in read(visits):
            facts = visits[name].facts
            assert not facts["raw"], f"{name}: {facts['raw']}"
            assert not facts["untypeset"], f"{name}: {facts['untypeset']}"
            assert not facts["errors"], f"{name}: {facts['errors']}"
        assert max(visit.facts.get("formulas", 0) for visit in visits.values()) > 50

    def test_no_page_asks_another_host(self, visits):
        assert not problems(visits, "foreign")

    def test_everything_a_page_asks_for_is_there(self, visits):
        assert not problems(visits, "failed")

    def test_no_page_writes_an_error_to_the_console(self, visits):
        assert not problems(visits, "console")

    def test_no_page_puts_up_a_barrier(self, visits):
        """axe-core finds no violation, the theme's parts included, whatever the state."""
        assert not problems(visits, "violations")

    def test_on_a_phone_no_formula_is_cut_and_no_page_scrolls_sideways(self, visits):
        assert not problems(visits, "too_wide")

    def test_a_box_that_holds_more_than_it_shows_says_so(self, visits):
        assert not problems(visits, "cut")

    def test_a_page_loads_at_most_1_5_megabytes(self, visits):
        """All that it asks for, the fonts of its formulas and its last picture included."""
        assert all(100_000 < visit.weight <= 1_500_000 for visit in visits.values()), {
            visit.name: visit.weight for visit in visits.values()
        }

    def test_every_page_says_what_it_is_about(self, visits, base):
        for visit in visits.values():
            about = visit.about
            assert 40 <= len(about["description"]) <= 170, f"{visit.name}: {about}"
            assert about["og:title"] and about["og:description"] == about["description"]
            assert (browse.SITE / about["og:image"].lstrip("./")).is_file(), visit.name
            assert "://" not in "".join(about.values()), f"{visit.name}: {about}"
        told = [visits[name].about["description"] for name in read(visits)]
        assert len(set(told)) == len(told)

    def test_every_picture_says_what_is_seen(self, visits):
        for name in read(visits):
            for source, alt in visits[name].facts["images"]:
                words = re.findall(r"\w+", alt)
                assert len(words) >= 3, f"{name}: {source}"
                assert PurePosixPath(source).name not in alt, f"{name}: {source}"

    def test_equations_carry_the_number_of_their_chapter(self, visits):
        for name in read(visits):
            chapter = re.search(r"/(\d\d)_", name)
            start = f"({int(chapter[1])}." if chapter else "("
            wrong = [n for n in visits[name].facts["numbers"] if not n.startswith(start)]
            assert not wrong, f"{name}: {wrong}"

    def test_the_sections_of_a_chapter_carry_its_number(self, visits):
        for name in read(visits):
            chapter = re.match(r"book/(\d\d)_", name)
            pages = [page for page in PAGES if page[:8] == name[:8]]  # a further page counts on
            before = sum(len(visits[p].facts["sections"]) for p in pages[: pages.index(name)])
            for place, title in enumerate(visits[name].facts["sections"], start=1 + before):
                number = re.match(r"(\d+)\.(\d+) ", title)
                expected = (chapter[1].lstrip("0"), str(place)) if chapter else None
                assert (number and number.groups()) == expected, f"{name}: {title}"

    def test_every_mark_is_one_sign_and_leads_to_the_ledger(self, visits):
        marks = [mark for visit in visits.values() for mark in visit.facts.get("claims", [])]
        for text, address in marks:
            assert text == "✓", text
            assert re.search(r"/book/ledger_\w+\.html#ledger-", address), address

    def test_previous_and_next_follow_the_table_of_contents(self, visits, base):
        addresses = [f"{base}{name}.html" for name in PAGES]
        for i, name in enumerate(PAGES):
            if name not in visits:
                continue
            facts = visits[name].facts
            assert facts["previous"] == addresses[max(i - 1, 0) : i], name
            assert facts["next"] == addresses[i + 1 : i + 2], name

    def test_figures_are_light_ink_on_the_dark_page(self, visits):
        for visit in visits.values():
            for paper, lightest in visit.inks:
                assert paper < 0.2, f"{visit.name}: the paper of a picture is bright"
                assert lightest > 0.5, f"{visit.name}: the ink of a picture is dark"
