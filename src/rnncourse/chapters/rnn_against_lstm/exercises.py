"""Exercises on RNN against LSTM: each function's docstring is the statement for a reader."""

import numpy as np

from rnncourse.exercises.registry import Case, exercise, false, number_cases, true, true_or_false


@true_or_false(
    "comparison-facts",
    false(
        "An LSTM learns palindromes of every length faster than an RNN.",
        "faster: the LSTM is thought to be faster always; the records say otherwise",
    ),
    true(
        "At the start an orthogonal RNN gets more gradient from step 1 than an LSTM as torch "
        "starts it.",
        "start: the cell's name is thought to decide the start; its weights do",
    ),
    false(
        "The LSTM solves the vanishing gradient.",
        "W32: the LSTM is thought to solve vanishing; with f = 0.5, thirty steps keep 9.3e-10",
    ),
    false(
        "The best of many evaluations is a fair report of a run.",
        "W29: the best of many is thought fair; the best of 200 guesses is 14 percent",
    ),
    false(
        "128 units each is a comparison at equal parameters.",
        "units: equal units are taken for equal parameters; the LSTM has four times",
    ),
    true(
        "A forget bias of log T keeps more than a third on the direct path over T steps.",
        "log-T: the floor exp(−T exp(−b)) is not worked out; at b = log T it is 1/e",
    ),
)
def facts():
    """Six statements on RNN and LSTM: which are true?"""


@exercise(
    "memory-length", quantity="steps", cases=number_cases("b", (0.0,), (1.0,), (-1.5,), (3.0,))
)
def memory_length(b):
    """How long a forget bias remembers, in steps.

    Given: b, the forget bias of a unit whose other weights are zero, so that f is the same at every
    step.
    Return: 1 + f + f² + …, what a memory of 1 leaves behind, summed over all steps.
    """
    return 1.0 + np.exp(b)


@exercise("memory-bias", quantity="b_f", cases=number_cases("L", (2.0,), (10.0,), (30.0,), (1.25,)))
def memory_bias(L):
    """The forget bias for a wanted memory length.

    Given: L, the memory length in steps, larger than 1: the sum 1 + f + f² + …
    Return: the bias b_f, a number.
    """
    return np.log(L - 1.0)


def draws(seed: int, n: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(size=n)


NOT_STEPS = {f"for T = {size}": None for size in (1, 2, 3)}  # T is a number, not rows


@exercise(
    "chrono-biases",
    quantity="bias",
    rows=("b_f", "b_i"),
    simpler=NOT_STEPS
    | {"for v = 0, the shortest memory": lambda given: {"v": 0.0 * given["v"]}}
    | {"for v = 1, the longest memory": lambda given: {"v": 0.0 * given["v"] + 1.0}}
    | {"where v = 0": None},
    cases=tuple(
        Case(f"n = {n}, T = {T}", lambda seed=seed, n=n, T=T: (draws(seed, n), T))
        for seed, (n, T) in enumerate(((4, 30), (3, 10), (5, 100)))
    ),
)
def chrono_biases(v, T):
    """Gate biases that spread the memory lengths of the units evenly from 2 to T.

    Given: v, uniform random numbers between 0 and 1, shape (n,), one a unit; T, the longest memory
    in steps.
    Return: two rows, shape (2, n): b_f, such that unit j has the memory length 2 + (T − 2) v[j],
    and b_i, such that i = 1 − f.
    """
    b_f = np.log(1.0 + (T - 2.0) * v)
    return np.array([b_f, -b_f])


@exercise(
    "equal-parameters",
    quantity="m",
    cases=number_cases("d, n", (10, 128), (1, 128), (5, 7), (100, 20)),
)
def equal_parameters(d, n):
    """The RNN that has as many parameters as an LSTM.

    Given: d, the inputs of a step; n, the units of an LSTM with 4n(d + n + 1) parameters.
    Return: m, the units of an RNN with m(d + m + 1) parameters, such that both are equal; a
    number, not rounded.
    """
    return (np.sqrt((d + 1.0) ** 2 + 16.0 * n * (d + n + 1)) - (d + 1.0)) / 2.0


@exercise(
    "rnn-largest-sum",
    quantity="a",
    simpler=NOT_STEPS | {"for T = 1: look at how T enters": lambda given: {"T": 1}},
    cases=number_cases("T, share", (30, 0.5), (1, 0.5), (100, 0.01), (5, 0.9)),
)
def largest_sum(T, share):
    """How small the sums of an orthogonal RNN must be to keep a share of the gradient.

    Given: T, a number of steps; share, what is to be left of a nudge after them, between 0 and 1.
    W_hh is orthogonal and all pre-activations have the same size.
    Return: that size |a|, a number.
    """
    return np.arctanh(np.sqrt(1.0 - share ** (1.0 / T)))


def learning_curves(seed: int, columns: tuple[int, int]) -> tuple:
    """Accuracies of two models, one of them trained for longer."""
    rng = np.random.default_rng(seed)
    first, second = (np.round(rng.uniform(0.1, 1.0, (5, n)), 3) for n in columns)
    return first, second


@exercise(
    "fair-difference",
    quantity="difference",
    cases=tuple(
        Case(
            f"{columns[0]} and {columns[1]} evaluations",
            lambda seed=seed, columns=columns: learning_curves(seed, columns),
        )
        for seed, columns in enumerate(((6, 9), (10, 7), (4, 11)))
    ),
)
def fair_difference(first, second):
    """By how much the second model is better, compared fairly.

    Given: first and second, accuracies on fresh data, shape (seeds, evaluations), an evaluation
    every 50 updates; one of them may have been trained for longer, so that it has more columns.
    Return: the mean over seeds of second minus that of first, at the last evaluation that both
    have.
    """
    last = min(first.shape[1], second.shape[1]) - 1
    return second[:, last].mean() - first[:, last].mean()
