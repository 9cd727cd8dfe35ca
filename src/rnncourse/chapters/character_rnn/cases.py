"""Character RNNs and texts on which the statements on them are measured."""

from functools import cache

import numpy as np

from rnncourse import byhand
from rnncourse.byhand import char_rnn_plain as plain
from rnncourse.byhand.char_rnn import CharRNN
from rnncourse.chapters.character_rnn import reader
from rnncourse.text import tales

K, UNITS, T = 80, 100, 25  # as in KTH's assignment on an English book
SENTENCE = "once upon a time there was a king who had a golden key"


def sentence_ids(length: int = 1000) -> np.ndarray:
    """A sentence over and over, as numbers of a vocabulary of 80 characters."""
    letters = sorted(set(SENTENCE))
    return np.resize([letters.index(character) for character in SENTENCE + " "], length)


def untrained(seed: int = 0, **options) -> CharRNN:
    return CharRNN(K, UNITS, rng=np.random.default_rng(seed), **options)


def trained(updates: int = 20, length: int = 1000) -> tuple[CharRNN, np.ndarray]:
    """A network after some updates on the sentence, no weight near zero any more; and the text."""
    net, ids = untrained(), sentence_ids(length)
    net.train(ids, updates)
    return net, ids


def small_window(seed: int = 0, T: int = 8):
    """A network of 5 units and 7 characters, a window in which some come twice, and a state."""
    rng = np.random.default_rng(seed)
    net = CharRNN(7, 5, rng=rng, sigma=0.7)
    net.params["b_h"][:], net.params["b_p"][:] = rng.standard_normal(5), rng.standard_normal(7)
    ids = rng.integers(0, 4, T + 1)
    return net, ids[:-1], ids[1:], rng.standard_normal(5)


def by_the_vanilla_rnn(net: CharRNN, inputs, targets, h) -> tuple[float, dict]:
    """Loss and gradients of the same window from the vanilla RNN on one-hot rows."""
    params = {name: np.array(value) for name, value in net.params.items()}
    return byhand.rnn.loss_and_gradients(params, np.eye(net.K)[inputs], targets, "sum", h0=h)


def by_autograd(net: CharRNN, inputs, targets, h) -> tuple[float, dict]:
    """Loss and gradients of the same window from automatic differentiation."""
    import torch

    W = {name: torch.tensor(value.copy(), requires_grad=True) for name, value in net.params.items()}
    state, p = torch.tensor(h), []
    for index in inputs:
        state = torch.tanh(W["W_hx"][:, index] + W["W_hh"] @ state + W["b_h"])
        p.append(W["W_ph"] @ state + W["b_p"])
    target = torch.tensor(np.asarray(targets))
    loss = torch.nn.functional.cross_entropy(torch.stack(p), target, reduction="sum")
    loss.backward()
    return loss.item(), {name: leaf.grad.numpy() for name, leaf in W.items()}


def read(net: CharRNN, ids, h: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """States (T + 1, m), from ``h`` or zeros on, and scores (T, K), one step after the other."""
    W, states, scores = net.params, [np.zeros(net.m) if h is None else h], []
    for k in ids:
        states.append(np.tanh(W["W_hx"][:, k] + W["W_hh"] @ states[-1] + W["b_h"]))
        scores.append(W["W_ph"] @ states[-1] + W["b_p"])
    return np.array(states), np.array(scores)


def plain_copy(net: CharRNN) -> tuple[dict, dict, np.ndarray]:
    """Parameters, AdaGrad's memory and the state, for the plain version."""
    params = {name: value.copy() for name, value in net.params.items()}
    memory = {name: value - 1e-8 for name, value in net.memory.by_name.items()}
    return params, memory, net.h.copy()


def side_by_side(
    net: CharRNN, ids: np.ndarray, updates: int, learning_rate: float = 0.1
) -> tuple[np.ndarray, dict]:
    """Losses (2, updates) of the fast network and of a plain one beside it, and the plain weights.

    Both start from ``net`` as it is.
    """
    params, memory, h = plain_copy(net)
    start, losses = net.position, []
    for e in range(start, start + T * updates, T):
        inputs, targets = ids[e : e + T], ids[e + 1 : e + T + 1]
        loss, h = plain.iterate(params, memory, inputs, targets, h, learning_rate)
        losses.append(loss)
    fast = net.train(ids, updates, learning_rate=learning_rate).curve["loss"]
    return np.array([fast, losses]), params


@cache
def reader_of_tales():
    """The stored reader of tales, its vocabulary, and 5000 characters that it has not read."""
    net, vocabulary = reader.reader()
    return net, vocabulary, tales(np.random.default_rng(2), 5000)


@cache
def guessed() -> tuple[str, str, str]:
    """What the reader guesses while it reads, what it writes by itself, and the text it reads."""
    net, vocabulary, text = reader_of_tales()
    ids = vocabulary.encode(text)
    guesses = net.guess(ids, rng=np.random.default_rng(3))
    written = net.generate(int(ids[0]), 1000, rng=np.random.default_rng(3))
    return vocabulary.decode(guesses), vocabulary.decode(written), text


def best_match(printed: str, text: str, length: int = 49) -> tuple[int, int]:
    """Where in ``text`` the first characters of ``printed`` agree in most places: offset, count."""
    pattern = np.array([ord(character) for character in printed[:length]])
    codes = np.array([ord(character) for character in text])
    windows = np.lib.stride_tricks.sliding_window_view(codes, len(pattern))
    equal = (windows == pattern).sum(axis=1)
    return int(equal.argmax()), int(equal.max())


def best_matches(printed: str, text: str, every: int = 100, length: int = 100) -> np.ndarray:
    """The best match of the pieces of ``printed`` that begin ``every`` so often; (pieces, 2)."""
    starts = range(0, len(printed) - length + 1, every)
    return np.array([best_match(printed[k : k + length], text, length) for k in starts])


def right_by_place(guessed: str, text: str) -> dict[str, float]:
    """Share of right guesses of the first letter of a word, and of its later letters.

    ``guessed[t]`` is held against ``text[t + 1]``.
    """
    hits: dict[str, list[bool]] = {"first": [], "later": []}
    for t in range(len(text) - 1):
        if text[t + 1].isalpha():
            place = "later" if text[t].isalpha() else "first"
            hits[place].append(guessed[t] == text[t + 1])
    return {place: float(np.mean(values)) for place, values in hits.items()}
