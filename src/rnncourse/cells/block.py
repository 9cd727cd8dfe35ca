"""The weights of several gates in one stretch of memory: a kernel reads them as one matrix."""

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable


def side_by_side_(parts: list[Tensor]) -> None:
    """Move these parameters' memory into one stretch, the first one's rows first."""
    rows = [len(part) for part in parts]
    for part, piece in zip(parts, torch.cat([p.detach() for p in parts]).split(rows), strict=True):
        part.data = piece


def block(parts: list[Tensor]) -> Tensor:
    """All rows of these parameters as one tensor; the gradient goes to each one's own rows.

    Nothing is copied where the parts lie side by side already.
    """
    return Block.apply(*parts)


class Block(Function):
    """[part_1; part_2; …], as a view of their memory where that is possible."""

    @staticmethod
    def forward(ctx, *parts):
        ctx.save_for_backward(*parts)  # a later change in place of any of them is found out
        if not lie_side_by_side(parts):
            return torch.cat(parts)
        rows = sum(len(part) for part in parts)
        return parts[0].detach().as_strided((rows, *parts[0].shape[1:]), parts[0].stride())

    @staticmethod
    @once_differentiable
    def backward(ctx, gradient):
        return gradient.split([len(part) for part in ctx.saved_tensors])


def lie_side_by_side(parts: list[Tensor]) -> bool:
    """Whether each part's memory begins where the one before it ends, in one storage."""
    start = parts[0].data_ptr()
    for part in parts:
        if not part.is_contiguous() or part.data_ptr() != start:
            return False
        start += part.numel() * part.element_size()
    storages = {part.untyped_storage().data_ptr() for part in parts}
    return len(storages) == 1
