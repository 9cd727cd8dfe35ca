"""The wrong answers to the exercises on optimizers, by name.

Ids such as W21 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand import optimizers
from rnncourse.chapters.optimizers.exercises import (
    adagrad_path,
    adam_path,
    momentum_path,
    ravine_best,
    rmsprop_path,
    warmup_cosine,
)
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given


def path(w, grads, step) -> np.ndarray:
    """The weights after each step; ``step(memory, g, t)`` returns (new memory, what is added)."""
    rows, memory = [], (0.0, 0.0)
    for t, g in enumerate(grads, start=1):
        memory, change = step(memory, g, t)
        w = w + change
        rows.append(w)
    return np.array(rows)


UPHILL = "uphill: the step is added, not subtracted"
RATE_TWICE = "rate-twice: the learning rate is multiplied in twice"


def uphill(truth):
    """The path of who adds the steps of this one in place of subtracting them."""
    return lambda w, *rest: 2.0 * w - truth(w, *rest)


def pushed(velocity, push=lambda v, old: v):
    """Momentum with v = velocity(v, g, μ); the step is −η push(new v, old v)."""

    def answer(w, grads, learning_rate, momentum):
        def step(memory, g, t):
            v = velocity(memory[0], g, momentum)
            return (v, 0.0), -learning_rate * push(v, memory[0])

        return path(w, grads, step)

    return answer


def heavy(v, g, mu):
    """The velocity as it should be."""
    return mu * v + g


def nesterov(w, grads, learning_rate, momentum) -> np.ndarray:
    """The step looks ahead: −η (g + μ v)."""

    def step(memory, g, t):
        v = momentum * memory[0] + g
        return (v, 0.0), -learning_rate * (g + momentum * v)

    return path(w, grads, step)


MISTAKES[momentum_path] = {
    RATE_TWICE: given(momentum_path, learning_rate=np.square),
    "reset: the velocity starts at zero in every step: plain descent is left": pushed(
        lambda v, g, mu: g
    ),
    "average: v = momentum v + (1 − momentum) g: the sum is taken for an average": pushed(
        lambda v, g, mu: mu * v + (1.0 - mu) * g
    ),
    "keeps-all: v = v + g: nothing of the past fades": pushed(lambda v, g, mu: v + g),
    "decays-all: v = momentum (v + g): the new gradient is shrunk too": pushed(
        lambda v, g, mu: mu * (v + g)
    ),
    "resets-at-a-turn: the velocity is dropped where the gradient changes its sign": pushed(
        lambda v, g, mu: mu * np.where(v * g < 0, 0.0, v) + g
    ),
    "old-velocity: the weights move by the velocity before": pushed(heavy, lambda v, old: old),
    UPHILL: uphill(momentum_path),
    "nesterov: the step is g + momentum v: that is Nesterov's form": nesterov,
}


def divided(memory, divisor):
    """A step −η g / divisor(v, ε, t) with v = memory(v, g, α, t); AdaGrad has no α."""

    def answer(w, grads, learning_rate, *options):
        alpha, eps = (None, *options)[-2:]

        def step(state, g, t):
            v = memory(state[0], g, alpha, t)
            return (v, 0.0), -learning_rate * g / divisor(v, eps, t)

        return path(w, grads, step)

    return answer


def summed(v, g, alpha, t):
    """AdaGrad's memory."""
    return v + g**2


def averaged(v, g, alpha, t):
    """RMSprop's memory."""
    return alpha * v + (1.0 - alpha) * g**2


def inside(v, eps, t):
    """The root with ε inside."""
    return np.sqrt(v + eps)


def outside(v, eps, t):
    """The root with ε outside."""
    return np.sqrt(v) + eps


def rootless(v, eps, t):
    """The squares themselves."""
    return v + eps


ROOT = "no-root: the root is missing: the step is divided by the squares"
MISTAKES[adagrad_path] = {
    RATE_TWICE: given(adagrad_path, learning_rate=np.square),
    "replaces: the memory is replaced by the last square; AdaGrad adds it": divided(
        lambda v, g, alpha, t: g**2, inside
    ),
    "eps-outside: eps stands outside the root, as in torch": divided(summed, outside),
    "not-squared: gradients are summed in place of their squares": divided(
        lambda v, g, alpha, t: v + g, lambda v, eps, t: np.sqrt(v**2 + eps)
    ),
    "sizes: sizes |g| are summed in place of squares": divided(
        lambda v, g, alpha, t: v + abs(g), lambda v, eps, t: v + eps
    ),
    ROOT: divided(summed, rootless),
    "mean: the squares are averaged over the steps, so nothing shrinks": divided(
        summed, lambda v, eps, t: np.sqrt(v / t + eps)
    ),
    UPHILL: uphill(adagrad_path),
}

