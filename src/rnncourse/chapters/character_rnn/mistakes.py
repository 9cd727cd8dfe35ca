"""The wrong answers to the exercises on the character RNN, by name.

Ids such as W28 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand import char_rnn_plain as plain
from rnncourse.byhand.softmax import softmax
from rnncourse.chapters.character_rnn.exercises import (
    draw,
    equal_places,
    input_gradient,
    match,
    smooth,
    starts,
    train,
    units,
    update,
    windows,
    write,
)
from rnncourse.exercises.registry import MISTAKES

MISTAKES[units] = {
    "summed: the loss of the window is taken for that of a character": lambda s, T: units(s, 1),
    "bits: nats are multiplied by ln 2 to get bits; a bit is smaller than a nat": (
        lambda s, T: np.array([s / T, s / T * np.log(2), np.exp(s / T)])
    ),
    "base: 2 to the power of the nats is taken for the perplexity": (
        lambda s, T: np.array([s / T, s / T / np.log(2), 2 ** (s / T)])
    ),
    "twice: e to the power of the bits is taken for the perplexity": (
        lambda s, T: np.array([s / T, s / T / np.log(2), np.exp(s / T / np.log(2))])
    ),
}


def exchanged(losses):
    s = [losses[0]]
    for loss in losses[1:]:
        s.append(0.001 * s[-1] + 0.999 * loss)
    return np.array(s)


def smoothed(step, first=0):
    """A smooth loss with another step, or from another first loss."""

    def answer(losses):
        s = [losses[first]]
        for loss in losses[1:]:
            s.append(step(s[-1], loss))
        return np.array(s)

    return answer


MISTAKES[smooth] = {
    "zero: the smooth loss begins at 0 and needs thousands of updates to come up": (
        lambda losses: smooth(np.array([0.0, *losses]))[1:]
    ),
    "swapped: 0.001 and 0.999 are exchanged, so nothing is smoothed": exchanged,
    "first-twice: the first loss enters twice, and the list has an entry too many": (
        lambda losses: smooth(np.array([losses[0], *losses]))
    ),
    "first-alone: nothing is appended after the first loss": lambda losses: losses[:1],
    "second-left-out: the second loss is left out, and the list has an entry too few": (
        lambda losses: smooth(np.array([losses[0], *losses[2:]]))
    ),
    "last-loss: the loss before is kept, not the smooth loss before": (
        lambda losses: 0.999 * np.array([losses[0], *losses[:-1]]) + 0.001 * np.asarray(losses)
    ),
    "from-the-end: the smooth loss starts at the last loss": smoothed(
        lambda s, loss: 0.999 * s + 0.001 * loss, first=-1
    ),
    "no-loss: the new loss is left out: 0.999 s": smoothed(lambda s, loss: 0.999 * s),
    "no-memory: the smooth loss before is left out: 0.001 loss": smoothed(
        lambda s, loss: 0.001 * loss
    ),
    "keeps-all: the factor 0.999 is left out": smoothed(lambda s, loss: s + 0.001 * loss),
    "no-share: the factor 0.001 is left out": smoothed(lambda s, loss: 0.999 * s + loss),
    "same-factor: 0.999 is multiplied with both": smoothed(
        lambda s, loss: 0.999 * s + 0.999 * loss
    ),
    "same-factor: 0.001 is multiplied with both": smoothed(
        lambda s, loss: 0.001 * s + 0.001 * loss
    ),
    "minus: the new loss is subtracted, not added": smoothed(
        lambda s, loss: 0.999 * s - 0.001 * loss
    ),
    "other-shares: 0.99 and 0.01 stand in place of 0.999 and 0.001": smoothed(
        lambda s, loss: 0.99 * s + 0.01 * loss
    ),
    "sums-up: the shares do not add up to 1: 0.999 and 0.002, or 0.0001": (
        smoothed(lambda s, loss: 0.999 * s + 0.002 * loss),
        smoothed(lambda s, loss: 0.999 * s + 0.0001 * loss),
    ),
    "mean: the mean of all losses so far is returned": (
        lambda losses: np.cumsum(losses) / np.arange(1, len(losses) + 1)
    ),
    "last: only the last smooth loss is returned": lambda losses: smooth(losses)[-1:],
}


def shares(p):
    return np.cumsum(softmax(p))


MISTAKES[draw] = {
    "greedy: the most probable character is taken, and u is not used": lambda p, u: np.argmax(p),
    "before: the last k whose running sum is still at most u is returned, one too few": (
        lambda p, u: np.argmax(shares(p) > u) - 1
    ),
    "at-least: the running sum is asked to reach u and not to exceed it": (
        lambda p, u: np.argmax(shares(p) >= u)
    ),
    "from-one: characters are counted from 1": lambda p, u: np.argmax(shares(p) > u) + 1,
    "one-character: u is held against each probability, not against their running sum": (
        lambda p, u: np.argmax(softmax(p) > u)
    ),
    "overflow: exp(p) overflows: the maximum was not subtracted": (
        lambda p, u: np.argmax(np.cumsum(np.exp(p) / np.exp(p).sum()) > u)
    ),
    "not-divided: the exponentials are not divided by their sum": (
        lambda p, u: np.argmax(np.cumsum(np.exp(p - p.max())) > u)
    ),
    "scores: the scores are added up, not their probabilities": (
        lambda p, u: np.argmax(np.cumsum((p - p.max()) / (p - p.max()).sum()) > u)
    ),
    "uniform: every character is given the same probability": lambda p, u: int(u * len(p)),
}


def repeats_lost(ids, da, K):
    gradient = np.zeros((da.shape[1], K))
    gradient[:, ids] += da.T
    return gradient


MISTAKES[input_gradient] = {
    "plus-equals: += with repeated indices keeps the last step of a character": repeats_lost,
    "W5: the sign is wrong: y − yhat was used further up": lambda *a: -input_gradient(*a),
    "mean: the steps are averaged; the loss of the window is their sum": (
        lambda ids, da, K: input_gradient(ids, da, K) / len(ids)
    ),
    "all-columns: every column gets the sum over all steps: that is the gradient by the bias": (
        lambda ids, da, K: np.repeat(da.sum(axis=0)[:, None], K, axis=1)
    ),
    "per-character: a character's steps are averaged in place of added": (
        lambda ids, da, K: input_gradient(ids, da, K) / np.maximum(1, np.bincount(ids, minlength=K))
    ),
}


def stepped(w, m, g, learning_rate):
    return w - learning_rate * g / np.sqrt(m + g**2 + 1e-8)


def by_norm(w, m, g, limit, learning_rate):
    """Each parameter's gradient shortened to the limit where it is longer."""
    norms = np.linalg.norm(g, axis=1, keepdims=True)
    return stepped(w, m, g * np.minimum(1.0, limit / norms), learning_rate)


