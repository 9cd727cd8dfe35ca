"""One unit with a clock, three events, and round numbers that a pencil can follow.

The LSTM's gates propose the same thing at every event: half of the old memory, plus 0.2.
"""

import numpy as np

from rnncourse.byhand import phased
from rnncourse.chapters.phased_lstm.cases import DRAWN
from rnncourse.records import markdown_table

EVENTS = (3.0, 5.25, 5.5)
START, FORGET, WRITTEN = 1.0, 0.5, 0.2  # c before the events, f, and g · i


def openness(clock: dict | None) -> np.ndarray:
    """How open the gate is at the events, (3,); without a clock it is an LSTM's: always 1."""
    return phased.time_gate(np.array(EVENTS), **clock) if clock else np.ones(len(EVENTS))


def memories(clock: dict | None = DRAWN, start: float = START) -> np.ndarray:
    """The memory before the events and after each of them, (4,)."""
    c = [start]
    for k in openness(clock):
        c.append(k * (FORGET * c[-1] + WRITTEN) + (1.0 - k) * c[-1])
    return np.array(c)


def gate_table() -> str:
    """From the times to the openness, as a Markdown table."""
    tau, s, r_on = DRAWN.values()
    rows = []
    for t, k in zip(EVENTS, openness(DRAWN), strict=True):
        u = (t - s) / tau
        phi = u - np.floor(u)
        place = "closed" if phi > r_on else "at the peak" if k == 1 else "rising"
        passed = f"({t:g} − {s:g}) / {tau:g} = {u:g}"
        rows.append([f"{t:g}", passed, f"{phi:g}", f"{k:g}, {place}"])
    return markdown_table(["time", "periods passed", "their rest", "openness"], rows)


def memory_table() -> str:
    """What the three events make of the memory, as a Markdown table."""
    rows = []
    before = memories()
    for t, k, old, new in zip(EVENTS, openness(DRAWN), before, before[1:], strict=False):
        proposal = FORGET * old + WRITTEN
        proposed = f"{FORGET:g} · {old:g} + {WRITTEN:g} = {proposal:g}"
        blended = f"{k:g} · {proposal:g} + {1 - k:g} · {old:g} = {new:g}"
        rows.append([f"{t:g}", proposed, blended])
    return markdown_table(["time", "proposal", "new memory"], rows)
