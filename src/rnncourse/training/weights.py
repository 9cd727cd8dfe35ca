"""Sets of a model's weights beside those that are trained: their running mean, and the best."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

Weights = dict[str, Tensor]


@torch.no_grad()
def copy_of(model: nn.Module) -> Weights:
    """The weights as they are now."""
    return {name: weight.detach().clone() for name, weight in model.named_parameters()}


@torch.no_grad()
def put_into(model: nn.Module, weights: Weights) -> None:
    """Give the model these weights; its own are overwritten."""
    for name, weight in model.named_parameters():
        weight.copy_(weights[name])


@contextmanager
def with_weights(model: nn.Module, weights: Weights | None) -> Iterator[None]:
    """The model has these weights in the block, and its own again after it; None: its own."""
    if weights is None:
        yield
        return
    own = copy_of(model)
    put_into(model, weights)
    try:
        yield
    finally:
        put_into(model, own)


class RunningMean:
    """The mean of a model's weights over about its last 1/(1 − decay) updates.

    m ← d m + (1 − d) w after update k = 1, 2, …,  d = min(decay, k/(k + 9))

    The first updates count less: the mean then spans about a tenth of those made. While the rate
    is high the weights jump about a valley, and their mean lies deeper in it than they do.

        mean = RunningMean(model, 0.998)
        …                                    # one update of the model
        mean.update(model, k)
        with with_weights(model, mean.weights):
            …                                # judge it

    Source: Polyak and Juditsky (1992), with weights that fade as in the averages of Adam.
    """

    def __init__(self, model: nn.Module, decay: float):
        self.decay = decay
        self.weights = copy_of(model)

    @torch.no_grad()
    def update(self, model: nn.Module, k: int) -> None:
        """Count in the weights after update ``k``, from 1."""
        d = min(self.decay, k / (k + 9))
        new = dict(model.named_parameters())
        means = list(self.weights.values())
        torch._foreach_lerp_(means, [new[name] for name in self.weights], 1.0 - d)
