"""The wrong answers to the exercises on images from sentences, by name."""

from collections import Counter

import numpy as np

from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.images_from_sentences.exercises import (
    bag_bound,
    best,
    between,
    caption_feature,
    discriminator_loss,
    generator_loss,
    generator_step,
    slopes,
)
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given, with_entry


def log_mean(s) -> float:
    return float(np.mean(np.log(s)))


def wrong_counted_as_real(s_r, s_w, s_f) -> float:
    return log_mean(s_r) + 0.5 * (log_mean(s_w) + log_mean(1.0 - s_f))


MISTAKES[discriminator_loss] = {
    "wrong-as-real: the wrong pair counts as real: log s_w stands in place of log(1 − s_w)": (
        wrong_counted_as_real
    ),
    "half: the ½ is forgotten: wrong and fake pairs together count as much as the real ones": (
        lambda s_r, s_w, s_f: log_mean(s_r) + log_mean(1.0 - s_w) + log_mean(1.0 - s_f)
    ),
    "sign: −L_D is returned, the loss of a program that minimizes": (
        lambda *scores: -discriminator_loss(*scores)
    ),
    "no-wrong: the wrong pairs are left out": (
        lambda s_r, s_w, s_f: log_mean(s_r) + log_mean(1.0 - s_f)
    ),
    "no-wrong-half: the wrong pairs are left out and the ½ is kept": (
        lambda s_r, s_w, s_f: log_mean(s_r) + 0.5 * log_mean(1.0 - s_f)
    ),
    "no-fake-half: the fakes are left out and the ½ is kept": (
        lambda s_r, s_w, s_f: log_mean(s_r) + 0.5 * log_mean(1.0 - s_w)
    ),
    "no-fake: the fakes are left out": lambda s_r, s_w, s_f: log_mean(s_r) + log_mean(1.0 - s_w),
    "real-alone: only the real pairs are counted": lambda s_r, s_w, s_f: log_mean(s_r),
    "no-real: the real pairs are left out": (
        lambda s_r, s_w, s_f: 0.5 * (log_mean(1.0 - s_w) + log_mean(1.0 - s_f))
    ),
    "minus: the wrong and the fake pairs are subtracted": (
        lambda s_r, s_w, s_f: log_mean(s_r) - 0.5 * (log_mean(1.0 - s_w) + log_mean(1.0 - s_f))
    ),
    "double: 2 stands in place of ½ before the wrong and the fake pairs": (
        lambda s_r, s_w, s_f: log_mean(s_r) + 2.0 * (log_mean(1.0 - s_w) + log_mean(1.0 - s_f))
    ),
    "quarter: ¼ stands in place of ½ before the wrong and the fake pairs": (
        lambda s_r, s_w, s_f: log_mean(s_r) + 0.25 * (log_mean(1.0 - s_w) + log_mean(1.0 - s_f))
    ),
    "no-log: the scores of one kind stand without their logarithm": (
        lambda s_r, s_w, s_f: np.mean(s_r) + 0.5 * (log_mean(1.0 - s_w) + log_mean(1.0 - s_f)),
        lambda s_r, s_w, s_f: log_mean(s_r) + 0.5 * (np.mean(1.0 - s_w) + log_mean(1.0 - s_f)),
        lambda s_r, s_w, s_f: log_mean(s_r) + 0.5 * (log_mean(1.0 - s_w) + np.mean(1.0 - s_f)),
    ),
    "no-log: the mean scores are returned, without any logarithm": (
        lambda s_r, s_w, s_f: np.mean(s_r) + 0.5 * (np.mean(1.0 - s_w) + np.mean(1.0 - s_f))
    ),
    "fake-as-real: log s_f stands in place of log(1 − s_f): that is the generator's wish": (
        lambda s_r, s_w, s_f: log_mean(s_r) + 0.5 * (log_mean(1.0 - s_w) + log_mean(s_f))
    ),
    "all-real: every score has its log, none of them 1 − s": (
        lambda s_r, s_w, s_f: log_mean(s_r) + 0.5 * (log_mean(s_w) + log_mean(s_f))
    ),
    "log-of-minus: −log s stands in place of log(1 − s)": (
        lambda s_r, s_w, s_f: log_mean(s_r) - 0.5 * (log_mean(s_w) + log_mean(s_f))
    ),
    "half-real: the ½ stands before the real pairs too": (
        lambda s_r, s_w, s_f: 0.5 * (log_mean(s_r) + log_mean(1.0 - s_w) + log_mean(1.0 - s_f))
    ),
    "bits: the logarithm is to the base 2": (
        lambda *scores: discriminator_loss(*scores) / np.log(2.0)
    ),
    "log-of-mean: the logarithm is taken of the mean score": (
        lambda s_r, s_w, s_f: (
            np.log(s_r.mean()) + 0.5 * (np.log(1.0 - s_w.mean()) + np.log(1.0 - s_f.mean()))
        )
    ),
    "sum: the batch is summed and not averaged": (
        lambda s_r, s_w, s_f: len(s_r) * discriminator_loss(s_r, s_w, s_f)
    ),
}

