"""The LSTM's relatives beside it, and where the forget gate starts against the palindrome's length.

The sheet asks for a GRU on Baum-Sweet, an LSTM from both ends on random combinations and a
peephole LSTM on binary palindromes, all with Adam, clipping at 10 and Kaiming's normal start; its
embedding of the symbols is the product of one-hot rows with W_qx.

Random combinations have 128 units, batches of 128, a learning rate of 1e-3 and up to 2000
updates; the other two 256 units, batches of 256, 1e-4 and up to 3000.

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
SMALLER = {"units": 128, "batch_size": 128, "learning_rate": 1e-3, "steps": 2000}
LARGER = {"units": 256, "batch_size": 256, "learning_rate": 1e-4, "steps": 3000}
CHOICES = {"random-combinations": SMALLER, "baum-sweet": LARGER, "binary-palindromes": LARGER}

FAMILY = Experiment(
    name="family",
    question="What do a GRU, an LSTM from both ends and a peephole LSTM learn beside an LSTM?",
    runs=seeded(
        [
            {"task": task, "cell": cell, "length": length, **CHOICES[task]}
            for task, relative in RELATIVE.items()
            for length in LENGTHS[task]
            for cell in ("lstm", relative)
        ],
        setting="sheet",
        initialization="kaiming",
    ),
)

FORGET_BIAS = Experiment(
    name="forget-bias",
    question="Which forget bias lets an LSTM learn which length of palindrome in 500 updates?",
    runs=seeded(
        [
            {"setting": f"forget bias {bias:g}", "forget_bias": bias, "length": length}
            for bias in (0.0, 1.0, 3.0, 5.0)
            for length in (10, 20, 30)
        ],
        cell="lstm",
        learning_rate=3e-3,
        steps=500,
        units=64,
        batch_size=64,
    ),
)
