"""The ledger's entries, one card a claim, and the state of all in a line.

The directive stands on the ledger's page. There it leaves what fails and the totals; each chapter's
entries become a page of their own (rnncourse_claims_pages).
"""

import posixpath
import re
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

# Where a question comes from, as the filter names it; the rest is literature.
SOURCES = {
    "U18": "U18, Amsterdam 2018",
    "U20": "U20, Amsterdam 2020",
    "KTH": "KTH, Stockholm",
    "D": "D, Duke",
    "W": "W, a wrong answer",
    "R": "R, further questions",
    "": "this book",
}
SOURCE = re.compile(r"\b(U18|U20|KTH|D|W|R)(?=\d|-|\b)")


class claim_places(nodes.General, nodes.Element):
    """Stands for the list of pages and equations until all pages are read."""


class claim_formulas(nodes.General, nodes.Element):
    """Stands for the formulas that a claim shows until all pages are read."""


class claim_page(nodes.General, nodes.Element):
    """Holds the entries of one chapter until they are written to their own page."""


class claim_totals(nodes.General, nodes.Element):
    """Stands for the table of the chapters and their claims until the page is written."""


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
    """List what fails and the totals; hold every claim's entry ready for its chapter's page."""

    has_content = False

    def run(self):
        self.env.rnncourse_ledger = self.env.docname
        results = self.env.rnncourse_claims.values()
        failed = [result for result in results if not result["passed"]]
        sections = [self._section("What fails", failed)] if failed else []
        chapters = section("The chapters")
        chapters += [claim_totals(), *self._pages(results)]
        return [*sections, chapters]

    def _pages(self, results):
        """The entries by chapter, in the order of the book, what fails first."""
        chapters = {}
        for result in sorted(results, key=lambda result: result["passed"]):
            chapters.setdefault(result["chapter"], []).append(result)
        order = [*numbers(), *chapters]
        for topic in sorted(chapters, key=order.index):
            held = self._section(chapter_title(topic), chapters[topic])
            yield claim_page("", held, topic=topic)

    def _section(self, title, results):
        part = section(title)
        part += [self._card(result) for result in results]
        return part

    def _card(self, result):
        state = "passed" if result["passed"] else "failed"
        badge = nodes.inline("", badge_text(result), classes=["claim-badge", f"claim-{state}"])
        head = nodes.paragraph("", "", nodes.literal("", result["id"]), nodes.Text(" "), badge)
        head["classes"] = ["claim-card-head"]
        words, messages = self.parse_inline(result["statement"])
        statement = nodes.paragraph("", "", *words)
        formulas = claim_formulas(shows=result["shows"])
        facts = nodes.definition_list("", *_facts(result), classes=["claim-facts"])
        card = nodes.container("", head, statement, *messages, formulas, facts)
        sources = [f"source-{source.lower() or 'own'}" for source in source_groups(result)]
        card["classes"] = ["claim-card", f"claim-card-{state}", *sources]
        card["ids"] = [ledger_anchor(result)]
        return card


def chapter_title(topic: str) -> str:
    """What the chapter's entries are called: the claims of chapter 2."""
    return f"The claims of chapter {int(numbers().get(topic, 0)) or topic}"


def section(title: str):
    """A section with its title."""
    part = nodes.section("", nodes.title("", title), ids=[nodes.make_id(title)])
    part["names"] = [nodes.fully_normalize_name(title)]
    return part


def source_groups(result) -> list[str]:
    """Where a claim's question comes from: ["U18"], ["W", "U20"], ["literature"], [""]."""
    found = list(dict.fromkeys(SOURCE.findall(result["source"])))
    return found or (["literature"] if result["source"] else [""])


def ledger_anchor(result) -> str:
    """The anchor of a claim's entry."""
    return "ledger-" + nodes.make_id(result["id"])


def page_of(ledger: str, topic: str) -> str:
    """The page with a chapter's entries; it lies beside the ledger."""
    return posixpath.join(posixpath.dirname(ledger), f"ledger_{topic}")


def ledger_uri(app, docname: str, result) -> str:
    """The address of a claim's entry, seen from this page."""
    page = page_of(app.env.rnncourse_ledger, result["chapter"])
    return app.builder.get_relative_uri(docname, page) + "#" + ledger_anchor(result)


def _facts(result):
    rows = {
        "Fails": result["message"],
        "Measured error": number_text(result["error"], 2) if result["error"] else "none",
        "Absolute": result["absolute"],
        "Tolerance": number_text(result["tolerance"]),
        "States": "" if result["states"] is None else value_text(result),
        "Known mistake": " of ".join(reversed(result["mistake"] or ())),
        "Checked by": result["how"],
        "Source": result["source"],
    }
    items = [_fact(name, nodes.paragraph("", text)) for name, text in rows.items() if text]
    items.append(_fact("Shown", claim_places(claim=result["id"], shows=result["shows"])))
    items += _function(result.get("function"))
    command = nodes.literal("", f"rnncourse claims {result['id']}")
    return [*items, _fact("Repeat it", nodes.paragraph("", "", command))]


def _function(place):
    """Which function measured it, and where that stands; the source is below on the page."""
    if place:
        link = nodes.reference("", "", nodes.literal("", place["call"]), internal=True)
        link["refuri"] = "#" + function_id(place)
        where = f" in {place['file']}, line {place['first']}"
        yield _fact("Function", nodes.paragraph("", "", link, nodes.Text(where)))


def function_id(place) -> str:
    """The anchor of a function's source on its chapter's page."""
    return nodes.make_id(f"function-{place['file']}-{place['name']}-{place['first']}")


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
