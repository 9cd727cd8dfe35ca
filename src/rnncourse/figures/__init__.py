"""Every plot of the book, one file a chapter: takes arrays or records, returns the Axes."""

from rnncourse.figures.bptt import contributions, journeys, shares
from rnncourse.figures.curves import bars, learning_curves
from rnncourse.figures.gradcheck import ladder, secants, step_errors
from rnncourse.figures.lstm import conveyor, lives
from rnncourse.figures.palindromes import latch_states, length_accuracy, memory_probe, probes
from rnncourse.figures.style import CELL_STYLE

__all__ = [
    "CELL_STYLE",
    "bars",
    "contributions",
    "conveyor",
    "journeys",
    "ladder",
    "latch_states",
    "learning_curves",
    "length_accuracy",
    "lives",
    "memory_probe",
    "probes",
    "secants",
    "shares",
    "step_errors",
]