def clipped(change):
    return lambda w, m, g, limit, rate: change(w, m, np.clip(g, -limit, limit), g, rate)


MISTAKES[update] = {
    "W38: the loop binds a name anew, g = clip(g), and nothing is clipped": (
        lambda w, m, g, limit, rate: stepped(w, m, g, rate)
    ),
    "W5: the step follows the gradient; the loss rises": lambda *a: 2 * a[0] - update(*a),
    "norm: the norm is clipped, and not each entry": by_norm,
    "eps-outside: 1e-8 is added outside the root, as torch does with its ε": clipped(
        lambda w, m, c, g, rate: w - rate * c / (np.sqrt(m + c**2) + 1e-8)
    ),
    "old-memory: the step divides by the old sum, without this gradient": clipped(
        lambda w, m, c, g, rate: w - rate * c / np.sqrt(m + 1e-8)
    ),
    "replaced: the sum is replaced by this gradient's square: every step has full length": clipped(
        lambda w, m, c, g, rate: w - rate * c / np.sqrt(c**2 + 1e-8)
    ),
    "unclipped-memory: the unclipped gradient enters the sum of squares": clipped(
        lambda w, m, c, g, rate: w - rate * c / np.sqrt(m + g**2 + 1e-8)
    ),
    "step-alone: the step is returned, without the old weights": (
        lambda w, *rest: -update(0.0 * w, *rest),
        lambda w, *rest: update(0.0 * w, *rest),
    ),
    "no-rate: the learning rate is left out": (
        lambda w, m, g, limit, rate: update(w, m, g, limit, 1.0)
    ),
    "rate-twice: the learning rate is multiplied in twice": (
        lambda w, m, g, limit, rate: update(w, m, g, limit, rate**2)
    ),
    "no-eps: 1e-8 is left out": clipped(lambda w, m, c, g, rate: w - rate * c / np.sqrt(m + c**2)),
    "eps-subtracted: 1e-8 is subtracted, not added": clipped(
        lambda w, m, c, g, rate: w - rate * c / np.sqrt(m + c**2 - 1e-8)
    ),
    "no-root: the root is left out": clipped(
        lambda w, m, c, g, rate: w - rate * c / (m + c**2 + 1e-8)
    ),
    "squared: np.square stands in place of np.sqrt": clipped(
        lambda w, m, c, g, rate: w - rate * c / (m + c**2 + 1e-8) ** 2
    ),
    "not-divided: the gradient is not divided at all: that is plain descent": clipped(
        lambda w, m, c, g, rate: w - rate * c
    ),
    "no-memory: neither the old sum nor the new square is there: the root is that of 1e-8": clipped(
        lambda w, m, c, g, rate: w - rate * c / np.sqrt(1e-8)
    ),
    "subtracted: the new square is subtracted from the sum": clipped(
        lambda w, m, c, g, rate: w - rate * c / np.sqrt(m - c**2 + 1e-8)
    ),
    "plain: g stands in place of g²": clipped(
        lambda w, m, c, g, rate: w - rate * c / np.sqrt(m + c + 1e-8)
    ),
    "doubled: 2 g stands in place of g²": clipped(
        lambda w, m, c, g, rate: w - rate * c / np.sqrt(m + 2.0 * c + 1e-8)
    ),
    "no-gradient: the rate is divided by the root, and the gradient is left out": clipped(
        lambda w, m, c, g, rate: w - rate / np.sqrt(m + c**2 + 1e-8)
    ),
    "one-limit: the limit stands at both ends: every gradient becomes the limit": (
        lambda w, m, g, limit, rate: stepped(w, m, np.full_like(g, limit), rate)
    ),
    "W21: the step is multiplied by the root and grows with it": clipped(
        lambda w, m, c, g, rate: w - rate * c * np.sqrt(m + c**2 + 1e-8)
    ),
}


