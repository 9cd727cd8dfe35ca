"""One run of the character RNN on a book: the curve of its smooth loss, and what it wrote."""

import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from rnncourse.byhand.char_rnn import CharRNN
from rnncourse.records import NOT_WHOLE, Record, read_sealed, write_sealed
from rnncourse.text import Vocabulary, corpus
from rnncourse.training import clocks, provenance
from rnncourse.validate import require_choice, require_count, require_positive

EVERY = 1000  # updates between two points of the curve
SAMPLED = range(10_000, 100_001, 10_000)  # updates after which it writes
SAMPLE, LONG_SAMPLE = 200, 1000  # characters
SAVED_EVERY = 10_000  # updates between two checkpoints
KEPT_BY_WRITER = ("curve", "samples", "best_loss", "best_step")
FIRST = "."  # what every sample begins after


@dataclass(frozen=True)
class CharacterRun:
    """A network of ``units`` units on a corpus of ``rnncourse.text``, and its training.

    setting     what the book calls this choice of all the others
    iterations  updates, a multiple of 1000
    The others are CharRNN's.
    """

    setting: str
    corpus: str
    iterations: int
    seed: int
    units: int = 100
    seq_length: int = 25
    learning_rate: float = 0.1
    sigma: float = 0.01
    dtype: str = "float64"

    def __post_init__(self):
        for name in ("iterations", "units", "seq_length"):
            require_count(name, getattr(self, name))
        require_positive("learning_rate", self.learning_rate)
        require_choice("dtype", self.dtype, ("float64", "float32"))
        if self.iterations % EVERY:
            raise ValueError(f"iterations must be a multiple of {EVERY}, got {self.iterations}")

    @property
    def id(self) -> str:
        """The name of its record's file."""
        return f"{self.setting}-{self.corpus}-seed{self.seed}"

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        choices = asdict(self)
        return {name: choices[name] for name in choices if name != "seed"}

    @property
    def work(self) -> float:
        """How long it may take beside other runs of its kind."""
        return self.iterations * self.seq_length * self.units

    def network(self, vocabulary_size: int) -> CharRNN:
        """The network before training; the seed draws its weights."""
        rng = np.random.default_rng(self.seed)
        return CharRNN(vocabulary_size, self.units, rng=rng, sigma=self.sigma, dtype=self.dtype)

    def learn(self, checkpoint: str | Path | None = None, on_step=None) -> Record:
        """Train, and let it write on the way.

        The curve holds the first update and then every thousandth. The summary holds the samples
        as texts; the best network is the one of the lowest smooth loss among the curve's points.
        """
        writer = _Writer(self, corpus(self.corpus))
        if checkpoint is not None and Path(checkpoint).exists():
            writer.load(checkpoint)
        while writer.net.step < self.iterations:
            writer.go_on()
            if checkpoint is not None and writer.net.step % SAVED_EVERY == 0:
                writer.save(checkpoint)
            if on_step is not None:
                on_step(writer.net.step)
        made = provenance() | {name: round(value, 1) for name, value in writer.times().items()}
        return Record(self.id, self.config, self.seed, writer.curve, writer.summary(), made)


class _Writer:
    """A network in training, and what it has written so far."""

    def __init__(self, run: CharacterRun, text: str):
        self.run, self.vocabulary = run, Vocabulary.from_text(text)
        self.ids = self.vocabulary.encode(text)
        self.net = run.network(len(self.vocabulary))
        self.curve: dict[str, list] = {"step": [], "smooth_loss": []}
        self.samples: dict[str, str] = {}
        self.best_loss, self.best_step, self.best = np.inf, 0, {}
        self.started = clocks()

    def times(self) -> dict[str, float]:
        """Seconds spent so far, before an interruption included."""
        return {name: now - self.started[name] for name, now in clocks().items()}

    def save(self, path) -> None:
        """The network, its memory, the best one, and what it wrote so far."""
        net = self.net
        metadata = {
            "net": {name: getattr(net, name) for name in ("step", "position", "smooth_loss")},
            "self": {name: getattr(self, name) for name in KEPT_BY_WRITER},
            "times": self.times(),
        }
        arrays = {"h": net.h, "metadata": np.array(json.dumps(metadata))}
        for kind, block in (("weights", net.weights), ("memory", net.memory)):
            arrays |= {f"{kind}_rows": block.rows, f"{kind}_flat": block.flat}
        arrays |= {f"best_{name}": value for name, value in self.best.items()}
        content = io.BytesIO()
        np.savez(content, **arrays)
        write_sealed(path, content.getbuffer())

    def load(self, path) -> None:
        """Take up what ``save`` wrote; the file is data and never executed."""
        content = read_sealed(path)
        try:
            self._take(io.BytesIO(content))
        except (EOFError, KeyError, ValueError, BadZipFile) as error:
            kind = type(error).__name__
            raise ValueError(f"{path} {NOT_WHOLE} ({kind})") from None

    def _take(self, content) -> None:
        net = self.net
        with np.load(content) as arrays:
            metadata = json.loads(str(arrays["metadata"]))
            for kind, block in (("weights", net.weights), ("memory", net.memory)):
                block.rows[...], block.flat[...] = arrays[f"{kind}_rows"], arrays[f"{kind}_flat"]
            net.h[...] = arrays["h"]
            self.best = {name: arrays[f"best_{name}"] for name in net.params}
        for target, values in ((net, metadata["net"]), (self, metadata["self"])):
            for name, value in values.items():
                setattr(target, name, value)
        self.started = {name: now - metadata["times"][name] for name, now in clocks().items()}

    def go_on(self) -> None:
        """To the next point of the curve."""
        step = self.net.step
        updates = {0: 1, 1: EVERY - 1}.get(step, EVERY)
        self.net.train(self.ids, updates, self.run.seq_length, self.run.learning_rate)
        self.curve["step"].append(self.net.step)
        self.curve["smooth_loss"].append(round(self.net.smooth_loss, 4))
        if self.net.smooth_loss < self.best_loss:
            self.best_loss, self.best_step = self.net.smooth_loss, self.net.step
            self.best = {name: value.copy() for name, value in self.net.params.items()}
        if self.net.step in SAMPLED:
            self.samples[f"sample_{self.net.step}"] = self.write(SAMPLE)
        if self.net.step == SAMPLED[-1]:
            self.samples["forced_100000"] = self.predict(SAMPLE)

    def write(self, length: int) -> str:
        """Characters that the network writes by itself, each read back in."""
        rng = np.random.default_rng([self.run.seed, self.net.step])
        first = int(self.vocabulary.encode(FIRST)[0])
        return self.vocabulary.decode(self.net.generate(first, length, rng=rng))

    def predict(self, length: int) -> str:
        """Drawn one step ahead while the network reads the beginning of the book: no sample."""
        rng = np.random.default_rng([self.run.seed, self.net.step])
        return self.vocabulary.decode(self.net.guess(self.ids[:length], rng=rng))

    def summary(self) -> dict:
        last = self.net.smooth_loss
        for name, value in self.best.items():
            self.net.params[name][...] = value
        return {
            "steps": self.net.step,
            "smooth_loss": round(last, 4),
            "best_smooth_loss": round(self.best_loss, 4),
            "best_step": self.best_step,
            "vocabulary_size": len(self.vocabulary),
            "characters": len(self.ids),
            **self.samples,
            f"best_{LONG_SAMPLE}": self.write(LONG_SAMPLE),
        }
