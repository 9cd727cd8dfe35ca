"""What the recorded runs on scenes gave, for the page, its figures and its claims."""

import numpy as np

from rnncourse.chapters.images_from_sentences.experiments_scenes import from_text
from rnncourse.chapters.images_from_sentences.scenes import KINDS
from rnncourse.experiments import results
from rnncourse.records import Record, markdown_table

NAMES = {
    "bag": "bag of words",
    "rnn": "RNN",
    "gru": "GRU",
    "lstm": "LSTM",
    "bidirectional": "GRU, both ways",
}
READ, DRAWN, LONG = "scene-sentences", "flower-scenes", "flower-scenes-long"


def runs(experiment: str, encoder: str) -> list[Record]:
    """The records of one encoder that there are, one a seed.

    Raises: MissingRecords where the records are not installed.
    """
    return [record for record in results(experiment) if record.config["encoder"] == encoder]


def measured(experiment: str, encoder: str, name: str) -> list[float]:
    """One number of the summary, such as "image_seen_share", for each recorded seed.

    Raises: ValueError where this encoder has no record.
    """
    found = runs(experiment, encoder)
    if not found:
        raise ValueError(f"{experiment} has no record of {encoder!r}")
    return [record.summary[name] for record in found]


def recorded(experiment: str = DRAWN) -> list[str]:
    """The encoders that have a record, in the order of the book."""
    return [name for name in NAMES if runs(experiment, name)]


def shares(experiment: str = DRAWN, by: str = "image") -> dict[str, dict[str, list[float]]]:
    """By encoder and kind of scene, the share of the named attributes that are right, a seed."""
    return {
        name: {
            kind: measured(experiment, name, f"{by}_{kind}_share") for kind in ("seen", "unseen")
        }
        for name in recorded(experiment)
    }


def pictures(encoders: tuple[str, ...] = ("gru", "bag")) -> dict[str, np.ndarray]:
    """What the runs with seed 0 drew for the two sentences of the figure."""
    found = {record.config["encoder"]: record for record in results(DRAWN) if record.seed == 0}
    return {name: from_text(found[name].summary["pair"]) for name in encoders if name in found}


def between(values: list[float]) -> str:
    """The lowest and the highest of the seeds, in percent."""
    low, high = (f"{100 * value:.1f}" for value in (min(values), max(values)))
    return low if low == high else f"{low} to {high}"


def encoders_table(experiment: str = DRAWN, by: str = "image") -> str:
    """Each encoder, how many runs, and for each kind of scene: attributes, and scenes all right."""
    rows = []
    for name in recorded(experiment):
        cells = (
            between(measured(experiment, name, f"{by}_{kind}_{what}"))
            for kind in KINDS
            for what in ("share", "whole")
        )
        rows.append([NAMES[name], len(runs(experiment, name)), *cells])
    heads = (f"{kind}, {what}:" for kind in KINDS for what in ("attributes", "scenes"))
    return markdown_table(["encoder", "runs:", *heads], rows)
