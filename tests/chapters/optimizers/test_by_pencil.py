"""The tables of two updates: whoever takes a calculator finds the printed numbers."""

import math
import re

import pytest

from rnncourse.chapters.optimizers import by_pencil

FORMULA = re.compile(r"\$([^$=]+)\$ \$= (-?[\d.]+)\$")
PYTHON = {r"\cdot": "*", "^": "**", r"\sqrt{": "sqrt(", "}": ")"}
TABLES = {
    "sgd": (by_pencil.plain_table, 6, "plain weight"),
    "momentum": (by_pencil.plain_table, 6, "weight"),
    "adagrad": (by_pencil.adagrad_table, 4, "weight"),
    "rmsprop": (by_pencil.rmsprop_table, 4, "weight"),
    "adam": (by_pencil.adam_table, 10, "weight"),
}


def formulas(table: str) -> list[tuple[str, float]]:
    """Each left side of a table as Python, and the number on its right."""
    found = []
    for left, right in FORMULA.findall(table):
        for tex, python in PYTHON.items():
            left = left.replace(tex, python)
        found.append((left, float(right)))
    return found


@pytest.mark.parametrize("name", TABLES)
def test_a_calculator_finds_what_is_printed(name):
    table, count, _ = TABLES[name]
    rows = formulas(table())
    assert len(rows) == count
    for left, right in rows:
        # The last of four decimals may be off by one.
        assert eval(left, {"sqrt": math.sqrt}) == pytest.approx(right, abs=1.1e-4), left


@pytest.mark.parametrize("name", TABLES)
def test_the_weights_are_those_of_the_package(name):
    table, _, row = TABLES[name]
    lines = [line for line in table().splitlines() if re.match(rf"\| \d: {row} \|", line)]
    weights = [float(right) for line in lines for _, right in FORMULA.findall(line)]
    assert weights == pytest.approx(by_pencil.pencil_weights(name), abs=1e-4)
