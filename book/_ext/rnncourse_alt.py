"""The build fails for an image without a text that says what is seen."""

import re
from pathlib import PurePath

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)
IMAGE_TAG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ALT = re.compile(r"""\balt\s*=\s*(["'])\s*\S.*?\1""", re.IGNORECASE | re.DOTALL)


def check_alt(app, doctree, docname):
    """Warn about each picture of a page, notebook outputs included, that has no alt text."""
    for image in doctree.findall(nodes.image):
        name = PurePath(image["uri"]).name
        alt = image.get("alt", "").strip()
        if not alt or alt in (name, image["uri"]):
            _warn(image, docname, name)
    for raw in doctree.findall(nodes.raw):
        for tag in IMAGE_TAG.findall(raw.astext()):
            if not ALT.search(tag):
                _warn(raw, docname, tag)


def _warn(node, docname, name):
    cell = node
    while cell is not None and "cell_index" not in getattr(cell, "attributes", {}):
        cell = cell.parent
    place = "" if cell is None else f" (output of cell {cell['cell_index'] + 1})"
    logger.warning(
        "image %s has no alt text%s: say what is seen; in a code cell's metadata this is"
        " mystnb: image: alt:",
        name,
        place,
        location=(docname, node.line) if node.line else docname,
    )


def setup(app):
    """Look at the pages as they are written, when notebook outputs are images already."""
    app.connect("doctree-resolved", check_alt)
    return {"version": "1", "parallel_read_safe": True}
