"""The players' drawing: each arrow leads from one frame to another and enters neither."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.patches import FancyArrowPatch

from rnncourse.chapters.images_from_sentences import figures, page_tables


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def depth(points, frame) -> np.ndarray:
    """How far points lie inside a frame, less than 0 outside."""
    corner = np.array([frame.get_x(), frame.get_y()])
    size = np.array([frame.get_width(), frame.get_height()])
    inside = np.minimum(points - corner, corner + size - points)
    outside = np.linalg.norm(np.minimum(inside, 0.0), axis=1)
    return np.where(outside > 0.0, -outside, inside.min(axis=1))


def test_arrows_run_from_frame_to_frame():
    ax = figures.players()
    ax.figure.canvas.draw()
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == len(figures.WAYS)
    for arrow in arrows:
        points = arrow.get_path().vertices
        assert depth(points, arrow.patchA).max() == pytest.approx(0.0, abs=0.06)
        assert depth(points, arrow.patchB).max() == pytest.approx(0.0, abs=0.06)


def test_no_line_break_parts_a_range():
    assert len(page_tables.span([0.25, 0.5]).split(" ")) == 1
    assert page_tables.span([0.5, 0.5]) == "0.500"
