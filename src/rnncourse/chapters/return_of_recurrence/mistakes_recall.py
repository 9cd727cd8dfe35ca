"""The wrong answers to the exercises on what a state can hold, and on attention, by name."""

import numpy as np

from rnncourse.chapters.return_of_recurrence.exercises_recall import (
    all_right,
    causal_attention,
    crossover,
    keep_and_guess,
)
from rnncourse.exercises.registry import MISTAKES

MISTAKES[all_right] = {
    "too-sure: the probability is not cut off at 1, where there are bits to spare": (
        lambda pairs, values, bits: 2.0**bits / float(values) ** pairs
    ),
    "base: the tables are counted as pairs to the power values; swap the two": (
        lambda pairs, values, bits: min(1.0, 2.0**bits / float(pairs) ** values)
    ),
    "product: tables are counted by a product, pairs times values": (
        lambda pairs, values, bits: min(1.0, 2.0**bits / (pairs * values))
    ),
    "states: the bits are taken for the states; there are 2^bits": (
        lambda pairs, values, bits: min(1.0, bits / float(values) ** pairs)
    ),
    "linear: the share of the bits that fit is taken for a probability": (
        lambda pairs, values, bits: min(1.0, bits / (pairs * np.log2(values)))
    ),
    "guess: the state is not used: every answer is a blind guess": (
        lambda pairs, values, bits: float(values) ** -pairs
    ),
    "all-or-nothing: success is thought impossible with fewer bits than the table needs": (
        lambda pairs, values, bits: float(bits >= pairs * np.log2(values))
    ),
    "upside-down: the tables are divided by the states": (
        lambda pairs, values, bits: min(1.0, float(values) ** pairs / 2.0**bits)
    ),
    "twice: 2 · bits stands in place of 2^bits": (
        lambda pairs, values, bits: min(1.0, 2.0 * bits / float(values) ** pairs)
    ),
    "squared: bits² stands in place of 2^bits": (
        lambda pairs, values, bits: min(1.0, bits**2.0 / float(values) ** pairs)
    ),
    "maximum: max stands in place of min": (
        lambda pairs, values, bits: max(1.0, 2.0**bits / float(values) ** pairs)
    ),
    "tables: the states are divided by the number of pairs, not by that of the tables": (
        lambda pairs, values, bits: min(1.0, 2.0**bits / pairs)
    ),
    "one: the probability for one key is returned": (
        lambda pairs, values, bits: min(1.0, 2.0**bits / values)
    ),
}


