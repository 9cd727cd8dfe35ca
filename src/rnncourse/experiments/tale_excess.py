"""How far a model is from the best possible one, by what it takes to say a character."""

import numpy as np
from torch import nn

from rnncourse.text import Vocabulary, tales, tales_conditional_log_probabilities, tales_kinds
from rnncourse.training import character_losses

FRESH_SEED = 7
FRESH_CHARACTERS = 50_000


def above_entropy(model: nn.Module, vocabulary: Vocabulary) -> dict[str, float]:
    """Bits above the exact loss of each character, on tales that nobody was trained on.

    "above" is the mean over all characters, "above_name" over those of the kind "name", and so on
    for the kinds of ``text.tales_kinds``; "share_name" is the share of that kind.
    """
    text = tales(np.random.default_rng(FRESH_SEED), FRESH_CHARACTERS)
    losses = character_losses(model, vocabulary.encode(text))
    best = -tales_conditional_log_probabilities(text)[1:]
    excess = (losses - best) / np.log(2.0)
    told = {"above": float(excess.mean())}
    kinds = tales_kinds(text)[1:]
    for kind in sorted(set(kinds)):
        told[f"above_{kind}"] = float(excess[kinds == kind].mean())
        told[f"share_{kind}"] = float((kinds == kind).mean())
    return told
