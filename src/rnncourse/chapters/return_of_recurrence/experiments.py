"""Recorded experiments: the tales by four architectures, and recall by three.

Each model has the rates of its own grid, tried with a seed that is not among the judged ones; the
best is not at the edge of its grid.
"""

from rnncourse.chapters.return_of_recurrence.recall import RecallRun
from rnncourse.chapters.return_of_recurrence.tales import MODELS, TalesRun
from rnncourse.experiments.definitions import Experiment

# Updates that fit into 10 seconds of one core: medians of interleaved updates, measured once.
UPDATES = {"lstm": 325, "mingru": 275, "lru": 260, "transformer": 195}
RATES = {
    "lstm": (1.2e-2, 2.4e-2, 4.8e-2, 9.6e-2),
    "mingru": (1.6e-2, 3.2e-2, 6.4e-2),
    "lru": (8e-3, 1.6e-2, 3.2e-2),
    "transformer": (4e-3, 8e-3, 1.6e-2),
}
TRIED = 5  # the seed with which the rates were tried


def tales(model: str, **choices) -> dict:
    """The choices of a model on the tales."""
    return {"model": model, "steps": UPDATES[model], **MODELS[model], **choices}


TALES_RATES = Experiment(
    name="tales-rates",
    question="At which rate does each architecture learn the tales best?",
    runs=tuple(
        TalesRun(setting=f"rate {rate:g}", seed=TRIED, **tales(model, learning_rate=rate))
        for model, rates in RATES.items()
        for rate in rates
    ),
    seeds=1,
)

# model, units: updates, and the rates of its grid
RECALL = {
    ("attention", 32): (300, (2.5e-3, 5e-3, 1e-2)),
    ("gru", 32): (1000, (5e-3, 1e-2, 2e-2)),
    ("gru", 128): (1000, (3e-3, 6e-3, 1.2e-2)),
    ("mingru", 128): (1000, (1e-2, 2e-2, 4e-2)),
}

RECALL_RATES = Experiment(
    name="recall-rates",
    question="At which rate does each model learn associative recall best?",
    runs=tuple(
        RecallRun(f"rate {rate:g}", model, units, TRIED, rate, steps)
        for (model, units), (steps, rates) in RECALL.items()
        for rate in rates
    ),
    seeds=1,
)
