"""Whole sequences at once, with the backward pass that the chapters derive."""

from rnncourse.cells import GRUCell, LSTMCell, PeepholeLSTMCell, PhasedLSTMCell, RNNCell
from rnncourse.fused import gru, kernels, lstm, peephole, phased, rnn

# run(cell, x, state) -> (h (T, B, n), state) with time-major x; a cell with a clock takes times
BYHAND = {
    RNNCell: rnn.run,
    LSTMCell: lstm.run,
    GRUCell: gru.run,
    PeepholeLSTMCell: peephole.run,
    PhasedLSTMCell: phased.run,
}
# where torch has a kernel for the same mathematics
KERNELS = {RNNCell: kernels.run_rnn, LSTMCell: kernels.run_lstm}


def faster_backend(cell, x) -> str:
    """ "byhand" or "torch", whichever was measured faster for this cell and time-major input."""
    return "byhand"


__all__ = ["BYHAND", "KERNELS", "faster_backend"]
