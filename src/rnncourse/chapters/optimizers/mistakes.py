"""The wrong answers to the exercises on momentum, AdaGrad and RMSprop, by name."""

import numpy as np

from rnncourse.chapters.optimizers.exercises import (
    adagrad_path,
    momentum_path,
    rmsprop_path,
)
from rnncourse.exercises.registry import MISTAKES


def path(w, grads, step, memory=(0.0, 0.0)) -> np.ndarray:
    """The weights after each step; ``step(memory, g, t)`` returns (new memory, what is added)."""
    rows = []
    for t, g in enumerate(grads, start=1):
        memory, change = step(memory, g, t)
        w = w + change
        rows.append(w)
    return np.array(rows)


def steps_of(truth, w, *rest) -> np.ndarray:
    """What each step adds to w; no optimizer of this chapter looks at w for it."""
    return np.diff(truth(w, *rest), axis=0, prepend=w[None])


def turned(truth):
    """Each new w is the step minus the old one."""

    def answer(w, *rest):
        rows = []
        for step in -steps_of(truth, w, *rest):
            w = step - w
            rows.append(w)
        return np.array(rows)

    return answer


def last_repeated(truth):
    return lambda w, *rest: np.repeat(truth(w, *rest)[-1:], len(rest[0]), axis=0)


def with_rate(truth, change):
    return lambda w, grads, rate, *rest: truth(w, grads, change(rate), *rest)


def with_gradients(truth, change):
    """The path of other gradients; no rows where none is left."""

    def answer(w, grads, *rest):
        grads = change(grads)
        return truth(w, grads, *rest) if len(grads) else np.array([])

    return answer


PATHS = {  # what goes wrong alike on the path of every optimizer
    "uphill: the step is added, not subtracted": lambda truth: (
        lambda w, *rest: 2.0 * w - truth(w, *rest)
    ),
    "step-alone: the new w is the step alone, without the old w": lambda truth: (
        lambda w, *rest: steps_of(truth, w, *rest),
        lambda w, *rest: -steps_of(truth, w, *rest),
    ),
    "turned: w is subtracted from the step, not the step from w": lambda truth: turned(truth),
    "from-start: every step starts from the first w: the new one is not kept": lambda truth: (
        lambda w, *rest: w + steps_of(truth, w, *rest)
    ),
    "same-row: every row is the last: one array is appended T times and changed": lambda truth: (
        last_repeated(truth)
    ),
    "no-rate: the learning rate is left out": lambda truth: with_rate(truth, lambda rate: 1.0),
    "rate-twice: the learning rate is multiplied in twice": lambda truth: with_rate(
        truth, np.square
    ),
    "rate-alone: each step is the learning rate alone, whatever the gradient is": lambda truth: (
        lambda w, grads, rate, *_: w - rate * np.cumsum(np.ones_like(grads), axis=0)
    ),
    "no-rows: no row is appended, and the list stays empty": lambda truth: lambda *_: [],
    "first-left-out: the first gradient is left out": lambda truth: with_gradients(
        truth, lambda g: g[1:]
    ),
    "last-left-out: the last gradient is left out": lambda truth: with_gradients(
        truth, lambda g: g[:-1]
    ),
}


def along(truth) -> dict:
    return {name: make(truth) for name, make in PATHS.items()}


def pushed(velocity, push=lambda v, old: v, start=0.0):
    """Momentum with v = velocity(v, g, μ); the step is −η push(new v, old v)."""

    def answer(w, grads, learning_rate, momentum):
        def step(memory, g, t):
            v = velocity(memory[0], g, momentum)
            return (v, 0.0), -learning_rate * push(v, memory[0])

        return path(w, grads, step, (start, 0.0))

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
    "from-one: the velocity starts at one, not at zero": pushed(heavy, start=1.0),
    "plus: v = momentum + v + g: momentum is added and not multiplied": pushed(
        lambda v, g, mu: mu + v + g
    ),
    "only-momentum: v = momentum + g: the old velocity is left out": pushed(
        lambda v, g, mu: mu + g
    ),
    **along(momentum_path),
    "nesterov: the step is g + momentum v: that is Nesterov's form": nesterov,
}


