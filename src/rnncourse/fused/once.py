"""Derivatives by hand are of first order: every other derivative is refused, in one line.

torch's ``once_differentiable`` refuses only where what comes back depends on the weights: after
``h.sum()`` it does not, and the gradient of the gradient would be left out without a word. Here the
gradients hang on all that they were computed from, so no way back to the weights passes unseen.
"""

from functools import wraps

import torch
from torch.autograd import Function

SECOND = (
    "call `unroll` in place of `run` or SequenceModel for a gradient of a gradient: "
    "the fast path has first derivatives alone"
)
OTHER = (
    "call `unroll` in place of `run` or SequenceModel, and write the loop h = a * h + b in place "
    "of linear_scan, for forward mode and torch.func: the fast path has backward() alone"
)


class Once(Function):
    """A function whose ``backward`` is by hand: no forward mode, and none of torch.func."""

    @staticmethod
    def jvp(ctx, *tangents):
        raise RuntimeError(OTHER)


def apply(function: type[Function], *inputs):
    """``function.apply``, but for the transforms of torch.func, which it has no rules for."""
    if torch._C._are_functorch_transforms_active():
        raise RuntimeError(OTHER)
    return function.apply(*inputs)


def first_order(backward):
    """A backward pass that cannot be differentiated; with create_graph=True it gives its gradients
    all the same, and the error comes with the second derivative.

    It takes the saved tensors as an argument; all inputs of the function must be among them.
    """

    @wraps(backward)
    def once(ctx, *grad_outputs):
        saved = ctx.saved_tensors
        with torch.no_grad():
            grads = backward(ctx, saved, *grad_outputs)
        if not torch.is_grad_enabled():
            return grads
        return Refused.apply(len(grads), *grads, *grad_outputs, *saved)

    return staticmethod(once)


class Refused(Function):
    """The first ``count`` values as they are; their derivative by any of the values is an error."""

    @staticmethod
    def forward(ctx, count: int, *values):
        return tuple(None if value is None else value.view_as(value) for value in values[:count])

    @staticmethod
    def backward(ctx, *_):
        raise RuntimeError(SECOND)

    jvp = backward
