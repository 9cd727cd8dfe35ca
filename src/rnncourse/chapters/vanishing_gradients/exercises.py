"""Exercises: vanishing and exploding gradients.

The docstring of each function is the statement that a reader gets.
"""

from functools import partial
from itertools import accumulate

import numpy as np

from rnncourse.byhand.examples import small_network
from rnncourse.byhand.rnn import forward, gradient_contributions
from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.vanishing_gradients import cases
from rnncourse.exercises.networks import network_cases, slope, spelled
from rnncourse.exercises.registry import Case, exercise, false, true, true_or_false


@true_or_false(
    "gradient-facts",
    false(
        "The Jacobian of a tanh step has a norm of at most 1.",
        "W10: the norm of a Jacobian is thought to be at most 1; W = 2 at h = 0 has 2",
    ),
    false(
        "Over many steps the gradient of a vanilla RNN vanishes, always.",
        "W11: vanishing is thought to be certain; 2 at h = 0 gives 1024 after ten steps",
    ),
    false(
        "A recurrent matrix of norm above 1 makes gradients explode.",
        "W12: a norm above 1 is thought to explode; W = 2 at rest passes on 0.1664 a step",
    ),
    false(
        "Gradients cannot explode, because tanh bounds the states.",
        "W20: bounded values are thought to bound gradients; slopes and W_hh do that",
    ),
    true(
        "Where early terms vanish, the network still learns from recent steps.",
        "stuck: training is thought to be stuck; the terms of the last steps do not vanish",
    ),
    true(
        "Clipping by the norm of all parameters together keeps the gradient's direction.",
        "direction: clipping is thought to turn the gradient; one factor for all entries turns "
        "nothing",
    ),
    false(
        "Clipping helps against vanishing.",
        "cure: clipping is thought to help against vanishing; a short gradient is left as it is",
    ),
    true(
        "Trained with windows of 30 steps, a network can remember for 1000.",
        "W33: the window is thought to bound the memory; it cuts the gradient, the state goes on",
    ),
)
def facts():
    """Eight statements on gradients over many steps: which are true?"""


def one_step(params, x, y, h0) -> tuple:
    return params, x[0], h0


def sigmoid_state(params, x, h) -> np.ndarray:
    return sigmoid(params["W_hx"] @ x + params["W_hh"] @ h + params["b_h"])


@exercise("sigmoid-jacobian", quantity="dh/dh_prev", cases=network_cases(one_step))
def sigmoid_jacobian(params, x, h):
    """The Jacobian of one step of a network with a sigmoid in place of tanh.

    Given: params, a dict with W_hx (n, d), W_hh (n, n), b_h (n,); x, the input, shape (d,); h, the
    state before the step, shape (n,). The new state is sigmoid(W_hx x + W_hh h + b_h).
    Return: the derivative of the new state by h, shape (n, n): row a belongs to entry a of the new
    state.
    """
    new = sigmoid_state(params, x, h)
    return (new * (1.0 - new))[:, None] * params["W_hh"]


def matrix_of_norm(seed: int, n: int, norm: float) -> np.ndarray:
    return cases.of_norm(norm, cases.gaussian)(np.random.default_rng(seed), n)


GUARANTEE_CASES = (
    Case("norm 0.9, gamma = 1, threshold = 0.001", lambda: (matrix_of_norm(3, 3, 0.9), 1.0, 1e-3)),
    Case("norm 3, gamma = 0.25, threshold = 0.01", lambda: (matrix_of_norm(4, 4, 3.0), 0.25, 1e-2)),
    Case("norm 0.6, gamma = 0.25, threshold = 0.1", lambda: (matrix_of_norm(2, 2, 0.6), 0.25, 0.1)),
    Case("W = 0.5 I, gamma = 1, threshold = 0.25", lambda: (0.5 * np.eye(2), 1.0, 0.25)),
)


def quotient(rate: float, threshold: float) -> float:
    """The k, no whole number, with rate^k = threshold."""
    return np.log(threshold) / np.log(rate)


@exercise("guaranteed-steps", quantity="steps", cases=GUARANTEE_CASES)
def guaranteed_steps(W, gamma, threshold):
    """After how many steps has every nudge certainly faded?

    Given: W, the recurrent matrix, shape (n, n); gamma, the largest slope of the nonlinearity: 1
    for tanh, 1/4 for the sigmoid; gamma times the norm of W is below 1. threshold, below 1.
    Return: the smallest whole number of steps k for which the chapter's bound on a product of k
    Jacobians is below threshold, whatever the states are.
    """
    return float(np.floor(quotient(gamma * np.linalg.norm(W, 2), threshold)) + 1)


def states_case(seed: int, sizes: dict) -> tuple:
    params, x, _, h0 = small_network(seed, **sizes)
    return params["W_hh"], forward(params, x, h0=h0)[1].h


BOUND_CASES = tuple(
    Case(spelled({"T": T, "n": n}), partial(states_case, seed, {"T": T, "d": 2, "n": n, "K": 5}))
    for seed, (T, n) in enumerate(((3, 4), (5, 3), (1, 4)))
)


