"""The figures of the T-maze draw every seed that they are given, and the median."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnncourse.chapters.acting.figures_policy import (
    cue_in_the_state,
    success_by_corridor,
    success_by_setting,
    training_curves,
)
from rnncourse.chapters.acting.readout import Memory, read, remembered
from rnncourse.records import Record


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def record(seed, cell="lstm", length=5, setting="standard"):
    accuracy = 0.5 + 0.1 * seed
    curve = {"step": [20, 40], "right": [0.5, accuracy], "radius": [1.0, 1.0 + seed]}
    summary = {"accuracy": accuracy, "solved": accuracy > 0.85}
    config = {"cell": cell, "length": length, "setting": setting}
    return Record(f"{setting}-{seed}", config, seed, curve, summary)


def marks(ax):
    """The points that are drawn alone: their heights, and whether they are filled."""
    alone = [line for line in ax.lines if len(line.get_xdata()) == 1]
    return [(line.get_xydata()[0], line.get_markerfacecolor() != "white") for line in alone]


def test_every_seed_is_a_mark_and_is_filled_where_it_solved():
    records = [record(s, cell, n) for cell in ("lstm", "rnn") for n in (5, 10) for s in range(5)]
    drawn = marks(success_by_corridor(records))
    assert sorted(xy[1] for xy, _ in drawn) == pytest.approx(sorted(4 * [0.5, 0.6, 0.7, 0.8, 0.9]))
    assert all(filled == (xy[1] > 0.85) for xy, filled in drawn)


def test_a_row_a_setting_with_its_median():
    records = [record(s, setting=name) for name in ("one", "two") for s in range(5)]
    ax = success_by_setting(records)
    assert len(marks(ax)) == 10
    assert [text.get_text() for text in ax.get_yticklabels()] == ["one", "two"]
    bars = [line for line in ax.lines if list(line.get_xdata()) == pytest.approx([0.7, 0.7])]
    assert len(bars) == 2


def test_curves_show_all_seeds_and_their_median():
    axes = training_curves({"RNN": [record(s, "rnn") for s in range(5)]}, "right", "radius")
    assert axes.shape == (2, 1)
    heights = [line.get_ydata()[-1] for line in axes[1, 0].lines]
    assert heights == pytest.approx([1.0, 2.0, 3.0, 4.0, 5.0, 3.0])


def test_the_readout_is_drawn_as_far_as_the_episodes_go():
    memory = remembered(1)
    some = Memory(
        type(memory.episodes)(*(v[:8] for v in memory.episodes)), memory.h[:8], memory.cue[:8]
    )
    ax = cue_in_the_state(some)
    drawn = [line.get_ydata() for line in ax.lines if len(line.get_xdata()) == memory.h.shape[1]]
    assert len(drawn) >= 8
    expected = np.where(some.episodes.live, read(some), np.nan)
    assert {row.tobytes() for row in expected} <= {np.asarray(row).tobytes() for row in drawn}
