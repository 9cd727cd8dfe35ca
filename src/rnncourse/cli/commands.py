"""All commands: importing a module of this list registers its own."""

from rnncourse.cli import checks, data, experiment, generate, timings, train, train_text
from rnncourse.cli.app import app

__all__ = ["app", "checks", "data", "experiment", "generate", "timings", "train", "train_text"]
