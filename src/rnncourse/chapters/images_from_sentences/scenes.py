"""Scenes of two flowers: an encoder learns to read their sentences, a generator to draw them."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rnncourse.chapters.images_from_sentences.bank import Bank, as_bytes
from rnncourse.chapters.images_from_sentences.learn_to_read import (
    Lines,
    ReadConfig,
    Reading,
    learn_to_read,
)
from rnncourse.chapters.images_from_sentences.networks import layer
from rnncourse.chapters.images_from_sentences.reading import read_halves
from rnncourse.chapters.images_from_sentences.scene_game import SceneGame, SceneGameConfig, play
from rnncourse.chapters.images_from_sentences.scene_networks import (
    SceneDiscriminator,
    SceneEncoder,
    SceneGenerator,
)
from rnncourse.tasks import flower_attributes, flower_scenes, held_out, held_out_scene, read_scene
from rnncourse.tasks.flower_attributes import COUNTS
from rnncourse.tasks.flower_scenes import describe_scenes

KINDS = ("seen", "unseen", "swapped")
SCENES, WRONG = 24_000, 2  # of the bank; wrong captions for each scene
JUDGED = 1000  # captions of each kind
JUDGED_SEED = 1_000_003
EVERY = 100  # steps between two points of a curve


class Choice(NamedTuple):
    """An encoder: its cell, its units in each direction, and its rate."""

    cell: str
    units: int
    learning_rate: float
    bidirectional: bool = False


ENCODERS = {
    "bag": Choice("bag", 128, 8e-3),
    "rnn": Choice("rnn", 128, 1e-3),
    "gru": Choice("gru", 128, 6e-3),
    "lstm": Choice("lstm", 128, 6e-3),
    "bidirectional": Choice("gru", 64, 6e-3, bidirectional=True),
}


def make_encoder(name: str, rng: np.random.Generator) -> SceneEncoder:
    """The untrained encoder of this name: a key of ENCODERS."""
    choice = ENCODERS[name]
    sizes = {"bidirectional": choice.bidirectional, "units": choice.units}
    return SceneEncoder(choice.cell, **sizes, rng=rng)


def wanted_scenes(captions: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The attributes that the captions name, (n, 2, 5), and which they name, (n, 2, 5) bool.

    Where a caption leaves an attribute open, the first is 0 and says nothing.
    """
    said = [read_scene(caption) for caption in captions]
    named = np.array([[[value is not None for value in side] for side in row] for row in said])
    tables = [{value: k for k, value in enumerate(own)} for own in flower_attributes.values()]
    indices = [
        [[table.get(value, 0) for table, value in zip(tables, side, strict=True)] for side in row]
        for row in said
    ]
    return np.array(indices), named


def seen_in_training(pairs: np.ndarray) -> np.ndarray:
    """Which of these pairs of flowers (n, 2, 5) training may show, (n,) bool."""
    left, right = pairs[:, 0], pairs[:, 1]
    flowers = held_out(left) | held_out(right) | held_out_scene(pairs)
    return ~flowers & (left[:, 3] != right[:, 3])


def one_changed(rng: np.random.Generator, pairs: np.ndarray) -> np.ndarray:
    """The pairs with one attribute of one flower changed, each still a scene of training."""
    changed, waiting = pairs.copy(), np.arange(len(pairs))
    while len(waiting):
        rows = pairs[waiting]
        side, column = rng.integers(2, size=len(rows)), rng.integers(5, size=len(rows))
        counts = np.array(COUNTS)[column]
        place = np.arange(len(rows)), side, column
        rows[place] = (rows[place] + 1 + rng.integers(counts - 1)) % counts
        changed[waiting] = rows
        waiting = waiting[~seen_in_training(rows)]
    return changed


def wrong_captions(
    rng: np.random.Generator, pairs: np.ndarray, count: int
) -> tuple[list[str], np.ndarray]:
    """Captions that do not fit these scenes, and ``count`` of them for each, (n, count) places.

    One for the flowers in exchanged places, where training may show that, the others for scenes in
    which one attribute is changed. A caption that names nothing that differs is replaced by one of
    the same scene that does, or by that of another scene.
    """
    n = len(pairs)
    others = [one_changed(rng, pairs) for _ in range(count)]
    mirrored = pairs[:, ::-1]
    others[0] = np.where(seen_in_training(mirrored)[:, None, None], mirrored, others[0])
    captions = describe_scenes(rng, np.concatenate(others))
    said, named = wanted_scenes(captions)
    truth = np.tile(pairs, (count, 1, 1))
    conflicts = ((said != truth) & named).any(axis=(1, 2)).reshape(count, n)
    table = np.arange(count * n).reshape(count, n)
    spare = np.where(conflicts.any(axis=0), table[conflicts.argmax(axis=0), np.arange(n)], -1)
    for row in np.flatnonzero(spare < 0):
        spare[row] = _conflicting(rng, pairs[row], said, named)
    return captions, np.where(conflicts, table, spare).T


def _conflicting(rng, pair: np.ndarray, said: np.ndarray, named: np.ndarray) -> int:
    """The place of a random caption that says something else than this scene shows."""
    return int(rng.choice(np.flatnonzero(((said != pair) & named).any(axis=(1, 2)))))


def scene_bank(rng: np.random.Generator, n: int = SCENES, wrong: int = WRONG) -> Bank:
    """n scenes of training, each with its caption and with wrong ones."""
    images, captions, pairs = flower_scenes(rng, n)
    others, places = wrong_captions(rng, pairs, wrong)
    right = np.arange(n)
    return Bank(
        images=as_bytes(images)[:, None],
        captions=captions + others,
        right=right,
        also=right,
        wrong=n + places,
    )


