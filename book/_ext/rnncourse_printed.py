"""A lesson that prints a function's source shows it in the colors of code."""

import ast
import re
from textwrap import dedent

from docutils import nodes

PLAIN = ("myst-ansi", "none", "text")
BEGINS = re.compile(r"(?:@|def |class |async def |import |from \w+ import )")


def is_source(text: str) -> bool:
    """Is this Python, and more than a name or a number that happens to be Python too?"""
    text = dedent(text).strip()
    if not BEGINS.match(text):
        return False
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True


def color_sources(app, doctree):
    """Name the language of every output that is source."""
    for block in doctree.findall(nodes.literal_block):
        if block.get("language") in PLAIN and is_source(block.astext()):
            block["language"] = "python"
            block["classes"].append("printed-source")


def setup(app):
    """Look at a page when it has been read."""
    app.connect("doctree-read", color_sources)
    return {"version": "1", "parallel_read_safe": True}
