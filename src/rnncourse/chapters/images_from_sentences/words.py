"""Captions as whole numbers: rows of indices into the sorted words of a language."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from rnncourse.tasks import split_caption


class Words:
    """The words of a language; a word's index is its place in the sorted list."""

    def __init__(self, words: Sequence[str]):
        self.words = tuple(sorted(set(words)))
        self.index = {word: place for place, word in enumerate(self.words)}

    def __len__(self) -> int:
        return len(self.words)

    def unknown(self, caption: str) -> list[str]:
        """The words of the caption that the language does not have, each once, in order."""
        return [word for word in dict.fromkeys(split_caption(caption)) if word not in self.index]

    def encode(self, captions: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Indices (N, T) int64, short captions filled with 0 at the end, and lengths (N,) int64.

        Raises: ValueError for a caption without words, and for words that are not in the language.
        """
        if isinstance(captions, str):
            raise ValueError(f"captions must be a list of sentences, got one: {captions!r}")
        if not len(captions):
            raise ValueError("captions must not be empty")
        rows = [self._row(caption) for caption in captions]
        return pad_sequence(rows, batch_first=True), torch.tensor([len(row) for row in rows])

    def _row(self, caption: str) -> Tensor:
        unknown = self.unknown(caption)
        if unknown:
            named = ", ".join(repr(word) for word in unknown)
            raise ValueError(f"the encoder has never read {named}, in {caption!r}")
        return torch.tensor([self.index[word] for word in split_caption(caption)])


def join(ids: Tensor, lengths: Tensor, more: Tensor, more_lengths: Tensor) -> tuple:
    """Each row's words and behind them the first ``more_lengths`` words of the row of ``more``."""
    total = lengths + more_lengths
    places = torch.arange(int(total.max())).expand(len(ids), -1)
    last = ids.shape[1] - 1
    front = ids.gather(1, places.clamp(max=last))
    back = more.gather(1, (places - lengths[:, None]).clamp(0, last))
    return torch.where(places < lengths[:, None], front, back), total


def leave_out(ids: Tensor, lengths: Tensor, out: Tensor) -> tuple:
    """The rows without the words where ``out`` is true; a row that would lose all keeps one."""
    kept = ~out & (torch.arange(ids.shape[1]) < lengths[:, None])
    kept[:, 0] |= ~kept.any(dim=1)
    order = torch.argsort(~kept, dim=1, stable=True)
    return ids.gather(1, order), kept.sum(dim=1)