def learn_scenes(
    encoder: SceneEncoder,
    bank: Bank,
    steps: int,
    learning_rate: float,
    *,
    rng: np.random.Generator,
    batch_size: int = 128,
    on_step: Callable | None = None,
) -> Reading:
    """Learn to foretell from a sentence what the flower reader sees in each half of the picture.

    loss = mean over scenes, sum over both halves and five attributes of the cross-entropy
    """
    count = len(bank.right)
    ids, lengths = encoder.words.encode(bank.captions[:count])
    seen = torch.from_numpy(read_halves(bank.images[:, 0] / np.float32(255.0)))
    lines = Lines(ids, lengths, torch.arange(count), seen)
    head = layer(nn.Linear, encoder.features, 2 * sum(COUNTS), gain=1.0, rng=rng)
    config = ReadConfig(steps, batch_size, learning_rate, left_out=0.0, followed=0.0)
    return learn_to_read(encoder, lines, head, reading_loss, config, rng=rng, on_step=on_step)


def scores_of(scores: Tensor) -> list[Tensor]:
    """The scores (B, 42) as one (B, 2, values) for each attribute."""
    return list(scores.view(-1, 2, sum(COUNTS)).split(COUNTS, dim=2))


def reading_loss(scores: Tensor, seen: Tensor) -> Tensor:
    """The cross-entropies of all attributes of both flowers, summed, mean over the batch."""
    each = [
        functional.cross_entropy(own.flatten(0, 1), seen[:, :, k].flatten())
        for k, own in enumerate(scores_of(scores))
    ]
    return 2 * sum(each)


class Judgement(NamedTuple):
    """How many of the named attributes stand at the right flower."""

    share: float  # of all named attributes
    whole: float  # of the scenes, with all their named attributes right


def judge(read: np.ndarray, captions: list[str]) -> Judgement:
    """What was read, (n, 2, 5), held against what the captions say."""
    said, named = wanted_scenes(captions)
    right = read == said
    return Judgement(
        share=float(right[named].mean()),
        whole=float((right | ~named).all(axis=(1, 2)).mean()),
    )


@cache
def test_captions(kind: str, n: int = JUDGED) -> tuple[str, ...]:
    """The captions by which every run is judged: fresh scenes of this kind."""
    rng = np.random.default_rng([JUDGED_SEED, KINDS.index(kind)])
    return tuple(flower_scenes(rng, n, combinations=kind).captions)


def judge_reading(encoder: SceneEncoder, head: nn.Linear, kind: str) -> Judgement:
    """What one linear layer finds in the text features alone."""
    captions = list(test_captions(kind))
    with torch.no_grad():
        best = [own.argmax(dim=2) for own in scores_of(head(encoder.read(captions)))]
    return judge(torch.stack(best, dim=2).numpy(), captions)


def draw_scenes(generator: nn.Module, texts: Tensor, source: torch.Generator) -> np.ndarray:
    """One picture for each text feature, (n, 3, 24, 48) in 0 … 1."""
    z = torch.randn(len(texts), generator.z_size, generator=source)
    with torch.no_grad():
        parts = [generator(*part) for part in zip(texts.split(256), z.split(256), strict=True)]
    return ((torch.cat(parts) + 1.0) / 2.0).numpy()


def judge_drawing(
    encoder: SceneEncoder,
    generator: nn.Module,
    kind: str,
    read: Callable = read_halves,
    n: int = JUDGED,
) -> Judgement:
    """What the flower reader, or ``read``, sees in one picture for each test caption."""
    captions = list(test_captions(kind, n))
    images = draw_scenes(generator, encoder.read(captions), torch.Generator().manual_seed(0))
    return judge(read(images), captions)


PAIR = (  # the same words, and the scenes are each other's mirror image
    "A small red flower to the left of a large blue one with a yellow center.",
    "A large blue flower with a yellow center to the left of a small red one.",
)
DRAWS = 3


def draw_pair(encoder: SceneEncoder, generator: nn.Module, draws: int = DRAWS) -> np.ndarray:
    """Both sentences of PAIR drawn with the same noise: (2, draws, 3, 24, 48) in 0 … 1."""
    texts = encoder.read(PAIR)
    z = torch.randn(draws, generator.z_size, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        images = [generator(t.expand(draws, -1), z) for t in texts]
    return ((torch.stack(images) + 1.0) / 2.0).numpy()


class Trained(NamedTuple):
    """An encoder and a generator after training, with the losses on the way."""

    encoder: SceneEncoder
    generator: SceneGenerator
    reading: Reading
    losses: dict[str, list[float]]


def prepare(name: str, seed: int) -> tuple[np.random.Generator, Bank, SceneEncoder]:
    """The generator of random numbers, the bank and the untrained encoder of a run."""
    rng = np.random.default_rng(seed)
    bank = scene_bank(rng)
    return rng, bank, make_encoder(name, rng)


def train(
    name: str,
    seed: int,
    reading_steps: int,
    learning_rate: float,
    config: SceneGameConfig,
    on_step: Callable | None = None,
) -> Trained:
    """The encoder learns to read; then, frozen, it conditions generator and discriminator."""
    rng, bank, encoder = prepare(name, seed)
    reading = learn_scenes(encoder, bank, reading_steps, learning_rate, rng=rng, on_step=on_step)
    features = encoder.features
    game = SceneGame(
        SceneGenerator(features, rng=rng), SceneDiscriminator(features, rng=rng), config, rng=rng
    )
    losses = play(game, bank, encoder.read(bank.captions), rng, on_step)
    return Trained(encoder, game.average.eval(), reading, losses)