MISTAKES[generator_loss] = {
    "rounded: the score is computed first; that of −800 rounds to 0, and its log is −∞": (
        lambda a_f: np.mean(np.log(sigmoid(a_f)))
    ),
    "saturating: log(1 − s_f) is the minimax loss, which the generator would minimize": (
        lambda a_f: generator_loss(-a_f)
    ),
    "minus-saturating: −log(1 − s_f) goes the right way and hardly moves where s_f is near 0": (
        lambda a_f: -generator_loss(-a_f)
    ),
    "sign: −log s_f is returned, the loss of a program that minimizes": (
        lambda a_f: -generator_loss(a_f)
    ),
    "logit: the mean logit is returned": np.mean,
    "score: the mean score is returned, without its log": lambda a_f: np.mean(sigmoid(a_f)),
    "sum: the batch is summed and not averaged": lambda a_f: len(a_f) * generator_loss(a_f),
}


def by_the_scores(a_r, a_w, a_f) -> np.ndarray:
    s_r, s_w, s_f = sigmoid(np.array([a_r, a_w, a_f]))
    return np.array([1.0 / s_r, -0.5 / (1.0 - s_w), -0.5 / (1.0 - s_f), 1.0 / s_f])


def twice_the_sigmoid(a_r, a_w, a_f) -> np.ndarray:
    """The slope of s where the slope of log s is asked for."""
    s_r, s_w, s_f = (s * (1.0 - s) for s in sigmoid(np.array([a_r, a_w, a_f])))
    return np.array([s_r, -0.5 * s_w, -0.5 * s_f, s_f])


def exchanged(a_r, a_w, a_f) -> np.ndarray:
    s_r, s_w, s_f = sigmoid(np.array([a_r, a_w, a_f]))
    return np.array([s_r, -0.5 * (1.0 - s_w), -0.5 * (1.0 - s_f), s_f])


MISTAKES[slopes] = {
    "sign: every sign is changed: those are the slopes of the losses to be minimized": (
        lambda *a: -slopes(*a)
    ),
    "half: the ½ of the wrong and the fake pairs is forgotten": (
        lambda *a: slopes(*a) * np.array([1.0, 2.0, 2.0, 1.0])
    ),
    "wrong-as-real: the wrong pair counts as real": with_entry(
        slopes, 1, lambda a_r, a_w, a_f: 0.5 * (1.0 - sigmoid(a_w))
    ),
    "saturating: the last entry is the slope of log(1 − s_f)": with_entry(
        slopes, 3, lambda a_r, a_w, a_f: -sigmoid(a_f)
    ),
    "minus-saturating: the last entry is the slope of −log(1 − s_f)": with_entry(
        slopes, 3, lambda a_r, a_w, a_f: sigmoid(a_f)
    ),
    "scores: these are the slopes by the scores; the sigmoid's own slope is missing": by_the_scores,
    "no-log: the slope of s stands in place of that of log s": twice_the_sigmoid,
    "exchanged: s and 1 − s are exchanged": exchanged,
    "fake-as-real: the discriminator's slope by the fake has the generator's sign": with_entry(
        slopes, 2, lambda a_r, a_w, a_f: 0.5 * (1.0 - sigmoid(a_f))
    ),
}


def by_rows(p_r, p_w, p_f) -> np.ndarray:
    """From the shares within a sentence, as if all sentences came equally often in all tables."""
    return best(*(p / p.sum(axis=1, keepdims=True) for p in (p_r, p_w, p_f)))