MISTAKES[rmsprop_path] = {
    RATE_TWICE: given(rmsprop_path, learning_rate=np.square),
    "not-averaged: v = alpha v + g²: the factor 1 − alpha is missing, and the squares are not "
    "averaged": divided(lambda v, g, alpha, t: alpha * v + g**2, outside),
    "not-squared: the gradients are averaged in place of their squares": divided(
        lambda v, g, alpha, t: alpha * v + (1.0 - alpha) * g, lambda v, eps, t: abs(v) + eps
    ),
    "eps-inside: eps stands inside the root": divided(averaged, inside),
    "adagrad: the squares are summed and never forgotten: that is AdaGrad": divided(
        summed, outside
    ),
    "exchanged: alpha and 1 − alpha are exchanged": divided(
        lambda v, g, alpha, t: (1.0 - alpha) * v + alpha * g**2, outside
    ),
    ROOT: divided(averaged, rootless),
    "corrected: the average is corrected for its start at zero: that is Adam's": (
        lambda w, grads, learning_rate, alpha, eps: divided(
            averaged, lambda v, eps, t: np.sqrt(v / (1.0 - alpha**t)) + eps
        )(w, grads, learning_rate, alpha, eps)
    ),
    "replaces: the memory is replaced by the last square": divided(
        lambda v, g, alpha, t: g**2, outside
    ),
    UPHILL: uphill(rmsprop_path),
}


def adam_with(
    correct_m=lambda beta, t: 1.0 - beta**t, correct_v=lambda beta, t: 1.0 - beta**t, **how
):
    """Adam with other corrections, another average of squares or another divisor."""
    square = how.get("square", lambda g, m: g**2)
    divisor = how.get("divisor", lambda v, eps, c: np.sqrt(v / c) + eps)

    def answer(w, grads, learning_rate, beta1, beta2, eps):
        def step(memory, g, t):
            m = beta1 * memory[0] + (1.0 - beta1) * g
            v = beta2 * memory[1] + (1.0 - beta2) * square(g, m)
            top = m / correct_m(beta1, t)
            return (m, v), -learning_rate * top / divisor(v, eps, correct_v(beta2, t))

        return path(w, grads, step)

    return answer


def nothing(beta, t) -> float:
    """No correction."""
    return 1.0


def overwritten(w, grads, learning_rate, beta1, beta2, eps) -> np.ndarray:
    """The corrected averages are kept, and corrected again at the next step."""
    m, v, rows = 0.0, 0.0, []
    for t, g in enumerate(grads, start=1):
        m = (beta1 * m + (1.0 - beta1) * g) / (1.0 - beta1**t)
        v = (beta2 * v + (1.0 - beta2) * g**2) / (1.0 - beta2**t)
        w = w - learning_rate * m / (np.sqrt(v) + eps)
        rows.append(w)
    return np.array(rows)


MISTAKES[adam_path] = {
    RATE_TWICE: given(adam_path, learning_rate=np.square),
    "overwritten: m and v are overwritten by their corrected values": overwritten,
    "no-correction: the bias correction is forgotten: the averages start at zero and stay too "
    "small": adam_with(nothing, nothing),
    "half-correction: m is not corrected, v is": adam_with(correct_m=nothing),
    "half-correction: v is not corrected, m is": adam_with(correct_v=nothing),
    "one-step: 1 − beta stands in place of 1 − beta^t": adam_with(
        lambda beta, t: 1.0 - beta, lambda beta, t: 1.0 - beta
    ),
    "from-zero: t counts from 0, and the first step divides 0 by 0": adam_with(
        lambda beta, t: 1.0 - beta ** (t - 1), lambda beta, t: 1.0 - beta ** (t - 1)
    ),
    "eps-inside: eps stands inside the root": adam_with(
        divisor=lambda v, eps, c: np.sqrt(v / c + eps)
    ),
    "eps-first: eps is added before v is corrected": adam_with(
        divisor=lambda v, eps, c: (np.sqrt(v) + eps) / np.sqrt(c)
    ),
    "no-root: the root of v is missing": adam_with(divisor=lambda v, eps, c: v / c + eps),
    "exchanged: beta1 and beta2 are exchanged": (
        lambda w, grads, rate, beta1, beta2, eps: adam_path(w, grads, rate, beta2, beta1, eps)
    ),
    "square-of-m: v averages the squares of m in place of those of g": adam_with(
        square=lambda g, m: m**2
    ),
    "rmsprop: the gradient is used in place of its average m: that is RMSprop with a correction": (
        given(adam_path, beta1=0.0)
    ),
    UPHILL: uphill(adam_path),
}


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
    "safe-step: the learning rate is 1/b": best(
        lambda a, b: 1.0 / b, lambda a, b: root_ratio(a, b) ** 2, root_ratio
    ),
}


def bent(share, curve=lambda s: 0.5 * (1.0 + np.cos(np.pi * s)), rise=lambda t, warmup: t / warmup):
    """A schedule whose share of the way down, curve or rise is another."""

    def answer(t, learning_rate, warmup, steps, final):
        if t <= warmup:
            return learning_rate * rise(t, warmup)
        return final + (learning_rate - final) * curve(share(t, warmup, steps))

    return answer


def on_the_way(t, warmup, steps) -> float:
    return (t - warmup) / (steps - warmup)


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
    "added: final is added to a cosine of full height": (
        lambda t, rate, warmup, steps, final: (
            warmup_cosine(t, rate, warmup, steps, 0.0) + (final if t > warmup else 0.0)
        )
    ),
}
