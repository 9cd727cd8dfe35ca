"""The choices of one training run."""

from dataclasses import dataclass

from rnncourse.training.optimizers import OPTIMIZERS
from rnncourse.training.schedules import SCHEDULES
from rnncourse.validate import require_at_least, require_choice, require_count, require_positive


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
        for name in ("steps", "batch_size", "evaluate_every", "evaluation_size", "decay_every"):
            require_count(name, getattr(self, name))
        for name in ("seed", "warmup_steps"):
            require_count(name, getattr(self, name), minimum=0)
        for name in ("learning_rate", "decay"):
            require_positive(name, getattr(self, name))
        require_choice("optimizer", self.optimizer, OPTIMIZERS)
        require_choice("schedule", self.schedule, SCHEDULES)
        if self.clip_norm is not None:
            require_positive("clip_norm", self.clip_norm)
        require_at_least("floor", self.floor, 0)

    def rise(self, step: int, share: float) -> float:
        """The factor of the learning rate at its start."""
        return min(1.0, (step + 1) / self.warmup_steps) if self.warmup_steps else 1.0
