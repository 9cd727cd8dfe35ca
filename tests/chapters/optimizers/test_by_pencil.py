"""The tables of two updates: whoever takes a calculator finds the printed numbers."""

import re

import pytest
from pencil import assert_found_by_a_calculator, formulas

from rnncourse.chapters.optimizers import by_pencil

TABLES = {
    "sgd": (by_pencil.plain_table, 6, "plain weight"),
    "momentum": (by_pencil.plain_table, 6, "weight"),
    "adagrad": (by_pencil.adagrad_table, 4, "weight"),
    "rmsprop": (by_pencil.rmsprop_table, 4, "weight"),
    "adam": (by_pencil.adam_table, 10, "weight"),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_calculator_finds_what_is_printed(name):
    table, count, _ = TABLES[name]
    assert_found_by_a_calculator(table(), count, digits=4)


@pytest.mark.parametrize("name", TABLES)
def test_the_weights_are_those_of_the_package(name):
    table, _, row = TABLES[name]
    lines = [line for line in table().splitlines() if re.match(rf"\| \d: {row} \|", line)]
    weights = [right for line in lines for _, right in formulas(line)]
    assert weights == pytest.approx(by_pencil.pencil_weights(name), abs=1e-4)
