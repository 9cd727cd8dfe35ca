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
from rnncourse.exercises.registry import MISTAKES

MISTAKES[memory_length] = {
    "gate: the gate f is returned and not a length": sigmoid,
    "keeps: 1 + exp(−b), which is 1/f, stands in place of 1 + exp(b)": lambda b: 1.0 / sigmoid(b),
    "half-life: the steps until half is left are returned": (
        lambda b: -np.log(2) / np.log(sigmoid(b))
    ),
    "first-step: the first step, with the share 1, is left out": lambda b: np.exp(b),
    "e-fold: the steps until 1/e is left are returned": lambda b: -1.0 / np.log(sigmoid(b)),
}
MISTAKES[memory_bias] = {
    "log-L: log L stands in place of log(L − 1)": np.log,
    "gate: the gate f = 1 − 1/L is returned and not its bias": lambda L: 1.0 - 1.0 / L,
    "sign: the sign is wrong: this is the bias of 1 − f": lambda L: -np.log(L - 1.0),
    "linear: L − 1 is returned without its logarithm": lambda L: L - 1.0,
    "half-life: L is taken for the steps after which half is left": (
        lambda L: -np.log(2.0 ** (1.0 / L) - 1.0)
    ),
}


def rows(lengths, b_i=-1.0) -> np.ndarray:
    """log L and so many times the same: the truth has L − 1 here."""
    return np.outer((1.0, b_i), np.log(lengths))


MISTAKES[chrono_biases] = {
    "no-log: the logarithm is missing": lambda v, T: np.outer((1, -1), 1.0 + (T - 2.0) * v),
    "b_i: b_i has the sign of b_f: then i = f and the memory grows": (
        lambda v, T: rows(1.0 + (T - 2.0) * v, b_i=1.0)
    ),
    "log-length: log L stands in place of log(L − 1)": lambda v, T: rows(2.0 + (T - 2.0) * v),
    "log-uniform: b_f itself is spread evenly, not the lengths": lambda v, T: rows((T - 1.0) ** v),
    "from-zero: v (T − 1) starts at 0, so that some units forget at once": (
        lambda v, T: rows(v * (T - 1.0))
    ),
    "no-b_i: b_i is left at zero": lambda v, T: rows(1.0 + (T - 2.0) * v, b_i=0.0),
}


def root(d, n, factor=4.0, biases=1.0) -> float:
    """m(d + m + biases) = factor n (d + n + biases)."""
    s = d + biases
    return (np.sqrt(s**2 + 4.0 * factor * n * (d + n + biases)) - s) / 2.0


MISTAKES[equal_parameters] = {
    "times-four: four times the units are taken; units count squared": lambda d, n: 4.0 * n,
    "times-two: the inputs and biases are left out: n² alone gives 2n": lambda d, n: 2.0 * n,
    "direction: n and m are exchanged: this LSTM equals an RNN of n units": (
        lambda d, n: root(d, n, 0.25)
    ),
    "no-biases: the biases are left out": lambda d, n: root(d, n, biases=0.0),
    "W9: each sum has two biases, as in torch.nn": lambda d, n: root(d, n, biases=2.0),
    "gates: three gates are counted and the candidate g is not": lambda d, n: root(d, n, 3.0),
    "minus: the other root of the quadratic is taken, and it is negative": (
        lambda d, n: -root(d, n) - d - 1.0
    ),
}


def lost(T, share) -> float:
    """What a step may take of a nudge: h² of every state."""
    return 1.0 - share ** (1.0 / T)


MISTAKES[largest_sum] = {
    "state: the state |h| is returned and not the sum": lambda T, s: np.sqrt(lost(T, s)),
    "square: the root is missing: the slope is 1 − h²": lambda T, s: np.arctanh(lost(T, s)),
    "one-step: the share is taken for one step, T = 1": lambda T, s: largest_sum(1, s),
    "straight: each step is thought to lose (1 − share)/T; the losses multiply": (
        lambda T, s: np.arctanh(np.sqrt((1.0 - s) / T))
    ),
    "W2: 1 − tanh²(h) is taken as the slope, where h is the tanh already": (
        lambda T, s: np.arctanh(largest_sum(T, s))
    ),
}


def shared(a, b) -> tuple:
    """The evaluations that both models have, of each."""
    both = min(a.shape[1], b.shape[1])
    return a[:, :both], b[:, :both]


def last(curves) -> np.ndarray:
    return curves[:, -1]


def highest(curves) -> np.ndarray:
    return curves.max(axis=1)


def gain(a, b, chosen=last, over_seeds=np.mean) -> float:
    """Of b over a, in the chosen evaluation of each seed."""
    return over_seeds(chosen(b)) - over_seeds(chosen(a))


MISTAKES[fair_difference] = {
    "W29: the best evaluation of each seed stands in place of the last": (
        lambda a, b: gain(a, b, highest)
    ),
    "best-seed: the best seed stands in place of the mean": lambda a, b: b.max() - a.max(),
    "budget: each model is read at its own last evaluation, so that one had more updates": gain,
    "sign: first minus second is returned": lambda a, b: -fair_difference(a, b),
    "average: the whole curve is averaged": lambda a, b: b.mean() - a.mean(),
    "lucky-seed: the best seed at the last common evaluation is taken": (
        lambda a, b: gain(*shared(a, b), over_seeds=np.max)
    ),
    "W29: the best evaluation within the common budget is taken": (
        lambda a, b: gain(*shared(a, b), highest)
    ),
}
