"""A sentence as a point: the recurrent encoder, and how it learns to match sentences and pictures.

A caption's words are read one by one; the last state goes through a linear layer to a vector of
fixed length. Before any picture is made, the encoder learns together with a network that reads
pictures: a drawing and its own caption must lie nearer than a drawing and the caption of another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rnncourse.cells import CELLS
from rnncourse.cells.initialize import normal
from rnncourse.chapters.images_from_sentences.bank import Bank, as_network
from rnncourse.chapters.images_from_sentences.networks import ImageFeatures, layer
from rnncourse.chapters.images_from_sentences.words import Words
from rnncourse.sequence import run
from rnncourse.validate import (
    require_choice,
    require_count,
    require_generator,
    require_positive,
    require_share,
)

BAG = "bag"
RECURRENT = ("rnn", "gru", "lstm")
WORD_SCALE = 0.5  # standard deviation of W_qx at the start


def backwards(ids: Tensor, lengths: Tensor) -> Tensor:
    """Every caption from its last word to its first, (N, T); the filling stays behind."""
    places = torch.arange(ids.shape[1])
    mirrored = lengths[:, None] - 1 - places
    return ids.gather(1, torch.where(mirrored >= 0, mirrored, places))


class SentenceEncoder(nn.Module):
    """Word indices to text features t (N, F) of length √F.

    h_k = cell(w_k, h_{k−1});  t = √F v / |v|,  v = W h_T + b

    cell "rnn", "gru" or "lstm"; with ``bidirectional`` a second cell reads from the end and v sees
    both last states. "bag" has no memory: h_T is the mean of the words' vectors, so that the order
    of the words is lost.

    Raises: ValueError for an unknown cell, and for words that are not in the language.
    """

    def __init__(
        self,
        words: Words,
        cell: str = "gru",
        *,
        bidirectional: bool = False,
        units: int = 64,
        features: int = 64,
        rng: np.random.Generator,
    ):
        super().__init__()
        require_choice("cell", cell, (*RECURRENT, BAG))
        require_generator("rng", rng)
        if bidirectional and cell == BAG:
            raise ValueError('bidirectional must be False with "bag", which has no direction')
        self.words, self.cell_name, self.features = words, cell, features
        directions = 2 if bidirectional else 1
        if cell == BAG:
            self.vectors = normal(rng, len(words), units, std=1.0)
        else:
            cells = [CELLS[cell](len(words), units, rng=rng) for _ in range(directions)]
            self.cells = nn.ModuleList(cells)
            self._scale_words()
        self.out = layer(nn.Linear, directions * units, features, gain=1.0, rng=rng)

    @torch.no_grad()
    def _scale_words(self) -> None:
        """W_qx from N(0, 0.5²): one column is a word, and 0.1² would whisper it."""
        for name, weight in self.cells.named_parameters():
            if name.split(".")[1].startswith("W_") and name.endswith("x"):
                weight.mul_(WORD_SCALE / 0.1)

    def last_state(self, ids: Tensor, lengths: Tensor) -> Tensor:
        """What is left after the last word, (N, units) or, from both ends, (N, 2 units)."""
        if self.cell_name == BAG:
            inside = (torch.arange(ids.shape[1]) < lengths[:, None]).float()
            total = torch.einsum("nt,ntu->nu", inside, functional.embedding(ids, self.vectors))
            return total / lengths[:, None]
        both = zip(self.cells, (ids, backwards(ids, lengths)), strict=False)
        return torch.cat([run(cell, x, lengths=lengths)[1].h for cell, x in both], dim=1)

    def forward(self, ids: Tensor, lengths: Tensor) -> Tensor:
        v = self.out(self.last_state(ids, lengths))
        return functional.normalize(v, dim=1) * self.features**0.5

    def read(self, captions: Sequence[str], at_once: int = 1024) -> Tensor:
        """The text features of these sentences, without gradient."""
        ids, lengths = self.words.encode(captions)
        with torch.no_grad():
            pieces = zip(ids.split(at_once), lengths.split(at_once), strict=True)
            return torch.cat([self(*piece) for piece in pieces])


@dataclass(frozen=True)
class MatchConfig:
    """The choices of the encoder's training.

    steps, rows    updates, and pairs of a picture and a caption in each
    learning_rate  Adam's; it rises in 50 updates and falls to zero over the second half
    two            share of the captions that are followed by another one of the same picture
    cut            share of the captions of which only a piece is read, at least 0.4 of the words
    rare           a word of share f in the captions is read with probability √(rare / f)
    damaged        share of the steps in which ``cut`` and ``rare`` hold; then all words are read

    Without these three the encoder learns the forms of the sentences by heart: that a flower has
    no center when no word of the form's usual place names one. A paraphrase is then misread.
    """

    steps: int = 1400
    rows: int = 160
    learning_rate: float = 2e-2
    two: float = 0.5
    cut: float = 0.4
    rare: float = 0.02
    damaged: float = 0.7

    def __post_init__(self):
        for name in ("steps", "rows"):
            require_count(name, getattr(self, name))
        for name in ("learning_rate", "rare"):
            require_positive(name, getattr(self, name))
        for name in ("two", "cut", "damaged"):
            require_share(name, getattr(self, name))


def match(
    encoder: SentenceEncoder,
    bank: Bank,
    config: MatchConfig,
    *,
    rng: np.random.Generator,
    on_step: Callable | None = None,
) -> list[float]:
    """Train the encoder on the bank's pictures and captions; the loss of every step.

    s_ij = e^a t_i · v_j / (√F |v_j|) for the caption i and the picture j of a batch, a learned;
    the loss is the cross-entropy of finding the picture of a caption, and the caption of a
    picture, among those of the batch.

    Source: the contrastive loss of van den Oord et al. (2018), as in Radford et al. (2021).
    """
    width = bank.images.shape[-1]
    pictures = ImageFeatures(encoder.features, width, (16, 32, 48), rng=rng)
    pictures = pictures.to(memory_format=torch.channels_last)
    a = nn.Parameter(torch.tensor(1.0))
    weights = [*encoder.parameters(), *pictures.parameters(), a]
    optimizer = torch.optim.Adam(weights, betas=(0.9, 0.99), fused=True)
    sentences, losses = Sentences(encoder.words, bank, config), []
    for step in range(config.steps):
        optimizer.param_groups[0]["lr"] = config.learning_rate * _share(step, config.steps)
        rows = rng.integers(len(bank.right), size=config.rows)
        first = torch.from_numpy(bank.images[rows, 0])
        v = functional.normalize(pictures(as_network(first)), dim=1)
        t = encoder(*sentences.draw(rows, step < config.damaged * config.steps, rng))
        s = a.exp() * t @ v.T
        own = torch.arange(len(s))
        loss = functional.cross_entropy(s, own) + functional.cross_entropy(s.T, own)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()) / 2)
        if on_step is not None:
            on_step(step + 1)
    return losses


def _share(step: int, steps: int) -> float:
    """Of the learning rate: up in 50 steps, down over the second half."""
    return min(1.0, (step + 1) / 50, 2.0 * (1.0 - step / steps))


class Sentences:
    """The captions of a bank as the encoder reads them in training."""

    def __init__(self, words: Words, bank: Bank, config: MatchConfig):
        self.bank, self.config = bank, config
        self.ids, self.lengths = words.encode(bank.captions)
        inside = torch.arange(self.ids.shape[1]) < self.lengths[:, None]
        counts = torch.bincount(self.ids[inside], minlength=len(words)).clamp(min=1)
        self.kept = (config.rare * counts.sum() / counts).sqrt().numpy()  # probability to be read

    def draw(self, rows: np.ndarray, damaged: bool, rng: np.random.Generator) -> tuple:
        """Captions of these rows, some followed by another; damaged, or whole."""
        first, second = self.bank.right[rows], self.bank.also[rows]
        swapped = rng.random(len(rows)) < 0.5
        first, second = np.where(swapped, second, first), np.where(swapped, first, second)
        more = self.lengths[second] * torch.from_numpy(rng.random(len(rows)) < self.config.two)
        ids, lengths = join(self.ids[first], self.lengths[first], self.ids[second], more)
        if not damaged:
            return ids, lengths
        ids, lengths = cut(ids, lengths, self.config.cut, rng)
        out = rng.random(ids.shape) > self.kept[ids.numpy()]
        return leave_out(ids, lengths, torch.from_numpy(out))


def join(ids: Tensor, lengths: Tensor, more: Tensor, more_lengths: Tensor) -> tuple:
    """Each row's words and behind them the first ``more_lengths`` words of the row of ``more``."""
    total = lengths + more_lengths
    places = torch.arange(int(total.max())).expand(len(ids), -1)
    last = ids.shape[1] - 1
    front = ids.gather(1, places.clamp(max=last))
    back = more.gather(1, (places - lengths[:, None]).clamp(0, last))
    return torch.where(places < lengths[:, None], front, back), total


def cut(ids: Tensor, lengths: Tensor, share: float, rng: np.random.Generator) -> tuple:
    """A ``share`` of the rows are cut to a piece from anywhere, of 0.4 to 1 times the length."""
    part, start, chosen = torch.from_numpy(rng.random((3, len(ids))))
    piece = torch.where(chosen < share, lengths * (0.4 + 0.6 * part), lengths)
    piece = torch.minimum(piece.long().clamp(min=3), lengths)
    begin = (start * (lengths - piece + 1)).long()
    places = begin[:, None] + torch.arange(int(piece.max()))
    return ids.gather(1, places.clamp(max=ids.shape[1] - 1)), piece


def leave_out(ids: Tensor, lengths: Tensor, out: Tensor) -> tuple:
    """The rows without the words where ``out`` is true; a row that would lose all keeps one."""
    kept = ~out & (torch.arange(ids.shape[1]) < lengths[:, None])
    kept[:, 0] |= ~kept.any(dim=1)
    order = torch.argsort(~kept, dim=1, stable=True)
    return ids.gather(1, order), kept.sum(dim=1)