def divided(memory, divisor, start=0.0, top=lambda g: g):
    """A step −η top(g) / divisor(v, ε, t) with v = memory(v, g, α, t); AdaGrad has no α."""

    def answer(w, grads, learning_rate, *options):
        alpha, eps = (None, *options)[-2:]

        def step(state, g, t):
            v = memory(state[0], g, alpha, t)
            return (v, 0.0), -learning_rate * top(g) / divisor(v, eps, t)

        return path(w, grads, step, (start, 0.0))

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


DIVISIONS = {  # what goes wrong alike with AdaGrad's and RMSprop's division
    "no-memory: the squares are never taken in: the memory stays 0": lambda memory, root: divided(
        lambda v, g, alpha, t: 0.0, root
    ),
    "eps-subtracted: eps is subtracted, not added": lambda memory, root: divided(
        memory, lambda v, eps, t: root(v, -eps, t)
    ),
    "not-divided: the gradient is not divided at all: that is plain descent": lambda memory, root: (
        divided(memory, lambda v, eps, t: 1.0)
    ),
    "multiplied: the gradient is multiplied by the root, not divided": lambda memory, root: divided(
        memory, lambda v, eps, t: 1.0 / root(v, eps, t)
    ),
    "no-root: the root is missing: the step is divided by the squares": lambda memory, root: (
        divided(memory, rootless)
    ),
    "square: np.square stands in place of np.sqrt": lambda memory, root: divided(
        memory, lambda v, eps, t: v**2 + eps if root is outside else (v + eps) ** 2
    ),
    "from-one: the memory starts at one, not at zero": lambda memory, root: divided(
        memory, root, start=1.0
    ),
    "no-gradient: the rate is divided by the root, and g is left out": lambda memory, root: divided(
        memory, root, top=np.ones_like
    ),
    "doubled: 2 g stands in place of g²": lambda memory, root: divided(
        lambda v, g, alpha, t: memory(v, np.sqrt(2.0 * g + 0j), alpha, t).real, root
    ),
    "plain: g stands in place of g², and a sum below 0 has no root": lambda memory, root: divided(
        lambda v, g, alpha, t: memory(v, np.sqrt(g + 0j), alpha, t).real, root
    ),
    "subtracted: the squares are subtracted from the memory, not added": lambda memory, root: (
        divided(lambda v, g, alpha, t: memory(v, 1j * g, alpha, t).real, root)
    ),
}


def about_the_root(memory, root) -> dict:
    return {name: make(memory, root) for name, make in DIVISIONS.items()}


MISTAKES[adagrad_path] = {
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
    "mean: the squares are averaged over the steps, so nothing shrinks": divided(
        summed, lambda v, eps, t: np.sqrt(v / t + eps)
    ),
    **about_the_root(summed, inside),
    **along(adagrad_path),
}

MISTAKES[rmsprop_path] = {
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
    "corrected: the average is corrected for its start at zero: that is Adam's": (
        lambda w, grads, learning_rate, alpha, eps: divided(
            averaged, lambda v, eps, t: np.sqrt(v / (1.0 - alpha**t)) + eps
        )(w, grads, learning_rate, alpha, eps)
    ),
    "replaces: the memory is replaced by the last square": divided(
        lambda v, g, alpha, t: g**2, outside
    ),
    "last-square: v = (1 − alpha) g²: alpha v is left out": divided(
        lambda v, g, alpha, t: (1.0 - alpha) * g**2, outside
    ),
    "keeps-all: v = v + (1 − alpha) g²: the factor alpha is left out, and nothing fades": divided(
        lambda v, g, alpha, t: v + (1.0 - alpha) * g**2, outside
    ),
    "same-factor: alpha is multiplied with both, the old average and the new square": divided(
        lambda v, g, alpha, t: alpha * v + alpha * g**2, outside
    ),
    "no-square: 1 − alpha is added, and g² is left out": divided(
        lambda v, g, alpha, t: alpha * v + (1.0 - alpha), outside
    ),
    **about_the_root(averaged, outside),
    **along(rmsprop_path),
}
