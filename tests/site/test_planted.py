"""Faults planted into a page of the book: a visit finds each, in the state in which it is there."""

import re

import browse
import pytest

pytestmark = pytest.mark.browser
NAME = browse.page_of("bptt")
STYLE = """<style>
[data-theme=dark] .dim-in-the-dark { color: #555; }
[data-theme=light] .dim-in-the-light { color: #bbb; }
@media (width < 600px) {
  [data-theme=dark] .dim-in-a-dark-hand { color: #555; }
  [data-theme=light] .dim-in-a-light-hand { color: #bbb; }
}
[data-theme=dark] article p a.unseen-in-the-dark { color: #bcc6d0; text-decoration: none; }
[data-theme=dark] .highlight .dim-code { color: #555; }
[data-theme=light] .highlight .faint-code { color: #bbb; }
.scrolls-in-a-hand { overflow-x: auto; }
.scrolls-in-a-hand { white-space: nowrap; }
.wide-in-a-hand { width: 420px; height: 1px; }
pre.cut-in-a-hand { overflow: visible !important; }
img.planted { filter: none !important; mix-blend-mode: normal !important; }
</style>
"""
WHITE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='300' height='200'%3E"
    "%3Crect width='300' height='200' fill='white'/%3E%3C/svg%3E"
)
LONG = "+".join(["abcdefgh"] * 9)
ARTICLE = f"""
<p class="dim-in-the-dark">Words that nobody can read in the dark.</p>
<p class="dim-in-the-light">Words that nobody can read in the light.</p>
<p>Words around <a class="unseen-in-the-dark" href="#top">a link</a> that looks like words.</p>
<h6>A heading of a low level</h6>
<div class="scrolls-in-a-hand"><p>Words in a box of which no key reaches the right end.</p></div>
<pre class="cut-in-a-hand">A line that ends beyond its box and says nothing of it. {"x" * 30}</pre>
<div class="math notranslate nohighlight" id="planted-wide">\\[{{{LONG}}}\\]</div>
<p><span class="math notranslate nohighlight">\\(\\frac{{1}}\\)</span></p>
<p>A formula \\(x_1 that does not end.</p>
<div class="highlight"><pre>print(<span class="dim-code">twelve</span>)
print(<span class="faint-code">eleven</span>)</pre></div>
<img class="planted" src="../_static/favicon.svg">
<img class="planted" alt="A bright picture, planted" src="{WHITE}">
<img alt="A picture of another host" src="http://127.0.0.1:9/planted.png">
<script src="no-such-script.js"></script>
<script>console.error("a planted error"); throw new Error("a planted exception");</script>
"""
END = """<div class="wide-in-a-hand"></div>
"""
FOOTER = """
<p class="dim-in-a-dark-hand">Words that nobody can read on a dark phone.</p>
<p class="dim-in-a-light-hand">Words that nobody can read on a light phone.</p>
"""
# What finds the fault, its words, and the states of the page in which it must be found.
FAULTS = {
    "dim in the dark": ("violations", r"color-contrast at .*\.dim-in-the-dark", "dark, 1280"),
    "dim in the light": ("violations", r"color-contrast at .*\.dim-in-the-light", "light, 1280"),
    "dim on a dark phone": ("violations", r"color-contrast at .*-dark-hand", "dark, 390"),
    "dim on a light phone": ("violations", r"color-contrast at .*-light-hand", "light, 390"),
    "dim code in the dark": ("violations", r"color-contrast at .*\.dim-code", "dark, 1280"),
    "faint code": ("violations", r"color-contrast at .*\.faint-code", "light, 1280"),
    "a link like its text": ("violations", r"link-in-text-block at .*unseen", "dark, 1280"),
    "a level left out": ("violations", r"heading-order at \['h6'\]", "light, 1280"),
    "a picture without words": ("violations", r"image-alt at .*favicon", "light, 1280"),
    "a box without keys": ("violations", r"scrollable-region-focusable at .*scrolls", "390"),
    "a page too wide": ("too_wide", r"page scrolls by \d\d\d", ""),
    "a formula too wide": ("too_wide", r"formula in #planted-wide", ""),
    "a cut line": ("cut", r"of \d+: A line that ends beyond", ""),
    "an unknown command": ("errors", r"Missing argument", ""),
    "a formula without an end": ("raw", r"\\\(", ""),
    "a picture of no words": ("images", r"favicon\.svg', ''", ""),
    "another host": ("foreign", r"http://127\.0\.0\.1:9/planted\.png", ""),
    "a missing file": ("failed", r"404 .*no-such-script\.js", ""),
    "an error": ("console", r"a planted error", ""),
    "an exception": ("console", r"a planted exception", ""),
    "a bright picture": ("inks", r"\(1\.0, 1\.0\)", ""),
}


def planted(text: str) -> str:
    """The page with all faults."""
    for place, faults in (
        ("</head>", STYLE),
        ("</article>", ARTICLE),
        ("</body>", END),
        ('<footer class="bd-footer-content">', FOOTER),
    ):
        assert text.count(place) == 1, place
        text = text.replace(place, place + faults if place.startswith("<f") else faults + place)
    return text


@pytest.fixture(scope="module")
def seen(browser, tmp_path_factory):
    """What a visit to the page with all faults noted."""
    page = tmp_path_factory.mktemp("planted") / "page.html"
    sound = (browse.SITE / f"{NAME}.html").read_text(encoding="utf-8")
    page.write_text(planted(sound), encoding="utf-8")

    class Planted(browse.QuietHandler):
        def translate_path(self, path):
            return str(page) if NAME in path else super().translate_path(path)

    server = browse.serve(browse.SITE, Planted)
    yield browse.visit(browser, f"http://127.0.0.1:{server.server_port}/", NAME)
    server.shutdown()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_visit_finds(seen, fault):
    where, words, state = FAULTS[fault]
    notes = seen.facts[where] if where in seen.facts else getattr(seen, where)
    found = [str(note) for note in notes if re.search(words, str(note))]
    assert any(state in note for note in found), found or notes


@pytest.mark.parametrize("fault", ["dim in the dark", "dim on a dark phone"])
def test_it_finds_it_in_no_other_state(seen, fault):
    _, words, state = FAULTS[fault]
    assert all(state in note for note in seen.violations if re.search(words, note))
