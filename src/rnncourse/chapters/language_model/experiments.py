"""Two experiments: how well a book is learned, and which cell comes nearest to the best loss.

books        two layers of 128 units on two books, with two recipes
tales-cells  RNN, GRU and LSTM on tales with as many parameters and as much time; the best loss is
             known
"""

from rnncourse.analysis import count_parameters
from rnncourse.experiments.definitions import Experiment, seeded
from rnncourse.experiments.text_run import COURSE, TextRun, writing

CORPORA = ("grimm", "anna-karenina-nl")
EARLY = (1, 10, 30, 100, 200, 300, 500, 750, 1000, 2000)
STEPS = 20_000  # 3.84e7 characters
SETTINGS = {"good": {}, "course": COURSE | {"dropout": 0.3}}


class BookRun(TextRun):
    """A run on a book; its record also keeps what the trained model writes."""

    def judge(self, model, vocabulary, learned, held_out) -> dict:
        return {"writing": writing(model, vocabulary, self.corpus, learned, held_out)}


BOOKS = Experiment(
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

LETTERS = 46  # different characters of the tales
LSTM_UNITS = 128
RATES = {"rnn": (2e-3, 4e-3, 8e-3), "gru": (2e-3, 4e-3, 8e-3), "lstm": (4e-3, 8e-3, 1.6e-2)}
MINUTES = 1.0


def as_large(cell: str) -> int:
    """Units of each of two layers, for as many parameters as the LSTM's to within a percent."""

    def size(cell: str, n: int) -> int:
        return count_parameters(cell, LETTERS, n, LETTERS, num_layers=2)

    wanted = size("lstm", LSTM_UNITS)
    return min(range(1, 4 * LSTM_UNITS), key=lambda n: abs(size(cell, n) - wanted))


CELLS = Experiment(
    name="tales-cells",
    question="How close do an RNN, a GRU and an LSTM come to the best loss that is possible?",
    runs=seeded(
        [
            {"setting": f"rate {rate:g}", "cell": cell, "hidden": as_large(cell)}
            | {"learning_rate": rate}
            for cell, rates in RATES.items()
            for rate in rates
        ],
        run=TextRun,
        corpus="tales",
        streams=32,
        window=64,
        minutes=MINUTES,
        evaluations=12,
        read_train=False,
    ),
)