MISTAKES[best] = {
    "half: the ½ is forgotten: p_r / (p_r + p_w + p_f)": (
        lambda p_r, p_w, p_f: p_r / (p_r + p_w + p_f)
    ),
    "no-wrong: the wrong pairs are left out": lambda p_r, p_w, p_f: p_r / (p_r + p_f),
    "wrong-as-real: the wrong pairs count as real": (
        lambda p_r, p_w, p_f: (p_r + 0.5 * p_w) / (p_r + 0.5 * (p_w + p_f))
    ),
    "fake: the score of being fake is returned, 1 − s": lambda *p: 1.0 - best(*p),
    "certain: 1 where real is more frequent and 0 elsewhere; the best score is a share": (
        lambda p_r, p_w, p_f: (p_r > 0.5 * (p_w + p_f)).astype(float)
    ),
    "rows: each row is divided by its sum first; sentences may come more or less often": by_rows,
    "ratio: real over the rest is returned, s / (1 − s)": (
        lambda p_r, p_w, p_f: 2.0 * p_r / (p_w + p_f)
    ),
}


def step_with(factor=lambda s: 1.0 - s, dx=lambda W_tx, w_x, phi: W_tx.T @ phi + w_x, u=None):
    """The gradient with another slope, another way through the discriminator, other inputs."""

    def answer(W, W_tx, w_x, z, phi):
        inputs = np.concatenate([z, phi])
        s = sigmoid((W_tx.T @ phi + w_x) @ W @ inputs)
        into = inputs if u is None else u(z, phi)
        return factor(s) * np.outer(dx(W_tx, w_x, phi), into)

    return answer


def tanh_slope(W, W_tx, w_x, z, phi) -> np.ndarray:
    x = W @ np.concatenate([z, phi])
    return (1.0 - x**2)[:, None] * generator_step(W, W_tx, w_x, z, phi)


MISTAKES[generator_step] = {
    "sign: the gradient of −log s_f is returned; L_G is maximized": (
        lambda *players: -generator_step(*players)
    ),
    "saturating: the factor is s_f: that of the minimax loss": step_with(lambda s: s),
    "no-log: the factor is s (1 − s): the slope of s and not of log s": step_with(
        lambda s: s * (1.0 - s)
    ),
    "no-slope: the factor 1 − s_f is missing: the logit is maximized": step_with(lambda s: 1.0),
    "no-one: exp(a) stands in place of the sigmoid: the 1 + under the fraction is missing": (
        step_with(lambda s: 1.0 - s / (1.0 - s))
    ),
    "fraction: 1 + exp(−a) stands in place of 1 / (1 + exp(−a))": step_with(
        lambda s: 1.0 - 1.0 / s
    ),
    "plus: the factor is 1 + s in place of 1 − s": step_with(lambda s: 1.0 + s),
    "score: the factor is 1 / s_f: the sigmoid's own slope is missing": step_with(
        lambda s: 1.0 / s
    ),
    "image-alone: only w_x leads back: the sentence's way through W_tx is missing": step_with(
        dx=lambda W_tx, w_x, phi: w_x
    ),
    "sentence-alone: only W_tx leads back: w_x is missing": step_with(
        dx=lambda W_tx, w_x, phi: W_tx.T @ phi
    ),
    "no-sentence: the weights from phi get no gradient; the generator reads it like the noise": (
        step_with(u=lambda z, phi: np.concatenate([z, 0.0 * phi]))
    ),
    "order: phi stands before z": step_with(u=lambda z, phi: np.concatenate([phi, z])),
    "tanh: the slope of a tanh is taken; this generator is linear": tanh_slope,
}


def unit_length(phi, partner, beta) -> np.ndarray:
    mixed = between(phi, partner, beta)
    return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


MISTAKES[between] = {
    "exchanged: beta is taken as the partner's share": given(between, beta=lambda beta: 1.0 - beta),
    "back: the row is mixed with the one whose partner it is": given(between, partner=np.argsort),
    "sum: the partner is added whole": lambda phi, partner, beta: beta * phi + phi[partner],
    "plus: the own feature is kept whole": (
        lambda phi, partner, beta: phi + (1.0 - beta) * phi[partner]
    ),
    "self: the row is mixed with itself": lambda phi, partner, beta: phi,
    "own-alone: the partner's share is left out": lambda phi, partner, beta: beta * phi,
    "partner-alone: the own share is left out": (
        lambda phi, partner, beta: (1.0 - beta) * phi[partner]
    ),
    "beta-twice: beta stands in place of 1 − beta": (
        lambda phi, partner, beta: beta * (phi + phi[partner])
    ),
    "difference: the partner's share is subtracted": (
        lambda phi, partner, beta: beta * phi - (1.0 - beta) * phi[partner]
    ),
    "one-late: partner is counted from 1": given(between, partner=lambda partner: partner - 1),
    "mean: the row is mixed with the mean of all": (
        lambda phi, partner, beta: beta * phi + (1.0 - beta) * phi.mean(axis=0)
    ),
    "length: the mixed features are brought to length 1": unit_length,
}


