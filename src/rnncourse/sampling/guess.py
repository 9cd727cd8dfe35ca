"""From the scores of the next character to the probabilities that it is drawn with."""

import numpy as np
import torch

from rnncourse.byhand.softmax import softmax
from rnncourse.validate import (
    require_at_least,
    require_count,
    require_finite,
    require_positive,
    require_share,
)

REACHED = 1.0 - 1e-12  # of top_p: a sum that lacks no more than rounding has reached it


def probabilities(
    logits, temperature: float = 1.0, top_k: int | None = None, top_p: float | None = None
) -> np.ndarray:
    """Turn scores into probabilities along the last axis.

    yhat_k = exp(p_k / T) / Σ_j exp(p_j / T)

    The temperature T divides: below 1 the largest score gains, above 1 all become alike.
    Temperature 0 puts everything on the largest score, the first of them if there are several.
    ``top_k`` and ``top_p`` leave a part of the characters, as ``cut`` says, and the probabilities
    of these are divided by their sum. First comes the temperature, then top_k, then top_p.

    Shapes: logits (…, K), array or tensor; the result is float64 of the same shape.
    Raises: ValueError if a score is not finite, the temperature is below 0, top_k is not a whole
    number from 1 on, or top_p does not lie in 0 … 1, 0 excluded.

    >>> probabilities([2.0, 2.0, 0.0, -1.0], top_k=2).tolist()
    [0.5, 0.5, 0.0, 0.0]
    """
    p = scores_of(logits)
    require_choices(temperature, top_k, top_p)
    if temperature == 0:
        return np.eye(p.shape[-1])[p.argmax(axis=-1)]
    return softmax(cut(cooled(p, temperature), top_k, top_p))


def cut(scores, top_k: int | None = None, top_p: float | None = None) -> np.ndarray:
    """Scores with −∞ in the place of those that must not be drawn.

    top_k   leaves the k largest (Fan et al. 2018). Exactly k are left: of equal scores the ones
            with the smaller index. A k of K or more leaves all, k = 1 the largest alone.
    top_p   leaves the nucleus (Holtzman et al. 2020): the fewest characters, taken from the
            likeliest on, whose probabilities reach top_p when they are added. The character that
            reaches it is in. A tiny top_p leaves the largest alone, 1 leaves all. With top_k it
            counts the probabilities of what top_k has left.

    Temperature is no business of this function: divide the scores first.

    Shapes: scores (…, K); the result is float64 of the same shape. A softmax of it gives 0 where
    a score was cut.
    Raises: ValueError if top_k is not a whole number from 1 on, or top_p does not lie in 0 … 1,
    0 excluded.

    >>> cut([2.0, 1.0, 0.0], top_k=2).tolist()
    [2.0, 1.0, -inf]
    """
    kept = np.asarray(scores, dtype=np.float64)
    require_choices(0, top_k, top_p)
    if top_k is not None:
        kept = np.where(_places(kept) < top_k, kept, -np.inf)
    if top_p is not None and top_p < 1:
        kept = np.where(_before(kept) < REACHED * top_p, kept, -np.inf)
    return kept


def entropy(yhat) -> np.ndarray:
    """H = −Σ_k yhat_k log yhat_k along the last axis, in nats; 0 log 0 is 0."""
    yhat = np.asarray(yhat, dtype=np.float64)
    return -np.sum(yhat * np.log(np.where(yhat > 0, yhat, 1.0)), axis=-1)


def require_choices(temperature: float, top_k: int | None, top_p: float | None) -> None:
    """What a caller may choose of a draw."""
    require_at_least("temperature", temperature, 0)
    if top_k is not None:
        require_count("top_k", top_k)
    if top_p is not None:
        require_positive("top_p", top_p)
        require_share("top_p", top_p)


def scores_of(logits) -> np.ndarray:
    """Scores of an array or a tensor as finite float64, (…, K)."""
    logits = logits.detach().cpu() if isinstance(logits, torch.Tensor) else logits
    p = np.asarray(logits, np.float64)
    if p.ndim == 0 or p.shape[-1] == 0:
        raise ValueError(f"logits must have shape (…, K), got {p.shape}")
    require_finite("logits", p)
    return p


def cooled(p: np.ndarray, temperature: float) -> np.ndarray:
    """p / T, the largest moved to 0 first: a tiny T then gives −∞ and not a NaN."""
    with np.errstate(over="ignore"):
        return (p - p.max(axis=-1, keepdims=True)) / temperature


def _best_first(scores: np.ndarray) -> np.ndarray:
    """The indices from the largest score on; of equal ones the smaller index comes first."""
    return np.argsort(-scores, axis=-1, kind="stable")


def _places(scores: np.ndarray) -> np.ndarray:
    """0 for the largest score, 1 for the next, and so on."""
    return np.argsort(_best_first(scores), axis=-1)  # the inverse of a permutation


def _before(scores: np.ndarray) -> np.ndarray:
    """For each character the probability of all those that are likelier, together."""
    falling = np.take_along_axis(softmax(scores), _best_first(scores), axis=-1)
    before = np.zeros_like(falling)
    before[..., 1:] = np.cumsum(falling, axis=-1)[..., :-1]
    return np.take_along_axis(before, _places(scores), axis=-1)
