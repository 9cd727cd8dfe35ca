"""The wrong answers to the exercises on palindromes, by name.

Ids such as W38 count the course's collection of wrong answers; the others are words.
"""

from math import comb

import numpy as np

from rnncourse.chapters.palindromes.exercises import (
    baum_sweet,
    best_batch,
    binomial,
    clipped_update,
    latch_states,
    latch_weight,
    majority_share,
    rmsprop,
    share_of_one,
    whole_norm,
    window,
)
from rnncourse.exercises.registry import MISTAKES

MISTAKES[window] = {
    "mirror: the digits of the mirrored half are thought to tell the first one": (
        lambda length, window: 1.0 if window >= length // 2 else 0.1
    ),
    "one-early: the first digit is thought to be seen one input before it is": (
        lambda length, window: 1.0 if window >= length - 2 else 0.1
    ),
    "share: each digit seen is thought to add its share": (
        lambda length, window: window / (length - 1)
    ),
    "classes: a ninth is taken for chance; there are ten digits": lambda length, window: 1 / 9,
    "always: a rule that sees a part is thought to know the digit": lambda length, window: 1.0,
    "turned: the rule that sees everything and the one that does not are exchanged": (
        lambda length, window: 0.1 if window == length - 1 else 1.0
    ),
    "one-digit: a window of one digit is thought to be enough": (
        lambda length, window: 1.0 if window == 1 else 0.1
    ),
    "never: a rule that does not see the first digit is thought to be always wrong": (
        lambda length, window: 1.0 if window == length - 1 else 0.0
    ),
    "whole: a rule that sees every input is forgotten": lambda length, window: 0.1,
}


def other_states(step, start=0.0):
    """The latch with another step h = step(push, w, h)."""

    def run(C, w, digits) -> np.ndarray:
        h, rows = np.full(len(C), start), []
        for digit in digits:
            h = step(C[:, digit], w, h)
            rows.append(h)
        return np.array(rows)

    return run


def once(C, w, digits) -> np.ndarray:
    """Only the first digit is read."""
    h = np.tanh(C[:, digits[0]])
    rows = [h]
    for _ in digits[1:]:
        h = np.tanh(w * h)
        rows.append(h)
    return np.array(rows)


MISTAKES[latch_states] = {
    "linear: the tanh is missing": other_states(lambda u, w, h: u + w * h),
    "w-outside: w multiplies what is outside the tanh": other_states(
        lambda u, w, h: np.tanh(u) + w * h
    ),
    "no-push: only the first digit is read; the latch must hold against the others": once,
    "w-and-push: w multiplies the push too": other_states(lambda u, w, h: np.tanh(w * (u + h))),
    "only-push: the old state is left out; there is no memory": other_states(
        lambda u, w, h: np.tanh(u + 0.0 * h)
    ),
    "no-state: w is added in place of w h": other_states(lambda u, w, h: np.tanh(u + w + 0.0 * h)),
    "added: w and h are added in place of multiplied": other_states(
        lambda u, w, h: np.tanh(u + w + h)
    ),
    "divided: the push is divided by w, or h is, in place of multiplied": other_states(
        lambda u, w, h: np.tanh(u + h / w)
    ),
    "minus: the old state is subtracted": other_states(lambda u, w, h: np.tanh(u - w * h)),
    "no-w: the weight is left out: w = 1": other_states(lambda u, w, h: np.tanh(u + h)),
    "no-rows: no row is appended, and the list stays empty": lambda C, w, digits: [],
    "same-row: every row is the last state: one array is changed in place and appended T times": (
        lambda C, w, digits: np.repeat(latch_states(C, w, digits)[-1:], len(digits), axis=0)
    ),
    "before: the states before each digit are returned, from zero on": (
        lambda C, w, digits: np.concatenate([np.zeros((1, len(C))), latch_states(C, w, digits)])[
            :-1
        ]
    ),
    "start: the state starts at one and not at zero": other_states(
        lambda u, w, h: np.tanh(u + w * h), 1.0
    ),
    "reversed: the columns of C are counted from the last one": (
        lambda C, w, digits: latch_states(C[:, ::-1], w, digits)
    ),
}
MISTAKES[latch_weight] = {
    "sign-only: only the sign is to survive one step; the state then shrinks and falls at a "
    "later one": (lambda alpha, beta: beta / np.tanh(alpha)),
    "no-tanh: the state is taken to be alpha and not tanh alpha": (
        lambda alpha, beta: (alpha + beta) / alpha
    ),
    "one-push: the later pushes are thought to be as small as the first": (
        lambda alpha, beta: 2.0 * alpha / np.tanh(alpha)
    ),
    "saturated: the state is taken to be 1, which tanh never reaches": (
        lambda alpha, beta: alpha + beta
    ),
    "multiplied: the sum is multiplied by tanh alpha, not divided": (
        lambda alpha, beta: (alpha + beta) * np.tanh(alpha)
    ),
    "twice-beta: beta stands in place of alpha in the sum": (
        lambda alpha, beta: 2.0 * beta / np.tanh(alpha)
    ),
    "difference: alpha is subtracted from beta or beta from alpha, not added": (
        lambda alpha, beta: (alpha - beta) / np.tanh(alpha),
        lambda alpha, beta: (beta - alpha) / np.tanh(alpha),
    ),
    "tanh-of-beta: tanh is taken of the later push": (
        lambda alpha, beta: (alpha + beta) / np.tanh(beta)
    ),
}


