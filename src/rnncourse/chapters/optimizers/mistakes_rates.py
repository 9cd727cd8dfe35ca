"""The wrong answers to the exercises on the ravine and on schedules, by name."""

import numpy as np

from rnncourse.byhand import optimizers
from rnncourse.chapters.optimizers.exercises import ravine_best, warmup_cosine
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given


def best(eta, mu, rate):
    """An answer of three numbers, each a function of the two curvatures."""
    return lambda a, b: np.array([eta(a, b), mu(a, b), rate(a, b)])


def ratio(a, b) -> float:
    return (b - a) / (b + a)


def root_ratio(a, b) -> float:
    return ratio(np.sqrt(a), np.sqrt(b))


def best_rate(a, b) -> float:
    return 4.0 / (np.sqrt(a) + np.sqrt(b)) ** 2


MISTAKES[ravine_best] = {
    "plain: the best of plain descent is given, without momentum": best(
        lambda a, b: 2.0 / (a + b), lambda a, b: 0.0, ratio
    ),
    "no-root: κ stands in place of its root": best(best_rate, lambda a, b: ratio(a, b) ** 2, ratio),
    "not-squared: μ is the rate; it is the rate squared": best(best_rate, root_ratio, root_ratio),
    "rate-squared: the rate is μ; it is the root of μ": best(
        best_rate, lambda a, b: root_ratio(a, b) ** 2, lambda a, b: root_ratio(a, b) ** 2
    ),
    "plain-step: the learning rate is that of plain descent, 2/(a + b)": best(
        lambda a, b: 2.0 / (a + b), lambda a, b: root_ratio(a, b) ** 2, root_ratio
    ),
    "exchanged: a stands in place of b below": best(
        lambda a, b: (1.0 + root_ratio(a, b)) ** 2 / a,
        lambda a, b: root_ratio(a, b) ** 2,
        root_ratio,
    ),
    "minus: the learning rate is (1 − √μ)²/b; the sign is a plus": best(
        lambda a, b: (1.0 - root_ratio(a, b)) ** 2 / b,
        lambda a, b: root_ratio(a, b) ** 2,
        root_ratio,
    ),
    "no-square: the learning rate is (1 + √μ)/b; the square is left out": best(
        lambda a, b: (1.0 + root_ratio(a, b)) / b,
        lambda a, b: root_ratio(a, b) ** 2,
        root_ratio,
    ),
    "no-one: the learning rate is μ/b; it is (1 + √μ)²/b": best(
        lambda a, b: root_ratio(a, b) ** 2 / b, lambda a, b: root_ratio(a, b) ** 2, root_ratio
    ),
    "twice: μ is twice the rate; it is the rate squared": best(
        best_rate, lambda a, b: 2.0 * root_ratio(a, b), root_ratio
    ),
    "turned: √a − √b stands in place of √b − √a": best(
        lambda a, b: (1.0 - root_ratio(a, b)) ** 2 / b,
        lambda a, b: root_ratio(a, b) ** 2,
        lambda a, b: -root_ratio(a, b),
    ),
    "upside-down: √b + √a is divided by √b − √a: no distance shrinks": best(
        lambda a, b: (1.0 + 1.0 / root_ratio(a, b)) ** 2 / b,
        lambda a, b: root_ratio(a, b) ** -2,
        lambda a, b: 1.0 / root_ratio(a, b),
    ),
    "safe-step: the learning rate is 1/b": best(
        lambda a, b: 1.0 / b, lambda a, b: root_ratio(a, b) ** 2, root_ratio
    ),
}


def on_the_way(t, warmup, steps) -> float:
    return (t - warmup) / (steps - warmup)


def half_cosine(s) -> float:
    return 0.5 * (1.0 + np.cos(np.pi * s))


def linear_rise(t, warmup) -> float:
    return t / warmup


