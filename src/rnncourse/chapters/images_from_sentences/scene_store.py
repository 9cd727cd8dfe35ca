"""The encoder and the generator of the page's scenes: trained, stored, and loaded again.

    python -m rnncourse.chapters.images_from_sentences.scene_store

trains the first run of the experiment ``flower-scenes-long``; it writes the weights in half
precision, ``results/flower-scenes.npz``, and the run's record.
"""

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import nn

from rnncourse.chapters.images_from_sentences.experiments_scenes import LONG
from rnncourse.chapters.images_from_sentences.scene_networks import SceneEncoder, SceneGenerator
from rnncourse.chapters.images_from_sentences.scenes import make_encoder
from rnncourse.experiments import record_path
from rnncourse.records import Record, open_kept, write_whole
from rnncourse.training import clocks

RESULTS = Path(__file__).parent / "results"
WEIGHTS = "flower-scenes.npz"
PARTS = ("encoder", "generator")


def stored_run():
    """The run whose networks are stored."""
    return LONG.runs[0]


@cache
def stored_networks() -> tuple[SceneEncoder, SceneGenerator]:
    """The stored encoder and generator; they are shared, so do not train them."""
    rng = np.random.default_rng(0)
    networks = make_encoder(stored_run().encoder, rng), SceneGenerator(rng=rng)
    record = Record.load(record_path(RESULTS / LONG.name, stored_run()))
    kept = open_kept(RESULTS / WEIGHTS, record.provenance["sha256"])
    with np.load(kept, allow_pickle=False) as weights:
        for part, net in zip(PARTS, networks, strict=True):
            values = {name: weights[f"{part}.{name}"] for name in net.state_dict()}
            net.load_state_dict({k: torch.from_numpy(v) for k, v in values.items()})
    encoder, generator = (net.requires_grad_(False).eval() for net in networks)
    return encoder, generator


def store(folder: Path = RESULTS) -> None:
    """Train the run; write its record and, in half precision, the weights of both networks."""
    started, run = clocks(), stored_run()
    trained = run.trained()
    path = write_weights(folder / WEIGHTS, trained.encoder, trained.generator)
    record = run.record(trained, started)
    record = replace(record, provenance=record.provenance | _digests(record, path))
    record.save(record_path(folder / LONG.name, run))


def _digests(record: Record, path: Path) -> dict:
    return {"digest": record.digest(), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


def write_weights(path: Path, encoder: nn.Module, generator: nn.Module) -> Path:
    """Both networks' weights, named "encoder.out.0.weight" and so on."""
    arrays = {
        f"{part}.{name}": _half(value.numpy())
        for part, net in zip(PARTS, (encoder, generator), strict=True)
        for name, value in net.state_dict().items()
    }
    return write_whole(path, lambda file: np.savez_compressed(file, **arrays))


def _half(values: np.ndarray) -> np.ndarray:
    """Floating point values in half precision; whole numbers as they are."""
    return values.astype(np.float16) if values.dtype.kind == "f" else values


if __name__ == "__main__":
    store()
