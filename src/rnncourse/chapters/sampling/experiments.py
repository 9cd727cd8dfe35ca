"""One prompt over training: what a model writes after 1, 750, 1250 and 5000 updates."""

from rnncourse.experiments.definitions import Experiment, seeded
from rnncourse.experiments.text_run import COURSE, TextRun

SETTINGS = ({"setting": "good"}, {"setting": "course", **COURSE})

EXPERIMENT = Experiment(
    name="democracy",
    question='How does a model go on with "in the year" while it learns?',
    runs=seeded(
        SETTINGS,
        run=TextRun,
        seeds=1,
        corpus="democracy",
        steps=5000,
        evaluations=20,
        evaluate_at=(1,),
        prompt="in the year",
        sample_length=60,
    ),
    seeds=1,
)
