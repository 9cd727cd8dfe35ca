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


# torch's LSTM kernel takes about 14 numbers a step, sequence and unit from the system at once;
# from 32 MB on the C library gives such memory back every time and pays for its pages again.
MANY_NUMBERS = 600_000  # T · B · n


def faster_backend(cell, x) -> str:
    """ "byhand" or "torch", whichever was measured faster for this cell and time-major input.

    On a CPU oneDNN's LSTM (float32) is faster for small networks and on several threads, and level
    on one thread up to ``MANY_NUMBERS``. torch's RNN was slower at every size. A GPU has cuDNN.
    """
    if type(cell) not in KERNELS:
        return "byhand"
    if x.device.type != "cpu":
        return "torch"
    onednn = torch.backends.mkldnn.is_available() and cell.weight.dtype == torch.float32
    small = x.shape[0] * x.shape[1] * cell.n < MANY_NUMBERS
    takes_over = isinstance(cell, LSTMCell) and onednn
    return "torch" if takes_over and (small or torch.get_num_threads() > 1) else "byhand"


__all__ = ["BYHAND", "KERNELS", "faster_backend"]
