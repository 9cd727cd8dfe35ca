"""Claims of chapter 11: how long a memory lives behind a gate that opens now and then."""

import numpy as np

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.phased import time_gate
from rnncourse.claims.registry import claim

FORGET = 0.5
MIDPOINTS = (np.arange(4000) + 0.5) / 4000


def mean_log_memory(times: np.ndarray, tau: float, r_on: float) -> float:
    """The logarithm of what is left of c = 1 after the events, averaged over one period of s."""
    c = np.ones_like(MIDPOINTS)
    for t in times:
        k = time_gate(t, tau, tau * MIDPOINTS, r_on)
        c = k * (FORGET * c) + (1.0 - k) * c
    return np.log(c).mean()


@claim("gate-life", shows="eq-phased-life", tolerance=1e-6, how="10 clocks, 4000 shifts each")
def mean_memory() -> float:
    """Averaged over the shift, the memory that is left depends on the open share alone."""
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.exponential(2.0, size=16))
    clocks = np.stack([rng.uniform(1.0, 32.0, size=10), rng.uniform(0.02, 0.98, size=10)], axis=1)
    measured = np.array([mean_log_memory(times, *clock) for clock in clocks])
    return relative_error(measured, -len(times) * clocks[:, 1] * (1.0 - np.log(2.0)))


@claim("gate-life-longer", tolerance=0.05, states=45.2, how="the mean memory of one such gate")
def longer_life() -> float:
    """Open for 5 % of the time, a gate makes the memory live 45.2 times as many events."""
    times = np.arange(1.0, 17.0)
    return len(times) * np.log(FORGET) / mean_log_memory(times, tau=8.0, r_on=0.05)
