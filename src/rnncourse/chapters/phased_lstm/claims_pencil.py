"""Claims: the unit with a clock that a pencil can follow."""

from functools import partial

import numpy as np

from rnncourse.byhand.gradcheck import precise_gradient
from rnncourse.chapters.phased_lstm.by_pencil import START, memories
from rnncourse.chapters.phased_lstm.cases import DRAWN
from rnncourse.claims.registry import Row, claim, claim_rows


def last(clock: dict | None) -> float:
    return float(memories(clock)[-1])


def belt(clock: dict | None) -> float:
    """How far the last memory moves with the first one, by differences."""
    start = np.array(START)
    return float(precise_gradient(lambda: memories(clock, float(start))[-1], start))


PENCIL = {
    "pencil-phased-memory: The memory after the three events.": Row(partial(last, DRAWN), 0.625),
    "pencil-phased-lstm: What an LSTM would hold, whose unit is always open.": Row(
        partial(last, None), 0.475
    ),
    "pencil-phased-belt: What a nudge of the first memory has become after the three events, "
    "relative to the nudge.": Row(partial(belt, DRAWN), 0.375),
    "pencil-phased-lstm-belt: The same in the LSTM that is always open.": Row(
        partial(belt, None), 0.125
    ),
    "pencil-phased-later: The memory after the second event, with the shift 1.1.": Row(
        lambda: float(memories(DRAWN | {"s": 1.1})[2]), 0.91
    ),
}
claim_rows(PENCIL, how="the unit on paper", tolerance=1e-9)


@claim("pencil-phased-shift", how="central differences", states=0.6, tolerance=1e-9)
def slope_by_the_shift() -> float:
    """How the memory after the second event moves with the shift."""
    s = np.array(DRAWN["s"])
    return float(precise_gradient(lambda: memories(DRAWN | {"s": float(s)})[2], s))


@claim("phased-lstm-kept-100", how="100 steps of the LSTM's direct path", states=2.484e-14)
def lstm_keeps() -> float:
    r"""What 100 steps leave of a memory if the forget gate is $\sigma(1)$ at each of them."""
    forget = 1.0 / (1.0 + np.exp(-1.0))
    return float(np.prod(np.full(100, forget)))
