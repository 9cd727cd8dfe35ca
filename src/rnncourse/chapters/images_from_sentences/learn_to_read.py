"""How the sentence encoder learns: it foretells from a caption what its picture shows.

No caption is parsed for it: the stored reader looks at the drawing, and one linear layer behind
the encoder must say the same from the sentence. What the sentence leaves open cannot be foretold.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rnncourse.chapters.images_from_sentences.bank import Bank
from rnncourse.chapters.images_from_sentences.encoder import SentenceEncoder
from rnncourse.chapters.images_from_sentences.measures import READ, SEED, SETS
from rnncourse.chapters.images_from_sentences.networks import layer
from rnncourse.chapters.images_from_sentences.reading import all_right, read_attributes
from rnncourse.chapters.images_from_sentences.words import join, leave_out
from rnncourse.tasks import flower_attributes, flowers
from rnncourse.tasks.flower_attributes import COUNTS
from rnncourse.validate import require_count, require_positive, require_share


@dataclass(frozen=True)
class ReadConfig:
    """The choices of this training.

    steps, rows    updates, and captions in each
    learning_rate  Adam's; it rises over 50 steps and falls in a line over the last 40 %
    clip_norm      largest gradient
    left_out       of a caption's words at most this share is left out; each caption draws its own
    followed       share of the captions that are followed by another one of the same picture

    Without the last two the encoder learns the forms of the sentences by heart, and one seed in
    three misreads a paraphrase.
    """

    steps: int = 1200
    rows: int = 128
    learning_rate: float = 6e-3
    clip_norm: float = 1.0
    left_out: float = 0.3
    followed: float = 0.3

    def __post_init__(self):
        for name in ("steps", "rows"):
            require_count(name, getattr(self, name))
        for name in ("learning_rate", "clip_norm"):
            require_positive(name, getattr(self, name))
        for name in ("left_out", "followed"):
            require_share(name, getattr(self, name))


class Lines(NamedTuple):
    """Captions, and what the reader sees in the picture of each."""

    ids: Tensor  # (N, T) words
    lengths: Tensor  # (N,)
    other: Tensor  # (N,) the row of another caption of the same picture
    seen: Tensor  # (N, …) values of the attributes


class Reading(NamedTuple):
    """How an encoder learned to read."""

    head: nn.Linear  # text features (n, F) to the scores of all attributes' values
    losses: list[float]


def learn_to_read(
    encoder: SentenceEncoder,
    lines: Lines,
    head: nn.Linear,
    loss_of: Callable[[Tensor, Tensor], Tensor],
    config: ReadConfig,
    *,
    rng: np.random.Generator,
    on_step: Callable | None = None,
) -> Reading:
    """Train the encoder and the linear layer ``head`` to make ``loss_of(scores, seen)`` small.

    Short sentences come first: the share of the captions that is drawn from, sorted by length,
    grows from a tenth to all over the first half of the steps.
    """
    order = torch.argsort(lines.lengths, stable=True)
    weights, losses = [*encoder.parameters(), *head.parameters()], []
    optimizer = torch.optim.Adam(weights, fused=True)
    for step in range(config.steps):
        optimizer.param_groups[0]["lr"] = config.learning_rate * _share(step, config.steps)
        known = int(len(order) * min(1.0, 0.1 + 0.9 * step / (0.5 * config.steps)))
        rows = order[torch.from_numpy(rng.integers(known, size=config.rows))]
        ids, lengths = damaged(lines, rows, config, rng)
        t = encoder(ids[:, : int(lengths.max())], lengths)
        loss = loss_of(head(t), lines.seen[rows])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, config.clip_norm)
        optimizer.step()
        losses.append(float(loss.detach()))
        if on_step is not None:
            on_step(step + 1)
    encoder.requires_grad_(False)
    return Reading(head.requires_grad_(False), losses)


def _share(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / 50, (steps - step) / (0.4 * steps))


def damaged(lines: Lines, rows: Tensor, config: ReadConfig, rng: np.random.Generator) -> tuple:
    """Captions of these rows as the encoder reads them in training: words and lengths."""
    ids, lengths = lines.ids[rows], lines.lengths[rows]
    if config.followed:
        other = lines.other[rows]
        chosen = torch.from_numpy(rng.random(len(rows)) < config.followed)
        ids, lengths = join(ids, lengths, lines.ids[other], lines.lengths[other] * chosen)
    if config.left_out:
        shares = config.left_out * rng.random((len(rows), 1))
        ids, lengths = leave_out(ids, lengths, torch.from_numpy(rng.random(ids.shape) < shares))
    return ids, lengths


def learn_flowers(
    encoder: SentenceEncoder,
    bank: Bank,
    config: ReadConfig,
    *,
    rng: np.random.Generator,
    on_step: Callable | None = None,
) -> Reading:
    """Learn to read the captions of the bank's first pictures: both of each picture."""
    captions = torch.from_numpy(np.concatenate([bank.right, bank.also]))
    seen = torch.from_numpy(read_attributes(bank.images[:, 0] / np.float32(255.0))).repeat(2, 1)
    ids, lengths = encoder.words.encode(bank.captions)
    other = torch.arange(len(captions)).roll(len(bank.right))
    lines = Lines(ids[captions], lengths[captions], other, seen)
    head = layer(nn.Linear, encoder.features, sum(COUNTS), gain=1.0, rng=rng)
    return learn_to_read(encoder, lines, head, reading_loss, config, rng=rng, on_step=on_step)


def reading_loss(scores: Tensor, seen: Tensor) -> Tensor:
    """The cross-entropies of all attributes, summed, mean over the batch: (n, 21), (n, 5)."""
    parts = scores.split(COUNTS, dim=1)
    return sum(functional.cross_entropy(own, seen[:, k]) for k, own in enumerate(parts))


def text_accuracies(
    encoder: SentenceEncoder, head: nn.Linear, captions: int = READ
) -> dict[str, float]:
    """What the linear layer finds in the features of complete captions, before any picture.

    "text_seen_color" …, "text_seen_all", and so on for the sets of ``measures.SETS``.
    """
    found = {}
    for number, (name, choices) in enumerate(SETS.items()):
        rng = np.random.default_rng([SEED, number])
        _, sentences, attributes = flowers(rng, captions, complete=True, **choices)
        scores = head(encoder.read(sentences)).split(COUNTS, dim=1)
        got = torch.stack([own.argmax(dim=1) for own in scores], dim=1).numpy()
        each = (got == attributes).mean(axis=0)
        keys = [f"text_{name}_{attribute}" for attribute in flower_attributes]
        found |= dict(zip(keys, map(float, each), strict=True))
        found[f"text_{name}_all"] = float(all_right(got, attributes).mean())
    return found
