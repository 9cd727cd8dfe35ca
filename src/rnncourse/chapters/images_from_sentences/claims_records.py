"""Claims on the recorded runs of single flowers: are they right, and do they vary?"""

from functools import partial

from rnncourse.chapters.images_from_sentences.records import (
    MAIN,
    measured,
    runs,
    shares_of_entropy,
)
from rnncourse.claims.registry import Row, claim_rows


def lowest(name: str) -> float:
    """Over the recorded runs of the whole recipe."""
    return min(measured(MAIN, "main", name))


def variety(attribute: str) -> float:
    """Entropy of what is drawn over that of the data, the lowest of the recorded runs."""
    return min(shares_of_entropy(record)[attribute] for record in runs(MAIN, "main"))


claim_rows(
    {
        "flower-run-seen: All five attributes drawn right, combinations of training: the lowest "
        "of the recorded runs.": Row(partial(lowest, "seen_all"), 0.995),
        "flower-run-unseen: The same for combinations that training never shows.": Row(
            partial(lowest, "unseen_all"), 0.98
        ),
        "flower-run-paraphrased: The same for paraphrased captions.": Row(
            partial(lowest, "paraphrased_all"), 0.9825
        ),
        "flower-run-open: Captions that leave something open: the drawings that show all that is "
        "named.": Row(partial(lowest, "open_right"), 0.98),
    },
    how="the recorded runs, read by the reader network",
    source="D-2.1",
)
claim_rows(
    {
        f"flower-run-variety-{attribute}: The entropy of what is drawn over that of the data, "
        f"where a caption leaves the {attribute} open.": Row(partial(variety, attribute), states)
        for attribute, states in (("color", 0.15), ("size", 0.08))
    },
    how="the recorded runs, 32 drawings of a caption",
    source="D-2.1",
)
