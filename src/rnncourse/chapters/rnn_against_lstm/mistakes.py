"""The wrong answers to the exercises on RNN against LSTM, by name.

Ids such as W29 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.rnn_against_lstm.exercises import (
    chrono_biases,
    equal_parameters,
    fair_difference,
    largest_sum,
    memory_bias,
    memory_length,
)
from rnncourse.exercises.registry import known_mistakes

known_mistakes(
    memory_length,
    ("gate", "the gate f is returned and not a length", sigmoid),
    (
        "keeps",
        "1 + exp(−b), which is 1/f, stands in place of 1 + exp(b)",
        lambda b: 1.0 / sigmoid(b),
    ),
    (
        "half-life",
        "the steps until half is left are returned",
        lambda b: -np.log(2) / np.log(sigmoid(b)),
    ),
    ("first-step", "the first step, with the share 1, is left out", lambda b: np.exp(b)),
    ("e-fold", "the steps until 1/e is left are returned", lambda b: -1.0 / np.log(sigmoid(b))),
)
known_mistakes(
    memory_bias,
    ("log-L", "log L stands in place of log(L − 1)", np.log),
    ("gate", "the gate f = 1 − 1/L is returned and not its bias", lambda L: 1.0 - 1.0 / L),
    ("sign", "the sign is wrong: this is the bias of 1 − f", lambda L: -np.log(L - 1.0)),
    ("linear", "L − 1 is returned without its logarithm", lambda L: L - 1.0),
    (
        "half-life",
        "L is taken for the steps after which half is left",
        lambda L: -np.log(2.0 ** (1.0 / L) - 1.0),
    ),
)


def rows(b_f, sign=-1.0) -> np.ndarray:
    return np.array([b_f, sign * b_f])


known_mistakes(
    chrono_biases,
    ("no-log", "the logarithm is missing", lambda v, T: rows(1.0 + (T - 2.0) * v)),
    (
        "b_i",
        "b_i has the sign of b_f: then i = f and the memory grows",
        lambda v, T: rows(np.log(1.0 + (T - 2.0) * v), 1.0),
    ),
    (
        "log-length",
        "log L stands in place of log(L − 1)",
        lambda v, T: rows(np.log(2.0 + (T - 2.0) * v)),
    ),
    (
        "log-uniform",
        "b_f itself is spread evenly, not the lengths",
        lambda v, T: rows(v * np.log(T - 1.0)),
    ),
    (
        "from-zero",
        "v (T − 1) starts at 0, so that some units forget at once",
        lambda v, T: rows(np.log(v * (T - 1.0))),
    ),
    ("no-b_i", "b_i is left at zero", lambda v, T: rows(np.log(1.0 + (T - 2.0) * v), 0.0)),
)


def root(d, n, factor=4.0, biases=1.0) -> float:
    """m(d + m + biases) = factor n (d + n + biases)."""
    s = d + biases
    return (np.sqrt(s**2 + 4.0 * factor * n * (d + n + biases)) - s) / 2.0


known_mistakes(
    equal_parameters,
    ("times-four", "four times the units are taken; units count squared", lambda d, n: 4.0 * n),
    ("times-two", "the inputs and biases are left out: n² alone gives 2n", lambda d, n: 2.0 * n),
    (
        "direction",
        "n and m are exchanged: this LSTM equals an RNN of n units",
        lambda d, n: root(d, n, 0.25),
    ),
    ("no-biases", "the biases are left out", lambda d, n: root(d, n, biases=0.0)),
    ("W9", "each sum has two biases, as in torch.nn", lambda d, n: root(d, n, biases=2.0)),
    ("gates", "three gates are counted and the candidate g is not", lambda d, n: root(d, n, 3.0)),
    (
        "minus",
        "the other root of the quadratic is taken, and it is negative",
        lambda d, n: -root(d, n) - d - 1.0,
    ),
)
known_mistakes(
    largest_sum,
    (
        "state",
        "the state |h| is returned and not the sum",
        lambda T, share: np.sqrt(1.0 - share ** (1.0 / T)),
    ),
    (
        "square",
        "the root is missing: the slope is 1 − h²",
        lambda T, share: np.arctanh(1.0 - share ** (1.0 / T)),
    ),
    (
        "one-step",
        "the share is taken for one step, T = 1",
        lambda T, share: np.arctanh(np.sqrt(1.0 - share)),
    ),
    (
        "straight",
        "each step is thought to lose (1 − share)/T; the losses multiply",
        lambda T, share: np.arctanh(np.sqrt((1.0 - share) / T)),
    ),
    (
        "W2",
        "1 − tanh²(h) is taken as the slope, where h is the tanh already",
        lambda T, share: np.arctanh(np.arctanh(np.sqrt(1.0 - share ** (1.0 / T)))),
    ),
)


def common(a, b) -> int:
    """The evaluations that both models have."""
    return min(a.shape[1], b.shape[1])


def at_last_common(a, b, over_seeds) -> float:
    last = common(a, b) - 1
    return over_seeds(b[:, last]) - over_seeds(a[:, last])


known_mistakes(
    fair_difference,
    (
        "W29",
        "the best evaluation of each seed stands in place of the last",
        lambda a, b: b.max(axis=1).mean() - a.max(axis=1).mean(),
    ),
    ("best-seed", "the best seed stands in place of the mean", lambda a, b: b.max() - a.max()),
    (
        "budget",
        "each model is read at its own last evaluation, so that one had more updates",
        lambda a, b: b[:, -1].mean() - a[:, -1].mean(),
    ),
    ("sign", "first minus second is returned", lambda a, b: at_last_common(b, a, np.mean)),
    ("average", "the whole curve is averaged", lambda a, b: b.mean() - a.mean()),
    (
        "lucky-seed",
        "the best seed at the last common evaluation is taken",
        lambda a, b: at_last_common(a, b, np.max),
    ),
    (
        "W29",
        "the best evaluation within the common budget is taken",
        lambda a, b: np.mean([b[:, : common(a, b)].max(axis=1) - a[:, : common(a, b)].max(axis=1)]),
    ),
)