def by_blocks(rule, form="{:b}"):
    """Label 1 if ``rule`` holds for the list of the lengths of all blocks of zeros."""

    def labels(integers) -> np.ndarray:
        blocks = ([len(b) for b in form.format(k).split("1")] for k in map(int, integers))
        return np.array([int(rule(lengths)) for lengths in blocks])

    return labels


def even(lengths) -> bool:
    return all(length % 2 == 0 for length in lengths)


MISTAKES[baum_sweet] = {
    "inverted: 1 stands for a number that holds an odd block": by_blocks(lambda b: not even(b)),
    "sum: all zeros together are counted, not each block": by_blocks(lambda b: sum(b) % 2 == 0),
    "last-block: the zeros at the end are forgotten; no one follows them": by_blocks(
        lambda b: even(b[:-1])
    ),
    "padding: zeros in front are counted as a block: the number was padded to 16 bits": by_blocks(
        even, "{:016b}"
    ),
    "no-zeros: even blocks are not allowed for": by_blocks(lambda b: sum(b) == 0),
    "always: every number is given label 1": lambda integers: np.ones(len(integers), dtype=int),
    "empty: every number is given label 0; the empty blocks are even, too": lambda integers: (
        np.zeros(len(integers), dtype=int)
    ),
    "two: blocks shorter than two are thought to be even": by_blocks(
        lambda b: all(n // 2 == 0 for n in b)
    ),
    "multiples: multiples of 3 or 4 are asked for, not even lengths": (
        by_blocks(lambda b: all(n % 3 == 0 for n in b)),
        by_blocks(lambda b: all(n % 4 == 0 for n in b)),
    ),
    "one-block: one even block is thought to be enough": by_blocks(
        lambda b: any(n and n % 2 == 0 for n in b)
    ),
}


def _larger(share: float) -> float:
    return max(share, 1.0 - share)


MISTAKES[majority_share] = {
    "label-1: the share of label 1 is given, also where label 0 is more frequent": share_of_one,
    "no-rejection: the numbers that are drawn anew are not taken into account": (
        lambda ones, total, keep: max(ones / total, 1.0 - ones / total)
    ),
    "wrong-label: label 1 is dropped and label 0 kept": (
        lambda ones, total, keep: max(s := share_of_one(total - ones, total, keep), 1.0 - s)
    ),
    "rarer: the share of the rarer label is given": (
        lambda ones, total, keep: min(
            share_of_one(ones, total, keep), 1.0 - share_of_one(ones, total, keep)
        )
    ),
    "all-kept: total is multiplied by keep, not the numbers of label 0 alone": (
        lambda ones, total, keep: _larger(ones / (ones + keep * total))
    ),
    "ones-kept: the numbers of label 1 are multiplied by keep": (
        lambda ones, total, keep: _larger(ones / (ones + keep * ones))
    ),
    "odds: label 1 is divided by the numbers of label 0 that are used, not by all that are": (
        lambda ones, total, keep: _larger(ones / (keep * (total - ones)))
    ),
    "half: the labels are thought to be balanced": lambda ones, total, keep: 0.5,
}


def clipped_by(rule):
    """The update with the gradients ``rule(g, grads, clip)``, array by array."""

    def answer(weights, grads, memories, learning_rate, clip) -> np.ndarray:
        return rmsprop(weights, [rule(g, grads, clip) for g in grads], memories, learning_rate)

    return answer


def factor(grads, clip) -> float:
    return min(1.0, clip / whole_norm(grads))


def memory_of_the_unclipped(weights, grads, memories, learning_rate, clip) -> np.ndarray:
    clipped = [factor(grads, clip) * g for g in grads]
    return rmsprop(weights, clipped, memories, learning_rate, kept=grads)


def without_root(weights, grads, memories, learning_rate, clip) -> np.ndarray:
    new = []
    for w, g, v in zip(weights, grads, memories, strict=True):
        g = factor(grads, clip) * g
        new.append(w - learning_rate * g / (0.99 * v + 0.01 * g**2 + 1e-8))
    return np.concatenate([np.ravel(w) for w in new])


def clip_the_step(weights, grads, memories, learning_rate, clip) -> np.ndarray:
    step = rmsprop([0.0 * w for w in weights], grads, memories, 1.0)
    return (
        np.concatenate([np.ravel(w) for w in weights]) + learning_rate * factor([step], clip) * step
    )


def uphill(weights, grads, memories, learning_rate, clip) -> np.ndarray:
    return clipped_update(weights, grads, memories, -learning_rate, clip)


def averaged_by(average=lambda v, g: 0.99 * v + 0.01 * g**2, divisor=None, eps=1e-8):
    """The update with another v, another divisor, or another ε, array by array."""
    divisor = divisor or (lambda v: np.sqrt(v) + eps)

    def answer(weights, grads, memories, learning_rate, clip) -> np.ndarray:
        new = []
        for w, g, v in zip(weights, grads, memories, strict=True):
            g = factor(grads, clip) * g
            new.append(np.ravel(w - learning_rate * g / divisor(average(v, g))))
        return np.concatenate(new)

    return answer


MISTAKES[clipped_update] = {
    "W38: nothing is clipped: in a loop, g = scale * g gives the name g to another array": (
        clipped_by(lambda g, grads, clip: g)
    ),
    "each-array: each array is clipped by its own norm; the direction changes": clipped_by(
        lambda g, grads, clip: factor([g], clip) * g
    ),
    "by-value: each entry is cut off at the limit; the direction changes": clipped_by(
        lambda g, grads, clip: np.clip(g, -clip, clip)
    ),
    "always: a gradient below the limit is made larger": clipped_by(
        lambda g, grads, clip: clip / whole_norm(grads) * g
    ),
    "late: v is taken from the gradient before clipping": memory_of_the_unclipped,
    "after: RMSprop's step is clipped and not the gradient": clip_the_step,
    "no-root: the root of v is missing": without_root,
    "larger: max stands in place of min: a long gradient stays as it is, a short one grows": (
        clipped_by(lambda g, grads, clip: max(1.0, clip / whole_norm(grads)) * g)
    ),
    "norm-squared: the root of the norm is missing: clip is divided by its square": clipped_by(
        lambda g, grads, clip: min(1.0, clip / whole_norm(grads) ** 2) * g
    ),
    "longest-array: the largest norm among the arrays stands in place of the norm of all": (
        clipped_by(lambda g, grads, clip: min(1.0, clip / max(whole_norm([h]) for h in grads)) * g)
    ),
    "mean: squares are averaged in each array in place of added": clipped_by(
        lambda g, grads, clip: min(1.0, clip / np.sqrt(sum((h**2).mean() for h in grads))) * g
    ),
    "no-quotient: the factor is not clip / norm: long gradients stay, short ones go": clipped_by(
        lambda g, grads, clip: min(1.0, whole_norm(grads) / clip) * g
    ),
    "no-eps: 1e-8 is left out": averaged_by(eps=0.0),
    "eps-subtracted: 1e-8 is subtracted, not added": averaged_by(eps=-1e-8),
    "old-v: v is not updated before the step": averaged_by(lambda v, g: v),
    "not-kept: v = 0.01 g²: the old v is left out": averaged_by(lambda v, g: 0.01 * g**2),
    "no-square: v keeps 0.99 of itself, and g² is left out": averaged_by(lambda v, g: 0.99 * v),
    "keeps-all: v = v + 0.01 g²: the factor 0.99 is left out": averaged_by(
        lambda v, g: v + 0.01 * g**2
    ),
    "no-share: v = 0.99 v + g²: the factor 0.01 is left out": averaged_by(
        lambda v, g: 0.99 * v + g**2
    ),
    "exchanged: 0.99 and 0.01 are exchanged": averaged_by(lambda v, g: 0.01 * v + 0.99 * g**2),
    "subtracted: g² is subtracted from v, not added": averaged_by(
        lambda v, g: 0.99 * v - 0.01 * g**2
    ),
    "plain: g stands in place of g²": averaged_by(lambda v, g: 0.99 * v + 0.01 * g),
    "not-divided: the step is not divided by the root of v": averaged_by(
        divisor=lambda v: np.ones_like(v)
    ),
    "multiplied: the step is multiplied by the root of v, not divided": averaged_by(
        divisor=lambda v: 1.0 / (np.sqrt(v) + 1e-8)
    ),
    "squared: np.square stands in place of np.sqrt": averaged_by(divisor=lambda v: v**2 + 1e-8),
    "step-alone: the step is returned, without the old weights": (
        lambda w, *rest: -clipped_update([0.0 * a for a in w], *rest),
        lambda w, *rest: clipped_update([0.0 * a for a in w], *rest),
    ),
    "no-rate: the learning rate is left out": lambda w, g, v, rate, clip: clipped_update(
        w, g, v, 1.0, clip
    ),
    "rate-twice: the learning rate is multiplied in twice": lambda w, g, v, rate, clip: (
        clipped_update(w, g, v, rate**2, clip)
    ),
    "W5: the step goes uphill": uphill,
}


def normal_best(share, size, batches) -> float:
    """The mean and two standard errors."""
    return share + 2.0 * np.sqrt(share * (1.0 - share) / size)


def best_of(
    *,
    term=binomial,
    at_most=np.cumsum,
    rest=lambda below, batches: 1.0 - below**batches,
    range_of=slice(None),
    total=np.sum,
):
    """The expected best accuracy, but for what is named."""

    def answer(share, size, batches) -> float:
        terms = np.array([term(size, k, share) for k in range(size)])
        below = np.minimum(at_most(terms), 1.0)
        return float(total(rest(below, batches)[range_of]) / size)

    return answer


MISTAKES[best_batch] = {
    "W29: one batch is looked at; the best of many is higher": lambda share, size, batches: share,
    "worst: the worst batch is taken": (
        lambda share, size, batches: 1.0 - best_batch(1.0 - share, size, batches)
    ),
    "two-sigma: two standard errors are added whatever the number of batches": normal_best,
    "all-zero-left-out: the term of k = 0 is left out of the sum": best_of(range_of=slice(1, None)),
    "last-left-out: the last term, k = size − 1, is left out": best_of(range_of=slice(None, -1)),
    "times: P(≤ k) is multiplied by batches in place of raised to that power": best_of(
        rest=lambda below, batches: 1.0 - below * batches
    ),
    "no-sum: P(k) stands in place of P(≤ k): nothing is added up": best_of(
        at_most=lambda terms: terms
    ),
    "no-binomial: the number of ways to choose k answers is left out": best_of(
        term=lambda size, k, share: share**k * (1.0 - share) ** (size - k)
    ),
    "only-wrong: the right answers' factor share^k is left out": best_of(
        term=lambda size, k, share: comb(size, k) * (1.0 - share) ** (size - k)
    ),
    "last-term: each term replaces the sum so far: = stands in place of +=": best_of(
        total=lambda terms: terms[-1]
    ),
    "not-from-1: P(≤ k)^batches is added up, not 1 minus it": best_of(
        rest=lambda below, batches: below**batches
    ),
    "by-batches: the sum is divided by the number of batches, not by size": (
        lambda share, size, batches: best_batch(share, size, batches) * size / batches
    ),
    "not-divided: right answers are counted and not their share": (
        lambda share, size, batches: size * best_batch(share, size, batches)
    ),
}
