"""Tables and sentences of the page, from the recorded runs.

Every number is computed from the records there are; what has no record is left out.
"""

from collections.abc import Iterable

from rnncourse.chapters.images_from_sentences.measures import LENGTHS, SETS
from rnncourse.chapters.images_from_sentences.records import MAIN, runs, shares_of_entropy
from rnncourse.records import Record, markdown_table
from rnncourse.tasks import flower_attributes
from rnncourse.tasks.flower_attributes import COUNTS

SHOWN = ("seen", "unseen", "paraphrased")  # where a table has no place for all
FEW = 100  # captions of a length, below which a share says little


def main() -> list[Record]:
    """The recorded runs of the whole recipe."""
    return runs(MAIN, "main")


def each(records: Iterable[Record], name: str) -> list[float]:
    """A number of the summaries, one a run."""
    return [record.summary[name] for record in records]


def span(values: list[float], digits: int = 3) -> str:
    """The lowest and the highest value, which no line break parts, or the one there is."""
    low, high = (f"{value:.{digits}f}" for value in (min(values), max(values)))
    return low if low == high else f"{low}\N{NO-BREAK SPACE}…\N{NO-BREAK SPACE}{high}"


def accuracy_table(records: list[Record]) -> str:
    """All five attributes at once, by wording: every seed, and the second reading's range."""
    heads = ["captions", *(f"seed {record.seed}:" for record in records), "nearest drawing:"]
    rows = [
        (
            name,
            *(f"{value:.3f}" for value in each(records, f"{name}_all")),
            span(each(records, f"nearest_{name}_all")),
        )
        for name in SETS
    ]
    return markdown_table(heads, rows)


def attribute_table(records: list[Record]) -> str:
    """Attribute by attribute, with what a guess would have."""
    rows = [
        (attribute, f"{1.0 / count:.3f}", *(span(each(records, f"{s}_{attribute}")) for s in SHOWN))
        for attribute, count in zip(flower_attributes, COUNTS, strict=True)
    ]
    return markdown_table(("attribute", "chance:", *(f"{name}:" for name in SHOWN)), rows)


def length_table(records: list[Record]) -> str:
    """All five attributes at once, by the number of words; long captions say no more."""
    enough = [
        (low, high) for low, high in LENGTHS if min(each(records, f"captions_{low}_{high}")) >= FEW
    ]
    rows = [
        (f"{low} to {high}", span(each(records, f"words_{low}_{high}"))) for low, high in enough
    ]
    return markdown_table(("words", "all five right:"), rows)


def variety_table(records: list[Record]) -> str:
    """What captions leave open: entropy of the data, of the drawings, and their ratio."""
    rows = [
        (
            attribute,
            span(each(records, f"data_entropy_{attribute}"), 2),
            span(each(records, f"entropy_{attribute}"), 2),
            span([shares_of_entropy(record)[attribute] for record in records], 2),
        )
        for attribute in flower_attributes
    ]
    return markdown_table(("left open", "data, nats:", "drawings, nats:", "ratio:"), rows)


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}" + ("s" if number > 1 else "")


def main_settings() -> str:
    """The budget of the whole recipe, in words."""
    records = main()
    first = records[0]
    minutes = [record.provenance["processor_seconds"] / 60.0 for record in records]
    return (
        f"{_counted(len(records), 'run')}: {first.config['reading']:,} updates of the encoder, "
        f"then {first.config['steps']:,} updates of each player; "
        f"{span(minutes, 0)} minutes of one processor core."
    )


PARTS = {
    ("short", "gru"): "all parts",
    ("no matching", "gru"): "without the matching loss",
    ("no wrong pairs", "gru"): "without it, and without wrong pairs",
    ("joint", "gru"): "without it; the encoder learns in the game",
    ("joint, no wrong pairs", "gru"): "the same, without wrong pairs",
    ("short", "lstm"): "all parts, an LSTM reads",
    ("short", "rnn"): "all parts, an RNN reads",
    ("short", "bag"): "all parts, a bag of words",
}


def attributes_right(record: Record, kind: str = "unseen") -> float:
    """The mean share over the five attributes."""
    shares = [record.summary[f"{kind}_{attribute}"] for attribute in flower_attributes]
    return sum(shares) / len(shares)


def parts_table() -> str:
    """What is right, and how the color varies, when a part is left out or exchanged."""
    rows = []
    for (setting, cell), words in PARTS.items():
        records = runs("flower-parts", setting, cell)
        rows.append(
            (
                words,
                span([attributes_right(record) for record in records], 2),
                span(each(records, "seen_all"), 2),
                span(each(records, "unseen_all"), 2),
                span([shares_of_entropy(record)["color"] for record in records], 2),
            )
        )
    heads = ("recipe", "each attribute, unseen:", "all five, seen:", "unseen:", "variety, color:")
    return markdown_table(heads, rows)
