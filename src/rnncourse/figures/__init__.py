"""Every plot of the book, one file a chapter: takes arrays or records, returns the Axes."""

from rnncourse.figures.bptt import contributions, journeys, shares
from rnncourse.figures.comparison import accuracy_by_choice, accuracy_by_length, before_after
from rnncourse.figures.curves import bars, learning_curves
from rnncourse.figures.family import family_accuracy, family_updates, forget_bias_accuracy
from rnncourse.figures.gradcheck import ladder, secants, step_errors
from rnncourse.figures.linear import powers, spectrum, swing
from rnncourse.figures.lstm import conveyor, lives
from rnncourse.figures.optimizers import (
    OPTIMIZER_STYLE,
    ravine,
    schedules,
    step_lengths,
    sweep,
    well_paths,
)
from rnncourse.figures.palindromes import latch_states, length_accuracy, memory_probe, probes
from rnncourse.figures.style import CELL_STYLE
from rnncourse.figures.vanishing import clippings, directions, ellipses, seeds
from rnncourse.figures.waves import wave_accuracy, wave_samples

__all__ = [
    "CELL_STYLE",
    "OPTIMIZER_STYLE",
    "accuracy_by_choice",
    "accuracy_by_length",
    "bars",
    "before_after",
    "clippings",
    "contributions",
    "conveyor",
    "directions",
    "ellipses",
    "family_accuracy",
    "family_updates",
    "forget_bias_accuracy",
    "journeys",
    "ladder",
    "latch_states",
    "learning_curves",
    "length_accuracy",
    "lives",
    "memory_probe",
    "powers",
    "probes",
    "ravine",
    "schedules",
    "secants",
    "seeds",
    "shares",
    "spectrum",
    "step_errors",
    "step_lengths",
    "sweep",
    "swing",
    "wave_accuracy",
    "wave_samples",
    "well_paths",
]
