"""Exercises: linear recurrences and stability.

The docstring of each function is the statement that a reader gets.
"""

import numpy as np

from rnncourse.byhand import linear
from rnncourse.chapters.linear_recurrences.cases import recurrence, rotation
from rnncourse.exercises.networks import sized_cases
from rnncourse.exercises.registry import Case, exercise, number_cases

DIES, STAYS, GROWS = 0, 1, 2
FATES = (  # the eight matrices of the lesson, in its order
    ([[0.5, 10.0], [0.0, 0.5]], DIES),
    ([[0.0, 10.0], [0.0, 0.0]], DIES),
    ([[0.0, -1.0], [1.0, 0.0]], STAYS),
    ([[1.0, 1.0], [0.0, 1.0]], GROWS),
    ([[1.01, 0.0], [0.0, 0.1]], GROWS),
    ([[1.0, 1.5], [0.0, -1.0]], STAYS),
    ([[0.6, -0.3], [0.3, 0.6]], DIES),
    ([[0.7, -0.9], [0.9, 0.7]], GROWS),
)
SIZES = (  # no two of T, d and n are equal within a case
    {"T": 3, "d": 2, "n": 4},
    {"T": 5, "d": 4, "n": 3},
    {"T": 1, "d": 3, "n": 2},
    {"T": 4, "d": 1, "n": 2},
)


@exercise("linear-fates", quantity="fate", cases=(Case("eight matrices", tuple),))
def fates():
    """Eight matrices: do their powers die out, stay bounded, or grow without bound?

    Given: nothing; the matrices stand in the lesson.
    Return: a list of eight numbers, in the lesson's order: 0 if W^t tends to zero, 1 if it does
    not but stays bounded, 2 if it grows without bound.
    """
    return np.array([fate for _, fate in FATES])


@exercise("linear-closed-form", quantity="h", cases=sized_cases(recurrence, sizes=SIZES))
def closed_form(W, A, x, h0):
    """The last state of h_t = W h_{t-1} + A x_t as one sum, without a loop over states.

    Given: W, shape (n, n); A, shape (n, d); x, the inputs x_1 … x_T, shape (T, d); h0, the start,
    shape (n,).
    Return: h_T, shape (n,).
    """
    return linear.closed_form(W, A, x, h0)


CONSTANT_CASES = number_cases(
    "w, a, T",
    (0.5, 1.0, 3),
    (1.0, 1.0, 1000),
    (0.99, 1.0, 1000),
    (-0.9, 2.0, 7),
    (1.1, 0.5, 20),
    (1.0, -2.5, 4),
)


@exercise("linear-constant-input", quantity="h", cases=CONSTANT_CASES)
def constant_input(w, a, T):
    """The state of h_t = w h_{t-1} + a after T steps from zero, w and a numbers.

    Given: w, the weight; a, what comes in at every step; T, the number of steps.
    Return: h_T, a number.
    """
    return a * T if w == 1 else a * (1.0 - w**T) / (1.0 - w)


RADIUS_CASES = (
    Case("0.5 and 10", lambda: (np.array([[0.5, 10.0], [0.0, 0.5]]),)),
    Case("-0.9 and 0.5", lambda: (np.array([[0.5, 0.2], [0.0, -0.9]]),)),
    Case("a turn", lambda: (np.array([[0.6, -0.7], [0.7, 0.6]]),)),
    Case("random, n = 4", lambda: (recurrence(3, 1, 1, 4)[0],)),
    Case("random, n = 5", lambda: (recurrence(4, 1, 1, 5)[0],)),
)


@exercise("linear-radius", quantity="radius", cases=RADIUS_CASES)
def radius(W):
    """The number that decides whether W^t tends to zero.

    Given: W, shape (n, n).
    Return: the spectral radius of W, a number.
    """
    return np.abs(np.linalg.eigvals(W)).max()


PEAK_CASES = (
    Case("0.95 and 3, T = 60", lambda: (np.array([[0.95, 3.0], [0.0, 0.95]]), 60)),
    Case("0.5 and 10, T = 20", lambda: (np.array([[0.5, 10.0], [0.0, 0.5]]), 20)),
    Case("0.9, 2 and 2, T = 80", lambda: (0.9 * np.eye(3) + 2.0 * np.eye(3, k=1), 80)),
    Case(
        "0.95 and 3, T = 12: still on the way up",
        lambda: (np.array([[0.95, 3.0], [0.0, 0.95]]), 12),
    ),
    Case("0.5 and 0.2, T = 10", lambda: (np.array([[0.5, 0.2], [0.0, 0.5]]), 10)),
)


@exercise("linear-peak", quantity="(t, norm)", cases=PEAK_CASES)
def peak(W, T):
    """The highest point on the way to the limit.

    Given: W, shape (n, n); T, the last step to look at.
    Return: the pair (t, norm): the step t among 0 … T at which the 2-norm of W^t is largest, the
    first if there are several, and that norm.
    """
    norms = [np.linalg.norm(np.linalg.matrix_power(W, t), 2) for t in range(T + 1)]
    return np.array([np.argmax(norms), np.max(norms)])


@exercise(
    "linear-input-gradients",
    quantity="dL/dx",
    time="backward",
    cases=sized_cases(recurrence, lambda W, A, x, h0: (W, A, h0, len(x)), SIZES),
)
def input_gradients(W, A, u, T):
    """The gradient of L = u · h_T by every input of h_t = W h_{t-1} + A x_t.

    Given: W, shape (n, n); A, shape (n, d); u, shape (n,); T, the number of steps.
    Return: dL/dx_1 … dL/dx_T, shape (T, d).
    """
    rows, dh = [], u
    for _ in range(T):
        rows.append(A.T @ dh)
        dh = W.T @ dh
    return np.array(rows[::-1])


@exercise(
    "linear-oscillator",
    quantity="W",
    cases=tuple(
        Case(f"period {p:g}, half-life {h:g}", lambda p=p, h=h: (p, h))
        for p, h in ((12.0, 10.0), (5.0, 1.0), (8.0, 100.0), (2.5, 3.0))
    ),
)
def oscillator(period, half_life):
    """A memory that turns: the matrix of two units with a given period and a given half-life.

    Given: period, the number of steps of a full turn, counterclockwise (from the first axis
    towards the second); half_life, the number of steps in which the length of a state halves.
    Return: W, shape (2, 2), a turn times a factor.
    """
    return rotation(2.0 * np.pi / period, 0.5 ** (1.0 / half_life))
