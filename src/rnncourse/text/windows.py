"""Pieces of a text, cut anywhere: for training that starts each sequence from a zero state."""

from typing import NamedTuple

import numpy as np

from rnncourse.validate import require_count, require_generator, require_shape


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
