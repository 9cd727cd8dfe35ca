"""Every plot of the book, one file a chapter: takes arrays or records, returns the Axes."""

from rnncourse.figures.bptt import contributions, journeys, shares
from rnncourse.figures.comparison import accuracy_by_choice, accuracy_by_length, before_after
from rnncourse.figures.curves import bars, learning_curves
from rnncourse.figures.gradcheck import ladder, secants, step_errors
from rnncourse.figures.lstm import conveyor, lives
from rnncourse.figures.style import CELL_STYLE

__all__ = [
    "CELL_STYLE",
    "accuracy_by_choice",
    "accuracy_by_length",
    "bars",
    "before_after",
    "contributions",
    "conveyor",
    "journeys",
    "ladder",
    "learning_curves",
    "lives",
    "secants",
    "shares",
    "step_errors",
]
