"""The pages of the ledger: one a chapter, made of the entries that the ledger's page holds.

They have no source of their own, so a chapter that comes or goes brings or takes its page. Each
shows its entries with their formulas, then the functions that measured them; _static/ledger.js
filters them, and leads from the ledger's page to an entry.
"""

import json
from html import escape
from pathlib import Path

import rnncourse_claims_ledger as ledger
from docutils import nodes
from rnncourse_claims_text import state_text

from rnncourse.rooms import PACKAGE, numbers

DATA = "ledger-claims.js"
FORM = """<form class="claim-filter" hidden>
<label>Words <input type="search" name="words" autocomplete="off"></label>
<label>Source <select name="source"><option value="">all</option>{sources}</select></label>
<label>State <select name="state"><option value="">all</option>
<option value="passed">holds</option><option value="failed">fails</option></select></label>
<output></output>
</form>"""


def start(app):
    """Make room for the formulas of the pages; those of the last build are kept."""
    app.rnncourse_ledger_pages = {}
    if not hasattr(app.env, "rnncourse_formulas"):
        app.env.rnncourse_formulas = {}


def forget_formulas(app, env, docname):
    """Drop those of a page that is read again, or is gone."""
    env.rnncourse_formulas.pop(docname, None)


def keep_formulas(app, doctree):
    """Keep the labelled equations of a page."""
    app.env.rnncourse_formulas[app.env.docname] = {
        block["label"]: (block.astext(), bool(block.get("nowrap")))
        for block in doctree.findall(nodes.math_block)
        if block.get("label")
    }


def ledger_with_new_formulas(app, env):
    """Write the ledger again when a formula changed."""
    formulas = repr(sorted(env.rnncourse_formulas.items()))
    last, env.rnncourse_ledger_formulas = getattr(env, "rnncourse_ledger_formulas", None), formulas
    return [env.rnncourse_ledger] if env.rnncourse_ledger and last != formulas else []


def take_pages(app, doctree, docname):
    """Fill in formulas and totals; take the chapters' entries out of the ledger's page."""
    formulas = {
        label: formula
        for page in app.env.rnncourse_formulas.values()
        for label, formula in page.items()
    }
    for place in list(doctree.findall(ledger.claim_formulas)):
        shown = [formulas[label] for label in place["shows"] if label in formulas]
        place.replace_self([_formula(*formula) for formula in shown])
    for place in list(doctree.findall(ledger.claim_page)):
        app.rnncourse_ledger_pages[place["topic"]] = place.children[0]
        place.parent.remove(place)
    for place in list(doctree.findall(ledger.claim_totals)):
        results = app.env.rnncourse_claims.values()
        place.replace_self([_form(results), _totals(app, docname)])


def _formula(text, nowrap):
    block = nodes.math_block(text, text, nowrap=nowrap, number=None, label=None)
    return nodes.container("", block, classes=["claim-formula"])


def _form(results):
    """The fields of the filter, shown by the script that answers to them."""
    groups = sorted({group for result in results for group in ledger.source_groups(result)})
    options = "".join(
        f'<option value="{group.lower() or "own"}">{escape(ledger.SOURCES.get(group, group))}'
        "</option>"
        for group in groups
    )
    return nodes.raw("", FORM.format(sources=options), format="html")


def _totals(app, docname):
    """A row a chapter: its claims, how many hold, how many vouch for an equation."""
    by_topic = {}
    for result in app.env.rnncourse_claims.values():
        by_topic.setdefault(result["chapter"], []).append(result)
    rows = []
    for topic in app.rnncourse_ledger_pages:
        uri = app.builder.get_relative_uri(docname, ledger.page_of(docname, topic))
        link = nodes.reference("", chapter_name(app, topic), internal=True, refuri=uri)
        rows.append([link, *_counts(by_topic[topic])])
    rows.append([nodes.strong("", "All"), *_counts(app.env.rnncourse_claims.values())])
    return _table(["Chapter", "Claims", "Hold", "Fail", "With a formula"], rows)


def _counts(results):
    held = sum(result["passed"] for result in results)
    shown = sum(bool(result["shows"]) for result in results)
    return [nodes.Text(str(n)) for n in (len(results), held, len(results) - held, shown)]


def chapter_name(app, topic: str) -> str:
    """A chapter's number and title, or its topic where it has no page."""
    number = numbers().get(topic)
    title = app.env.titles.get(f"book/{number}_{topic}")
    return topic if title is None else f"{int(number)}. {title.astext()}"


