"""Pages, sections, figures, equations carry their chapter's number: 2.1 is in the second.

Sphinx numbers chapters by their place in the table of contents. Here a chapter's number stands in
the names of its files, book/02_bptt, notebooks/02_bptt and perhaps book/02_bptt_deeper, which share
one count of figures and equations. Sections are numbered on the chapter's own page, and its further
pages, listed below it, count on from there; its lesson has none. The number of the chapter itself
stands before its title: on the page, in the side bar and where another page leads to it.
"""

import re

from docutils import nodes
from sphinx.environment.collectors.toctree import TocTreeCollector

CHAPTER = re.compile(r"(?:^|/)(\d\d)_[^/]*$")
PAGE = re.compile(r"^book/\d\d_[^/]*$")


def chapter_numbers(docnames) -> dict[str, dict[str, tuple[int]]]:
    """Each chapter page's number in the form of Sphinx's table of section numbers."""
    found = {docname: CHAPTER.search(docname) for docname in docnames}
    return {docname: {"": (int(match[1]),)} for docname, match in found.items() if match}


def section_anchors(env, docname: str) -> list[str]:
    """The anchors of the sections of a page; what is below them has no number."""
    [page] = env.tocs[docname].children
    sections = [entry for entry in page.children[-1].children if isinstance(entry, nodes.list_item)]
    return [entry.next_node(nodes.reference)["anchorname"] for entry in sections]


def pages_before(env, docname: str) -> list[str]:
    """The pages of a chapter that stand before this one: its own page, then the further ones."""
    for first, below in env.toctree_includes.items():
        if PAGE.match(first) and docname in below:
            return [page for page in (first, *below[: below.index(docname)]) if PAGE.match(page)]
    return []


def section_numbers(env, docname: str) -> dict[str, tuple[int, int]]:
    """The number of each section of a chapter's page, by its anchor."""
    [(chapter,)] = chapter_numbers([docname])[docname].values()
    before = sum(len(section_anchors(env, page)) for page in pages_before(env, docname))
    anchors = section_anchors(env, docname)
    return {anchor: (chapter, place) for place, anchor in enumerate(anchors, start=1 + before)}


def is_chapter(env, docname: str) -> bool:
    """Whether this is the page that a chapter begins with: NN_topic, and not NN_topic_more."""
    further = any(docname.startswith(f"{page}_") for page in env.found_docs)
    return PAGE.match(docname) is not None and not further


def number_heading(app, doctree):
    """Put the chapter's number before the heading of its page."""
    docname = app.env.docname
    if is_chapter(app.env, docname):
        heading = doctree.next_node(nodes.title)
        heading["secnumber"] = chapter_numbers([docname])[docname][""]


def number_titles(env) -> None:
    """Put it before the title in the side bar, and where the next page is named."""
    for docname in (page for page in env.tocs if is_chapter(env, page)):
        number = chapter_numbers([docname])[docname][""]
        env.titles[docname]["secnumber"] = number
        env.tocs[docname].next_node(nodes.reference)["secnumber"] = number


def number_paper(app, pagename, templatename, context, doctree):
    """Put it before the title that the theme prints on paper."""
    if is_chapter(app.env, pagename) and "pagetitle" in context:
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
