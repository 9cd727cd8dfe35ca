"""Exercises on optimizers: the docstring of each function is the statement that a reader gets."""

import numpy as np

from rnncourse.byhand import optimizers
from rnncourse.exercises.registry import Case, exercise, false, true, true_or_false


@true_or_false(
    "optimizer-facts",
    true(
        "AdaGrad's sum of squared gradients never decreases.",
        "W21: the sum of squares is thought to decrease; no square is negative",
    ),
    false(
        "Under AdaGrad the gradient never decreases.",
        "W21: the sum of squares is taken for the gradient; it is the sum that never decreases",
    ),
    false(
        "With equal gradients at every step, a weight under AdaGrad comes to rest at a finite "
        "distance.",
        "rest: steps that shrink are thought to add up to a finite way; 1/√t does not",
    ),
    false(
        "RMSprop divides by an average of the past gradients.",
        "squares: RMSprop is thought to average gradients; it averages their squares",
    ),
    false(
        "Momentum is sure to leave a local minimum.",
        "W22: momentum is thought to escape; in the double well it does so by the learning rate "
        "alone",
    ),
    false(
        "Adam is sure to reach the global minimum.",
        "W22: Adam is thought to reach the global minimum; in the double well it ends at w = "
        "0.960150",
    ),
    true(
        "Adam's first step has the length of the learning rate, whatever the scale of the "
        "gradient (as long as ε is small beside it).",
        "scale: the correction is forgotten: m over the root of v is g over |g| at t = 1",
    ),
)
def facts():
    """Seven statements on optimizers: which are true?"""


def path_cases(*options: tuple) -> tuple[Case, ...]:
    """The worked example, one step, two weights, and small gradients; options one row a case."""
    rows = (
        ("the worked example, one weight", lambda: (np.zeros(1), EXAMPLE.copy(), 0.1)),
        ("T = 1, three weights", lambda: _drawn(0, 1, 3, 1.0, 0.01)),
        ("T = 6, two weights", lambda: _drawn(1, 6, 2, 2.0, 0.05)),
        ("T = 5, three weights, small gradients", lambda: _drawn(2, 5, 3, 1e-3, 0.02)),
    )
    return tuple(
        Case(label, lambda make=make, more=more: (*make(), *more))
        for (label, make), more in zip(rows, options, strict=True)
    )


def shorter(T: int):
    return lambda given: {"grads": given["grads"][:T]}


# With a rate of 0, or gradients of 0, the weights stay in whatever way they move otherwise.
PATH_SIMPLER = {
    "where learning_rate = 0": None,
    "where grads = 0": None,
    "for T = 1: look at what one step hands to the next": shorter(1),
    "for T = 2: look at what one step hands to the next": shorter(2),
    "for T = 3: look at what one step hands to the next": shorter(3),
    "where no gradient is negative: look at signs and squares": (
        lambda given: {"grads": np.abs(given["grads"])}
    ),
    "where every gradient is 1: look at squares and roots": (
        lambda given: {"grads": np.ones_like(given["grads"])}
    ),
}

EXAMPLE = np.array([[1.0], [2.0], [-1.0], [3.0], [0.5]])


def _drawn(seed: int, T: int, n: int, scale: float, learning_rate: float) -> tuple:
    rng = np.random.default_rng(seed)
    return rng.standard_normal(n), scale * rng.standard_normal((T, n)), learning_rate


@exercise(
    "momentum-path",
    quantity="w",
    time="forward",
    cases=path_cases((0.9,), (0.5,), (0.8,), (0.9,)),
    simpler=PATH_SIMPLER,
)
def momentum_path(w, grads, learning_rate, momentum):
    """The weights after each step of momentum.

    Given: w, the weights at the start, shape (n,); grads, the gradients of steps 1 … T, shape
    (T, n); learning_rate and momentum, numbers. The velocity is a sum, v = momentum v + g, and
    starts at zero.
    Return: the weights after steps 1 … T, shape (T, n).
    """
    return optimizers.follow(optimizers.Momentum(learning_rate, momentum), w, grads)


EPS = (1e-8,), (1e-8,), (0.5,), (1e-6,)


@exercise(
    "adagrad-path",
    quantity="w",
    time="forward",
    cases=path_cases(*EPS),
    simpler=PATH_SIMPLER,
)
def adagrad_path(w, grads, learning_rate, eps):
    """The weights after each step of AdaGrad.

    Given: w, the weights at the start, shape (n,); grads, the gradients of steps 1 … T, shape
    (T, n); learning_rate, a number; eps, added inside the root, as in KTH's sheet.
    Return: the weights after steps 1 … T, shape (T, n).
    """
    return optimizers.follow(optimizers.AdaGrad(learning_rate, eps), w, grads)


