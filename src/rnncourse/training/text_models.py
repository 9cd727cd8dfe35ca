"""Models that read text: how they start, and how they come back from a checkpoint."""

from pathlib import Path

import numpy as np
import torch
from torch import nn

from rnncourse.sequence import SequenceModel
from rnncourse.training.checkpoint import read_checkpoint
from rnncourse.validate import require_count

INPUT_FACTOR = 10.0
NEEDED = ("cell", "layers", "hidden", "dropout", "characters")


def text_model(
    cell: str, K: int, *, hidden: int, layers: int = 2, dropout: float = 0.0, seed: int = 0
) -> SequenceModel:
    """Read and say one of K characters; the weights start as ``SequenceModel``'s, but for one.

    W_qx of the first layer starts from N(0, 1), not N(0, 0.1²): of a one-hot input a unit sees a
    single entry, where a layer above sums over all the units below. From a narrower one the first
    updates bring less (see ``text_config``).
    """
    require_count("seed", seed, minimum=0)
    rng = np.random.default_rng(seed)
    model = SequenceModel(cell, K, hidden, K, num_layers=layers, dropout=dropout, rng=rng)
    _widen(model.cells[0], INPUT_FACTOR)
    return model


@torch.no_grad()
def _widen(cell: nn.Module, factor: float) -> None:
    """Multiply the matrices that read x."""
    for name, weight in cell.named_parameters():
        if name.startswith("W_") and name.endswith("x"):
            weight.mul_(factor)


def load_text_model(path: str | Path) -> tuple[SequenceModel, dict]:
    """The model of a checkpoint and what was told about it: ``characters`` is its vocabulary.

    Raises: OSError if there is no file; ValueError if it is not a whole checkpoint of a model
    that reads text. Nothing of the file is executed.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no checkpoint {path}: rnncourse train text --out DIR leaves one in DIR"
        )
    told, state = read_checkpoint(path)
    about = told.get("about") or {}
    if any(name not in about for name in NEEDED):
        raise ValueError(f"{path} is of the run {told.get('name')}, not of a model that reads text")
    try:
        cell, layers, hidden, dropout, characters = (about[name] for name in NEEDED)
        model = text_model(cell, len(characters), hidden=hidden, layers=layers, dropout=dropout)
        model.load_state_dict(state["model"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        kind = type(error).__name__
        raise ValueError(f"{path} is not a whole checkpoint of rnncourse ({kind})") from None
    return model.eval(), about
