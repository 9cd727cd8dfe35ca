"""The choices of a training run on text.

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

from dataclasses import dataclass

from rnncourse.training.optimizers import OPTIMIZERS
from rnncourse.training.schedules import SCHEDULES
from rnncourse.validate import require_at_least, require_choice, require_count, require_positive

CLOCKS = ("seconds", "processor_seconds")


@dataclass(frozen=True)
class TextConfig:
    """The choices of one run on text; checked when it is made. Its length: steps or minutes.

    steps              optimizer updates
    minutes            time for training and the evaluations of the curve; the schedule follows
                       the share of it that is over
    clock              "seconds" by the wall, or "processor_seconds": what the processor gave to
                       this run alone
    learning_rate      the optimizer's step size
    optimizer          a key of OPTIMIZERS
    clip_norm          largest norm of the whole gradient; None leaves it as it is
    schedule           a key of SCHEDULES: how the learning rate changes
    warmup             share of the run over which the learning rate rises to its value
    floor              where the schedule "cosine" ends, a share of the learning rate
    decay              factor of the schedule "exponential"
    decay_every        updates between two such factors
    evaluations        points of the curve, at equal distances over the run
    evaluate_at        updates after which there is one more evaluation
    evaluation_size    characters of the held-out text that a point of the curve reads at most
    read_train         evaluations read as much of the training text too, dropout off
    checkpoint_seconds time between two checkpoints at most
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
    checkpoint_seconds: float = 30.0

    def __post_init__(self):
        if (self.steps is None) == (self.minutes is None):
            raise ValueError("a run has either steps or minutes: give one of the two")
        if self.steps is not None:
            require_count("steps", self.steps)
        if self.minutes is not None:
            require_positive("minutes", self.minutes)
        for name in ("evaluations", "evaluation_size", "decay_every"):
            require_count(name, getattr(self, name))
        for step in self.evaluate_at:
            require_count("evaluate_at", step)
        for name in ("learning_rate", "decay", "checkpoint_seconds"):
            require_positive(name, getattr(self, name))
        for name in ("warmup", "floor"):
            require_at_least(name, getattr(self, name), 0)
        require_choice("clock", self.clock, CLOCKS)
        require_choice("optimizer", self.optimizer, OPTIMIZERS)
        require_choice("schedule", self.schedule, SCHEDULES)
        if self.clip_norm is not None:
            require_positive("clip_norm", self.clip_norm)

    def rise(self, step: int, share: float) -> float:
        """The factor of the learning rate at its start."""
        return min(1.0, share / self.warmup) if self.warmup else 1.0
