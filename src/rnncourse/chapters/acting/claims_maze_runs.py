"""Claims on the recorded runs in the T-maze; every number counts all five seeds."""

from functools import cache, partial

import numpy as np

from rnncourse.chapters.acting.experiments import CORRIDOR, CORRIDORS
from rnncourse.chapters.acting.policy import GAIN
from rnncourse.claims.registry import Row, claim, claim_rows
from rnncourse.experiments import results
from rnncourse.records import Record

RECORDED = "recorded runs, judged once at the end"


@cache
def runs(experiment: str) -> tuple[Record, ...]:
    return tuple(results(experiment))


def chosen(experiment: str, **choices) -> list[Record]:
    """The runs of an experiment with these choices; there are some."""
    found = [r for r in runs(experiment) if all(r.config[k] == v for k, v in choices.items())]
    assert found, f"{experiment} has no run with {choices}"
    return found


def solved(experiment: str, **choices) -> float:
    """Runs with at least 98 % of turns to the cue's side, by drawn and by greedy actions."""
    return float(sum(r.summary["solved"] for r in chosen(experiment, **choices)))


def middle(name: str, experiment: str, **choices) -> float:
    return float(np.median([r.summary[name] for r in chosen(experiment, **choices)]))


def worst(experiment: str, **choices) -> float:
    """The lowest share of turns to the cue's side, of all seeds, drawn or greedy."""
    rows = [r.summary for r in chosen(experiment, **choices)]
    return min(min(row["accuracy"], row["greedy"]) for row in rows)


# Which memory, which corridor

SOLVED = {"lstm": (5, 5, 5, 5), "gru": (5, 5, 5, 5), "rnn": (5, 4, 2, 5)}
claim_rows(
    {
        f"t-maze-{cell}-{length}: Seeds of five that solve a corridor of {length}: "
        f"{cell.upper()}.": Row(partial(solved, "t-maze", cell=cell, length=length), count)
        for cell, counts in SOLVED.items()
        for length, count in zip(CORRIDORS, counts, strict=True)
    },
    how=RECORDED,
)


@claim("t-maze-memoryless", tolerance=0.1, how=f"{RECORDED}; 20 runs", absolute="shares")
def memoryless_stays_at_chance() -> float:
    """Without memory every run of every corridor ends near one half: the largest distance."""
    shares = [r.summary["accuracy"] for r in chosen("t-maze", cell="memoryless")]
    return float(np.abs(np.array(shares) - 0.5).max())


def million_steps(cell: str, length: int) -> float:
    return middle("environment_steps", "t-maze", cell=cell, length=length) / 1e6


BUDGET = {
    f"t-maze-steps-{cell}-{length}: Million steps in the maze, the median of the seeds: "
    f"{cell.upper()}, corridor {length}.": Row(partial(million_steps, cell, length), states)
    for (cell, length), states in {
        ("lstm", 20): 2.16,
        ("gru", 20): 2.04,
        ("lstm", 40): 5.99,
        ("gru", 40): 5.94,
    }.items()
}
claim_rows(BUDGET, how=RECORDED)


# What carries the learning, and how much exploring

VALUE = {
    "value loss, batch mean": 5,
    "value detached": 0,
    "critic apart": 1,
    "no value, batch mean": 1,
    "no value, no baseline": 0,
}
ENTROPY = {"bonus 0": 5, "bonus 0.1": 2, "bonus 0.3": 0}
RNN = {
    "clip 0.1": 4,
    "rate 2e-3": 3,
    "clip 0.1, rate 2e-3": 4,
    "1200 updates": 5,
    "clip 0.1, 1200 updates": 4,
    "clip 0.1, identity": 4,
    "switches": 4,
    "clip 0.1, switches": 3,
}


def slug(setting: str) -> str:
    return setting.replace(",", "").replace(" ", "-")


def count_rows(experiment: str, counts: dict[str, int], cell: str) -> dict[str, Row]:
    """Solved seeds by setting."""
    words = f"Seeds of five that solve the corridor of {CORRIDOR}, {cell}"
    return {
        f"{experiment}-{slug(setting)}: {words}: {setting}.": Row(
            partial(solved, experiment, setting=setting), count
        )
        for setting, count in counts.items()
    }


claim_rows(
    count_rows("t-maze-value", VALUE, "LSTM"),
    count_rows("t-maze-entropy", ENTROPY, "LSTM"),
    count_rows("t-maze-rnn", RNN, "RNN"),
    how=RECORDED,
)


# Why an RNN loses what it found


def found(record: Record) -> int | None:
    """The first point of the curve with 90 % of turns to the cue's side; None if there is none."""
    shares = np.array(record.curve["right"])
    return int(np.argmax(shares >= 0.9)) if (shares >= 0.9).any() else None


def lost(record: Record) -> bool:
    """Whether a run that found the way is below 70 % at a later point."""
    start = found(record)
    return start is not None and min(record.curve["right"][start:]) < 0.7


def count_lost(experiment: str, **choices) -> float:
    return float(sum(map(lost, chosen(experiment, **choices))))


LOST = {
    "t-maze-lost-lstm: LSTM, all corridors, 20 runs.": Row(
        lambda: count_lost("t-maze", cell="lstm"), 0
    ),
    "t-maze-lost-gru: GRU, all corridors, 20 runs.": Row(
        lambda: count_lost("t-maze", cell="gru"), 0
    ),
    "t-maze-lost-rnn: RNN, all corridors, 20 runs.": Row(
        lambda: count_lost("t-maze", cell="rnn"), 3
    ),
    "t-maze-lost-changed: RNN, all changes of the recipe, 40 runs.": Row(
        lambda: count_lost("t-maze-rnn"), 15
    ),
}
claim_rows(LOST, how="recorded curves: runs that reached 90 % and fell below 70 % later")


def radii(place: str) -> list[float]:
    """Spectral radii of W_hh in the RNN's runs that found the way from an orthogonal start, then
    or at the end."""
    records = [
        r
        for r in (*chosen("t-maze", cell="rnn"), *runs("t-maze-rnn"))
        if r.config["initialization"] == "orthogonal" and found(r) is not None
    ]
    return [r.curve["radius"][-1 if place == "end" else found(r)] for r in records]


RADII = {
    "t-maze-radius-found: When the way was found: the smallest.": Row(
        lambda: min(radii("found")), 1.33
    ),
    "t-maze-radius-median: When the way was found: the median.": Row(
        lambda: np.median(radii("found")), 1.7
    ),
    "t-maze-radius-end: At the end: the median.": Row(lambda: np.median(radii("end")), 1.85),
}
claim_rows(
    RADII, how="recorded curves: spectral radius of W_hh in RNNs, 1 at the start; every 20 updates"
)


def kept_state() -> float:
    """The positive h with h = tanh(1.5 h)."""
    h = 1.0
    for _ in range(200):
        h = np.tanh(GAIN * h)
    return float(h)


SWITCH = {
    "switch-state: What a unit with weight 1.5 to itself keeps.": Row(kept_state, 0.859),
    "switch-slope: The slope of a step there: what is left of a nudge.": Row(
        lambda: GAIN * (1.0 - kept_state() ** 2), 0.394
    ),
    "switch-middle: The slope of 20 steps at h = 0, between the two states.": Row(
        lambda: GAIN**20, 3325
    ),
}
claim_rows(SWITCH, how="fixed points of h = tanh(1.5 h)")
