"""The lessons and the ledger in a browser: light and dark, on a desktop and a phone."""

import pytest
from pages import PAGES, Pages


@pytest.mark.browser
class TestLessonPages(Pages):
    """The other half is in test_chapter_pages."""

    names = (
        *(n for n in PAGES if n[:10] == "notebooks/" or n == "book/ledger"),
        "book/ledger_bptt",
        "book/ledger_acting",
        "genindex",
    )
