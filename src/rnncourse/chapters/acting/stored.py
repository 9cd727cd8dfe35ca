"""The stored walker: a small LSTM that was trained once, so that all machines look at one policy.

    python -m rnncourse.chapters.acting.stored

trains it again and writes ``results/walker.npz``, its weights, and ``results/walker.json``, the
record of the run: the standard recipe, but for an entropy bonus that stays at 0.01. The weights
are float32 arrays under the names of ``LSTMCell`` (d = 4 observations: cue left, cue right,
corridor, junction; n = 8 units) and W_ph (4, n), b_p (4,): the scores of forward, left and right,
and the value.
"""

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import torch

from rnncourse.chapters.acting.episodes import ACTIONS, OBSERVATIONS
from rnncourse.chapters.acting.policy import MazeRun, MazeTraining
from rnncourse.records import Record, open_kept, write_whole
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
    kept = open_kept(RESULTS / "walker.npz", recorded().summary["weights_sha256"])
    with np.load(kept, allow_pickle=False) as weights:
        arrays = {name: torch.from_numpy(weights[name]) for name in weights.files}
    output = {name: arrays.pop(name) for name in ("W_ph", "b_p")}
    model.load_state_dict(output | {f"cells.0.{name}": value for name, value in arrays.items()})
    return model


def store(folder: Path = RESULTS) -> Record:
    """Train the walker; write its weights and the record beside them."""
    training = SteadyBonus(RUN)
    training.go(None, None)
    record = training.record(RUN.seed)
    state = training.model.state_dict()
    weights = {name.rpartition(".")[2]: value.numpy() for name, value in state.items()}
    path = write_whole(folder / "walker.npz", lambda file: np.savez_compressed(file, **weights))
    record.summary["weights_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    record.save(folder / "walker.json")
    return record


if __name__ == "__main__":
    print(store().summary)
