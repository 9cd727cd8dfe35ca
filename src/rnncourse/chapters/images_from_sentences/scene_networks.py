"""The networks for scenes of two flowers: a sentence encoder, a generator and a discriminator.

Both halves of a picture are drawn by the same generator, and looked at by the same convolutions:
what a petal looks like is learned once. Which flower stands where must come from the sentence.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from rnncourse.chapters.images_from_sentences.encoder import SentenceEncoder
from rnncourse.chapters.images_from_sentences.networks import (
    SLOPE,
    ImageFeatures,
    layer,
)
from rnncourse.chapters.images_from_sentences.words import Words
from rnncourse.tasks import scene_words

HIDDEN = 192  # units of the encoder's layer behind the last state


class SceneEncoder(SentenceEncoder):
    """The encoder with one more layer: which flower stands left may be known at the end only.

    v = W_2 relu(W_1 h_T + b_1) + b_2

    In "A has B on its left" everything was read before the last word says where it belongs. So the
    two halves of the memory have to be exchanged behind it, which no linear layer can do.
    """

    def __init__(
        self,
        cell: str,
        *,
        bidirectional: bool = False,
        units: int,
        features: int = 64,
        rng: np.random.Generator,
    ):
        words = Words(scene_words)
        sizes = {"units": units, "features": features}
        super().__init__(words, cell, bidirectional=bidirectional, **sizes, rng=rng)
        self.out = nn.Sequential(
            layer(nn.Linear, self.out.in_features, HIDDEN, rng=rng),
            nn.ReLU(),
            layer(nn.Linear, HIDDEN, features, gain=1.0, rng=rng),
        )


class FlowerHalf(nn.Module):
    """One half of a picture, 24 × 24, from a code c.

    w = relu(W_0 c + b_0)                                        (B, 64)
    a_0 = relu(W_1 w + b_1)                                      (B, 32, 6, 6)
    a_1 = relu((1 + S_1 w) ⊙ BN(conv3(doubled a_0)) + R_1 w)     (B, 40, 12, 12)
    a_2 = relu((1 + S_2 w) ⊙ BN(conv3(a_1)) + R_2 w)             (B, 40, 12, 12)
    half = tanh(shuffled conv3(a_2))                             (B, 3, 24, 24)

    "Doubled" repeats every pixel in both directions; "shuffled" turns 12 channels into 4 pixels of
    3 colors. The scales S w and shifts R w have one number for each channel.
    """

    def __init__(self, code: int, style: int = 64, *, rng: np.random.Generator):
        super().__init__()
        first, channels = 32, 40
        same = {"padding": 1, "bias": False, "rng": rng}
        self.style = layer(nn.Linear, code, style, rng=rng)
        self.start = layer(nn.Linear, style, first * 36, rng=rng)
        self.convs = nn.ModuleList(
            layer(nn.Conv2d, inputs, channels, 3, **same) for inputs in (first, channels)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels, affine=False) for _ in self.convs)
        self.tunes = nn.ModuleList(
            layer(nn.Linear, style, 2 * channels, gain=0.25, rng=rng) for _ in self.convs
        )
        self.paint = layer(nn.Conv2d, channels, 12, 3, padding=1, gain=1.0, rng=rng)

    def forward(self, code: Tensor) -> Tensor:
        w = torch.relu(self.style(code))
        a = torch.relu(self.start(w)).unflatten(1, (-1, 6, 6))
        a = a.contiguous(memory_format=torch.channels_last)
        a = functional.interpolate(a, scale_factor=2, mode="nearest")
        for conv, norm, tune in zip(self.convs, self.norms, self.tunes, strict=True):
            scale, shift = tune(w)[:, :, None, None].chunk(2, dim=1)
            a = torch.relu(torch.addcmul(shift, norm(conv(a)), 1.0 + scale))
        return torch.tanh(functional.pixel_shuffle(self.paint(a), 2))


class SceneGenerator(nn.Module):
    """A picture of two flowers from a text feature and noise.

    [c_left; c_right] = W [t; z] + b
    image = [G(c_left), G(c_right)]

    G draws one half; it is the same for both.

    Shapes: t (B, F), z (B, z_size); image (B, 3, 24, 48).
    """

    def __init__(
        self, features: int = 64, z_size: int = 32, code: int = 64, *, rng: np.random.Generator
    ):
        super().__init__()
        self.z_size = z_size
        self.read = layer(nn.Linear, features + z_size, 2 * code, gain=1.0, rng=rng)
        self.one_half = FlowerHalf(code, rng=rng)

    def forward(self, t: Tensor, z: Tensor) -> Tensor:
        codes = self.read(torch.cat([t, z], dim=1)).chunk(2, dim=1)
        halves = self.one_half(torch.cat(codes))
        return torch.cat(halves.chunk(2), dim=3)


class SceneDiscriminator(nn.Module):
    """How well a picture of two flowers fits a text, and whether it looks drawn: one score.

    f = [features of the left half; features of the right half], by the same convolutions
    score = f · W_t t + v · leaky(W_1 [f; t] + b_1) + b

    Shapes: images (B, 3, 24, 48), t (B, F); score (B,).
    """

    def __init__(self, features: int = 64, n: int = 128, *, rng: np.random.Generator):
        super().__init__()
        self.halves = ImageFeatures(n, rng=rng)
        self.text = layer(nn.Linear, features, 2 * n, gain=1.0 / n, rng=rng)
        self.hidden = layer(nn.Linear, 2 * n + features, 64, rng=rng)
        self.last = layer(nn.Linear, 64, 1, gain=1.0, rng=rng)

    def look(self, images: Tensor) -> Tensor:
        """The features of both halves, (B, 2 n)."""
        f = functional.leaky_relu(self.halves(torch.cat(images.chunk(2, dim=3))), SLOPE)
        return torch.cat(f.chunk(2), dim=1)

    def score(self, looks: Tensor, t: Tensor) -> Tensor:
        """One score (B,) for every picture and its text."""
        projected = (looks * self.text(t)).sum(dim=1)
        a = functional.leaky_relu(self.hidden(torch.cat([looks, t], dim=1)), SLOPE)
        return projected + self.last(a)[:, 0]

    def forward(self, images: Tensor, t: Tensor) -> Tensor:
        return self.score(self.look(images), t)
