"""Claims on dates as times: what an origin changes, and what it does not."""

import numpy as np

from rnncourse.byhand import phased
from rnncourse.chapters.phased_lstm.cases import irregular
from rnncourse.chapters.phased_lstm.dates import DATES, recorded
from rnncourse.claims.registry import claim, largest_of

RECORDS = "recorded runs, three seeds"
NOW = 1.7e9  # seconds since 1970, in 2023


@claim("phased-origin", tolerance=1e-9, how="1000 times")
def an_origin_moves_the_shift() -> float:
    r"""Times less $t_0$ give the same $k$ if $s$ becomes $(s - t_0) \bmod \tau$."""
    t, tau, s, r_on = NOW + irregular(1000), 4.0, 1.0, 0.25
    near = phased.time_gate(t - t[0], tau, np.mod(s - t[0], tau), r_on)
    return float(np.abs(phased.time_gate(t, tau, s, r_on) - near).max())


@claim("phased-slope-of-dates", states=8.5e8, tolerance=5e6, how="50 times in 2023")
def slope_of_a_date() -> float:
    r"""The largest slope of $k$ by $\tau$ at Unix seconds, for $\tau = 4$ and $r_{on} = 0.25$."""
    t = NOW + np.linspace(0.0, 4.0, 50)
    return float(np.abs(phased.time_gate_gradients(t, 4.0, 1.0, 0.25, 0.0)[0]).max())


def accuracies(dates: str, origin: str) -> np.ndarray:
    """One accuracy a seed."""
    return np.array(recorded()[f"{dates}, from {origin}"]["accuracy"])


@claim("dates-from-their-first", tolerance=0.03, how=RECORDS, absolute="shares")
def dates_are_learned_like_small_numbers() -> float:
    """Measured from their first, dates are learned as well as small numbers: the largest loss of
    accuracy with any seed and any dates."""
    small = accuracies("small numbers", "their first")
    return float(largest_of((small - accuracies(dates, "their first")).max() for dates in DATES))


@claim("dates-from-zero", tolerance=0.5, how=RECORDS)
def dates_from_zero_are_not() -> float:
    """Measured from 1970 they are not: this counts seeds that lose less than 0.1 of accuracy."""
    small = accuracies("small numbers", "their first")
    lost = [small - accuracies(dates, "zero") for dates in DATES if DATES[dates]]
    return float((np.array(lost) < 0.1).sum())
