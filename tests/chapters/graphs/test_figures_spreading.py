"""Figures show what was recorded, beside the floors, and a kick that moves along edges."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnncourse.chapters.graphs import figures_spreading, graph_cost, spreading
from rnncourse.chapters.graphs.spreading_results import errors


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def test_a_kick_reaches_what_lies_as_many_edges_away_as_steps():
    heights = figures_spreading.after_a_kick(steps=3)
    for step, u in enumerate(heights):
        ways = np.linalg.matrix_power(spreading.graph() + np.eye(spreading.NODES), step)[0]
        assert np.array_equal(u != 0, ways > 0)


def test_the_graph_is_drawn_at_four_steps_with_the_area_of_the_height():
    axes = figures_spreading.kick_spreads()
    assert [ax.get_title() for ax in axes] == ["step 0", "step 3", "step 6", "step 9"]
    sizes = axes[1].collections[0].get_sizes()
    assert set(np.argsort(sizes)[-3:]) == {1, 5, 15}  # the neighbors of node 0


def test_every_seed_has_a_mark_and_every_model_its_floor():
    axes = figures_spreading.errors_by_world()
    for ax, (world, kinds) in zip(axes, figures_spreading.PANELS.items(), strict=True):
        floors, marks = ax.lines[::2], ax.lines[1::2]
        for kind, low, mark in zip(kinds, floors, marks, strict=True):
            assert low.get_ydata()[0] == figures_spreading.lowest(world, kind)
            assert list(mark.get_ydata()) == errors(world, kind)


def test_times_are_those_of_the_record():
    full, sampled = figures_spreading.step_times().lines
    curve = graph_cost.recorded().curve
    assert np.allclose(full.get_ydata(), 1000 * np.array(curve["full_seconds"]))
    assert np.allclose(sampled.get_ydata(), 1000 * np.array(curve["sampled_seconds"]))
