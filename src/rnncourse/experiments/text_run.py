"""One training run on text of an experiment: its choices, and the record that it leaves."""

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np

from rnncourse.cells import CELLS
from rnncourse.experiments.tale_excess import above_entropy
from rnncourse.records import Record
from rnncourse.sampling import generate
from rnncourse.text import Streams, Vocabulary, corpus, split
from rnncourse.training import TextConfig, text_model, train_text
from rnncourse.validate import require_choice, require_count

TALES = "tales"
MATRICES = {"rnn": 1, "gru": 3}  # the others have 4
# The choices of the course's sheet, where they differ from the defaults below.
COURSE = {
    "learning_rate": 2e-3,
    "optimizer": "adam",
    "schedule": "exponential",
    "clip_norm": 5.0,
}


@dataclass(frozen=True)
class TextRun:
    """Layers of ``hidden`` units that learn a text character by character.

    setting      what the book calls this choice of all the others
    corpus       a name of ``text.corpus``
    streams      pieces of the text read side by side
    window       characters of a stream in one update
    minutes      of the processor's time, in place of steps
    read_train   judge the training text as well, dropout off
    prompt       what samples begin with; None: a character drawn at random, each time another
    The others are TextConfig's.
    """

    setting: str
    corpus: str
    seed: int
    cell: str = "lstm"
    layers: int = 2
    hidden: int = 128
    dropout: float = 0.0
    streams: int = 64
    window: int = 30
    learning_rate: float = 8e-3
    optimizer: str = "adam-0.99"
    clip_norm: float | None = 1.0
    schedule: str = "cosine"
    decay_every: int = 10_000  # with the schedule "exponential", factor 0.95
    steps: int | None = None
    minutes: float | None = None
    evaluations: int = 40
    evaluate_at: tuple[int, ...] = ()
    read_train: bool = True
    prompt: str | None = None
    sample_length: int = 100
    temperature: float = 0.5

    def __post_init__(self):
        require_choice("cell", self.cell, CELLS)
        for name in ("layers", "hidden", "streams", "window", "sample_length"):
            require_count(name, getattr(self, name))
        _ = self.training  # checks the rest

    @property
    def id(self) -> str:
        """The name of its record's file."""
        words = (Path(self.corpus).stem, self.setting, self.cell, f"seed{self.seed}")
        return "-".join(words).replace(" ", "-").replace(",", "")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        choices = {name: value for name, value in asdict(self).items() if name != "seed"}
        return choices | {"evaluate_at": list(self.evaluate_at)}

    @property
    def training(self) -> TextConfig:
        names = ("learning_rate", "optimizer", "clip_norm", "schedule", "decay_every")
        names += ("steps", "minutes", "evaluations", "evaluate_at", "read_train")
        return TextConfig(
            **{name: getattr(self, name) for name in names},
            warmup=0.02 if self.schedule == "cosine" else 0.0,
            clock="processor_seconds",
        )

    @property
    def work(self) -> float:
        """Minutes, or multiplications up to a factor: how long it may take beside other runs."""
        if self.minutes is not None:
            return self.minutes
        matrices = MATRICES.get(self.cell, 4) * (2 * self.layers - 1)
        return self.steps * self.streams * self.window * self.hidden**2 * matrices

    def learn(self, checkpoint: str | Path | None = None, on_step=None) -> Record:
        """Train on the first nine tenths of the text, judge by the last."""
        text = corpus(self.corpus)
        vocabulary = Vocabulary.from_text(text)
        learned, held_out = split(vocabulary.encode(text))
        names = ("cell", "layers", "hidden", "dropout")
        choices = {name: getattr(self, name) for name in names}
        model = text_model(K=len(vocabulary), seed=self.seed, **choices)
        record = train_text(
            model,
            Streams(learned, self.streams, self.window),
            held_out,
            self.training,
            record_name=self.id,
            seed=self.seed,
            about=choices | {"characters": vocabulary.characters},
            sample=partial(self.sample, vocabulary),
            checkpoint=checkpoint,
            on_step=on_step,
        )
        record.summary.update(self.judge(model, vocabulary, learned, held_out))
        return record

    def judge(self, model, vocabulary: Vocabulary, learned, held_out) -> dict:
        """What is measured of the trained model besides."""
        return above_entropy(model, vocabulary) if self.corpus == TALES else {}

    def sample(self, vocabulary: Vocabulary, model, step: int) -> str:
        """The prompt and what the model writes after it."""
        rng = np.random.default_rng([self.seed, step])
        drawn = vocabulary.decode([rng.integers(len(vocabulary))])
        prompt = drawn if self.prompt is None else self.prompt
        length, temperature = self.sample_length, self.temperature
        return prompt + generate(
            model, vocabulary, prompt, length, temperature=temperature, rng=rng
        )
