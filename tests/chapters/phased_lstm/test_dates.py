"""The recorded runs on dates are those that the code describes."""

import pytest

from rnncourse.chapters.phased_lstm import dates
from rnncourse.records import MissingRecords, Record


def test_the_record_holds_every_setting_and_seed():
    record = Record.load(dates.RESULTS / "dates.json")
    assert record.config == dates.CONFIG | {"seeds": len(dates.SEEDS)}
    assert [*record.summary] == [f"{times}, from {origin}" for times, origin in dates.settings()]
    for columns in record.summary.values():
        assert all(len(columns[name]) == len(dates.SEEDS) for name in dates.Outcome._fields)


def test_dates_measured_from_their_first_have_the_slope_of_small_numbers(monkeypatch):
    monkeypatch.setitem(dates.CONFIG, "steps", 3)
    small, first, zero = (
        dates.train(date, origin, 0)
        for date, origin in ((0.0, None), (1.7e12, None), (1.7e12, 0.0))
    )
    assert 0.1 < first.by_tau / small.by_tau < 10.0
    assert zero.by_tau > 1e6 * small.by_tau


def test_the_tables_have_a_row_a_setting():
    for table in (dates.accuracy_table(), dates.slope_table()):
        assert len(table.splitlines()) == 2 + len(dates.settings())
    assert [dates.one_digit(value) for value in (3.1e6, 0.38, 2.0)] == ["3,000,000", "0.4", "2"]


def test_a_missing_record_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(dates, "RESULTS", tmp_path)
    with pytest.raises(MissingRecords, match="runs on dates are not in this installation"):
        dates.recorded()
