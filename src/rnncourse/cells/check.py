"""Is this tensor what the cell can read? Checked where the caller enters."""

import math

import torch
from torch import Tensor

from rnncourse.validate import require_shape


def require_tensor(name: str, value, shape: tuple, like: Tensor) -> None:
    """A finite tensor of this shape, with the dtype and on the device of ``like``, a weight."""
    _require_shape(name, value, shape)
    if value.dtype != like.dtype:
        raise ValueError(f"{name} must have the cell's dtype {like.dtype}, got {value.dtype}")
    require_device(name, value, like.device)
    require_all_finite(name, value)


def require_times(name: str, value, shape: tuple, device) -> None:
    """Finite float64 times of this shape on this device."""
    _require_shape(name, value, shape)
    if value.dtype != torch.float64:
        raise ValueError(f"{name} must have dtype torch.float64, got {value.dtype}")
    require_device(name, value, device)
    require_all_finite(name, value)


def _require_shape(name: str, value, shape: tuple) -> None:
    if not isinstance(value, Tensor):
        raise ValueError(f"{name} must be a torch tensor, got {type(value).__name__}")
    require_shape(name, value, shape)


def require_device(name: str, value: Tensor, device) -> None:
    """On the device where the cell's weights lie."""
    if value.device != device:
        raise ValueError(f"{name} must be on the cell's device {device}, got {value.device}")


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
