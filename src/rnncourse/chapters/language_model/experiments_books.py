"""Two books, two layers of 128 units: how well is a book learned, and what of it is memory?"""

from rnncourse.experiments.definitions import Experiment, seeded
from rnncourse.experiments.text_run import TextRun, writing

CORPORA = ("grimm", "anna-karenina-nl")
EARLY = (1, 10, 30, 100, 200, 300, 500, 750, 1000, 2000)
STEPS = 20_000  # 3.84e7 characters
COURSE = {
    "learning_rate": 2e-3,
    "optimizer": "adam",
    "schedule": "exponential",
    "clip_norm": 5.0,
}
SETTINGS = {"good": {}, "course": COURSE | {"dropout": 0.3}}


class BookRun(TextRun):
    """A run on a book; its record also keeps what the trained model writes."""

    def judge(self, model, vocabulary, learned, held_out) -> dict:
        return {"writing": writing(model, vocabulary, self.corpus, learned, held_out)}


EXPERIMENT = Experiment(
    name="books",
    question="How well do two layers of 128 units learn a book, and what does it do for new text?",
    runs=seeded(
        [
            {"setting": setting, "corpus": corpus, **choices}
            for setting, choices in SETTINGS.items()
            for corpus in CORPORA
        ],
        run=BookRun,
        seeds=1,
        steps=STEPS,
        evaluate_at=EARLY,
    ),
    seeds=1,
)
