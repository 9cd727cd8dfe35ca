"""A text cut into what a model reads: a held-out end, windows, and streams."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from rnncourse.validate import require_count, require_generator, require_number, require_shape


def split(text, held_out: float = 0.1):
    """What to learn from and what to judge by: the last tenth of the text, in one piece.

    ``text`` is a string or an array of ids (N,); the held-out part has round(held_out N)
    characters, and both parts are of the same kind as ``text``.

    Raises: ValueError if one of the two parts would be empty.
    """
    require_number("held_out", held_out)
    if not 0 < held_out < 1:
        raise ValueError(f"held_out must lie strictly between 0 and 1, got {held_out}")
    kept = len(text) - round(held_out * len(text))
    if kept == 0 or kept == len(text):
        raise ValueError(f"a text of {len(text)} characters is too short to hold {held_out} out")
    return text[:kept], text[kept:]


class Windows(NamedTuple):
    """Characters and, for each, the next one."""

    x: np.ndarray  # (B, T)
    y: np.ndarray  # (B, T); y[:, t] is the character after x[:, t]


def windows(rng: np.random.Generator, batch_size: int, length: int, *, ids) -> Windows:
    """Cut ``batch_size`` windows of ``length`` characters at random places of the text ``ids``.

    Every place where a window and its next character fit is equally likely.

    Shapes: ids (N,) int64; x and y (batch_size, length).
    Raises: ValueError if the text is shorter than length + 1.
    """
    require_generator("rng", rng)
    require_count("batch_size", batch_size)
    ids = np.asarray(ids)
    require_fit(ids, 1, length)
    starts = rng.integers(0, len(ids) - length, size=batch_size)
    places = starts[:, None] + np.arange(length)  # (B, T)
    return Windows(x=ids[places], y=ids[places + 1])


def require_fit(ids: np.ndarray, batch_size: int, length: int) -> None:
    """The text holds ``batch_size`` pieces of ``length`` and the character after the last."""
    require_shape("ids", ids, ("N",))
    require_count("length", length)
    shortest = batch_size * length + 1
    if len(ids) < shortest:
        pieces = f"{batch_size} x {length}" if batch_size > 1 else f"{length}"
        raise ValueError(
            f"the text has {len(ids)} characters and must have at least {shortest}: "
            f"{pieces} and the one after"
        )


GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0  # its multiples, modulo 1, never lie close together


class Chunk(NamedTuple):
    """The next characters of every stream."""

    x: np.ndarray  # (B, T)
    y: np.ndarray  # (B, T); y[:, t] is the character after x[:, t]
    restart: bool  # the streams begin here: the state must be zero, not the last chunk's


@dataclass(frozen=True)
class Streams:
    """``batch_size`` equal pieces of a text side by side, in chunks of ``length`` characters.

    Stream b reads characters b L … (b + 1) L − 1 in order, L = (N − 1) // batch_size, and row b of
    chunk k + 1 goes on where row b of chunk k stopped: carry the state, cut the gradient. The
    characters left over at the end of each stream are never read; ``dropped`` counts them. With
    ``keep_rest`` the last chunk is shorter instead, and a single stream reads every character.

    With ``turn`` epoch e = 0, 1, 2, … reads the text turned by e G characters, G the golden section
    of N, from its end on to its beginning: pieces and chunks are cut in other places each time.

    Iterating gives one epoch. ``at(step)`` is the chunk of any step 0, 1, 2, … of a
    training that goes round and round: it wraps, and says ``restart`` at the first of each epoch.

    Shapes: ids (N,) int64; x and y of a chunk (batch_size, length).
    Raises: ValueError if the text is shorter than batch_size * length + 1.
    """

    ids: np.ndarray
    batch_size: int
    length: int
    keep_rest: bool = False
    turn: bool = False

    def __post_init__(self) -> None:
        require_count("batch_size", self.batch_size)
        object.__setattr__(self, "ids", np.asarray(self.ids))
        require_fit(self.ids, self.batch_size, self.length)

    @property
    def stream_length(self) -> int:
        """Characters of one stream, L."""
        return (len(self.ids) - 1) // self.batch_size

    @property
    def dropped(self) -> int:
        """Characters that are never predicted, the very first of the text not counted."""
        read = self.stream_length if self.keep_rest else len(self) * self.length
        return len(self.ids) - 1 - self.batch_size * read

    def __len__(self) -> int:
        """Chunks of an epoch."""
        rest = bool(self.stream_length % self.length) and self.keep_rest
        return self.stream_length // self.length + rest

    def at(self, step: int) -> Chunk:
        """The chunk of a step, counted from 0 through all epochs."""
        require_count("step", step, minimum=0)
        epoch, k = divmod(step, len(self))
        N, L = len(self.ids), self.stream_length
        first = int(epoch * GOLDEN * N) % N if self.turn else 0
        now = np.arange(k * self.length, min((k + 1) * self.length, L))
        places = first + L * np.arange(self.batch_size)[:, None] + now  # (B, T)
        return Chunk(x=self.ids[places % N], y=self.ids[(places + 1) % N], restart=k == 0)

    def __iter__(self) -> Iterator[Chunk]:
        """The chunks of one epoch, in order."""
        return (self.at(step) for step in range(len(self)))
