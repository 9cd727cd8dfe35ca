"""The claim ledger in the book: the roles {claim} and {claim-value}, the directive {claim-ledger}.

A page marks where a claim stands; the marks become badges when the page is written, from the one
measurement of this build (rnncourse_claims_measure). rnncourse_claims_check compares pages,
equations and claims, and rnncourse_claims_ledger draws the ledger's entries.
"""

from typing import NamedTuple

from docutils import nodes
from rnncourse_claims_check import check_claims
from rnncourse_claims_ledger import ClaimLedger, fill_places
from rnncourse_claims_measure import measure_claims
from rnncourse_claims_text import badge_text, describe, value_text
from sphinx.util.docutils import SphinxRole


class Use(NamedTuple):
    """One mark of a claim on a page."""

    id: str
    role: str  # "claim" or "claim-value"
    docname: str
    line: int
    anchor: str


class claim_mark(nodes.Inline, nodes.Element):
    """Stands in the text until the page is written."""


class ClaimRole(SphinxRole):
    """Mark a claim: {claim} is its badge, {claim-value} the number that it states."""

    def run(self):
        uses = self.env.rnncourse_uses.setdefault(self.env.docname, [])
        anchor = nodes.make_id(f"{self.name}-{self.text}-{len(uses)}")
        uses.append(Use(self.text, self.name, self.env.docname, self.lineno, anchor))
        mark = claim_mark(self.rawtext, claim=self.text, role=self.name, ids=[anchor])
        self.set_source_info(mark)
        return [mark], []


def start(app):
    """Measure the claims, once a build; what the last build recorded of the pages is kept."""
    app.env.rnncourse_claims = measure_claims(app.outdir)
    for name, empty in (("rnncourse_uses", {}), ("rnncourse_ledger", None)):
        if not hasattr(app.env, name):
            setattr(app.env, name, empty)


def forget_page(app, env, docname):
    """Drop what a page that is read again, or is gone, had recorded."""
    env.rnncourse_uses.pop(docname, None)
    if env.rnncourse_ledger == docname:
        env.rnncourse_ledger = None


def pages_with_new_numbers(app, env, added, changed, removed):
    """Read the pages again whose claims were measured anew since they were read."""
    last, env.rnncourse_measured = getattr(env, "rnncourse_measured", None), env.rnncourse_claims
    if last == env.rnncourse_claims:
        return []
    return [*env.rnncourse_uses, *([env.rnncourse_ledger] if env.rnncourse_ledger else [])]


def ledger_when_places_move(app, env):
    """Write the ledger again when a page, a title or an equation's number changed."""
    titles = {docname: title.astext() for docname, title in env.titles.items()}
    places = repr((env.rnncourse_uses, titles, env.toc_fignumbers))
    last, env.rnncourse_places = getattr(env, "rnncourse_places", None), places
    return [env.rnncourse_ledger] if env.rnncourse_ledger and last != places else []


def show_marks(app, doctree, docname):
    """Turn the marks of a page into links to the ledger."""
    for mark in list(doctree.findall(claim_mark)):
        mark.replace_self(_linked(app, mark, docname))
    fill_places(app, doctree, docname)


def _linked(app, mark, docname):
    result, ledger = app.env.rnncourse_claims.get(mark["claim"]), app.env.rnncourse_ledger
    if result is None or ledger is None:
        return nodes.literal("", mark["claim"])  # rnncourse_claims_check has warned
    text = badge_text(result) if mark["role"] == "claim" else value_text(result)
    state = "passed" if result["passed"] else "failed"
    uri = app.builder.get_relative_uri(docname, ledger) + "#ledger-" + nodes.make_id(result["id"])
    link = nodes.reference(
        "", "", nodes.inline("", text), internal=True, refuri=uri, reftitle=describe(result)
    )
    link["classes"] = [mark["role"], f"claim-{state}"]
    return link  # replace_self hands on the mark's id


def setup(app):
    """Register the roles, the directive and the events of a build."""
    app.add_node(claim_mark)
    app.add_role("claim", ClaimRole())
    app.add_role("claim-value", ClaimRole())
    app.add_directive("claim-ledger", ClaimLedger)
    app.connect("builder-inited", start)
    app.connect("env-purge-doc", forget_page)
    app.connect("env-get-outdated", pages_with_new_numbers)
    app.connect("env-updated", check_claims)
    app.connect("env-get-updated", ledger_when_places_move, priority=900)  # after the numbering
    app.connect("doctree-resolved", show_marks)
    return {"version": "1", "env_version": 1, "parallel_read_safe": False}
