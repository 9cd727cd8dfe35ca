"""One step of each cell, one equation a line."""

from rnncourse.cells.rnn import RNNCell
from rnncourse.cells.state import RNNState

CELLS: dict[str, type] = {"rnn": RNNCell}

__all__ = ["CELLS", "RNNCell", "RNNState"]
