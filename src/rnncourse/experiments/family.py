"""The LSTM's relatives on the tasks of the course of 2020, each beside the LSTM.

The sheet asks for a GRU on Baum-Sweet, an LSTM from both ends on random combinations and a
peephole LSTM on binary palindromes, all with Adam, clipping at 10 and Kaiming's normal start; its
embedding of the symbols is the product of one-hot rows with W_qx.

sheet  as it says: 128 units, batches of 128, learning rate 1e-3, up to 2000 updates
small  where the sheet asks for 256 units, batches of 256, a learning rate of 1e-4 and 3000
       updates, up to half an hour for one run: a quarter of the units and of the batch,
       learning rate 3e-3, up to 1000 updates

A run stops when it is solved. Length 6 of random combinations, length 6 of Baum-Sweet and length
10 of binary palindromes are those for which the sheet expects perfect accuracy from the LSTM.
"""

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
SHEET = {"setting": "sheet", "units": 128, "batch_size": 128, "steps": 2000}
SMALL = {
    "setting": "small",
    "units": 64,
    "batch_size": 64,
    "learning_rate": 3e-3,
    "steps": 1000,
}
CHOICES = {"random-combinations": SHEET, "baum-sweet": SMALL, "binary-palindromes": SMALL}

EXPERIMENT = Experiment(
    name="family",
    question="What do a GRU, an LSTM from both ends and a peephole LSTM learn beside an LSTM?",
    runs=seeded(
        [
            {"task": task, "cell": cell, "length": length, **CHOICES[task]}
            for task, relative in RELATIVE.items()
            for length in LENGTHS[task]
            for cell in ("lstm", relative)
        ],
        initialization="kaiming",
    ),
)
