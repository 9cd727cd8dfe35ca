"""Claims of chapter 10: other conventions, slips, and what the update gate's bias keeps."""

from functools import cache, partial

import numpy as np

from rnncourse.chapters.gru_and_relatives.cases import (
    AFTER,
    FROZEN,
    SWAPPED,
    last_state_off,
    slipped_error,
    state_lives,
)
from rnncourse.claims.registry import claim

EXAMPLE = "the worked example: relative error of the last state"
COUNTED = "the worked example: relative error of the gradient by all weights of the cell"
LIVES = "5 untrained GRUs of 32 units, 30 steps: the median"


def register(id: str, measure, statement: str, **about) -> None:
    """The same claim again with other numbers: one for each row of a table."""
    measure.__doc__, measure.__module__ = statement, __name__
    claim(id, **about)(measure)


lives = cache(state_lives)


def life(update_bias: float, path: int) -> float:
    """What is left at step 1 on all paths (0) or on the direct path (1), the median of seeds."""
    return float(np.median(lives(update_bias)[path][:, 0]))


for _bias, _every, _direct in (
    (0, 7.201e-5, 3.196e-9),
    (-1, 4.805e-3, 1.346e-4),
    (-2, 0.07794, 0.02603),
):
    for _path, _name, _states in ((0, "all", _every), (1, "direct", _direct)):
        register(
            f"gru-life-{_name}-{-_bias}",
            partial(life, _bias, _path),
            rf"With $b_z = {_bias}$: what is left of $\delta_h^{{(30)}}$ at step 1, "
            + ("by all paths." if _name == "all" else "by the direct path alone."),
            states=_states,
            tolerance=1e-3 * _states,
            how=LIVES,
        )

# Other conventions and slips: id, how far off, source, statement, measure.
OTHERS = (
    ("gru-frozen", 1.0, "W14", "With h in the place of h̃ the state stays at zero.", FROZEN),
    ("gru-z-swapped", 2.879, "W15", "With $z$ and $1 - z$ exchanged.", SWAPPED),
    ("gru-reset-after", 0.2146, "W15", "With the reset after the product.", AFTER),
)
for _id, _states, _source, _statement, _parts in OTHERS:
    register(
        _id,
        partial(last_state_off, _parts),
        _statement,
        states=_states,
        tolerance=1e-3,
        how=EXAMPLE,
        source=_source,
    )
SLIPS = (
    ("slip-gru-no-direct", 0.5282, "Without the direct path.", {"kept": np.zeros_like}),
    ("slip-gru-kept-z", 0.1586, "With $z$ for $1 - z$ on the direct path.", {"kept": lambda z: z}),
    ("slip-gru-no-z", 0.1850, "Without the way through $z$.", {"through_z": 0.0}),
    ("slip-gru-no-r", 0.0165, "Without the way through $r$.", {"through_r": 0.0}),
    ("slip-gru-no-reset", 0.2799, "With $u$ for $u \\odot r$.", {"reset": np.ones_like}),
    (
        "slip-gru-unreset-product",
        0.0903,
        r"With $h^{(t-1)}$ for $r \odot h^{(t-1)}$ in the gradient by $W_{hh}$.",
        {"into": lambda s: s.h_prev},
    ),
    (
        "slip-gru-tanh-twice",
        0.1071,
        r"With $1 - \tanh^2$ of the candidate, which is the tanh already.",
        {"slope": lambda candidate: 1.0 - np.tanh(candidate) ** 2},
    ),
)
for _id, _states, _statement, _ways in SLIPS:
    register(
        _id,
        partial(slipped_error, **_ways),
        _statement,
        states=_states,
        tolerance=1e-4,
        how=COUNTED,
        source="W37" if "twice" in _id else "D-1.3",
    )
