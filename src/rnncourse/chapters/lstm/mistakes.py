"""The wrong answers to the exercises of chapter 08 that are no gradients, by name.

Ids such as W37 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.lstm.exercises import (
    count,
    forget_bias,
    step,
)
from rnncourse.chapters.lstm.networks import LETTERS, Parts, step_with
from rnncourse.exercises.registry import known_mistakes


def cell(d, n, sums=4, biases=1) -> int:
    return sums * n * (d + n + biases)


known_mistakes(
    count,
    (
        "W7",
        "the output layer gets the size of a gate, d n + n, where K n + K belongs",
        lambda d, n, K: 5 * d * n + 4 * n**2 + 5 * n,
    ),
    ("W8", "the output bias b_p is left out", lambda d, n, K: cell(d, n) + K * n),
    ("W9", "the cell alone is counted, without the output layer", lambda d, n, K: cell(d, n)),
    (
        "W9",
        "each gate has two biases, as in torch.nn.LSTM",
        lambda d, n, K: cell(d, n, biases=2) + K * (n + 1),
    ),
    (
        "W9",
        "torch.nn.LSTM is counted: two biases a gate, and no output layer",
        lambda d, n, K: cell(d, n, biases=2),
    ),
    (
        "candidate",
        "three gates are counted and the candidate g is not",
        lambda d, n, K: cell(d, n, sums=3) + K * (n + 1),
    ),
    (
        "one-gate",
        "one gate is counted in place of four",
        lambda d, n, K: cell(d, n, sums=1) + K * (n + 1),
    ),
    (
        "no-biases",
        "no bias is counted",
        lambda d, n, K: cell(d, n, biases=0) + K * n,
    ),
)


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


known_mistakes(
    step,
    (
        "W36",
        "i + g stands in place of i ⊙ g",
        with_parts(memory=lambda g, i, f, c: g + i + c * f),
    ),
    *(
        ("W35", f"b_{q} serves the {word} as well", shared_bias(q, other))
        for q, other, word in (
            ("i", "f", "forget gate"),
            ("f", "i", "input gate"),
            ("i", "o", "output gate"),
            ("f", "o", "output gate"),
            ("g", "i", "input gate"),
        )
    ),
    ("W35", "W_ix, W_ih and b_i serve the forget gate as well", same_weights),
    ("W19", "the candidate is a sigmoid, so nothing can be lowered", with_parts(candidate=sigmoid)),
    ("tanh-gates", "the gates are tanh in place of sigmoid", with_parts(gate=np.tanh)),
    ("W39", "0.5 (tanh(a) + 1) is sigmoid(2a)", with_parts(gate=lambda a: sigmoid(2.0 * a))),
    ("no-tanh", "the tanh of c is missing in h", with_parts(shown=lambda c: c)),
    (
        "i-and-f",
        "i and f are exchanged in the memory",
        with_parts(memory=lambda g, i, f, c: g * f + c * i),
    ),
    (
        "keep-or-write",
        "1 − f stands in place of i, as in a GRU",
        with_parts(memory=lambda g, i, f, c: g * (1.0 - f) + c * f),
    ),
    (
        "inverted",
        "1 − f multiplies the old memory: f = 1 keeps",
        with_parts(memory=lambda g, i, f, c: g * i + c * (1.0 - f)),
    ),
    (
        "old-memory",
        "h shows the old memory c",
        lambda w, x, h, c: np.array(
            [(s := step(w, x, h, c))[0] / np.tanh(s[1]) * np.tanh(c), s[1]]
        ),
    ),
    ("order", "c is returned before h", lambda w, x, h, c: step(w, x, h, c)[::-1]),
)


def logit(f: float) -> float:
    return np.log(f / (1.0 - f))


known_mistakes(
    forget_bias,
    ("gate", "the gate f is returned and not its bias", lambda T, share: share ** (1.0 / T)),
    ("one-step", "the share is taken for one step, T = 1", lambda T, share: logit(share)),
    ("log", "log f stands in place of log(f / (1 − f))", lambda T, share: np.log(share) / T),
    ("sign", "1 − f stands in place of f", lambda T, share: -forget_bias(T, share)),
    ("power", "share^T stands in place of share^(1/T)", lambda T, share: logit(share**T)),
    (
        "straight",
        "each step is thought to lose (1 − share) / T; the losses multiply",
        lambda T, share: logit(1.0 - (1.0 - share) / T),
    ),
)
