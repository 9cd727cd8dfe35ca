"""How a claim reads: as a sign, in a sentence, on a card, in the ledger, at the end of a build."""

import math
import re
from html import escape

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
VERSIONS = {"python": "Python", "numpy": "NumPy", "torch": "torch", "rnncourse": "rnncourse"}


def number_text(value: float, digits: int = 1) -> str:
    """A number with this many significant digits: 0.012, 3·10⁻¹⁵."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "∞"
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    if -3 <= int(exponent) <= 3:
        return f"{float(f'{mantissa}e{exponent}'):.{max(digits - 1 - int(exponent), 0)}f}"
    power = "10" + str(int(exponent)).translate(SUPERSCRIPT)
    return power if mantissa == "1" else f"{mantissa}·{power}"


def sign(results: list[dict]) -> str:
    """One sign for all these claims."""
    return "✓" if all(result["passed"] for result in results) else "✗"


def badge_text(result: dict) -> str:
    """What stands beside a claim's name in the ledger: a sign and, if there is one, an error."""
    error = "" if _exact(result) else f" {number_text(result['error'])}"
    return sign([result]) + error


def _exact(result: dict) -> bool:
    """True where an error says nothing: nothing is off, or the claim is a yes or no."""
    return result["error"] == 0 or (result["passed"] and _yes_or_no(result))


def _yes_or_no(result: dict) -> bool:
    """True for a claim that counts exceptions, or whose error is 1 where it is false."""
    return result["states"] is None and result["tolerance"] == 0.5


def value_text(result: dict) -> str:
    """The number that a claim states, 1.265, 8.3·10⁻⁷; with a ✗ if it does not hold."""
    return _stated(result["states"]) + ("" if result["passed"] else " ✗")


def _stated(value: float | None) -> str:
    """Four digits, with a true minus; of a count, such as 72,458, every digit."""
    if value is None:
        return "?"
    if value >= 1e4 and float(value).is_integer():
        return f"{value:,.0f}"
    mantissa, power, exponent = f"{value:.4g}".partition("e")
    mantissa = mantissa.replace("-", "\u2212")
    return f"{mantissa}·10{str(int(exponent)).translate(SUPERSCRIPT)}" if power else mantissa


def mark_name(results: list[dict]) -> str:
    """A mark's name for those who hear the page, short: it stands within the text."""
    failed = [result["id"] for result in results if not result["passed"]]
    if failed:
        return f"failed check {', '.join(failed)}"
    return f"check {results[0]['id']}" if len(results) == 1 else f"{len(results)} checks"


def mark_title(results: list[dict]) -> str:
    """A mark in words where no script opens its card."""
    return "; ".join(
        f"{'Checked' if r['passed'] else 'FAILED'}: {r['id']}, by {r['how']}" for r in results
    )


def card_of(result: dict) -> dict:
    """What a claim's card says: its statement, and pairs of a name and a text."""
    rows = {
        "Fails": result["message"],
        "Checked by": result["how"],
        **_measured(result),
        "Repeat it": f"rnncourse claims {result['id']}",
    }
    return {
        "says": statement_html(result["statement"]),
        "rows": [[name, text] for name, text in rows.items() if text],
        "passed": result["passed"],
    }


def _measured(result: dict) -> dict[str, str]:
    """The error, what it is an error of, and how large it may be."""
    error, allowed = number_text(result["error"], 2), number_text(result["tolerance"])
    if _yes_or_no(result):
        return {"Found": "no exception" if result["passed"] else f"off by {error}"}
    if result["states"] is not None:
        off = "nothing" if result["error"] == 0 else error
        return {
            "States": _stated(result["states"]),
            "Off by": f"{off}, allowed {allowed} (the difference: the number is the statement)",
        }
    kind = f" (absolute: {result['absolute']})" if result["absolute"] else ""
    return {"Error": f"{'none' if result['error'] == 0 else error}, allowed {allowed}{kind}"}


def statement_html(text: str) -> str:
    """A claim's statement with its formulas for MathJax and its code."""
    parts = re.split(r"\$([^$]+)\$", text)
    for place, part in enumerate(parts):
        if place % 2:
            parts[place] = rf'<span class="math">\({escape(part, quote=False)}\)</span>'
        else:
            parts[place] = re.sub("(`+)(.+?)\\1", r"<code>\2</code>", escape(part, quote=False))
    return "".join(parts)


def state_text(results: dict[str, dict]) -> str:
    """One line for all claims: ✓ 610 of 610 claims hold."""
    held = sum(result["passed"] for result in results.values())
    mark = "✓" if all_hold(results) else "✗"
    return f"{mark} {held} of {len(results)} claims hold"


def all_hold(results: dict[str, dict]) -> bool:
    """True if there are claims and none fails."""
    return bool(results) and all(result["passed"] for result in results.values())


def made_text(entries: dict[str, dict]) -> str:
    """When, with which versions and on which processor the rooms' claims were measured."""
    if not entries:
        return ""
    times = sorted(entry["when"] for entry in entries.values())
    shown = sorted({time[:16].replace("T", " ") for time in (times[0], times[-1])})
    made = max(entries.values(), key=lambda entry: entry["when"])["made"]
    versions = ", ".join(f"{name} {made[key]}" for key, name in VERSIONS.items())
    return (
        f"Measured {' to '.join(shown)} UTC with {versions}, "
        f"on {made['processor']} ({made['kernels']})."
    )


def failure_lines(results: dict[str, dict], pages: dict[str, str] | None = None) -> list[str]:
    """What fails, a line each: the id, the error, the tolerance, the page."""
    return [
        f"  {id}: error {number_text(result['error'], 2)}, "
        f"tolerance {number_text(result['tolerance'])}"
        + (f", on {pages[id]}" if pages and id in pages else "")
        + f" ({result['message']})"
        for id, result in results.items()
        if not result["passed"]
    ]
