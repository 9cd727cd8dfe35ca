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


def no_sigmoid(b) -> float:
    with np.errstate(divide="ignore"):
        return np.float64(1.0) / (1.0 - np.exp(b))


MISTAKES[memory_length] = {
    "gate: the gate f is returned and not a length": sigmoid,
    "keeps: 1 + exp(−b), which is 1/f, stands in place of 1 + exp(b)": lambda b: 1.0 / sigmoid(b),
    "half-life: the steps until half is left are returned": (
        lambda b: -np.log(2) / np.log(sigmoid(b))
    ),
    "first-step: the first step, with the share 1, is left out": lambda b: np.exp(b),
    "e-fold: the steps until 1/e is left are returned": lambda b: -1.0 / np.log(sigmoid(b)),
    "plus: 1/(1 + f) stands in place of 1/(1 − f): that sum changes its signs": (
        lambda b: 1.0 / (1.0 + sigmoid(b))
    ),
    "no-one: f is taken as exp(b), without the 1 + in the sigmoid": no_sigmoid,
    "one-step: the sum ends at its first term, 1": lambda b: 1.0,
    "two-steps: the sum ends at 1 + f": lambda b: 1.0 + sigmoid(b),
}
MISTAKES[memory_bias] = {
    "log-L: log L stands in place of log(L − 1)": np.log,
    "gate: the gate f = 1 − 1/L is returned and not its bias": lambda L: 1.0 - 1.0 / L,
    "sign: the sign is wrong: this is the bias of 1 − f": lambda L: -np.log(L - 1.0),
    "linear: L − 1 is returned without its logarithm": lambda L: L - 1.0,
    "plus: log(L + 1) stands in place of log(L − 1)": lambda L: np.log(L + 1.0),
    "half-life: L is taken for the steps after which half is left": (
        lambda L: -np.log(2.0 ** (1.0 / L) - 1.0)
    ),
}


def rows(lengths, b_i=-1.0) -> np.ndarray:
    """log L and so many times the same: the truth has L − 1 here."""
    return np.outer((1.0, b_i), np.log(lengths))


def from_nothing(v, T) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return rows((T - 2.0) * v - 1.0)


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
    "plus: log(L + 1) stands in place of log(L − 1)": lambda v, T: rows(3.0 + (T - 2.0) * v),
    "too-long: T stands in place of T − 2: the lengths go up to T + 2": (
        lambda v, T: rows(1.0 + T * v)
    ),
    "from-one: the lengths are spread from 1 in place of 2": lambda v, T: rows((T - 2.0) * v),
    "no-two: the 2 is left out: the lengths are spread from 0, and a logarithm has no value": (
        from_nothing
    ),
    "share: v itself is spread, and T is left out": lambda v, T: rows(1.0 + v),
}


def root(d, n, factor=4.0, biases=1.0) -> float:
    """m(d + m + biases) = factor n (d + n + biases)."""
    s = d + biases
    return (np.sqrt(s**2 + 4.0 * factor * n * (d + n + biases)) - s) / 2.0


def equal_root(b, c) -> float:
    """The positive m of m² + b m = c."""
    return (np.sqrt(b**2 + 4.0 * c) - b) / 2.0


def lstm_count(d, n) -> float:
    return 4.0 * n * (d + n + 1)


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
    "one-gate: one block of weights is counted; an LSTM has four": lambda d, n: root(d, n, 1.0),
    "lstm-biases: 4n(d + n) is counted: the biases of the LSTM are left out": (
        lambda d, n: equal_root(d + 1.0, 4.0 * n * (d + n))
    ),
    "rnn-biases: the biases of the RNN are left out": (
        lambda d, n: equal_root(d, lstm_count(d, n))
    ),
    "second-bias: the LSTM alone has two biases in each sum": (
        lambda d, n: equal_root(d + 1.0, 4.0 * n * (d + n + 2))
    ),
    "lstm-inputs: the inputs of the LSTM are left out": (
        lambda d, n: equal_root(d + 1.0, 4.0 * n * (n + 1))
    ),
    "lstm-recurrence: the LSTM is counted without its matrices from state to state": (
        lambda d, n: equal_root(d + 1.0, 4.0 * n * (d + 1))
    ),
    "half-root: 2c stands under the root in place of 4c": lambda d, n: root(d, n, 2.0),
    "unsquared: b stands under the root in place of b²": (
        lambda d, n: (np.sqrt(d + 1.0 + 4.0 * lstm_count(d, n)) - d - 1.0) / 2.0
    ),
    "no-square: b² is missing under the root": (
        lambda d, n: (np.sqrt(4.0 * lstm_count(d, n)) - d - 1.0) / 2.0
    ),
    "no-root: the square root is missing": (
        lambda d, n: ((d + 1.0) ** 2 + 4.0 * lstm_count(d, n) - d - 1.0) / 2.0
    ),
    "no-b: d + 1 is not subtracted from the root": lambda d, n: root(d, n) + (d + 1.0) / 2.0,
    "plus-b: d + 1 is added to the root in place of subtracted": (
        lambda d, n: root(d, n) + d + 1.0
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
    "power: share^T stands in place of share^(1/T)": (lambda T, s: np.arctanh(np.sqrt(1.0 - s**T))),
    "kept: h² is taken as what is kept, share^(1/T), in place of what is lost": (
        lambda T, s: np.arctanh(np.sqrt(s ** (1.0 / T)))
    ),
    "linear: share / T stands in place of share^(1/T)": (
        lambda T, s: np.arctanh(np.sqrt(1.0 - s / T))
    ),
    "tanh: tanh stands in place of its inverse": lambda T, s: np.tanh(np.sqrt(lost(T, s))),
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
    "first-evaluation: the first evaluation is read and not the last common one": (
        lambda a, b: gain(a, b, lambda curves: curves[:, 0])
    ),
    "early: the evaluation before the last common one is read": (
        lambda a, b: gain(*shared(a, b), chosen=lambda curves: curves[:, -2])
    ),
    "second-alone: the first model's accuracy is not subtracted": (
        lambda a, b: last(shared(a, b)[1]).mean()
    ),
    "first-alone: the first model's accuracy is returned": (
        lambda a, b: last(shared(a, b)[0]).mean()
    ),
    "one-seed: the first seed stands for all": (
        lambda a, b: gain(*shared(a, b), over_seeds=lambda seeds: seeds[0])
    ),
    "lucky-seed: the best seed at the last common evaluation is taken": (
        lambda a, b: gain(*shared(a, b), over_seeds=np.max)
    ),
    "W29: the best evaluation within the common budget is taken": (
        lambda a, b: gain(*shared(a, b), highest)
    ),
}
