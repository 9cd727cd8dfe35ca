"""The optimizers of the course by name; ``byhand.optimizers`` has their equations in NumPy."""

from collections.abc import Callable
from functools import partial

import torch

MOMENTUM = 0.9


class AdaGrad(torch.optim.Optimizer):
    """A step size for each weight, which shrinks as its squared gradients add up.

    m ← m + g ⊙ g
    w ← w − lr · g / √(m + eps)

    Source: Duchi et al. (2011) in the form of KTH's course: eps stands inside the root, where
    torch.optim.Adagrad adds it outside.
    """

    def __init__(self, params, lr: float, eps: float = 1e-8):
        super().__init__(params, {"lr": lr, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None) -> None:
        """One update of every weight that has a gradient."""
        for group in self.param_groups:
            for w in group["params"]:
                if w.grad is not None:
                    self._update(w, self.state[w], group["lr"], group["eps"])

    def _update(self, w: torch.Tensor, state: dict, lr: float, eps: float) -> None:
        m = state.setdefault("m", torch.zeros_like(w))
        m.addcmul_(w.grad, w.grad)
        w.addcdiv_(w.grad, (m + eps).sqrt(), value=-lr)


OPTIMIZERS: dict[str, Callable] = {
    "sgd": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=MOMENTUM),
    "adagrad": AdaGrad,
    "rmsprop": torch.optim.RMSprop,
    "adam": torch.optim.Adam,
    "adam-0.99": partial(torch.optim.Adam, betas=(0.9, 0.99), fused=True),
}
