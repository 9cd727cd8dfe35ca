"""The site holds what its pages need: style sheets, icons, figures and scripts."""

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import browse
import nbformat
import pytest
import rnncourse_figures as figures
import rnncourse_icons as icons
import rnncourse_light as light
import rnncourse_mathjax as mathjax
import rnncourse_mathjax_short as short
import rnncourse_used as used

SITE_LIMIT, PAGE_LIMIT = 20e6, 1.5e6  # bytes
LOADED = {"script": "src", "img": "src", "source": "src", "link": "href"}
ASKED = re.compile(rf'<script[^>]* src="[^"]*/{mathjax.SCRIPT}')
LOOKS = {"fa-solid", "fa-regular", "fa-brands", "fa-lg"}  # of an icon, not its sign
ADDRESS = re.compile(r"url\([\"']?(?!data:|#)([^)\"']+)[\"']?\)")


class Files(HTMLParser):
    """The files that a page loads."""

    def __init__(self, page: Path):
        super().__init__()
        self.page, self.files = page, {page}
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        """Note what a tag loads; a link may also be to a page that is only named."""
        attributes = dict(attrs)
        address = urlsplit(attributes.get(LOADED.get(tag, "")) or "")
        named = tag == "link" and attributes.get("rel") not in ("stylesheet", "icon", "preload")
        if address.path and not address.scheme and not named:
            self.add((self.page.parent / unquote(address.path)).resolve())

    def add(self, path: Path):
        """Note a file, and what a style sheet loads in its turn."""
        self.files.add(path)
        if path.suffix == ".css":
            for address in ADDRESS.findall(path.read_text(encoding="utf-8")):
                self.files.add((path.parent / address.partition("?")[0]).resolve())


def site_pages() -> list[Path]:
    """All pages of the built site."""
    browse.need(browse.SITE.is_dir(), "no site in _build/html: run make book")
    return [page for page in browse.SITE.rglob("*.html") if "_static" not in page.parts]


def test_the_site_has_at_most_20_megabytes():
    site_pages()
    weight = sum(path.stat().st_size for path in browse.SITE.rglob("*") if path.is_file())
    assert weight <= SITE_LIMIT


def test_no_page_loads_more_than_1_5_megabytes():
    """Without the fonts of formulas; the tests in a browser count these too."""
    for page in site_pages():
        weights = {path.name: path.stat().st_size for path in Files(page.resolve()).files}
        assert sum(weights.values()) <= PAGE_LIMIT, (page.name, weights)


def test_the_site_has_no_source_maps():
    site_pages()
    assert not list(browse.SITE.rglob("*.map"))
    for path in [*browse.SITE.rglob("*.js"), *browse.SITE.rglob("*.css")]:
        assert "sourceMappingURL=" not in path.read_text(encoding="utf-8"), path.name


def test_formulas_are_typeset_only_where_there_are_some():
    pages = {page: page.read_text(encoding="utf-8") for page in site_pages()}
    loading = {page for page, text in pages.items() if ASKED.search(text)}
    assert loading == {page for page, text in pages.items() if 'class="math' in text}
    assert 0 < len(loading) < len(pages)


def test_every_icon_of_a_page_is_in_the_fonts():
    sheet = (
        (browse.SITE / "_static" / light.MAIN).read_text(encoding="utf-8") if site_pages() else ""
    )
    drawn = set(re.findall(r"\.(fa-[\w-]+):before", sheet))
    for page in site_pages():
        for classes in re.findall(r'class="([^"]*\bfa-[^"]*)"', page.read_text(encoding="utf-8")):
            asked = {name for name in classes.split() if name.startswith("fa-")} - LOOKS
            assert asked and asked <= drawn, (page.name, classes)


CSS = """@charset "UTF-8";
/*! a licence { } */
/* a comment .b{} */
:root{--paper:#fff}
.a,.b>p{color:red}
.b{color:"}"}
p:not(.b),[href=".b"]{color:blue}
.made-up{margin:0}
@media print{.b{top:0}}
@media print{.a{top:0}.b{top:1px}}
@keyframes turn{from{top:0}to{top:1px}}
"""


def test_a_rule_goes_if_no_page_and_no_script_has_its_names():
    names = used.names(['<p class="a c" id="d">b</p>'], ['x.className = "made-" + y'])
    short = used.pruned(CSS, *names)
    assert short == (
        '/*! a licence { } */@charset "UTF-8";:root{--paper:#fff}.a{color:red}'
        'p:not(.b),[href=".b"]{color:blue}.made-up{margin:0}@media print{.a{top:0}}'
        "@keyframes turn{from{top:0}to{top:1px}}"
    )


def test_what_a_script_names_stays():
    assert used.pruned(".b{top:0}", *used.names([], ["e.classList.add('b')"])) == ".b{top:0}"


def test_nothing_but_names_decides(tmp_path):
    """With all names of a sheet on a page nothing of it goes."""
    names = used.names(['<p class="a b made-up">'], [])
    assert used.pruned(CSS, *names).count("{") == CSS.count("{") - 1  # that of the comment


