"""One training loop for every model of the course; it returns numbers and prints nothing."""

from rnncourse.training.checkpoint import read_checkpoint
from rnncourse.training.config import TrainConfig
from rnncourse.training.loop import Progress, train
from rnncourse.training.optimizers import OPTIMIZERS
from rnncourse.training.provenance import provenance
from rnncourse.training.schedules import SCHEDULES, learning_rate

__all__ = [
    "OPTIMIZERS",
    "SCHEDULES",
    "Progress",
    "TrainConfig",
    "learning_rate",
    "provenance",
    "read_checkpoint",
    "train",
]
