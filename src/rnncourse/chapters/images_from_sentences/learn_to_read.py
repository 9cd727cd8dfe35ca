"""Another way to train the sentence encoder: to foretell from a caption what its picture shows.

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
from rnncourse.tasks import flower_attributes, flowers
from rnncourse.tasks.flower_attributes import COUNTS
from rnncourse.validate import require_count, require_positive


@dataclass(frozen=True)
class ReadConfig:
    """The choices of this training: updates, captions in each, Adam's rate, largest gradient."""

    steps: int = 1200
    rows: int = 128
    learning_rate: float = 6e-3
    clip_norm: float = 1.0

    def __post_init__(self):
        for name in ("steps", "rows"):
            require_count(name, getattr(self, name))
        for name in ("learning_rate", "clip_norm"):
            require_positive(name, getattr(self, name))


class Reading(NamedTuple):
    """How an encoder learned to read."""

    head: nn.Linear  # text features (n, F) to the scores of all attributes' values (n, 21)
    losses: list[float]


def learn_to_read(
    encoder: SentenceEncoder,
    bank: Bank,
    config: ReadConfig,
    *,
    rng: np.random.Generator,
    on_step: Callable | None = None,
) -> Reading:
    """Train the encoder and a linear layer on the captions of the bank's first pictures.

    loss = mean over captions of the sum over attributes of the cross-entropy, in nats

    Short sentences come first: the share of the captions that is drawn from, sorted by length,
    grows from a tenth to all over the first half of the steps. The rate rises over 50 steps and
    falls in a line over the last 40 %.
    """
    captions = torch.from_numpy(np.concatenate([bank.right, bank.also]))
    seen = torch.from_numpy(read_attributes(bank.images[:, 0] / np.float32(255.0))).repeat(2, 1)
    ids, lengths = encoder.words.encode(bank.captions)
    ids, lengths = ids[captions], lengths[captions]
    order = torch.argsort(lengths, stable=True)
    head = layer(nn.Linear, encoder.features, sum(COUNTS), gain=1.0, rng=rng)
    weights = [*encoder.parameters(), *head.parameters()]
    optimizer, losses = torch.optim.Adam(weights, fused=True), []
    for step in range(config.steps):
        optimizer.param_groups[0]["lr"] = config.learning_rate * _share(step, config.steps)
        known = int(len(order) * min(1.0, 0.1 + 1.8 * step / config.steps))
        rows = order[torch.from_numpy(rng.integers(known, size=config.rows))]
        t = encoder(ids[rows, : int(lengths[rows].max())], lengths[rows])
        loss = reading_loss(head(t), seen[rows])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, config.clip_norm)
        optimizer.step()
        losses.append(float(loss.detach()))
        if on_step is not None:
            on_step(step + 1)
    return Reading(head.requires_grad_(False), losses)


def _share(step: int, steps: int) -> float:
    return min(1.0, (step + 1) / 50, (steps - step) / (0.4 * steps))


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
