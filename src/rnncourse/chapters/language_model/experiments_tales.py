"""RNN, GRU and LSTM on tales: as many parameters, as much time, and the best loss is known."""

from rnncourse.analysis import count_parameters
from rnncourse.experiments.definitions import Experiment, seeded
from rnncourse.experiments.text_run import TextRun

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


EXPERIMENT = Experiment(
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
