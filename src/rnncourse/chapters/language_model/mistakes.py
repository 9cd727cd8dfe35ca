"""The wrong answers to the exercises on the language model, by name.

Ids such as W33 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand import lstm
from rnncourse.chapters.language_model.exercises import (
    best,
    bits,
    carry,
    clip,
    dropout,
    linked,
    parameters,
)
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given


def from_nats(nats):
    return np.array([nats, nats / np.log(2), np.exp(nats)])


MISTAKES[bits] = {
    "summed: the losses are summed; they should be averaged over the characters": (
        lambda yhat: from_nats(-np.sum(np.log(yhat)))
    ),
    "mean-inside: the probabilities are averaged before the logarithm; the chance of a text is "
    "a product": (lambda yhat: from_nats(-np.log(np.mean(yhat)))),
    "bits: nats are multiplied by ln 2 to get bits; a bit is smaller than a nat": (
        lambda yhat: bits(yhat) * [1, np.log(2) ** 2, 1]
    ),
    "arithmetic: perplexity is the geometric mean of 1/yhat, not the arithmetic one": (
        lambda yhat: np.append(bits(yhat)[:2], np.mean(1 / yhat))
    ),
    "base: 2 to the power of the nats is taken for the perplexity": (
        lambda yhat: np.append(bits(yhat)[:2], 2 ** bits(yhat)[0])
    ),
    "sign: the minus is missing": lambda yhat: from_nats(np.mean(np.log(yhat))),
}
MISTAKES[parameters] = {
    "W9: each gate has two biases, as in torch.nn": lambda K, n: parameters(K, n) + 8 * n,
    "W8: the output layer has no bias": lambda K, n: parameters(K, n) - K,
    "second-layer: the second layer is taken to read K one-hot characters; it reads the n units "
    "below": (lambda K, n: 8 * n * (K + n + 1) + K * (n + 1)),
    "no-output: the output layer is missing": lambda K, n: parameters(K, n) - K * (n + 1),
    "three-gates: the candidate is not counted; there are four blocks of weights": (
        lambda K, n: 3 * n * (K + n + 1) + 3 * n * (2 * n + 1) + K * (n + 1)
    ),
    "three-gates: the candidate of one layer is not counted": (
        lambda K, n: parameters(K, n) - n * (K + n + 1),
        lambda K, n: parameters(K, n) - n * (2 * n + 1),
    ),
    "one-layer: one layer is counted": lambda K, n: 4 * n * (K + n + 1) + K * (n + 1),
    "first-layer: the first layer is left out": lambda K, n: 4 * n * (2 * n + 1) + K * (n + 1),
    "one-gate: one block of weights is counted for a layer; an LSTM has four": (
        lambda K, n: parameters(K, n) - 3 * n * (K + 3 * n + 2),
        lambda K, n: parameters(K, n) - 3 * n * (K + n + 1),
        lambda K, n: parameters(K, n) - 3 * n * (2 * n + 1),
    ),
    "no-biases: 4n(d + n) is counted for each layer: the biases of the gates are left out": (
        lambda K, n: parameters(K, n) - 8 * n
    ),
    "no-biases: the biases of the gates are left out in one layer": (
        lambda K, n: parameters(K, n) - 4 * n
    ),
    "W9: each gate of one layer has two biases": lambda K, n: parameters(K, n) + 4 * n,
    "recurrence: the matrices from state to state are left out, 4n² in each layer": (
        lambda K, n: parameters(K, n) - 8 * n**2
    ),
    "recurrence: the matrices from state to state are left out in one layer, 4n²": (
        lambda K, n: parameters(K, n) - 4 * n**2
    ),
    "lookup: the matrices that read the one-hot rows are left out; they are learned too": (
        lambda K, n: parameters(K, n) - 4 * n * K
    ),
    "input: the first layer is taken to read n numbers; it reads K one-hot characters": (
        lambda K, n: 8 * n * (2 * n + 1) + K * (n + 1)
    ),
    "output-bias: of the output layer the biases alone are counted": (
        lambda K, n: parameters(K, n) - K * n
    ),
}


def carried(change):
    """Windows whose state h, c goes through ``change`` on its way to the next."""

    def answer(params, x, T):
        h, c = np.zeros((2, len(params["b_g"])))
        states = []
        for start in range(0, len(x), T):
            cache = lstm.unroll(params, x[start : start + T], h, c)
            h, c = change(cache)
            states.append(cache.h)
        return np.concatenate(states)

    return answer


MISTAKES[carry] = {
    "W33: every window begins with zeros: now the memory does end with the window": carried(
        lambda cache: (0 * cache.h[-1], 0 * cache.c[-1])
    ),
    "W44: the state is transformed on the way: h goes through tanh once more": carried(
        lambda cache: (np.tanh(cache.h[-1]), cache.c[-1])
    ),
    "W44: the state is transformed on the way: c is handed on as tanh(c)": carried(
        lambda cache: (cache.h[-1], np.tanh(cache.c[-1]))
    ),
    "half: h is carried and c begins with zeros; the state of an LSTM is both": carried(
        lambda cache: (cache.h[-1], 0 * cache.c[-1])
    ),
    "other-half: c is carried and h begins with zeros; the state of an LSTM is both": carried(
        lambda cache: (0 * cache.h[-1], cache.c[-1])
    ),
    "swapped: h and c are exchanged on the way": carried(lambda cache: (cache.c[-1], cache.h[-1])),
    "first: the state after the first step of a window is handed on, not that after its last": (
        carried(lambda cache: (cache.h[0], cache.c[0]))
    ),
}
MISTAKES[dropout] = {
    "unscaled: what is kept is not scaled up, so that the mean shrinks": (
        lambda h, u, share, training: h * (u >= share) if training else h
    ),
    "by-share: what is kept is divided by the share that is dropped": (
        lambda h, u, share, training: h * (u >= share) / share if training else h
    ),
    "exchanged: the share is kept and the rest dropped": (
        lambda h, u, share, training: h * (u < share) / share if training else h
    ),
    "exchanged: the share is kept and the rest dropped, with the factor of the rest": (
        lambda h, u, share, training: h * (u < share) / (1.0 - share) if training else h
    ),
    "times: what is kept is multiplied by 1 − share in place of divided": (
        lambda h, u, share, training: h * (u >= share) * (1.0 - share) if training else h
    ),
    "never: nothing is dropped in training": lambda h, u, share, training: h,
    "scaled-only: nothing is dropped in training, and all is scaled up": (
        lambda h, u, share, training: h / (1.0 - share) if training else h
    ),
    "mask: the mask is returned, without h": (
        lambda h, u, share, training: (u >= share) / (1.0 - share) if training else h
    ),
    "modes: training and evaluation are exchanged": given(dropout, training=lambda mode: not mode),
    "strict: u = share is dropped too; only u < share is": (
        lambda h, u, share, training: h * (u > share) / (1.0 - share) if training else h
    ),
    "always: entries are dropped in evaluation too": given(dropout, training=True),
    "twice: what is kept is scaled in training, and everything again in evaluation": (
        lambda h, u, share, training: (
            dropout(h, u, share, training) * (1.0 if training else 1.0 - share)
        )
    ),
    "old: this is the older form: nothing is scaled in training, all is in evaluation": (
        lambda h, u, share, training: h * ((u >= share) if training else 1.0 - share)
    ),
}


def entries_summed(g, limit):
    with np.errstate(invalid="ignore"):
        return g * min(1.0, limit / np.sqrt(np.sum(g)))


def clipped(g, limit, but: int):
    """All rows but this one."""
    result = clip(g, limit)
    result[but] = g[but]
    return result


MISTAKES[clip] = {
    "W38: the loop binds a name anew, g = …, and nothing is clipped": lambda g, limit: g,
    "each: each parameter is clipped by a norm of its own; the direction changes": (
        lambda g, limit: g * np.minimum(1.0, limit / np.linalg.norm(g, axis=1, keepdims=True))
    ),
    "entries: each entry is clipped; the direction changes": (
        lambda g, limit: np.clip(g, -limit, limit)
    ),
    "always: a gradient below the limit is made longer": (
        lambda g, limit: g * limit / np.linalg.norm(g)
    ),
    "largest: the largest entry is brought to the limit, not the norm": (
        lambda g, limit: g * min(1.0, limit / np.abs(g).max())
    ),
    "squared: the root of the sum of squares is missing": (
        lambda g, limit: g * min(1.0, limit / np.sum(g**2))
    ),
    "no-squares: the entries are summed and not their squares": entries_summed,
    "one-norm: the norm of the largest parameter stands in place of that of all": (
        lambda g, limit: g * min(1.0, limit / np.linalg.norm(g, axis=1).max())
    ),
    "larger: the larger factor is taken, so that no gradient is made shorter": (
        lambda g, limit: g * max(1.0, limit / np.linalg.norm(g))
    ),
    "upside: norm / limit stands in place of limit / norm": (
        lambda g, limit: g * min(1.0, np.linalg.norm(g) / limit)
    ),
    "missing: the first parameter is not clipped": lambda g, limit: clipped(g, limit, 0),
    "missing: the last parameter is not clipped": lambda g, limit: clipped(g, limit, -1),
}
MISTAKES[linked] = {
    "W33: every pair up to the window's length is taken to be seen; most lie across a cut": (
        lambda T, D: float(D <= T)
    ),
    "off-by-one: the last character of a window is said in it, though it is not read": (
        lambda T, D: max(0.0, (T - D) / T)
    ),
    "negative: a share cannot be below 0": lambda T, D: (T - D + 1) / T,
    "flat: the share is turned around": lambda T, D: min(1.0, (D - 1) / T),
    "twice-off: T − D − 1 stands in place of T − D + 1": lambda T, D: max(0.0, (T - D - 1) / T),
    "by-distance: the places are divided by the distance D and not by the window": (
        lambda T, D: max(0.0, (T - D + 1) / D)
    ),
    "count: the number of such places in a window is returned and not their share": (
        lambda T, D: max(0.0, T - D + 1.0)
    ),
}


def expected_max(accuracies, cumulative):
    return np.sum(accuracies * np.diff(np.concatenate([[0.0], cumulative])))


MISTAKES[best] = {
    "W29: the mean over batches is returned: the accuracy, which the best batch exceeds": (
        lambda a, q, N: np.sum(a * q)
    ),
    "largest: the largest value there is; it need not occur": lambda a, q, N: a[-1],
    "smallest: this is the expected value of the worst batch": (
        lambda a, q, N: expected_max(a, 1 - np.append((1 - np.cumsum(q))[:-1], 0.0) ** N)
    ),
    "density: the probabilities are raised to the power, and not their running sum": (
        lambda a, q, N: np.sum(a * q**N) / np.sum(q**N)
    ),
    "times: the running sum is multiplied by the number of batches, not raised to it": (
        lambda a, q, N: N * np.sum(a * q)
    ),
    "no-zero: the running sum begins with its first value: the smallest accuracy is left out": (
        lambda a, q, N: np.sum(a[1:] * np.diff(np.cumsum(q) ** N))
    ),
    "sums: the running sum, raised to the power, is taken for the probabilities": (
        lambda a, q, N: np.sum(a * np.cumsum(q) ** N)
    ),
    "weights: the weights are summed without the accuracies: that is 1": lambda a, q, N: 1.0,
    "at-least: 1 − (1 − q)^N, the chance that a value occurs, is taken for its weight": (
        lambda a, q, N: np.sum(a * (1.0 - (1.0 - q) ** N))
    ),
}
