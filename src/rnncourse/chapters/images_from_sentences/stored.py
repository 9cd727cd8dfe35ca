"""The stored model: the sentence encoder and the generator of the run with seed 0, in one file.

    python -m rnncourse.chapters.images_from_sentences.stored

trains it again (some minutes), and writes ``results/flowers.npz`` and the record of the run,
``results/flowers/main-gru-seed0.json``. The seed was chosen before the run.

The file holds float16 arrays and, under "words", the sorted words of the language. With V words,
n units, F features, Z numbers of noise:

words              (V,) str
encoder_W_zx …     the GRU: W_zx W_rx W_hx (n, V), W_zh W_rh W_hh (n, n), b_z b_r b_h (n,)
encoder_W, _b      (F, n), (F,)
generator_W0, _b0  (C_0·6·6, F + Z), (C_0·6·6,)        BN folded in; row c·36 + y·6 + x
generator_W1, _b1  (C_1, C_0, 3, 3), (C_1,)            BN folded in
generator_W2, _b2  (C_2, C_1, 3, 3), (C_2,)            BN folded in
generator_W3, _b3  (12, C_2, 3, 3), (12,)

How a picture is made (all arrays as float32):

h = 0; for each word w: z = σ(W_zx[:, w] + W_zh h + b_z), r = σ(W_rx[:, w] + W_rh h + b_r),
    h̃ = tanh(W_hx[:, w] + W_hh (r ⊙ h) + b_h), h = (1 − z) ⊙ h + z ⊙ h̃
v = W h + b;  t = √F v / |v|
a = relu(W0 [t; noise] + b0) as (C_0, 6, 6), every pixel doubled: (C_0, 12, 12)
a = relu(conv3(a; W1) + b1);  a = relu(conv3(a; W2) + b2)   with zeros around the picture
p = tanh(conv3(a; W3) + b3), (12, 12, 12)
image[color, 2y + i, 2x + j] = (p[4 color + 2i + j, y, x] + 1) / 2
"""

import hashlib
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from torch import nn

from rnncourse.chapters.images_from_sentences.experiments import FLOWERS
from rnncourse.chapters.images_from_sentences.flower_run import Model
from rnncourse.chapters.images_from_sentences.words import Words
from rnncourse.experiments import record_path
from rnncourse.records import Record, open_kept, write_whole
from rnncourse.validate import require_shape

RESULTS = Path(__file__).parent / "results"
FILE = "flowers.npz"


def fold(conv: nn.Module, norm: nn.Module | None, repeats: int = 1) -> tuple:
    """Weight and bias of a layer with the batch norm behind it put in."""
    weight = conv.weight.detach()
    if norm is None:
        return weight, conv.bias.detach()
    scale = norm.weight / (norm.running_var + norm.eps).sqrt()
    shift = norm.bias - scale * norm.running_mean
    scale, shift = (values.detach().repeat_interleave(repeats) for values in (scale, shift))
    return weight * scale.view(-1, *[1] * (weight.ndim - 1)), shift


def arrays(model: Model) -> dict[str, np.ndarray]:
    """What the file holds."""
    encoder, G = model.encoder, model.generator
    cell = encoder.cells[0]
    found = {f"encoder_{name}": value.detach() for name, value in cell.named_parameters()}
    found |= {"encoder_W": encoder.out.weight.detach(), "encoder_b": encoder.out.bias.detach()}
    pixels = G.grid[1] * G.grid[2]
    layers = (
        fold(G.start, G.norm0, pixels),
        fold(G.conv1, G.norm1),
        fold(G.conv2, G.norm2),
        fold(G.conv3, None),
    )
    for number, (weight, bias) in enumerate(layers):
        found |= {f"generator_W{number}": weight, f"generator_b{number}": bias}
    halved = {name: value.numpy().astype(np.float16) for name, value in found.items()}
    return {"words": np.array(encoder.words.words), **halved}


def _sigmoid(a: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-a))


