"""Claims in the book: the roles {claim}, {claim-value}, directives {claim-ledger}, {claim-state}.

A page marks where a claim stands; the marks become badges when the page is written, from what was
measured for this build (rnncourse_fresh). rnncourse_claims_check compares pages, equations and
claims, and rnncourse_claims_ledger draws the ledger's entries.
"""

from pathlib import Path
from typing import NamedTuple

import rnncourse_claims_measure as measured
from docutils import nodes
from rnncourse_claims_check import check_claims
from rnncourse_claims_ledger import (
    ClaimLedger,
    ClaimState,
    claim_state,
    fill_places,
    fill_state,
    ledger_uri,
)
from rnncourse_claims_text import badge_text, describe, state_text, value_text
from sphinx.util.docutils import SphinxRole

from rnncourse.rooms import numbers


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
    """Load what was measured; what the last build recorded of the pages is kept."""
    app.env.rnncourse_entries = measured.load(Path(app.outdir).parent)
    app.env.rnncourse_claims = measured.results(app.env.rnncourse_entries)
    for name, empty in (
        ("rnncourse_uses", {}),
        ("rnncourse_ledger", None),
        ("rnncourse_state_pages", set()),
    ):
        if not hasattr(app.env, name):
            setattr(app.env, name, empty)


def forget_page(app, env, docname):
    """Drop what a page that is read again, or is gone, had recorded."""
    env.rnncourse_uses.pop(docname, None)
    env.rnncourse_state_pages.discard(docname)
    if env.rnncourse_ledger == docname:
        env.rnncourse_ledger = None


def ledger_with_new_cards(app, env, added, changed, removed):
    """Read the ledger again when a card changed: its entries are made as it is read."""
    cards = repr((env.rnncourse_entries, numbers()))
    last, env.rnncourse_cards = getattr(env, "rnncourse_cards", None), cards
    return [env.rnncourse_ledger] if env.rnncourse_ledger and last != cards else []


def pages_with_new_numbers(app, env):
    """Write the pages again on which a badge, a number or the state of all claims changed."""
    now = {id: _shown(result) for id, result in env.rnncourse_claims.items()}
    now[""] = state_text(env.rnncourse_claims)
    last, env.rnncourse_shown = getattr(env, "rnncourse_shown", {}), now
    new = {id for id in {*now, *last} if now.get(id) != last.get(id)}
    pages = [page for page, uses in env.rnncourse_uses.items() if new & {use.id for use in uses}]
    return [*pages, *(env.rnncourse_state_pages if "" in new else ())]


def _shown(result) -> tuple[str, str, str]:
    return badge_text(result), value_text(result), describe(result)


def ledger_when_places_move(app, env):
    """Write the ledger again when a page, a title or an equation's number changed."""
    titles = {docname: title.astext() for docname, title in env.titles.items()}
    uses = {
        page: [use._replace(line=0) for use in uses] for page, uses in env.rnncourse_uses.items()
    }
    places = repr((sorted(uses.items()), sorted(titles.items()), env.toc_fignumbers))
    last, env.rnncourse_places = getattr(env, "rnncourse_places", None), places
    return [env.rnncourse_ledger] if env.rnncourse_ledger and last != places else []


def show_marks(app, doctree, docname):
    """Turn the marks of a page into links to the ledger."""
    for mark in list(doctree.findall(claim_mark)):
        mark.replace_self(_linked(app, mark, docname))
    fill_places(app, doctree, docname)
    fill_state(app, doctree, docname)


def _linked(app, mark, docname):
    result, ledger = app.env.rnncourse_claims.get(mark["claim"]), app.env.rnncourse_ledger
    if result is None or ledger is None:
        return nodes.literal("", mark["claim"])  # rnncourse_claims_check has warned
    text = badge_text(result) if mark["role"] == "claim" else value_text(result)
    state = "passed" if result["passed"] else "failed"
    uri = ledger_uri(app, docname, result)
    link = nodes.reference(
        "", "", nodes.inline("", text), internal=True, refuri=uri, reftitle=describe(result)
    )
    link["classes"] = [mark["role"], f"claim-{state}"]
    return link  # replace_self hands on the mark's id


def setup(app):
    """Register the roles, the directives and the events of a build."""
    app.add_node(claim_mark)
    app.add_node(claim_state)
    app.add_role("claim", ClaimRole())
    app.add_role("claim-value", ClaimRole())
    app.add_directive("claim-ledger", ClaimLedger)
    app.add_directive("claim-state", ClaimState)
    app.setup_extension("rnncourse_claims_pages")
    app.connect("builder-inited", start, priority=700)  # after rnncourse_fresh has measured
    app.connect("env-purge-doc", forget_page)
    app.connect("env-get-outdated", ledger_with_new_cards)
    app.connect("env-updated", check_claims)
    app.connect("env-get-updated", pages_with_new_numbers)
    app.connect("env-get-updated", ledger_when_places_move, priority=900)  # after the numbering
    app.connect("doctree-resolved", show_marks)
    return {"version": "1", "env_version": 2, "parallel_read_safe": False}
