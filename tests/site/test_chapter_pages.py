"""The chapters and what is around them in a browser: light and dark, on a desktop and a phone."""

import re

import pytest
from pages import PAGES, Pages


@pytest.mark.browser
class TestChapterPages(Pages):
    """The ledger, which takes longest, is among the lessons."""

    names = (*(n for n in PAGES if n[:10] != "notebooks/" and n != "book/ledger"), "search")

    def test_there_are_marks(self, visits):
        for name in self.names:
            if re.match(r"book/\d\d_", name):
                assert visits[name].facts["claims"], name
