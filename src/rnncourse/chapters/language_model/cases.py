"""Language models on which the claims are measured: small ones, a text that asks back, counts."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from rnncourse.sequence import SequenceModel
from rnncourse.text import Streams
from rnncourse.training import TextConfig, character_losses, text_model, train_text

HEROES, FILLER, ASK, LETTERS = 4, 4, 5, 6
FRESH, SHORT = 9, 0.2  # seed of the texts to judge by; probability that a filler is the last
WINDOW = 8


def small_model(K: int = 5, n: int = 6, seed: int = 0, dropout: float = 0.0) -> SequenceModel:
    """Two layers of n units in float64, none of the weights near zero."""
    model = text_model("lstm", K, hidden=n, dropout=dropout, seed=seed).double()
    rng = np.random.default_rng(seed + 100)
    with torch.no_grad():
        for weight in model.parameters():
            weight += torch.from_numpy(0.5 * rng.standard_normal(weight.shape))
    return model


def recall_text(rng: np.random.Generator, count: int, shortest: int = 1, gap: int | None = None):
    """Pieces "hero, fillers, ask, hero": ids (N,), and the distance of a letter to its hero.

    The number of fillers is shortest − 1 and a geometric number of mean 5, or ``gap``. Distance
    is 0 for every character but a hero that is said again.
    """
    fillers = shortest - 1 + rng.geometric(SHORT, count) if gap is None else np.full(count, gap)
    ids, distances = [], []
    for hero, filled in zip(rng.integers(0, HEROES, count), fillers, strict=True):
        ids += [hero] + filled * [FILLER] + [ASK, hero]
        distances += (filled + 2) * [0] + [filled + 2]
    return np.array(ids), np.array(distances)


@dataclass(frozen=True)
class Restarting(Streams):
    """Streams whose every chunk begins with the state zero."""

    def at(self, step: int):
        return super().at(step)._replace(restart=True)


@cache
def recall_reader(
    window: int = WINDOW, shortest: int = 1, seed: int = 0, carry: bool = True, steps: int = 500
) -> SequenceModel:
    """32 LSTM units after so many updates on 32 streams of such a text, in float64.

    Without ``carry`` every window begins with the state zero.
    """
    model = text_model("lstm", LETTERS, hidden=32, layers=1, seed=seed).double()
    ids, _ = recall_text(np.random.default_rng(seed + 1), 8000, shortest)
    streams = (Streams if carry else Restarting)(ids, 32, window)
    config = TextConfig(steps=steps, learning_rate=2e-2, evaluations=1)
    train_text(model, streams, ids[:100], config, record_name="recall", seed=seed)
    return model


def recall_bits(
    model: SequenceModel, distance: int, window: int | None = None, count: int = 100
) -> float:
    """Bits that a hero costs who comes again at this distance, on a fresh text; 2 is guessing.

    The text is read as one stream, or in windows that each begin with the state zero.
    """
    ids, distances = recall_text(np.random.default_rng(FRESH), count, gap=distance - 2)
    if window is None:
        losses = character_losses(model, ids)
    else:
        rows = (len(ids) - 1) // window
        texts = ids[np.arange(rows)[:, None] * window + np.arange(window + 1)]
        losses = -step_log_probabilities(model, texts).ravel()
    asked = distances[1 : len(losses) + 1] > 0
    return float(losses[asked].mean() / np.log(2))


def all_texts(K: int, length: int) -> np.ndarray:
    """Every text of this length, (K^length, length)."""
    return np.indices((K,) * length).reshape(length, -1).T


def step_log_probabilities(model: SequenceModel, ids: np.ndarray) -> np.ndarray:
    """log q of each character but the first given those before it, (B, N − 1), in one pass."""
    with torch.no_grad():
        p, _ = model(torch.from_numpy(ids[:, :-1].copy()))
    logs = p.log_softmax(dim=-1).numpy()
    return np.take_along_axis(logs, ids[:, 1:, None], axis=2)[..., 0]


def random_source(rng: np.random.Generator, K: int = 3) -> np.ndarray:
    """Conditional probabilities (K, K): row = the character before."""
    return rng.dirichlet(np.full(K, 0.7), K)


def source_log_probability(rows: np.ndarray, texts: np.ndarray) -> np.ndarray:
    """log of the probability of each text (B, N), whose first character is uniform."""
    return -np.log(len(rows)) + np.log(rows)[texts[:, :-1], texts[:, 1:]].sum(axis=1)


def counted_loss(learned: str, judged: str, context: int) -> float:
    """Bits a character of a model that has counted what follows each piece of ``context``.

    yhat = 0.99 (share of this character after this piece) + 0.01 / K; uniform after a new piece.
    """
    K, after = len(set(learned)), {}
    for place in range(context, len(learned)):
        row = after.setdefault(learned[place - context : place], {})
        row[learned[place]] = row.get(learned[place], 0) + 1
    bits = []
    for place in range(context, len(judged)):
        row = after.get(judged[place - context : place])
        share = 1 / K if row is None else row.get(judged[place], 0) / sum(row.values())
        bits.append(-np.log2(0.99 * share + 0.01 / K))
    return float(np.mean(bits))


def expected_best(batches: int, accuracy: float, size: int) -> float:
    """The best accuracy expected of so many batches of ``size`` independent characters.

    E[max] = Σ_{k=1}^{m} (1 − F(k − 1)^N) / m,   F the binomial distribution of the right ones
    """
    k = np.arange(size)
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, size + 1)))])  # of k!
    log_share = logs[size] - logs[k] - logs[size - k]
    log_share = log_share + k * np.log(accuracy) + (size - k) * np.log1p(-accuracy)
    below = np.minimum(np.cumsum(np.exp(log_share)), 1.0)
    return float((1.0 - below**batches).sum() / size)
