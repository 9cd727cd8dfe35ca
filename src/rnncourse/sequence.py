"""From one step to a whole sequence, and from states to scores."""

from collections.abc import Iterator
from contextlib import contextmanager
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
    require_input,
    require_state,
    require_times,
    weight_of,
)
from rnncourse.cells.dropout import Dropout, require_dropout
from rnncourse.cells.initialize import normal, zeros
from rnncourse.fused.ends import Ends, flip, mirror
from rnncourse.fused.scan import linear_scan
from rnncourse.validate import (
    require_choice,
    require_count,
    require_lengths,
    require_shape,
)

__all__ = ["SequenceModel", "evaluating", "linear_scan", "run", "unroll"]
BACKENDS = ("auto", "byhand", "torch")


def unroll(
    cell: nn.Module, x: Tensor, state=None, times=None, lengths=None
) -> tuple[Tensor, tuple]:
    """Apply ``cell`` step by step; automatic differentiation gives the gradient.

    A cell is a module with parameters, the sizes ``d`` and ``n``, the kind of its ``State`` (h in
    front), ``initial_state(B)`` and ``step(x, state) -> (h, state)``.

    ``lengths`` says how long each sequence of a padded batch is; None means T for all. The state
    is the one at each end. Past an end h repeats the last one as a constant: what reads it there
    sends no gradient back. x must be finite there too, and has no influence:

        x = torch.nn.utils.rnn.pad_sequence(sequences, batch_first=True)
        lengths = torch.tensor([len(sequence) for sequence in sequences])
        h, state = unroll(cell, x, lengths=lengths)

    Shapes: x (B, T, d), or (B, T) whole numbers for one-hot rows; times (B, T) float64, for a
    cell with a clock, None meaning 1 … T; lengths (B,) whole numbers; returns h (B, T, n), state.
    Raises: ValueError if x has another shape, is empty, is not finite, or holds an index outside
    0 … d − 1; if the state is not the cell's, the times go back, or a length is not in 1 … T.
    """
    *inputs, ends = ready(cell, x, state, times, lengths)
    h, state = unroll_time_major(cell, *inputs, ends)
    return h.transpose(0, 1), state


def run(
    cell: nn.Module, x: Tensor, state=None, times=None, backend: str = "auto", lengths=None
) -> tuple[Tensor, tuple]:
    """The same values and gradients as ``unroll``, for the whole sequence at once where the cell
    has a fast path; any other cell is unrolled.

    backend "byhand" trains with the hand-derived backward pass, "torch" with torch's kernel where
    it has one for the cell (RNN, LSTM) and else with automatic differentiation; "auto" takes the
    faster one. Gradients of gradients need ``unroll``.

    Shapes and errors: those of ``unroll``; ValueError for "byhand" if the cell has no derivation.
    """
    require_choice("backend", backend, BACKENDS)
    *inputs, ends = ready(cell, x, state, times, lengths)
    h, state = run_time_major(cell, *inputs, ends, backend=backend)
    return h.transpose(0, 1), state


def ready(cell: nn.Module, x: Tensor, state, times, lengths) -> tuple:
    """Check the input and make it time-major: x, state, times (T, 1 or B) and ends, if any."""
    require_input(cell, x)
    ends = ready_ends(cell, lengths, x)
    times = ready_times(cell, times, x, ends)
    return time_major(x, ends), ready_state(cell, state, len(x)), times, ends


def unroll_time_major(cell, x: Tensor, state, times, ends=None) -> tuple[Tensor, tuple]:
    """Step by step; h is (T, B, n)."""
    B = x.shape[1]
    step = fused.step_of(cell)
    hs, states = [], [cell.initial_state(B) if state is None else state]
    for t, x_t in enumerate(as_rows(x, cell)):
        timed = (times[t].expand(B),) if getattr(cell, "timed", False) else ()
        h, state = step(x_t, states[-1], *timed)
        hs.append(h)
        states.append(state)
    h = torch.stack(hs)
    if ends is None:
        return h, state
    return ends.hold(h), type(state)(*map(ends.at, _stack(states[1:])))


def run_time_major(cell, x: Tensor, state, times, ends=None, backend="auto"):
    """The whole sequence at once; h is (T, B, n)."""
    if not x.is_floating_point():
        x = x.long()
    path = fused.path(cell, x, backend)
    if path is None:
        return unroll_time_major(cell, x, state, times, ends)
    timed = (times,) if getattr(cell, "timed", False) else ()
    return path(cell, x, state, *timed, ends=ends)


def ready_state(cell: nn.Module, state, B: int) -> tuple | None:
    """The state to start from, held against the cell; None means that nothing is remembered."""
    if state is not None:
        require_state(state, cell.State, (B, cell.n), weight_of(cell))
    return state


def ready_ends(cell: nn.Module, lengths, x: Tensor) -> Ends | None:
    """Where the sequences of x (B, T, …) end; None if all of them fill it."""
    if lengths is None:
        return None
    if not isinstance(lengths, Tensor):
        raise ValueError(f"lengths must be a torch tensor, got {type(lengths).__name__}")
    B, T = x.shape[:2]
    require_shape("lengths", lengths, (B,))
    require_device("lengths", lengths, weight_of(cell).device)
    require_lengths("lengths", lengths, T)
    return None if int(lengths.min()) == T else Ends(lengths, T, weight_of(cell).dtype)


def ready_times(cell: nn.Module, times, x: Tensor, ends: Ends | None) -> Tensor | None:
    """The times, time-major (T, B), or (T, 1) for 1 … T; None for a cell without a clock."""
    if ends is not None and times is not None and getattr(cell, "timed", False):
        require_times("times", times, x.shape[:2], x.device)
        times = ends.hold_times(times.T).T  # padding may go back
    times = clock_times(cell, times, x.shape[:2], x.device)
    return None if times is None else torch.atleast_2d(times).T


