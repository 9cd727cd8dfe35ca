"""Claims on the loss of a padded batch, and on a text of one's own."""

from functools import partial

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torch.nn.utils.rnn import pad_sequence

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.chapters.language_model.cases import small_model
from rnncourse.chapters.language_model.claims_window import TEXTS
from rnncourse.claims.registry import Row, claim, claim_rows
from rnncourse.text import Streams, split
from rnncourse.training import recipe
from rnncourse.training.recipe import SIZES, STREAMS, WINDOW

LENGTHS = torch.tensor([len(text) - 1 for text in TEXTS])  # characters read, the last is guessed
OWN = 100_000  # characters of somebody's own text


def padded(value: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What is read (B, T) and what is to be guessed (B, T), the latter padded with ``value``."""
    x = pad_sequence([text[:-1] for text in TEXTS], batch_first=True)
    y = pad_sequence([text[1:] for text in TEXTS], batch_first=True, padding_value=value)
    return x, y


def masked(model) -> torch.Tensor:
    """The loss with the lengths given and the padding left out."""
    x, y = padded(-100)
    p, _ = model(x, lengths=LENGTHS)
    return cross_entropy(p.flatten(0, 1), y.flatten())


def unmasked(model) -> torch.Tensor:
    """The loss with the padding read and guessed as the character 0."""
    x, y = padded(0)
    p, _ = model(x)
    return cross_entropy(p.flatten(0, 1), y.flatten())


def diluted(model) -> torch.Tensor:
    """The sum of the losses of the characters, divided by all places of the batch."""
    return masked(model) * LENGTHS.sum() / (len(LENGTHS) * LENGTHS.max())


def alone(model) -> list[torch.Tensor]:
    """The losses of the characters of each text, read alone."""
    pairs = ((text[None, :-1], text[1:]) for text in TEXTS)
    return [cross_entropy(model(x)[0][0], y, reduction="none") for x, y in pairs]


def mean_of_means(model) -> torch.Tensor:
    """Every text counts the same, whatever its length."""
    return torch.stack([losses.mean() for losses in alone(model)]).mean()


def of_small_model(loss) -> float:
    with torch.no_grad():
        return float(loss(small_model()))


def gradient(loss) -> np.ndarray:
    """By all parameters of the small network, one vector."""
    model = small_model()
    loss(model).backward()
    return torch.cat([value.grad.flatten() for value in model.parameters()]).numpy()


@claim("lm-masked", shows="eq-lm-masked", tolerance=1e-12, how="each text read alone")
def masked_loss_is_the_mean_over_characters() -> float:
    """The masked loss of a padded batch of texts of 3, 5 and 8 characters is the mean over all
    their characters, each text read alone."""
    with torch.no_grad():
        whole = torch.cat(alone(small_model())).mean()
    return relative_error(of_small_model(masked), float(whole))


LOSSES = {
    "lm-masked-right: With the mask.": Row(partial(of_small_model, masked), 1.549),
    "lm-masked-none: The padding is read, and guessed as the character 0.": Row(
        partial(of_small_model, unmasked), 1.540
    ),
    "lm-masked-diluted: The padding counts 0, and the mean is over all places.": Row(
        partial(of_small_model, diluted), 1.033
    ),
    "lm-masked-means: The mean of the texts' means.": Row(
        partial(of_small_model, mean_of_means), 1.536
    ),
}
claim_rows(LOSSES, tolerance=5e-4, how="texts of 3, 5 and 8 characters; nats")


@claim("lm-masked-gradient", states=0.851, how="automatic differentiation")
def gradient_of_the_padding() -> float:
    """How far the gradient is from that of the masked loss if the padding is read and guessed."""
    return relative_error(gradient(unmasked), gradient(masked))


# A text of one's own


@claim("lm-own-shortest", states=1708, how="tried")
def shortest_text() -> float:
    """The fewest characters of a text, of which a tenth is held out, that fill 32 streams with
    windows of 48."""

    def fills(characters: int) -> bool:
        learned, _ = split(np.zeros(characters, dtype=np.int64))
        try:
            Streams(learned, STREAMS, WINDOW)
        except ValueError:
            return False
        return True

    return next(characters for characters in range(1500, 2000) if fills(characters))


OWN_TEXT = {
    "lm-own-readings: How often 2 minutes on two cores read the learned part of a text of 100,000 "
    "characters.": Row(
        lambda: SIZES[-1][-1] * 2 * STREAMS * WINDOW / (0.9 * OWN), 39, how="the recipe's speed"
    ),
    "lm-own-dropout: The dropout that the recipe takes for it.": Row(
        lambda: recipe(OWN, minutes=2).dropout, 0.5, 1e-9, how="the recipe"
    ),
}
claim_rows(OWN_TEXT)
