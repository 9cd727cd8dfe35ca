"""Exercises on the character RNN: each docstring is the statement that a reader gets."""

import numpy as np

from rnncourse.byhand import char_rnn_plain as plain
from rnncourse.byhand.softmax import softmax
from rnncourse.exercises.registry import (
    exercise,
    false,
    labeled_cases,
    number_cases,
    true,
    true_or_false,
)

SUMS = ((38.2217, 25), (25 * np.log(80), 25), (12.5, 10), (2.0, 1))
BOOK = "once upon a time a king had a golden key and lost it in the sea. "


@true_or_false(
    "char-facts",
    false(
        "Under AdaGrad the gradient keeps growing.",
        "W21: AdaGrad's gradient is thought to grow; what grows is the sum, and the step shrinks",
    ),
    true(
        "AdaGrad's first step has nearly the same length for most weights with a gradient.",
        "first-step: the first step is thought to grow with |g|; it is η|g|/√(g² + ε), nearly η",
    ),
    false(
        "A gradient within 1e-9 of the numerical one is right.",
        "W27: an absolute error is trusted; it echoes the size of the gradient",
    ),
    false(
        "A temperature changes what the network learns.",
        "W17: temperature is thought to change learning; it acts on drawing alone",
    ),
    false(
        "Guesses drawn while reading the book are a sample of its writing.",
        "W28: guesses one step ahead are taken for a sample; their input was the book",
    ),
    false(
        "Trained with windows of 25, its memory ends after 25 characters.",
        "W33: the window is taken for the memory; it bounds the gradient",
    ),
    false(
        "Two programs with the same equations give the same losses to 1e-6, however long they run.",
        "chaos: rounding is thought to stay small; large first steps make it grow",
    ),
)
def facts():
    """Seven statements on the character RNN: which are true?"""


@exercise(
    "char-units",
    quantity="(nats, bits, perplexity)",
    rows=("nats", "bits", "perplexity"),
    cases=number_cases("s, T", *SUMS),
)
def units(s, T):
    """What a summed loss means for one character.

    Given: s, a loss in nats summed over a window; T, the characters of the window.
    Return: nats a character, bits a character, perplexity: three numbers, in this order.
    """
    nats = s / T
    return np.array([nats, nats / np.log(2), np.exp(nats)])


LOSSES = labeled_cases(
    ("four losses", [110.0, 105.0, 90.0, 100.0]),
    ("a drop", [100.0] + [50.0] * 20),
    ("one loss", [80.0]),
)


@exercise(
    "char-smooth",
    quantity="s",
    cases=LOSSES,
    simpler={
        "for a single loss: look at what comes after the first": (
            lambda given: {"losses": given["losses"][:1]}
        ),
        "for two losses: look at what one update hands to the next": (
            lambda given: {"losses": given["losses"][:2]}
        ),
    },
)
def smooth(losses):
    """The smooth loss after each update.

    Given: losses, the loss of each window in nats, shape (updates,).
    Return: the smooth loss s after each of them, shape (updates,): the first is the first loss,
    then each keeps 0.999 of the one before.
    """
    told = [losses[0]]
    for loss in losses[1:]:
        told.append(0.999 * told[-1] + 0.001 * loss)
    return np.array(told)


# In the second u is a running sum; the last u stands at the upper end.
DRAWS = labeled_cases(
    ("four classes, u = 0.6", [0.0, 1.0, 2.0, 0.5], 0.6),
    ("four equal classes, u = 0.5", [0.0] * 4, 0.5),
    ("large scores far apart, u = 0.3", [999.0, -2000.0, 1000.0], 0.3),
    ("five classes, u = 0.3", [1.0, 0.0, 3.0, 0.0, 1.0], 0.3),
    ("five classes, u = 0.999", [1.0, 0.0, 3.0, 0.0, 1.0], 0.999),
    ("three classes, u = 0.12", [0.0, 1.0, 2.0], 0.12),
    ("two large scores, u = 0.5", [0.0, 0.0, 0.0, 3000.0, 2999.0], 0.5),
)


@exercise("char-draw", quantity="k", cases=DRAWS)
def draw(p, u):
    """Draw a character by the inverse of the distribution function.

    Given: p, the scores of K characters, shape (K,), of any size; u, uniform in 0 ≤ u < 1.
    Return: the first k, counted from 0, at which the running sum of the probabilities softmax(p)
    exceeds u.
    """
    return np.argmax(np.cumsum(softmax(p)) > u)


def window_of(ids: list, K: int, n: int, seed: int) -> tuple:
    return ids, np.random.default_rng(seed).standard_normal((len(ids), n)), K


