"""Whole sequences at once, with the backward pass that the chapters derive."""

from collections.abc import Callable

import torch

from rnncourse.cells import GRUCell, LSTMCell, MinGRUCell, PeepholeLSTMCell, PhasedLSTMCell, RNNCell
from rnncourse.cells.cell import weight_of
from rnncourse.fused import gru, kernels, lstm, mingru, peephole, phased, rnn
from rnncourse.fused.plain import plain, step_of

# run(cell, x, state, ends=None) -> (h (T, B, n), state) with time-major x; one with a clock takes
# times before the ends
BYHAND = {
    RNNCell: rnn.run,
    LSTMCell: lstm.run,
    GRUCell: gru.run,
    PeepholeLSTMCell: peephole.run,
    PhasedLSTMCell: phased.run,
    MinGRUCell: mingru.run,
}
# where torch has a kernel for the same mathematics
KERNELS = {RNNCell: kernels.run_rnn, LSTMCell: kernels.run_lstm}


def path(cell, x, backend: str) -> Callable | None:
    """What runs this cell over time-major x; None where it can only be unrolled.

    A path knows the parameters and the equations of one class: a cell that is not ``plain`` is
    unrolled.

    Raises: ValueError for "byhand" if there is no derivation for the cell.
    """
    kind = type(cell) if plain(cell) else None
    if backend == "byhand" and kind not in BYHAND:
        known = ", ".join(cell.__name__ for cell in BYHAND)
        raise ValueError(
            f'backend "byhand" has no derivation for this {type(cell).__name__}, only for {known} '
            'as they are; use "auto"'
        )
    if kind in BYHAND and backend == "auto":
        backend = faster_backend(cell, x)
    return (BYHAND if backend == "byhand" else KERNELS).get(kind)


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
    onednn = torch.backends.mkldnn.is_available() and weight_of(cell).dtype == torch.float32
    if not isinstance(cell, LSTMCell) or not onednn:
        return "byhand"
    few = x.shape[1] < max(32, cell.n / 8)
    return "torch" if few or torch.get_num_threads() > 1 else "byhand"


__all__ = ["BYHAND", "KERNELS", "faster_backend", "path", "plain", "step_of"]
