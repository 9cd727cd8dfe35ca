"""Recorded experiments: the tales by four architectures, and recall by three.

On the tales each model has the rates of its own grid, tried with a seed that is not among the
judged ones; the best is not at the edge of its grid. Runs are listed seed by seed.
"""

from rnncourse.chapters.return_of_recurrence.recall import RecallRun
from rnncourse.chapters.return_of_recurrence.tales import MODELS, TalesRun
from rnncourse.experiments.definitions import Experiment

# Updates that fit into 10 seconds of one core: medians of interleaved updates, measured once.
UPDATES = {"lstm": 325, "mingru": 275, "lru": 260, "transformer": 660}
RATES = {
    "lstm": (1.2e-2, 2.4e-2, 4.8e-2, 9.6e-2),
    "mingru": (1.6e-2, 3.2e-2, 6.4e-2),
    "lru": (8e-3, 1.6e-2, 3.2e-2),
    "transformer": (4e-3, 8e-3, 1.6e-2),
}
TRIED = 5  # the seed with which the rates were tried
JUDGED = 5  # seeds 0 … 4


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

# The best of each grid, by the bits above the entropy of the seed that was tried.
BEST = {"lstm": 0.048, "mingru": 0.032, "lru": 0.016, "transformer": 0.008}

TALES = Experiment(
    name="tales-architectures",
    question="How close does each architecture come to the entropy, with equal weights and time?",
    runs=tuple(
        TalesRun(setting="best rate", seed=seed, **tales(model, learning_rate=rate))
        for seed in range(JUDGED)
        for model, rate in BEST.items()
    ),
    seeds=JUDGED,
)

# model, units: updates and rate. No grid: rates that learned well in a first try.
RECALL = {
    ("attention", 32): (300, 5e-3),
    ("gru", 128): (1500, 6e-3),
    ("mingru", 128): (1500, 2e-2),
    ("gru", 32): (1500, 1e-2),
}

ASSOCIATIVE_RECALL = Experiment(
    name="associative-recall",
    question="How many pairs does each model recall, and how many would its state hold?",
    runs=tuple(
        RecallRun("standard", model, units, seed, rate, steps)
        for seed in range(JUDGED)
        for (model, units), (steps, rate) in RECALL.items()
    ),
    seeds=JUDGED,
)
