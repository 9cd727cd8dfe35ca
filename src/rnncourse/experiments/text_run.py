"""One training run on text of an experiment: its choices, and the record that it leaves."""

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from rnncourse.analysis import count_parameters
from rnncourse.cells import CELLS
from rnncourse.experiments.run import file_name, shared_choices
from rnncourse.records import Record
from rnncourse.sampling import continuation, copied_share, entropy, generate, probabilities
from rnncourse.text import (
    Streams,
    Vocabulary,
    corpus,
    split,
    tales,
    tales_conditional_log_probabilities,
    tales_kinds,
)
from rnncourse.training import TextConfig, character_losses, read, text_model, train_text
from rnncourse.validate import require_choice, require_count

FRESH_SEED = 7
FRESH_CHARACTERS = 50_000


def above_entropy(model: nn.Module, vocabulary: Vocabulary) -> dict[str, float]:
    """Bits above the exact loss of each character, on tales that nobody was trained on.

    "above" is the mean over all characters, "above_name" over those of the kind "name", and so on
    for the kinds of ``text.tales_kinds``; "share_name" is the share of that kind.
    """
    text = tales(np.random.default_rng(FRESH_SEED), FRESH_CHARACTERS)
    losses = character_losses(model, vocabulary.encode(text))
    best = -tales_conditional_log_probabilities(text)[1:]
    excess = (losses - best) / np.log(2.0)
    measured = {"above": float(excess.mean())}
    kinds = tales_kinds(text)[1:]
    for kind in sorted(set(kinds)):
        measured[f"above_{kind}"] = float(excess[kinds == kind].mean())
        measured[f"share_{kind}"] = float((kinds == kind).mean())
    return measured


TALES = "tales"
# The choices of the course's sheet, where they differ from the defaults below.
COURSE = {"learning_rate": 2e-3, "optimizer": "adam", "schedule": "exponential", "clip_norm": 5.0}


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
        return file_name(Path(self.corpus).stem, self.setting, self.cell, f"seed{self.seed}")

    @property
    def config(self) -> dict:
        """Its choices as a record keeps them; the seed stands beside them."""
        choices = {name: value for name, value in asdict(self).items() if name != "seed"}
        return choices | {"evaluate_at": list(self.evaluate_at)}

    @property
    def training(self) -> TextConfig:
        warmup = 0.02 if self.schedule == "cosine" else 0.0
        choices = shared_choices(self, TextConfig)
        return TextConfig(**choices, warmup=warmup, clock="processor_seconds")

    @property
    def work(self) -> float:
        """Minutes, or multiplications up to a factor: how long it may take beside other runs."""
        if self.minutes is not None:
            return self.minutes
        weights = count_parameters(self.cell, 1, self.hidden, num_layers=self.layers)
        return self.steps * self.streams * self.window * weights

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
        options = {"length": self.sample_length, "temperature": self.temperature, "rng": rng}
        return prompt + generate(model, vocabulary, prompt, **options)


TEMPERATURES = (0.25, 0.5, 1.0, 2.0)
SAMPLES, LENGTH = 5, 200  # at each temperature
RUNS = (5, 10, 20, 40)  # characters that may be copied in one piece
JUDGED = 5000  # held-out characters whose runs are looked up
WINDOW = 30  # after so many characters a reset state is zero again
CONTINUED = 120
PROMPTS = {"grimm": "The sleeping beauty is", "anna-karenina-nl": "Anna keek hem aan en"}
GUESSED = 60


