"""Memory that is used again: a buffer is lent to a tensor and comes back when nobody can read it.

``lend`` gives a tensor that looks fresh. Once the last tensor on its memory is gone (a view, a
detached one, or what a graph saved for its backward pass count too), the memory goes back to the
shelf for the next call. A long sequence then costs no page faults. Whoever keeps a result keeps
its buffer; the next call gets another.
"""

import weakref
from math import prod

import torch
from torch import Tensor

SHELF: dict[int, Tensor] = {}  # flat buffers that nobody uses, by id, the oldest first
MOST = 16
LENT = (torch.float32, torch.float64)
LARGE = 2**17  # bytes, from which on malloc may ask the system for new pages each time


def fresh(shape: tuple[int, ...], like: Tensor) -> Tensor:
    """Memory for a result that leaves the function: lent if it is large."""
    large = prod(shape) * like.element_size() >= LARGE
    return lend(shape, like) if large else like.new_empty(shape)


def lend(shape: tuple[int, ...], like: Tensor) -> Tensor:
    """An uninitialized contiguous tensor of this shape, of the dtype and device of ``like``."""
    if like.device.type != "cpu" or like.dtype not in LENT:
        return like.new_empty(shape)  # CUDA's allocator keeps a shelf of its own
    buffer = _from_shelf(prod(shape), like.dtype)
    if buffer is None:
        buffer = like.new_empty(prod(shape))
    lent = buffer.numpy()[: prod(shape)].reshape(shape)
    weakref.finalize(lent, _to_shelf, buffer).atexit = False
    return torch.from_numpy(lent)  # its storage holds ``lent``, and nothing else does


def _from_shelf(size: int, dtype: torch.dtype) -> Tensor | None:
    """The newest buffer that is large enough and at most twice too large; else None."""
    for key, buffer in reversed(list(SHELF.items())):
        fits = buffer.dtype == dtype and size <= buffer.numel() <= 2 * size
        if fits and SHELF.pop(key, None) is not None:  # None: another thread was faster
            return buffer
    return None


def _to_shelf(buffer: Tensor) -> None:
    SHELF[id(buffer)] = buffer
    for oldest in list(SHELF)[:-MOST]:
        SHELF.pop(oldest, None)
