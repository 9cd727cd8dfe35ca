"""Every plot of the book, one file a chapter: takes arrays or records, returns the Axes."""

from rnncourse.figures.bptt import contributions, journeys, shares
from rnncourse.figures.curves import bars, learning_curves
from rnncourse.figures.gradcheck import ladder, secants, step_errors
from rnncourse.figures.lstm import conveyor, lives
from rnncourse.figures.optimizers import (
    OPTIMIZER_STYLE,
    ravine,
    schedules,
    step_lengths,
    sweep,
    well_paths,
)
from rnncourse.figures.style import CELL_STYLE

__all__ = [
    "CELL_STYLE",
    "OPTIMIZER_STYLE",
    "bars",
    "contributions",
    "conveyor",
    "journeys",
    "ladder",
    "learning_curves",
    "lives",
    "ravine",
    "schedules",
    "secants",
    "shares",
    "step_errors",
    "step_lengths",
    "sweep",
    "well_paths",
]
