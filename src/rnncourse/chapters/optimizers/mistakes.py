"""The wrong answers to the exercises of chapter 07 that are no paths, by name.

Ids such as W21 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand import optimizers
from rnncourse.chapters.optimizers.exercises import (
    FACTS,
    facts,
    ravine_best,
    warmup_cosine,
)
from rnncourse.exercises.registry import known_mistakes


def flipped(*places: int):
    """The facts with these, counted from 1, judged the other way."""
    values = {
        name: value != (place in places) for place, (name, value) in enumerate(FACTS.items(), 1)
    }
    return lambda: dict(values)


GROWS = "the sum of squares is taken for the gradient; it is the sum that never decreases"
RESTS = "steps that shrink are thought to add up to a finite way; 1/√t does not"
SQUARES = "RMSprop is thought to average gradients; it averages their squares"
ESCAPES = "momentum is thought to escape; in the double well it does so by the learning rate alone"
GLOBAL = "Adam is thought to reach the global minimum; in the double well it ends at w = 0.960150"
known_mistakes(
    facts,
    ("W21", GROWS, flipped(2)),
    ("W21", "the sum of squares is thought to decrease; no square is negative", flipped(1)),
    ("rest", RESTS, flipped(3)),
    ("squares", SQUARES, flipped(4)),
    ("W22", ESCAPES, flipped(5)),
    ("W22", GLOBAL, flipped(6)),
    ("W22", f"{ESCAPES}; and {GLOBAL}", flipped(5, 6)),
    ("W21 and W22", f"{GROWS}; {ESCAPES}; and {GLOBAL}", flipped(2, 5, 6)),
    (
        "scale",
        "the correction is forgotten: m over the root of v is g over |g| at t = 1",
        flipped(7),
    ),
)


def best(eta, mu, rate):
    """An answer of three numbers, each a function of the two curvatures."""
    return lambda a, b: np.array([eta(a, b), mu(a, b), rate(a, b)])


def ratio(a, b) -> float:
    return (b - a) / (b + a)


def root_ratio(a, b) -> float:
    return ratio(np.sqrt(a), np.sqrt(b))


def best_rate(a, b) -> float:
    return 4.0 / (np.sqrt(a) + np.sqrt(b)) ** 2


known_mistakes(
    ravine_best,
    (
        "plain",
        "the best of plain descent is given, without momentum",
        best(lambda a, b: 2.0 / (a + b), lambda a, b: 0.0, ratio),
    ),
    (
        "no-root",
        "κ stands in place of its root",
        best(best_rate, lambda a, b: ratio(a, b) ** 2, ratio),
    ),
    (
        "not-squared",
        "μ is the rate; it is the rate squared",
        best(best_rate, root_ratio, root_ratio),
    ),
    (
        "rate-squared",
        "the rate is μ; it is the root of μ",
        best(best_rate, lambda a, b: root_ratio(a, b) ** 2, lambda a, b: root_ratio(a, b) ** 2),
    ),
    (
        "plain-step",
        "the learning rate is that of plain descent, 2/(a + b)",
        best(lambda a, b: 2.0 / (a + b), lambda a, b: root_ratio(a, b) ** 2, root_ratio),
    ),
    (
        "safe-step",
        "the learning rate is 1/b",
        best(lambda a, b: 1.0 / b, lambda a, b: root_ratio(a, b) ** 2, root_ratio),
    ),
)


def bent(share, curve=lambda s: 0.5 * (1.0 + np.cos(np.pi * s)), rise=lambda t, warmup: t / warmup):
    """A schedule whose share of the way down, curve or rise is another."""

    def answer(t, learning_rate, warmup, steps, final):
        if t <= warmup:
            return learning_rate * rise(t, warmup)
        return final + (learning_rate - final) * curve(share(t, warmup, steps))

    return answer


def on_the_way(t, warmup, steps) -> float:
    return (t - warmup) / (steps - warmup)


known_mistakes(
    warmup_cosine,
    (
        "no-warmup",
        "the cosine begins at the first step",
        lambda t, rate, warmup, steps, final: optimizers.warmup_cosine(rate, t, 0, steps, final),
    ),
    (
        "full-period",
        "the cosine runs through a whole period and is back at the top",
        bent(on_the_way, lambda s: 0.5 * (1.0 + np.cos(2.0 * np.pi * s))),
    ),
    ("line", "the way down is a line", bent(on_the_way, lambda s: 1.0 - s)),
    (
        "not-restarted",
        "the cosine counts from step 0, not from the end of the warm-up",
        bent(lambda t, warmup, steps: t / steps),
    ),
    (
        "from-zero",
        "the warm-up counts from 0, so that the first step has learning rate 0",
        bent(on_the_way, rise=lambda t, warmup: (t - 1) / warmup),
    ),
    (
        "to-zero",
        "the cosine ends at 0, not at the final learning rate",
        lambda t, rate, warmup, steps, final: warmup_cosine(t, rate, warmup, steps, 0.0),
    ),
    (
        "added",
        "final is added to a cosine of full height",
        lambda t, rate, warmup, steps, final: (
            warmup_cosine(t, rate, warmup, steps, 0.0) + (final if t > warmup else 0.0)
        ),
    ),
)
