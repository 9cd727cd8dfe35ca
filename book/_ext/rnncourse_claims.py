"""Claims in the book: the roles {claim}, {claim-value}, directives {claim-ledger}, {claim-state}.

A page marks where a claim stands; the marks get their signs when the page is written, from what was
measured for this build (rnncourse_fresh). rnncourse_claims_marks says how they look,
rnncourse_claims_check compares pages, equations and claims, and rnncourse_claims_ledger draws the
ledger's entries.
"""

from pathlib import Path
from typing import NamedTuple

import rnncourse_claims_measure as measured
from docutils import nodes
from rnncourse_claims_check import check_claims
from rnncourse_claims_ledger import ClaimLedger, ClaimState, claim_state, fill_places, fill_state
from rnncourse_claims_marks import claim_mark, setup_marks
from rnncourse_claims_text import card_of, state_text, value_text
from sphinx.util.docutils import SphinxRole

from rnncourse.rooms import numbers


class Use(NamedTuple):
    """One mark of a claim on a page."""

    id: str
    role: str  # "claim" or "claim-value"
    docname: str
    line: int
    anchor: str


class ClaimRole(SphinxRole):
    """Mark claims: {claim} is one sign for all its ids, {claim-value} the number that one states.

    {claim}`one-id` or {claim}`one-id,another-id`; {claim-value}`one-id`.
    """

    def run(self):
        uses = self.env.rnncourse_uses.setdefault(self.env.docname, [])
        ids = [id.strip() for id in self.text.split(",")]
        anchor = nodes.make_id(f"{self.name}-{ids[0]}-{len(uses)}")
        uses += [Use(id, self.name, self.env.docname, self.lineno, anchor) for id in ids]
        mark = claim_mark(self.rawtext, claims=ids, role=self.name, ids=[anchor])
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
    """Write the pages again on which a mark, a card, a number or the state of all changed."""
    now = {id: _shown(result) for id, result in env.rnncourse_claims.items()}
    now[""] = state_text(env.rnncourse_claims)
    last, env.rnncourse_shown = getattr(env, "rnncourse_shown", {}), now
    new = {id for id in {*now, *last} if now.get(id) != last.get(id)}
    pages = {page for page, uses in env.rnncourse_uses.items() if new & {use.id for use in uses}}
    equations = env.get_domain("math").equations
    labels = {label for id in new - {""} for seen in (now, last) for label in _labels(seen, id)}
    pages |= {equations[label][0] for label in labels if label in equations}
    return sorted(pages | (env.rnncourse_state_pages if "" in new else set()))


def _shown(result) -> tuple:
    return value_text(result), result["passed"], card_of(result), tuple(result["shows"])


def _labels(seen: dict, id: str) -> tuple[str, ...]:
    """The equations that a claim shows."""
    return seen[id][-1] if id in seen else ()


def ledger_when_places_move(app, env):
    """Write the ledger again when a page, a title or an equation's number changed."""
    titles = {docname: title.astext() for docname, title in env.titles.items()}
    uses = {
        page: [use._replace(line=0) for use in uses] for page, uses in env.rnncourse_uses.items()
    }
    places = repr((sorted(uses.items()), sorted(titles.items()), env.toc_fignumbers))
    last, env.rnncourse_places = getattr(env, "rnncourse_places", None), places
    return [env.rnncourse_ledger] if env.rnncourse_ledger and last != places else []


def fill_in(app, doctree, docname):
    """Fill in what a page says of all claims, and what the ledger says of each one's places."""
    fill_places(app, doctree, docname)
    fill_state(app, doctree, docname)


def setup(app):
    """Register the roles, the directives and the events of a build."""
    setup_marks(app)
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
    app.connect("doctree-resolved", fill_in)
    return {"version": "1", "env_version": 3, "parallel_read_safe": False}
