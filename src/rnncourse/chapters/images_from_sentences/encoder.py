"""A sentence as a point: the recurrent encoder.

A caption's words are read one by one; the last state goes through a linear layer to a vector of
fixed length.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rnncourse.cells import CELLS
from rnncourse.cells.initialize import normal
from rnncourse.chapters.images_from_sentences.networks import layer
from rnncourse.chapters.images_from_sentences.words import Words
from rnncourse.sequence import run
from rnncourse.validate import require_choice, require_generator

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
