"""What a model makes of a text that it reads and does not learn from."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

CHUNK = 2048  # steps at a time: bounds the memory, and changes no value
STRETCHES = 32
LEAD = 128  # characters that a stretch reads before it is judged


class Reading(NamedTuple):
    """Of the characters that were predicted."""

    loss: float  # mean, nats a character
    accuracy: float  # share for which the largest score is the right one
    characters: int


@torch.no_grad()
def read(model: nn.Module, ids: np.ndarray, skip: int = 0) -> Reading:
    """Read each row of ``ids`` as one stream with carried state, from zeros; dropout is off.

    The first character of a row is read and not predicted; so are the next ``skip``.

    Shapes: ids (B, N) whole numbers, or (N,) for one stream.
    Raises: FloatingPointError if the model's scores are not finite.
    """
    ids = torch.from_numpy(np.atleast_2d(ids).astype(np.int64))
    was_training = model.training
    model.eval()
    state, loss, right = None, 0.0, 0
    for start in range(0, ids.shape[1] - 1, CHUNK):
        y = ids[:, start + 1 : start + CHUNK + 1]
        p, state = model(ids[:, start : start + y.shape[1]], state)
        judged = max(skip - start, 0)
        loss += summed_loss(p[:, judged:], y[:, judged:])
        right += int((p.argmax(dim=-1) == y)[:, judged:].sum())
    model.train(was_training)
    characters = ids.shape[0] * (ids.shape[1] - 1 - skip)
    if not np.isfinite(loss):
        raise FloatingPointError("the scores are not finite")
    return Reading(loss / characters, right / characters, characters)


def summed_loss(p: Tensor, y: Tensor) -> float:
    """Cross-entropy in nats, summed in double precision; p (B, T, K), y (B, T)."""
    losses = cross_entropy(p.flatten(0, 1), y.flatten(), reduction="none")
    return float(losses.double().sum())


def quick_read(model: nn.Module, ids: np.ndarray, size: int) -> Reading:
    """About ``size`` predictions of a text, from stretches evenly spread over it.

    Each stretch reads LEAD characters before it is judged, so that it knows where it is. A text
    of at most ``size`` predictions is read whole, as one stream.
    """
    if len(ids) - 1 <= size:
        return read(model, ids)
    length = 1 + LEAD + -(-size // STRETCHES)
    if len(ids) < length:
        return read(model, ids[: size + 1])
    starts = np.linspace(0, len(ids) - length, STRETCHES).astype(np.int64)
    return read(model, ids[starts[:, None] + np.arange(length)], skip=LEAD)
