"""One tanh unit, whose gradient over many steps a pencil can follow."""

import numpy as np

from rnncourse.chapters.vanishing_gradients.cases import one_unit
from rnncourse.records import markdown_table

AT_REST = float(one_unit(2.0, 0.1, 200)[-1])  # where one unit with weight 2 settles
UNITS = ((0.9, 0.0), (1.0, 0.0), (1.1, 0.0), (2.0, 0.0), (2.0, AT_REST))


def left(weight: float, h: float, steps: int) -> float:
    """What is left of a nudge after so many steps of a unit that stays at h."""
    return ((1.0 - h**2) * weight) ** steps


def printed(number: float) -> str:
    """Three digits, and a power of ten where the number is far from 1."""
    digits, _, power = f"{number:.2e}".partition("e")
    if -3 <= int(power) <= 3:
        return f"{number:.3g}" if number < 1000 else f"{number:.0f}"
    return f"${digits} \\cdot 10^{{{int(power)}}}$"


def unit_table() -> str:
    """Weight, state, slope and what one and fifty steps leave of a nudge, as a Markdown table."""
    rows = []
    for weight, h in UNITS:
        slope = 1.0 - h**2
        step = left(weight, h, 1)
        rows.append([f"{weight:g}", f"{np.round(h, 4):g}", f"{slope:.3g}", f"{step:.3g}"])
        rows[-1].append(printed(left(weight, h, 50)))
    heads = ["weight:", "state:", "slope:", "one step:", "fifty steps:"]
    return markdown_table(heads, rows)
