"""The matching-aware game for scenes: one step, and all of them."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from rnncourse.chapters.images_from_sentences.bank import Bank, as_network
from rnncourse.chapters.images_from_sentences.training import (
    discriminator_loss,
    generator_loss,
    matching_loss,
    squared_slope,
)
from rnncourse.validate import require_at_least, require_count, require_positive


@dataclass(frozen=True)
class SceneGameConfig:
    """The choices of a training.

    steps          updates of each network
    batch_size     pictures in an update, each with one right and one wrong caption
    learning_rate  Adam's, of both networks, with betas 0 and 0.99; it falls to zero in a line over
                   the last 40 % of the steps
    match          weight of the matching loss, of both networks
    average        of the generator's weights: a ← average · a + (1 − average) · weights
    r1, r1_every   weight of r1/2 · E|∂s_r/∂image|², counted in every so many updates
    """

    steps: int
    batch_size: int = 32
    learning_rate: float = 2e-3
    match: float = 1.0
    average: float = 0.998
    r1: float = 0.2
    r1_every: int = 8

    def __post_init__(self):
        for name in ("steps", "batch_size", "r1_every"):
            require_count(name, getattr(self, name))
        require_positive("learning_rate", self.learning_rate)
        require_at_least("r1", self.r1, 0)


class SceneGame:
    """A generator and a discriminator in training, and the average of the generator's weights."""

    def __init__(
        self,
        generator: nn.Module,
        discriminator: nn.Module,
        config: SceneGameConfig,
        *,
        rng: np.random.Generator,
    ):
        self.generator = generator.to(memory_format=torch.channels_last)
        self.discriminator = discriminator.to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(generator).requires_grad_(False).eval()
        self.config, self.steps_done = config, 0
        self.source = torch.Generator().manual_seed(int(rng.integers(2**62)))
        self.optimizers = [
            torch.optim.Adam(net.parameters(), config.learning_rate, (0.0, 0.99), fused=True)
            for net in (generator, discriminator)
        ]

    def step(self, images: Tensor, right: Tensor, wrong: Tensor) -> tuple[float, float]:
        """One update of each network: images (B, 3, 24, 48), text features (B, F) twice.

        Returns: the losses of the discriminator and of the generator, before their updates.
        """
        self._set_rates()
        z = torch.randn(len(right), self.generator.z_size, generator=self.source)
        fakes = self.generator(right, z)
        D = self.discriminator.requires_grad_(False)
        looks = D.look(fakes)
        loss_G = generator_loss(D.score(looks, right))
        self._update(0, loss_G + self.config.match * matching_loss(D, looks, right, wrong))
        D.requires_grad_(True)
        loss_D = self._discriminator_step(images, fakes.detach(), right, wrong)
        self.steps_done += 1
        self._average_weights()
        return loss_D, loss_G.item()

    def _discriminator_step(self, images, fakes, right, wrong) -> float:
        config, D = self.config, self.discriminator
        penalized = config.r1 > 0 and self.steps_done % config.r1_every == 0
        images = images.requires_grad_(penalized)
        looks = D.look(images)
        s_r, s_w = D.score(looks, right), D.score(looks, wrong)
        loss = discriminator_loss(s_r, s_w, D(fakes, right))
        total = loss + config.match * matching_loss(D, looks, right, wrong)
        if penalized:
            total = total + config.r1_every * config.r1 / 2 * squared_slope(s_r, images)
        self._update(1, total)
        return loss.item()

    def _update(self, which: int, loss: Tensor) -> None:
        self.optimizers[which].zero_grad()
        loss.backward()
        self.optimizers[which].step()

    def _set_rates(self) -> None:
        left = 1.0 - self.steps_done / self.config.steps
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = self.config.learning_rate * min(1.0, left / 0.4)

    @torch.no_grad()
    def _average_weights(self) -> None:
        """Early on the average is short: the first weights are not worth keeping."""
        kept = min(self.config.average, self.steps_done / (self.steps_done + 9))
        states = (net.state_dict().values() for net in (self.average, self.generator))
        for mean, value in zip(*states, strict=True):
            if value.is_floating_point():
                mean.lerp_(value, 1.0 - kept)


def play(
    game: SceneGame,
    bank: Bank,
    texts: Tensor,
    rng: np.random.Generator,
    on_step: Callable | None = None,
) -> dict[str, list[float]]:
    """Train for all the steps of the game's configuration; the losses of every step.

    texts (captions, F) are the text features of ``bank.captions``; rng draws the rows.
    """
    losses = {"discriminator": [], "generator": []}
    while game.steps_done < game.config.steps:
        rows = rng.integers(len(bank.right), size=game.config.batch_size)
        wrong = bank.wrong[rows, rng.integers(bank.wrong.shape[1], size=len(rows))]
        images = as_network(torch.from_numpy(bank.images[rows, 0]))
        images = images.contiguous(memory_format=torch.channels_last)
        loss_D, loss_G = game.step(images, texts[bank.right[rows]], texts[wrong])
        losses["discriminator"].append(loss_D)
        losses["generator"].append(loss_G)
        if on_step is not None:
            on_step(game.steps_done)
    return losses
