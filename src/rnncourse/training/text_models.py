"""Models that read text: how they start, come back from a checkpoint, and how well they read."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from rnncourse.records import NOT_WHOLE
from rnncourse.sequence import SequenceModel, evaluating
from rnncourse.training.run import read_checkpoint
from rnncourse.training.weights import put_into
from rnncourse.validate import require_count

INPUT_FACTOR = 10.0
NEEDED = ("cell", "layers", "hidden", "dropout", "characters")
SIZES = ("layers", "hidden", "dropout", "last_dropout")


def text_model(
    cell: str,
    K: int,
    *,
    hidden: int,
    layers: int = 2,
    dropout: float = 0.0,
    last_dropout: bool = False,
    seed: int = 0,
) -> SequenceModel:
    """Read and say one of K characters; the weights start as ``SequenceModel``'s, but for one.

    W_qx of the first layer starts from N(0, 1), not N(0, 0.1²): of a one-hot input a unit sees a
    single entry, where a layer above sums over all the units below. From a narrower one the first
    updates bring less (see ``config``). ``dropout`` lies between the layers, and with
    ``last_dropout`` behind the last one too.
    """
    require_count("seed", seed, minimum=0)
    rng = np.random.default_rng(seed)
    shares = {"dropout": dropout, "output_dropout": dropout if last_dropout else 0.0}
    model = SequenceModel(cell, K, hidden, K, num_layers=layers, **shares, rng=rng)
    _widen(model.cells[0], INPUT_FACTOR)
    return model


@torch.no_grad()
def _widen(cell: nn.Module, factor: float) -> None:
    """Multiply the matrices that read x."""
    for name, weight in cell.named_parameters():
        if name.startswith("W_") and name.endswith("x"):
            weight.mul_(factor)


def load_text_model(path: str | Path) -> tuple[SequenceModel, dict]:
    """The model of a checkpoint and what it was trained on: ``characters`` is its vocabulary.

    Raises: OSError if there is no file; ValueError if it is not a whole checkpoint of a model
    that reads text. Nothing of the file is executed.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no checkpoint {path}: rnncourse train text --out DIR leaves one in DIR"
        )
    metadata, state = read_checkpoint(path)
    about = metadata.get("about") or {}
    if any(name not in about for name in NEEDED):
        raise ValueError(
            f"{path} is of the run {metadata.get('name')}, not of a model that reads text"
        )
    try:
        cell, characters = about["cell"], about["characters"]
        sizes = {name: about[name] for name in SIZES if name in about}
        model = text_model(cell, len(characters), **sizes)
        model.load_state_dict(state["model"])
        if state["kept"] is not None:
            put_into(model, state["kept"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        kind = type(error).__name__
        raise ValueError(f"{path} {NOT_WHOLE} ({kind})") from None
    return model.eval(), about


CHUNK = 2048  # steps at a time: bounds the memory, and changes no value
STRETCHES = 32
LEAD = 128  # characters that a stretch reads before it is judged


class Reading(NamedTuple):
    """Of the characters that were predicted."""

    loss: float  # mean, nats a character
    accuracy: float  # share for which the largest score is the right one
    characters: int


def read(model: nn.Module, ids: np.ndarray, skip: int = 0) -> Reading:
    """Read each row of ``ids`` as one stream with carried state, from zeros; dropout is off.

    The first character of a row is read and not predicted; the next ``skip`` are not judged.

    Shapes: ids (B, N) whole numbers, or (N,) for one stream.
    Raises: FloatingPointError if the model's scores are not finite.
    """
    loss, right, characters, judged = 0.0, 0, 0, -skip
    for losses, hits in _chunks(model, np.atleast_2d(ids)):
        kept = slice(max(-judged, 0), None)
        loss += float(losses[:, kept].double().sum())
        right += int(hits[:, kept].sum())
        characters += losses[:, kept].numel()
        judged += losses.shape[1]
    if not np.isfinite(loss):
        raise FloatingPointError("the scores are not finite")
    return Reading(loss / characters, right / characters, characters)


def read_halves(model: nn.Module, ids: np.ndarray) -> tuple[Reading, Reading, Reading]:
    """Read one text (N,) as one stream; the whole, its first half, and its second half.

    The first half is the characters before N // 2; the second begins with its state.
    Raises: FloatingPointError if the model's scores are not finite.
    """
    columns = zip(*_chunks(model, ids[None]), strict=True)
    losses, hits = (torch.cat(column, dim=1).double().numpy()[0] for column in columns)
    if not np.isfinite(losses).all():
        raise FloatingPointError("the scores are not finite")
    middle = len(ids) // 2 - 1  # the very first character is not predicted
    parts = (slice(None), slice(middle), slice(middle, None))
    return tuple(
        Reading(float(losses[part].mean()), float(hits[part].mean()), len(losses[part]))
        for part in parts
    )


def character_losses(model: nn.Module, ids: np.ndarray) -> np.ndarray:
    """The loss of each character but a row's first, in nats, each row read as one stream.

    Shapes: ids (B, N) gives (B, N − 1), ids (N,) gives (N − 1,).
    """
    losses = torch.cat([losses for losses, _ in _chunks(model, np.atleast_2d(ids))], dim=1)
    return losses.double().numpy().reshape(*ids.shape[:-1], -1)


@torch.no_grad()
def _chunks(model: nn.Module, ids: np.ndarray) -> Iterator[tuple[Tensor, Tensor]]:
    """Loss (B, T) of each character, and whether it had the largest score, chunk after chunk."""
    ids = torch.from_numpy(ids.astype(np.int64))
    state = None
    for start in range(0, ids.shape[1] - 1, CHUNK):
        y = ids[:, start + 1 : start + CHUNK + 1]
        with evaluating(model):
            p, state = model(ids[:, start : start + y.shape[1]], state)
        losses = cross_entropy(p.flatten(0, 1), y.flatten(), reduction="none")
        yield losses.view(y.shape), p.argmax(dim=-1) == y


def quick_read(model: nn.Module, ids: np.ndarray, size: int) -> Reading:
    """About ``size`` predictions of a text, from stretches evenly spread over it.

    Each stretch reads LEAD characters before it is judged, so that it knows where it is. A text
    of at most ``size`` predictions, or too short for that, is read whole, as one stream.
    """
    length = 1 + LEAD + -(-size // STRETCHES)
    if len(ids) - 1 <= size or len(ids) < length:
        return read(model, ids)
    starts = np.linspace(0, len(ids) - length, STRETCHES).astype(np.int64)
    return read(model, ids[starts[:, None] + np.arange(length)], skip=LEAD)