INPUTS = labeled_cases(
    ("hello, K = 6", *window_of([2, 1, 3, 3, 4], 6, 3, 0)),
    ("one character four times", *window_of([1, 1, 1, 1], 3, 2, 1)),
    ("eight steps, K = 5", *window_of([0, 4, 0, 2, 2, 0, 1, 4], 5, 4, 2)),
)


@exercise("char-dL-dWhx", quantity="dL/dW_hx", key="W_hx", cases=INPUTS)
def input_gradient(ids, da, K):
    """The gradient by the input weights from the numbers of the characters.

    Given: ids, the number of the character read at each step, shape (T,); da = dL/da of each step,
    shape (T, n); K, the characters of the vocabulary.
    Return: dL/dW_hx, shape (n, K).
    """
    return da.T @ np.eye(K)[ids]


def two_parameters(seed: int, scale: float, limit: float) -> tuple:
    rng = np.random.default_rng(seed)
    w, g = rng.standard_normal((2, 2, 4))
    return w, rng.random((2, 4)) * scale**2, scale * g, limit, 0.1


UPDATES = labeled_cases(
    ("gradients near 1, limit 0.5", *two_parameters(0, 1.0, 0.5)),
    ("gradients near 10, limit 5", *two_parameters(1, 10.0, 5.0)),
    ("gradients near 1e-4, limit 5e-5", *two_parameters(2, 1e-4, 5e-5)),
)


@exercise(
    "char-update",
    quantity="w",
    cases=UPDATES,
    simpler={
        "where limit = 0": None,
        "where learning_rate = 0": None,
        "where g = 0": None,
        "where nothing is clipped: look at the limit": (
            lambda given: {"limit": 2.0 * np.abs(given["g"]).max()}
        ),
    },
)
def update(w, m, g, limit, learning_rate):
    """One step of AdaGrad with clipped gradients, for two parameters at once.

    Given: w, m and g, shape (2, N): each row a parameter's weights, its sum of squared gradients so
    far, and its gradient; limit, to which each entry of the gradient is clipped, −limit … limit;
    learning_rate.
    Return: the weights after the step, shape (2, N). The clipped gradient enters the sum of squares
    and the step; 1e-8 stands inside the root.
    """
    g = np.clip(g, -limit, limit)
    return w - learning_rate * g / np.sqrt(m + g**2 + 1e-8)


PRINTED = labeled_cases(
    ("guesses", "nad t kolnen kay ond", BOOK),
    ("a copy of the end", "the sea. ", BOOK),
    ("noise", "zzqzxzzj", BOOK),
    ("more alike where it would hang over the end", "zz the sea. xq", BOOK),
    ("an end that goes on", "the sea. A w", BOOK),
    ("more is equal where it hangs over an end", "sea. zxzqonce u", BOOK),
)


def equal_places(printed: str, text: str) -> list[int]:
    """How many characters of ``printed`` are those of the text, by offset."""
    offsets = range(len(text) - len(printed) + 1)
    return [sum(a == b for a, b in zip(printed, text[k:], strict=False)) for k in offsets]


@exercise("char-match", quantity="(offset, count)", rows=("offset", "count"), cases=PRINTED)
def match(printed, text):
    """Where a printed piece lies on a text: does a sample shadow the book?

    Given: printed, a string; text, a longer string. All of printed lies on the text: it starts at
    len(text) − len(printed) at the latest.
    Return: the first offset in text at which most characters of printed equal those of text, place
    by place, counted from 0; and how many are equal there. Printed lies whole within the text.
    """
    equal = equal_places(printed, text)
    return np.array([int(np.argmax(equal)), max(equal)])


TEXTS = number_cases("N, T, updates", (101, 25, 6), (100, 25, 6), (7, 3, 5), (26, 25, 3))


def starts(N: int, T: int, updates: int, needed: int) -> np.ndarray:
    """Where windows begin that wrap where fewer than ``needed`` characters are left."""
    found, e = [], 0
    for _ in range(updates):
        e = 0 if e + needed > N else e
        found.append(e)
        e += T
    return np.array(found)


@exercise("char-windows", quantity="start", cases=TEXTS)
def windows(N, T, updates):
    """Where the window of each update begins.

    Given: N, the characters of the text; T, the characters that a window reads; updates.
    Return: the place in the text of the first character that each update reads, counted from 0,
    shape (updates,). Each window follows the one before; the character after a window's last is a
    target and must exist; where it does not, the window begins at 0.
    """
    return starts(N, T, updates, needed=T + 1)


