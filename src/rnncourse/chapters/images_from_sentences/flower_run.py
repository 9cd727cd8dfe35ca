"""One run of the chapter's experiments: an encoder and a generator are trained and measured."""

from collections.abc import Callable
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import nn

from rnncourse.chapters.images_from_sentences.bank import Bank
from rnncourse.chapters.images_from_sentences.encoder import SentenceEncoder
from rnncourse.chapters.images_from_sentences.flower_bank import flower_bank
from rnncourse.chapters.images_from_sentences.learn_to_read import (
    ReadConfig,
    learn_flowers,
    text_accuracies,
)
from rnncourse.chapters.images_from_sentences.measures import accuracies, by_length, variety
from rnncourse.chapters.images_from_sentences.networks import Discriminator, Generator
from rnncourse.chapters.images_from_sentences.training import (
    Game,
    GameConfig,
    LearnedTexts,
    Texts,
    play,
)
from rnncourse.chapters.images_from_sentences.words import Words
from rnncourse.experiments.run import file_name, shared_choices
from rnncourse.records import Record
from rnncourse.tasks import caption_words
from rnncourse.training import clocks, provenance

ROWS = 24_000  # of the bank
EVERY = 100  # steps between two points of the curve, each the mean over the steps before it


class Model(nn.Module):
    """A sentence encoder and a generator: pictures for captions."""

    def __init__(self, encoder: SentenceEncoder, generator: Generator):
        super().__init__()
        self.encoder, self.generator = encoder, generator.eval()

    @torch.no_grad()
    def draw(self, captions: list[str], z: np.ndarray) -> np.ndarray:
        """Pictures (n, 3, 24, width) in 0 … 1 for n captions and noise z (n, z_size)."""
        t = self.encoder.read(captions)
        pieces = zip(t.split(256), torch.as_tensor(z, dtype=torch.float32).split(256), strict=True)
        return (torch.cat([self.generator(*piece) for piece in pieces]).numpy() + 1.0) / 2.0

    def images(self, captions: list[str], rng: np.random.Generator) -> np.ndarray:
        """The same with noise drawn from rng."""
        return self.draw(captions, rng.standard_normal((len(captions), self.generator.z_size)))


@dataclass(frozen=True)
class FlowerRun:
    """An encoder and the game on single flowers.

    setting   what the book calls this choice of all the others
    cell      the encoder's: "rnn", "gru", "lstm" or "bag"
    steps     updates in the game
    reading   updates of the encoder before the game
    joint     the encoder has no training before the game and learns in it
    short     measure on fewer captions
    The others are GameConfig's.
    """

    setting: str
    seed: int
    cell: str = "gru"
    steps: int = 10_000
    reading: int = 1200
    joint: bool = False
    short: bool = False
    groups: int = 16
    together: int = 2
    wrong: int = 4
    group_weight: float = 0.15
    match: float = 1.0
    match_G: float = 1.0
    blur: float = 0.6

    def __post_init__(self):
        _ = self.game  # checks the rest

    @property
    def id(self) -> str:
        """The name of its record's file."""
        return file_name(self.setting, self.cell, f"seed{self.seed}")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        return {name: value for name, value in asdict(self).items() if name != "seed"}

    @property
    def game(self) -> GameConfig:
        return GameConfig(**shared_choices(self, GameConfig))

    @property
    def work(self) -> float:
        """Steps: how long it may take beside other runs."""
        return self.steps + self.reading

    def learn(self, checkpoint=None, on_step: Callable | None = None) -> Record:
        """Train and measure; a run is short, so an interrupted one starts anew."""
        return self.train(on_step)[1]

    def train(self, on_step: Callable | None = None) -> tuple[Model, Record]:
        """The model and the record of its training."""
        started = clocks()
        rng = np.random.default_rng(self.seed)
        bank = flower_bank(rng, ROWS, k=self.together)
        encoder = SentenceEncoder(Words(caption_words), self.cell, rng=rng)
        text = {}
        if not self.joint:
            config = ReadConfig(self.reading)
            head = learn_flowers(encoder, bank, config, rng=rng, on_step=on_step).head
            text = text_accuracies(encoder, head)
        model, losses = self._play(encoder, bank, rng, on_step)
        spent = {name: round(now - started[name], 1) for name, now in clocks().items()}
        curve = {name: _thinned(values) for name, values in losses.items()}
        curve = {"step": list(range(EVERY, self.steps + 1, EVERY)), **curve}
        summary = {"steps": self.steps, **_rounded(text | self.measure(model))}
        return model, Record(self.id, self.config, self.seed, curve, summary, provenance() | spent)

    def _play(self, encoder: SentenceEncoder, bank: Bank, rng, on_step) -> tuple[Model, dict]:
        networks = Generator(rng=rng), Discriminator(rng=rng)
        game = Game(*networks, self.game, rng=rng)
        texts = LearnedTexts(encoder, bank, game) if self.joint else Texts(encoder, bank)
        losses = play(game, bank, texts, rng, on_step)
        return Model(encoder, game.average), losses

    def measure(self, model: Model) -> dict[str, float]:
        """What a table shows."""
        if self.short:
            found = accuracies(model.images, read=500, nearest=0)
            found |= variety(model.images, captions=120, draws=24)
        else:
            found = accuracies(model.images) | variety(model.images) | by_length(model.images)
        return found


def _rounded(values: dict) -> dict:
    return {name: round(value, 4) for name, value in values.items()}


def _thinned(values: list[float]) -> list[float]:
    """The means over EVERY values each."""
    whole = len(values) // EVERY * EVERY
    return np.reshape(values[:whole], (-1, EVERY)).mean(axis=1).round(4).tolist()
