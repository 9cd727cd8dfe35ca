"""The mathematics as on paper: NumPy, float64, one sequence at a time."""

from rnncourse.byhand import (
    bidirectional,
    char_rnn,
    gan,
    gat,
    gcn,
    ggnn,
    gradcheck,
    gru,
    linear,
    lstm,
    mingru,
    optimizers,
    peephole,
    phased,
    rnn,
    scan,
)
from rnncourse.byhand.softmax import cross_entropy, softmax

# the cells, by the names of rnncourse.cells.CELLS; each has SHAPES, forward, loss_and_gradients
CELLS = {
    "rnn": rnn,
    "lstm": lstm,
    "gru": gru,
    "peephole": peephole,
    "phased": phased,
    "mingru": mingru,
}

__all__ = [
    "CELLS",
    "bidirectional",
    "char_rnn",
    "cross_entropy",
    "gan",
    "gat",
    "gcn",
    "ggnn",
    "gradcheck",
    "gru",
    "linear",
    "lstm",
    "mingru",
    "optimizers",
    "peephole",
    "phased",
    "rnn",
    "scan",
    "softmax",
]
