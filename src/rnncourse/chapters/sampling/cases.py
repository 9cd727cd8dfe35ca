"""Scores, chains, writers and readers on which the statements on sampling are measured."""

import itertools
from collections.abc import Callable
from decimal import Decimal, getcontext
from functools import cache

import numpy as np

from rnncourse.chapters.character_rnn.cases import best_matches, read, reader_of_tales
from rnncourse.chapters.character_rnn.reader import learned_tales
from rnncourse.chapters.sampling.exercises import along
from rnncourse.sampling import entropy, probabilities
from rnncourse.text import tales
from rnncourse.text.tale_scores import START

SCORES = np.array([2.0, 1.0, 0.0, -1.0])
CHAIN = {"a": (0.6, {"c": 0.5, "d": 0.5}), "b": (0.4, {"c": 1.0})}  # first, then second character


def random_scores(count: int = 100, K: int = 8, seed: int = 0) -> np.ndarray:
    """Scores of ``count`` guesses, (count, K)."""
    return 2.0 * np.random.default_rng(seed).standard_normal((count, K))


def slope(f: Callable[[float], np.ndarray], T: float, nudge: float = 1e-5):
    """df/dT by central differences of fourth order."""
    near, far = f(T + nudge) - f(T - nudge), f(T + 2 * nudge) - f(T - 2 * nudge)
    return (8 * near - far) / (12 * nudge)


def exact_entropy(temperature: str) -> float:
    """H of softmax(SCORES / T) in nats, in decimal arithmetic of 40 digits."""
    getcontext().prec = 40
    e = [(Decimal(p) / Decimal(temperature)).exp() for p in (2, 1, 0, -1)]
    q = [value / sum(e) for value in e]
    return float(-sum(value * value.ln() for value in q))


# Chains


def chain_texts(temperature: float = 1.0) -> dict[str, float]:
    """The texts of two characters that CHAIN writes, with their probabilities.

    Each of the two draws has the temperature.
    """

    def cooled(shares: dict[str, float]) -> dict[str, float]:
        powers = {name: share ** (1 / temperature) for name, share in shares.items()}
        return {name: value / sum(powers.values()) for name, value in powers.items()}

    firsts = cooled({first: p for first, (p, _) in CHAIN.items()})
    seconds = {first: cooled(after) for first, (_, after) in CHAIN.items()}
    return {f + s: p * q for f, p in firsts.items() for s, q in seconds[f].items()}


def every_text(net, length: int) -> np.ndarray:
    """The ids of all texts of this length after a first 0, (K ** length, length + 1)."""
    rows = itertools.product(range(net.K), repeat=length)
    return np.array([(0, *row) for row in rows])


def branching_rate(share_out: float, silent: int = 9) -> float:
    """Entropy a character, nats, of a writer that leaves a place of choice with ``share_out``.

    It then writes ``silent`` characters that are certain, and comes back. Found by letting the
    chain of ``silent`` + 1 places come to rest.
    """
    step = np.zeros((silent + 1, silent + 1))
    step[0, 0], step[0, 1] = 1 - share_out, share_out
    for place in range(1, silent + 1):
        step[place, (place + 1) % (silent + 1)] = 1.0
    values, vectors = np.linalg.eig(step.T)
    rest = np.real(vectors[:, np.argmin(abs(values - 1))])
    q = np.array([share_out, 1 - share_out])
    return float(rest[0] / rest.sum() * -(q @ np.log(q)))


# Writers


def greedy_tale() -> tuple[str, int, int]:
    """What the tales' own probabilities write greedily: the text, the start and length of its loop.

    Of equal probabilities the first character counts. The loop is one of the exact reader's states.
    """
    state, seen, text = START, {}, ""
    while id(state) not in seen:
        seen[id(state)] = len(text)
        arcs = state.arcs
        character = min(arcs, key=lambda c: (-arcs[c].log_probability, c))
        text, state = text + character, arcs[character].state
    first = seen[id(state)]
    return text, first, len(text) - first


def greedy_states(first_id: int, length: int, h=None) -> tuple[np.ndarray, np.ndarray]:
    """The reader of the tales writes greedily: ids (length,) and the states they came from."""
    net, _, _ = reader_of_tales()
    W, last, ids, states = net.params, first_id, [], []
    h = np.zeros(net.m) if h is None else h
    for _ in range(length):
        h = np.tanh(W["W_hx"][:, last] + W["W_hh"] @ h + W["b_h"])
        last = int(np.argmax(W["W_ph"] @ h + W["b_p"]))
        ids.append(last)
        states.append(h)
    return np.array(ids), np.array(states)


@cache
def greedy_loop() -> tuple[np.ndarray, np.ndarray, int]:
    """3000 characters that the reader writes greedily after an O, the states, and their period."""
    first = int(reader_of_tales()[1].encode("O")[0])
    ids, states = greedy_states(first, 3000)
    return ids, states, period(ids)


def period(ids, longest: int = 400) -> int | None:
    """The shortest period of the last 3 ``longest`` entries; None if there is none up to it."""
    end = np.asarray(ids)[-3 * longest :]
    periods = (p for p in range(1, longest + 1) if np.array_equal(end[p:], end[:-p]))
    return next(periods, None)


@cache
def written(temperature: float, length: int = 3000) -> str:
    """What the reader of the tales writes."""
    net, vocabulary, _ = reader_of_tales()
    rng = np.random.default_rng(5)
    first = int(vocabulary.encode("O")[0])
    return vocabulary.decode(net.generate(first, length, temperature, rng=rng))


@cache
def other_tales(length: int = 3000) -> str:
    """Tales by the source itself, that nobody has read."""
    return tales(np.random.default_rng(77), length)


@cache
def scores_while_writing(temperature: float) -> np.ndarray:
    """The scores that the reader drew from while it wrote, (N, K)."""
    net, vocabulary, _ = reader_of_tales()
    return read(net, vocabulary.encode("O" + written(temperature)[:-1]))[1]


def guess_entropy(temperature: float) -> float:
    """Mean entropy, nats, of what the reader draws from while it writes at this temperature."""
    return float(entropy(probabilities(scores_while_writing(temperature), temperature)).mean())


def outside(temperature: float, best: int = 5) -> float:
    """Mean probability outside the ``best`` likeliest characters, of the same draws."""
    q = np.sort(probabilities(scores_while_writing(temperature), temperature), axis=1)
    return float(q[:, :-best].sum(axis=1).mean())


def spelled(text: str) -> float:
    """The share of the words of ``text`` that the tales have."""
    known = {word.strip('.,?"') for word in learned_tales().split()}
    return float(np.mean([word.strip('.,?"') in known for word in text.split()]))


# Guesses


def moves_along(printed: str, text: str, length: int = 100) -> float:
    """Cut ``printed`` into pieces; how often does one fit best where the piece before stops?"""
    places = best_matches(printed, text, length, length)[:, 0]
    return float(along(places, length))
