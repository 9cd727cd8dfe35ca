"""Exercises on palindromes: the docstring of each function is the statement that a reader gets."""

from math import comb

import numpy as np

from rnncourse.exercises.registry import Case, exercise, number_cases
from rnncourse.tasks import baum_sweet_labels

WINDOW_CASES = number_cases("length, window", (5, 1), (5, 4), (20, 18), (20, 19), (2, 1), (20, 12))
WEIGHT_CASES = number_cases("alpha, beta", (1.0, 1.0), (0.5, 8.5), (2.0, 3.0))
SHARE_CASES = number_cases(
    "ones, total, keep", (719, 9991, 0.016724), (20, 1000, 0.5), (700, 1000, 1.0)
)
BEST_CASES = number_cases("share, size, batches", (0.1, 128, 100), (0.5, 10, 3), (0.3, 20, 1))


@exercise("palindrome-window", quantity="accuracy", cases=WINDOW_CASES)
def window(length, window):
    """The best that a rule can do that sees the last few inputs of a palindrome only.

    Given: length, the digits of the palindrome with the answer, so that length − 1 are inputs;
    window, how many of the inputs the rule sees, counted from the last one.
    Return: the largest possible share of right answers over all palindromes, a number.
    """
    return 1.0 if window == length - 1 else 0.1


def latch_case(seed: int, w: float, T: int, n: int) -> tuple:
    rng = np.random.default_rng(seed)
    C = np.where(rng.random((n, 10)) < 0.5, -1.0, 1.0)
    return C, w, rng.integers(0, 10, T)


LATCH_CASES = tuple(
    Case(f"T = {T}, n = {n}, w = {w:g}", lambda seed=seed, w=w, T=T, n=n: latch_case(seed, w, T, n))
    for seed, (w, T, n) in enumerate(((2.7, 5, 4), (1.2, 6, 3), (2.0, 1, 2)))
)


@exercise("latch-states", quantity="h", time="forward", cases=LATCH_CASES)
def latch_states(C, w, digits):
    """All states of the latch that reads these digits.

    Given: C, a column of +1 and −1 for each digit, shape (n, 10); w, the weight from each unit to
    itself; digits, what is read, shape (T,). The first push is C[:, digit] itself, alpha = 1, and
    the state starts at zero.
    Return: h^(1) … h^(T), shape (T, n).
    """
    h, rows = np.zeros(len(C)), []
    for digit in digits:
        h = np.tanh(C[:, digit] + w * h)
        rows.append(h)
    return np.array(rows)


@exercise("latch-weight", quantity="w", cases=WEIGHT_CASES)
def latch_weight(alpha, beta):
    """The smallest self-loop for which the theorem promises that a latch holds.

    Given: alpha, the least size of the push at the first step; beta, the largest size of a push
    at any later one.
    Return: the smallest w that the condition of the theorem allows, a number.
    """
    return (alpha + beta) / np.tanh(alpha)


def numbers(seed: int, largest: int) -> tuple:
    return (np.random.default_rng(seed).integers(1, largest, 12),)


BAUM_SWEET_CASES = (
    Case("1 to 12", lambda: (np.arange(1, 13),)),
    Case("12 numbers below 200", lambda: numbers(0, 200)),
    Case("12 numbers below 10,000", lambda: numbers(1, 10_000)),
    Case("100 numbers from 1", lambda: (np.arange(1, 101),)),
)


@exercise("baum-sweet", quantity="label", cases=BAUM_SWEET_CASES)
def baum_sweet(integers):
    """The Baum-Sweet label of each number.

    Given: integers, positive whole numbers, shape (B,).
    Return: for each the number 1 if no block of zeros in its binary form has odd length, else 0,
    shape (B,). The binary form starts with a one: 9 is 1001, whose only block has length 2.
    """
    return baum_sweet_labels(integers)


@exercise("majority-share", quantity="share", cases=SHARE_CASES)
def majority_share(ones, total, keep):
    """How often is a model right that always says the more frequent label?

    Given: ones, how many of the numbers have label 1; total, how many numbers there are, all drawn
    equally often; keep, the probability that a drawn number of label 0 is used. If it is not, a
    number is drawn anew. A number of label 1 is always used.
    Return: the share of right answers, a number.
    """
    share = share_of_one(ones, total, keep)
    return max(share, 1.0 - share)


def share_of_one(ones, total, keep) -> float:
    return ones / (ones + keep * (total - ones))


def update_case(seed: int, size: float, clip: float) -> tuple:
    rng = np.random.default_rng(seed)
    shapes = ((3, 2), (3,))
    weights, grads, memories = ([rng.standard_normal(s) for s in shapes] for _ in range(3))
    grads = [size * g for g in grads]
    memories = [(0.1 + m**2) * min(1.0, size) ** 2 for m in memories]  # as small as the gradients
    return weights, grads, memories, 0.01, clip


UPDATE_CASES = tuple(
    Case(f"gradient {word} the limit", lambda seed=seed, size=size: update_case(seed, size, 5.0))
    for seed, (word, size) in enumerate(
        (("above", 30.0), ("below", 0.1), ("far above", 1e3), ("far below", 1e-8))
    )
)


@exercise("clipped-update", quantity="w", cases=UPDATE_CASES)
def clipped_update(weights, grads, memories, learning_rate, clip):
    """One update of RMSprop, the gradient clipped first.

    Given: weights, grads and memories, three lists of arrays of equal shapes: the parameters, the
    gradient by each and RMSprop's v for each; learning_rate; clip, the largest norm that the
    whole gradient, all arrays together, may have.
    Return: the new weights, all arrays flattened and joined, with v ← 0.99 v + 0.01 g²  and then
    w ← w − learning_rate · g / (√v + 1e-8).
    """
    scale = min(1.0, clip / whole_norm(grads))
    return rmsprop(weights, [scale * g for g in grads], memories, learning_rate)


def whole_norm(grads) -> float:
    return float(np.sqrt(sum((g**2).sum() for g in grads)))


def rmsprop(weights, grads, memories, learning_rate, kept=None) -> np.ndarray:
    """The update with these gradients; ``kept`` enters v in their place if it is given."""
    new = []
    for w, g, v, k in zip(weights, grads, memories, kept or grads, strict=True):
        v = 0.99 * v + 0.01 * k**2
        new.append(w - learning_rate * g / (np.sqrt(v) + 1e-8))
    return np.concatenate([np.ravel(w) for w in new])


@exercise("best-batch", quantity="best", cases=BEST_CASES)
def best_batch(share, size, batches):
    """The best accuracy among many batches that a model is expected to have.

    Given: share, the probability that an answer is right; size, the answers in a batch; batches,
    how many batches are looked at. All answers are independent.
    Return: the expected value of the largest accuracy, a number.
    """
    below = np.cumsum([binomial(size, k, share) for k in range(size)])  # P(k right at most)
    return float((1.0 - np.minimum(below, 1.0) ** batches).sum() / size)  # E[max] = sum of P(> k)


def binomial(size: int, k: int, share: float) -> float:
    return comb(size, k) * share**k * (1.0 - share) ** (size - k)