def time_major(x: Tensor, ends: Ends | None) -> Tensor:
    """(T, B, …), with nothing past the ends."""
    x = x.transpose(0, 1)
    return x if ends is None else ends.blank(x)


class SequenceModel(nn.Module):
    """Recurrent layers over the whole sequence and a linear layer on the states of the last one.

    p_t = W_ph h_t + b_p

    bidirectional: a second set of layers reads from the end to the beginning, every layer but the
    first reads both directions of the one below, and one answer comes from both ends,
    p = W_ph [h→_T; h←_1] + b_p.

    W_ph starts from N(0, 0.1²), b_p at zero. ``dropout`` is the share of h set to zero between
    layers in training, ``output_dropout`` that before W_ph; ``cell_options`` go to the cells
    (forget_bias, candidate, leak, …).

    ``lengths`` is that of ``unroll``; the reading from the end begins at each sequence's own. Past
    an end p repeats the last one as a constant: leave it out of the loss (cross_entropy does so
    where the target is −100).

    Shapes: x (B, T, d) or whole numbers (B, T); times (B, T); p (B, T, K), bidirectional (B, K);
    lengths (B,); W_ph (K, n), bidirectional (K, 2n); b_p (K,). The state is the cell's: (B, n) for
    one layer, (layers, B, n) for several; carry it on with its tensors detached.
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
        output_dropout: float = 0.0,
        bidirectional: bool = False,
        rng: np.random.Generator,
        **cell_options,
    ):
        super().__init__()
        require_choice("cell_name", cell_name, CELLS)
        require_count("K", K)
        require_count("num_layers", num_layers)
        require_dropout("dropout", dropout)
        require_dropout("output_dropout", output_dropout)
        directions = 2 if bidirectional else 1
        sizes = [d] + [directions * n] * (num_layers - 1)
        make = partial(CELLS[cell_name], n=n, rng=rng, **cell_options)
        self.cells = nn.ModuleList(make(size) for size in sizes)
        self.cells_back = nn.ModuleList(make(size) for size in sizes * (directions - 1))
        self.W_ph = normal(rng, K, directions * n)
        self.b_p = zeros(K)
        self.dropout = Dropout(dropout, rng) if dropout > 0 else nn.Identity()
        last = Dropout(output_dropout, rng) if output_dropout > 0 else nn.Identity()
        self.output_dropout = last

    def forward(self, x: Tensor, state=None, times=None, lengths=None) -> tuple[Tensor, tuple]:
        first = self.cells[0]
        require_input(first, x)
        ends = ready_ends(first, lengths, x)
        times = ready_times(self._timed(), times, x, ends)
        x = time_major(x, ends)
        if self.cells_back:
            return self._both_ends(x, state, times, ends)
        h, state = self._layers(x, self._layer_states(state, x.shape[1]), times, ends)
        p = self.output_dropout(h) @ self.W_ph.T + self.b_p
        p = p if ends is None else ends.hold(p)
        return p.transpose(0, 1), state  # (B, T, K)

    def _timed(self) -> nn.Module:
        """The first cell with a clock, if there is one, or the first of all."""
        cells = [*self.cells, *self.cells_back]
        return next((cell for cell in cells if getattr(cell, "timed", False)), cells[0])

    def _layers(self, x: Tensor, states: list, times, ends) -> tuple[Tensor, tuple]:
        """Through all layers; h (T, B, n) of the last one, and the state of all."""
        lasts = []
        for cell, state in zip(self.cells, states, strict=True):
            h, last = run_time_major(cell, self.dropout(x) if lasts else x, state, times, ends)
            x = h
            lasts.append(last)
        return h, lasts[0] if len(lasts) == 1 else _stacked(lasts)

    def _layer_states(self, state, B: int) -> list:
        """One state a layer, held against the cells; None means zeros."""
        first, layers = self.cells[0], len(self.cells)
        if state is None or layers == 1:
            return [ready_state(cell, state, B) for cell in self.cells]
        require_state(state, first.State, (layers, B, first.n), weight_of(first))
        return [first.State(*values) for values in zip(*state, strict=True)]

    def _both_ends(self, x: Tensor, state, times, ends) -> tuple[Tensor, tuple]:
        """Both directions through all layers; p (B, K), and the states at the ends."""
        if state is not None:
            raise ValueError(
                "state must be None for a bidirectional model: it reads from both ends"
            )
        lasts, mirrored = [], mirror(times, ends)
        for there, back in zip(self.cells, self.cells_back, strict=True):
            x = self.dropout(x) if lasts else x
            h, last = run_time_major(there, x, None, times, ends)
            h_back, last_back = run_time_major(back, flip(x, ends), None, mirrored, ends)
            x = torch.cat([h, flip(h_back, ends)], dim=-1)
            lasts += [last, last_back]
        h = torch.cat([last.h, last_back.h], dim=-1)
        return self.output_dropout(h) @ self.W_ph.T + self.b_p, _stacked(lasts)


@contextmanager
def evaluating(model: nn.Module) -> Iterator[None]:
    """Inside it the model evaluates; afterwards every module is in the mode that it was in."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def _stack(states: list) -> list[Tensor]:
    """Each tensor of the states, one behind the other in front, (states, B, n)."""
    return [torch.stack(values) for values in zip(*states, strict=True)]


def _stacked(states: list):
    """One state whose tensors have the layers in front, (layers, B, n)."""
    return type(states[0])(*_stack(states))
