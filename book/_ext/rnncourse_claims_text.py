"""How a claim's numbers read: on a badge, in a sentence, in the ledger, at the end of a build."""

import math

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


def badge_text(result: dict) -> str:
    """What stands on the badge: a mark and the measured error."""
    return f"{'✓' if result['passed'] else '✗'} {number_text(result['error'])}"


def value_text(result: dict) -> str:
    """The number that a claim states, 1.265, 8.3·10⁻⁷; with a ✗ if it does not hold."""
    return _stated(result["states"]) + ("" if result["passed"] else " ✗")


def _stated(value: float | None) -> str:
    """Four digits; of a count, such as 72 458, every digit."""
    if value is None:
        return "?"
    if value >= 1e4 and float(value).is_integer():
        return f"{value:,.0f}".replace(",", "\u202f")
    mantissa, power, exponent = f"{value:.4g}".partition("e")
    return f"{mantissa}·10{str(int(exponent)).translate(SUPERSCRIPT)}" if power else mantissa


def describe(result: dict) -> str:
    """The badge in words, for its tooltip."""
    return (
        f"Claim {result['id']}{'' if result['passed'] else ' fails'}: "
        f"measured error {number_text(result['error'], 2)}, "
        f"tolerance {number_text(result['tolerance'])}, checked by {result['how']}"
    )


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
