"""Claims read from the recorded runs: lengths, the course's recipe, one choice at a time."""

from functools import partial
from math import comb

import numpy as np

from rnncourse.chapters.rnn_against_lstm.cases import chance_of_split
from rnncourse.chapters.rnn_against_lstm.records import (
    ABLATION,
    LENGTH,
    NEEDED,
    OPEN,
    choices,
    counts,
    lengths,
    of_length,
    planned_updates,
    runs,
    solved,
    splits,
    unsolved,
    updates,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

RECORDED = "the recorded runs of palindrome-length; a missing one counts as not solved"
CHANGED = "the recorded runs of palindrome-ablation"
SHORT = [length for length in lengths() if length <= 30]
LONG = (20, 30, 45)

SOLVED = {
    "recorded-good-30: With the good recipes every seed of both cells solves every length up to "
    "30.": Row(lambda: sum(unsolved(LENGTH, setting="good", length=length) for length in SHORT)),
    "recorded-course-10: With the course's recipe every seed of the RNN solves lengths 5 and "
    "10.": Row(
        lambda: sum(unsolved(LENGTH, setting="course", cell="rnn", length=T) for T in (5, 10))
    ),
    "recorded-course-20: With the course's recipe this many of five seeds of the RNN solve length "
    "20.": Row(lambda: solved(of_length("course", "rnn", 20)), 1.0),
    "recorded-good-45-rnn: With the good recipe this many of five seeds of the RNN solve length "
    "45.": Row(lambda: solved(of_length("good", "rnn", 45)), 4.0),
    "recorded-course-15-lstm: With the course's recipe every seed of the LSTM solves length "
    "15.": Row(lambda: unsolved(LENGTH, setting="course", cell="lstm", length=15)),
    "recorded-course-15-rnn: With the course's recipe this many of five seeds of the RNN solve "
    "length 15.": Row(lambda: solved(of_length("course", "rnn", 15)), 3.0),
    "recorded-good-45-lstm: With the good recipe the LSTM solves length 45 with every seed: how "
    "many do not.": Row(
        lambda: unsolved(LENGTH, setting="good", cell="lstm", length=45), how="the recorded runs"
    ),
}
claim_rows(SOLVED, tolerance=0.5, how=RECORDED, source="U18-1.6")


def both_cells(setting: str, length: int) -> list[np.ndarray]:
    """Updates of the planned runs of the RNN, and of the LSTM."""
    recipe = {"setting": setting, "length": length}
    return [planned_updates(LENGTH, cell=cell, **recipe) for cell in ("rnn", "lstm")]


@claim("recorded-course-10-speed", tolerance=0.5, how=RECORDED, source="R1-20")
def course_recipe_speed_at_ten() -> float:
    """With the course's recipe every seed of the RNN solves length 10 before any of the LSTM."""
    rnn, lstm = both_cells("course", 10)
    return float(sum(not r < lstm.min() < np.inf for r in rnn))


def told_by_length(setting: str) -> float:
    """At how many lengths five seeds tell the two cells apart, at the line 0.05."""
    pairs = (counts(setting, length) for length in lengths())
    return float(sum(not pair or chance_of_split(*pair) < 0.05 for pair in pairs))


NOT_TOLD = {
    f"recorded-{setting}-not-told: With the {setting} recipes five seeds tell the cells apart at "
    "so many lengths.": Row(partial(told_by_length, setting))
    for setting in ("course", "good")
}
claim_rows(NOT_TOLD, tolerance=0.5, how=f"Fisher's exact test; {RECORDED}", source="W29")


@claim("recorded-speed", tolerance=0.5, how=RECORDED, source="R1-20")
def rnn_needs_fewer_updates() -> float:
    """With the good recipes the RNN's median of updates is never above the LSTM's up to 30."""
    slower = 0
    for length in SHORT:
        rnn, lstm = map(np.median, both_cells("good", length))
        slower += not rnn <= lstm < np.inf
    return float(slower)


# The long palindromes with the course's recipe


def long_curves(cell: str) -> list[list[float]]:
    """The accuracies of each run at its evaluations, of 500 palindromes each."""
    return [record.curve["accuracy"] for T in LONG for record in of_length("course", cell, T)]


LONG_RUNS = {
    "recorded-course-long-lstm: The highest accuracy that any of the LSTM's fifteen runs had at "
    "any evaluation.": Row(
        lambda: largest_of(map(max, long_curves("lstm")), default=1.0), 0.146, source="U18-1.6"
    ),
    "recorded-course-long-rnn: The best evaluation of the weakest of the RNN's fifteen runs.": Row(
        lambda: min(map(max, long_curves("rnn")), default=0.0), 0.246, source="U18-1.6"
    ),
    "recorded-course-long-evaluations: How often the LSTM's fifteen runs were evaluated.": Row(
        lambda: sum(map(len, long_curves("lstm"))), 3000.0, 0.5
    ),
}
claim_rows(
    LONG_RUNS, tolerance=1e-9, how="the recorded runs of palindrome-length at lengths 20, 30 and 45"
)


# One choice at a time


def seeds(setting: str, cell: str = "lstm") -> int:
    """Seeds of the cell that solved the task with this setting."""
    return solved(runs(ABLATION, setting=setting, cell=cell))


NEEDS = {
    "ablation-lstm-needed: Seeds of five that solve the task with the good recipe and a forget "
    "bias of 0.": Row(lambda: seeds(NEEDED), 1.0),
    "ablation-lstm-others: With any other change of the good recipe all five seeds solve it: how "
    "many do not.": Row(
        lambda: sum(5 - seeds(s) for s in choices("lstm") if s.startswith("good") and s != NEEDED)
    ),
    "ablation-lstm-course: Seeds that solve it with the course's recipe.": Row(
        lambda: seeds("course")
    ),
    "ablation-lstm-orthogonal: Seeds of five that solve it with the course's recipe and an "
    "orthogonal start.": Row(lambda: seeds("course, orthogonal"), 3.0),
    "ablation-lstm-enough: With a forget bias of 3 added to the course's recipe: seeds that do not "
    "solve it.": Row(lambda: 5 - seeds("course, forget bias 3")),
}
claim_rows(NEEDS, tolerance=0.5, how=CHANGED, source="U18-1.6")


@claim("ablation-lstm-bias", tolerance=0.5, how=CHANGED, source="U18-1.6")
def every_seed_needs_an_open_gate() -> float:
    """Every LSTM's recipe with an open gate solves it with every seed, none without one does."""
    wrong = 0
    for setting in choices("lstm"):
        closed = setting.startswith("course") or setting == NEEDED
        opened = setting.endswith(OPEN) or not closed
        wrong += (seeds(setting) == 5) != opened
    return float(wrong)


def told_from_all(settings) -> float:
    """How many of these settings of the LSTM five seeds tell from 5 of 5, at the line 0.05."""
    return float(sum(chance_of_split(5, seeds(setting)) < 0.05 for setting in settings))


def below(line: float) -> float:
    """How many of the page's comparisons have a chance below this line."""
    return float(sum(chance_of_split(*pair) < line for pair in splits()))


def below_by_chance(line: float) -> float:
    """How many of them are below the line on average if no choice matters, at the worst.

    Both recipes of a comparison then solve the task with one probability; the worst of 1001.
    """
    p, counts = np.linspace(0.0, 1.0, 1001), range(6)
    solves = np.array([comb(5, k) * p**k * (1.0 - p) ** (5 - k) for k in counts])  # (6, 1001)
    told = np.array([[chance_of_split(a, b) < line for b in counts] for a in counts])
    return len(splits()) * float(np.einsum("ap,ab,bp->p", solves, told, solves).max())


CLOSED = (NEEDED, "course", "course, orthogonal", "course, adam")
COUNTED = {
    "ablation-closed-told-apart: Of the four LSTM recipes without an open gate, so many are told "
    "apart from 5 of 5.": Row(lambda: told_from_all(CLOSED), 3.0, how=CHANGED),
    "comparisons-made: Pairs of recipes whose solved seeds the page compares.": Row(
        lambda: len(splits()), 32.0
    ),
    "comparisons-apart: Of them so many have a chance below 0.05.": Row(lambda: below(0.05), 4.0),
    "comparisons-by-chance: If no choice mattered, at most so many would on average.": Row(
        lambda: below_by_chance(0.05), 0.69, 0.005
    ),
    "comparisons-corrected: And so many below 0.05 divided by their number.": Row(
        lambda: below(0.05 / len(splits())), 0.0
    ),
}
claim_rows(COUNTED, tolerance=0.5, how="the recorded runs, counted; Fisher's exact test")


@claim("ablation-rnn-xavier", tolerance=0.5, how=CHANGED, source="U18-1.6")
def size_and_not_angles() -> float:
    """With Xavier's start the good RNN solves with every seed, in a median not above orthogonal."""
    xavier, orthogonal = (
        np.median(planned_updates(ABLATION, setting=setting, cell="rnn"))
        for setting in ("good, xavier start", "good")
    )
    missed = unsolved(ABLATION, setting="good, xavier start", cell="rnn")
    return float(missed + (not xavier <= orthogonal))


@claim("ablation-rnn", tolerance=0.5, how=CHANGED)
def either_choice_helps_the_rnn() -> float:
    """Of the RNN's start and optimizer each one alone makes more seeds solve, both make all."""
    alone = seeds("good, torch start", "rnn"), seeds("good, rmsprop", "rnn")
    none, both = seeds("course", "rnn"), seeds("good", "rnn")
    return float((min(alone) <= none) + (largest_of(alone) >= 5) + (both < 5))


def rnn_updates(*settings: str) -> np.ndarray:
    """Updates of all the RNN's runs with these settings that solved the task."""
    return np.concatenate([updates(runs(ABLATION, setting=s, cell="rnn")) for s in settings])


@claim("ablation-rnn-fast", tolerance=0.5, how=CHANGED)
def orthogonal_start_is_fast() -> float:
    """Every orthogonal start that solves is faster than every torch start: how many are not."""
    orthogonal = rnn_updates("good", "good, rmsprop")
    torch = rnn_updates("course", "good, torch start")
    return float((orthogonal >= torch.min()).sum() + (len(orthogonal) == 0))


@claim("ablation-rnn-digit", tolerance=0.5, how=CHANGED)
def one_number_costs_updates() -> float:
    """Read as one number a digit costs the good RNN no seed, and more updates in the median."""
    slower = np.median(rnn_updates("good, digit")) > np.median(rnn_updates("good"))
    return float(5 - seeds("good, digit", "rnn") + (not slower))
