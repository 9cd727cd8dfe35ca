"""A small game for the lesson: two players that learn in seconds, and a check of one step of it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import logsigmoid

from rnncourse.byhand import gan
from rnncourse.chapters.images_from_sentences.bank import as_network
from rnncourse.chapters.images_from_sentences.flower_bank import flower_bank
from rnncourse.chapters.images_from_sentences.networks import (
    Discriminator,
    Generator,
    ImageFeatures,
)
from rnncourse.chapters.images_from_sentences.stored import stored
from rnncourse.sequence import evaluating

RATE, BETAS = 2e-3, (0.0, 0.99)


class LiveData(NamedTuple):
    """Drawings, the features of their captions, and which captions fit none of them."""

    images: Tensor  # (N, 3, 24, 24) in −1 … 1
    captions: list[str]
    phi: Tensor  # (N, F)
    wrong: np.ndarray  # (N, M) captions that contradict the row's

    def batch(self, rng: np.random.Generator, B: int) -> tuple[Tensor, Tensor, Tensor]:
        """Images, the features of their captions, the features of captions that do not fit."""
        rows = rng.integers(len(self.wrong), size=B)
        other = self.wrong[rows, rng.integers(self.wrong.shape[1], size=B)]
        return self.images[rows], self.phi[rows], self.phi[other]


class Players(NamedTuple):
    """Two small networks and what moves each of them."""

    G: Generator
    D: nn.Module
    G_optimizer: torch.optim.Optimizer
    D_optimizer: torch.optim.Optimizer


def read(captions: list[str]) -> Tensor:
    """The stored encoder's features of these sentences, (n, F)."""
    return torch.from_numpy(stored().text(captions))


def live_data(seed: int = 0, rows: int = 3000) -> LiveData:
    """Draw and describe flowers of training; the stored encoder reads the captions."""
    bank = flower_bank(np.random.default_rng(seed), rows, k=1, wrong=8)
    captions = bank.captions[:rows]
    images = as_network(torch.from_numpy(bank.images[:, 0]))
    return LiveData(images, captions, read(captions), bank.wrong)


def new_players(seed: int = 0, features: int = 64, z_size: int = 8) -> Players:
    """A generator and a discriminator that have learned nothing yet, and an Adam for each."""
    rng = np.random.default_rng(seed)
    G = Generator(features, z_size, channels=(16, 24, 24), rng=rng)
    D = Discriminator(features, rng=rng)
    D.images = ImageFeatures(128, 24, (16, 32, 48), rng=rng)
    optimizers = (torch.optim.Adam(net.parameters(), RATE, BETAS) for net in (G, D))
    return Players(G, D, *optimizers)


def cool(optimizer: torch.optim.Optimizer, share: float) -> None:
    """Set the rate: full for the first half of the time, then down to zero."""
    for group in optimizer.param_groups:
        group["lr"] = RATE * min(1.0, 2.0 * (1.0 - share))


def draw(G: Generator, phi: Tensor, z: Tensor) -> np.ndarray:
    """Images in 0 … 1 by the generator as it is used after training, (B, 3, 24, 24)."""
    with evaluating(G), torch.no_grad():
        return ((G(phi, z) + 1.0) / 2.0).numpy()


# The reader's two functions


def losses(a_r: Tensor, a_w: Tensor, a_f: Tensor) -> tuple[Tensor, Tensor]:
    """L_D and L_G from the logits of three kinds of pairs, means over the batch."""
    against = logsigmoid(-a_w).mean() + logsigmoid(-a_f).mean()
    return logsigmoid(a_r).mean() + 0.5 * against, logsigmoid(a_f).mean()


def game_step(G, D, G_optimizer, D_optimizer, x, phi, wrong, z) -> tuple[Tensor, Tensor]:
    """One step of each player, the discriminator first; returns L_D and L_G."""
    fake = G(phi, z)
    L_D, _ = losses(D(x, phi), D(x, wrong), D(fake.detach(), phi))
    D_optimizer.zero_grad()
    (-L_D).backward()
    D_optimizer.step()
    L_G = logsigmoid(D(fake, phi)).mean()
    G_optimizer.zero_grad()
    (-L_G).backward()
    G_optimizer.step()
    return L_D.detach(), L_G.detach()


class SmallGenerator(nn.Module):
    """x = tanh(W [φ; z]), the generator on which a step is checked."""

    def __init__(self, rng: np.random.Generator):
        super().__init__()
        self.W = nn.Parameter(torch.from_numpy(0.5 * rng.standard_normal((4, 5))))

    def forward(self, phi: Tensor, z: Tensor) -> Tensor:
        return torch.tanh(torch.cat([phi, z], dim=1) @ self.W.T)


class SmallDiscriminator(nn.Module):
    """a = φᵀ W x + w·x."""

    def __init__(self, rng: np.random.Generator):
        super().__init__()
        self.W = nn.Parameter(torch.from_numpy(0.5 * rng.standard_normal((3, 4))))
        self.w = nn.Parameter(torch.from_numpy(0.5 * rng.standard_normal(4)))

    def forward(self, x: Tensor, phi: Tensor) -> Tensor:
        return ((phi @ self.W + self.w) * x).sum(dim=1)


def moved(step: Callable) -> dict[str, np.ndarray]:
    """The weights of two small players after one step of plain ascent, rate 0.1."""
    rng = np.random.default_rng(0)
    G, D = SmallGenerator(rng), SmallDiscriminator(rng)
    optimizers = [torch.optim.SGD(net.parameters(), 0.1) for net in (G, D)]
    x, phi, wrong, z = (torch.from_numpy(rng.standard_normal((6, size))) for size in (4, 3, 3, 2))
    step(G, D, *optimizers, torch.tanh(x), phi, wrong, z)
    named = {"G": G, "D": D}
    return {
        f"{who}.{name}": w.detach().numpy()
        for who, net in named.items()
        for name, w in net.named_parameters()
    }


def check_losses(answer: Callable) -> bool:
    """Print whether these are the two losses; whether they are."""
    logits = np.random.default_rng(0).normal(scale=2.0, size=(3, 5))
    result = answer(*map(torch.from_numpy, logits))
    if result is None:
        print("losses: not yet, it returned None")
        return False
    for name, got, expected in zip(
        ("L_D", "L_G"), result, gan.losses_from_logits(*logits), strict=True
    ):
        if abs(float(got) - expected) > 1e-6:
            print(f"losses: {name} is expected to be {expected:.4f}, got {float(got):.4f}")
            return False
    print("losses: right")
    return True


def check_step(answer: Callable) -> bool:
    """Print whether this step moves both players as it should; whether it does."""
    start, expected, got = (moved(each) for each in (lambda *game: None, game_step, answer))
    names = {"G": "the generator", "D": "the discriminator"}
    for who in "DG":
        mine = {name: w for name, w in got.items() if name.startswith(who)}
        if all(np.allclose(w, expected[name], atol=1e-8) for name, w in mine.items()):
            continue
        if all(np.array_equal(w, start[name]) for name, w in mine.items()):
            print(f"step: not yet, {names[who]} has not moved")
        elif all(np.allclose(w - start[n], start[n] - expected[n]) for n, w in mine.items()):
            print(f"step: {names[who]} goes down where it should go up; optimizers minimize")
        else:
            print(f"step: {names[who]} has moved to another place than expected")
        return False
    print("step: right")
    return True
