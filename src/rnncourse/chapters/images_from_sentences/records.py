"""What the recorded runs of single flowers gave, for the page and its claims."""

from rnncourse.experiments import results
from rnncourse.records import Record
from rnncourse.tasks import flower_attributes

MAIN = "flowers"


def runs(experiment: str, setting: str, cell: str = "gru") -> list[Record]:
    """The records of one setting, one a seed.

    Raises: MissingRecords where the records are not installed; ValueError for an unknown setting.
    """
    found = [
        record
        for record in results(experiment)
        if (record.config["setting"], record.config["cell"]) == (setting, cell)
    ]
    if not found:
        raise ValueError(f"{experiment} has no record of {setting!r} with cell {cell!r}")
    return found


def measured(experiment: str, setting: str, measure: str, cell: str = "gru") -> list[float]:
    """One number of the summary, such as "unseen_all", for each seed."""
    return [record.summary[measure] for record in runs(experiment, setting, cell)]


def shares_of_entropy(record: Record) -> dict[str, float]:
    """By attribute, the entropy over draws of z divided by that of the data."""
    s = record.summary
    return {name: s[f"entropy_{name}"] / s[f"data_entropy_{name}"] for name in flower_attributes}
