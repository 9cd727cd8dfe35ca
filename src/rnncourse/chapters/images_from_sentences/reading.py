"""Read a flower's attributes from an image with a small network; judge what was read.

    python -m rnncourse.chapters.images_from_sentences.reading

trains the network again (a few minutes on one core) and writes ``results/flower-reader.npz``, its
weights in half precision, and ``results/flower-reader.json``, the record of the run.
"""

from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from rnncourse.experiments.kept import keep, read_kept
from rnncourse.records import Record
from rnncourse.tasks import flower_attributes, flowers, read_caption
from rnncourse.tasks.flower_attributes import COUNTS, draw_attributes
from rnncourse.tasks.flowers import SHIFT, TURN, place_flowers
from rnncourse.validate import require_shape

RESULTS = Path(__file__).parent / "results"
STEPS, BATCH, RATE, SEED = 4000, 128, 3e-3, 0
EVERY = 100  # steps between two points of the record's curve
FRESH_SEED, FRESH = 1_000_003, 10_000  # the drawings on which the record's accuracy is measured


class FlowerReader(nn.Module):
    """Read the five attributes of one flower: three convolutions, one linear layer.

    Shapes: images (n, 3, 24, 24) in 0 … 1; result (n, 21), the scores of all attributes' values
    side by side.
    """

    def __init__(self):
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(3, 20, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(20, 40, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.Conv2d(40, 80, 3, stride=2, padding=1),
            nn.ReLU(),
            nn.AvgPool2d(2),
        )
        self.scores = nn.Linear(80 * 3 * 3, sum(COUNTS))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.scores(self.convolutions(2.0 * images - 1.0).flatten(1))


def read_attributes(images) -> np.ndarray:
    """What the stored network reads: the value with the highest score, for each attribute.

    Shapes: images (n, 3, 24, 24) in 0 … 1, NumPy or torch; result (n, 5) int64.
    Raises: ValueError if an image has another shape; FileNotFoundError without the weights.
    """
    return read_with(reader(), images)


def read_with(net: FlowerReader, images) -> np.ndarray:
    """What this network reads, (n, 5) int64."""
    images = torch.as_tensor(images, dtype=torch.float32)
    require_shape("images", images, ("n", 3, 24, 24))
    with torch.no_grad():
        scores = torch.cat([net(part) for part in images.split(256)])
    best = [part.argmax(dim=1) for part in scores.split(COUNTS, dim=1)]
    return torch.stack(best, dim=1).numpy()  # (n, 5)


def read_halves(images) -> np.ndarray:
    """What the network reads in the left and in the right half.

    Shapes: images (n, 3, 24, 48) in 0 … 1, NumPy or torch; result (n, 2, 5) int64.
    """
    images = torch.as_tensor(images, dtype=torch.float32)
    require_shape("images", images, ("n", 3, 24, 48))
    return np.stack([read_attributes(half) for half in images.split(24, dim=3)], axis=1)


def wanted(captions: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """The attributes that captions name, (n, 5) int64, and which they name, (n, 5) bool.

    Where a caption leaves an attribute open, the first is 0 and says nothing.
    """
    said = [read_caption(caption) for caption in captions]
    named = np.array([[value is not None for value in row] for row in said])
    tables = list(flower_attributes.values())
    indices = [
        [values.index(value) if value else 0 for values, value in zip(tables, row, strict=True)]
        for row in said
    ]
    return np.array(indices), named


def all_right(read: np.ndarray, attributes: np.ndarray, named=True) -> np.ndarray:
    """Which images have every attribute that counts as it should be: (…, 5) to (…,) bool."""
    return ((read == attributes) | ~np.broadcast_to(named, read.shape)).all(axis=-1)


@cache
def reader() -> FlowerReader:
    """The stored network; it is shared, so do not train it."""
    net = FlowerReader()
    weights = read_kept(RESULTS, "flower-reader")
    net.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return net.eval()


def recorded() -> Record:
    """The record of the stored network's training."""
    return Record.load(RESULTS / "flower-reader.json")


def rough_drawings(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Drawings as a generator might make them: farther off, softer, paler, noisier.

    Reading them makes the network fair to images that no drawing equals exactly.
    """
    attributes = draw_attributes(rng, n, "all")
    shifts = rng.uniform(-1.4 * SHIFT, 1.4 * SHIFT, (n, 2))
    images = place_flowers(attributes, shifts, rng.uniform(-1.4 * TURN, 1.4 * TURN, n))
    soft = (images[:, :, :-2] + 2 * images[:, :, 1:-1] + images[:, :, 2:]) / 4
    soft = (soft[..., :-2] + 2 * soft[..., 1:-1] + soft[..., 2:]) / 4
    blur = rng.uniform(0.0, 0.7, (n, 1, 1, 1)) * (rng.random((n, 1, 1, 1)) < 0.5)
    images[:, :, 1:-1, 1:-1] += blur * (soft - images[:, :, 1:-1, 1:-1])
    images *= rng.uniform(0.9, 1.1, (n, 3, 1, 1))
    images += rng.uniform(-0.05, 0.05, (n, 3, 1, 1))
    images += rng.uniform(0.0, 0.07, (n, 1, 1, 1)) * rng.standard_normal(images.shape, np.float32)
    return np.clip(images, 0.0, 1.0), attributes


def train(steps: int = STEPS, seed: int = SEED) -> tuple[FlowerReader, Record]:
    """Train a network on rough drawings of all combinations; the rate falls to 0 as a cosine."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = FlowerReader()
    optimizer = torch.optim.Adam(net.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps)
    curve = {"step": [], "loss": []}
    for step in range(1, steps + 1):
        images, attributes = rough_drawings(rng, BATCH)
        scores = net(torch.from_numpy(images)).split(COUNTS, dim=1)
        answers = torch.from_numpy(attributes)
        loss = sum(F.cross_entropy(s, answers[:, k]) for k, s in enumerate(scores))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % EVERY == 0:
            curve["step"].append(step)
            curve["loss"].append(loss.item())
    config = {"steps": steps, "batch_size": BATCH, "learning_rate": RATE}
    return net.eval(), Record("flower-reader", config, seed, curve, {})


def accuracy(read, n: int = FRESH, seed: int = FRESH_SEED) -> tuple[np.ndarray, float]:
    """The share of fresh drawings of all combinations read right: each attribute, all five."""
    images, _, attributes = flowers(np.random.default_rng(seed), n, combinations="all")
    got = read(images)
    return (got == attributes).mean(axis=0), float(all_right(got, attributes).mean())


def store(folder: Path = RESULTS) -> Record:
    """Train the network; write its weights in half precision, and the record beside them."""
    from rnncourse.training import provenance

    net, record = train()
    weights = {name: value.numpy().astype(np.float16) for name, value in net.state_dict().items()}
    net.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    each, every = accuracy(lambda images: read_with(net, images))
    record.summary.update(zip(flower_attributes, each.tolist(), strict=True))
    record.summary["all_five"] = every
    record.provenance.update(provenance())
    return keep(folder, "flower-reader", weights, record)


if __name__ == "__main__":
    print(f"all five attributes right: {store().summary['all_five']:.4f} of {FRESH:,} drawings")