def last_best(printed, text):
    equal = equal_places(printed, text)
    return np.array([len(equal) - 1 - int(np.argmax(equal[::-1])), max(equal)])


def hanging(printed, text, first):
    """The first best of all offsets from ``first`` to the end of the text."""
    places = range(first, len(text))
    equal = [
        sum(a == text[k + i] for i, a in enumerate(printed) if 0 <= k + i < len(text))
        for k in places
    ]
    return np.array([places[int(np.argmax(equal))], max(equal)])


MISTAKES[match] = {
    "W28: only the front of the text is looked at; a window may come from anywhere": (
        lambda printed, text: np.array([0, equal_places(printed, text)[0]])
    ),
    "order: the count is returned before the offset": lambda *a: match(*a)[::-1],
    "exact: only whole copies count: a forged sample is no copy": (
        lambda printed, text: np.array(
            [max(0, text.find(printed)), len(printed) if printed in text else 0]
        )
    ),
    "last: the last of the best places is returned, not the first": last_best,
    "over-the-end: places are tried where a part of printed hangs over an end of the text": (
        lambda printed, text: hanging(printed, text, 0),
        lambda printed, text: hanging(printed, text, 1 - len(printed)),
    ),
    "different: the characters that differ are counted, not those that are equal": (
        lambda printed, text: np.array(
            [np.argmin(equal := equal_places(printed, text)), len(printed) - min(equal)]
        )
    ),
    "worst: the offset is where the fewest characters are equal": (
        lambda printed, text: np.array(
            [np.argmin(equal := equal_places(printed, text)), max(equal)]
        )
    ),
    "short: the last place is left out: there are len(text) - len(printed) + 1": (
        lambda printed, text: match(printed, text[:-1])
    ),
}


MISTAKES[windows] = {
    "no-target: the last window has no character to guess after its last": (
        lambda N, T, updates: starts(N, T, updates, T)
    ),
    "slides: windows overlap: each begins one character later": (
        lambda N, T, updates: np.arange(updates) % (N - T)
    ),
    "modulo: the position wraps around the end: a window would read the end and the front": (
        lambda N, T, updates: np.arange(updates) * T % N
    ),
    "never: nothing wraps, and the text ends": lambda N, T, updates: np.arange(updates) * T,
    "no-wrap-to-0: a window that does not fit begins at 1, not at 0": (
        lambda N, T, updates: np.where(
            (starts(N, T, updates, T + 1) == 0) & (np.arange(updates) > 0),
            1,
            starts(N, T, updates, T + 1),
        )
    ),
    "still: e = T stands in place of e += T: the window stays at T": (
        lambda N, T, updates: np.array([0] + [T if 2 * T + 1 <= N else 0] * (updates - 1))
    ),
    "too-early: the last whole window is left out": (
        lambda N, T, updates: starts(N, T, updates, T + 2)
    ),
}


