"""Flowers drawn from sentences: the whole recipe, and what each of its parts is worth."""

from rnncourse.chapters.images_from_sentences.flower_run import FlowerRun
from rnncourse.experiments.definitions import Experiment, seeded

SEEDS = 3

FLOWERS = Experiment(
    name="flowers",
    question="Does a generator draw what a sentence says, also for flowers that it never saw?",
    runs=seeded([{"setting": "main"}], FlowerRun, SEEDS),
    seeds=SEEDS,
)

ALONE = {"match": 0.0, "match_G": 0.0}  # the pairs' losses without the matching loss
PARTS = Experiment(
    name="flower-parts",
    question="What is each part of the recipe worth, when all trainings are short?",
    runs=seeded(
        [
            *({"setting": "short", "cell": cell} for cell in ("gru", "lstm", "rnn", "bag")),
            {"setting": "no matching", **ALONE},
            {"setting": "no wrong pairs", **ALONE, "wrong": 0},
            {"setting": "joint", **ALONE, "joint": True},
            {"setting": "joint, no wrong pairs", **ALONE, "joint": True, "wrong": 0},
        ],
        FlowerRun,
        SEEDS,
        steps=800,
        short=True,
    ),
    seeds=SEEDS,
)