def _conv3(a: np.ndarray, W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a (n, C, y, x), W (K, C, 3, 3), zeros around the picture; (n, K, y, x)."""
    padded = np.pad(a, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    return np.einsum("ncyxij,kcij->nkyx", windows, W, optimize=True) + b[:, None, None]


class Stored:
    """The stored model, in NumPy: sentences to features to pictures, by the equations above."""

    def __init__(self, weights: dict[str, np.ndarray]):
        self.words = Words(weights["words"].tolist())
        self.weights = {k: v.astype(np.float32) for k, v in weights.items() if k != "words"}
        self.features = len(self.weights["encoder_b"])
        self.z_size = self.weights["generator_W0"].shape[1] - self.features

    def text(self, captions: list[str]) -> np.ndarray:
        """Text features (n, F) of length √F.

        Raises: ValueError for a word that the encoder has never read.
        """
        ids, lengths = (x.numpy() for x in self.words.encode(captions))
        p = {name.removeprefix("encoder_"): value for name, value in self.weights.items()}
        h = np.zeros((len(ids), len(p["b_z"])), np.float32)
        for k in range(ids.shape[1]):
            w = ids[:, k]
            z = _sigmoid(p["W_zx"].T[w] + h @ p["W_zh"].T + p["b_z"])
            r = _sigmoid(p["W_rx"].T[w] + h @ p["W_rh"].T + p["b_r"])
            new = np.tanh(p["W_hx"].T[w] + (r * h) @ p["W_hh"].T + p["b_h"])
            h = np.where((k < lengths)[:, None], (1.0 - z) * h + z * new, h)
        v = h @ p["W"].T + p["b"]
        return self.features**0.5 * v / np.linalg.norm(v, axis=1, keepdims=True)

    def paint(self, t: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Pictures (n, 3, 24, 24) in 0 … 1 of text features (n, F) and noise (n, z_size)."""
        p = self.weights
        a = np.concatenate([t, z], axis=1).astype(np.float32) @ p["generator_W0"].T
        a = np.maximum(a + p["generator_b0"], 0.0).reshape(len(t), -1, 6, 6)
        a = a.repeat(2, axis=2).repeat(2, axis=3)
        a = np.maximum(_conv3(a, p["generator_W1"], p["generator_b1"]), 0.0)
        a = np.maximum(_conv3(a, p["generator_W2"], p["generator_b2"]), 0.0)
        a = np.tanh(_conv3(a, p["generator_W3"], p["generator_b3"])).reshape(-1, 3, 2, 2, 12, 12)
        a = a.transpose(0, 1, 4, 2, 5, 3).reshape(-1, 3, 24, 24)  # 12 rows of 2, 12 columns of 2
        return (a + 1.0) / 2.0

    def images(self, captions: list[str], noise) -> np.ndarray:
        """Pictures (n, 3, 24, 24) float32 in 0 … 1; ``noise`` is z (n, z_size) or a generator."""
        if isinstance(noise, np.random.Generator):
            noise = noise.standard_normal((len(captions), self.z_size))
        t, noise = self.text(captions), np.asarray(noise, np.float32)
        require_shape("noise", noise, (len(captions), self.z_size))
        pieces = zip(*(np.array_split(x, -(-len(t) // 128)) for x in (t, noise)), strict=True)
        return np.concatenate([self.paint(*piece) for piece in pieces])


@cache
def stored() -> Stored:
    """The stored model.

    Raises: FileNotFoundError where the weights are missing; ValueError if they were changed.
    """
    record = Record.load(record_path(RESULTS / FLOWERS.name, FLOWERS.runs[0]))
    kept = open_kept(RESULTS / FILE, record.provenance["sha256"])
    with np.load(kept, allow_pickle=False) as weights:
        return Stored(dict(weights))


def store(folder: Path = RESULTS) -> Record:
    """Train the model of seed 0; write its weights and the record of the run."""
    run = FLOWERS.runs[0]
    model, record = run.train()
    kept = arrays(model)
    path = write_whole(folder / FILE, lambda file: np.savez_compressed(file, **kept))
    digest = {"digest": record.digest(), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    record = replace(record, provenance=record.provenance | digest)
    record.save(record_path(folder / FLOWERS.name, run))
    return record


if __name__ == "__main__":
    print(f"all five attributes right: {store().summary['unseen_all']:.1%} of unseen flowers")