def _table(head, rows):
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
    group += nodes.thead("", _row([nodes.Text(name) for name in head]))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=["claim-totals"])


def _row(cells):
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", cell)) for cell in cells))


def chapter_pages(app):
    """The pages, where the ledger was written in this build."""
    home, pages = app.env.rnncourse_ledger, app.rnncourse_ledger_pages
    results, math = app.env.rnncourse_claims, app.env.get_domain("math")
    if pages:
        _write_data(app, results)
    names = [ledger.page_of(home, topic) for topic in pages]
    for place, (topic, section) in enumerate(pages.items()):
        own = [result for result in results.values() if result["chapter"] == topic]
        math.data["has_equations"][names[place]] = True  # MathJax asks for it
        _complete(app, topic, section, own)
        app.builder.secnumbers = {}
        context = {
            "title": section.next_node(nodes.title).astext(),
            "body": app.builder.render_partial(section)["fragment"],
            "parents": [
                {"link": app.builder.get_relative_uri(names[place], home), "title": "Ledger"}
            ],
            "prev": _neighbor(app, names, place, -1, pages),
            "next": _neighbor(app, names, place, 1, pages),
        }
        yield names[place], context, "page.html"


def _neighbor(app, names, place, step, pages):
    """The link to the page before or after."""
    other = place + step
    if not 0 <= other < len(names):
        return None
    title = ledger.chapter_title(list(pages)[other])
    return {"link": app.builder.get_relative_uri(names[place], names[other]), "title": title}


def _complete(app, topic, section, results):
    """Above the entries where they belong and how many hold; below them their functions."""
    home, number = app.env.rnncourse_ledger, numbers().get(topic)
    state = nodes.paragraph("", state_text({result["id"]: result for result in results}) + ". ")
    links = {"All chapters": home}
    if f"book/{number}_{topic}" in app.env.titles:
        links = {chapter_name(app, topic): f"book/{number}_{topic}", **links}
    for text, page in links.items():
        uri = app.builder.get_relative_uri(ledger.page_of(home, topic), page)
        state += [nodes.reference("", text, internal=True, refuri=uri), nodes.Text(" · ")]
    state.pop()
    section[1:1] = [state, _form(results)]
    if functions := {ledger.function_id(p): p for r in results if (p := r.get("function"))}:
        section += _functions(functions)


def _functions(functions):
    part = ledger.section("The functions")
    for id, place in sorted(
        functions.items(), key=lambda item: (item[1]["file"], item[1]["first"])
    ):
        path = PACKAGE.parent / place["file"]
        lines = path.read_text(encoding="utf-8").splitlines()
        code = "\n".join(lines[place["first"] - 1 : place["last"]])
        name = nodes.paragraph("", "", nodes.literal("", place["name"]), ids=[id])
        name["classes"] = ["claim-function"]
        name += nodes.Text(f" in {place['file']}, lines {place['first']} to {place['last']}")
        part += [name, nodes.literal_block(code, code, language="python")]
    return part


def _write_data(app, results):
    """All claims in a script that the ledger's page loads when it is asked for one."""
    rows = [
        [
            ledger.ledger_anchor(result),
            result["id"],
            f"ledger_{result['chapter']}.html",
            result["statement"],
            [group.lower() or "own" for group in ledger.source_groups(result)],
            "passed" if result["passed"] else "failed",
        ]
        for result in results.values()
    ]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    path = Path(app.outdir, "_static", DATA)
    path.write_text(f"window.ledgerClaims={text};\n", encoding="utf-8")


def add_script(app, pagename, templatename, context, doctree):
    """The filter's script, on the ledger's pages alone."""
    home = app.env.rnncourse_ledger
    if home and pagename.startswith((home, ledger.page_of(home, ""))):
        app.add_js_file("ledger.js", loading_method="defer")


def setup(app):
    """Fill the ledger when its page is written, and write its pages after all others."""
    for node in (ledger.claim_page, ledger.claim_formulas, ledger.claim_totals):
        app.add_node(node)
    app.connect("builder-inited", start)
    app.connect("env-purge-doc", forget_formulas)
    app.connect("doctree-read", keep_formulas)
    app.connect("env-get-updated", ledger_with_new_formulas)
    app.connect("doctree-resolved", take_pages, priority=600)  # after rnncourse_claims
    app.connect("html-collect-pages", chapter_pages)
    app.connect("html-page-context", add_script)
    return {"version": "1", "env_version": 1, "parallel_read_safe": False}
