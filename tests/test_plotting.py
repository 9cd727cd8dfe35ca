"""Figures: one look for the whole book."""

import inspect

import pytest

from rnncourse import plotting
from rnncourse.rooms import load

DRAWN = [
    value
    for module in (plotting, *load("figures"))
    for name, value in vars(module).items()
    if inspect.isfunction(value) and value.__module__ == module.__name__
    if "Axes" in str(inspect.signature(value).return_annotation) or name.startswith("wave_")
]


@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_every_figure_is_drawn_in_the_books_style(draw):
    assert inspect.unwrap(draw) is not draw
    assert inspect.getdoc(draw)
