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


LONG = 128  # steps


def faster_backend(cell, x) -> str:
    """ "byhand" or "torch", whichever was measured faster for this cell and time-major input.

    A GPU has cuDNN for both. On a CPU oneDNN's LSTM (float32) uses several threads better; on one
    thread it is level, and slower for long sequences and several layers. To read one long sequence
    without learning it is three times as fast, but it needs milliseconds to begin. torch's RNN was
    slower everywhere.
    """
    if type(cell) not in KERNELS:
        return "byhand"
    if x.device.type != "cpu":
        return "torch"
    onednn = torch.backends.mkldnn.is_available() and cell.weight.dtype == torch.float32
    several = torch.get_num_threads() > 1
    reading = not torch.is_grad_enabled() and x.shape[1] == 1 and len(x) >= LONG
    better = isinstance(cell, LSTMCell) and onednn and (several or reading)
    return "torch" if better else "byhand"


__all__ = ["BYHAND", "KERNELS", "faster_backend"]
