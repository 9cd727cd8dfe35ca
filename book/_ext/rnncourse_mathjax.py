"""MathJax from the installed package, without a network: one script and its fonts, 1.6 MB.

The package's own extension would copy all of MathJax (24 MB). The folder lies beside _static.
"""

import shutil
from importlib.metadata import files
from pathlib import Path

from sphinx.errors import ExtensionError

PACKAGE, SCRIPT, FONTS = "sphinx-mathjax-offline", "tex-chtml.js", "woff-v2"
FOLDER = "mathjax"


def copy_mathjax(app):
    """Put the script and its fonts where the script looks for them."""
    if app.builder.format != "html":
        return
    for source in _wanted():
        path = Path(source.locate())
        target = Path(app.outdir, FOLDER, path.as_posix().rpartition("/static/mathjax/")[2])
        if not target.is_file() or target.stat().st_size != path.stat().st_size:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def _wanted():
    wanted = [f for f in files(PACKAGE) or () if f.name == SCRIPT or f.parent.name == FONTS]
    if len(wanted) < 2:
        raise ExtensionError(f"{PACKAGE} holds no {SCRIPT} with fonts: install it again")
    return wanted


def setup(app):
    """Point Sphinx at the copy; a path that begins with .. leaves _static."""
    app.config.mathjax_path = f"../{FOLDER}/{SCRIPT}"
    app.connect("builder-inited", copy_mathjax)
    return {"version": "1", "parallel_read_safe": True}
