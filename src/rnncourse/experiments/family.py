"""The LSTM's relatives on the tasks of 2020, each beside the LSTM."""

from rnncourse.experiments.definitions import Experiment, seeded

RELATIVE = {
    "baum-sweet": "gru",
    "random-combinations": "bidirectional",
    "binary-palindromes": "peephole",
}
LENGTHS = {
    "baum-sweet": (4, 5, 6),
    "random-combinations": (5, 6, 10, 15),
    "binary-palindromes": (6, 10, 20),
}
SHEET = {"setting": "sheet", "initialization": "kaiming"}

EXPERIMENT = Experiment(
    name="family",
    question="What do a GRU, an LSTM from both ends and a peephole LSTM learn beside an LSTM?",
    runs=seeded(
        [
            {"task": task, "cell": cell, "length": length, **SHEET}
            for task, relative in RELATIVE.items()
            for length in LENGTHS[task]
            for cell in ("lstm", relative)
        ],
    ),
)
