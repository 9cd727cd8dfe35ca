"""MathJax from the installed package, without a network: one script of 0.7 MB, and its fonts.

The package's own extension would copy all of MathJax (24 MB), and its ready-made script holds a
menu that the book turns off. This one is put together from the parts that a page needs. A formula
is typeset when it comes near the screen (the part ui/lazy); on paper all are.
"""

import shutil
from importlib.metadata import files
from pathlib import Path

from rnncourse_mathjax_short import shorter
from sphinx.errors import ExtensionError

PACKAGE, FONTS = "sphinx-mathjax-offline", "woff-v2"
FOLDER, SCRIPT = "mathjax", "mathjax.js"
PARTS = [
    "core",
    "input/tex",
    "output/chtml",
    "output/chtml/fonts/tex",
    "a11y/assistive-mml",
    "ui/lazy",
]
# The parts follow in the same file, so the loader is told not to fetch them. It runs `ready` when
# the file has been read. To place one formula ui/lazy would read all that stand before it, for the
# sake of \newcommand and of numbers; the book has the one nowhere and the other from Sphinx.
LOADER = """
MathJax.loader.preLoad(%s);
((ready) => {
  MathJax.config.startup.ready = () => {
    ready();
    MathJax.startup.document.compileEarlierItems = () => false;
  };
})(MathJax.config.startup.ready);
"""


def copy_mathjax(app):
    """Put the script and its fonts where a page and the script look for them."""
    if app.builder.format != "html":
        return
    there = {path.as_posix().rpartition("/static/mathjax/")[2]: path for path in _installed()}
    folder = Path(app.outdir, FOLDER)
    fonts = [name for name in there if f"/{FONTS}/" in name]
    if not fonts or any(f"{part}.js" not in there for part in ["startup", *PARTS]):
        raise ExtensionError(f"{PACKAGE} lacks a part of MathJax 3: install it again")
    for name in fonts:
        if not (folder / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(there[name], folder / name)
    text = script({name: there[f"{name}.js"].read_text("utf-8") for name in ["startup", *PARTS]})
    if not (folder / SCRIPT).is_file() or (folder / SCRIPT).read_text("utf-8") != text:
        (folder / SCRIPT).write_text(text, encoding="utf-8")


def script(parts: dict[str, str]) -> str:
    """One script from the texts of MathJax's parts; the first of them is the loader."""
    named = ", ".join(f'"{name}"' for name in PARTS)
    return shorter("\n".join([parts["startup"], LOADER % named, *(parts[p] for p in PARTS)]))


def _installed() -> list[Path]:
    return [Path(file.locate()) for file in files(PACKAGE) or ()]


def setup(app):
    """Point Sphinx at the script; a path that begins with .. leaves _static."""
    app.config.mathjax_path = f"../{FOLDER}/{SCRIPT}"
    app.connect("builder-inited", copy_mathjax)
    return {"version": "2", "parallel_read_safe": True}
