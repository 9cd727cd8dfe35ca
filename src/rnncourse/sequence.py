"""From one step to a whole sequence, and from states to scores."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from rnncourse.cells import CELLS
from rnncourse.cells.check import (
    require_all_finite,
    require_device,
    require_kind,
    require_state,
    require_tensor,
)
from rnncourse.cells.initialize import normal, zeros
from rnncourse.validate import require_choice, require_count, require_indices, require_shape


def unroll(cell: nn.Module, x: Tensor, state=None, times=None) -> tuple[Tensor, tuple]:
    """Apply ``cell`` step by step; automatic differentiation gives the gradient.

    Shapes: x (B, T, d), or (B, T) whole numbers for one-hot rows; times (B, T) float64, for a
    cell with a clock, None meaning 1 … T; returns h (B, T, n), state.
    Raises: ValueError if x has another shape, is empty, is not finite, or holds an index outside
    0 … d − 1; if the state is not the cell's, or the times go back.
    """
    require_input(cell, x)
    state = ready_state(cell, state, len(x))
    columns = [as_rows(x, cell), *ready_times(cell, times, x)]
    hs = []
    for x_t, *t in zip(*(column.unbind(dim=1) for column in columns), strict=True):
        h, state = cell.step(x_t, state, *t)
        hs.append(h)
    return torch.stack(hs, dim=1), state  # (B, T, n)


def require_input(cell: nn.Module, x: Tensor) -> None:
    """Finite rows (B, T, d) of the cell's kind, or whole numbers (B, T) in 0 … d − 1."""
    if not isinstance(x, Tensor):
        raise ValueError(f"x must be a torch tensor, got {type(x).__name__}")
    if x.is_floating_point():
        require_tensor("x", x, ("B", "T", cell.d), cell.weight)
    else:
        require_shape("x", x, ("B", "T"))
        require_device("x", x, cell.weight.device)
        require_indices("x", x, cell.d)


def ready_state(cell: nn.Module, state, B: int) -> tuple:
    """The state to start from, held against the cell; None means zeros."""
    if state is None:
        return cell.initial_state(B)
    require_state(state, cell.State, (B, cell.n), cell.weight)
    return state


def ready_times(cell: nn.Module, times, x: Tensor) -> list[Tensor]:
    """The times (B, T) if the cell has a clock, else nothing; one item or none."""
    if not cell.timed:
        if times is not None:
            raise ValueError(f"times must be None for a {type(cell).__name__}: it has no clock")
        return []
    cell.require_clock()
    B, T = x.shape[:2]
    if times is None:
        return [torch.arange(1.0, T + 1, dtype=torch.float64, device=x.device).expand(B, T)]
    require_kind("times", times, (B, T), torch.float64, x.device)
    require_all_finite("times", times)
    back = torch.nonzero(times.diff(dim=1) < 0)
    if len(back):
        b, t = back[0].tolist()
        later, earlier = times[b, t + 1].item(), times[b, t].item()
        raise ValueError(f"times must not go back, got {later} after {earlier} at {(b, t + 1)}")
    return [times]


def as_rows(x: Tensor, cell: nn.Module) -> Tensor:
    """Whole numbers become one-hot rows of the cell's own precision, (B, T, d)."""
    return x if x.is_floating_point() else one_hot(x.long(), cell.d).to(cell.weight.dtype)


class SequenceModel(nn.Module):
    """A recurrent cell over the whole sequence and a linear layer on each of its states.

    p_t = W_ph h_t + b_p

    W_ph starts from N(0, 0.1²), b_p at zero.

    Shapes: x (B, T, d) or whole numbers (B, T); p (B, T, K); W_ph (K, n), b_p (K,).
    Raises: ValueError if the cell's name is unknown or the input does not fit.
    """

    def __init__(self, cell_name: str, d: int, n: int, K: int, *, rng: np.random.Generator):
        super().__init__()
        require_choice("cell_name", cell_name, CELLS)
        require_count("K", K)
        self.cell = CELLS[cell_name](d, n, rng=rng)
        self.W_ph = normal(rng, K, n)
        self.b_p = zeros(K)

    def forward(self, x: Tensor, state=None, times=None) -> tuple[Tensor, tuple]:
        h, state = unroll(self.cell, x, state, times)
        return h @ self.W_ph.T + self.b_p, state  # (B, T, K)
