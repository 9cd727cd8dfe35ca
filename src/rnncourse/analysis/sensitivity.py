"""How a nudge of the state travels: the Jacobian of each step, and their products."""

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse.cells.cell import as_rows, clock_times, require_state, require_tensor, weight_of
from rnncourse.validate import require_finite, require_indices, require_positive, require_shape


def jacobians(cell: nn.Module, x: Tensor, state=None, times: Tensor | None = None) -> Tensor:
    """∂h_t/∂h_{t-1} of every step t of one sequence, shape (T, n, n); row a belongs to h_t[a].

    Where the state is h alone (RNN, GRU) these are the Jacobians of the network, and their product
    is the derivative over several steps. Where it is (h, c) (LSTM, peephole, phased) c_{t-1} is
    held fixed: the immediate partial ∂⁺h_t/∂h_{t-1}, zero for a peephole cell, whose gates read
    c. There only the products of ``state_jacobians`` are derivatives over several steps.

    Shapes: x (T, d) or (1, T, d), or whole numbers (T,) or (1, T) for one-hot rows; every tensor
    of the state (1, n), None meaning zeros; times (T,) float64 for a cell with a clock, None
    meaning 1 … T. The result has the cell's dtype and carries no gradient.
    Raises: ValueError if x, the state or the times do not fit the cell.
    """
    return state_jacobians(cell, x, state, times)[:, : cell.n, : cell.n]


def state_jacobians(cell: nn.Module, x: Tensor, state=None, times: Tensor | None = None) -> Tensor:
    """The Jacobians of the whole state: (T, n, n) for h alone, (T, 2n, 2n) for h above c.

    ⎡ ∂⁺h_t/∂h_{t-1}   ∂⁺h_t/∂c_{t-1} ⎤
    ⎣ ∂⁺c_t/∂h_{t-1}   ∂⁺c_t/∂c_{t-1} ⎦      ∂⁺: the other half of the old state is held fixed

    The product of several of them, the last step first, is the derivative over these steps.
    Shapes, errors: those of ``jacobians``.
    """
    x = _one_sequence(cell, x)
    state = cell.initial_state(1) if state is None else state
    require_state(state, cell.State, (1, cell.n), weight_of(cell))
    clock = clock_times(cell, times, (len(x),), weight_of(cell).device)
    rows = []
    for t, x_t in enumerate(x):
        now = () if clock is None else (clock[t].expand(1),)
        rows.append(_one_step(cell, x_t[None], state, now))
        with torch.no_grad():
            _, state = cell.step(x_t[None], state, *now)
    return torch.stack(rows)


def _one_step(cell: nn.Module, x: Tensor, state, now: tuple) -> Tensor:
    """The Jacobian of one step: the rows of a batch of copies are nudged each on its own.

    Copy a of the state is asked for the gradient of the a-th entry of the new state, so that one
    backward pass gives all rows.
    """
    size = len(state) * cell.n
    copies = [value.detach().expand(size, -1).clone().requires_grad_() for value in state]
    times = tuple(t.expand(size) for t in now)
    with torch.enable_grad():
        _, new = cell.step(x.expand(size, -1), type(state)(*copies), *times)
        entries = torch.cat(tuple(new), dim=1).diagonal().sum()
    rows = torch.autograd.grad(entries, copies, allow_unused=True)
    zeros = torch.zeros_like(copies[0])
    return torch.cat([zeros if row is None else row for row in rows], dim=1)


def products(jacobians) -> np.ndarray:
    """J_T J_{T-1} … J_{T-k+1} for k = 1 … T, shape (T, n, n), in float64.

    Entry k − 1 is the derivative of the last state by the state k steps before.

    Raises: ValueError if ``jacobians`` is not a finite (T, n, n) array or tensor.
    """
    factors = _square_matrices(jacobians)
    product, found = np.eye(factors.shape[1]), []
    for factor in factors[::-1]:
        product = product @ factor
        found.append(product)
    return np.array(found)


def singular_values(jacobians) -> np.ndarray:
    """The singular values of ``products``, largest first, shape (T, n).

    Row k − 1 tells what k steps do to nudges: the longest and the shortest half-axis of the
    ellipsoid that a ball becomes stand at its ends. Values below 1e-16 of the largest are rounding.
    """
    return np.linalg.svd(products(jacobians), compute_uv=False)


def time_to_vanish(jacobians, threshold: float = 1e-3) -> int | None:
    """How many steps back from the end until no nudge arrives with ``threshold`` of its size.

    The smallest k with ‖J_T J_{T-1} … J_{T-k+1}‖₂ < threshold; None if there is none up to T.

    Raises: ValueError if ``jacobians`` is not a finite (T, n, n) array or tensor, or if
    ``threshold`` is not positive.
    """
    require_positive("threshold", threshold)
    below = np.flatnonzero(singular_values(jacobians)[:, 0] < threshold)
    return int(below[0]) + 1 if len(below) else None


def _square_matrices(jacobians) -> np.ndarray:
    """As a float64 array (T, n, n)."""
    found = np.asarray(jacobians, dtype=np.float64)
    require_shape("jacobians", found, ("T", "n", "n"))
    require_shape("jacobians", found, ("T", found.shape[2], found.shape[2]))
    require_finite("jacobians", found)
    return found


def _one_sequence(cell: nn.Module, x) -> Tensor:
    """x as rows (T, d): a batch of one is opened, whole numbers become one-hot rows."""
    if isinstance(x, Tensor) and x.ndim == 2 + x.is_floating_point():
        require_shape("x", x, (1, "T", "d")[: x.ndim])
        x = x[0]
    if isinstance(x, Tensor) and not x.is_floating_point():
        require_shape("x", x, ("T",))
        require_indices("x", x, cell.d)
        x = as_rows(x, cell)
    require_tensor("x", x, ("T", cell.d), weight_of(cell))
    return x
