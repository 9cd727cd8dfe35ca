"""A run of a fixed number of updates that is judged once, at its end."""

import numpy as np

from rnncourse.training.run import TrainingRun


class FixedRun(TrainingRun):
    """A subclass brings ``update`` and ``summary``; its configuration has ``steps``.

    every  updates between two points of the curve, each the mean loss since the last one
    rng    what draws the batches, if it is to go on where a checkpoint was written
    """

    every = 25
    rng: np.random.Generator | None = None

    @property
    def finished(self) -> bool:
        return self.step >= self.config.steps

    def evaluate_if_due(self) -> bool:
        if self.step % self.every and not self.finished:
            return False
        self.curve["step"].append(self.step)
        self.curve["loss"].append(round(float(np.mean(self.losses)), 4))
        self.losses = []
        return True

    def progress(self, loss: float, evaluated: bool) -> int:
        return self.step

    def metadata(self) -> dict:
        """Where the stream of chance stands; a checkpoint is written after a point of the curve."""
        return {} if self.rng is None else {"generator": self.rng.bit_generator.state}

    def resume(self, metadata: dict, state: dict) -> None:
        if self.rng is not None:
            self.rng.bit_generator.state = metadata["generator"]
