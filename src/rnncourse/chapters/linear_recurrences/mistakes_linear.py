"""The wrong sums and the wrong gradients to the exercises of chapter 01, by name.

W13 and W41 are entries of the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.chapters.linear_recurrences.exercises import (
    closed_form,
    constant_input,
    input_gradients,
)
from rnncourse.exercises.registry import known_mistakes

power = np.linalg.matrix_power


def sum_with(weight, start=lambda W, T: power(W, T)):
    """The closed form with another weight for input k = 1 … T, or another one for the start."""

    def answer(W, A, x, h0):
        T = len(x)
        inputs = [weight(W, T, k) @ A @ x[k - 1] for k in range(1, T + 1)]
        return start(W, T) @ h0 + sum(inputs)

    return answer


def right(W, T, k) -> np.ndarray:
    return power(W, T - k)


def no_power(W, *_) -> np.ndarray:
    return np.eye(len(W))


known_mistakes(
    closed_form,
    (
        "dropped-state",
        "h_{t-1} is dropped: W + A x_t adds a matrix and a vector",
        lambda W, A, x, h0: W + A @ x[-1],
    ),
    ("no-start", "the start W^T h_0 is missing", sum_with(right, lambda W, T: 0.0 * W)),
    (
        "start-as-it-is",
        "h_0 is added without its power W^T",
        sum_with(right, lambda W, T: no_power(W)),
    ),
    (
        "power-too-high",
        "W^{T-k+1} stands in place of W^{T-k}; the last input meets no W",
        sum_with(lambda W, T, k: power(W, T - k + 1)),
    ),
    (
        "power-too-low",
        "W^{T-k-1} stands in place of W^{T-k}; at k = T it is an inverse",
        sum_with(lambda W, T, k: power(W, T - k - 1)),
    ),
    (
        "start-too-low",
        "W^{T-1} h_0 stands in place of W^T h_0",
        sum_with(right, lambda W, T: power(W, T - 1)),
    ),
    ("age", "W^k stands in place of W^{T-k}", sum_with(lambda W, T, k: power(W, k))),
    (
        "reversed",
        "the inputs are weighted in reverse, W^{k-1}: the first one as if it were the last",
        sum_with(lambda W, T, k: power(W, k - 1)),
    ),
    ("no-powers", "the inputs are added without powers of W", sum_with(no_power)),
    (
        "last-input",
        "only the last input is added",
        lambda W, A, x, h0: power(W, len(x)) @ h0 + A @ x[-1],
    ),
    (
        "entrywise",
        "W ** p raises every entry on its own; a power of a matrix is np.linalg.matrix_power",
        sum_with(lambda W, T, k: W ** (T - k), lambda W, T: W**T),
    ),
    ("transpose-W", "W is transposed", lambda W, A, x, h0: closed_form(W.T.copy(), A, x, h0)),
)


def geometric(w, a, T, first=0) -> float:
    """a (w^first + … + w^{first+T-1})"""
    return float(a * sum(float(w) ** (first + i) for i in range(T)))


known_mistakes(
    constant_input,
    (
        "W13",
        "w = 1 is taken for stable: the state is thought to stay at a, but it counts, a T",
        lambda w, a, T: a if w == 1 else constant_input(w, a, T),
    ),
    (
        "limit",
        "the limit a / (1 − w) is returned, whatever T is",
        lambda w, a, T: np.float64(a) / (1.0 - w),
    ),
    (
        "last-power",
        "w^(T-1) a is returned, the first input alone",
        lambda w, a, T: a * w ** (T - 1),
    ),
    (
        "power-T",
        "w^T a is returned, the first input alone and with one power of w too many",
        lambda w, a, T: a * w**T,
    ),
    (
        "power-too-high",
        "the sum runs from w to w^T; the last input meets no w",
        lambda w, a, T: geometric(w, a, T, first=1),
    ),
    (
        "one-too-many",
        "the sum has T + 1 terms",
        lambda w, a, T: geometric(w, a, T + 1),
    ),
    ("no-weight", "the inputs are added as they are, a T", lambda w, a, T: a * T),
)


def rows_with(weight):
    """Rows k = 1 … T of A^T weight(W, T, k) u."""
    return lambda W, A, u, T: np.array([A.T @ weight(W, T, k) @ u for k in range(1, T + 1)])


known_mistakes(
    input_gradients,
    ("W41", "W is not transposed on the way back", rows_with(right)),
    (
        "reversed",
        "the rows stand from the last input to the first",
        lambda W, A, u, T: input_gradients(W, A, u, T)[::-1],
    ),
    (
        "no-way-back",
        "every input is treated as the last one: no power of W",
        rows_with(no_power),
    ),
    (
        "entrywise",
        "W ** p raises every entry on its own",
        rows_with(lambda W, T, k: W.T ** (T - k)),
    ),
)
