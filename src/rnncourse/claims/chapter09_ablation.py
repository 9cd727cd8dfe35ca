"""Claims of chapter 09: what the LSTM reaches, and which choice made the difference for it."""

from rnncourse.claims.comparison_records import ABLATION, LENGTH, choices, runs, solved, unsolved
from rnncourse.claims.registry import claim

RECORDS = "the recorded runs of palindrome-ablation"
NEEDED = "good, forget bias 0"


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


@claim("recorded-good-45-lstm", tolerance=0.5, how="the recorded runs", source="U18-1.6")
def lstm_at_length_45() -> float:
    """With the good recipe the LSTM solves length 45 with every seed: how many do not."""
    return float(unsolved(LENGTH, setting="good", cell="lstm", length=45))
