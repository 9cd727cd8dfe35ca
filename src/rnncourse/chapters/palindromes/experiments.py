"""Accuracy against the length of the palindrome, with the course's settings and with good ones."""

from rnncourse.experiments.definitions import Experiment, seeded

LENGTHS = (5, 10, 15, 20, 30, 45)
SHORT = (5, 10)
COURSE = {"initialization": "torch", "optimizer": "rmsprop", "learning_rate": 1e-3, "steps": 10_000}
GOOD = {
    "rnn": {"optimizer": "adam", "learning_rate": 1e-3},
    "lstm": {"optimizer": "adam", "learning_rate": 3e-3, "forget_bias": 3.0},
}


def course(cell: str, length: int) -> dict:
    """As the course's sheet and the library start it: RMSprop, torch's initialization."""
    return {"setting": "course", "cell": cell, "length": length, **COURSE}


def digit(cell: str, length: int) -> dict:
    """The course's settings with the raw digit as its one input, the sheet's default."""
    return course(cell, length) | {"setting": "digit", "coding": "digit"}


def good(cell: str, length: int) -> dict:
    """Orthogonal W_qh, Adam, and a forget bias of 3 where there is a forget gate."""
    return {"setting": "good", "cell": cell, "length": length, **GOOD[cell]}


GRID = [(cell, length) for cell in ("rnn", "lstm") for length in LENGTHS]
EXPERIMENT = Experiment(
    name="palindrome-length",
    question="Up to which length does an RNN, and an LSTM, learn to repeat the first digit?",
    runs=seeded(
        [
            *(good(cell, length) for cell, length in GRID),
            *(course("rnn", length) for length in LENGTHS),
            *(digit(cell, length) for cell in ("rnn", "lstm") for length in SHORT),
            *(course("lstm", length) for length in LENGTHS),
        ]
    ),
)
