"""The choices of a training run, on a task or on text, checked when they are made.

What was tried before these defaults, two layers of 256 LSTM units on "shakespeare": the loss of
16,384 held-out characters, nats, after 460,800 characters of training, one seed, cosine to 2 %:

    32 streams x 48, rate 8e-3, first W_qx from N(0, 1): the defaults       1.706
    first W_qx from N(0, 1.8²)                                              1.688
    first W_qx from N(0, 0.6²)                                              1.751
    first W_qx from N(0, 0.3²)                                              1.812
      and the second layer's W_qx from N(0, 0.2²) in place of N(0, 0.1²)    1.832
      and 16 streams, rate 6e-3, twice the updates                          1.843
      and rate 5e-3                                                         1.911
      and windows of 64, three quarters of the updates                      1.927

So short a run favors fast beginnings; the order of runs of minutes may be another.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import torch

from rnncourse.validate import (
    require_at_least,
    require_choice,
    require_count,
    require_positive,
    require_share,
)

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


def constant(step: int, share: float, config) -> float:
    """The same rate at every update."""
    return 1.0


def exponential(step: int, share: float, config) -> float:
    """One more factor ``decay`` after every ``decay_every`` updates."""
    return config.decay ** (step // config.decay_every)


def cosine(step: int, share: float, config) -> float:
    """Half a cosine from 1 at the first update to ``floor`` after the last."""
    return config.floor + (1.0 - config.floor) * (1.0 + math.cos(math.pi * share)) / 2.0


SCHEDULES = {"constant": constant, "exponential": exponential, "cosine": cosine}


def learning_rate(step: int, config, share: float | None = None) -> float:
    """The rate of update ``step`` (from 0): the schedule's, times a linear rise at the start.

    ``share`` of the run is over: of its steps if None, or of the time it was given.
    """
    share = step / config.steps if share is None else min(share, 1.0)
    return (
        config.learning_rate
        * config.rise(step, share)
        * SCHEDULES[config.schedule](step, share, config)
    )


def _require_updates(config) -> None:
    """What both kinds of runs choose: the optimizer, its rate and schedule, and clipping."""
    for name in ("learning_rate", "decay"):
        require_positive(name, getattr(config, name))
    require_count("decay_every", config.decay_every)
    require_at_least("floor", config.floor, 0)
    require_choice("optimizer", config.optimizer, OPTIMIZERS)
    require_choice("schedule", config.schedule, SCHEDULES)
    if config.clip_norm is not None:
        require_positive("clip_norm", config.clip_norm)


@dataclass(frozen=True)
class TrainConfig:
    """The choices of one run; checked when it is made.

    steps             optimizer updates at most
    batch_size        sequences an update
    learning_rate     the optimizer's step size
    optimizer         a key of OPTIMIZERS
    clip_norm         largest norm of the whole gradient; None leaves it as it is
    schedule          a key of SCHEDULES: how the learning rate changes
    floor             where the schedule "cosine" ends, a share of the learning rate
    warmup_steps      updates over which the learning rate rises to its value
    decay             factor of the schedule "exponential"
    decay_every       updates between two such factors
    evaluate_every    updates between two evaluations
    evaluation_size   fresh sequences an evaluation
    stop_when_solved  stop after three evaluations in a row at 100 %
    seed              of the training and evaluation data
    """

    steps: int
    batch_size: int = 128
    learning_rate: float = 1e-3
    optimizer: str = "adam"
    clip_norm: float | None = 10.0
    schedule: str = "constant"
    floor: float = 0.0
    warmup_steps: int = 0
    decay: float = 0.96
    decay_every: int = 5000
    evaluate_every: int = 50
    evaluation_size: int = 500
    stop_when_solved: bool = True
    seed: int = 0

    def __post_init__(self):
        for name in ("steps", "batch_size", "evaluate_every", "evaluation_size"):
            require_count(name, getattr(self, name))
        for name in ("seed", "warmup_steps"):
            require_count(name, getattr(self, name), minimum=0)
        _require_updates(self)

    def rise(self, step: int, share: float) -> float:
        """The factor of the learning rate at its start."""
        return min(1.0, (step + 1) / self.warmup_steps) if self.warmup_steps else 1.0


CLOCKS = ("seconds", "processor_seconds")


@dataclass(frozen=True)
class TextConfig:
    """The choices of one run on text; checked when it is made. Its length: steps or minutes.

    steps              optimizer updates
    minutes            time for training and the evaluations of the curve; the schedule follows
                       the share of it that is over
    clock              "seconds" by the wall, or "processor_seconds": what the processor gave to
                       this run alone
    warmup             share of the run over which the learning rate rises to its value
    evaluations        points of the curve, at equal distances over the run
    evaluate_at        updates after which there is one more evaluation
    evaluation_size    characters of the held-out text that a point of the curve reads at most
    read_train         evaluations read as much of the training text too, dropout off
    average            what is judged, kept and written with is the weights' running mean with this
                       decay (``weights.RunningMean``); None: the weights themselves
    keep_best          the weights that read the first half of the held-out text best are kept, and
                       the second half judges them; a run that has only grown worse for
                       ``PATIENCE`` of its points stops
    checkpoint_seconds time between two checkpoints at most
    The others are TrainConfig's.
    """

    steps: int | None = None
    minutes: float | None = None
    clock: str = "seconds"
    learning_rate: float = 8e-3
    optimizer: str = "adam-0.99"
    clip_norm: float | None = 1.0
    schedule: str = "cosine"
    warmup: float = 0.02
    floor: float = 0.02
    decay: float = 0.95
    decay_every: int = 10_000
    evaluations: int = 10
    evaluate_at: tuple[int, ...] = ()
    evaluation_size: int = 8192
    read_train: bool = False
    average: float | None = None
    keep_best: bool = False
    checkpoint_seconds: float = 30.0

    def __post_init__(self):
        if (self.steps is None) == (self.minutes is None):
            raise ValueError("a run has either steps or minutes: give one of the two")
        if self.steps is not None:
            require_count("steps", self.steps)
        if self.minutes is not None:
            require_positive("minutes", self.minutes)
        for name in ("evaluations", "evaluation_size"):
            require_count(name, getattr(self, name))
        for step in self.evaluate_at:
            require_count("evaluate_at", step)
        require_positive("checkpoint_seconds", self.checkpoint_seconds)
        require_at_least("warmup", self.warmup, 0)
        require_choice("clock", self.clock, CLOCKS)
        if self.average is not None:
            require_share("average", self.average)
        _require_updates(self)

    def rise(self, step: int, share: float) -> float:
        """The factor of the learning rate at its start."""
        return min(1.0, share / self.warmup) if self.warmup else 1.0
