"""Parity of a stream of bits: a task that asks the gate to look at the state.

After every bit the model says whether the number of ones so far is even or odd. It learns on
streams of 20 bits, and is judged at the last bit of streams of 20, 40 and 80.
"""

from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from rnncourse.cells import MinGRUCell, RNNState, initialize_
from rnncourse.experiments.run import file_name
from rnncourse.records import Record
from rnncourse.sequence import SequenceModel
from rnncourse.training.fixed import FixedRun
from rnncourse.validate import require_choice, require_count, require_positive

BITS = CLASSES = 2
LENGTHS = (20, 40, 80)  # judged
JUDGED = 2000  # streams of each length


class SignedMinGRUCell(MinGRUCell):
    """A minGRU whose factor of the old state may be negative.

    h_t = (1 − 2 z_t) ⊙ h_{t-1} + z_t ⊙ h̃_t           1 − 2 z lies in (−1, 1)

    Source of the idea: Grazzi et al. (2025).
    """

    def step(self, x: Tensor, state: RNNState) -> tuple[Tensor, RNNState]:
        z = torch.sigmoid(x @ self.W_zx.T + self.b_z)
        h = (1.0 - 2.0 * z) * state.h + z * (x @ self.W_hx.T + self.b_h)
        return h, RNNState(h=h)


SIGNED = "signed mingru"
KINDS = {  # the cell and its layers
    "gru": ("gru", 1),
    "mingru": ("mingru", 1),
    "mingru of two layers": ("mingru", 2),
    SIGNED: ("mingru", 1),
}


def parity(rng: np.random.Generator, batch_size: int, length: int) -> tuple[Tensor, Tensor]:
    """Random bits, and after each of them the parity of the ones so far; both (B, T)."""
    x = rng.integers(0, 2, (batch_size, length))
    return torch.from_numpy(x), torch.from_numpy(np.cumsum(x, axis=1) % 2)


@dataclass(frozen=True)
class ParityRun:
    """A model of ``units`` units a layer that learns parity, and its training.

    setting     a key of KINDS with its units: what the book calls this model
    kind        a key of KINDS
    The learning rate falls linearly to zero over the updates.
    """

    setting: str
    kind: str
    seed: int
    learning_rate: float
    units: int = 16
    length: int = 20
    steps: int = 400
    batch_size: int = 64
    optimizer: str = "adam"
    clip_norm: float = 1.0
    task: str = "parity"

    def __post_init__(self):
        require_choice("kind", self.kind, KINDS)
        for name in ("units", "length", "steps", "batch_size"):
            require_count(name, getattr(self, name))
        require_positive("learning_rate", self.learning_rate)

    @property
    def id(self) -> str:
        """The name of its record's file."""
        return file_name(self.setting, f"rate{self.learning_rate:g}", f"seed{self.seed}")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        return {name: value for name, value in asdict(self).items() if name != "seed"}

    @property
    def work(self) -> float:
        """How long it may take beside other runs of its kind."""
        return self.steps * self.length * KINDS[self.kind][1]

    def model(self) -> SequenceModel:
        """The model before training; the seed draws its weights."""
        cell, layers = KINDS[self.kind]
        rng = np.random.default_rng([self.seed, 0])
        model = SequenceModel(cell, BITS, self.units, CLASSES, num_layers=layers, rng=rng)
        if self.kind == SIGNED:
            model.cells[0] = SignedMinGRUCell(BITS, self.units, rng=rng)
        initialize_(model, "kaiming", rng=rng)
        return model

    def learn(self, checkpoint=None, on_step=None) -> Record:
        """Train, and judge once at the end."""
        training = ParityTraining(self)
        training.go(checkpoint, on_step)
        return training.record(self.seed)


class ParityTraining(FixedRun):
    """The updates of a run, and what they gave."""

    def __init__(self, choices: ParityRun):
        super().__init__(choices.id, choices.model(), choices)
        self.rng = np.random.default_rng([choices.seed, 1])

    def update(self) -> float:
        """Read a batch, and go down the mean cross-entropy over all steps; returns the loss."""
        x, y = parity(self.rng, self.config.batch_size, self.config.length)
        p, _ = self.model(x)
        left = 1 - self.step / self.config.steps
        return self.descend(
            cross_entropy(p.flatten(0, 1), y.flatten()), self.config.learning_rate * left
        )

    @torch.no_grad()
    def summary(self) -> dict:
        """Judged once: the share of right answers after the last bit of fresh streams."""
        rng, shares = np.random.default_rng([self.config.seed, 2]), {}
        for length in LENGTHS:
            x, y = parity(rng, JUDGED, length)
            right = self.model(x)[0][:, -1].argmax(dim=-1) == y[:, -1]
            shares[f"right_{length}"] = float(right.double().mean())
        return shares | {"steps": self.step}
