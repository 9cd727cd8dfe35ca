"""Guesses that are cut, forks that are searched, and what the reader of tales writes each way."""

from functools import cache

import numpy as np
import torch
from torch import nn

from rnncourse.byhand.softmax import cross_entropy
from rnncourse.chapters.character_rnn import reader
from rnncourse.chapters.character_rnn.cases import read
from rnncourse.chapters.sampling import cases
from rnncourse.chapters.sampling.exercises_cuts import SEARCHES, logs, search
from rnncourse.sampling import beam_search, cut, generate, probabilities
from rnncourse.text import Vocabulary
from rnncourse.training import text_model

# A made-up guess of what follows "the k": "the king", "the kettle", "the knight" and so on.
GUESS = {"i": 0.42, "e": 0.26, "n": 0.15, "o": 0.08, "a": 0.05, "x": 0.02, "q": 0.01, "z": 0.01}
CERTAIN = {
    "i": 0.94,
    "e": 0.02,
    "n": 0.01,
    "o": 0.01,
    "a": 0.01,
    "x": 0.005,
    "q": 0.003,
    "z": 0.002,
}

# The chain of the page as tables: first a or b, after a come c and d, after b always c.
LETTERS = "abcd"
CHAIN = logs([0.6, 0.4, 0, 0]), logs([[0, 0, 0.5, 0.5], [0, 0, 1, 0], [1, 0, 0, 0], [1, 0, 0, 0]])
# A source of which two beams find less than one: b goes on in two ways and each of these in two.
TRAP_LETTERS = "abcdefghz"
SHORT, LONG = (2, 0.20), (5, 0.15)  # two finished texts: how many characters, which probability

WAYS = {
    "drawn, T = 1": {},
    "drawn, T = 0.5": {"temperature": 0.5},
    "top-k, k = 3": {"top_k": 3},
    "nucleus, p = 0.8": {"top_p": 0.8},
    "greedy": {"temperature": 0.0},
    "8 beams": {"beams": 8},
}


def trap() -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities of the first character (9,) and of the next after each one (9, 9)."""
    after = {
        "a": {"d": 0.4, "e": 0.3, "f": 0.3},
        "b": {"g": 0.5, "h": 0.5},
        "c": {"e": 0.5, "f": 0.5},
        "g": {"e": 0.5, "f": 0.5},
        "h": {"e": 0.5, "f": 0.5},
    }
    rows = [after.get(letter, {"z": 1.0}) for letter in TRAP_LETTERS]
    first = {"a": 0.4, "b": 0.35, "c": 0.25}
    table = np.array([[row.get(k, 0.0) for k in TRAP_LETTERS] for row in (first, *rows)])
    return logs(table[0]), logs(table[1:])


def log_probability(start: np.ndarray, step: np.ndarray, text) -> float:
    """Of a text of such a source, the ids (N,)."""
    return float(start[text[0]] + step[text[:-1], text[1:]].sum())


def found(source: tuple, N: int, beams: int) -> float:
    """The probability of the text that a search finds."""
    return float(np.exp(log_probability(*source, search(*source, N, beams))))


def long_source() -> tuple:
    """The exercise's case of 800 characters: start, step, N, beams."""
    return SEARCHES[-1].make()


def text_of(source: tuple, letters: str, N: int, beams: int) -> str:
    """The text that a search finds, in letters."""
    return "".join(letters[k] for k in search(*source, N, beams))


def cut_four_ways(guess: dict[str, float]) -> dict[str, np.ndarray]:
    """The probabilities to draw from, (K,), by the name of the way."""
    p = np.log(list(guess.values()))
    return {
        "temperature 0.5": probabilities(p, 0.5),
        "top-k, k = 3": probabilities(p, top_k=3),
        "nucleus, p = 0.9": probabilities(p, top_p=0.9),
        "greedy": probabilities(p, 0.0),
    }


# On the reader of the tales


@cache
def reader_model() -> tuple[nn.Module, Vocabulary]:
    """The stored reader of tales as a torch model, in float64."""
    net, vocabulary = reader.reader()
    model = text_model("rnn", net.K, hidden=net.m, layers=1).double().eval()
    with torch.no_grad():
        for name, value in net.params.items():
            owner = model if name in ("W_ph", "b_p") else model.cells[0]
            getattr(owner, name).copy_(torch.from_numpy(value))
    return model, vocabulary


PROMPT = "Once upon a time"


@cache
def written_by(way: str, length: int = 800) -> str:
    """What the reader writes after PROMPT in one of WAYS."""
    model, vocabulary = reader_model()
    options = dict(WAYS[way])
    if "beams" in options:
        return beam_search(model, vocabulary, PROMPT, length, **options)
    return generate(model, vocabulary, PROMPT, length, **options, rng=np.random.default_rng(1))


def surprise(text: str) -> float:
    """Nats a character that a text after PROMPT costs the reader."""
    net, vocabulary = reader.reader()
    ids = vocabulary.encode(PROMPT + text)
    losses = cross_entropy(read(net, ids[:-1])[1], ids[1:])
    return float(losses[len(PROMPT) - 1 :].mean())


def nucleus_sizes(share: float) -> np.ndarray:
    """How many characters the nucleus held at each place of a text drawn at temperature 1, (N,)."""
    scores = cases.scores_while_writing(1.0)
    return np.isfinite(cut(scores, top_p=share)).sum(axis=1)


def out_of_reach(**choice) -> float:
    """The share of the characters of fresh tales that this cut would never draw."""
    net, vocabulary = reader.reader()
    ids = vocabulary.encode(cases.other_tales())
    left = probabilities(read(net, ids[:-1])[1], **choice)
    return float(np.mean(left[np.arange(len(left)), ids[1:]] == 0))
