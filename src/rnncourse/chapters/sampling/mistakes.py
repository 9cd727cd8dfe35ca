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


def quotient(a):
    """Softmax without care for the size of a."""
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(a)
        return e / e.sum()


MISTAKES[tempered] = {
    "W16: the scores are multiplied by T: that is temperature 1/T": lambda p, T: softmax(p * T),
    "probabilities: probabilities are divided by T in place of scores, and softmax is taken "
    "twice": (lambda p, T: softmax(softmax(p) / T)),
    "power: the probabilities are raised to the power T, not 1/T": lambda p, T: softmax(p) ** T,
    "no-sum: the powers are not divided by their sum: they do not add up to 1": (
        lambda p, T: softmax(p) ** (1 / T),
        lambda p, T: np.exp((p - p.max()) / T),
    ),
    "mean: the mean is subtracted in place of the maximum: exp still overflows": (
        lambda p, T: quotient((p - p.mean()) / T)
    ),
    "base: powers of 2 stand in place of powers of e": (lambda p, T: softmax(p * np.log(2.0) / T)),
    "outside: T divides after the softmax and does nothing": lambda p, T: softmax(p) / T,
    "none: the temperature is left out": lambda p, T: softmax(p),
    "overflow: exp overflows: the maximum was not subtracted": lambda p, T: quotient(p / T),
    "divided-first: the maximum of p is taken off p / T, of which it is not the maximum": (
        lambda p, T: quotient(p / T - p.max())
    ),
    "greedy: the largest takes all; that is T = 0": lambda p, T: np.eye(len(p))[p.argmax()],
}


