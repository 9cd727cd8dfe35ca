"""Exercises on images from sentences.

The docstring of each function is the statement that a reader gets. The mistakes that are held
against the answers stand in ``mistakes``.
"""

from collections import Counter

import numpy as np

from rnncourse.byhand import gan
from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.images_from_sentences.cases import three_tables
from rnncourse.chapters.images_from_sentences.tables import best_scores
from rnncourse.exercises.registry import (
    exercise,
    false,
    labeled_cases,
    number_cases,
    true,
    true_or_false,
)


@true_or_false(
    "gan-facts",
    false(
        "A real image with a wrong sentence teaches the discriminator what real images look like, "
        "so it counts as real.",
        "wrong-as-real: the image is judged alone; it is the pair that does not fit",
    ),
    false(
        "The generator sees the real images.",
        "generator-sees: the generator is thought to see the data; only the discriminator does",
    ),
    true(
        "A fake with a score near 0 gives the generator hardly any gradient in the minimax game.",
        "saturates: the slope of log(1 − s) by the logit is −s, and it is overlooked",
    ),
    false(
        "Without wrong pairs no discriminator can tell that a generator ignores the sentence.",
        "blind: a discriminator is thought to judge the image alone; it scores the pair",
    ),
    false(
        "If the fakes cannot be told from the real images, the best discriminator gives them 0.",
        "certain: the best score of what is as often real as fake is one half without wrong pairs",
    ),
    true(
        "The noise decides what the sentence leaves open.",
        "noise: the same sentence is thought to have one image",
    ),
    true(
        'A bag of words gives "red left of blue" and "blue left of red" the same feature.',
        "bag: a bag of words is thought to keep the order",
    ),
)
def facts():
    """Seven statements on the two players and the sentence: which are true?"""


def scores(seed: int, B: int) -> tuple:
    return tuple(np.random.default_rng(seed).uniform(0.05, 0.95, (3, B)))


SCORE_CASES = number_cases("B", (3,), (1,), (5,), draw=scores)


@exercise("gan-discriminator-loss", quantity="L_D", cases=SCORE_CASES)
def discriminator_loss(s_r, s_w, s_f):
    """What the discriminator maximizes, with wrong sentences.

    Given: the scores of real images with their right sentences, s_r, of real images with wrong
    sentences, s_w, and of fakes, s_f, each of shape (B,) and between 0 and 1.
    Return: L_D, the mean over the batch, a number.
    """
    return gan.losses(s_r, s_w, s_f)[0]


LOGIT_CASES = labeled_cases(
    ("three fakes", [0.5, -1.0, 2.0]), ("one fake", [-3.0]), ("a fake at −800", [-800.0, 1.0, 0.2])
)


@exercise("gan-generator-loss", quantity="L_G", cases=LOGIT_CASES)
def generator_loss(a_f):
    """What the generator maximizes, from the logits of its fakes.

    Given: a_f, the logits of the fakes, shape (B,); a score is the sigmoid of its logit, and
    that of −800 is 0 in the computer.
    Return: L_G, the mean of log s_f over the batch, a number.
    """
    return np.mean(gan.log_sigmoid(a_f))


SLOPE_CASES = number_cases("a_r, a_w, a_f", (1.0, -0.5, -2.0), (-0.3, 0.8, 1.5), (2.0, 3.0, -4.0))


SLOPES = ("dL_D_da_r", "dL_D_da_w", "dL_D_da_f", "dL_G_da_f")


@exercise("gan-slopes", quantity="slope", cases=SLOPE_CASES, rows=SLOPES)
def slopes(a_r, a_w, a_f):
    """How the two losses move with the logits of one pair of each kind.

    Given: a_r, a_w, a_f, the logits of a real, a wrong and a fake pair; s is the sigmoid of a.
    Return: dL_D/da_r, dL_D/da_w, dL_D/da_f and dL_G/da_f, in this order, shape (4,). Both losses
    are maximized.
    """
    return np.array(gan.logit_gradients(a_r, a_w, a_f))


def tables(seed: int, sentences: int, images: int) -> tuple:
    return three_tables(seed, sentences, images)


TABLE_CASES = number_cases("sentences, images", (2, 3), (3, 2), (1, 4), draw=tables)


