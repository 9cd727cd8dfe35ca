"""Claims of chapter 09: the long palindromes with the course's recipe."""

from rnncourse.chapters.rnn_against_lstm.records import LENGTH, runs
from rnncourse.claims.registry import claim

LONG = (20, 30, 45)
RECORDED = "the recorded runs of palindrome-length at lengths 20, 30 and 45"


def best_evaluations(cell: str) -> list[float]:
    """The highest accuracy of each run's evaluations, of 500 palindromes each."""
    records = [r for T in LONG for r in runs(LENGTH, setting="course", cell=cell, length=T)]
    return [max(record.curve["accuracy"]) for record in records]


@claim("recorded-course-long-lstm", states=0.146, tolerance=1e-9, how=RECORDED, source="U18-1.6")
def no_lstm_leaves_chance() -> float:
    """The highest accuracy that any of the LSTM's fifteen runs had at any evaluation."""
    return max(best_evaluations("lstm"), default=1.0)


@claim("recorded-course-long-rnn", states=0.246, tolerance=1e-9, how=RECORDED, source="U18-1.6")
def every_rnn_leaves_chance() -> float:
    """The best evaluation of the weakest of the RNN's fifteen runs."""
    return min(best_evaluations("rnn"), default=0.0)


@claim("recorded-course-long-evaluations", states=3000.0, tolerance=0.5, how=RECORDED)
def evaluations_of_the_lstm() -> float:
    """How often the LSTM's fifteen runs were evaluated."""
    records = [r for T in LONG for r in runs(LENGTH, setting="course", cell="lstm", length=T)]
    return float(sum(len(record.curve["step"]) for record in records))
