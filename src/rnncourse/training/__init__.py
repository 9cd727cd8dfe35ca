"""One training loop for the tasks and one for text; they return numbers and print nothing."""

from rnncourse.training.checkpoint import read_checkpoint
from rnncourse.training.config import TrainConfig
from rnncourse.training.loop import Progress, train
from rnncourse.training.optimizers import OPTIMIZERS
from rnncourse.training.provenance import provenance
from rnncourse.training.reading import Reading, character_losses, quick_read, read
from rnncourse.training.run import clocks
from rnncourse.training.schedules import SCHEDULES, learning_rate
from rnncourse.training.text import TextProgress, train_text
from rnncourse.training.text_config import TextConfig
from rnncourse.training.text_models import load_text_model, text_model

__all__ = [
    "OPTIMIZERS",
    "SCHEDULES",
    "Progress",
    "Reading",
    "TextConfig",
    "TextProgress",
    "TrainConfig",
    "character_losses",
    "clocks",
    "learning_rate",
    "load_text_model",
    "provenance",
    "quick_read",
    "read",
    "read_checkpoint",
    "text_model",
    "train",
    "train_text",
]
