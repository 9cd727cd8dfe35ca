"""The tables of the page's first example: whoever takes a calculator finds the printed numbers."""

import pytest
from pencil import assert_found_by_a_calculator

from rnncourse.chapters.lstm import by_pencil


@pytest.mark.parametrize(
    "table, count",
    [(by_pencil.pencil_table, 8), (by_pencil.memory_table, 4), (by_pencil.back_table, 6)],
)
def test_a_calculator_finds_what_is_printed(table, count):
    assert_found_by_a_calculator(table(), count)
