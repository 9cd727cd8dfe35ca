"""Beam search: look for a likely text in place of drawing one."""

from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from rnncourse.sampling.writing import encoded, last_scores, prompt_of
from rnncourse.sequence import evaluating
from rnncourse.text import Vocabulary
from rnncourse.validate import require_count


class Beam(NamedTuple):
    """A text that the search has kept."""

    text: str
    log_probability: float  # of the text after the prompt, in nats


def beam_search(
    model: nn.Module, vocabulary: Vocabulary, prompt: str, length: int, beams: int
) -> str:
    """The likeliest text of ``length`` characters after ``prompt`` that the search finds.

    See ``ranked_beams``, which returns all that were kept, with their log-probabilities.
    """
    return ranked_beams(model, vocabulary, prompt, length, beams)[0].text


@torch.no_grad()
def ranked_beams(
    model: nn.Module, vocabulary: Vocabulary, prompt: str, length: int, beams: int
) -> list[Beam]:
    """Let ``model`` read ``prompt`` and search for likely texts after it, the likeliest first.

    log p(x_1 … x_t) = log p(x_1 … x_{t−1}) + log yhat_{x_t}

    At each step every kept text is continued by all K characters, and the ``beams`` texts of the
    largest log-probability are kept; of equal ones the text whose beginning stood higher, then the
    smaller character. One beam is greedy writing. K^(length − 1) beams or more drop nothing that
    matters, so the first text is the likeliest of all; with fewer beams it need not be, and more
    beams may even find a less likely one. Nothing is drawn.

    All texts have the same length, so they need no normalization. Where texts may end early, each
    further character makes a text less likely: then compare log p / length^a, 0 ≤ a ≤ 1.

    Raises: ValueError as ``generate`` does; if beams is not a whole number from 1 on.
    Source: Graves (2012), Sutskever, Vinyals and Le (2014).
    """
    require_count("length", length)
    require_count("beams", beams)
    x, state = prompt_of(encoded(model, vocabulary, prompt), model), None
    ids, total = np.zeros((1, 0), dtype=np.int64), np.zeros(1)  # (kept, t), (kept,)
    with evaluating(model):
        for _ in range(length):
            p, state = model(x, state)
            rows, characters, total = best_continuations(total, log_softmax(last_scores(p)), beams)
            ids = np.column_stack([ids[rows], characters])
            state = type(state)(*(value[..., rows, :] for value in state))
            x = torch.from_numpy(characters)[:, None].to(x.device)
    return [Beam(vocabulary.decode(row), float(log)) for row, log in zip(ids, total, strict=True)]


def best_continuations(
    total: np.ndarray, log_yhat: np.ndarray, beams: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """One step of the search: which text is continued, by which character, and the new totals.

    Shapes: total (kept,), log_yhat (kept, K); the three results (min(beams, kept · K),), the
    largest total first.
    """
    sums = total[:, None] + log_yhat  # (kept, K)
    order = np.argsort(-sums, axis=None, kind="stable")[:beams]
    rows, characters = np.divmod(order, log_yhat.shape[1])
    return rows, characters, sums.ravel()[order]


def log_softmax(p: np.ndarray) -> np.ndarray:
    """log yhat_k = p_k − m − log Σ_j exp(p_j − m),   m = max_j p_j, along the last axis."""
    shifted = p - p.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
