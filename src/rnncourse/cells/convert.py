"""From our cells to torch's layers and back: gate order, double bias, and the GRU's other form."""

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse.cells.cell import weight_of
from rnncourse.cells.gru import GRUCell
from rnncourse.cells.lstm import LSTMCell
from rnncourse.cells.rnn import RNNCell

# torch stacks the gates in this order; a letter is the q of our W_qx, W_qh, b_q.
LAYERS = {RNNCell: (nn.RNN, "h"), LSTMCell: (nn.LSTM, "ifgo"), GRUCell: (nn.GRU, "rzh")}


def to_torch(cell: nn.Module) -> nn.Module:
    """The torch.nn layer with this cell's weights, batch first; its second bias is zero.

    RNN and LSTM compute the same numbers. The GRU does not: torch swaps z and 1 − z, which the
    sign of W_zx, W_zh and b_z makes good, and it resets after the product, r ⊙ (W_hh h), where
    the course resets before it, W_hh (r ⊙ h); that difference stays.

    Raises: ValueError if torch has no layer for the cell.
    """
    if type(cell) not in LAYERS:
        known = ", ".join(kind.__name__ for kind in LAYERS)
        raise ValueError(f"cell must be one of {known}; got {type(cell).__name__}")
    kind, order = LAYERS[type(cell)]
    layer = kind(cell.d, cell.n, batch_first=True).to(weight_of(cell))
    W_x, W_h, b = zip(*(_signed(cell, q) for q in order), strict=True)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(torch.cat(W_x))
        layer.weight_hh_l0.copy_(torch.cat(W_h))
        layer.bias_ih_l0.copy_(torch.cat(b))
        layer.bias_hh_l0.zero_()
    return layer


def from_torch(layer: nn.Module) -> nn.Module:
    """The cell with this layer's weights; its one bias is the sum of torch's two.

    RNN and LSTM compute the same numbers; for the GRU see ``to_torch``.

    Raises: ValueError if the layer is of another kind, or has several layers, directions, a
    projection or another activation than tanh.
    """
    cell_type, order = _cell_for(layer)
    cell = cell_type(layer.input_size, layer.hidden_size, rng=np.random.default_rng(0))
    cell = cell.to(layer.weight_ih_l0)
    zeros = layer.weight_ih_l0.new_zeros(len(layer.weight_ih_l0))
    bias = layer.bias_ih_l0 + layer.bias_hh_l0 if layer.bias else zeros
    stacked = (layer.weight_ih_l0, layer.weight_hh_l0, bias)
    with torch.no_grad():
        for q, *gate in zip(order, *(value.chunk(len(order)) for value in stacked), strict=True):
            for own, value in zip(_own(cell, q), gate, strict=True):
                own.copy_(_sign(cell, q) * value)
    return cell


def _cell_for(layer: nn.Module) -> tuple[type, str]:
    """The cell of the same kind and torch's order of its gates."""
    cells = {kind: (cell_type, order) for cell_type, (kind, order) in LAYERS.items()}
    if type(layer) not in cells:
        known = ", ".join(kind.__name__ for kind in cells)
        raise ValueError(f"layer must be one of torch.nn's {known}; got {type(layer).__name__}")
    limits = {"num_layers": 1, "bidirectional": False, "proj_size": 0, "nonlinearity": "tanh"}
    for name, wanted in limits.items():
        found = getattr(layer, name, wanted)
        if found != wanted:
            raise ValueError(f"layer.{name} must be {wanted}, got {found}")
    return cells[type(layer)]


def _own(cell: nn.Module, q: str) -> tuple[Tensor, ...]:
    return tuple(getattr(cell, name) for name in (f"W_{q}x", f"W_{q}h", f"b_{q}"))


def _sign(cell: nn.Module, q: str) -> float:
    """−1 for the GRU's z: σ(−a) = 1 − σ(a)."""
    return -1.0 if isinstance(cell, GRUCell) and q == "z" else 1.0


def _signed(cell: nn.Module, q: str) -> tuple[Tensor, ...]:
    return tuple(_sign(cell, q) * value for value in _own(cell, q))
