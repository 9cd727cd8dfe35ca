"""What a page says about itself: a description and a picture for those who share its address, and
at its foot the version, the date, the licenses and how to cite. All of it is in CITATION.cff.
"""

import html
import re
import unicodedata
from pathlib import Path

import yaml
from docutils import nodes

ROOT = Path(__file__).resolve().parents[2]
PREVIEW = "preview.png"  # 1200 by 630, in book/_static
LONGEST = 160  # letters of a description
LICENSES = {"Apache-2.0": "Code under Apache 2.0", "CC-BY-4.0": "text and figures under CC BY 4.0"}
BIBTEX = """@software{{rnncourse,
  author  = {{{{{authors}}}}},
  title   = {{{title}}},
  version = {{{version}}},
  year    = {{{year}}}
}}"""
SIGNS = {"partial": "∂", "odot": "⊙", "times": "×", "le": "≤", "ge": "≥", "to": "→", "in": "∈"}
FONTS = ("mathcal", "mathbb", "mathrm", "mathbf", "text", "tfrac", "frac", "left", "right")
MARKUP = re.compile(r"\\([A-Za-z]+)\s?|\\[^A-Za-z]|[{}$]")


def add_description(app, pagename, templatename, context, doctree):
    """Put description, title and picture into the head of a page."""
    about = citation(ROOT)
    context["citation"] = about
    title = re.sub("<[^>]*>", "", html.unescape(context.get("title") or "")) or pagename.title()
    words = description(doctree) if doctree is not None else ""
    tags = {
        "og:type": "article",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": words or f"{title}. {about['title']}",
        "og:image": context["pathto"](f"_static/{PREVIEW}", 1),
        "og:image:alt": about["title"],
    }
    lines = [_tag("property", name, text) for name, text in tags.items()]
    if 'name="description"' not in context.get("metatags", ""):
        lines.append(_tag("name", "description", tags["og:description"]))
    context["metatags"] = "\n".join([context.get("metatags", ""), *lines])


def _tag(kind: str, name: str, text: str) -> str:
    return f'<meta {kind}="{name}" content="{html.escape(text)}" />'


def description(doctree) -> str:
    """The first sentences of a page's own text, without the box before it."""
    text = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section | nodes.document):
            text = f"{text} {plain(paragraph)}".strip()
        if len(text) >= LONGEST // 2:
            break
    if len(text) <= LONGEST:
        return text
    return text[: LONGEST - 1].rpartition(" ")[0].rstrip(",;:") + " …"


def plain(paragraph) -> str:
    """A paragraph's words; of a formula its letters."""
    words = ""
    for node in paragraph.findall(nodes.Text):
        text = str(node)
        if isinstance(node.parent, nodes.math):
            text = MARKUP.sub(_letter, text)
        words += text
    return " ".join(words.split())


def _letter(markup: re.Match) -> str:
    """The sign of a command such as alpha or partial; of another its name; nothing of the rest."""
    name = markup[1]
    if name is None or name in FONTS:
        return ""
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name}")
    except KeyError:
        return SIGNS.get(name, name)


def citation(root) -> dict[str, str]:
    """What CITATION.cff says, in the words of the foot of a page."""
    cff = yaml.safe_load(Path(root, "CITATION.cff").read_text("utf-8"))
    released = cff["date-released"]
    facts = {
        "title": cff["title"],
        "version": str(cff["version"]),
        "date": f"{released:%B} {released.day}, {released.year}",
        "year": str(released.year),
        "authors": " and ".join(_name(author) for author in cff["authors"]),
        "license": ", ".join(LICENSES[license] for license in cff["license"]),
    }
    return {**facts, "bibtex": BIBTEX.format(**facts)}


def _name(author: dict[str, str]) -> str:
    return author.get("name") or f"{author['given-names']} {author['family-names']}"


def setup(app):
    """Fill the template's context just before a page is written."""
    app.connect("html-page-context", add_description)
    return {"version": "1", "parallel_read_safe": True}
