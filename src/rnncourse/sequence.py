"""From one step to a whole sequence, and from states to scores."""

from functools import partial

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse import fused
from rnncourse.cells import CELLS
from rnncourse.cells.cell import (
    as_rows,
    clock_times,
    require_device,
    require_state,
    require_tensor,
    weight_of,
)
from rnncourse.cells.initialize import normal, zeros
from rnncourse.validate import (
    require_choice,
    require_count,
    require_indices,
    require_number,
    require_shape,
)

BACKENDS = ("auto", "byhand", "torch")


def unroll(cell: nn.Module, x: Tensor, state=None, times=None) -> tuple[Tensor, tuple]:
    """Apply ``cell`` step by step; automatic differentiation gives the gradient.

    A cell is a module with parameters, the sizes ``d`` and ``n``, the kind of its ``State`` (h in
    front), ``initial_state(B)`` and ``step(x, state) -> (h, state)``.

    Shapes: x (B, T, d), or (B, T) whole numbers for one-hot rows; times (B, T) float64, for a
    cell with a clock, None meaning 1 … T; returns h (B, T, n), state.
    Raises: ValueError if x has another shape, is empty, is not finite, or holds an index outside
    0 … d − 1; if the state is not the cell's, or the times go back.
    """
    inputs = ready(cell, x, state, times)
    h, state = unroll_time_major(cell, *inputs)
    return h.transpose(0, 1), state


def run(
    cell: nn.Module, x: Tensor, state=None, times=None, backend: str = "auto"
) -> tuple[Tensor, tuple]:
    """The same values and gradients as ``unroll``, for the whole sequence at once where the cell
    has a fast path; any other cell is unrolled.

    backend "byhand" trains with the hand-derived backward pass, "torch" with torch's kernel where
    it has one for the cell (RNN, LSTM) and else with automatic differentiation; "auto" takes the
    faster one. Gradients of gradients need ``unroll``.

    Shapes and errors: those of ``unroll``; ValueError for "byhand" if the cell has no derivation.
    """
    require_choice("backend", backend, BACKENDS)
    inputs = ready(cell, x, state, times)
    h, state = run_time_major(cell, *inputs, backend=backend)
    return h.transpose(0, 1), state


def ready(cell: nn.Module, x: Tensor, state, times) -> tuple:
    """Check the input and make it time-major: x, state, and times (T, 1 or B) if any."""
    require_input(cell, x)
    times = ready_times(cell, times, x)
    return x.transpose(0, 1), ready_state(cell, state, len(x)), times


def unroll_time_major(cell, x: Tensor, state, times) -> tuple[Tensor, tuple]:
    """Step by step; h is (T, B, n)."""
    B = x.shape[1]
    step = cell if fused.hooked(cell) else cell.step  # hooks are called by the module alone
    hs, state = [], cell.initial_state(B) if state is None else state
    for t, x_t in enumerate(as_rows(x, cell)):
        timed = () if times is None else (times[t].expand(B),)
        h, state = step(x_t, state, *timed)
        hs.append(h)
    return torch.stack(hs), state


def run_time_major(cell, x: Tensor, state, times, backend="auto") -> tuple[Tensor, tuple]:
    """The whole sequence at once; h is (T, B, n)."""
    if not x.is_floating_point():
        x = x.long()
    path = fused.path(cell, x, backend)
    if path is None:
        return unroll_time_major(cell, x, state, times)
    timed = () if times is None else (times,)
    return path(cell, x, state, *timed)


def require_input(cell: nn.Module, x: Tensor) -> None:
    """Finite rows (B, T, d) of the cell's kind, or whole numbers (B, T) in 0 … d − 1."""
    if not isinstance(x, Tensor):
        raise ValueError(f"x must be a torch tensor, got {type(x).__name__}")
    if x.is_floating_point():
        require_tensor("x", x, ("B", "T", cell.d), weight_of(cell))
    else:
        require_shape("x", x, ("B", "T"))
        require_device("x", x, weight_of(cell).device)
        require_indices("x", x, cell.d)


def ready_state(cell: nn.Module, state, B: int) -> tuple | None:
    """The state to start from, held against the cell; None means that nothing is remembered."""
    if state is not None:
        require_state(state, cell.State, (B, cell.n), weight_of(cell))
    return state


def ready_times(cell: nn.Module, times, x: Tensor) -> Tensor | None:
    """The times, time-major (T, B), or (T, 1) for 1 … T; None for a cell without a clock."""
    times = clock_times(cell, times, x.shape[:2], x.device)
    return None if times is None else torch.atleast_2d(times).T


