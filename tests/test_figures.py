"""Figures: one look for the whole book."""

import inspect

import pytest

from rnncourse import figures


@pytest.mark.parametrize("name", [name for name in figures.__all__ if name.islower()])
def test_every_figure_is_drawn_in_the_books_style(name):
    draw = getattr(figures, name)
    assert inspect.unwrap(draw) is not draw
    assert inspect.getdoc(draw)
