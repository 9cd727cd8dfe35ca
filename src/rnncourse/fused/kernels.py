"""torch's own kernels for the same mathematics: oneDNN and native on a CPU, cuDNN on a GPU."""

import torch
from torch import Tensor

from rnncourse.cells.cell import LSTMState, RNNState, as_rows
from rnncourse.fused.once import OTHER

TORCH_ORDER = "ifgo"


def run_rnn(cell, x, state, ends=None):
    """An RNNCell through torch's kernel; x is time-major. Returns h (T, B, n), the last state."""
    weights = torch_weights([cell.W_hx], [cell.W_hh], [cell.b_h])
    [start] = starts(cell, state, x)
    h, last = torch.rnn_tanh(as_rows(x, cell), start, weights, *options())
    return (h, RNNState(h=last[0])) if ends is None else (ends.hold(h), RNNState(h=ends.at(h)))


def run_lstm(cell, x, state, ends=None):
    """An LSTMCell through torch's kernel; x is time-major. Returns h (T, B, n), the last state."""
    kinds = (
        [getattr(cell, name.format(q)) for q in TORCH_ORDER] for name in ("W_{}x", "W_{}h", "b_{}")
    )
    start, x, kinds = starts(cell, state, x), as_rows(x, cell), [*kinds]
    if ends is not None:
        x, kinds[0] = keeping_c(x, kinds[0], ends)
    try:
        h, *last = torch.lstm(x, start, torch_weights(*kinds), *options())
    except NotImplementedError as error:  # oneDNN and cuDNN have no forward mode
        raise RuntimeError(OTHER) from error
    if ends is not None:
        return ends.hold(h), LSTMState(h=ends.at(h), c=last[1][0])
    return h, LSTMState(*(value[0] for value in last))


def keeping_c(x: Tensor, W_x: list, ends) -> tuple[Tensor, list]:
    """One input more past the ends: it shuts i and opens f, so that c stays as it is there."""
    more = W_x[0].new_tensor([-1.0, 1.0, 0.0, 0.0]).repeat_interleave(len(W_x[0]))
    return torch.cat([x, ends.push], dim=-1), [torch.cat([torch.cat(W_x), more[:, None]], dim=1)]


def starts(cell, state, x) -> list[Tensor]:
    """The state before the first step as torch's kernels take it, (1, B, n) each."""
    state = cell.initial_state(x.shape[1]) if state is None else state
    return [value[None] for value in state]


def options() -> tuple:
    """Biases, one layer, no dropout, training, one direction, time first."""
    return True, 1, 0.0, torch.is_grad_enabled(), False, False


def torch_weights(W_x: list, W_h: list, b: list) -> list[Tensor]:
    """The gates' weights as torch's kernels take them, with zeros for the second bias."""
    parts = [torch.cat(W_x), torch.cat(W_h), torch.cat(b)]
    parts.append(torch.zeros_like(parts[-1]))
    return parts if parts[0].device.type == "cpu" else _in_one_stretch(parts)


def _in_one_stretch(parts: list[Tensor]) -> list[Tensor]:
    """The same tensors, one behind the other in memory: cuDNN would copy them each time."""
    pieces = torch.cat([part.flatten() for part in parts]).split([part.numel() for part in parts])
    return [piece.view_as(part) for piece, part in zip(pieces, parts, strict=True)]
