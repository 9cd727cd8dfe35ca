"""The command ``rnncourse``. Exit codes: 0 done, 1 a check failed, 2 bad usage or input."""

from rnncourse.cli import checks, data, experiment, generate, timings, train, train_text
from rnncourse.cli.app import app, main

__all__ = [
    "app",
    "checks",
    "data",
    "experiment",
    "generate",
    "main",
    "timings",
    "train",
    "train_text",
]