class SequenceModel(nn.Module):
    """Recurrent layers over the whole sequence and a linear layer on the states of the last one.

    p_t = W_ph h_t + b_p

    bidirectional: a second set of layers reads from the end to the beginning, every layer but the
    first reads both directions of the one below, and one answer comes from both ends,
    p = W_ph [h→_T; h←_1] + b_p.

    W_ph starts from N(0, 0.1²), b_p at zero. ``dropout`` is the share of h set to zero between
    layers in training; ``cell_options`` go to the cells (forget_bias, candidate, leak, …).

    Shapes: x (B, T, d) or whole numbers (B, T); times (B, T); p (B, T, K), bidirectional (B, K);
    W_ph (K, n), bidirectional (K, 2n); b_p (K,). The state is the cell's: (B, n) for one layer,
    (layers, B, n) for several; carry it on with its tensors detached.
    Raises: ValueError if the cell's name is unknown or the input does not fit.
    """

    def __init__(
        self,
        cell_name: str,
        d: int,
        n: int,
        K: int,
        *,
        num_layers: int = 1,
        dropout: float = 0.0,
        bidirectional: bool = False,
        rng: np.random.Generator,
        **cell_options,
    ):
        super().__init__()
        require_choice("cell_name", cell_name, CELLS)
        require_count("K", K)
        require_count("num_layers", num_layers)
        _require_share("dropout", dropout)
        directions = 2 if bidirectional else 1
        sizes = [d] + [directions * n] * (num_layers - 1)
        make = partial(CELLS[cell_name], n=n, rng=rng, **cell_options)
        self.cells = nn.ModuleList(make(size) for size in sizes)
        self.cells_back = nn.ModuleList(make(size) for size in sizes * (directions - 1))
        self.W_ph = normal(rng, K, directions * n)
        self.b_p = zeros(K)
        self.dropout = Dropout(dropout, rng) if dropout > 0 else nn.Identity()

    def forward(self, x: Tensor, state=None, times=None) -> tuple[Tensor, tuple]:
        first = self.cells[0]
        require_input(first, x)
        times = ready_times(first, times, x)
        x = x.transpose(0, 1)
        if self.cells_back:
            return self._both_ends(x, state, times)
        h, state = self._layers(x, self._layer_states(state, x.shape[1]), times)
        p = h @ self.W_ph.T + self.b_p
        return p.transpose(0, 1), state  # (B, T, K)

    def _layers(self, x: Tensor, states: list, times) -> tuple[Tensor, tuple]:
        """Through all layers; h (T, B, n) of the last one, and the state of all."""
        ends = []
        for cell, state in zip(self.cells, states, strict=True):
            h, end = run_time_major(cell, self.dropout(x) if ends else x, state, times)
            x = h
            ends.append(end)
        return h, ends[0] if len(ends) == 1 else _stack(ends)

    def _layer_states(self, state, B: int) -> list:
        """One state a layer, held against the cells; None means zeros."""
        first, layers = self.cells[0], len(self.cells)
        if state is None or layers == 1:
            return [ready_state(cell, state, B) for cell in self.cells]
        require_state(state, first.State, (layers, B, first.n), weight_of(first))
        return [first.State(*values) for values in zip(*state, strict=True)]

    def _both_ends(self, x: Tensor, state, times) -> tuple[Tensor, tuple]:
        """Both directions through all layers; p (B, K), and the states at the ends."""
        if state is not None:
            raise ValueError(
                "state must be None for a bidirectional model: it reads from both ends"
            )
        ends = []
        for there, back in zip(self.cells, self.cells_back, strict=True):
            x = self.dropout(x) if ends else x
            h, end = run_time_major(there, x, None, times)
            h_back, end_back = run_time_major(back, x.flip(0), None, _mirror(times))
            x = torch.cat([h, h_back.flip(0)], dim=-1)
            ends += [end, end_back]
        p = torch.cat([end.h, end_back.h], dim=-1) @ self.W_ph.T + self.b_p
        return p, _stack(ends)


def _require_share(name: str, value: float) -> None:
    """A number from 0 to below 1."""
    require_number(name, value)
    if not 0 <= value < 1:
        raise ValueError(f"{name} must lie in 0 … 1, 1 excluded, got {value}")


def _stack(states: list):
    """One state whose tensors have the layers in front, (layers, B, n)."""
    return type(states[0])(*(torch.stack(values) for values in zip(*states, strict=True)))


def _mirror(times: Tensor | None) -> Tensor | None:
    """The clock for reading from the end: as much later as a step is before the end."""
    return None if times is None else times[:1] + times[-1:] - times.flip(0)


class Dropout(nn.Module):
    """Set a random share of the entries to zero in training, and scale the rest up to match.

    It draws from a generator of its own, whose state is saved with the model.
    """

    def __init__(self, share: float, rng: np.random.Generator):
        super().__init__()
        self.share = share
        self.rng = rng.spawn(1)[0]

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        keep = torch.from_numpy(self.rng.random(x.shape, dtype=np.float32) >= self.share)
        return x * (keep.to(x) / (1.0 - self.share))

    def get_extra_state(self) -> dict:
        return self.rng.bit_generator.state

    def set_extra_state(self, state: dict) -> None:
        self.rng.bit_generator.state = state