ALPHA = (0.99, 1e-8), (0.9, 1e-8), (0.9, 0.5), (0.8, 1e-4)


@exercise(
    "rmsprop-path",
    quantity="w",
    time="forward",
    cases=path_cases(*ALPHA),
    simpler=PATH_SIMPLER,
)
def rmsprop_path(w, grads, learning_rate, alpha, eps):
    """The weights after each step of RMSprop.

    Given: w, the weights at the start, shape (n,); grads, the gradients of steps 1 … T, shape
    (T, n); learning_rate, a number; alpha, the share of the average that is kept; eps, added
    outside the root, as in torch. The average starts at zero.
    Return: the weights after steps 1 … T, shape (T, n).
    """
    return optimizers.follow(optimizers.RMSprop(learning_rate, alpha, eps), w, grads)


BETAS = (0.9, 0.999, 1e-8), (0.8, 0.99, 1e-8), (0.9, 0.99, 0.5), (0.5, 0.9, 1e-4)


@exercise(
    "adam-path",
    quantity="w",
    time="forward",
    cases=path_cases(*BETAS),
    simpler=PATH_SIMPLER,
)
def adam_path(w, grads, learning_rate, beta1, beta2, eps):
    """The weights after each step of Adam.

    Given: w, the weights at the start, shape (n,); grads, the gradients of steps 1 … T, shape
    (T, n); learning_rate, beta1, beta2, numbers; eps, added outside the root. Both averages start
    at zero and are corrected for it; the first step is t = 1.
    Return: the weights after steps 1 … T, shape (T, n).
    """
    return optimizers.follow(optimizers.Adam(learning_rate, beta1, beta2, eps), w, grads)


RAVINES = tuple(
    Case(f"curvatures {a:g} and {b:g}", lambda a=a, b=b: (a, b))
    for a, b in ((1.0, 25.0), (1.0, 100.0), (0.5, 2.0), (0.1, 4.9))
)


@exercise(
    "ravine-best",
    quantity="best",
    rows=("learning_rate", "momentum", "factor"),
    cases=RAVINES,
    simpler={
        "where b = 0": None,
        "where a = b: look at how the two curvatures enter": lambda given: {"a": given["b"]},
    },
)
def ravine_best(a, b):
    """The best learning rate and momentum for a ravine, and the rate that they give.

    Given: a and b, the smallest and the largest curvature of a quadratic loss.
    Return: three numbers: the learning rate, the momentum μ, and the factor by which the distance
    shrinks a step in the long run.
    """
    ratio = (np.sqrt(b) - np.sqrt(a)) / (np.sqrt(b) + np.sqrt(a))
    return np.array([4.0 / (np.sqrt(a) + np.sqrt(b)) ** 2, ratio**2, ratio])


COSINES = tuple(
    Case(f"t = {t}, warmup = {w}, steps = {s}", lambda t=t, w=w, s=s, f=f: (t, f, w, s, 0.02 * f))
    for t, f, w, s in (
        (1, 0.1, 10, 60),
        (3, 0.5, 4, 20),
        (10, 0.1, 10, 60),
        (11, 0.1, 10, 60),
        (17, 0.5, 4, 20),
        (25, 0.1, 10, 60),
        (60, 0.1, 10, 60),
    )
)


@exercise(
    "warmup-cosine",
    quantity="rate",
    cases=COSINES,
    simpler={
        "during the warm-up (t ≤ warmup): look at the cosine": (
            lambda given: {"t": min(given["t"], given["warmup"])}
        ),
        "after the warm-up (t > warmup): look at the line": (
            lambda given: {"t": max(given["t"], given["warmup"] + 1)}
        ),
        "at the end of the warm-up (t = warmup)": lambda given: {"t": given["warmup"]},
        "at the last step (t = steps): look at what happens before it": (
            lambda given: {"t": given["steps"]}
        ),
    },
)
def warmup_cosine(t, learning_rate, warmup, steps, final):
    """The learning rate of one step: a warm-up along a line, then half a cosine.

    Given: t, the step, from 1 to steps; learning_rate, reached at t = warmup; warmup and steps,
    numbers of steps; final, the learning rate of the last step, t = steps.
    Return: the learning rate of step t, a number.
    """
    return optimizers.warmup_cosine(learning_rate, t, warmup, steps, final)
