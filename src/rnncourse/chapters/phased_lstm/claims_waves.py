"""Claims on the recorded runs on waves."""

from rnncourse.chapters.phased_lstm.records import lead, summary
from rnncourse.claims.registry import Row, claim, claim_rows

RECORDS = "recorded runs, five seeds"


@claim("recorded-waves-standard", tolerance=0.5, how=RECORDS, source="U18-2.2a")
def no_difference_at_regular_samples() -> float:
    """With one sample a time unit the interval of the difference of the two cells holds 0."""
    ahead = lead("standard")
    return float(not ahead.low <= 0.0 <= ahead.high)


@claim("recorded-waves-asynchronous", states=0.016, how=RECORDS, source="U18-2.2a")
def lstm_ahead_at_random_times() -> float:
    """At random times the LSTM's accuracy is ahead of the phased LSTM's by this, on average."""
    return -lead("asynchronous").mean


@claim("recorded-waves-every-seed", tolerance=0.5, how=RECORDS, source="U18-2.2a")
def lstm_ahead_with_every_seed() -> float:
    """At random times the LSTM is ahead with every seed; this counts the other seeds."""
    pair = (summary("asynchronous", cell).accuracies for cell in ("lstm", "phased"))
    return float(sum(phased >= lstm for lstm, phased in zip(*pair, strict=True)))


@claim("recorded-waves-oversampled", tolerance=0.5, how=RECORDS, source="U18-2.2a")
def no_difference_oversampled() -> float:
    """On ten samples a time unit the interval of the difference of the two cells holds 0."""
    ahead = lead("oversampled")
    return float(not ahead.low <= 0.0 <= ahead.high)


@claim("recorded-waves-lower-rate", states=0.258, how=RECORDS, source="U18-2.2a")
def phased_ahead_at_a_lower_rate() -> float:
    """Oversampled, with the lower learning rate: how far the phased LSTM is ahead on average."""
    return lead("oversampled", "lower rate").mean


@claim("recorded-waves-lower-seeds", tolerance=0.5, how=RECORDS, source="U18-2.2a")
def phased_ahead_with_every_seed() -> float:
    """There the phased LSTM is ahead with every seed; this counts the other seeds."""
    pair = (summary("oversampled", cell, "lower rate").accuracies for cell in ("lstm", "phased"))
    return float(sum(phased <= lstm for lstm, phased in zip(*pair, strict=True)))


def mean_of(cell: str, *recipe: str) -> float:
    """Mean accuracy of a cell on ten samples a time unit."""
    return summary("oversampled", cell, *recipe).mean


def lstm_as_usual() -> float:
    """The LSTM's mean with the recipe of the other samplings, if above the phased one's lower."""
    usual = mean_of("lstm")
    return usual if usual > mean_of("phased", "lower rate") else float("inf")


OVERSAMPLED = {
    "recorded-waves-lstm-lower: Oversampled, the LSTM's mean accuracy with the lower rate.": Row(
        lambda: mean_of("lstm", "lower rate"), 0.688
    ),
    "recorded-waves-lstm-usual: Its mean with the recipe of the other samplings; it is above that "
    "of the phased LSTM with the lower rate.": Row(lstm_as_usual, 0.956),
}
claim_rows(OVERSAMPLED, how=RECORDS, source="U18-2.2a")