def mean_of_the_words(h, lengths) -> np.ndarray:
    return np.array(
        [states[:length].mean(axis=0) for states, length in zip(h, lengths, strict=True)]
    )


MISTAKES[caption_feature] = {
    "padding: the state at T is taken: it has read the padding": lambda h, lengths: h[:, -1],
    "off-by-one: h[:, lengths] is one step late; steps are counted from 0": (
        given(caption_feature, lengths=lambda lengths: lengths + 1)
    ),
    "early: the state before the last word is taken": (
        given(caption_feature, lengths=lambda lengths: np.maximum(lengths - 1, 1))
    ),
    "longest: the state at the end of the longest caption is taken of all": (
        lambda h, lengths: h[:, lengths.max() - 1]
    ),
    "shortest: the state at the end of the shortest caption is taken of all": (
        lambda h, lengths: h[:, lengths.min() - 1]
    ),
    "mean: the states of the words are averaged": mean_of_the_words,
    "mean-of-all: all states are averaged, those of the padding too": (
        lambda h, lengths: h.mean(axis=1)
    ),
    "first: the state after the first word is taken": lambda h, lengths: h[:, 0],
}


def bound_by(key):
    """The bound of a rule that sees ``key(words)``."""

    def answer(sentences, answers):
        seen: dict = {}
        for words, label in zip(sentences, answers, strict=True):
            seen.setdefault(key(words), Counter())[int(label)] += 1
        return sum(max(each.values()) for each in seen.values()) / len(answers)

    return answer


def sure_ones(sentences, answers) -> float:
    """Bags of one answer alone count."""
    bags = [tuple(sorted(words)) for words in sentences]
    pairs = list(zip(bags, map(int, answers), strict=True))
    sure = [len({label for other, label in pairs if other == bag}) == 1 for bag in bags]
    return float(np.mean(sure))


def one_of_its_readings(sentences, answers) -> float:
    bags = [tuple(sorted(words)) for words in sentences]
    pairs = list(zip(bags, map(int, answers), strict=True))
    readings = [len({label for other, label in pairs if other == bag}) for bag in bags]
    return float(np.mean([1.0 / count for count in readings]))


def bags_of(sentences, answers) -> list[Counter]:
    bags: dict[tuple, Counter] = {}
    for words, answer in zip(sentences, answers, strict=True):
        bags.setdefault(tuple(sorted(words)), Counter())[int(answer)] += 1
    return list(bags.values())


def counted(sentences, answers, choose) -> float:
    return sum(choose(bag.values()) for bag in bags_of(sentences, answers)) / len(answers)


def largest_bag(sentences, answers) -> float:
    return max(max(bag.values()) for bag in bags_of(sentences, answers)) / len(answers)


MISTAKES[bag_bound] = {
    "order: the order is seen: sentences with the same words are kept apart": bound_by(tuple),
    "set: it is not seen how often a word comes": bound_by(lambda words: tuple(sorted(set(words)))),
    "nothing: the most frequent answer of all is counted; the words are not seen": bound_by(
        lambda words: ()
    ),
    "sure: a bag with two answers counts as wrong; one of them is still guessed right": sure_ones,
    "guess: an answer is drawn from the readings of a bag; the best rule takes the most frequent": (
        one_of_its_readings
    ),
    "first: only the first word is seen": bound_by(lambda words: int(words[0])),
    "rarest: the rarest answer of each bag is counted": (
        lambda sentences, answers: counted(sentences, answers, min)
    ),
    "bags: the bags are counted, each as one right answer": (
        lambda sentences, answers: counted(sentences, answers, lambda values: 1)
    ),
    "count: the right answers are counted and not divided by all": (
        lambda sentences, answers: bag_bound(sentences, answers) * len(answers)
    ),
    "largest: only the largest bag is counted": largest_bag,
}
