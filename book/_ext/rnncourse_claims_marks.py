"""How a page shows its claims: one small sign after a sentence, or beside an equation's number.

A sign is a link to the ledger. Where scripts run it opens a card (book/_static/claims.js), whose
text stands once a page, however many marks name the claim.
"""

import json
from html import escape

from docutils import nodes
from rnncourse_claims_ledger import ledger_uri
from rnncourse_claims_text import card_of, mark_name, mark_title, sign, value_text

SCRIPT = "claims.js"
HINT_BELOW = "Before you start"
HINT = (
    "<strong>A ✓</strong> beside the number of a formula, or after a sentence, means that the "
    "build has checked it. Select it to see how. "
    '<span class="pst-js-only">The button ✓ at the top of the page hides all of them.</span>'
)


class claim_mark(nodes.Inline, nodes.Element):
    """Stands in the text until the page is written: claims (ids), role, and later html."""


class claim_hint(nodes.General, nodes.Element):
    """The line that explains the marks; it has no text of its own, so no search finds it."""


def claims_of_equations(claims: dict[str, dict]) -> dict[str, list[dict]]:
    """The results of the claims that show each equation, by its label."""
    found = {}
    for result in claims.values():
        for label in result["shows"]:
            found.setdefault(label, []).append(result)
    return found


def mark_html(app, docname: str, results: list[dict], role: str = "claim", anchor: str = "") -> str:
    """One mark for these claims; of several it leads to the first that fails, or to the first."""
    failed = [result for result in results if not result["passed"]]
    first = (failed or results)[0]
    attributes = {
        "class": f"{role} claim-{'failed' if failed else 'passed'}",
        "id": anchor,
        "href": ledger_uri(app, docname, first),
        "title": mark_title(results),
        "data-claims": " ".join(result["id"] for result in results),
    }
    text = value_text(first)
    if role == "claim":
        attributes["aria-label"], text = mark_name(results), sign(results)
    written = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items() if value)
    return f"<a{written}>{escape(text)}</a>"


def show_marks(app, doctree, docname):
    """Turn the marks of a page into links, and put one beside each equation that a claim shows."""
    claims, shown = app.env.rnncourse_claims, []
    if app.env.rnncourse_ledger is not None:
        for mark in doctree.findall(claim_mark):
            if results := [claims[id] for id in mark["claims"] if id in claims]:
                mark["html"] = mark_html(app, docname, results, mark["role"], mark["ids"][0])
                shown += results
        of_equations = claims_of_equations(claims)
        for equation in doctree.findall(nodes.math_block):
            if results := of_equations.get(equation.get("label")):
                equation["mark"] = mark_html(app, docname, results)
                shown += results
    doctree["claims"] = {result["id"]: result for result in shown}
    if shown:
        _explain(doctree)


def _explain(doctree):
    """One line in the first box "Before you start" of a page."""
    for box in doctree.findall(nodes.admonition):
        title = box.next_node(nodes.title)  # a proof is such a box too, and has none
        if title is not None and title.astext() == HINT_BELOW:
            box += claim_hint()
            return


def add_cards(app, pagename, templatename, context, doctree):
    """The cards of a page's claims below its text, and the script that opens them."""
    results = doctree.get("claims") if doctree else None
    if not results:
        return
    cards = {id: {**card_of(r), "entry": ledger_uri(app, pagename, r)} for id, r in results.items()}
    written = json.dumps(cards, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    path = app.config.mathjax_path  # of the book's own files (rnncourse_mathjax)
    own = "" if "://" in path else f' data-mathjax="{context["pathto"](f"_static/{path}", 1)}"'
    context["body"] += f'<script type="application/json" id="claim-cards"{own}>{written}</script>'
    app.add_js_file(SCRIPT)


def visit_mark(translator, node):
    """The mark as it was made; the bare id where no claim has it, of which the build warns."""
    translator.body.append(node.get("html") or f"<code>{escape(', '.join(node['claims']))}</code>")
    raise nodes.SkipNode


def visit_hint(translator, node):
    """The line that explains the marks."""
    translator.body.append(f'<p class="claim-hint">{HINT}</p>')
    raise nodes.SkipNode


def visit_equation(translator, node):
    """As Sphinx writes it, with the mark behind the number, before the link that is seen below it.

    Sphinx's renderer ends with SkipNode; what it wrote lies behind ``start``.
    """
    app, start = translator.builder.app, len(translator.body)
    render, _ = app.registry.html_block_math_renderers[translator.builder.math_renderer_name]
    try:
        render(translator, node)
    finally:
        if "mark" in node:
            for place in range(start, len(translator.body)):
                if translator.body[place].startswith('<span class="eqno">'):
                    translator.body.insert(place + 1, node["mark"])
                    break


def leave(translator, node):
    """Nothing is left to write."""


def setup_marks(app):
    """Register what a page shows."""
    app.add_node(claim_mark, html=(visit_mark, leave))
    app.add_node(claim_hint, html=(visit_hint, leave))
    app.add_node(nodes.math_block, override=True, html=(visit_equation, leave))
    app.connect("doctree-resolved", show_marks)
    app.connect("html-page-context", add_cards)
