"""The recorded experiment on parity: what a gate that does not see the state cannot do."""

from rnncourse.chapters.return_of_recurrence.gates import SIGNED, ParityRun
from rnncourse.experiments.definitions import Experiment, seeded

RATES = (3e-3, 1e-2, 3e-2, 1e-1, 3e-1)  # the same grid for every model
MODELS = {  # setting: kind and units
    "GRU": ("gru", 16),
    "minGRU": ("mingru", 16),
    "minGRU of 64 units": ("mingru", 64),
    "minGRU of two layers": ("mingru of two layers", 16),
    "signed minGRU": (SIGNED, 16),
}

GATE_WITHOUT_STATE = Experiment(
    name="gate-without-state",
    question="Can a cell whose gates do not read its state keep the parity of a stream of bits?",
    runs=seeded(
        [
            {"setting": setting, "kind": kind, "units": units, "learning_rate": rate}
            for setting, (kind, units) in MODELS.items()
            for rate in RATES
        ],
        run=ParityRun,
    ),
)
