"""The wrong answers to the exercises on the LSTM, by name.

Ids such as W37 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand import lstm
from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.lstm.exercises import (
    bias_gradients,
    count,
    forget_bias,
    gate_gradients,
    memory_gradients,
    step,
)
from rnncourse.chapters.lstm.networks import LETTERS, Parts, Ways, gate_rows, step_with, walk_back
from rnncourse.exercises.networks import slope, slope_of_state
from rnncourse.exercises.registry import MISTAKES


def cell(d, n, sums=4, biases=1) -> int:
    return sums * n * (d + n + biases)


MISTAKES[count] = {
    "W7: the output layer gets the size of a gate, d n + n, where K n + K belongs": (
        lambda d, n, K: 5 * d * n + 4 * n**2 + 5 * n
    ),
    "W8: the output bias b_p is left out": lambda d, n, K: cell(d, n) + K * n,
    "W9: the cell alone is counted, without the output layer": lambda d, n, K: cell(d, n),
    "W9: each gate has two biases, as in torch.nn.LSTM": (
        lambda d, n, K: cell(d, n, biases=2) + K * (n + 1)
    ),
    "W9: torch.nn.LSTM is counted: two biases a gate, and no output layer": (
        lambda d, n, K: cell(d, n, biases=2)
    ),
    "candidate: three gates are counted and the candidate g is not": (
        lambda d, n, K: cell(d, n, sums=3) + K * (n + 1)
    ),
    "one-gate: one gate is counted in place of four": (
        lambda d, n, K: cell(d, n, sums=1) + K * (n + 1)
    ),
    "cell-biases: the biases of the cell are left out: 4n(d + n)": (
        lambda d, n, K: cell(d, n, biases=0) + K * (n + 1)
    ),
    "no-biases: no bias is counted": lambda d, n, K: cell(d, n, biases=0) + K * n,
}


def with_parts(**parts):
    return lambda params, x, h, c: step_with(params, x, h, c, Parts(**parts))


def shared_bias(q: str, other: str):
    """W35: gate ``other`` uses the bias of ``q``."""
    names = {letter: f"b_{letter}" for letter in LETTERS} | {other: f"b_{q}"}
    return with_parts(bias=names)


def same_weights(params, x, h, c) -> np.ndarray:
    """W35: the forget gate uses all weights of the input gate."""
    copied = {name.replace("_i", "_f", 1): params[name] for name in ("W_ix", "W_ih", "b_i")}
    return step(params | copied, x, h, c)


def shows_the_old_memory(params, x, h, c) -> np.ndarray:
    h, new = step(params, x, h, c)
    return np.array([h / np.tanh(new) * np.tanh(c), new])


MISTAKES[step] = {
    "W36: i + g stands in place of i ⊙ g": with_parts(memory=lambda g, i, f, c: g + i + c * f),
    **{
        f"W35: b_{q} serves the {word} as well": shared_bias(q, other)
        for q, other, word in (
            ("i", "f", "forget gate"),
            ("f", "i", "input gate"),
            ("i", "o", "output gate"),
            ("f", "o", "output gate"),
            ("g", "i", "input gate"),
        )
    },
    "W35: W_ix, W_ih and b_i serve the forget gate as well": same_weights,
    "W19: the candidate is a sigmoid, so nothing can be lowered": with_parts(candidate=sigmoid),
    "tanh-gates: the gates are tanh in place of sigmoid": with_parts(gate=np.tanh),
    "W39: 0.5 (tanh(a) + 1) is sigmoid(2a)": with_parts(gate=lambda a: sigmoid(2.0 * a)),
    "no-tanh: the tanh of c is missing in h": with_parts(shown=lambda c: c),
    "i-and-f: i and f are exchanged in the memory": with_parts(
        memory=lambda g, i, f, c: g * f + c * i
    ),
    "keep-or-write: 1 − f stands in place of i, as in a GRU": with_parts(
        memory=lambda g, i, f, c: g * (1.0 - f) + c * f
    ),
    "inverted: 1 − f multiplies the old memory: f = 1 keeps": with_parts(
        memory=lambda g, i, f, c: g * i + c * (1.0 - f)
    ),
    "old-memory: h shows the old memory c": shows_the_old_memory,
    "order: c is returned before h": lambda w, x, h, c: step(w, x, h, c)[::-1],
}


def logit(f: float) -> float:
    return np.log(f / (1.0 - f))


MISTAKES[forget_bias] = {
    "gate: the gate f is returned and not its bias": lambda T, share: share ** (1.0 / T),
    "one-step: the share is taken for one step, T = 1": lambda T, share: logit(share),
    "log: log f stands in place of log(f / (1 − f))": lambda T, share: np.log(share) / T,
    "sign: 1 − f stands in place of f": lambda T, share: -forget_bias(T, share),
    "power: share^T stands in place of share^(1/T)": lambda T, share: logit(share**T),
    "straight: each step is thought to lose (1 − share) / T; the losses multiply": (
        lambda T, share: logit(1.0 - (1.0 - share) / T)
    ),
}


def with_row(place: int, row):
    """The right rows but one, which ``row(dh, dc, g, i, f, o, c_prev, c)`` gives."""

    def answer(*values):
        rows = gate_rows(*values)
        rows[place] = row(*values)
        return rows

    return answer


def own_partners(dh, dc, g, i, *rest) -> np.ndarray:
    rows = gate_rows(dh, dc, g, i, *rest)
    rows[:2] = dc * g * slope(g), dc * i * i * (1.0 - i)
    return rows


ORDER = "order: the rows stand in the order i, f, g, o, as in torch"
CS231N = "order: the rows stand in the order i, f, o, g, as in CS231n"
NO_SQUARE = "no-square: 1 − g stands in place of 1 − g²"
TWICE = "W37: 1 − tanh(g)² is taken where g is already the tanh"

MISTAKES[gate_gradients] = {
    TWICE: lambda *values: gate_rows(*values, slope=slope_of_state),
    "memory-index: c stands in place of c_prev in da_f": with_row(
        2, lambda dh, dc, g, i, f, o, c_prev, c: dc * c * f * (1.0 - f)
    ),
    "partners: da_g is given g and da_i is given i: each needs the partner that it multiplies": (
        own_partners
    ),
    "no-slopes: the slopes of tanh and sigmoid are missing": (
        lambda *values: gate_rows(*values, slope=np.ones_like, gate_slope=np.ones_like)
    ),
    "tanh-slopes: the three gates get the slope of tanh, 1 − q², in place of q (1 − q)": (
        lambda *values: gate_rows(*values, gate_slope=slope)
    ),
    "output-gate: dc stands in place of dh in da_o": with_row(
        3, lambda dh, dc, g, i, f, o, c_prev, c: dc * np.tanh(c) * o * (1.0 - o)
    ),
    "no-tanh: c stands in place of tanh(c) in da_o": with_row(
        3, lambda dh, dc, g, i, f, o, c_prev, c: dh * c * o * (1.0 - o)
    ),
    "twice: dh ⊙ o ⊙ (1 − tanh² c) is added to dc, which holds it already": (
        lambda dh, dc, g, i, f, o, c_prev, c: gate_rows(
            dh, dc + dh * o * (1.0 - np.tanh(c) ** 2), g, i, f, o, c_prev, c
        )
    ),
    ORDER: lambda *values: gate_rows(*values)[[1, 2, 0, 3]],
    CS231N: lambda *values: gate_rows(*values)[[1, 2, 3, 0]],
    NO_SQUARE: lambda *values: gate_rows(*values, slope=lambda g: 1.0 - g),
}


# The recursion with another part: what carries the gradient back is wrong.
WRONG_WAYS = {
    "direct-path": Ways(through_h=0.0),
    "no-belt": Ways(kept=lambda cache, t: 0.0 * cache.f[t]),
    "forget-index": Ways(kept=lambda cache, t: cache.f[max(t - 1, 0)]),
    "no-slope": Ways(slope_c=np.ones_like),
    "slope-of-memory": Ways(slope_c=slope),
    "W37": Ways(slope_g=slope_of_state),
    "no-square": Ways(slope_g=lambda g: 1.0 - g),
    "W41": Ways(carry=np.asarray),
}


def wrong_walk(id: str, *network):
    """The whole backward pass with this wrong part."""
    return walk_back(*network, ways=WRONG_WAYS[id])


def memories_with(id: str):
    return lambda *network: wrong_walk(id, *network).dc


def biases_with(id: str):
    return lambda *network: wrong_walk(id, *network).da.sum(axis=0)


def every_step(params, x, y, h0, c0) -> np.ndarray:
    return lstm.state_gradients(params, x, y, "sum", h0=h0, c0=c0)[1]


SIGN = "W5: y − yhat stands in place of yhat − y"
BELT = "direct-path: nothing comes back through h: the belt is taken for the whole"
MISTAKES[memory_gradients] = {
    BELT: memories_with("direct-path"),
    "no-belt: nothing comes back along the belt: dc ⊙ f is missing": memories_with("no-belt"),
    "forget-index: f^(t) stands in place of f^(t+1) in dc^(t)": memories_with("forget-index"),
    "no-slope: 1 − tanh² c is missing": memories_with("no-slope"),
    "slope-of-memory: 1 − c² stands in place of 1 − tanh² c: c is no tanh": (
        memories_with("slope-of-memory")
    ),
    TWICE: memories_with("W37"),
    NO_SQUARE: memories_with("no-square"),
    "W41: W_qh is not transposed": memories_with("W41"),
    SIGN: lambda *network: -memory_gradients(*network),
    "every-step: the losses of all steps are summed; only the last one counts": every_step,
}


def shared_rows(*network) -> np.ndarray:
    rows = bias_gradients(*network)
    rows[1:3] = rows[1] + rows[2]
    return rows


MISTAKES[bias_gradients] = {
    "W35: i and f share one bias, so that the rows of both hold the sum of the two": shared_rows,
    TWICE: biases_with("W37"),
    BELT: biases_with("direct-path"),
    "last-step: only the last step counts; a bias acts at every step": (
        lambda *network: walk_back(*network).da[-1]
    ),
    "first-step: = stands in place of +=, so that the first step is all that remains": (
        lambda *network: walk_back(*network).da[0]
    ),
    ORDER: lambda *network: bias_gradients(*network)[[1, 2, 0, 3]],
    CS231N: lambda *network: bias_gradients(*network)[[1, 2, 3, 0]],
    NO_SQUARE: biases_with("no-square"),
    "mean: the mean over the steps is taken; the shares of the steps add up": (
        lambda *network: walk_back(*network).da.mean(axis=0)
    ),
    SIGN: lambda *network: -bias_gradients(*network),
}
