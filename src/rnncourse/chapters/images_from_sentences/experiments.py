"""Flowers drawn from sentences: the whole recipe."""

from rnncourse.chapters.images_from_sentences.flower_run import FlowerRun
from rnncourse.experiments.definitions import Experiment, seeded

SEEDS = 2

FLOWERS = Experiment(
    name="flowers",
    question="Does a generator draw what a sentence says, also for flowers that it never saw?",
    runs=seeded([{"setting": "main"}], run=FlowerRun, seeds=SEEDS),
    seeds=SEEDS,
)
