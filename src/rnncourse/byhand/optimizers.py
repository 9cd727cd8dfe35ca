"""Optimizers as on paper: a gradient comes in, the new weights go out, the memory stays inside.

w  weights, and g, their gradient: numbers or arrays of one shape, float64
η  learning_rate

Each optimizer begins with an empty memory and keeps it from step to step; ``step`` changes neither
of its arguments. The chapter on the optimizers derives what each form does.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnncourse.validate import require_at_least, require_below, require_count, require_positive

DECAYS = ("momentum", "alpha", "beta1", "beta2")


@dataclass
class Optimizer:
    """What every form chooses: the learning rate, and where it has them ε and its decays.

    A decay is how much of the past a step keeps: all of it would never let go.
    """

    learning_rate: float

    def __post_init__(self):
        require_positive("learning_rate", self.learning_rate)
        for name, value in vars(self).items():
            if name in ("eps", *DECAYS):
                require_at_least(name, value, 0)
            if name in DECAYS:
                require_below(name, value, 1)


@dataclass
class SGD(Optimizer):
    """Plain descent, with the gradient of a batch as g.

    w_t = w_{t-1} − η g_t                                                    (eq. 7.1)

    Raises: ValueError if the learning rate is not positive.
    Source: Robbins and Monro (1951).
    """

    def step(self, w, g):
        """The weights after one step."""
        return w - self.learning_rate * g


@dataclass
class Momentum(Optimizer):
    """Heavy ball, in the form of torch.optim.SGD(momentum=μ).

    v_t = μ v_{t-1} + g_t
    w_t = w_{t-1} − η v_t

    Raises: ValueError if η is not positive or μ does not lie in 0 ≤ μ < 1.
    Source: Polyak (1964).
    """

    momentum: float = 0.9
    v: np.ndarray | float = 0.0  # velocity, a sum of gradients

    def step(self, w, g):
        """The weights after one step."""
        self.v = self.momentum * self.v + g
        return w - self.learning_rate * self.v


@dataclass
class AdaGrad(Optimizer):
    """Each weight's step is divided by the root of all its squared gradients so far.

    m_t = m_{t-1} + g_t²
    w_t = w_{t-1} − η g_t / √(m_t + ε)

    ε stands inside the root, as in KTH's sheet; torch.optim.Adagrad adds it outside.
    Raises: ValueError if η is not positive or ε negative.
    Source: Duchi, Hazan and Singer (2011).
    """

    eps: float = 1e-8
    m: np.ndarray | float = 0.0  # sum of squared gradients

    def step(self, w, g):
        """The weights after one step."""
        self.m = self.m + g**2
        return w - self.learning_rate * g / np.sqrt(self.m + self.eps)


@dataclass
class RMSprop(Optimizer):
    """AdaGrad with a moving average of the squared gradients in place of their sum.

    v_t = α v_{t-1} + (1 − α) g_t²
    w_t = w_{t-1} − η g_t / (√v_t + ε)

    The form of torch.optim.RMSprop, ε outside the root.
    Raises: ValueError if η is not positive, ε negative, or α not in 0 ≤ α < 1.
    Source: Tieleman and Hinton (2012).
    """

    alpha: float = 0.99
    eps: float = 1e-8
    v: np.ndarray | float = 0.0  # moving average of squared gradients

    def step(self, w, g):
        """The weights after one step."""
        self.v = self.alpha * self.v + (1.0 - self.alpha) * g**2
        return w - self.learning_rate * g / (np.sqrt(self.v) + self.eps)


@dataclass
class Adam(Optimizer):
    """Two moving averages, each corrected for its start at zero.

    m_t = β₁ m_{t-1} + (1 − β₁) g_t,     m̂_t = m_t / (1 − β₁^t)
    v_t = β₂ v_{t-1} + (1 − β₂) g_t²,    v̂_t = v_t / (1 − β₂^t)
    w_t = w_{t-1} − η m̂_t / (√v̂_t + ε)

    Raises: ValueError if η is not positive, ε negative, or a β not in 0 ≤ β < 1.
    Source: Kingma and Ba (2015).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    m: np.ndarray | float = 0.0  # moving average of gradients
    v: np.ndarray | float = 0.0  # moving average of squared gradients
    t: int = 0  # steps taken

    def step(self, w, g):
        """The weights after one step."""
        self.t += 1
        self.m = self.beta1 * self.m + (1.0 - self.beta1) * g
        self.v = self.beta2 * self.v + (1.0 - self.beta2) * g**2
        m_hat = self.m / (1.0 - self.beta1**self.t)
        v_hat = self.v / (1.0 - self.beta2**self.t)
        return w - self.learning_rate * m_hat / (np.sqrt(v_hat) + self.eps)


OPTIMIZERS: dict[str, type] = {
    "sgd": SGD,
    "momentum": Momentum,
    "adagrad": AdaGrad,
    "rmsprop": RMSprop,
    "adam": Adam,
}


def descend(optimizer, gradient: Callable, w, steps: int) -> np.ndarray:
    """Follow ``gradient(w)``: the path w_0 … w_steps, shape (steps + 1, *w.shape)."""
    require_count("steps", steps)
    path = [np.asarray(w, dtype=np.float64)]
    for _ in range(steps):
        path.append(optimizer.step(path[-1], gradient(path[-1])))
    return np.array(path)


def follow(optimizer, w, grads) -> np.ndarray:
    """Take given gradients g_1 … g_T, one a step: the path w_1 … w_T, shape (T, *w.shape)."""
    coming = iter(grads)
    return descend(optimizer, lambda _: next(coming), w, len(grads))[1:]


def exponential_decay(learning_rate: float, k: int, rate: float = 0.95) -> float:
    """The learning rate after k decays: η_k = η · rate^k."""
    return learning_rate * rate**k


def warmup_cosine(learning_rate: float, t: int, warmup: int, steps: int, final: float) -> float:
    """The learning rate of step t = 1 … steps: up a line, then down half a cosine to ``final``.

    t ≤ warmup:  η_t = η t / warmup
    t > warmup:  η_t = final + (η − final) (1 + cos πs) / 2,   s = (t − warmup) / (steps − warmup)

    Raises: ValueError unless 1 ≤ t ≤ steps and 0 ≤ warmup < steps.
    Source: Loshchilov and Hutter (2017), with a warm-up.
    """
    require_count("t", t)
    require_count("warmup", warmup, minimum=0)
    require_count("steps", steps, minimum=max(t, warmup + 1))
    if t <= warmup:
        return learning_rate * t / warmup
    s = (t - warmup) / (steps - warmup)
    return final + (learning_rate - final) * 0.5 * (1.0 + np.cos(np.pi * s))
