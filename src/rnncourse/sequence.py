"""From one step to a whole sequence, and from states to scores."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from rnncourse.cells import CELLS
from rnncourse.cells.initialize import normal, zeros
from rnncourse.validate import require_choice, require_count, require_indices, require_shape


def unroll(cell: nn.Module, x: Tensor, state=None) -> tuple[Tensor, tuple]:
    """Apply ``cell`` step by step; automatic differentiation gives the gradient.

    Shapes: x (B, T, d), or (B, T) whole numbers for one-hot rows; returns h (B, T, n), state.
    Raises: ValueError if x has another shape, is empty, or holds an index outside 0 … d − 1.
    """
    x = as_rows(x, cell)
    if state is None:
        state = cell.initial_state(len(x))
    require_state(cell, state, len(x))
    hs = []
    for x_t in x.unbind(dim=1):
        h, state = cell.step(x_t, state)
        hs.append(h)
    return torch.stack(hs, dim=1), state  # (B, T, n)


def require_state(cell: nn.Module, state: tuple, B: int) -> None:
    """A state of the cell's own kind whose tensors are all (B, n)."""
    kind = type(cell.initial_state(1))
    if not isinstance(state, kind):
        raise ValueError(f"state must be a {kind.__name__}, got {type(state).__name__}")
    for name, value in zip(state._fields, state, strict=True):
        require_shape(f"state.{name}", value, (B, cell.n))


def as_rows(x: Tensor, cell: nn.Module) -> Tensor:
    """Input as floating rows (B, T, d) of the cell's own precision."""
    if not isinstance(x, Tensor):
        raise ValueError(f"x must be a torch tensor, got {type(x).__name__}")
    if x.is_floating_point():
        require_shape("x", x, ("B", "T", cell.d))
        if x.dtype != cell.b_h.dtype:
            raise ValueError(f"x must have the cell's dtype {cell.b_h.dtype}, got {x.dtype}")
        return x
    require_shape("x", x, ("B", "T"))
    require_indices("x", x, cell.d)
    return one_hot(x.long(), cell.d).to(cell.b_h.dtype)


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

    def forward(self, x: Tensor, state=None) -> tuple[Tensor, tuple]:
        h, state = unroll(self.cell, x, state)
        return h @ self.W_ph.T + self.b_p, state  # (B, T, K)
