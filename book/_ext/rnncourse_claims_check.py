"""The build fails unless claims, pages and gradient equations fit together.

A page cites a claim by its mark, by its number, or by an equation that the claim shows.
The checks run on every build, also on one that reads no page again, so that a second build
does not turn green by itself. In a book without one of its chapters (rnncourse_left_out) a claim
and its equation, or its page, may miss each other.
"""

from collections import Counter
from difflib import get_close_matches

import rnncourse_report as report
from rnncourse_claims_text import failure_lines, number_text, state_text
from rnncourse_left_out import left_out
from sphinx.util import logging

logger = logging.getLogger(__name__)
GRADIENT = "eq-grad-"


def check_claims(app, env):
    """Warn (with -W: fail) about every mark, claim and equation that lacks its counterpart."""
    claims, whole = env.rnncourse_claims, not left_out(app)
    uses = [use for _, page in sorted(env.rnncourse_uses.items()) for use in page]
    equations = env.get_domain("math").equations
    pages = _places(uses, claims, equations)
    found = [*_marks(uses, claims, whole), *_results(pages, claims, whole)]
    found += _equations(claims, equations, whole)
    if uses and env.rnncourse_ledger is None:
        found.append(("no page holds the claim ledger: write the directive {claim-ledger}", None))
    for message, location in found:
        logger.warning("%s", message, location=location)
    app.rnncourse_repeated = len(found)  # warnings that come again in every build
    if lines := failure_lines(claims, {id: place[0] for id, place in pages.items()}):
        report.lines.extend([f"{state_text(claims)}. These fail:", *lines])
    return []


def _places(uses, claims, equations):
    """Where each claim is cited: by its mark, its value, or an equation that it shows."""
    found = {
        id: (equations[label][0], None)
        for id, result in claims.items()
        for label in reversed(result["shows"])
        if label in equations
    }
    return found | {use.id: (use.docname, use.line) for use in reversed(uses)}


def _marks(uses, claims, whole):
    together = Counter((use.docname, use.anchor) for use in uses)
    for use in uses:
        place = (use.docname, use.line)
        if use.role == "claim-value" and together[use.docname, use.anchor] > 1:
            yield f"claim-value prints the number of one claim; {use.id!r} is one of several", place
        elif use.id in claims:
            if use.role == "claim-value" and claims[use.id]["states"] is None:
                yield f"claim {use.id!r} states no value to print", place
        elif whole:
            near = ", ".join(get_close_matches(use.id, claims)) or "rnncourse claims lists them"
            yield f"unknown claim {use.id!r}; near it: {near}", place


def _results(pages, claims, whole):
    for id, result in claims.items():
        if id not in pages and whole:
            yield (
                (
                    f"claim {id!r} of chapter {result['chapter']} is shown on no page: "
                    f"put {{claim}}`{id}` after its sentence, print its value, or label the "
                    "equation that it names in shows="
                ),
                None,
            )
        if not result["passed"]:
            yield (
                (
                    f"claim {id!r} fails: error {number_text(result['error'], 2)}, "
                    f"tolerance {number_text(result['tolerance'])} ({result['message']})"
                ),
                pages.get(id),
            )


def _equations(claims, equations, whole):
    shown = {label: id for id, result in claims.items() for label in result["shows"]}
    for label, (docname, _) in equations.items():
        if label.startswith(GRADIENT) and label not in shown and whole:
            yield (
                f"gradient equation {label!r} has no claim: a claim must name it in shows=",
                docname,
            )
    for label, id in shown.items():
        if label not in equations and whole:
            yield f"claim {id!r} shows equation {label!r}, which no page has", None
