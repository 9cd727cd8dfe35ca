"""The wrong answers to the exercises on palindromes, by name.

Ids such as W38 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.chapters.palindromes.exercises import (
    baum_sweet,
    best_batch,
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
    "one-block: one even block is thought to be enough": by_blocks(
        lambda b: any(n and n % 2 == 0 for n in b)
    ),
}


MISTAKES[majority_share] = {
    "label-1: the share of label 1 is given, also where label 0 is more frequent": share_of_one,
    "no-rejection: the numbers that are drawn anew are not taken into account": (
        lambda ones, total, keep: max(ones / total, 1.0 - ones / total)
    ),
    "wrong-label: label 1 is dropped and label 0 kept": (
        lambda ones, total, keep: max(s := share_of_one(total - ones, total, keep), 1.0 - s)
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
    "W5: the step goes uphill": uphill,
}


def normal_best(share, size, batches) -> float:
    """The mean and two standard errors."""
    return share + 2.0 * np.sqrt(share * (1.0 - share) / size)


MISTAKES[best_batch] = {
    "W29: one batch is looked at; the best of many is higher": lambda share, size, batches: share,
    "worst: the worst batch is taken": (
        lambda share, size, batches: 1.0 - best_batch(1.0 - share, size, batches)
    ),
    "two-sigma: two standard errors are added whatever the number of batches": normal_best,
    "not-divided: right answers are counted and not their share": (
        lambda share, size, batches: size * best_batch(share, size, batches)
    ),
}
