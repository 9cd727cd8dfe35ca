"""What the cells share: sizes, states, and whether a tensor is what a cell can read."""

import math
from itertools import chain
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import one_hot

from rnncourse.validate import (
    require_count,
    require_generator,
    require_indices,
    require_no_step_back,
    require_shape,
)

CLOCK = ("tau", "s", "r_on")  # a clock's numbers, (n,) each


class RNNState(NamedTuple):
    """The memory of a vanilla RNN and of a GRU."""

    h: Tensor  # (B, n)


class LSTMState(NamedTuple):
    """The memory of an LSTM, a peephole LSTM and a Phased LSTM."""

    h: Tensor  # (B, n), what shows
    c: Tensor  # (B, n), what is kept


class Cell(nn.Module):
    """One step of a recurrent network; a subclass adds its parameters, ``step`` and ``State``.

    Shapes: x (B, d); every tensor of the state (B, n).
    Raises: ValueError if x or the state has another shape, dtype or device, or is not finite.
    """

    State: type  # the kind of state the cell carries
    timed = False  # whether a step also reads the time

    def __init__(self, d: int, n: int, *, rng: np.random.Generator):
        super().__init__()
        require_count("d", d)
        require_count("n", n)
        require_generator("rng", rng)
        self.d, self.n = d, n

    def initial_state(self, batch_size: int):
        """Nothing remembered: zeros, shape (batch_size, n)."""
        require_count("batch_size", batch_size)
        zeros = weight_of(self).new_zeros
        return self.State(*(zeros(batch_size, self.n) for _ in self.State._fields))

    def forward(self, x: Tensor, state) -> tuple[Tensor, tuple]:
        self.require_step(x, state)
        return self.step(x, state)

    def require_step(self, x: Tensor, state) -> None:
        """Hold one step's input and state against the cell."""
        require_tensor("x", x, ("B", self.d), weight_of(self))
        require_state(state, self.State, (len(x), self.n), weight_of(self))


def weight_of(cell: nn.Module) -> Tensor:
    """Any parameter, or a tensor in its place: it shows the cell's dtype and device."""
    own = next(iter(cell._parameters.values()), None)  # 20 times as fast as ``parameters()``
    if own is not None:
        return own
    own = (value for value in vars(cell).values() if isinstance(value, Tensor))
    found = next(chain(cell.parameters(), cell.buffers(), own), None)
    if found is None:
        raise ValueError(f"the {type(cell).__name__} must have a parameter, got none")
    return found


def own_weights(cell: nn.Module) -> dict[str, Tensor]:
    """W_…, b_… and a clock's numbers by name: parameters, buffers, or tensors in their place."""
    places = (cell._parameters, cell._buffers, vars(cell))
    return {
        name: value
        for place in places
        for name, value in place.items()
        if isinstance(value, Tensor) and (name[:2] in ("W_", "b_") or name in CLOCK)
    }


def require_weights(cell: nn.Module) -> None:
    """All weights of a cell have one dtype and lie on one device."""
    like = weight_of(cell)
    for name, value in own_weights(cell).items():
        if value.dtype != like.dtype:
            raise ValueError(
                f"the cell's {name} must have its dtype {like.dtype}, got {value.dtype}"
            )
        require_device(f"the cell's {name}", value, like.device)


def require_input(cell: nn.Module, x: Tensor) -> None:
    """Finite rows (B, T, d) of the cell's kind, or whole numbers (B, T) in 0 … d − 1."""
    if isinstance(cell, Cell):
        require_weights(cell)
    if not isinstance(x, Tensor):
        raise ValueError(f"x must be a torch tensor, got {type(x).__name__}")
    if torch.jit.is_tracing():
        raise RuntimeError("torch.jit.trace cannot follow a cell: what is checked depends on x")
    if torch._C._functorch.is_batchedtensor(x):
        raise ValueError("x must not be mapped by torch.vmap: its first axis is the batch already")
    if x.is_floating_point():
        require_tensor("x", x, ("B", "T", cell.d), weight_of(cell))
    else:
        require_shape("x", x, ("B", "T"))
        require_device("x", x, weight_of(cell).device)
        require_indices("x", x, cell.d)


def numbers(values: Tensor) -> np.ndarray:
    """A tensor's numbers, without its history."""
    try:
        return values.detach().cpu().numpy()
    except RuntimeError:  # torch.func wraps tensors, and these have no memory
        return np.array(values.detach().tolist())


def as_rows(x: Tensor, cell: nn.Module) -> Tensor:
    """Whole numbers become one-hot rows of the cell's own precision, (…, d)."""
    return x if x.is_floating_point() else one_hot(x.long(), cell.d).to(weight_of(cell).dtype)


def require_tensor(name: str, value, shape: tuple, like: Tensor) -> None:
    """A finite tensor of this shape, with the dtype and on the device of ``like``, a weight."""
    require_like(name, value, shape, like)
    require_all_finite(name, value)


def require_like(name: str, value, shape: tuple, like: Tensor, owner: str = "the cell") -> None:
    """A tensor of this shape, with the dtype and on the device of ``like``, the owner's."""
    _require_shape(name, value, shape)
    if value.dtype != like.dtype:
        raise ValueError(f"{name} must have {owner}'s dtype {like.dtype}, got {value.dtype}")
    require_device(name, value, like.device, owner)


def require_times(name: str, value, shape: tuple, device) -> None:
    """Finite float64 times of this shape on this device."""
    _require_shape(name, value, shape)
    if value.dtype != torch.float64:
        raise ValueError(f"{name} must have dtype torch.float64, got {value.dtype}")
    require_device(name, value, device)
    require_all_finite(name, value)


def clock_times(cell: nn.Module, times, shape: tuple, device) -> Tensor | None:
    """The times of the steps, of this shape, (T,) or (B, T): they never go back.

    None for a cell without a clock; with one, no times mean 1 … T, (T,).
    """
    if not getattr(cell, "timed", False):
        if times is not None:
            raise ValueError(f"times must be None for a {type(cell).__name__}: it has no clock")
        return None
    cell.require_clock()
    if times is None:
        return torch.arange(1.0, shape[-1] + 1, dtype=torch.float64, device=device)
    require_times("times", times, shape, device)
    require_no_step_back("times", numbers(times))
    return times


def _require_shape(name: str, value, shape: tuple) -> None:
    if not isinstance(value, Tensor):
        raise ValueError(f"{name} must be a torch tensor, got {type(value).__name__}")
    require_shape(name, value, shape)


def require_device(name: str, value: Tensor, device, owner: str = "the cell") -> None:
    """On the device where the cell's weights lie, or those of another owner."""
    if value.device != device:
        raise ValueError(f"{name} must be on {owner}'s device {device}, got {value.device}")


def require_all_finite(name: str, value: Tensor) -> None:
    """No NaN and no infinity; the error says where the first one stands."""
    if math.isfinite(value.detach().sum().item()):
        return  # one pass: a sum hides neither
    finite = torch.isfinite(value)
    if not finite.all():
        place = tuple(torch.nonzero(~finite)[0].tolist())
        raise ValueError(f"{name} must be finite, got {value[place].item()} at {place}")


def require_state(state, kind: type, shape: tuple, like: Tensor) -> None:
    """A state of the cell's own kind, every tensor of this shape."""
    if not isinstance(state, kind):
        raise ValueError(f"state must be a {kind.__name__}, got {type(state).__name__}")
    for name, value in zip(state._fields, state, strict=True):
        require_tensor(f"state.{name}", value, shape, like)
