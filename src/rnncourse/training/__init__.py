"""One training loop for the tasks and one for text; they return numbers and print nothing."""

from rnncourse.training.config import OPTIMIZERS, SCHEDULES, TextConfig, TrainConfig, learning_rate
from rnncourse.training.loop import Progress, train
from rnncourse.training.memory import keep_memory
from rnncourse.training.provenance import provenance
from rnncourse.training.recipe import recipe
from rnncourse.training.run import clocks, read_checkpoint
from rnncourse.training.text import TextProgress, train_text
from rnncourse.training.text_models import (
    Reading,
    character_losses,
    load_text_model,
    quick_read,
    read,
    text_model,
)

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
    "keep_memory",
    "learning_rate",
    "load_text_model",
    "provenance",
    "quick_read",
    "read",
    "read_checkpoint",
    "recipe",
    "text_model",
    "train",
    "train_text",
]
