"""Pages, sections, figures, equations carry their chapter's number: 2.1 is in the second.

Sphinx numbers chapters by their place in the table of contents. Here a chapter's number stands in
the names of its files, book/02_bptt, notebooks/02_bptt and perhaps book/02_bptt_deeper, which share
one count of figures and equations. Sections are numbered on the chapter's own page, and a deeper
page counts on from there; its lesson has none. The number of the chapter itself stands before its
title: on the page, in the side bar and where another page leads to it as the next one.
"""

import re

from docutils import nodes
from sphinx.environment.collectors.toctree import TocTreeCollector

CHAPTER = re.compile(r"(?:^|/)(\d\d)_[^/]*$")
PAGE = re.compile(r"^book/\d\d_[^/]*$")
DEEPER = "_deeper"


def chapter_numbers(docnames) -> dict[str, dict[str, tuple[int]]]:
    """Each chapter page's number in the form of Sphinx's table of section numbers."""
    found = {docname: CHAPTER.search(docname) for docname in docnames}
    return {docname: {"": (int(match[1]),)} for docname, match in found.items() if match}


def section_anchors(env, docname: str) -> list[str]:
    """The anchors of the sections of a page; what is below them has no number."""
    [page] = env.tocs[docname].children
    sections = [entry for entry in page.children[-1].children if isinstance(entry, nodes.list_item)]
    return [entry.next_node(nodes.reference)["anchorname"] for entry in sections]


def section_numbers(env, docname: str) -> dict[str, tuple[int, int]]:
    """The number of each section of a chapter's page, by its anchor."""
    [(chapter,)] = chapter_numbers([docname])[docname].values()
    first = docname.removesuffix(DEEPER)
    before = len(section_anchors(env, first)) if first != docname else 0
    anchors = section_anchors(env, docname)
    return {anchor: (chapter, place) for place, anchor in enumerate(anchors, start=1 + before)}


def is_chapter(docname: str) -> bool:
    """Whether this is the page that a chapter begins with."""
    return PAGE.match(docname) is not None and not docname.endswith(DEEPER)


def number_heading(app, doctree):
    """Put the chapter's number before the heading of its page."""
    docname = app.env.docname
    if is_chapter(docname):
        heading = doctree.next_node(nodes.title)
        heading["secnumber"] = chapter_numbers([docname])[docname][""]


def number_titles(env) -> None:
    """Put it before the title in the side bar, and where the next page is named."""
    for docname in filter(is_chapter, env.tocs):
        number = chapter_numbers([docname])[docname][""]
        env.titles[docname]["secnumber"] = number
        env.tocs[docname].next_node(nodes.reference)["secnumber"] = number


def number_paper(app, pagename, templatename, context, doctree):
    """Put it before the title that the theme prints on paper."""
    if is_chapter(pagename) and "pagetitle" in context:
        [number] = chapter_numbers([pagename])[pagename][""]
        context["pagetitle"] = f"{number} {context['pagetitle']}"


def setup(app):
    """Give Sphinx these numbers where it would count its own.

    Its figure numbering reads a table of section numbers; it is lent one with the chapters, and
    what it leaves are the sections. Sphinx offers no hook between its two countings; Sphinx is
    pinned, and tests/site/pages.py reads the numbers.
    """
    count = TocTreeCollector.assign_figure_numbers

    def assign_figure_numbers(self, env):
        env.toc_secnumbers = chapter_numbers(env.all_docs)
        changed = count(self, env)
        pages = [docname for docname in env.tocs if PAGE.match(docname)]
        env.toc_secnumbers = {docname: section_numbers(env, docname) for docname in pages}
        number_titles(env)
        return changed

    TocTreeCollector.assign_figure_numbers = assign_figure_numbers
    app.connect("doctree-read", number_heading)
    app.connect("html-page-context", number_paper, priority=600)  # after the theme
    return {"version": "1", "env_version": 2, "parallel_read_safe": True}
