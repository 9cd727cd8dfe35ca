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

    A GPU has cuDNN for both. On a CPU torch's RNN was slower everywhere. oneDNN's LSTM (float32)
    uses several threads better. On one thread the derivation was faster where many sequences share
    a product, and the more units, the more sequences it took (n from 128 to 1024).
    """
    if type(cell) not in KERNELS:
        return "byhand"
    if x.device.type != "cpu":
        return "torch"
    onednn = torch.backends.mkldnn.is_available() and cell.weight.dtype == torch.float32
    if not isinstance(cell, LSTMCell) or not onednn:
        return "byhand"
    few = x.shape[1] < max(32, cell.n / 8)
    return "torch" if few or torch.get_num_threads() > 1 else "byhand"


__all__ = ["BYHAND", "KERNELS", "faster_backend"]
