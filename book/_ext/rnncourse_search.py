"""The book's own search: one script with what each page is about, which needs no server.

Sphinx's search counts a word in the text as much as the chapter that is about it, and it fetches
the pages for its excerpts, which no browser allows for pages opened from a folder. Here each page
that is written leaves an entry: its title, the words that a student may use for it (``search:`` in
its front matter, and the glossary's terms that lead to it), and its sections, each with its first
sentences. _static/search.js ranks them.
"""

import json
import posixpath
import re
from itertools import pairwise
from pathlib import Path

import rnncourse_search_text as text
from docutils import nodes
from sphinx.addnodes import glossary

from rnncourse.rooms import numbers

KEPT, SCRIPT = "rnncourse_search.json", "search-index.js"
CHAPTER, LESSON = re.compile(r"^book/\d\d_(\w+)"), "notebooks/"


def start(app):
    """Load the entries of the last build; Sphinx's own search is left out."""
    app.builder.search = False
    path = Path(app.doctreedir, KEPT)
    kept = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    app.rnncourse_search = {page: entry for page, entry in kept.items() if page in app.env.all_docs}


def pages_without_entry(app, env):
    """Write the pages again that left no entry."""
    return sorted(env.found_docs - set(app.rnncourse_search))


def gather(app, pagename, templatename, context, doctree):
    """Make the entry of a page that is being written."""
    if doctree is None or pagename not in app.env.found_docs:
        return
    sections = [text.of_section(part) for part in doctree.findall(text.is_section)]
    app.rnncourse_search[pagename] = {
        "title": app.env.titles[pagename].astext(),
        "names": context["meta"].get("search", "") if context.get("meta") else "",
        "sections": sections,
        "terms": [term for part in doctree.findall(glossary) for term in text.of_glossary(part)],
    }


def index_names(app, doctree):
    """Put a page's own words into the index, but for questions: those of its search entry."""
    env, section = app.env, doctree.next_node(nodes.section)
    names = split_names(env.metadata[env.docname].get("search", ""))
    entries = env.get_domain("index").entries.setdefault(env.docname, [])
    for name in names if section else ():
        if name.lower().split()[0] not in text.STOP:
            entries.append(("single", name, section["ids"][0], "", None))


def index_titles(app, pagename, templatename, context, doctree):
    """Let the index call pages by their titles, what only explains the word last."""
    titles = {page: title.astext() for page, title in app.env.titles.items()}

    def pages_of_word(links):
        pages = [(uri, uri.partition("#")[0].removesuffix(".html")) for _, uri in links]
        pages.sort(key=lambda link: page_kind(link[1], "") == "reference")
        return [(uri, titles.get(page, page)) for uri, page in pages]

    context["pages_of_word"] = pages_of_word


def page_kind(page: str, root: str) -> str:
    """What a page is: a chapter's, a further one of it, a lesson, the first page, or another."""
    if chapter := CHAPTER.match(page):
        return "chapter" if chapter[1] in numbers() else "deeper"
    return "lesson" if page.startswith(LESSON) else "first" if page == root else "reference"


def names_of_pages(entries: dict[str, dict]) -> dict[str, list[str]]:
    """The words for each page: its own, and the glossary's terms whose first link leads to it."""
    names = {page: split_names(entry["names"]) for page, entry in entries.items()}
    for page, entry in entries.items():
        for term in entry["terms"]:
            leads = posixpath.normpath(posixpath.join(posixpath.dirname(page), term["leads"]))
            names.get(leads.removesuffix(".html"), []).extend(term["names"])
    return {page: list(dict.fromkeys(found)) for page, found in names.items()}


def split_names(words: str) -> list[str]:
    """The phrases of a ``search:`` entry, which commas part."""
    return [name.strip() for name in words.split(",") if name.strip()]


def index(entries: dict[str, dict], root: str) -> dict:
    """What the script holds: pages, sections, and for each word the sections that have it."""
    names, pages, found, count = names_of_pages(entries), [], {}, 0
    for page, entry in sorted(entries.items()):
        sections = []
        for section in [*entry["sections"], *map(text.as_section, entry["terms"])]:
            sections.append([section["id"], section["title"], section["start"]])
            for word in section["words"]:
                found.setdefault(word, []).append(count)
            count += 1
        pages.append([page, entry["title"], page_kind(page, root), names[page], sections])
    words = {word: deltas(at) for word, at in sorted(found.items())}
    return {"pages": pages, "words": words, "stop": " ".join(sorted(text.STOP))}


def deltas(numbers: list[int]) -> str:
    """Rising numbers as the steps between them, in base 36: [3, 5, 40] is "3 2 z"."""
    steps = [after - before for before, after in pairwise([0, *numbers])]
    return " ".join(map(base36, steps))


def base36(number: int) -> str:
    """As JavaScript's toString(36)."""
    digits = ""
    while number or not digits:
        number, last = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[last] + digits
    return digits


def write(app, exception):
    """Keep the entries, and write the script that the search page loads."""
    if app.builder.format != "html":
        return
    kept = {page: e for page, e in app.rnncourse_search.items() if page in app.env.found_docs}
    Path(app.doctreedir, KEPT).write_text(json.dumps(kept), encoding="utf-8")
    if exception is None:
        data = json.dumps(index(kept, app.config.root_doc), ensure_ascii=False, separators=",:")
        target = Path(app.outdir, "_static", SCRIPT)
        target.write_text(f"window.searchIndex={data};\n", encoding="utf-8")


def search_page(app):
    """The page with the field and the results; its template is search.html."""
    yield "search", {}, "search.html"


def setup(app):
    """Collect the pages as they are written."""
    app.connect("builder-inited", start)
    app.connect("env-get-updated", pages_without_entry)
    app.connect("doctree-read", index_names)
    app.connect("html-page-context", gather)
    app.connect("html-page-context", index_titles)
    app.connect("html-collect-pages", search_page)
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True}
