"""The ledger's entries, one card a claim, grouped by chapter, and the state of all in a line."""

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from rnncourse_claims_text import (
    all_hold,
    badge_text,
    made_text,
    number_text,
    state_text,
    value_text,
)
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective

from rnncourse.rooms import numbers


class claim_places(nodes.General, nodes.Element):
    """Stands for the list of pages and equations until all pages are read."""


class claim_state(nodes.General, nodes.Element):
    """Stands for the line that says how many claims hold, until the page is written."""


class ClaimState(SphinxDirective):
    """Say how many claims hold; with the option made also when, with what and on what."""

    has_content = False
    option_spec: ClassVar = {"made": directives.flag}

    def run(self):
        self.env.rnncourse_state_pages.add(self.env.docname)
        made = nodes.paragraph("", made_text(self.env.rnncourse_entries))
        return [claim_state(), made] if "made" in self.options else [claim_state()]


class ClaimLedger(SphinxDirective):
    """List every claim with its measurement: what fails, then the chapters in their order."""

    has_content = False

    def run(self):
        self.env.rnncourse_ledger = self.env.docname
        results = self.env.rnncourse_claims.values()
        failed = [result for result in results if not result["passed"]]
        chapters = {}
        for result in results:
            if result["passed"]:
                chapters.setdefault(result["chapter"], []).append(result)
        sections = [self._section("What fails", failed)] if failed else []
        for topic, held in chapters.items():
            sections.append(self._section(f"Chapter {numbers().get(topic, topic)}", held))
        return sections

    def _section(self, title, results):
        section = nodes.section("", nodes.title("", title), ids=[nodes.make_id(title)])
        section["names"] = [nodes.fully_normalize_name(title)]
        section += [self._card(result) for result in results]
        return section

    def _card(self, result):
        state = "passed" if result["passed"] else "failed"
        badge = nodes.inline("", badge_text(result), classes=["claim-badge", f"claim-{state}"])
        head = nodes.paragraph("", "", nodes.literal("", result["id"]), nodes.Text(" "), badge)
        head["classes"] = ["claim-card-head"]
        statement, messages = self.parse_inline(result["statement"])
        facts = nodes.definition_list("", *_facts(result), classes=["claim-facts"])
        card = nodes.container("", head, nodes.paragraph("", "", *statement), *messages, facts)
        card["classes"] = ["claim-card", f"claim-card-{state}"]
        card["ids"] = ["ledger-" + nodes.make_id(result["id"])]
        return card


def _facts(result):
    rows = {
        "Fails": result["message"],
        "Measured error": number_text(result["error"], 2) if result["error"] else "none",
        "Tolerance": number_text(result["tolerance"]),
        "States": "" if result["states"] is None else value_text(result),
        "Known mistake": " of ".join(reversed(result["mistake"] or ())),
        "Checked by": result["how"],
        "Source": result["source"],
    }
    items = [_fact(name, nodes.paragraph("", text)) for name, text in rows.items() if text]
    return [*items, _fact("Shown", claim_places(claim=result["id"], shows=result["shows"]))]


def _fact(name, node):
    return nodes.definition_list_item("", nodes.term("", name), nodes.definition("", node))


def fill_state(app, doctree, docname):
    """Put the state of all claims into a page, red where one fails."""
    results, ledger = app.env.rnncourse_claims, app.env.rnncourse_ledger
    for place in list(doctree.findall(claim_state)):
        state = "passed" if all_hold(results) else "failed"
        text = nodes.strong("", state_text(results))
        if ledger and ledger != docname:
            uri = app.builder.get_relative_uri(docname, ledger)
            text = nodes.reference("", "", text, internal=True, refuri=uri)
        place.replace_self(nodes.paragraph("", "", text, classes=["claim-state", f"claim-{state}"]))


def fill_places(app, doctree, docname):
    """Put links to the pages and the equations of each claim into the ledger."""
    for places in list(doctree.findall(claim_places)):
        links = [*_pages(app, places["claim"], docname), *_equations(app, places["shows"], docname)]
        text = nodes.paragraph()
        for link in links:
            text += [nodes.Text(", "), link] if len(text) else link
        places.replace_self(text)


def _pages(app, id, docname):
    """A link to the first mark of the claim, or its first value, on each page that has one."""
    for page, uses in sorted(app.env.rnncourse_uses.items()):
        use = next((use for use in uses if use.id == id), None)
        if use is not None:
            uri = app.builder.get_relative_uri(docname, page) + "#" + use.anchor
            title = app.env.titles[page].astext()
            yield nodes.reference("", title, internal=True, refuri=uri)


def _equations(app, labels, docname):
    """A link to each equation that a page has; rnncourse_claims_check warns about the others."""
    domain = app.env.get_domain("math")
    for label in labels:
        wanted = pending_xref("", reftype="eq", reftarget=label, refdomain="math")
        link = domain.resolve_xref(
            app.env, docname, app.builder, "eq", label, wanted, nodes.literal("", label)
        )
        if link is not None:
            yield link
