"""The build fails unless claims, pages and gradient equations fit together.

The checks run on every build, also on one that reads no page again, so that a second build
does not turn green by itself.
"""

from difflib import get_close_matches

from rnncourse_claims_text import number_text
from sphinx.util import logging

logger = logging.getLogger(__name__)
GRADIENT = "eq-grad-"


def check_claims(app, env):
    """Warn (with -W: fail) about every mark, claim and equation that lacks its counterpart."""
    uses = [use for page in env.rnncourse_uses.values() for use in page]
    claims, equations = env.rnncourse_claims, env.get_domain("math").equations
    _marks(uses, claims)
    _results(uses, claims)
    _equations(claims, equations)
    if uses and env.rnncourse_ledger is None:
        logger.warning("no page holds the claim ledger: write the directive {claim-ledger}")
    return []


def _marks(uses, claims):
    for use in uses:
        place = (use.docname, use.line)
        if use.id not in claims:
            near = ", ".join(get_close_matches(use.id, claims)) or "rnncourse claims lists them"
            logger.warning("unknown claim %r; near it: %s", use.id, near, location=place)
        elif use.role == "claim-value" and claims[use.id]["states"] is None:
            logger.warning("claim %r states no value to print", use.id, location=place)


def _results(uses, claims):
    pages = {use.id: (use.docname, use.line) for use in uses if use.role == "claim"}
    for id, result in claims.items():
        if id not in pages:
            logger.warning(
                "claim %r of chapter %s is shown on no page: put {claim}`%s` by its statement",
                id,
                result["chapter"],
                id,
            )
        if not result["passed"]:
            logger.warning(
                "claim %r fails: error %s, tolerance %s (%s)",
                id,
                number_text(result["error"], 2),
                number_text(result["tolerance"]),
                result["message"],
                location=pages.get(id),
            )


def _equations(claims, equations):
    shown = {label: id for id, result in claims.items() for label in result["shows"]}
    for label, (docname, _) in equations.items():
        if label.startswith(GRADIENT) and label not in shown:
            logger.warning(
                "gradient equation %r has no claim: a claim must name it in shows=",
                label,
                location=docname,
            )
    for label, id in shown.items():
        if label not in equations:
            logger.warning("claim %r shows equation %r, which no page has", id, label)
