"""The tables of the page's first example: whoever takes a calculator finds the printed numbers."""

import math
import re

import pytest

from rnncourse.chapters.lstm import by_pencil

FORMULA = re.compile(r"\$([^$=]+) = (-?[\d.]+)\$")


def formulas(table: str) -> list[tuple[str, float]]:
    """Each left side of a table as Python, and the number on its right."""
    found = []
    for left, right in FORMULA.findall(table):
        left = left.replace(r"\cdot", "*").replace(r"\tanh", "tanh").replace(r"\sigma", "sigma")
        found.append((re.sub(r"(?<=\d)(?=[xh])", "*", left), float(right)))
    return found


@pytest.mark.parametrize(
    "table, count",
    [(by_pencil.pencil_table, 8), (by_pencil.memory_table, 4), (by_pencil.back_table, 6)],
)
def test_a_calculator_finds_what_is_printed(table, count):
    names = {"x": 1.0, "h": 0.5, "tanh": math.tanh, "sigma": lambda a: 1 / (1 + math.exp(-a))}
    rows = formulas(table())
    assert len(rows) == count
    for left, right in rows:
        # Factors of three digits: their product may be off by one in the last of them.
        assert eval(left, names) == pytest.approx(right, abs=1.1e-3), left
