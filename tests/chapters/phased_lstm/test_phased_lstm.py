"""The phased LSTM: its figures show what they are given, its words follow."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from rnncourse.byhand import phased
from rnncourse.chapters.phased_lstm import cases as phased_cases
from rnncourse.chapters.phased_lstm import figures
from rnncourse.chapters.phased_lstm import records as wave_records
from rnncourse.experiments.summary import Spread


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    plt.close("all")


def test_the_gate_is_drawn_as_it_is_given():
    t = np.linspace(0.0, 12.0, 601)
    k = phased.time_gate(t, 4.0, 1.0, 0.25, leak=0.1)
    ax = figures.time_gate(t, k, 4.0, 1.0, 0.25)
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), k)
    names = {text.get_text() for text in ax.texts}
    assert {"$s$", r"period $\tau$", r"open: $r_{on}\tau$", "rising", "falling"} <= names


def test_the_units_stand_in_the_order_of_their_periods():
    k = np.array([[0.0, 1.0, 0.5]] * 2)
    ax = figures.open_units(np.array([0.0, 1.0]), k, np.array([9.0, 2.0, 5.0]))
    np.testing.assert_array_equal(ax.images[0].get_array()[:, 0], [1.0, 0.5, 0.0])


def test_what_is_sent_back_is_the_median_of_the_seeds():
    values = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 60.0]])
    panels = {"state": {"LSTM": values}, "input": {"LSTM": values}}
    axes = figures.sent_back(panels, T=10)
    np.testing.assert_array_equal(axes[0].lines[-1].get_ydata(), [3.0, 4.0])
    np.testing.assert_array_equal(axes[0].lines[-1].get_xdata(), [2.5, 7.5])


def test_the_loss_of_a_period_is_zero_at_the_right_one_alone():
    losses = phased_cases.period_losses(np.array([9.0, 10.0, 11.0]), span=20.0)
    assert losses[1] == 0.0
    assert min(losses[0], losses[2]) > 0.01


@pytest.mark.parametrize(
    "low, high, words", [(-0.02, 0.01, "not told apart"), (0.01, 0.03, "the phased LSTM is ahead")]
)
def test_the_verdict_on_waves_follows_the_interval(monkeypatch, low, high, words):
    spread = Spread(mean=(low + high) / 2, sd=0.01, low=low, high=high)
    monkeypatch.setattr(wave_records, "lead", lambda sampling, setting: spread)
    assert words in wave_records.verdict("standard", "standard")


def test_a_sampling_without_records_is_named_as_such(monkeypatch):
    monkeypatch.setattr(wave_records, "results", lambda name: [])
    assert wave_records.verdict("standard", "standard") == "**Standard**: not recorded yet."
    assert "–" in wave_records.wave_table()


def test_another_setting_of_a_sampling_has_a_row_of_its_own(monkeypatch):
    usual = wave_records.summary("standard", "lstm")
    rows = [
        usual._replace(task="oversampled-waves", setting=setting, cell=cell, mean=mean)
        for setting, mean in (("lower rate", 0.9), ("equal size", 0.6))
        for cell in wave_records.NAMES
    ]
    monkeypatch.setattr(wave_records, "summaries", lambda: rows)
    assert wave_records.summary("oversampled", "lstm").mean == 0.6
    assert "| oversampled, lower rate | 0.900" in wave_records.wave_table()
    assert wave_records.verdicts().count("Oversampled") == 2
