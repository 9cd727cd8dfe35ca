"""The wrong answers to the exercises on sampling, by name.

Ids such as W16 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand.softmax import softmax
from rnncourse.chapters.sampling.exercises import (
    along,
    copied,
    entropy_slope,
    go_on,
    loop,
    runs_of,
    share_of,
    steps,
    tempered,
    write,
)
from rnncourse.exercises.registry import MISTAKES


def overflowing(p, T):
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(p / T)
        return e / e.sum()


def other_maximum(p, T):
    """exp(p / T − max p) overflows for T < 1, and leaves nothing of large scores for T > 1."""
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(p / T - p.max())
        return e / e.sum()


MISTAKES[tempered] = {
    "W16: the scores are multiplied by T: that is temperature 1/T": lambda p, T: softmax(p * T),
    "probabilities: probabilities are divided by T in place of scores, and softmax is taken "
    "twice": (lambda p, T: softmax(softmax(p) / T)),
    "power: the probabilities are raised to the power T, not 1/T": lambda p, T: softmax(p) ** T,
    "no-sum: the powers are not divided by their sum: they do not add up to 1": (
        lambda p, T: softmax(p) ** (1 / T)
    ),
    "outside: T divides after the softmax and does nothing": lambda p, T: softmax(p) / T,
    "none: the temperature is left out": lambda p, T: softmax(p),
    "overflow: exp overflows: the maximum was not subtracted": overflowing,
    "divided-first: the maximum of p is taken off p / T, of which it is not the maximum": (
        other_maximum
    ),
    "greedy: the largest takes all; that is T = 0": lambda p, T: np.eye(len(p))[p.argmax()],
}


MISTAKES[entropy_slope] = {
    "W16: the slope by 1/T is given; by T it has the other sign": (
        lambda p, T: -entropy_slope(p, T) * T**2
    ),
    "squared: the variance is divided by T²: that is the slope of the mean loss of what is drawn": (
        lambda p, T: entropy_slope(p, T) * T
    ),
    "sign: the entropy is thought to fall with T": lambda *a: -entropy_slope(*a),
    "bits: the entropy is taken in bits": lambda *a: entropy_slope(*a) / np.log(2),
    "unweighted: the scores' variance is not weighted with their probabilities": (
        lambda p, T: np.array(np.var(p) / T**3)
    ),
    "at-one: the variance is taken at temperature 1": lambda p, T: entropy_slope(p, 1.0) / T**3,
    "deviation: the standard deviation is used, not the variance": (
        lambda p, T: np.array(np.sqrt(max(entropy_slope(p, T), 0) / T**3))
    ),
}


MISTAKES[loop] = {
    "all: the period counts all states that were visited, also those before the loop": (
        lambda *a: np.array([0, loop(*a).sum()])
    ),
    "order: the period is returned before the steps": lambda *a: loop(*a)[::-1],
    "one-more: the period counts the first state twice": lambda *a: loop(*a) + np.array([0, 1]),
    "states: the bound is returned: every state there is": (
        lambda following, start: np.array([0, len(following)])
    ),
}
MISTAKES[steps] = {
    "last: the last character written is read too": (
        lambda P, N: np.array([P + N, N * P + N * (N + 1) // 2])
    ),
    "no-prompt: the prompt is not read": lambda P, N: steps(0, N),
    "prompt-only: rereading is thought to read the prompt only, not what was written": (
        lambda P, N: np.array([P + N - 1, N * P])
    ),
    "longest: every rereading is counted with the full length": (
        lambda P, N: np.array([P + N - 1, N * (P + N - 1)])
    ),
    "order: the two counts are exchanged": lambda P, N: steps(P, N)[::-1],
}
MISTAKES[go_on] = {
    "W33: the state is set to zero after every 30 characters": lambda *a: write(*a, again=30),
    "last-only: only the prompt's last character is read": (
        lambda *a: write(*a, reads=lambda ids: ids[-1:])
    ),
    "W44: the prompt's last character is read twice, once with the prompt and once to go on": (
        lambda *a: write(*a, reads=lambda ids: [*ids, ids[-1]])
    ),
    "W16: the scores are multiplied by T": lambda *a: write(*a, cool=lambda p, T: p * T),
    "none: the temperature is left out": lambda *a: write(*a, cool=lambda p, T: p),
    "greedy: the largest score is taken and u is not used": (
        lambda params, prompt, u, T: write(params, prompt, 0 * u, T, cool=largest)
    ),
    "not-read-back: what is drawn is not read: the prompt's last character is read again": (
        lambda *a: write(*a, echo=lambda ids, written: ids[-1:])
    ),
    "forgets: the state is zero at each character": lambda *a: write(*a, again=1),
}


def largest(p, T):
    """Scores from which any u draws the largest."""
    return np.where(p == p.max(), 0.0, -1e9)


MISTAKES[copied] = {
    "blocks: the runs do not overlap: the sample is cut into blocks": (
        lambda sample, text, n: share_of(
            [sample[k : k + n] for k in range(0, len(sample), n)], text
        )
    ),
    "length: the count is divided by the characters of the sample, not by the number of runs": (
        lambda sample, text, n: copied(sample, text, n) * (len(sample) - n + 1) / len(sample)
    ),
    "once: a run that comes twice is counted once": (
        lambda sample, text, n: share_of(set(runs_of(sample, n)), text)
    ),
    "words: words are looked up in place of runs of n characters": (
        lambda sample, text, n: share_of(sample.split(), text)
    ),
    "other-way: the share of the text's runs that stand in the sample is returned": (
        lambda sample, text, n: copied(text, sample, n)
    ),
    "new: the share of what is new is returned": lambda *a: 1 - copied(*a),
}


MISTAKES[along] = {
    "forwards: any step forwards counts; a written text takes many of them": (
        lambda places, length: np.array(np.mean(np.diff(places) > 0))
    ),
    "pieces: the count is divided by the pieces, not by the steps between them": (
        lambda places, length: np.array(np.sum(np.diff(places) == length) / len(places))
    ),
    "from-first: places are compared with the first piece alone, and one slip spoils all after "
    "it": (
        lambda places, length: np.array(
            np.mean(places[1:] - places[0] == length * np.arange(1, len(places)))
        )
    ),
    "W28: a piece that repeats the place before counts: that is a loop, not a reader": (
        lambda places, length: np.array(np.mean(np.isin(np.diff(places), (0, length))))
    ),
}
