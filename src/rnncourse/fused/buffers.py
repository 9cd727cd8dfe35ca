"""Memory that is used again, together with the views that a loop walks through.

The views of all steps take time to make (about a twentieth of an RNN's training step), and new
memory costs page faults. So large memory and its views are kept for the next call of the same
size: ``acquire`` takes them from the pool. What a call needs for itself alone it returns at
its end (``release``). What others can still read is lent: ``Memory.lend`` gives a tensor that
looks fresh, and once the last tensor on its memory is gone (a view, a detached one, or what a
graph saved for its backward pass count too), the memory goes back by itself. Whoever keeps a
result keeps its memory; the next call gets another.
"""

import weakref
from collections.abc import Callable, Sequence
from functools import cached_property

import torch
from torch import Tensor

from rnncourse.fused.tanh import seen_steps

# What nobody uses, by id, the oldest first. Memory comes back at any moment, in any thread: loops
# run over copies, of keys or values (to copy pairs makes objects, and so may collect garbage).
POOL: dict[int, "Memory"] = {}
MOST, MOST_BYTES = 16, 2**28  # in the pool
LENT = (torch.float32, torch.float64)
LARGE = 2**17  # bytes, from which on malloc may ask the system for new pages each time
LONG = 8000  # rows along the first axis: so many views are not worth keeping


class Memory:
    """A tensor; a subclass adds the views of its steps."""

    key: tuple | None = None  # kind, dtype, device and shape, if it may lie in the pool

    def __init__(self, all: Tensor):
        self.all = all

    def lend(self) -> Tensor:
        """All of it as a tensor of its own."""
        if self.key is None:
            return self.all
        lent = self.all.numpy()
        weakref.finalize(lent, release, self).atexit = False
        return torch.from_numpy(lent)  # its storage holds ``lent``, and nothing else does

    def finder(self) -> Callable[[Tensor], "Memory"]:
        """A function that gives the views of what was lent, from the tensor that a graph saved.

        They are these, if the tensor is still in the same place. Who hooks into what a graph saves
        (checkpoints, offloading) hands back another tensor, and this memory has other users by
        then. The function does not keep the memory: that is the tensor's part.
        """
        kind, me = type(self), weakref.ref(self)

        def find(saved: Tensor) -> Memory:
            memory = me()
            same = memory is not None and memory.all.data_ptr() == saved.data_ptr()
            return memory if same else kind(saved)

        return find


class Steps(Memory):
    """(T, B, n), and its steps."""

    def __init__(self, all: Tensor):
        super().__init__(all)
        self.steps = all.unbind()

    @cached_property
    def seen(self) -> Sequence:
        """The steps as tanh takes them."""
        return seen_steps(self.all)


class Gates(Memory):
    """Gates of every step side by side, (T, B, gates, n), the candidate last, and their views."""

    def __init__(self, all: Tensor):
        super().__init__(all)
        self.joined = all.flatten(2).unbind()  # (B, gates n)
        self.sigmoids = all[:, :, :-1].flatten(2).unbind()  # all but the candidate
        self.each = [gate.unbind() for gate in all.unbind(2)]  # each gate's steps

    @cached_property
    def candidates(self) -> Sequence:
        """The candidate's steps as tanh takes them."""
        return seen_steps(self.all[:, :, -1])


def acquire(kind: type, like: Tensor, *shape: int) -> Memory:
    """Memory of this kind and shape, with the dtype and device of ``like``."""
    key = (kind, like.dtype, like.device, shape)
    for memory in reversed([*POOL.values()]):
        if memory.key == key and POOL.pop(id(memory), None) is not None:  # None: another thread's
            return memory
    with torch.inference_mode(False):  # what inference made must serve training too
        memory = kind(like.new_empty(shape))
    # CUDA has a pool of its own; a tensor that is traced or faked is no memory.
    ours = like.device.type == "cpu" and like.dtype in LENT and type(memory.all) is Tensor
    if ours and LARGE <= memory.all.nbytes <= MOST_BYTES and shape[0] <= LONG:
        memory.key = key
    return memory


def release(memory: Memory) -> None:
    """Put in the pool what nobody uses, as the newest; what was there longest is dropped."""
    if memory.key is None:
        return
    POOL[id(memory)] = memory
    for oldest in [*POOL]:
        size = sum(other.all.nbytes for other in [*POOL.values()])
        if len(POOL) <= MOST and size <= MOST_BYTES:
            break
        POOL.pop(oldest, None)
