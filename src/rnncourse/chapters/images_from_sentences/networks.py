"""The two networks of the game: a generator of pictures, and a discriminator that reads them.

Sizes: B pictures, F numbers of a text feature, z numbers of noise. A picture is 24 high and
``width`` wide, a multiple of 8, with values in −1 … 1.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import skip_init

from rnncourse.validate import require_count, require_generator

HEIGHT = 24
SLOPE = 0.2  # of the discriminator's units below zero


def layer(kind: type, *sizes, rng: np.random.Generator, gain: float = 2.0, **options) -> nn.Module:
    """A linear or convolutional layer: weights N(0, gain / inputs of a unit), biases at zero."""
    made = skip_init(kind, *sizes, **options)
    std = (gain / made.weight[0].numel()) ** 0.5
    with torch.no_grad():
        drawn = std * rng.standard_normal(tuple(made.weight.shape))
        made.weight.copy_(torch.from_numpy(drawn))
        if made.bias is not None:
            made.bias.zero_()
    return made


def require_width(width: int) -> None:
    require_count("width", width, minimum=8)
    if width % 8:
        raise ValueError(f"width must be a multiple of 8, got {width}")


class Generator(nn.Module):
    """A picture from a text feature and noise.

    a_0 = relu(BN(W [t; z] + b))                       (B, C_0, 6, width/4)
    a_1 = relu(BN(conv3(doubled a_0)))                 (B, C_1, 12, width/2)
    a_2 = relu(BN(conv3(a_1)))                         (B, C_2, 12, width/2)
    image = tanh(shuffled conv3(a_2))                  (B, 3, 24, width)

    "Doubled" repeats every pixel in both directions. The last convolution gives 12 channels, 4 for
    each color: the pixels of a 2 × 2 square (torch.nn.PixelShuffle).

    Shapes: t (B, F), z (B, z_size).
    """

    def __init__(
        self,
        features: int = 64,
        z_size: int = 16,
        width: int = 24,
        channels: tuple[int, int, int] = (32, 40, 40),
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        require_generator("rng", rng)
        require_width(width)
        first, second, third = channels
        self.features, self.z_size, self.width = features, z_size, width
        self.grid = (first, HEIGHT // 4, width // 4)
        size = first * (HEIGHT // 4) * (width // 4)
        self.start = layer(nn.Linear, features + z_size, size, bias=False, rng=rng)
        self.norm0 = nn.BatchNorm2d(first)
        self.conv1 = layer(nn.Conv2d, first, second, 3, padding=1, bias=False, rng=rng)
        self.norm1 = nn.BatchNorm2d(second)
        self.conv2 = layer(nn.Conv2d, second, third, 3, padding=1, bias=False, rng=rng)
        self.norm2 = nn.BatchNorm2d(third)
        self.conv3 = layer(nn.Conv2d, third, 12, 3, padding=1, gain=1.0, rng=rng)

    def forward(self, t: Tensor, z: Tensor) -> Tensor:
        a = self.start(torch.cat([t, z], dim=1)).unflatten(1, self.grid)
        a = a.contiguous(memory_format=torch.channels_last)
        a = torch.relu(self.norm0(a))
        a = functional.interpolate(a, scale_factor=2, mode="nearest")
        a = torch.relu(self.norm1(self.conv1(a)))
        a = torch.relu(self.norm2(self.conv2(a)))
        return torch.tanh(functional.pixel_shuffle(self.conv3(a), 2))


class ImageFeatures(nn.Module):
    """What a picture shows, as ``outputs`` numbers: three convolutions 4 × 4, stride 2, a layer."""

    def __init__(
        self,
        outputs: int = 128,
        width: int = 24,
        channels: tuple[int, int, int] = (32, 64, 96),
        *,
        rng: np.random.Generator,
    ):
        super().__init__()
        require_width(width)
        sizes = (3, *channels)
        self.convs = nn.ModuleList(
            layer(nn.Conv2d, a, b, 4, stride=2, padding=1, rng=rng)
            for a, b in zip(sizes, channels, strict=False)
        )
        pixels = (HEIGHT // 8) * (width // 8)
        self.last = layer(nn.Linear, channels[-1] * pixels, outputs, rng=rng)

    def forward(self, images: Tensor) -> Tensor:
        a = images.contiguous(memory_format=torch.channels_last)
        for conv in self.convs:
            a = functional.leaky_relu(conv(a), SLOPE)
        return self.last(a.flatten(1))  # (B, outputs)


class Discriminator(nn.Module):
    """How well a picture fits a text and looks drawn, and how well a group of pictures does.

    f = leaky(features of the picture)
    score = f · W_t t + v · leaky(W_1 [f; t] + b_1) + c

    A group is k pictures in a row that belong to the same caption. Drawings differ in what the
    caption leaves open, and a generator is tempted to draw the same picture again and again. The
    group's score sees it (after Karras et al. 2018 and Lin et al. 2018): s_j is the standard
    deviation of f_j over the group,

    group score = u · leaky(W_2 [s; t] + b_2) + d

    The features of a picture are computed once and scored against several texts.
    """

    def __init__(self, features: int = 64, width: int = 24, *, rng: np.random.Generator):
        super().__init__()
        n = 128
        self.images = ImageFeatures(n, width, rng=rng)
        self.text = layer(nn.Linear, features, n, gain=1.0 / n, rng=rng)
        self.hidden = layer(nn.Linear, n + features, 64, rng=rng)
        self.out = layer(nn.Linear, 64, 1, gain=1.0, rng=rng)
        self.group_hidden = layer(nn.Linear, n + features, 64, rng=rng)
        self.group_out = layer(nn.Linear, 64, 1, gain=1.0, rng=rng)

    def look(self, images: Tensor) -> Tensor:
        """Features f (B, 128) of the pictures."""
        return functional.leaky_relu(self.images(images), SLOPE)

    def score(self, f: Tensor, t: Tensor) -> Tensor:
        """One score for every picture and its text: f (B, 128), t (B, F); result (B,)."""
        projected = (f * self.text(t)).sum(dim=1)
        a = functional.leaky_relu(self.hidden(torch.cat([f, t], dim=1)), SLOPE)
        return projected + self.out(a)[:, 0]

    def group_score(self, f: Tensor, t: Tensor) -> Tensor:
        """One score for every group: f (B·k, 128), t (B, F); result (B,)."""
        groups = f.unflatten(0, (len(t), -1))  # (B, k, 128)
        deviation = (groups.var(dim=1, unbiased=False) + 1e-4).sqrt()
        a = functional.leaky_relu(self.group_hidden(torch.cat([deviation, t], dim=1)), SLOPE)
        return self.group_out(a)[:, 0]

    def forward(self, images: Tensor, t: Tensor) -> Tensor:
        return self.score(self.look(images), t)
