"""Claims on the recorded runs of single flowers: are they right, and do they vary?"""

from collections.abc import Callable
from functools import partial

from rnncourse.chapters.images_from_sentences.records import (
    MAIN,
    measured,
    runs,
    shares_of_entropy,
)
from rnncourse.claims.registry import Row, claim_rows

PARTS, VARIED = "flower-parts", "flowers-varied"


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


def varied(which: Callable) -> float:
    """The lowest or highest share of the data's entropy over the attributes, of the varied run."""
    [record] = runs(VARIED, "varied")
    return which(shares_of_entropy(record).values())


claim_rows(
    {
        "flower-varied-least: The recipe for variety: the lowest ratio of entropies over the five "
        "attributes.": Row(partial(varied, min), 0.58),
        "flower-varied-most: The same: the highest.": Row(partial(varied, max), 0.87),
        "flower-varied-seen: The same recipe: complete captions of training drawn right.": Row(
            lambda: measured(VARIED, "varied", "seen_all")[0], 0.94
        ),
    },
    how="one recorded run, read by the reader network",
    source="D-2.1",
)


def short(which: Callable, setting: str, name: str = "seen_all", cell: str = "gru") -> float:
    """The lowest (min) or the highest (max) of three short runs."""
    return which(measured(PARTS, setting, name, cell))


claim_rows(
    {
        "flower-parts-gru: Short trainings: complete captions of training drawn right by the "
        "weakest with a GRU.": Row(partial(short, min, "short"), 0.838),
        "flower-parts-lstm: The same for an LSTM.": Row(
            partial(short, min, "short", cell="lstm"), 0.840
        ),
        "flower-parts-rnn: The strongest with an RNN.": Row(
            partial(short, max, "short", cell="rnn"), 0.640
        ),
        "flower-parts-bag: The strongest with a bag of words.": Row(
            partial(short, max, "short", cell="bag"), 0.656
        ),
        "flower-bag-text: A linear layer on a bag's features, complete captions of training: all "
        "five right, the best of three seeds.": Row(
            partial(short, max, "short", "text_seen_all", "bag"), 0.8235
        ),
        "flower-parts-alone: Without the matching loss, the weakest.": Row(
            partial(short, min, "no matching"), 0.69
        ),
        "flower-parts-no-wrong: Without it and without wrong pairs, the strongest.": Row(
            partial(short, max, "no wrong pairs"), 0.502
        ),
        "flower-parts-joint: The encoder learns in the game, the weakest.": Row(
            partial(short, min, "joint"), 0.056
        ),
        "flower-parts-joint-no-wrong: The same without wrong pairs, the strongest.": Row(
            partial(short, max, "joint, no wrong pairs"), 0.004
        ),
    },
    how="recorded runs of 800 updates, read by the reader network",
    source="D-2.1",
)