def of_sum(step=lambda g, m: g / np.sqrt(m + 1e-8), keep=1.0, old=False):
    """A step of AdaGrad of another form, of what the sum keeps, with the sum before this window."""

    def stepped(g, m):
        before = m.copy()
        m[...] = keep * m + g * g
        return step(g, before if old else m)

    return stepped


def trained(step=None, carry=True, empty=True, move=None, targets=1):
    """The whole loop with one thing changed."""
    step = step or of_sum()

    def answer(params, ids, updates, T, rate):
        params = {name: w.copy() for name, w in params.items()}
        m = {name: np.zeros_like(w) for name, w in params.items()}
        h, e = np.zeros_like(params["b_h"]), 0
        for _ in range(updates):
            if e + T + 1 > len(ids):
                h, e = np.zeros_like(h) if empty else h, 0
            _, steps = plain.forward(params, ids[e : e + T], ids[e + targets : e + T + targets], h)
            for name, g in plain.backward(params, steps).items():
                params[name] -= rate * step(g, m[name])
            h = steps[-1][2] if carry else np.zeros_like(h)
            e = e + (T if move is None else move)
        return params

    return answer


MISTAKES[train] = {
    "untrained: the weights come back as they were: nothing was learned": lambda params, *rest: (
        params
    ),
    "no-carry: every window begins with a memory of zeros": trained(carry=False),
    "not-emptied: at the front of the book the memory of its end is kept": trained(empty=False),
    "still: the position never moves: the first window is read again and again": trained(move=0),
    "slides: the position moves by one character, not by a window": trained(move=1),
    "same-character: the targets are the characters that are read, not the ones after them": (
        trained(targets=0)
    ),
    "W5: the step follows the gradient; the loss rises": trained(
        of_sum(lambda g, m: -g / np.sqrt(m + 1e-8))
    ),
    "plain-descent: the gradient is not divided at all": trained(lambda g, m: g),
    "fresh-sums: the sums begin anew in every window, and every step has full length": (
        trained(of_sum(keep=0.0))
    ),
    "old-sum: the step divides by the sum before this window": trained(of_sum(old=True)),
    "no-root: the root is left out": trained(of_sum(lambda g, m: g / (m + 1e-8))),
    "no-eps: 1e-8 is left out": trained(
        of_sum(lambda g, m: np.divide(g, np.sqrt(m), out=np.zeros_like(g), where=m > 0))
    ),
    "eps-outside: 1e-8 is added outside the root": trained(
        of_sum(lambda g, m: g / (np.sqrt(m) + 1e-8))
    ),
}


def written(read_back=True, memory=True, choose=draw, scaled=lambda p, t: p / t):
    """The sampler with one thing changed."""

    def answer(params, first, u, temperature):
        h, k, found = np.zeros_like(params["b_h"]), first, []
        for number in u:
            h = h if memory else np.zeros_like(h)
            read = k if read_back else first
            h = np.tanh(params["W_hx"][:, read] + params["W_hh"] @ h + params["b_h"])
            k = choose(scaled(params["W_ph"] @ h + params["b_p"], temperature), number)
            found.append(k)
        return np.array(found)

    return answer


MISTAKES[write] = {
    "not-read: the drawn character is not read back; the network reads the first one again": (
        written(read_back=False)
    ),
    "no-memory: the memory is zero at every step": written(memory=False),
    "greedy: the most probable character is taken, and u is not used": (
        written(choose=lambda p, u: np.argmax(p))
    ),
    "multiplied: the scores are multiplied by the temperature": written(scaled=lambda p, t: p * t),
    "not-divided: the temperature is not used": written(scaled=lambda p, t: p),
    "first-kept: the first character stands at the front, and the last draw is left out": (
        lambda params, first, u, t: np.array([first, *write(params, first, u, t)[:-1]])
    ),
}
