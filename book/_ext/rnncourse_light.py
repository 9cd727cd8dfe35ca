"""What no page needs is not in the site: of what the theme brings a page uses a tenth.

After the pages are written there are no source maps, no translations, no icons but those that a
page shows (the script that draws all has 1.5 MB), of the theme's style sheets the rules that some
page or script can use, no pictures of an earlier draft, and no outputs in the lessons that can be
fetched. Each build begins with the theme's own files, so a page that needs more than the last one
did finds it.
"""

import html
import json
import re
import shutil
from pathlib import Path
from urllib.parse import unquote

import myst_nb
import rnncourse_icons as icons
import rnncourse_used as used
import sphinx_design

LEFT_OUT = ["**/*.map", "scripts/fontawesome.js*", "locales", "vendor"]
MAIN = "styles/pydata-sphinx-theme.css"
SHEETS = [MAIN, "styles/sphinx-book-theme.css", "sphinx-design.min.css", "mystnb.*.css"]
HASH = re.compile(r"\.[0-9a-f]{64}(?=\.css$)")
ICON_SCRIPT = re.compile(r'<script src="[^"]*scripts/fontawesome\.js[^"]*"></script>')
FORMULA_SCRIPTS = re.compile(
    r"<script>window\.MathJax = .*?</script>"
    r'|<script[^>]* src="[^"]*/mathjax\.js[^"]*"></script>'
)
PICTURE = re.compile(r"_images/([^\"'\s?#)]+)")
MAP = re.compile(r"/[/*][#@] sourceMappingURL=\S+?(?: ?\*/)?\s*$")


def make_light(app, exception):
    """Take away what no page of the site needs."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    take_out(site / "_static")
    pages = [_without_idle_scripts(page) for page in _pages(site)]
    take_out_pictures(site / "_images", pages)
    scripts = [path.read_text("utf-8") for path in (site / "_static").rglob("*.js")]
    themes = [Path(folder, "static") for folder in app.builder.theme.get_theme_dirs()]
    packages = [Path(package.__file__).parent for package in (sphinx_design, myst_nb)]
    originals = [*themes, *(folder / "static" for folder in packages)]
    write_sheets(site / "_static", originals, pages, scripts)
    for path in site.glob("_sources/notebooks/*.ipynb"):
        without_outputs(path)


def _pages(site: Path) -> list[Path]:
    return [path for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


def _without_idle_scripts(page: Path) -> str:
    """A page's text without the scripts that do nothing on it; the file is changed too.

    Sphinx loads MathJax on a page that had a formula when it was read, shown or not.
    """
    text = page.read_text("utf-8")
    short = ICON_SCRIPT.sub("", text)
    if 'class="math' not in short:
        short = FORMULA_SCRIPTS.sub("", short)
    if short != text:
        page.write_text(short, encoding="utf-8")
    return short


def take_out(static: Path) -> None:
    """Remove what no page loads, and the names of source maps in what stays."""
    for pattern in LEFT_OUT:
        for path in list(static.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in static.rglob("*.js"):
        text = path.read_text("utf-8")
        if (short := MAP.sub("", text)) != text:
            path.write_text(short, encoding="utf-8")


def take_out_pictures(folder: Path, pages: list[str]) -> None:
    """Remove the pictures that no page shows any more: a build only adds to the folder."""
    shown = shown_pictures(pages)
    for path in folder.glob("*"):
        if path.name not in shown:
            path.unlink()


def shown_pictures(pages: list[str]) -> set[str]:
    """The names of the pictures that these pages load or name as their preview."""
    return {unquote(html.unescape(name)) for page in pages for name in PICTURE.findall(page)}


def write_sheets(static: Path, originals: list[Path], pages: list, scripts: list) -> None:
    """Write the theme's style sheets with the rules and the icons that can be used."""
    found, beginnings = used.names(pages, scripts)
    short = {}
    for path in [path for name in SHEETS for path in static.glob(name)]:
        source = _first(originals, HASH.sub("", path.relative_to(static).as_posix()))
        short[path] = used.pruned(MAP.sub("", source.read_text("utf-8")), found, beginnings)
    others = [p.read_text("utf-8") for p in static.rglob("*.css") if p not in short]
    short = used.without_unread(short, [*others, *pages, *scripts])
    wanted = icons.signs([*short.values(), *others])
    fonts, regular = _first(originals, icons.FOLDER), not found.isdisjoint({"far", "fa-regular"})
    short[static / MAIN] = icons.with_own_fonts(
        short[static / MAIN], fonts, static / icons.FOLDER, wanted, regular
    )
    for path, text in short.items():
        path.write_text(text, encoding="utf-8")


def _first(folders: list[Path], name: str) -> Path:
    return next(folder / name for folder in folders if (folder / name).exists())


def without_outputs(path: Path) -> None:
    """A lesson that is fetched has no outputs yet: its predictions are predictions."""
    notebook = json.loads(path.read_text("utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def setup(app):
    """Work when all is written."""
    app.connect("build-finished", make_light)
    return {"version": "1", "parallel_read_safe": True}