def writing(
    model: nn.Module, vocabulary: Vocabulary, corpus: str, learned: np.ndarray, held_out: np.ndarray
) -> dict:
    """All that a record keeps of it; losses and entropies in nats a character.

    temperatures         samples, each after a character drawn evenly; the mean entropy of what
                         they were drawn from; the share of their runs that the learned text has
    held_out_copied      the same share of the held-out text
    continuations        of a prompt, "carried", and "reset" to zero after each WINDOW characters
    held_out_loss_carried, held_out_loss_reset  of reading on with the state, and without
    loss_by_position     mean loss after 1 … WINDOW characters read from a zero state
    guesses              held-out text, what was guessed one step ahead, what was written instead
    """
    rng = np.random.default_rng(len(learned))
    text = vocabulary.decode(learned)
    windows = held_out[: (len(held_out) - 1) // WINDOW * WINDOW].reshape(-1, WINDOW)
    after = held_out[WINDOW : windows.size + 1 : WINDOW]
    by_position = character_losses(model, np.column_stack([windows, after])).mean(axis=0)
    starts = np.linspace(0, len(held_out) - WINDOW, 3).astype(int)
    unread = [vocabulary.decode(held_out[start : start + WINDOW]) for start in starts]
    return {
        "temperatures": [tempered(model, vocabulary, text, t, rng) for t in TEMPERATURES],
        "held_out_copied": copied(vocabulary.decode(held_out[:JUDGED]), text),
        "continuations": [
            continued(model, vocabulary, prompt, temperature, rng)
            for prompt in (PROMPTS[corpus], *unread)
            for temperature in (0.0, 0.5)
        ],
        "held_out_loss_carried": read(model, held_out).loss,
        "held_out_loss_reset": float(by_position.mean()),
        "loss_by_position": by_position.tolist(),
        "guesses": guesses(model, vocabulary, held_out, rng),
    }


def tempered(model, vocabulary: Vocabulary, text: str, temperature: float, rng) -> dict:
    """SAMPLES texts written at one temperature."""
    first = rng.integers(len(vocabulary), size=SAMPLES)
    drawn = [continuation(model, [k], LENGTH, temperature=temperature, rng=rng)[0] for k in first]
    read_back = np.column_stack([first, drawn])[:, :-1]
    with torch.no_grad():
        p, _ = model(torch.from_numpy(read_back))
    samples = [vocabulary.decode(ids) for ids in drawn]
    return {
        "temperature": temperature,
        "entropy": float(entropy(probabilities(p, temperature)).mean()),
        "copied": copied("".join(samples), text),
        "samples": [vocabulary.decode([k]) + s for k, s in zip(first, samples, strict=True)],
    }


def copied(sample: str, text: str) -> dict[str, float]:
    """The share of the sample's runs of n characters that stand in the text, by n."""
    return {str(n): copied_share(sample, text, n) for n in RUNS}


def continued(model, vocabulary: Vocabulary, prompt: str, temperature: float, rng) -> dict:
    """CONTINUED characters after a prompt, with the state carried and with the state reset."""
    seed = rng.integers(2**32)

    def go_on(ids, length, rng):
        return continuation(model, ids, length, temperature=temperature, rng=rng)[0]

    ids = vocabulary.encode(prompt)
    carried = go_on(ids, CONTINUED, np.random.default_rng(seed))
    reset, again = ids, np.random.default_rng(seed)
    for piece in range(CONTINUED // WINDOW):
        reset = np.append(reset, go_on(reset[-1:] if piece else ids, WINDOW, again))
    return {
        "prompt": prompt,
        "temperature": temperature,
        "carried": vocabulary.decode(carried),
        "reset": vocabulary.decode(reset[len(ids) :]),
    }


def guesses(model, vocabulary: Vocabulary, held_out: np.ndarray, rng) -> dict[str, str]:
    """After half of the held-out text: what comes, the guess of each character, greedy writing."""
    middle = len(held_out) // 2
    before, truth = held_out[:middle], held_out[middle : middle + GUESSED]
    wrote, _ = continuation(model, before, GUESSED, temperature=0.0, rng=rng)
    with torch.no_grad():
        p, _ = model(torch.from_numpy(np.append(before, truth[:-1]))[None])
    guessed = p[0, -len(truth) :].argmax(dim=-1).numpy()
    texts = {"truth": truth, "guessed": guessed, "written": wrote}
    return {name: vocabulary.decode(ids) for name, ids in texts.items()}
