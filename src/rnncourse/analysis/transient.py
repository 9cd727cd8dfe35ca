"""The way to the limit: how high the powers of a matrix rise before they fade."""

from typing import NamedTuple

import numpy as np

from rnncourse.analysis.spectral import power_norms


class Peak(NamedTuple):
    """The largest norm of a power, and at which step it stands."""

    step: int
    norm: float


def transient_peak(W: np.ndarray, T: int) -> Peak:
    """The largest ‖W^t‖₂ of t = 0 … T; the first such step if there are several."""
    norms = power_norms(W, T)
    step = int(np.argmax(norms))
    return Peak(step, float(norms[step]))
