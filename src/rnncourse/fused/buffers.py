"""Memory that is used again: a buffer is lent to one graph and comes back when that graph dies.

``lend`` gives a tensor that looks fresh. Once nobody holds it, and a graph that saved it for its
backward pass holds it, its memory goes back to the shelf for the next call. A long sequence then
costs no page faults. Whoever keeps a graph keeps its buffers; the next call gets others.
"""

import weakref
from math import prod

import torch
from torch import Tensor

SHELF: dict[int, Tensor] = {}  # flat buffers that nobody uses, by id, the oldest first
MOST = 16


def lend(shape: tuple[int, ...], like: Tensor) -> Tensor:
    """An uninitialized contiguous tensor of this shape, of the dtype and device of ``like``.

    Save it with ``ctx.save_for_backward`` only: a saved tensor shares its version counter with the
    buffer, so torch itself refuses a backward pass through memory that was written since.
    """
    if like.device.type != "cpu" or torch.is_inference_mode_enabled():
        return like.new_empty(shape)  # CUDA's allocator keeps a shelf of its own
    buffer = _from_shelf(prod(shape), like.dtype)
    if buffer is None:
        buffer = like.new_empty(prod(shape))
    lent = buffer[: prod(shape)].view(shape)
    weakref.finalize(lent, _to_shelf, buffer).atexit = False
    return lent


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
