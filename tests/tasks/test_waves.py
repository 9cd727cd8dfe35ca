"""Waves: labels by fitting sines to the samples, times as promised, and training with times."""

from functools import partial

import numpy as np
import pytest
from bad_input import bad_input

from rnncourse.analysis import count_parameters
from rnncourse.experiments import EXPERIMENTS, Run
from rnncourse.sequence import SequenceModel
from rnncourse.tasks import SAMPLINGS, waves
from rnncourse.training import TrainConfig, train

PACE = {"standard": 1, "oversampled": 10, "asynchronous": 1}


def rng(seed=0):
    return np.random.default_rng(seed)


def misfits(times, values, periods):
    """What the best a sin + b cos of each period leaves of the samples: root mean squares."""
    angle = 2 * np.pi * (times - times[0]) / np.asarray(periods)[:, None]
    Q, _ = np.linalg.qr(np.stack([np.sin(angle), np.cos(angle)], axis=2))  # (periods, T, 2)
    left = values - np.einsum("ptk,pk->pt", Q, np.einsum("ptk,t->pk", Q, values))
    return np.sqrt(np.mean(left**2, axis=1))


def fitted_period(times, values):
    """The period of a sine of 1 … 100 that fits best: a fine grid of frequencies, refined."""
    frequencies = np.linspace(1 / 100.5, 1 / 0.995, 600)
    for _ in range(5):
        errors = misfits(times, values, 1 / frequencies)
        best, step = frequencies[np.argmin(errors)], frequencies[1] - frequencies[0]
        frequencies = np.linspace(best - step, best + step, 60)
        frequencies = frequencies[(frequencies > 1 / 101) & (frequencies < 1 / 0.99)]
    return 1 / best, min(errors)


def fitted_phase(times, values, period):
    """The angle of the sine at time 0, in 0 … 2 pi."""
    angle = 2 * np.pi * times / period
    a, b = np.linalg.lstsq(np.stack([np.sin(angle), np.cos(angle)], axis=1), values)[0]
    return np.arctan2(b, a) % (2 * np.pi)


