"""The stored walker: a small LSTM that was trained once, so that all machines look at one policy.

    python -m rnncourse.chapters.acting.stored

trains it again and writes ``results/walker.npz``, its weights, and ``results/walker.json``, the
record of the run: the standard recipe, but for an entropy bonus that stays at 0.01. The weights
are float32 arrays under the names of ``LSTMCell`` (d = 4 observations: cue left, cue right,
corridor, junction; n = 8 units) and W_ph (4, n), b_p (4,): the scores of forward, left and right,
and the value.
"""

from functools import cache
from pathlib import Path

import numpy as np

from rnncourse.chapters.acting.episodes import ACTIONS, OBSERVATIONS
from rnncourse.chapters.acting.policy import MazeRun, MazeTraining
from rnncourse.experiments.kept import keep, put_weights, read_kept, weights_of
from rnncourse.records import Record
from rnncourse.sequence import SequenceModel

RESULTS = Path(__file__).parent / "results"
RUN = MazeRun("stored walker", "lstm", length=10, seed=0, units=8)
WORDS = f"stored weights: {RUN.units} LSTM units, corridor of {RUN.length}"


class SteadyBonus(MazeTraining):
    """Training with a bonus that does not fall."""

    @property
    def bonus(self) -> float:
        return self.config.entropy


def recorded() -> Record:
    """The record of the stored walker's training."""
    return Record.load(RESULTS / "walker.json")


@cache
def walker() -> SequenceModel:
    """The stored walker; it is shared, so do not train it.

    Raises: FileNotFoundError where the weights are missing; ValueError if they were changed.
    """
    model = SequenceModel(
        RUN.cell, OBSERVATIONS, RUN.units, ACTIONS + 1, rng=np.random.default_rng(0)
    )
    put_weights(model, read_kept(RESULTS, "walker"))
    return model


def store(folder: Path = RESULTS) -> Record:
    """Train the walker; write its weights and the record beside them."""
    training = SteadyBonus(RUN)
    training.go(None, None)
    return keep(folder, "walker", weights_of(training.model), training.record(RUN.seed))


if __name__ == "__main__":
    print(store().summary)
