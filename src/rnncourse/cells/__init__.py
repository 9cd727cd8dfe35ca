"""One step of each cell, one equation a line."""

from rnncourse.cells.cell import LSTMState, RNNState
from rnncourse.cells.convert import from_torch, to_torch
from rnncourse.cells.gru import GRUCell
from rnncourse.cells.initialize import INITIALIZATIONS, chrono_, forget_bias_, initialize_
from rnncourse.cells.lstm import LSTMCell
from rnncourse.cells.mingru import MinGRUCell
from rnncourse.cells.peephole import PeepholeLSTMCell
from rnncourse.cells.phased import PhasedLSTMCell, time_gate
from rnncourse.cells.rnn import RNNCell

CELLS: dict[str, type] = {
    "rnn": RNNCell,
    "lstm": LSTMCell,
    "gru": GRUCell,
    "peephole": PeepholeLSTMCell,
    "phased": PhasedLSTMCell,
    "mingru": MinGRUCell,
}

__all__ = [
    "CELLS",
    "INITIALIZATIONS",
    "GRUCell",
    "LSTMCell",
    "LSTMState",
    "MinGRUCell",
    "PeepholeLSTMCell",
    "PhasedLSTMCell",
    "RNNCell",
    "RNNState",
    "chrono_",
    "forget_bias_",
    "from_torch",
    "initialize_",
    "time_gate",
    "to_torch",
]
