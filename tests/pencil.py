"""A calculator for the tables of a page's example with a pencil."""

import math
import re

import pytest

# A formula, and its number behind "=", in the same cell or in the next one.
FORMULA = re.compile(r"\$([^$=|]+)(?: = | \| \$|\$ \| \$)(-?[\d.]+)\$")
PYTHON = {r"\cdot": "*", "^": "**", r"\sqrt{": "sqrt(", "}": ")", "\\": ""}
NAMES = {"x": 1.0, "h": 0.5, "tanh": math.tanh, "sqrt": math.sqrt}
NAMES |= {"sigma": lambda a: 1 / (1 + math.exp(-a))}


def formulas(table: str) -> list[tuple[str, float]]:
    """Each left side of a table as Python, and the number on its right."""
    found = []
    for left, right in FORMULA.findall(table.replace("$ $", " ")):  # parts of one formula
        for tex, python in PYTHON.items():
            left = left.replace(tex, python)
        found.append((re.sub(r"(?<=\d)(?=[xh])", "*", left), float(right)))
    return found


def assert_found_by_a_calculator(table: str, count: int, digits: int = 3) -> None:
    """Each of its so many numbers is what its formula gives, with x = 1 and h = 0.5.

    The formula has rounded numbers too: the last of so many digits may be off by one.
    """
    rows = formulas(table)
    assert len(rows) == count
    for left, right in rows:
        assert eval(left, NAMES) == pytest.approx(right, abs=1.1 * 10**-digits), left
