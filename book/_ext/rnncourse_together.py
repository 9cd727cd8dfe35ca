"""A formula within a sentence stays on one line with the full stop or the comma behind it.

A browser may break a line on both sides of a formula; then a full stop begins a line.
"""

import re

from docutils import nodes

BEFORE = re.compile(r"[(\[“‘]+$")
BEHIND = re.compile(r"[-.,;:!?)\]’”%]+\w{0,3}(?!\w)")  # of "t-th" too
CLASS = "together"  # rnncourse.css keeps it on a line


def tie(app, doctree, docname=None):
    """Put each formula into one box with the signs that touch it."""
    for formula in list(doctree.findall(nodes.math)):
        before, behind = _neighbor(formula, -1, BEFORE), _neighbor(formula, 1, BEHIND)
        if before or behind:
            box = nodes.inline(classes=[CLASS])
            formula.replace_self(box)
            box += [nodes.Text(before), formula, nodes.Text(behind)]


def _neighbor(formula, step: int, signs: re.Pattern) -> str:
    """Take the signs off the text on one side of a formula, and return them."""
    place = formula.parent.index(formula) + step
    text = formula.parent[place] if 0 <= place < len(formula.parent) else None
    found = isinstance(text, nodes.Text) and (signs.match if step > 0 else signs.search)(text)
    if not found:
        return ""
    formula.parent[place] = nodes.Text(text[: found.start()] + text[found.end() :])
    return found[0]


def setup(app):
    """Look at a page when its references are known."""
    app.connect("doctree-resolved", tie)
    return {"version": "1", "parallel_read_safe": True}
