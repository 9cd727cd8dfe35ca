"""The game of generator and discriminator: matching-aware steps on a bank of captions and pictures.

A picture and a caption make one of three pairs, and the discriminator scores each:

s_r   a drawing with its caption          (real)
s_w   a drawing with a wrong caption      (counts as fake: it must read the sentence)
s_f   a generated picture with the caption that it was made for      (fake)

L_D = mean log σ(s_r) + (mean log σ(−s_w) + mean log σ(−s_f)) / 2        (maximized)
L_G = mean log σ(s_f)                                                    (maximized)

Beside the pairs there are groups: ``together`` pictures of one caption, drawn or generated, whose
score sees how much they differ. The two networks play for it as well, with a smaller weight. And
there is a matching loss: each drawing finds its caption among those of the batch.

Source: Reed et al. (2016), Algorithm 1; for the matching loss Zhang et al. (2021), for noise on the
generator's text Zhang et al. (2017).
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy, logsigmoid

from rnncourse.chapters.images_from_sentences.bank import Bank, Batch, draw
from rnncourse.chapters.images_from_sentences.encoder import SentenceEncoder
from rnncourse.chapters.images_from_sentences.networks import Discriminator, Generator
from rnncourse.validate import (
    require_at_least,
    require_count,
    require_positive,
    require_share,
)

ENCODER_RATE = 3.0  # times the learning rate, for an encoder that learns in the game


@dataclass(frozen=True)
class GameConfig:
    """The choices of a training.

    steps          updates of each network
    groups         captions in an update, each with ``together`` pictures
    wrong          wrong captions for each drawing; 0: no wrong pairs
    group_weight   of the groups' scores in both losses; 0: without
    match, match_G weight of the matching loss in the discriminator's loss, and in the generator's
    blur           standard deviation of the noise that the generator finds on its text features
    learning_rate  Adam's, of both networks; it falls in a line to zero over the share ``decay``
    beta           Adam's memory of squared gradients; there is none of the gradients themselves
    average        of the generator's weights: a ← average · a + (1 − average) · weights
    r1, r1_every   weight of r1/2 · E|∂s_r/∂image|², counted in every so many updates
    interpolated   True: the generator also plays for the mean of a right and a wrong text
    """

    steps: int
    groups: int = 16
    together: int = 2
    wrong: int = 4
    group_weight: float = 0.15
    match: float = 0.0
    match_G: float = 0.0
    blur: float = 0.0
    learning_rate: float = 2e-3
    decay: float = 0.4
    beta: float = 0.99
    average: float = 0.998
    r1: float = 0.2
    r1_every: int = 8
    interpolated: bool = False

    def __post_init__(self):
        for name in ("steps", "groups", "together", "r1_every"):
            require_count(name, getattr(self, name))
        require_count("wrong", self.wrong, minimum=0)
        require_positive("learning_rate", self.learning_rate)
        for name in ("decay", "beta", "average"):
            require_share(name, getattr(self, name))
        for name in ("r1", "group_weight", "match", "match_G", "blur"):
            require_at_least(name, getattr(self, name), 0)


def discriminator_loss(s_r: Tensor, s_w: Tensor | None, s_f: Tensor) -> Tensor:
    """−L_D, to be made small; without wrong pairs s_w is None and fakes count alone."""
    fake = logsigmoid(-s_f).mean()
    if s_w is not None:
        fake = (logsigmoid(-s_w).mean() + fake) / 2
    return -(logsigmoid(s_r).mean() + fake)


def generator_loss(s_f: Tensor) -> Tensor:
    """−L_G: it still falls steeply where the discriminator is sure that a picture is generated."""
    return -logsigmoid(s_f).mean()


def matching_loss(D: Discriminator, f: Tensor, right: Tensor, wrong: Tensor) -> Tensor:
    """How surely each picture's own text is found among all texts of the batch.

    −mean_i log softmax_j(f_i · W_t t_j)[own], j over the right and the wrong texts

    Shapes: f (B·k, 128), right (B, F), wrong (M, F); the k pictures of a right text in a row.
    Source: Zhang et al. (2021), who add it to both losses.
    """
    scores = f @ D.text(torch.cat([right, wrong])).T  # (B·k, B + M)
    own = torch.arange(len(right)).repeat_interleave(len(f) // len(right))
    return cross_entropy(scores, own)


class Game:
    """A generator and a discriminator in training, and the average of the generator's weights.

    The two losses of the pairs can be given by the caller, as functions of the scores. The rng
    draws the noise z and nothing else.
    """

    def __init__(
        self,
        generator: Generator,
        discriminator: Discriminator,
        config: GameConfig,
        *,
        rng: np.random.Generator,
        losses: tuple[Callable, Callable] = (discriminator_loss, generator_loss),
    ):
        self.generator = generator.to(memory_format=torch.channels_last)
        self.discriminator = discriminator.to(memory_format=torch.channels_last)
        self.average = copy.deepcopy(generator).requires_grad_(False).eval()
        self.config, self.steps_done = config, 0
        self.discriminator_loss, self.generator_loss = losses
        self.source = torch.Generator().manual_seed(int(rng.integers(2**62)))
        self.optimizers = [self._adam(generator, 1.0), self._adam(discriminator, 1.0)]

    def _adam(self, network, times: float) -> torch.optim.Adam:
        group = {"params": list(network.parameters()), "times": times}
        return torch.optim.Adam([group], betas=(0.0, self.config.beta), fused=True)

    def step(self, images: Tensor, right: Tensor, wrong: Tensor) -> tuple[float, float]:
        """One update of each network; what the generator made is used by both.

        Shapes: images (B, 3, 24, width), text features right (B, F) and wrong (B, W, F).
        Returns: the losses of the discriminator and of the generator, before their updates.
        """
        self._set_rates()
        fakes, loss_G = self.generator_step(right.detach(), wrong.detach())
        loss_D = self.discriminator_step(images, fakes, right, wrong)
        self.steps_done += 1
        self._average_weights()
        return loss_D, loss_G

    def generator_step(self, right: Tensor, wrong: Tensor) -> tuple[Tensor, float]:
        """Make pictures for the right captions and become better at it; returns the pictures."""
        D = self.discriminator.requires_grad_(False)
        fakes = self.generator(self.blurred(right), self.draw_z(len(right)))
        f = D.look(fakes)
        loss = self.generator_loss(D.score(f, right))
        if self.config.group_weight:
            loss = loss + self.config.group_weight * generator_loss(self.group_scores(f, right))
        if self.config.match_G:
            loss = loss + self.config.match_G * self.match(f, right, wrong)
        if self.config.interpolated:
            between = (right + wrong[:, 0]) / 2
            made = self.generator(between, self.draw_z(len(between)))
            loss = loss + self.generator_loss(D(made, between))
        update(self.optimizers[:1], loss)
        D.requires_grad_(True)
        return fakes.detach(), float(loss.detach())

    def discriminator_step(self, images: Tensor, fakes: Tensor, right: Tensor, wrong: Tensor):
        """Become better at telling the three kinds of pairs apart; returns the loss."""
        config, D = self.config, self.discriminator
        penalized = config.r1 > 0 and self.steps_done % config.r1_every == 0
        images.requires_grad_(penalized)
        f_r, f_f = D.look(images), D.look(fakes)
        s_r, s_w = D.score(f_r, right), self.wrong_scores(f_r, wrong)
        loss = self.discriminator_loss(s_r, s_w, D.score(f_f, right))
        if config.group_weight:
            real, fake = self.group_scores(f_r, right), self.group_scores(f_f, right)
            loss = loss + config.group_weight * discriminator_loss(real, None, fake)
        if config.match:
            loss = loss + config.match * self.match(f_r, right, wrong)
        total = loss
        if penalized:
            total = loss + config.r1_every * config.r1 / 2 * squared_slope(s_r, images)
        update(self.optimizers[1:], total)
        return float(loss.detach())

    def wrong_scores(self, f: Tensor, wrong: Tensor) -> Tensor | None:
        """Every drawing against its wrong captions, (B·W,)."""
        if not self.config.wrong:
            return None
        repeated = f.repeat_interleave(wrong.shape[1], dim=0)
        return self.discriminator.score(repeated, wrong.flatten(0, 1))

    def group_scores(self, f: Tensor, right: Tensor) -> Tensor:
        """One score for each caption and its pictures, (groups,)."""
        return self.discriminator.group_score(f, right[:: self.config.together])

    def match(self, f: Tensor, right: Tensor, wrong: Tensor) -> Tensor:
        """The matching loss of pictures that come in groups, each caption counted once."""
        return matching_loss(self.discriminator, f, right[:: self.config.together], wrong[:, 0])

    def blurred(self, t: Tensor) -> Tensor:
        """Text features with noise: the generator must draw alike for texts that lie near."""
        if not self.config.blur:
            return t
        return t + self.config.blur * torch.randn(t.shape, generator=self.source)

    def draw_z(self, count: int) -> Tensor:
        """Fresh noise, (count, z_size)."""
        return torch.randn(count, self.generator.z_size, generator=self.source)

    def _set_rates(self) -> None:
        left = 1.0 - self.steps_done / self.config.steps
        share = min(1.0, left / self.config.decay) if self.config.decay else 1.0
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = self.config.learning_rate * share * group["times"]

    @torch.no_grad()
    def _average_weights(self) -> None:
        """Early on the average is short: the first weights are not worth keeping."""
        kept = min(self.config.average, self.steps_done / (self.steps_done + 9))
        means, values = self.average.state_dict(), self.generator.state_dict()
        for name, mean in means.items():
            if mean.is_floating_point():
                mean.lerp_(values[name], 1.0 - kept)


def update(optimizers: list[torch.optim.Optimizer], loss: Tensor) -> None:
    """One step downhill."""
    for optimizer in optimizers:
        optimizer.zero_grad()
    loss.backward()
    for optimizer in optimizers:
        optimizer.step()


def squared_slope(scores: Tensor, images: Tensor) -> Tensor:
    """R1: the mean over the drawings of |∂score/∂image|², itself differentiable."""
    [slope] = torch.autograd.grad(scores.sum(), images, create_graph=True)
    return slope.square().sum(dim=(1, 2, 3)).mean()


class Texts:
    """The text features of a bank's captions, computed once: the encoder does not learn."""

    def __init__(self, encoder: SentenceEncoder, bank: Bank):
        self.features = encoder.read(bank.captions)

    def __call__(self, captions: Tensor) -> Tensor:
        """Features of these captions of the bank, (…) to (…, F)."""
        return self.features[captions]


