"""Experiments on scenes of two flowers: what the encoders read, and what is drawn from it.

scene-sentences     the encoders alone: which attributes one linear layer finds in the text feature
flower-scenes       the same encoders, frozen, with a generator and a discriminator
flower-scenes-long  the GRU with more updates of both players; the page's networks are its first
"""

from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from rnncourse.chapters.images_from_sentences import scenes
from rnncourse.chapters.images_from_sentences.bank import as_bytes
from rnncourse.chapters.images_from_sentences.nearest import nearest_drawing
from rnncourse.chapters.images_from_sentences.scene_game import SceneGameConfig
from rnncourse.experiments.definitions import Experiment, seeded
from rnncourse.records import Record
from rnncourse.training import clocks, provenance
from rnncourse.validate import require_choice, require_count, require_positive

READING_STEPS, STEPS = 1500, 2000


@dataclass(frozen=True)
class ReadingRun:
    """An encoder that learns to read the sentences of scenes.

    setting        what the book calls this choice of all the others
    encoder        a key of ``scenes.ENCODERS``
    learning_rate  Adam's
    reading_steps  updates of the encoder
    """

    setting: str
    encoder: str
    learning_rate: float
    seed: int
    reading_steps: int = READING_STEPS

    def __post_init__(self):
        require_choice("encoder", self.encoder, scenes.ENCODERS)
        require_count("reading_steps", self.reading_steps)
        require_positive("learning_rate", self.learning_rate)

    @property
    def id(self) -> str:
        """The name of its record's file."""
        return f"{self.encoder}-{self.setting.replace(' ', '-')}-seed{self.seed}"

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        return {name: value for name, value in asdict(self).items() if name != "seed"}

    @property
    def work(self) -> float:
        """How long it may take beside other runs of its kind."""
        return self.reading_steps

    def learn(self, checkpoint: str | Path | None = None, on_step=None) -> Record:
        """Train and judge; there is no checkpoint, a run begins anew."""
        started = clocks()
        rng, bank, encoder = scenes.prepare(self.encoder, self.seed)
        reading = scenes.learn_scenes(
            encoder, bank, self.reading_steps, self.learning_rate, rng=rng, on_step=on_step
        )
        summary = {"steps": self.reading_steps}
        summary |= judged("text", lambda kind: scenes.judge_reading(encoder, reading.head, kind))
        curve = averaged({"loss": reading.losses})
        return Record(self.id, self.config, self.seed, curve, summary, made(started))


@dataclass(frozen=True)
class SceneRun(ReadingRun):
    """An encoder that learns to read, and a generator that draws what it has read.

    steps  updates of generator and discriminator
    """

    steps: int = STEPS

    def __post_init__(self):
        super().__post_init__()
        require_count("steps", self.steps)

    @property
    def work(self) -> float:
        return self.reading_steps + 3 * self.steps

    def trained(self, on_step=None) -> scenes.Trained:
        """The networks of this run after training."""
        game = SceneGameConfig(self.steps)
        rates = self.reading_steps, self.learning_rate
        return scenes.train(self.encoder, self.seed, *rates, game, on_step)

    def learn(self, checkpoint: str | Path | None = None, on_step=None) -> Record:
        """Train and judge; there is no checkpoint, a run begins anew."""
        started = clocks()
        return self.record(self.trained(on_step), started)

    def record(self, networks: scenes.Trained, started: dict) -> Record:
        """What is kept of these networks: accuracies by the reader and by the nearest drawing."""
        encoder, generator, reading, losses = networks
        summary = {"steps": self.steps}
        summary |= judged("text", lambda kind: scenes.judge_reading(encoder, reading.head, kind))
        summary |= judged("image", lambda kind: scenes.judge_drawing(encoder, generator, kind))
        summary |= judged(
            "nearest",
            lambda kind: scenes.judge_drawing(encoder, generator, kind, nearest_halves, n=NEAREST),
        )
        summary["pair"] = as_text(scenes.draw_pair(encoder, generator))
        return Record(self.id, self.config, self.seed, averaged(losses), summary, made(started))


NEAREST = 200  # captions of each kind that are judged by the nearest drawing too


def nearest_halves(images: np.ndarray) -> np.ndarray:
    """What the nearest drawing says of each half: images (n, 3, 24, 48), result (n, 2, 5)."""
    halves = np.split(np.asarray(images, np.float32), 2, axis=3)
    return np.stack([nearest_drawing(half) for half in halves], axis=1)


def as_text(images: np.ndarray) -> str:
    """Pictures as a text for a record: every value as a whole number 0 … 255."""
    return b64encode(as_bytes(images).tobytes()).decode("ascii")


def from_text(text: str) -> np.ndarray:
    """The pictures of PAIR in a record, (2, draws, 3, 24, 48) in 0 … 1."""
    values = np.frombuffer(b64decode(text), np.uint8).reshape(2, scenes.DRAWS, 3, 24, 48)
    return values / np.float32(255.0)


def judged(by: str, judge) -> dict[str, float]:
    """share and whole of ``judge(kind)`` for every kind of scene, named "image_seen_share"."""
    return {
        f"{by}_{kind}_{name}": round(value, 4)
        for kind in scenes.KINDS
        for name, value in judge(kind)._asdict().items()
    }


def averaged(losses: dict[str, list[float]]) -> dict[str, list]:
    """The mean losses of every ``scenes.EVERY`` steps, as a record's curve."""
    every = scenes.EVERY
    lists = {name: np.array(values) for name, values in losses.items()}
    count = len(next(iter(lists.values()))) // every
    curve = {"step": [every * (k + 1) for k in range(count)]}
    for name, values in lists.items():
        means = values[: count * every].reshape(count, every).mean(axis=1)
        curve[name] = [round(float(mean), 4) for mean in means]
    return curve


def made(started: dict) -> dict:
    """Where and in how many seconds a run was made."""
    spent = {name: round(now - started[name], 1) for name, now in clocks().items()}
    return provenance() | spent


def choices(name: str) -> dict:
    """The setting of an encoder with its own rate."""
    rate = scenes.ENCODERS[name].learning_rate
    return {"setting": "chosen", "encoder": name, "learning_rate": rate}


READ, READ_SEEDS = ("bag", "rnn", "gru", "lstm", "bidirectional"), 3  # what is recorded so far
SENTENCES = Experiment(
    name="scene-sentences",
    question="Which encoders can tell from a sentence which attribute belongs to which flower?",
    runs=seeded([choices(name) for name in READ], run=ReadingRun, seeds=READ_SEEDS),
    seeds=READ_SEEDS,
)

DRAWN, DRAWN_SEEDS = ("gru", "bag", "lstm"), 1  # what is recorded so far
SCENES = Experiment(
    name="flower-scenes",
    question="Does every attribute that a sentence names stand at the right one of two flowers?",
    runs=seeded([choices(name) for name in DRAWN], run=SceneRun, seeds=DRAWN_SEEDS),
    seeds=DRAWN_SEEDS,
)

LONG_STEPS, LONG_SEEDS = 8000, 3
LONG = Experiment(
    name="flower-scenes-long",
    question="How well does the GRU's generator draw scenes with four times the updates?",
    runs=seeded([choices("gru") | {"setting": "long"}], SceneRun, LONG_SEEDS, steps=LONG_STEPS),
    seeds=LONG_SEEDS,
)
