"""Exercises of chapter 05: the character RNN.

The docstring of each function is the statement that a reader gets. The mistakes that are held
against the answers stand in ``chapter05_mistakes``.
"""

import numpy as np

from rnncourse.byhand.softmax import softmax
from rnncourse.exercises.registry import Case, exercise

FACTS = {
    "under AdaGrad the gradient keeps growing": False,
    "the first step of AdaGrad has nearly the same length for most weights": True,
    "a gradient within 1e-9 of the numerical one is right": False,
    "a temperature changes what the network learns": False,
    "guesses drawn while reading the book are a sample": False,
    "trained with windows of 25, the memory ends after 25 characters": False,
    "the fast and the plain program give equal losses for ever": False,
}


@exercise("char-facts", quantity="fact", cases=(Case("seven statements", tuple),))
def facts():
    """Seven statements on the character RNN: which are true?

    Given: nothing.
    Return: a list of seven values True or False, in this order. (1) Under AdaGrad the gradient
    keeps growing. (2) AdaGrad's first step has nearly the same length for most weights. (3) A
    gradient within 1e-9 of the numerical one is right. (4) A temperature changes what the network
    learns. (5) Guesses drawn while reading the book are a sample of its writing. (6) Trained with
    windows of 25, its memory ends after 25 characters. (7) Two programs with the same equations
    give the same losses to 1e-6, however long they run.
    """
    return dict(FACTS)


def unit_cases():
    rows = ((38.2217, 25), (25 * np.log(80), 25), (12.5, 10), (2.0, 1))
    return tuple(Case(f"s = {s:.4f}, T = {T}", lambda s=s, T=T: (s, T)) for s, T in rows)


@exercise("char-units", quantity="(nats, bits, perplexity)", cases=unit_cases())
def units(s, T):
    """What a summed loss means for one character.

    Given: s, a loss in nats summed over a window; T, the characters of the window.
    Return: nats a character, bits a character, perplexity: three numbers, in this order.
    """
    nats = s / T
    return np.array([nats, nats / np.log(2), np.exp(nats)])


def loss_cases():
    def case(label, losses):
        return Case(label, lambda: (np.array(losses),))

    return (
        case("four losses", [110.0, 105.0, 90.0, 100.0]),
        case("a drop", [100.0] + [50.0] * 20),
        case("one loss", [80.0]),
    )


@exercise("char-smooth", quantity="s", cases=loss_cases())
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


def draw_cases():
    """Scores and u; in the second u is a running sum, the last u stands at the upper end."""

    def case(label, p, u):
        return Case(label, lambda: (np.array(p), u))

    return (
        case("four classes, u = 0.6", [0.0, 1.0, 2.0, 0.5], 0.6),
        case("four equal classes, u = 0.5", [0.0] * 4, 0.5),
        case("large scores, u = 0.3", [1000.0, 1001.0, 999.0], 0.3),
        case("five classes, u = 0.3", [1.0, 0.0, 3.0, 0.0, 1.0], 0.3),
        case("five classes, u = 0.999", [1.0, 0.0, 3.0, 0.0, 1.0], 0.999),
    )


@exercise("char-draw", quantity="k", cases=draw_cases())
def draw(p, u):
    """Draw a character by the inverse of the distribution function.

    Given: p, the scores of K characters, shape (K,), of any size; u, uniform in 0 ≤ u < 1.
    Return: the first k, counted from 0, at which the running sum of the probabilities softmax(p)
    exceeds u.
    """
    return np.argmax(np.cumsum(softmax(p)) > u)


def input_cases():
    def case(label, ids, K, n, seed):
        rng = np.random.default_rng(seed)
        da = rng.standard_normal((len(ids), n))
        return Case(label, lambda: (np.array(ids), da.copy(), K))

    return (
        case("hello, K = 6", [2, 1, 3, 3, 4], 6, 3, 0),
        case("one character four times", [1, 1, 1, 1], 3, 2, 1),
        case("eight steps, K = 5", [0, 4, 0, 2, 2, 0, 1, 4], 5, 4, 2),
    )


@exercise("char-dL-dWhx", quantity="dL/dW_hx", key="W_hx", cases=input_cases())
def input_gradient(ids, da, K):
    """The gradient by the input weights from the numbers of the characters.

    Given: ids, the number of the character read at each step, shape (T,); da = dL/da of each step,
    shape (T, n); K, the characters of the vocabulary.
    Return: dL/dW_hx, shape (n, K).
    """
    return da.T @ np.eye(K)[ids]


def update_cases():
    def case(label, seed, scale, limit):
        rng = np.random.default_rng(seed)
        w, g = rng.standard_normal((2, 2, 4))
        m = rng.random((2, 4)) * scale**2
        return Case(label, lambda: (w.copy(), m.copy(), scale * g, limit, 0.1))

    return (
        case("gradients near 1, limit 0.5", 0, 1.0, 0.5),
        case("gradients near 10, limit 5", 1, 10.0, 5.0),
        case("gradients near 1e-4, limit 5e-5", 2, 1e-4, 5e-5),
    )


@exercise("char-update", quantity="w", cases=update_cases())
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


def match_cases():
    book = "once upon a time a king had a golden key and lost it in the sea. "
    rows = (
        ("guesses", "nad t kolnen kay ond", book),
        ("a copy of the end", "the sea. ", book),
        ("noise", "zzqzxzzj", book),
    )
    return tuple(Case(label, lambda p=p, t=t: (p, t)) for label, p, t in rows)


@exercise("char-match", quantity="(offset, count)", cases=match_cases())
def match(printed, text):
    """Where a printed piece lies on a text: does a sample shadow the book?

    Given: printed, a string; text, a longer string.
    Return: the first offset in text at which most characters of printed equal those of text, place
    by place, counted from 0; and how many are equal there.
    """
    counts = [
        sum(a == b for a, b in zip(printed, text[k:], strict=False))
        for k in range(len(text) - len(printed) + 1)
    ]
    return np.array([int(np.argmax(counts)), max(counts)])


def window_cases():
    rows = ((101, 25, 6), (100, 25, 6), (7, 3, 5), (26, 25, 3))
    return tuple(
        Case(f"N = {N}, T = {T}, {updates} updates", lambda row=(N, T, updates): row)
        for N, T, updates in rows
    )


@exercise("char-windows", quantity="start", cases=window_cases())
def windows(N, T, updates):
    """Where the window of each update begins.

    Given: N, the characters of the text; T, the characters that a window reads; updates.
    Return: the place in the text of the first character that each update reads, counted from 0,
    shape (updates,). Each window follows the one before; the character after a window's last is a
    target and must exist; where it does not, the window begins at 0.
    """
    starts, e = [], 0
    for _ in range(updates):
        if e + T + 1 > N:
            e = 0
        starts.append(e)
        e += T
    return np.array(starts)
