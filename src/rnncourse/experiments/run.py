"""One training run of an experiment: its choices, and the record that it leaves."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from rnncourse.cells import CELLS, INITIALIZATIONS, chrono_, forget_bias_, initialize_
from rnncourse.records import Record
from rnncourse.sequence import SequenceModel
from rnncourse.tasks import Batch, palindromes
from rnncourse.training import TrainConfig, train
from rnncourse.validate import require_choice, require_count

CODINGS = {"one-hot": 10, "digit": 1}


@dataclass(frozen=True)
class PalindromeRun:
    """A model of ``units`` units that reads palindromes of ``length`` digits, and its training.

    setting         what the book calls this choice of all the others
    coding          "one-hot" rows, or the "digit" itself as one number
    initialization  a key of INITIALIZATIONS, or "chrono": orthogonal, with gate biases by length
    forget_bias     b_f at the start; None leaves it to the initialization
    The others are TrainConfig's.
    """

    setting: str
    cell: str
    length: int
    seed: int
    coding: str = "one-hot"
    initialization: str = "orthogonal"
    forget_bias: float | None = None
    optimizer: str = "adam"
    learning_rate: float = 1e-3
    steps: int = 10_000
    units: int = 128
    batch_size: int = 128
    clip_norm: float | None = 10.0

    def __post_init__(self):
        require_choice("cell", self.cell, CELLS)
        require_choice("coding", self.coding, CODINGS)
        require_choice("initialization", self.initialization, {*INITIALIZATIONS, "chrono"})
        require_count("length", self.length, minimum=2)
        require_count("units", self.units)
        _ = self.training  # checks the rest

    @property
    def id(self) -> str:
        """The name of its record's file."""
        words = (self.setting, self.cell, f"length{self.length}", f"seed{self.seed}")
        return "-".join(words).replace(" ", "-").replace(",", "")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        choices = asdict(self)
        return {name: choices[name] for name in choices if name != "seed"}

    @property
    def training(self) -> TrainConfig:
        return TrainConfig(
            steps=self.steps,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            optimizer=self.optimizer,
            clip_norm=self.clip_norm,
            seed=self.seed,
        )

    @property
    def work(self) -> float:
        """Multiplications at most, up to a factor: how long it may take beside other runs."""
        return self.steps * self.length * {"rnn": 1, "gru": 3}.get(self.cell, 4)

    def model(self) -> SequenceModel:
        """The model before training; the seed draws its weights."""
        rng = np.random.default_rng(self.seed)
        model = SequenceModel(self.cell, CODINGS[self.coding], self.units, 10, rng=rng)
        chrono = self.initialization == "chrono"
        initialize_(model, "orthogonal" if chrono else self.initialization, rng=rng)
        if chrono:
            chrono_(model, self.length, rng=rng)
        if self.forget_bias is not None:
            forget_bias_(model, self.forget_bias)
        return model

    def batches(self) -> Callable:
        """``next_batch(rng, batch_size)`` of its task and coding."""
        draw = partial(palindromes, length=self.length)
        return draw if self.coding == "one-hot" else partial(as_numbers, draw)


def as_numbers(draw: Callable, rng: np.random.Generator, batch_size: int) -> Batch:
    """Digits as one number a step, x (B, T, 1) float32 in 0 … 9."""
    x, y = draw(rng, batch_size)
    return Batch(x=x[..., None].astype(np.float32), y=y)


def execute(run: PalindromeRun, checkpoint: str | Path | None = None, on_step=None) -> Record:
    """Train; the record's config is the run's, and its provenance holds the record's digest."""
    record = train(
        run.model(),
        run.batches(),
        run.training,
        record_name=run.id,
        checkpoint=checkpoint,
        on_step=on_step,
    )
    record = replace(record, config=run.config)
    return replace(record, provenance=record.provenance | {"digest": record.digest()})
