"""How a claim's numbers read: on a badge, in a sentence, in the ledger."""

import math

SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


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
    """The number that a claim states, to four significant digits: 1.265, 8.3·10⁻⁷."""
    if result["states"] is None:
        return "?"
    mantissa, power, exponent = f"{result['states']:.4g}".partition("e")
    return f"{mantissa}·10{str(int(exponent)).translate(SUPERSCRIPT)}" if power else mantissa


def describe(result: dict) -> str:
    """The badge in words, for its tooltip."""
    return (
        f"Claim {result['id']}: measured error {number_text(result['error'], 2)}, "
        f"tolerance {number_text(result['tolerance'])}, checked by {result['how']}"
    )
