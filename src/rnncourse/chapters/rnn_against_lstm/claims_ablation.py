"""Claims of chapter 09: which choice made the difference, and what five seeds can tell."""

from functools import partial
from itertools import combinations

import numpy as np

from rnncourse.chapters.rnn_against_lstm.cases import start_matrices
from rnncourse.chapters.rnn_against_lstm.claims import register
from rnncourse.chapters.rnn_against_lstm.records import (
    ABLATION,
    LENGTH,
    choices,
    planned_updates,
    runs,
    solved,
    unsolved,
)
from rnncourse.claims.registry import claim

RECORDS = "the recorded runs of palindrome-ablation"
NEEDED = "good, forget bias 0"
OPEN = ("forget bias 1", "forget bias 3", "chrono")  # what opens a forget gate at the start


def seeds(setting: str) -> float:
    """Seeds of the LSTM that solved the task with this setting."""
    return float(solved(runs(ABLATION, setting=setting, cell="lstm")))


@claim("ablation-lstm-needed", states=1.0, tolerance=0.5, how=RECORDS, source="U18-1.6")
def without_a_forget_bias() -> float:
    """Seeds of five that solve the task with the good recipe and a forget bias of 0."""
    return seeds(NEEDED)


@claim("ablation-lstm-others", tolerance=0.5, how=RECORDS, source="U18-1.6")
def every_other_change() -> float:
    """With any other change of the good recipe all five seeds solve it: how many do not."""
    others = [s for s in choices("lstm") if s.startswith("good") and s != NEEDED]
    return sum(5.0 - seeds(setting) for setting in others)


@claim("ablation-lstm-course", tolerance=0.5, how=RECORDS, source="U18-1.6")
def course_recipe_in_this_budget() -> float:
    """Seeds that solve it with the course's recipe."""
    return seeds("course")


@claim("ablation-lstm-enough", tolerance=0.5, how=RECORDS, source="U18-1.6")
def forget_bias_alone() -> float:
    """With a forget bias of 3 added to the course's recipe: seeds that do not solve it."""
    return 5.0 - seeds("course, forget bias 3")


@claim("ablation-lstm-bias", tolerance=0.5, how=RECORDS, source="U18-1.6")
def every_seed_needs_an_open_gate() -> float:
    """Every LSTM's recipe with an open gate solves it with every seed, none without one does."""
    wrong = 0
    for setting in choices("lstm"):
        closed = setting.startswith("course") or setting == NEEDED
        opened = setting.endswith(OPEN) or not closed
        wrong += (seeds(setting) == 5.0) != opened
    return float(wrong)


@claim("ablation-rnn-xavier", tolerance=0.5, how=RECORDS, source="U18-1.6")
def size_and_not_angles() -> float:
    """With Xavier's start the good RNN solves with every seed, in a median not above orthogonal."""
    xavier, orthogonal = (
        np.median(planned_updates(ABLATION, setting=setting, cell="rnn"))
        for setting in ("good, xavier start", "good")
    )
    missed = unsolved(ABLATION, setting="good, xavier start", cell="rnn")
    return float(missed + (not xavier <= orthogonal))


@claim("xavier-start", tolerance=0.01, how="10 matrices of 128 units")
def xavier_start_keeps() -> float:
    r"""Xavier's $W_{hh}$ leaves the whole squared length of a vector, on average."""
    return float(np.mean([np.sum(W**2) / len(W) for W in start_matrices("xavier")])) - 1.0


@claim("recorded-good-45-lstm", tolerance=0.5, how="the recorded runs", source="U18-1.6")
def lstm_at_length_45() -> float:
    """With the good recipe the LSTM solves length 45 with every seed: how many do not."""
    return float(unsolved(LENGTH, setting="good", cell="lstm", length=45))


def share_of_splits(a: int, b: int) -> float:
    """Of all ways to choose the a + b solved of ten runs: those at least as uneven as a to b."""
    ways = [sum(run < 5 for run in chosen) for chosen in combinations(range(10), a + b)]
    return float(np.mean([abs(2 * first - a - b) >= abs(a - b) for first in ways]))


for _a, _b, _states in ((5, 4, 1.0), (5, 3, 0.4444), (5, 1, 0.04762), (5, 0, 0.007937)):
    register(
        f"seeds-{_a}-{_b}",
        partial(share_of_splits, _a, _b),
        f"The chance of a split as uneven as {_a} to {_b} where the recipe has no say.",
        states=_states,
        tolerance=1e-3 * _states,
        how="all choices of the solved runs among ten",
        source="W29",
    )
