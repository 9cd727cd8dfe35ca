"""The mathematics as on paper: NumPy, float64, one sequence at a time."""

from rnncourse.byhand import (
    bidirectional,
    char_rnn,
    gradcheck,
    gru,
    linear,
    lstm,
    optimizers,
    peephole,
    phased,
    rnn,
)
from rnncourse.byhand.softmax import cross_entropy, softmax

__all__ = [
    "bidirectional",
    "char_rnn",
    "cross_entropy",
    "gradcheck",
    "gru",
    "linear",
    "lstm",
    "optimizers",
    "peephole",
    "phased",
    "rnn",
    "softmax",
]