class LearnedTexts:
    """The encoder learns in the game: features with a gradient, from the discriminator's loss."""

    def __init__(self, encoder: SentenceEncoder, bank: Bank, game: Game):
        self.encoder, (self.ids, self.lengths) = encoder, encoder.words.encode(bank.captions)
        game.optimizers.append(game._adam(encoder, ENCODER_RATE))

    def __call__(self, captions: Tensor) -> Tensor:
        chosen, places = captions.unique(return_inverse=True)
        longest = int(self.lengths[chosen].max())
        return self.encoder(self.ids[chosen, :longest], self.lengths[chosen])[places]


def play(
    game: Game,
    bank: Bank,
    texts: Callable[[Tensor], Tensor],
    rng: np.random.Generator,
    on_step: Callable | None = None,
) -> dict[str, list[float]]:
    """Train for all the steps of the game's configuration; the losses of every step.

    ``texts`` gives the features of captions of the bank; rng draws the rows.
    """
    config, losses = game.config, {"loss_D": [], "loss_G": []}
    bank = bank._replace(images=bank.images[:, : config.together])
    while game.steps_done < config.steps:
        batch: Batch = draw(bank, config.groups, max(1, config.wrong), rng)
        features = texts(torch.cat([batch.right[:, None], batch.wrong], dim=1))  # (B, 1 + W, F)
        loss_D, loss_G = game.step(batch.images, features[:, 0], features[:, 1:])
        losses["loss_D"].append(loss_D)
        losses["loss_G"].append(loss_G)
        if on_step is not None:
            on_step(game.steps_done)
    return losses
