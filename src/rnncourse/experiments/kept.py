"""A small trained network that the repository keeps, NAME.npz, and its run, NAME.json."""

import hashlib
from pathlib import Path

import numpy as np
import torch

from rnncourse.records import Record, open_kept, write_whole
from rnncourse.sequence import SequenceModel


def read_kept(folder: Path, name: str) -> dict[str, np.ndarray]:
    """The arrays of NAME.npz.

    Raises: FileNotFoundError where a file is missing; ValueError if one was changed.
    """
    record = Record.load(folder / f"{name}.json")
    kept = open_kept(folder / f"{name}.npz", record.summary["weights_sha256"])
    with np.load(kept, allow_pickle=False) as arrays:
        return dict(arrays)


def keep(folder: Path, name: str, arrays: dict[str, np.ndarray], record: Record) -> Record:
    """Write the arrays, and the record with their SHA-256 in its summary."""
    path = write_whole(folder / f"{name}.npz", lambda file: np.savez_compressed(file, **arrays))
    record.summary["weights_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    record.save(folder / f"{name}.json")
    return record


def weights_of(model: SequenceModel) -> dict[str, np.ndarray]:
    """The weights of a model of one layer, under the names of its cell, W_ph and b_p."""
    return {name.rpartition(".")[2]: w.numpy() for name, w in model.state_dict().items()}


def put_weights(model: SequenceModel, arrays: dict[str, np.ndarray]) -> None:
    """Give a model of one layer weights that ``weights_of`` named."""
    names = {name.rpartition(".")[2]: name for name in model.state_dict()}
    weights = {names[name]: torch.from_numpy(a.astype(np.float32)) for name, a in arrays.items()}
    model.load_state_dict(weights)
