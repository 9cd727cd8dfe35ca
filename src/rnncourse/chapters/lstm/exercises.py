"""Exercises on the LSTM: the docstring of each function is the statement that a reader gets."""

import numpy as np

from rnncourse.byhand import lstm
from rnncourse.chapters.lstm.networks import LETTERS, gate_rows, lstm_cases
from rnncourse.exercises.registry import exercise, false, number_cases, true, true_or_false

COUNT_CASES = number_cases("d, n, K", (10, 128, 10), (1, 128, 10), (2, 3, 3), (5, 7, 4))
GATES = tuple(f"da_{q}" for q in LETTERS)
BIASES = tuple(f"b_{q}" for q in LETTERS)
BIAS_CASES = number_cases("T, share", (30, 0.5), (1, 0.9), (100, 0.01), (5, 0.03125))


@true_or_false(
    "lstm-facts",
    false(
        "A sigmoid candidate can lower a memory that starts at 0 below zero.",
        "W19: a sigmoid candidate is thought to reach below zero; every increment is positive",
    ),
    true(
        "With a sigmoid candidate the forget gate can still erase.",
        "W19: the candidate's tanh is thought to forget; that is the forget gate's job",
    ),
    false(
        "The second derivative of tanh lasts longer than that of the sigmoid.",
        "W18: the second derivative is thought to matter; that of the sigmoid lasts twice as far",
    ),
    false(
        "Values between −1 and 1 keep the gradient from shrinking.",
        "W20: bounded values are thought to keep gradients; the slope of tanh is at most 1 and "
        "shrinks",
    ),
    true(
        "The gradient of an LSTM can vanish.",
        "W32: the LSTM is thought to solve vanishing; with f = 0.5, thirty steps keep 9.3e-10",
    ),
    true(
        "The gradient of an LSTM can explode.",
        "explodes: the other paths are forgotten; W_gh = 4 multiplies by 1.5 a step",
    ),
)
def facts():
    """Six statements on gates and gradients: which are true?"""


@exercise("lstm-count", quantity="count", cases=COUNT_CASES)
def count(d, n, K):
    """The number of trainable parameters of an LSTM and its output layer.

    Given: d, the inputs of a step; n, the units; K, the classes. The cell has one bias for each of
    g, i, f, o; the output layer is p = W_ph h + b_p.
    Return: the number of all weights and biases, cell and output layer together.
    """
    return 4 * n * (d + n + 1) + K * (n + 1)


def one_step(params, x, y, h0, c0) -> tuple:
    return params, x[0], h0, c0


@exercise("lstm-step", quantity="(h, c)", cases=lstm_cases(one_step))
def step(params, x, h, c):
    """One step of an LSTM.

    Given: params, a dict with W_gx (n, d), W_gh (n, n), b_g (n,) and the same for i, f and o;
    x, the input, shape (d,); h and c, the state and the memory before the step, shape (n,).
    Return: the pair (h, c) after the step, two arrays of shape (n,).
    """
    after = lstm.step(params, x, h, c)
    return np.array([after.h, after.c])


def inside_a_step(params, x, y, h0, c0) -> tuple:
    """Gradients that arrive at a step, and the step's own values."""
    s = lstm.step(params, x[0], h0, c0)
    rng = np.random.default_rng(len(h0))
    dh, dc = rng.standard_normal((2, len(h0)))
    return dh, dc, s.g, s.i, s.f, s.o, c0, s.c


@exercise("lstm-gate-gradients", quantity="da", rows=GATES, cases=lstm_cases(inside_a_step)[1:])
def gate_gradients(dh, dc, g, i, f, o, c_prev, c):
    """From the gradients by h and c to the sums inside the candidate and the three gates.

    Given: dh = dL/dh and dc = dL/dc of one step, with everything that comes back from later steps
    and, in dc, what comes through h; the step's g, i, f, o, its memory c and c_prev, the memory
    before. All have shape (n,).
    Return: dL/da_g, dL/da_i, dL/da_f, dL/da_o, in this order: four rows, shape (4, n).
    """
    return gate_rows(dh, dc, g, i, f, o, c_prev, c)


@exercise("lstm-dL-dc", quantity="dL/dc", key="c", time="backward", cases=lstm_cases())
def memory_gradients(params, x, y, h0, c0):
    """The gradient of the last step's loss by every memory: the recursion of the chapter.

    Given: params, a dict with W_gx, W_gh, b_g and the same for i, f, o, and W_ph (K, n), b_p (K,);
    x, the inputs, shape (T, d); y, the classes, shape (T,); h0 and c0, the start, shape (n,).
    Return: dL/dc^(1) … dL/dc^(T), shape (T, n), for the loss of step T alone.
    """
    return lstm.state_gradients(params, x, y, h0=h0, c0=c0)[1]


@exercise("lstm-bias-gradients", quantity="dL/db", rows=BIASES, cases=lstm_cases()[:2])
def bias_gradients(params, x, y, h0, c0):
    """The gradients of the last step's loss by the four biases.

    Given: params, a dict with W_gx, W_gh, b_g and the same for i, f, o, and W_ph (K, n), b_p (K,);
    x, the inputs, shape (T, d); y, the classes, shape (T,); h0 and c0, the start, shape (n,).
    Return: dL/db_g, dL/db_i, dL/db_f, dL/db_o, in this order: four rows, shape (4, n).
    """
    grads = lstm.loss_and_gradients(params, x, y, h0=h0, c0=c0)[1]
    return np.array([grads[f"b_{q}"] for q in LETTERS])


@exercise("lstm-forget-bias", quantity="b_f", cases=BIAS_CASES)
def forget_bias(T, share):
    """The forget bias that lets the direct path keep a given share of the memory.

    Given: T, a number of steps; share, what is to be left after them, between 0 and 1. All weights
    are zero, so that every forget gate is the sigmoid of its bias.
    Return: the bias b_f, a number.
    """
    f = share ** (1.0 / T)
    return np.log(f / (1.0 - f))