def jacobians(W, h) -> np.ndarray:
    """D_t W of every row of h, (T, n, n)."""
    return slope(h)[:, :, None] * W


@exercise("jacobian-bounds", quantity="log10 bound", cases=BOUND_CASES)
def jacobian_bounds(W, h):
    """The bounds on a product of Jacobians, below and above, from each factor's singular values.

    Given: W, the recurrent matrix W_hh, shape (n, n); h, the states of T steps of a tanh network,
    shape (T, n), so that the Jacobian of step t is D_t W with D_t from h[t - 1].
    Return: two numbers, the decimal logarithms of the product over the steps of the smallest, and
    of the largest, singular value of the Jacobian of each step.
    """
    values = np.linalg.svd(jacobians(W, h), compute_uv=False)
    return np.log10(values[:, [-1, 0]]).sum(axis=0)


def vanishing_steps(seed: int, T: int, n: int, size: float, threshold: float) -> tuple:
    """Jacobians that differ in size from step to step, threshold."""
    rng = np.random.default_rng(seed)
    sizes = size * rng.uniform(0.5, 1.5, T)
    return sizes[:, None, None] * rng.standard_normal((T, n, n)) / np.sqrt(n), threshold


HALF = np.diag([0.5, 0.25])  # its third power is at the threshold, its fourth below
VANISH_CASES = tuple(
    Case(
        spelled({"T": T, "n": n, "threshold": threshold}),
        partial(vanishing_steps, seed, T, n, size, threshold),
    )
    for seed, T, n, size, threshold in (
        (0, 40, 3, 0.6, 1e-3),
        (42, 60, 4, 0.7, 1e-4),
        (26, 30, 2, 0.5, 1e-2),
    )
)
VANISH_CASES += (Case("T = 4, halves, threshold = 1/8", lambda: (np.array([HALF] * 4), 0.125)),)


def ends_back(J) -> np.ndarray:
    """J_T … J_{T-k+1} for k = 1 … T, (T, n, n)."""
    return np.array(list(accumulate(J[::-1], np.matmul)))


def norms(products) -> np.ndarray:
    """The 2-norm of each matrix."""
    return np.linalg.norm(products, 2, axis=(1, 2))


def first_below(values, threshold) -> int:
    """The number, from 1, of the first value below; one more than all of them if there is none."""
    below = np.flatnonzero(np.asarray(values) < threshold)
    return int(below[0]) + 1 if len(below) else len(values) + 1


# Products that are never below the threshold, as with one step alone.
NEVER = dict.fromkeys(
    ("for T = 1", "for T = 2", "for T = 3", "where all rows of J are equal", "where threshold = 0")
)


@exercise("time-to-vanish", quantity="steps", cases=VANISH_CASES, simpler=NEVER)
def time_to_vanish(J, threshold):
    """How far back from the end can a nudge lie until nothing of it arrives?

    Given: J, the Jacobians of T steps, shape (T, n, n), so that J[t - 1] is that of step t;
    threshold, a share.
    Return: the smallest k for which the norm (largest singular value) of the product of the last k
    Jacobians is below threshold. In every case there is such a k.
    """
    return float(first_below(norms(ends_back(J)), threshold))


def some_gradients(seed: int, size: float, c: float) -> tuple:
    rng = np.random.default_rng(seed)
    shapes = {"W_hx": (3, 2), "W_hh": (3, 3), "b_h": (3,)}
    return {name: size * rng.standard_normal(shape) for name, shape in shapes.items()}, c


CLIP_CASES = (
    Case("norm above c", partial(some_gradients, 0, 2.0, 1.0)),
    Case("norm below c", partial(some_gradients, 1, 0.1, 5.0)),
    Case("W_hh below c, all together above", partial(some_gradients, 2, 1.0, 3.2)),
    Case("norm far above c", partial(some_gradients, 3, 100.0, 0.5)),
)


@exercise("clip-by-norm", quantity="clipped", cases=CLIP_CASES)
def clip_by_norm(grads, c):
    """Clip a gradient by its norm, all parameters together.

    Given: grads, a dict of arrays W_hx, W_hh and b_h, the gradients by these parameters; c, the
    largest norm allowed.
    Return: a dict with the clipped gradients, by the same names.
    """
    return cases.clip_by_norm(grads, c)


def with_window(params, x, y, h0) -> tuple:
    return params, x, y, h0, (len(x) + 1) // 2


@exercise("truncated-gradient", quantity="dL/dW_hh", key="W_hh", cases=network_cases(with_window))
def truncated_gradient(params, x, y, h0, window):
    """The gradient by W_hh when backpropagation goes back a few steps only.

    Given: params, a dict with W_hx (n, d), W_hh (n, n), b_h (n,), W_ph (K, n), b_p (K,); x, the
    inputs, shape (T, d); y, the classes, shape (T,); h0, the first state, shape (n,); window, a
    number of steps, 1 ≤ window ≤ T.
    Return: dL/dW_hh, shape (n, n), for the loss of step T alone, with the state h^(T − window)
    held fixed as if it were an input.
    """
    return cases.truncated(gradient_contributions(params, x, y, h0=h0), window)