def kept(pairs, values, bits) -> int:
    """Values that are kept whole."""
    return min(pairs, int(bits // np.log2(values)))


MISTAKES[keep_and_guess] = {
    "no-guess: the guesses are left out; one in so many values is right": (
        lambda pairs, values, bits: kept(pairs, values, bits) / pairs
    ),
    "fraction: a part of a value is kept; it is kept whole or not at all": (
        lambda pairs, values, bits: _shared(min(pairs, bits / np.log2(values)), pairs, values)
    ),
    "all-right: the best probability that everything is right is returned": (
        lambda pairs, values, bits: min(1.0, 2.0**bits / float(values) ** pairs)
    ),
    "too-many: more values are kept than there are": (
        lambda pairs, values, bits: _shared(int(bits // np.log2(values)), pairs, values)
    ),
    "unary: a value is thought to take as many bits as there are values; it takes log2(values)": (
        lambda pairs, values, bits: _shared(min(pairs, bits // values), pairs, values)
    ),
    "natural: the natural logarithm stands in place of log2, which counts bits": (
        lambda pairs, values, bits: _shared(min(pairs, int(bits // np.log(values))), pairs, values)
    ),
    "one-bit: a value is thought to take one bit; it takes log2(values)": (
        lambda pairs, values, bits: _shared(min(pairs, bits), pairs, values)
    ),
    "coin: every other guess is counted as right, not one in so many values": (
        lambda pairs, values, bits: (
            (kept(pairs, values, bits) + 0.5 * (pairs - kept(pairs, values, bits))) / pairs
        )
    ),
    "guesses-alone: the keys whose values are kept are not counted": (
        lambda pairs, values, bits: (pairs - kept(pairs, values, bits)) / values / pairs
    ),
    "minus: the guesses are subtracted from the kept ones, not added": (
        lambda pairs, values, bits: (
            (kept(pairs, values, bits) - (pairs - kept(pairs, values, bits)) / values) / pairs
        )
    ),
    "guessed-twice: a guess is counted for the kept keys, too": (
        lambda pairs, values, bits: (kept(pairs, values, bits) + pairs / values) / pairs
    ),
    "kept-guessed: the guesses are counted for the kept keys, not for the others": (
        lambda pairs, values, bits: kept(pairs, values, bits) * (1.0 + 1.0 / values) / pairs
    ),
    "sure-guess: every guess is counted as so many right answers as there are values": (
        lambda pairs, values, bits: (
            (kept(pairs, values, bits) + (pairs - kept(pairs, values, bits)) * values) / pairs
        )
    ),
    "maximum: max stands in place of min: all values are kept, or more": (
        lambda pairs, values, bits: _shared(max(pairs, int(bits // np.log2(values))), pairs, values)
    ),
    "per-value: the right answers are divided by the number of values, not of pairs": (
        lambda pairs, values, bits: keep_and_guess(pairs, values, bits) * pairs / values
    ),
    "sum: the number of right answers is returned; the share was asked": (
        lambda pairs, values, bits: pairs * keep_and_guess(pairs, values, bits)
    ),
}


def _shared(held, pairs, values) -> float:
    """The accuracy if so many are kept."""
    return (held + (pairs - held) / values) / pairs


MISTAKES[crossover] = {
    "not-yet: the last step is given after which attention keeps as much or less, not more": (
        lambda layers, width, units: units // width
    ),
    "one-of-two: attention keeps a key and a value of each step; one of them is forgotten": (
        lambda layers, width, units: 2 * layers * units // (layers * width) + 1
    ),
    "cell: an LSTM keeps h and c; one of them is forgotten": (
        lambda layers, width, units: layers * units // (2 * layers * width) + 1
    ),
    "layers: the layers of one of the two are forgotten": (
        lambda layers, width, units: 2 * layers * units // (2 * width) + 1,
        lambda layers, width, units: 2 * units // (2 * layers * width) + 1,
    ),
    "weights: the weights of a layer are counted; they are not what it keeps of the text": (
        lambda layers, width, units: 8 * units * units // (2 * width) + 1
    ),
    "ratio: the ratio is returned; a step is a whole number": (
        lambda layers, width, units: units / width
    ),
}


def attention(q, k, v, *, scale=True, mask=True, strict=False, axis=1, order=1, before=True):
    """Causal attention, but for what is named."""
    scores = (q if order == 1 else k) @ (k if order == 1 else q).T
    if scale:
        scores = scores / np.sqrt(q.shape[1])
    seen = np.tril(np.ones_like(scores), -1 if strict else 0) if mask else np.ones_like(scores)
    weights = np.exp(scores - scores.max()) * (seen if before else 1.0)
    total = weights.sum(axis=axis, keepdims=True)
    weights = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return weights * (1.0 if before else seen) @ v


def zeros_as_scores(q, k, v):
    """The scores of later steps are set to 0 before the softmax."""
    scores = np.tril(q @ k.T / np.sqrt(q.shape[1]))
    weights = np.exp(scores)
    return weights / weights.sum(axis=1, keepdims=True) @ v


def weighted(size, total=lambda w: w.sum(axis=1, keepdims=True)):
    """Weights of another size, or divided by something else."""

    def answer(q, k, v):
        weights = np.tril(size(q @ k.T / np.sqrt(q.shape[1])))
        return weights / total(weights) @ v

    return answer


MISTAKES[causal_attention] = {
    "future: later steps are seen too: the mask is missing": (
        lambda q, k, v: attention(q, k, v, mask=False)
    ),
    "zero-score: a score of 0 is not the weight 0: later steps still get exp(0) = 1": (
        zeros_as_scores
    ),
    "after: the mask comes after the softmax, so the weights of a step do not sum to 1": (
        lambda q, k, v: attention(q, k, v, before=False)
    ),
    "own: a step does not see itself": lambda q, k, v: attention(q, k, v, strict=True),
    "columns: the softmax runs over the steps that ask, not over those that are read": (
        lambda q, k, v: attention(q, k, v, axis=0)
    ),
    "unscaled: the scores are not divided by √m": (lambda q, k, v: attention(q, k, v, scale=False)),
    "size: the scores are divided by m, not by its root": (
        lambda q, k, v: attention(q / np.sqrt(q.shape[1]), k, v)
    ),
    "length: the scores are divided by √T, not by √m": (
        lambda q, k, v: attention(q / np.sqrt(len(q)), k, v, scale=False)
    ),
    "swapped: keys ask and queries are read": lambda q, k, v: attention(q, k, v, order=-1),
    "past: the mask is turned round: a step sees what comes after it": (
        lambda q, k, v: attention(q[::-1], k[::-1], v[::-1])[::-1]
    ),
    "scaled-up: the scores are multiplied by √m, not divided": (
        lambda q, k, v: attention(q * q.shape[1], k, v)
    ),
    "squared: the scores are divided by m²: np.square stands in place of np.sqrt": (
        lambda q, k, v: attention(q / q.shape[1] ** 1.5, k, v)
    ),
    "no-exponential: the scores themselves are the weights": weighted(lambda s: s),
    "base-2: 2 to the power of the scores stands in place of e": weighted(np.exp2),
    "minus-one: e^s − 1 stands in place of e^s": weighted(np.expm1),
    "not-divided: the weights are not divided by their sum": weighted(
        np.exp, lambda w: np.ones((len(w), 1))
    ),
    "largest: the weights are divided by the largest of a step, not by their sum": weighted(
        np.exp, lambda w: w.max(axis=1, keepdims=True)
    ),
    "total: all weights are divided by the sum over all steps": weighted(
        np.exp, lambda w: w.sum(keepdims=True)
    ),
    "values: the values are returned as they are": lambda q, k, v: v,
    "plain-mean: all steps so far get the same weight": (
        lambda q, k, v: np.cumsum(v, axis=0) / np.arange(1, len(v) + 1)[:, None]
    ),
    "keys: the keys are summed in place of the values": (lambda q, k, v: causal_attention(q, k, k)),
}
