"""Writing with a model: a character after the other, each read back in."""

import numpy as np
import torch
from torch import nn

from rnncourse.byhand.softmax import draw, softmax
from rnncourse.sequence import evaluating
from rnncourse.text import Vocabulary
from rnncourse.validate import (
    require_at_least,
    require_count,
    require_finite,
    require_generator,
    require_indices,
    require_shape,
)


def probabilities(logits, temperature: float = 1.0) -> np.ndarray:
    """Turn scores into probabilities along the last axis.

    yhat_k = exp(p_k / T) / Σ_j exp(p_j / T)

    The temperature T divides: below 1 the largest score gains, above 1 all become alike.
    Temperature 0 puts everything on the largest score, the first of them if there are several.

    Shapes: logits (…, K), array or tensor; the result is float64 of the same shape.
    Raises: ValueError if a score is not finite, or the temperature is below 0.
    """
    p = _scores(logits)
    require_at_least("temperature", temperature, 0)
    if temperature == 0:
        return np.eye(p.shape[-1])[p.argmax(axis=-1)]
    return softmax(_cooled(p, temperature))


def entropy(yhat) -> np.ndarray:
    """H = −Σ_k yhat_k log yhat_k along the last axis, in nats; 0 log 0 is 0."""
    yhat = np.asarray(yhat, dtype=np.float64)
    return -np.sum(yhat * np.log(np.where(yhat > 0, yhat, 1.0)), axis=-1)


def generate(
    model: nn.Module,
    vocabulary: Vocabulary,
    prompt: str,
    length: int,
    *,
    temperature: float = 1.0,
    rng: np.random.Generator,
) -> str:
    """Let ``model`` read ``prompt`` and return the ``length`` characters that it writes after it.

    Temperature 0 is greedy. The state is carried on, so that the time grows with ``length`` and
    not with its square.

    Raises: ValueError if the prompt is empty or holds a character outside the vocabulary, which is
    named; if the model does not say one of ``len(vocabulary)`` characters at each step.
    """
    says, known = model.W_ph.shape[0], len(vocabulary)
    if says != known:
        raise ValueError(f"the model says {says} characters, the vocabulary has {known}")
    ids = vocabulary.encode(prompt)
    written, _ = continuation(model, ids, length, temperature=temperature, rng=rng)
    return vocabulary.decode(written)


@torch.no_grad()
def continuation(
    model: nn.Module,
    prompt: np.ndarray,
    length: int,
    *,
    temperature: float = 1.0,
    rng: np.random.Generator,
    state=None,
) -> tuple[np.ndarray, tuple]:
    """Read the ids ``prompt`` (T,) and go on for ``length`` characters: ids (length,), state.

    Reading starts from ``state``, None meaning zeros; the state returned has read all but the
    last character written: give it back with that character as the prompt to go on. One random
    number a character, whatever the temperature.

    Raises: ValueError for an empty prompt, a length below 1, a temperature below 0.
    """
    require_count("length", length)
    require_at_least("temperature", temperature, 0)
    require_generator("rng", rng)
    x, written = _prompt(prompt, model.cells[0].d).to(model.W_ph.device), []
    with evaluating(model):
        for u in rng.random(length):
            p, state = model(x, state)
            if p.ndim != 3:
                raise ValueError("a model that reads from both ends cannot go on with a text")
            scores = _cooled(_scores(p[0, -1]), temperature or 1.0)
            written.append(draw(scores, u, 1.0 if temperature else 0.0))
            x = torch.full_like(x[:, :1], written[-1])
    return np.array(written), state


def copied_share(sample: str, text: str, n: int) -> float:
    """The share of the runs of ``n`` characters in ``sample`` that stand in ``text`` as they are.

    Raises: ValueError if the sample is shorter than n.
    """
    require_count("n", n)
    if len(sample) < n:
        raise ValueError(f"sample must have at least {n} characters, got {len(sample)}")
    runs = [sample[start : start + n] for start in range(len(sample) - n + 1)]
    return sum(run in text for run in runs) / len(runs)


def _scores(logits) -> np.ndarray:
    logits = logits.detach().cpu() if isinstance(logits, torch.Tensor) else logits
    p = np.asarray(logits, np.float64)
    if p.ndim == 0 or p.shape[-1] == 0:
        raise ValueError(f"logits must have shape (…, K), got {p.shape}")
    require_finite("logits", p)
    return p


def _cooled(p: np.ndarray, temperature: float) -> np.ndarray:
    """p / T, the largest moved to 0 first: a tiny T then gives −∞ and not a NaN."""
    with np.errstate(over="ignore"):
        return (p - p.max(axis=-1, keepdims=True)) / temperature


def _prompt(ids, d: int) -> torch.Tensor:
    """As the model reads it, (1, T)."""
    ids = np.asarray(ids)
    if ids.size == 0:
        raise ValueError("the prompt must hold at least one character")
    require_shape("prompt", ids, ("T",))
    require_indices("prompt", ids, d)
    return torch.from_numpy(ids.astype(np.int64))[None]
