"""Where the forget gate starts, against the length of the palindrome."""

from rnncourse.experiments.definitions import Experiment, seeded

BIASES = (0.0, 1.0, 3.0, 5.0)
LENGTHS = (10, 20, 30)

EXPERIMENT = Experiment(
    name="forget-bias",
    question="Which forget bias lets an LSTM learn which length of palindrome in 500 updates?",
    runs=seeded(
        [
            {"setting": f"forget bias {bias:g}", "forget_bias": bias, "length": length}
            for bias in BIASES
            for length in LENGTHS
        ],
        cell="lstm",
        learning_rate=3e-3,
        steps=500,
        units=64,
        batch_size=64,
    ),
)
