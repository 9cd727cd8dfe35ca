"""Waves: does the sine have a period of 5 to 6 time units? Samples come at their own times."""

import numpy as np

from rnncourse.tasks.batch import TimedBatch, require_draw
from rnncourse.validate import require_choice

TARGET = (5.0, 6.0)  # periods of class 1, in time units
PERIODS = (1.0, 100.0)  # class 0: the rest of this interval
STARTS = (0.0, 100.0)  # when the first sample may come
OVERSAMPLED = 10  # samples a time unit, against one in the other samplings


def waves(
    rng: np.random.Generator, batch_size: int, length: int, sampling: str = "standard"
) -> TimedBatch:
    """Draw sines of amplitude 1, random period, phase and start, seen for ``length`` time units.

    Class 1: the period is uniform in 5 … 6; class 0: uniform in the rest of 1 … 100. The classes
    are equally likely, so always saying one of them is right in half the cases. Most periods of
    class 0 are long: whoever tells only whether the period is below 10 is right in
    1/2 + 1/2 · 90/98 = 0.959 of the cases.

    standard      one sample each time unit, ``length`` samples
    oversampled   ten samples each time unit, 10 ``length`` samples
    asynchronous  ``length`` samples at independent times, uniform over the window, in order

    Shapes: x (batch_size, T, 1) float32 in -1 … 1; y (batch_size,) int64, 0 or 1;
    times (batch_size, T) float64, in time units.
    Raises: ValueError if length < 2, batch_size < 1, or the sampling is unknown.
    Source: Neil, Pfeiffer and Liu (2016), frequency discrimination; the window is of one length
    here, where the paper draws it anew for every wave.
    """
    require_draw(rng, batch_size, length, shortest=2)
    require_choice("sampling", sampling, SAMPLINGS)
    y = rng.integers(0, 2, size=batch_size)
    periods = np.where(y == 1, rng.uniform(*TARGET, batch_size), _other_periods(rng, batch_size))
    phases = rng.uniform(0.0, 2.0 * np.pi, batch_size)
    starts = rng.uniform(*STARTS, batch_size)
    times = starts[:, None] + SAMPLINGS[sampling](rng, batch_size, length)
    x = np.sin(2.0 * np.pi * times / periods[:, None] + phases[:, None])
    return TimedBatch(x=x[..., None].astype(np.float32), y=y, times=times)


def _other_periods(rng: np.random.Generator, size: int) -> np.ndarray:
    """Uniform in ``PERIODS`` without ``TARGET``, (size,)."""
    gap = TARGET[1] - TARGET[0]
    periods = rng.uniform(PERIODS[0], PERIODS[1] - gap, size)
    return np.where(periods < TARGET[0], periods, periods + gap)


def _standard(rng: np.random.Generator, batch_size: int, length: int) -> np.ndarray:
    """Times since the start, (B, T)."""
    return np.tile(np.arange(float(length)), (batch_size, 1))


def _oversampled(rng: np.random.Generator, batch_size: int, length: int) -> np.ndarray:
    return np.tile(np.arange(float(OVERSAMPLED * length)) / OVERSAMPLED, (batch_size, 1))


def _asynchronous(rng: np.random.Generator, batch_size: int, length: int) -> np.ndarray:
    return np.sort(rng.uniform(0.0, length, (batch_size, length)), axis=1)


SAMPLINGS = {"standard": _standard, "oversampled": _oversampled, "asynchronous": _asynchronous}