@exercise("gan-best-scores", quantity="s", cases=TABLE_CASES)
def best(p_r, p_w, p_f):
    """The scores that no discriminator beats, where all pairs can be listed.

    Given: p_r, p_w and p_f, how often a pair comes as a real one, as a real image with a wrong
    sentence, and as a fake: tables of one shape, a row for each sentence; each sums to 1.
    Return: the best score of every cell, a table of that shape.
    """
    return best_scores(p_r, p_f, p_w)


def linear_players(seed: int, m: int, k: int, e: int) -> tuple:
    rng = np.random.default_rng(seed)
    shapes = ((m, k + e), (e, m), (m,), (k,), (e,))
    return tuple(0.7 * rng.standard_normal(shape) for shape in shapes)


STEP_CASES = number_cases("m, k, e", (4, 2, 3), (3, 1, 2), (5, 3, 2), draw=linear_players)


@exercise("gan-generator-step", quantity="dL_G/dW", key="W", cases=STEP_CASES)
def generator_step(W, W_tx, w_x, z, phi):
    """The gradient by the weights of a linear generator, for one fake.

    The fake is x = W u, where u is z and then phi in one column; its logit is
    a = phi·(W_tx x) + w_x·x, its score the sigmoid of a, and L_G = log s is maximized.

    Given: W, shape (m, k + e); the discriminator's W_tx (e, m) and w_x (m,); the noise z (k,); the
    feature of the sentence, phi (e,).
    Return: dL_G/dW, shape (m, k + e).
    """
    u = np.concatenate([z, phi])
    dx = W_tx.T @ phi + w_x
    return (1.0 - sigmoid(dx @ W @ u)) * np.outer(dx, u)


def features(seed: int, B: int, e: int, beta: float) -> tuple:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((B, e)), np.roll(np.arange(B), 1 + seed), beta


MIX_CASES = number_cases("B, e, beta", (4, 3, 0.5), (5, 2, 0.3), (3, 4, 0.8), draw=features)


@exercise("gan-between", quantity="phi", cases=MIX_CASES)
def between(phi, partner, beta):
    """Features between those of two sentences, for which nobody has an image.

    Given: phi, the features of B sentences, shape (B, e); partner, shape (B,), which row each is
    mixed with, counted from 0; beta, the share of its own feature.
    Return: the mixed features, shape (B, e).
    """
    return beta * phi + (1.0 - beta) * phi[partner]


def padded_states(seed: int, B: int, T: int, n: int) -> tuple:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((B, T, n)), rng.integers(1, T, size=B)


END_CASES = number_cases("B, T, n", (3, 5, 2), (2, 4, 3), (4, 7, 1), draw=padded_states)


@exercise("caption-feature", quantity="phi", cases=END_CASES)
def caption_feature(h, lengths):
    """The feature of each caption of a padded batch: the state after its own last word.

    Given: h, the states after every step, shape (B, T, n), where the padding was read like words;
    lengths, shape (B,), how many words each caption has, from 1 to T.
    Return: the features, shape (B, n).
    """
    return h[np.arange(len(h)), lengths - 1]


BAG_CASES = labeled_cases(
    ("one pair of readings", [[0, 1, 2], [2, 1, 0], [0, 1, 1], [2, 2, 1]], [0, 1, 2, 2]),
    ("three readings", [[0, 1, 2], [1, 0, 2], [2, 1, 0], [0, 0, 1]], [0, 1, 2, 1]),
    ("words twice", [[0, 0, 1], [0, 1, 1], [1, 0, 1], [3, 1, 2], [1, 2, 3]], [0, 1, 1, 2, 0]),
    ("a majority", [[4, 5, 6], [4, 5, 6], [6, 5, 4], [5, 5, 5], [1, 2, 3]], [0, 0, 1, 2, 1]),
)


@exercise("bag-bound", quantity="share", cases=BAG_CASES)
def bag_bound(sentences, answers):
    """What a reader can have right at most if it sees the words and not their order.

    Given: sentences, shape (N, L), the numbers of their words; answers, shape (N,), the class of
    each. All N come equally often.
    Return: the largest share of right answers of any rule that sees which words a sentence has
    and how often each, a number.
    """
    bags: dict[tuple, Counter] = {}
    for words, answer in zip(sentences, answers, strict=True):
        bags.setdefault(tuple(sorted(words)), Counter())[int(answer)] += 1
    return sum(max(bag.values()) for bag in bags.values()) / len(answers)
