"""Figures, equations and theorems carry their chapter's number: (2.1) is the first of chapter 02.

Sphinx numbers chapters by their place in the table of contents. Here a chapter's number stands in
the names of its two files, book/02_bptt and notebooks/02_bptt, which share one count.
"""

import re

from sphinx.environment.collectors.toctree import TocTreeCollector

CHAPTER = re.compile(r"(?:^|/)(\d\d)_[^/]*$")


def chapter_numbers(docnames) -> dict[str, dict[str, tuple[int]]]:
    """Each chapter page's number in the form of Sphinx's table of section numbers."""
    found = {docname: CHAPTER.search(docname) for docname in docnames}
    return {docname: {"": (int(match[1]),)} for docname, match in found.items() if match}


def setup(app):
    """Lend Sphinx's figure numbering the chapter numbers while it counts.

    They are lent, not set, so that headings stay without numbers. Sphinx offers no hook between its
    two countings; Sphinx is pinned, and tests/test_site.py reads the numbers.
    """
    count = TocTreeCollector.assign_figure_numbers

    def assign_figure_numbers(self, env):
        own, env.toc_secnumbers = env.toc_secnumbers, chapter_numbers(env.all_docs)
        try:
            return count(self, env)
        finally:
            env.toc_secnumbers = own

    TocTreeCollector.assign_figure_numbers = assign_figure_numbers
    return {"version": "1", "parallel_read_safe": True}
