"""Every plot of the book, one file a chapter: takes arrays or records, returns the Axes."""

from rnncourse.figures.bptt import contributions, journeys, shares
from rnncourse.figures.characters import apart, reading, smooth_losses
from rnncourse.figures.comparison import accuracy_by_choice, accuracy_by_length, before_after
from rnncourse.figures.curves import bars, learning_curves
from rnncourse.figures.family import family_accuracy, family_updates, forget_bias_accuracy
from rnncourse.figures.gradcheck import ladder, secants, step_errors
from rnncourse.figures.gru import gated_matrices, slider
from rnncourse.figures.language_model import (
    best_batches,
    book_curves,
    recall_costs,
    windows_of_text,
)
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
from rnncourse.figures.phased import learned_waves, open_units, sent_back, time_gate, valleys
from rnncourse.figures.sampling import by_position, copied, returns, tempered
from rnncourse.figures.style import CELL_STYLE
from rnncourse.figures.vanishing import clippings, directions, ellipses, seeds
from rnncourse.figures.waves import wave_accuracy, wave_samples

__all__ = [
    "CELL_STYLE",
    "OPTIMIZER_STYLE",
    "accuracy_by_choice",
    "accuracy_by_length",
    "apart",
    "bars",
    "before_after",
    "best_batches",
    "book_curves",
    "by_position",
    "clippings",
    "contributions",
    "conveyor",
    "copied",
    "directions",
    "ellipses",
    "family_accuracy",
    "family_updates",
    "forget_bias_accuracy",
    "gated_matrices",
    "journeys",
    "ladder",
    "latch_states",
    "learned_waves",
    "learning_curves",
    "length_accuracy",
    "lives",
    "memory_probe",
    "open_units",
    "powers",
    "probes",
    "ravine",
    "reading",
    "recall_costs",
    "returns",
    "schedules",
    "secants",
    "seeds",
    "sent_back",
    "shares",
    "slider",
    "smooth_losses",
    "spectrum",
    "step_errors",
    "step_lengths",
    "sweep",
    "swing",
    "tempered",
    "time_gate",
    "valleys",
    "wave_accuracy",
    "wave_samples",
    "well_paths",
    "windows_of_text",
]