def bent(share=on_the_way, curve=half_cosine, rise=linear_rise, down=None):
    """A schedule whose share of the way down, curve, rise, or rate on the way is another."""
    down = down or (lambda rate, final, c: final + (rate - final) * c)

    def answer(t, learning_rate, warmup, steps, final):
        if t <= warmup:
            return learning_rate * rise(t, warmup)
        return down(learning_rate, final, curve(share(t, warmup, steps)))

    return answer


MISTAKES[warmup_cosine] = {
    "no-warmup: the cosine begins at the first step": (
        lambda t, rate, warmup, steps, final: optimizers.warmup_cosine(rate, t, 0, steps, final)
    ),
    "full-period: the cosine runs through a whole period and is back at the top": bent(
        on_the_way, lambda s: 0.5 * (1.0 + np.cos(2.0 * np.pi * s))
    ),
    "line: the way down is a line": bent(on_the_way, lambda s: 1.0 - s),
    "not-restarted: the cosine counts from step 0, not from the end of the warm-up": bent(
        lambda t, warmup, steps: t / steps
    ),
    "from-zero: the warm-up counts from 0, so that the first step has learning rate 0": bent(
        on_the_way, rise=lambda t, warmup: (t - 1) / warmup
    ),
    "to-zero: the cosine ends at 0, not at the final learning rate": given(
        warmup_cosine, final=0.0
    ),
    "no-half: the half is left out: 1 + cos runs from 2 to 0": bent(
        curve=lambda s: 2.0 * half_cosine(s)
    ),
    "upside-down: 1 − cos stands in place of 1 + cos: the rate starts low and rises": bent(
        curve=lambda s: 1.0 - half_cosine(s)
    ),
    "no-one: cos alone stands in place of 1 + cos, and runs below 0": bent(
        curve=lambda s: 0.5 * np.cos(np.pi * s)
    ),
    "minus: the way down is subtracted from final, not added": bent(
        down=lambda rate, final, c: final - (rate - final) * c
    ),
    "no-final: final is not added to the cosine": bent(
        down=lambda rate, final, c: (rate - final) * c
    ),
    "sum: learning_rate + final stands in place of the difference": bent(
        down=lambda rate, final, c: final + (rate + final) * c
    ),
    "sine: the sine stands in place of the cosine": bent(
        curve=lambda s: 0.5 * (1.0 + np.sin(np.pi * s))
    ),
    "no-pi: π is left out of the cosine": bent(curve=lambda s: 0.5 * (1.0 + np.cos(s))),
    "steps: the way down is divided by steps, not by steps − warmup": bent(
        lambda t, warmup, steps: (t - warmup) / steps
    ),
    "not-restarted: the warm-up is not taken off t": bent(
        lambda t, warmup, steps: t / (steps - warmup)
    ),
    "not-a-share: t − warmup is not divided by the number of steps on the way down": bent(
        lambda t, warmup, steps: t - warmup
    ),
    "no-way-down: the line of the warm-up goes on after its end": (
        lambda t, rate, warmup, steps, final: rate * t / warmup
    ),
    "cosine-first: the cosine's formula is used during the warm-up too": (
        lambda t, rate, warmup, steps, final: (
            final + (rate - final) * half_cosine(on_the_way(t, warmup, steps))
        )
    ),
    "turned: the line and the cosine are exchanged": (
        lambda t, rate, warmup, steps, final: (
            rate * t / warmup
            if t >= warmup
            else final + (rate - final) * half_cosine(on_the_way(t, warmup, steps))
        )
    ),
    "full-rate: the warm-up has the full learning rate from the first step": bent(
        rise=lambda t, warmup: 1.0
    ),
    "no-warmup-length: the rate of the warm-up is not divided by warmup": bent(
        rise=lambda t, warmup: t
    ),
    "all-steps: the warm-up is divided by steps, not by warmup": (
        lambda t, rate, warmup, steps, final: (
            rate * t / steps if t <= warmup else warmup_cosine(t, rate, warmup, steps, final)
        )
    ),
    "added: final is added to a cosine of full height": (
        lambda t, rate, warmup, steps, final: (
            warmup_cosine(t, rate, warmup, steps, 0.0) + (final if t > warmup else 0.0)
        )
    ),
}
