"""The wrong answers to the exercise on Adam, by name."""

import numpy as np

from rnncourse.chapters.optimizers.exercises import adam_path
from rnncourse.chapters.optimizers.mistakes import along, path
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given


def correction(beta, t) -> float:
    return 1.0 - beta**t


def adam_with(correct_m=correction, correct_v=correction, *, overwrite="", start=(0.0, 0.0), **how):
    """Adam with other corrections, averages, divisor or start, or with averages overwritten."""
    average = how.get("m", lambda m, g, beta: beta * m + (1.0 - beta) * g)
    squares = how.get("v", lambda v, g, beta: beta * v + (1.0 - beta) * g**2)
    divisor = how.get("divisor", lambda v, eps, c: np.sqrt(v / c) + eps)

    def answer(w, grads, learning_rate, beta1, beta2, eps):
        def step(memory, g, t):
            m = average(memory[0], g, beta1)
            v = squares(memory[1], m if how.get("of_m") else g, beta2)
            top, below = m / correct_m(beta1, t), correct_v(beta2, t)
            kept = top if "m" in overwrite else m, v / below if "v" in overwrite else v
            return kept, -learning_rate * top / divisor(v, eps, below)

        return path(w, grads, step, start)

    return answer


def nothing(beta, t) -> float:
    """No correction."""
    return 1.0


MISTAKES[adam_path] = {
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
    "square-of-m: v averages the squares of m in place of those of g": adam_with(of_m=True),
    "rmsprop: the gradient is used in place of its average m: that is RMSprop with a correction": (
        given(adam_path, beta1=0.0)
    ),
    "overwritten: the corrected averages overwrite m and v, and enter the next average": (
        adam_with(overwrite="mv"),
        adam_with(overwrite="m"),
        adam_with(overwrite="v"),
    ),
    "one-step: 1 − beta stands in place of 1 − beta^t in one of the two": (
        adam_with(lambda beta, t: 1.0 - beta),
        adam_with(correct_v=lambda beta, t: 1.0 - beta),
    ),
    "times-t: beta · t stands in place of beta^t": (
        adam_with(lambda beta, t: 1.0 - beta * t),
        adam_with(lambda beta, t: 1.0 - beta * t, lambda beta, t: 1.0 - beta * t),
    ),
    "multiplied-by-it: an average is multiplied by 1 − beta^t, not divided": (
        adam_with(lambda beta, t: 1.0 / (1.0 - beta**t)),
        adam_with(correct_v=lambda beta, t: 1.0 / (1.0 - beta**t)),
        adam_with(lambda beta, t: 1.0 / (1.0 - beta**t), lambda beta, t: 1.0 / (1.0 - beta**t)),
    ),
    "no-one: beta^t stands in place of 1 − beta^t": (
        adam_with(lambda beta, t: beta**t),
        adam_with(correct_v=lambda beta, t: beta**t),
    ),
    "plus: 1 + beta^t stands in place of 1 − beta^t": (
        adam_with(lambda beta, t: 1.0 + beta**t),
        adam_with(correct_v=lambda beta, t: 1.0 + beta**t),
    ),
    "no-share: g is added without the factor 1 − beta1": adam_with(m=lambda m, g, b: b * m + g),
    "no-share: g² is added without the factor 1 − beta2": adam_with(v=lambda v, g, b: b * v + g**2),
    "keeps-all: the old m is kept whole: the factor beta1 is left out": adam_with(
        m=lambda m, g, b: m + (1.0 - b) * g
    ),
    "keeps-all: the old v is kept whole: the factor beta2 is left out": adam_with(
        v=lambda v, g, b: v + (1.0 - b) * g**2
    ),
    "last: m = (1 − beta1) g: the old m is left out": adam_with(m=lambda m, g, b: (1.0 - b) * g),
    "last: v = (1 − beta2) g²: the old v is left out": adam_with(
        v=lambda v, g, b: (1.0 - b) * g**2
    ),
    "same-factor: beta1 is multiplied with both, the old m and g": adam_with(
        m=lambda m, g, b: b * m + b * g
    ),
    "same-factor: beta2 is multiplied with both, the old v and g²": adam_with(
        v=lambda v, g, b: b * v + b * g**2
    ),
    "no-gradient: 1 − beta1 is added to m, and g is left out": adam_with(
        m=lambda m, g, b: b * m + (1.0 - b)
    ),
    "no-square: 1 − beta2 is added to v, and g² is left out": adam_with(
        v=lambda v, g, b: b * v + (1.0 - b)
    ),
    "plain: g stands in place of g², and an average below 0 has no root": adam_with(
        v=lambda v, g, b: b * v + (1.0 - b) * g
    ),
    "doubled: 2 g stands in place of g²": adam_with(v=lambda v, g, b: b * v + (1.0 - b) * 2.0 * g),
    "no-memory: v stays 0: no square is taken in": adam_with(v=lambda v, g, b: 0.0),
    "other-beta: m is corrected with beta2 in place of beta1": (
        lambda w, grads, rate, beta1, beta2, eps: adam_with(lambda _, t: 1.0 - beta2**t)(
            w, grads, rate, beta1, beta2, eps
        )
    ),
    "not-divided: m is not divided by the root of v: that is descent along an average": adam_with(
        divisor=lambda v, eps, c: 1.0
    ),
    "multiplied: m is multiplied by the root of v, not divided": adam_with(
        divisor=lambda v, eps, c: 1.0 / (np.sqrt(v / c) + eps)
    ),
    "square: np.square stands in place of np.sqrt": adam_with(
        divisor=lambda v, eps, c: (v / c) ** 2 + eps
    ),
    "eps-subtracted: eps is subtracted, not added": adam_with(
        divisor=lambda v, eps, c: np.sqrt(v / c) - eps
    ),
    "from-one: an average starts at one, not at zero": (
        adam_with(start=(1.0, 0.0)),
        adam_with(start=(0.0, 1.0)),
        adam_with(start=(1.0, 1.0)),
    ),
    **along(adam_path),
}