def unnormalized_slope(p, T):
    e = np.exp((p - p.max()) / T)
    return np.array((e @ p**2 - (e @ p) ** 2) / T**3)


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
    "variance: the variance of the scores is returned, not divided by T³": (
        lambda p, T: entropy_slope(p, T) * T**3
    ),
    "once: the variance is divided by T in place of T³": (lambda p, T: entropy_slope(p, T) * T**2),
    "times: the variance is multiplied by T³ in place of divided": (
        lambda p, T: entropy_slope(p, T) * T**6
    ),
    "mean-square: the mean is not squared in the variance E p² − (E p)²": (
        lambda p, T: np.array((tempered(p, T) @ p**2 - tempered(p, T) @ p) / T**3)
    ),
    "no-square: the scores are not squared in the variance E p² − (E p)²": (
        lambda p, T: np.array((tempered(p, T) @ p - (tempered(p, T) @ p) ** 2) / T**3)
    ),
    "second-moment: the squared mean is not subtracted": (
        lambda p, T: np.array(tempered(p, T) @ p**2 / T**3)
    ),
    "no-sum: exp of the scores is not divided by its sum": unnormalized_slope,
    "entropy: the entropy is returned and not its slope": (
        lambda p, T: np.array(-np.sum(tempered(p, T) * np.log(tempered(p, T))))
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
    "visited: the number of states that were visited is returned as the period": (
        lambda *a: np.array([loop(*a)[0], loop(*a).sum()])
    ),
    "from-zero: the writer is started in state 0": lambda following, start: loop(following, 0),
    "late: the steps are counted to the second visit of the loop's first state": (
        lambda *a: np.array([loop(*a).sum(), loop(*a)[1]])
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
    "two-more: P + N + 1 steps are counted with the state carried; one is saved, none is added": (
        lambda P, N: np.array([P + N + 1, steps(P, N)[1]])
    ),
    "last: the last character written is read too when the state is carried": (
        lambda P, N: np.array([P + N, steps(P, N)[1]])
    ),
    "last: the last character written is read too when all is read again": (
        lambda P, N: np.array([P + N - 1, N * P + N * (N + 1) // 2])
    ),
    "square: the sum 0 + 1 + … + (N − 1) is taken for N²/2": (
        lambda P, N: np.array([P + N - 1, N * P + N * N / 2])
    ),
    "prompt-once: the prompt is read once and only what was written is read again": (
        lambda P, N: np.array([P + N - 1, P + N * (N - 1) // 2])
    ),
}


def cell(enters=lambda params, k: params["W_hx"][:, k], bias=1.0, tanh=np.tanh):
    """A step with one of its parts exchanged."""
    return lambda params, k, h: tanh(enters(params, k) + params["W_hh"] @ h + bias * params["b_h"])


def alone(params, k, h):
    return np.tanh(params["W_hx"][:, k] + params["b_h"])


def transposed(params, k, h):
    return np.tanh(params["W_hx"][:, k] + params["W_hh"].T @ h + params["b_h"])


CELLS = {
    "no-tanh: the tanh is left out": cell(tanh=lambda a: a),
    "no-bias: b_h is left out": cell(bias=0.0),
    "no-input: the character is not read": cell(enters=lambda params, k: 0.0),
}


def in_either_part(wrong) -> tuple:
    """The wrong step in the whole text, in the prompt alone, in the writing alone."""
    return (
        lambda *a: write(*a, prompt_step=wrong, step=wrong),
        lambda *a: write(*a, prompt_step=wrong),
        lambda *a: write(*a, step=wrong),
    )


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
    "other-end: the running sum is compared with 1 − u in place of u": (
        lambda params, prompt, u, T: write(params, prompt, 1 - u, T)
    ),
    "reversed: the prompt is read from its end": (
        lambda *a: write(*a, reads=lambda ids: ids[::-1])
    ),
    "gap: the prompt's last character but one is not read": (
        lambda *a: write(*a, reads=lambda ids: [*ids[:-2], ids[-1]])
    ),
    "gap: the prompt's first character is not read": (
        lambda *a: write(*a, reads=lambda ids: ids[1:] if len(ids) > 1 else ids)
    ),
    "no-sum: the running sum is that of exp and not of probabilities": (
        lambda *a: write(*a, pick=lambda p, u: int(np.argmax(np.cumsum(np.exp(p - p.max())) > u)))
    ),
    **{name: in_either_part(cell) for name, cell in CELLS.items()},
    "W41: W_hh is transposed in one part of the text": in_either_part(transposed)[1:],
    "no-recurrence: W_hh h is left out": in_either_part(alone)[1:],
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
    "whole: the whole sample is looked up in place of its runs": (
        lambda sample, text, n: share_of([sample], text)
    ),
    "longer: the runs have n + 1 characters": lambda sample, text, n: copied(sample, text, n + 1),
    "shorter: the runs have n − 1 characters": lambda sample, text, n: share_of(
        [sample[k : k + n - 1] for k in range(len(sample) - n + 1)], text
    ),
    "ends: sample[k : n] ends at n and not at k + n: the later runs are empty": (
        lambda sample, text, n: share_of([sample[k:n] for k in range(len(sample) - n + 1)], text)
    ),
    "prefixes: sample[: k + n] begins at 0 and not at k": (
        lambda sample, text, n: share_of(
            [sample[: k + n] for k in range(len(sample) - n + 1)], text
        )
    ),
    "rest: sample[k :] goes on to the end of the sample": (
        lambda sample, text, n: share_of([sample[k:] for k in range(len(sample) - n + 1)], text)
    ),
    "missing: the last run is left out": (
        lambda sample, text, n: share_of(runs_of(sample, n)[:-1], text)
    ),
    "short-runs: runs that end with the sample and are shorter than n count too": (
        lambda sample, text, n: share_of([sample[k : k + n] for k in range(len(sample))], text)
    ),
    "count: the runs are counted and not divided by their number": (
        lambda sample, text, n: copied(sample, text, n) * len(runs_of(sample, n))
    ),
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
    "backwards: a step back by the length of a piece counts too": (
        lambda places, length: np.array(np.mean(np.abs(np.diff(places)) == length))
    ),
    "far: a step by more than the length of a piece counts too": (
        lambda places, length: np.array(np.mean(np.diff(places) >= length))
    ),
    "near: a step by less than the length of a piece counts too": (
        lambda places, length: np.array(np.mean(np.diff(places) <= length))
    ),
    "count: the steps are counted and not divided by their number": (
        lambda places, length: np.array(np.sum(np.diff(places) == length))
    ),
}
