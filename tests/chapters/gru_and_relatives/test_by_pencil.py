"""The tables of the page's first example: whoever takes a calculator finds the printed numbers."""

import pytest
from pencil import assert_found_by_a_calculator

from rnncourse.chapters.gru_and_relatives import by_pencil


@pytest.mark.parametrize(
    "table, count",
    [(by_pencil.pencil_table, 7), (by_pencil.back_table, 4), (by_pencil.ways_table, 4)],
)
def test_a_calculator_finds_what_is_printed(table, count):
    assert_found_by_a_calculator(table(), count)


def test_a_shut_update_gate_keeps_the_note_and_an_open_one_keeps_nothing():
    assert by_pencil.note_left(z=0.0) == pytest.approx(1.0)
    steps = by_pencil.LAST - by_pencil.WRITTEN
    assert by_pencil.note_left(z=0.1) == pytest.approx(0.9**steps)
    assert by_pencil.note_left(z=1.0) == pytest.approx(0.0)


def test_with_an_open_reset_gate_the_note_lasts_at_the_same_update_gate():
    assert by_pencil.note_left(0.1, r=1.0) > 0.9 > 0.2 > by_pencil.note_left(0.1, r=0.0)
