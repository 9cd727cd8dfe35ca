"""Whole sequences at once, with the backward pass that the chapters derive."""

import torch

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
    """ "byhand" or "torch", whichever was measured faster for this cell and time-major input.

    A GPU has cuDNN for both. On a CPU oneDNN's LSTM (float32) uses several threads better; on one
    thread it is level, and slower for long sequences and several layers. torch's RNN was slower
    everywhere.
    """
    if type(cell) not in KERNELS:
        return "byhand"
    if x.device.type != "cpu":
        return "torch"
    onednn = torch.backends.mkldnn.is_available() and cell.weight.dtype == torch.float32
    several = torch.get_num_threads() > 1
    return "torch" if isinstance(cell, LSTMCell) and onednn and several else "byhand"


__all__ = ["BYHAND", "KERNELS", "faster_backend"]