@pytest.mark.parametrize("sampling", ["oversampled", "asynchronous"])
def test_label_1_is_a_period_of_5_to_6_of_the_sine_that_fits(sampling):
    x, y, times = waves(rng(), 60, 24, sampling)
    checked, quarters = 0, set()
    for values, answer, when in zip(x[..., 0].astype(float), y, times, strict=True):
        period, error = fitted_period(when, values)
        assert error < 1e-3
        assert 0.99 < period < 100.9
        quarters.add(int(fitted_phase(when, values, period) // (np.pi / 2)))
        if min(abs(period - 5), abs(period - 6)) > 0.005:  # else single precision might decide
            assert answer == (5 < period < 6)
            checked += 1
    assert checked > 55
    assert quarters == {0, 1, 2, 3}


def test_a_sample_a_time_unit_fits_the_label_too():
    """Below period 2 a wave looks like a slower one: ask only that some of its class fits."""
    x, y, times = waves(rng(1), 60, 24)
    rest = np.concatenate([np.linspace(1, 5, 800), 1 / np.linspace(1 / 100, 1 / 6, 600)])
    periods = {1: np.linspace(5, 6, 101), 0: rest}
    for values, answer, when in zip(x[..., 0].astype(float), y, times, strict=True):
        assert misfits(when, values, periods[answer]).min() < 0.1


@pytest.mark.parametrize("sampling", SAMPLINGS)
def test_samples_come_when_the_sampling_says(sampling):
    x, y, times = waves(rng(), 300, 20, sampling)
    T = 20 * PACE[sampling]
    assert x.shape == (300, T, 1) and x.dtype == np.float32
    assert y.shape == (300,) and y.dtype == np.int64
    assert times.shape == (300, T) and times.dtype == np.float64
    assert np.abs(x).max() <= 1.0
    waits = np.diff(times, axis=1)
    if sampling == "asynchronous":
        assert (waits >= 0).all() and waits.std() > 0.5
        assert 18 < np.ptp(times, axis=1).mean() < 20
    else:
        assert np.allclose(waits, 1 / PACE[sampling], rtol=0, atol=1e-12)
    assert 0 <= times[:, 0].min() < 2 and 98 < times[:, 0].max() < 120
    assert abs(times[:, 0].mean() - 50) < 7  # four standard errors


def test_random_times_are_uniform_over_the_window():
    """The k-th of n uniform times has mean k / (n + 1): here after each start, from the spacing."""
    _, _, times = waves(rng(), 4000, 9, "asynchronous")
    waits = np.diff(times, axis=1).mean(axis=0)
    assert np.allclose(waits, 9 / 10, rtol=0, atol=0.06)


def test_phases_are_uniform_and_classes_balanced():
    x, y, _ = waves(rng(), 20_000, 2)
    assert abs(y.mean() - 0.5) < 0.015
    first = np.sort(x[:, 0, 0])  # sin of a uniform phase: the arcsine distribution
    expected = np.sin(np.pi * ((np.arange(20_000) + 0.5) / 20_000 - 0.5))
    assert np.abs(first - expected).max() < 0.05


def test_telling_slow_from_fast_is_right_as_often_as_the_page_says():
    """Rising zeros in 200 time units: at most 20 above period 10, at least 33 for 5 … 6."""
    x, y, _ = waves(rng(), 4000, 200, "oversampled")
    values = x[..., 0]
    rising = ((values[:, :-1] < 0) & (values[:, 1:] >= 0)).sum(axis=1)
    slow, one = rising <= 20, y == 1
    assert not slow[one].any()
    right = np.where(slow, ~one, one).mean()
    assert abs(right - (0.5 + 0.5 * 90 / 98)) < 0.01


def test_the_generator_alone_decides():
    first, again, other = (waves(rng(seed), 4, 9, "asynchronous") for seed in (7, 7, 8))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first.times, other.times)


@bad_input(
    ((rng(), 4, 1), "length must be at least 2, got 1"),
    ((rng(), 0, 5), "batch_size must be at least 1, got 0"),
    ((0, 4, 5), "rng must be a numpy.random.Generator, got int"),
    ((rng(), 4, 5, "fine"), "sampling must be one of asynchronous, oversampled, standard"),
)
def test_bad_input_is_named(arguments):
    waves(*arguments)


def test_training_hands_the_times_to_the_clock():
    """The record of a phased LSTM changes with the times, and only with them."""

    def moved(shift, rng, batch_size):
        batch = waves(rng, batch_size, 6, "asynchronous")
        return batch._replace(times=batch.times + shift)

    def record(next_batch):
        model = SequenceModel("phased", 1, 4, 2, rng=rng())
        config = TrainConfig(steps=4, batch_size=8, evaluate_every=2, evaluation_size=8)
        return train(model, next_batch, config, record_name="timed").curve

    untouched = record(partial(waves, length=6, sampling="asynchronous"))
    assert record(partial(moved, 0.0)) == untouched
    assert record(partial(moved, 1.0)) != untouched


def test_an_lstm_reads_the_time_that_passed():
    run = Run("x", "lstm", 8, 0, task="asynchronous-waves", coding="wait")
    x, y = run.batches()(rng(), 3)
    drawn = waves(rng(), 3, 8, "asynchronous")
    assert np.array_equal(x[:, :, :1], drawn.x) and np.array_equal(y, drawn.y)
    assert np.allclose(x[:, :, 1].cumsum(axis=1), drawn.times - drawn.times[:, :1], atol=1e-5)


def test_phased_and_lstm_have_equally_many_parameters():
    """The LSTM reads the waits too, the phased LSTM has clocks: fewer than 1 % between them."""
    counts = {}
    for run in EXPERIMENTS["waves"].runs:
        tensors = sum(p.numel() for p in run.model().parameters())
        d = {"wait": 2, "clock": 1}[run.coding]
        assert tensors == count_parameters(run.cell, d, run.units, 2)
        counts[run.cell] = tensors
    assert counts["phased"] < counts["lstm"] < 1.01 * counts["phased"]