def small_book(seed: int, ids: list, updates: int, T: int, rate: float, sigma: float = 0.5):
    """A network of 2 units, and a book of at most 4 characters; all weights far from zero."""
    rng = np.random.default_rng(seed)
    params = plain.initial_params(4, 2, rng, sigma)
    params |= {"b_h": rng.standard_normal(2), "b_p": rng.standard_normal(4)}
    return params, np.array(ids), updates, T, rate


SHORT, LONGER = [1, 0, 2, 2, 3], [1, 0, 2, 2, 3, 1, 1, 2, 0, 3, 1, 0, 0]
BOOKS = labeled_cases(
    ("one update", *small_book(0, SHORT, 1, 4, 0.1)),
    ("the last window just fits, then the front", *small_book(1, LONGER, 6, 3, 0.1)),
    ("one character is missing for a last window", *small_book(2, LONGER[:12], 7, 3, 0.2)),
    ("tiny gradients", *small_book(3, LONGER, 3, 3, 0.1, sigma=1e-4)),
)


@exercise(
    "char-train",
    quantity="w",
    cases=BOOKS,
    simpler={
        "with one update: look at the sums m, the step, and the targets": (
            lambda given: {"updates": 1}
        ),
        "with two updates: look at what one window hands to the next": lambda given: {"updates": 2},
        "where rate = 0": None,
    },
)
def train(params, ids, updates, T, rate):
    """Train a character RNN on a book: the whole loop.

    Given: params, a dict of W_hx (n, K), W_hh (n, n), b_h (n,), W_ph (K, n) and b_p (K,); ids, the
    numbers of the book's characters; updates; T, the characters that a window reads; rate.
    Return: a dict of the five arrays after so many updates by AdaGrad, with 1e-8 inside the root.
    Windows follow each other and carry the memory on; where fewer than T + 1 characters are left,
    the next one begins at the front with a memory of zeros. The params given stay as they are.
    """
    params = {name: w.copy() for name, w in params.items()}
    m = {name: np.zeros_like(w) for name, w in params.items()}
    h, e = np.zeros_like(params["b_h"]), 0
    for _ in range(updates):
        if e + T + 1 > len(ids):
            h, e = np.zeros_like(h), 0
        _, steps = plain.forward(params, ids[e : e + T], ids[e + 1 : e + T + 1], h)
        for name, g in plain.backward(params, steps).items():
            m[name] += g * g
            params[name] -= rate * g / np.sqrt(m[name] + 1e-8)
        h, e = steps[-1][2], e + T
    return params


FAR = (1000.0, 1000.0, -2000.0, 1000.0)


def small_writer(seed: int, first: int, u: list, temperature: float, added: tuple = (0.0,) * 4):
    """A network of 3 units and 4 characters; ``added`` goes to the scores."""
    rng = np.random.default_rng(seed)
    params = plain.initial_params(4, 3, rng, sigma=1.5)
    params |= {"b_h": rng.standard_normal(3), "b_p": rng.standard_normal(4) + added}
    return params, first, np.array(u), temperature


def no_weights() -> tuple[dict]:
    """Every character has the probability 1/4."""
    params = plain.initial_params(4, 3, np.random.default_rng(0), sigma=0.0)
    return (params,)


SIX = [0.11, 0.83, 0.46, 0.97, 0.29, 0.62]
WRITERS = labeled_cases(
    ("six characters, temperature 1", *small_writer(0, 2, SIX, 1.0)),
    ("six characters, temperature 0.5", *small_writer(1, 0, SIX[::-1], 0.5)),
    ("twelve characters, temperature 2", *small_writer(2, 3, SIX + SIX[::-1], 2.0)),
    ("scores that are large and far apart", *small_writer(3, 1, SIX[::-1], 1.0, FAR)),
    ("four equal characters, u at the ends", *no_weights(), 0, np.array([0.5, 0.25, 0.75]), 1.0),
)


@exercise("char-write", quantity="k", cases=WRITERS)
def write(params, first, u, temperature):
    """Let a character RNN write: draw a character, and read it back in.

    Given: params, a dict of W_hx (n, K), W_hh (n, n), b_h (n,), W_ph (K, n) and b_p (K,); first,
    the number of the character that it reads first; u, uniform numbers in 0 ≤ u < 1, one for each
    step, shape (T,); temperature, by which the scores are divided.
    Return: the numbers of the characters drawn, shape (T,), from a memory of zeros on; the first
    is drawn after ``first`` was read. Drawn is the first k, counted from 0, at which the running
    sum of the probabilities exceeds u.
    """
    h, k, written = np.zeros_like(params["b_h"]), first, []
    for number in u:
        h = np.tanh(params["W_hx"][:, k] + params["W_hh"] @ h + params["b_h"])
        k = draw((params["W_ph"] @ h + params["b_p"]) / temperature, number)
        written.append(k)
    return np.array(written)
