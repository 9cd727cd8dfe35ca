"""Figures: one look for the whole book."""

import inspect

import matplotlib.pyplot as plt
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


def test_ticks_stand_between_groups_and_names_below_them():
    _, ax = plt.subplots()
    plotting.beside(ax, (20, 40, 80))
    assert list(ax.get_xticks()) == [0, 1, 2]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["20", "40", "80"]
    assert list(ax.get_xticks(minor=True)) == [0.5, 1.5]
    plt.close("all")
