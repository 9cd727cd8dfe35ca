"""A book without one of its chapters: what referred to it becomes plain text.

A chapter is left out when the table on the first page names its page, and neither that page, nor
its room, nor a line of its number in _toc.yml is there. The labels and the claims that it had are
gone with it, so in such a book no reference that leads nowhere is a fault; in a whole book each
one is.
"""

import re
from pathlib import Path

from docutils import nodes
from myst_parser.sphinx_ext.myst_refs import MystReferenceResolver
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging

from rnncourse.rooms import numbers, topics

logger = logging.getLogger(__name__)
NAMED = re.compile(r"\((?P<page>(?P<number>\d\d)_(?P<topic>\w+?)(_deeper)?)\.md\)")


def left_out(app) -> list[str]:
    """The numbers of the chapters that the first page names and that are gone."""
    first = Path(app.srcdir, app.config.root_doc + ".md")
    text = first.read_text(encoding="utf-8") if first.is_file() else ""
    gone = {
        match["number"]
        for match in NAMED.finditer(text)
        if not (first.parent / f"{match['page']}.md").exists() and match["topic"] not in topics()
    }
    return sorted(gone - set(numbers().values()))


def tell(app):
    """Say once a build what is left out."""
    if gone := ", ".join(left_out(app)):
        logger.info("left out: chapter %s; references that lead nowhere are plain text", gone)


def as_text(app, env, node, contnode):
    """The words of a reference that no page answers."""
    return _words(node) if left_out(app) else None


def _words(node):
    """Its own words; where they are only a form for a number, or none, the label."""
    words = node.astext()
    bare = not words or "%s" in words or "{" in words
    return nodes.inline("", node["reftarget"] if bare else words, classes=["left-out"])


class LinksAsText(SphinxPostTransform):
    """The same for Markdown's links and for theorems, before their resolvers warn of them."""

    default_priority = MystReferenceResolver.default_priority - 1

    def run(self, **kwargs):
        """Replace the references that nothing answers."""
        if not left_out(self.app):
            return
        for node in list(self.document.findall(pending_xref)):
            if node["reftype"] == "myst" and not self._answers_link(node):
                node.replace_self(nodes.inline("", "", *node[0].children, classes=["left-out"]))
            elif node["refdomain"] == "prf" and not self._answers_theorem(node):
                node.replace_self(_words(node))

    def _answers_link(self, node) -> bool:
        if node["refdomain"] == "doc":
            return node["reftarget"] in self.env.all_docs
        resolver = MystReferenceResolver(self.document)
        place = node.get("refdoc", self.env.docname)
        return bool(resolver.resolve_myst_ref_any(place, node, node[0].deepcopy(), None))

    def _answers_theorem(self, node) -> bool:
        return node["reftarget"] in getattr(self.env, "proof_list", {})


def setup(app):
    """Stand before the resolvers' warnings."""
    app.connect("builder-inited", tell)
    app.connect("missing-reference", as_text)
    app.add_post_transform(LinksAsText)
    return {"version": "1", "parallel_read_safe": True}