def test_a_property_that_nothing_reads_goes():
    sheets = {"a": ':root{--a:#fff;--b:var(--a);--c:url("x;y(");--d:1px}', "b": "p{top:var(--d)}"}
    short = {"a": ":root{--d:1px}", "b": "p{top:var(--d)}"}
    assert used.without_unread(sheets, []) == short
    read_by_script = used.without_unread(sheets, ["style.getPropertyValue('--b')"])["a"]
    assert read_by_script == ":root{--a:#fff;--b:var(--a);--d:1px}"


def test_icons_are_the_signs_that_a_sheet_writes():
    sheet = '.fa-bars:before{content:"\\f0c9"}:root{--icon:"\\f303"}.x{content:"\\2713"}'
    assert icons.signs([sheet, '.y{content:"\uf0f3"}']) == {0xF0C9, 0xF303, 0xF0F3}


SVG = """<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">
<svg width="100pt" height="50pt" viewBox="0 0 100 50">
 <metadata><rdf>
 </rdf></metadata>
 <!-- a comment -->
 <path d="M 1.234567 -0.001 
L 2 3.999999 
" transform="translate(7.123456 1) scale(0.015625)"/>
 <g id="text_1"><defs><path id="DejaVuSans-41"/></defs><use xlink:href="#DejaVuSans-41"/></g>
 <image xlink:href="data:image/png;base64,
1.2345"/>
</svg>"""


def test_a_drawing_in_fewer_letters_shows_the_same():
    assert figures.small(SVG) == (
        '<?xml version="1.0"?><svg width="120.0pt" height="60.0pt" viewBox="0 0 100 50">'
        '<path d="M1.23 0L2 4" transform="translate(7.12 1) scale(0.015625)"/>'
        '<g><defs><path id="D41"/></defs><use href="#D41"/></g>'
        '<image xlink:href="data:image/png;base64,\n1.2345"/></svg>'
    )


def test_only_drawings_of_a_notebook_are_made_small():
    data = {figures.MIME: SVG, "text/plain": "1.23456"}
    output = nbformat.v4.new_output("display_data", data=dict(data))
    cells = [nbformat.v4.new_code_cell("", outputs=[output]), nbformat.v4.new_markdown_cell("")]
    [shrunk, _] = figures.shrink(nbformat.v4.new_notebook(cells=cells)).cells
    assert shrunk.outputs[0].data == {figures.MIME: figures.small(SVG), "text/plain": "1.23456"}


@pytest.mark.slow
def test_a_kernel_draws_the_same_file_twice(tmp_path):
    from rnncourse_lessons import execute

    cell = "import matplotlib.pyplot as plt\nplt.plot([0, 1], [0, 2])\nplt.show()"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "", "language": "python"}
    drawn = [execute(book, str(tmp_path), 60)[0].cells[0].outputs for _ in range(2)]
    [first], [second] = drawn
    assert first.data[figures.MIME] == second.data[figures.MIME]
    assert "image/png" not in first.data


def test_the_parts_of_mathjax_stand_after_their_loader():
    parts = {name: f"<{name}>" for name in ["startup", *mathjax.PARTS]}
    text = mathjax.script(parts)
    places = [text.index(part) for part in parts.values()]
    assert places == sorted(places)
    assert "preLoad" in text[: places[1]]


def test_functions_that_mathjax_repeats_stand_once():
    text = short.HELPERS["read"]
    modules = [f"var a=this&&this.__read||{text};f(a)", f"var b=this&&this.__read||{text};g(b)"]
    script = short.shorter("\n".join([*modules, "var c=this&&this.__read||function(){}"]))
    assert script.count(text) == 1
    assert "var a=mathjax_read;f(a)\nvar b=mathjax_read;g(b)" in script
    assert script.endswith("var c=this&&this.__read||function(){}")


def test_a_fetched_lesson_has_no_outputs(tmp_path):
    output = nbformat.v4.new_output("stream", text="0.25")
    cells = [
        nbformat.v4.new_code_cell("1 + 1", outputs=[output], execution_count=3),
        nbformat.v4.new_markdown_cell("Predict: ∂"),
    ]
    path = tmp_path / "lesson.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    light.without_outputs(path)
    [code, words] = nbformat.read(path, as_version=4).cells
    assert (code.source, code.outputs, code.execution_count) == ("1 + 1", [], None)
    assert words.source == "Predict: ∂"


def test_of_the_static_files_only_what_pages_load_stays(tmp_path):
    for name in ("a.js.map", "scripts/fontawesome.js", "scripts/b.js", "locales/de/x.po"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("f()\n//# sourceMappingURL=b.js.map\n")
    light.take_out(tmp_path)
    [left] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert left.name == "b.js" and left.read_text() == "f()\n"


def test_pictures_of_an_earlier_draft_go(tmp_path):
    names = ("shown.svg", "a b&c.png", "preview.png", "of_the_last_draft.svg")
    for name in names:
        (tmp_path / name).touch()
    page = """<img src="../_images/shown.svg"/><img src='../_images/a%20b&amp;c.png'/>"""
    other = '<meta content="_images/preview.png" property="og:image"/> of_the_last_draft.svg'
    light.take_out_pictures(tmp_path, [page, other])
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names[:3])


def test_every_picture_of_the_site_is_on_a_page():
    pages = [page.read_text(encoding="utf-8") for page in site_pages()]
    there = {path.name for path in (browse.SITE / "_images").iterdir()}
    assert there == light.shown_pictures(pages)
