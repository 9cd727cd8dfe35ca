"""Flowers drawn from sentences: the whole recipe, one that varies more, and parts left out."""

from rnncourse.chapters.images_from_sentences.flower_run import FlowerRun
from rnncourse.experiments.definitions import Experiment, seeded

SEEDS = 3

FLOWERS = Experiment(
    name="flowers",
    question="Does a generator draw what a sentence says, also for flowers that it never saw?",
    runs=seeded([{"setting": "main"}], FlowerRun, SEEDS),
    seeds=SEEDS,
)

VARIED = Experiment(
    name="flowers-varied",
    question="What is given up for drawings that vary nearly as the data does?",
    runs=seeded(
        [{"setting": "varied", "together": 4, "group_weight": 0.4, "match_G": 0.1, "blur": 0.0}],
        FlowerRun,
        seeds=1,
        groups=8,
    ),
    seeds=1,
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
