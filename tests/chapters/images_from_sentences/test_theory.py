"""The finite game and the exercises, each by a second route."""

import itertools

import numpy as np
import pytest

from rnncourse.byhand import gan
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.steps import sigmoid
from rnncourse.chapters.images_from_sentences.cases import FITTING, three_tables
from rnncourse.chapters.images_from_sentences.exercises import MIX_CASES
from rnncourse.chapters.images_from_sentences.tables import (
    best_generator,
    best_scores,
    jensen_shannon,
    value,
)
from rnncourse.exercises import EXERCISES


def cases(name: str) -> list:
    return [case.make() for case in EXERCISES[name].cases]


@pytest.mark.parametrize("arguments", cases("gan-generator-step"))
def test_the_linear_generators_gradient_agrees_with_differences(arguments):
    W, W_tx, w_x, z, phi = arguments

    def loss() -> float:
        x = W @ np.concatenate([z, phi])
        return np.log(sigmoid(phi @ W_tx @ x + w_x @ x))

    truth = EXERCISES["gan-generator-step"].truth
    assert relative_error(truth(*arguments), precise_gradient(loss, W)) < 1e-9


@pytest.mark.parametrize("arguments", cases("gan-slopes"))
def test_the_slopes_agree_with_differences(arguments):
    a = np.array(arguments)

    def discriminator() -> float:
        return gan.losses_from_logits(*a)[0]

    def generator() -> float:
        return gan.losses_from_logits(*a)[1]

    expected = [*precise_gradient(discriminator, a), precise_gradient(generator, a)[2]]
    np.testing.assert_allclose(EXERCISES["gan-slopes"].truth(*arguments), expected, rtol=1e-8)


@pytest.mark.parametrize("arguments", cases("gan-best-scores"))
def test_no_score_of_a_grid_beats_the_best(arguments):
    p_r, p_w, p_f = arguments
    best = value(EXERCISES["gan-best-scores"].truth(*arguments), p_r, p_f, p_w)
    grid = np.linspace(0.001, 0.999, 999)
    at_most = p_r[..., None] * np.log(grid) + 0.5 * (p_w + p_f)[..., None] * np.log(1.0 - grid)
    assert best - 1e-3 < at_most.max(axis=-1).sum() <= best


@pytest.mark.parametrize("arguments", cases("bag-bound"))
def test_no_rule_on_bags_beats_the_bound(arguments):
    """Every rule is tried: each bag may have any answer."""
    sentences, answers = arguments
    bags = [tuple(sorted(words)) for words in sentences.tolist()]
    different = sorted(set(bags))
    tried = [
        np.mean([rule[different.index(bag)] == y for bag, y in zip(bags, answers, strict=True)])
        for rule in itertools.product(range(3), repeat=len(different))
    ]
    assert EXERCISES["bag-bound"].truth(sentences, answers) == max(tried)


@pytest.mark.parametrize("arguments", cases("caption-feature"))
def test_a_captions_feature_does_not_move_with_what_follows_it(arguments):
    h, lengths = arguments
    truth = EXERCISES["caption-feature"].truth
    before = truth(h, lengths)
    for states, length in zip(h, lengths, strict=True):
        states[length:] = np.nan
    np.testing.assert_array_equal(truth(h, lengths), before)


def test_the_mixed_features_are_the_packages():
    for case in MIX_CASES:
        phi, partner, beta = case.make()
        expected = gan.interpolated(phi, phi[partner], beta)
        np.testing.assert_array_equal(EXERCISES["gan-between"].truth(phi, partner, beta), expected)


def test_two_equal_tables_are_no_distance_apart_and_two_disjoint_ones_log_2():
    assert jensen_shannon(FITTING, FITTING) == 0.0
    assert jensen_shannon(FITTING, FITTING[::-1]) == pytest.approx(np.log(2.0), rel=1e-15)


@pytest.mark.parametrize("seed", range(5))
def test_a_nudge_of_the_best_generator_helps_nobody(seed):
    """Moved a little towards any images, it does no better against the best discriminator."""
    rng = np.random.default_rng(seed)
    right, wrong = rng.dirichlet(np.ones(5), 2)
    g = best_generator(right, wrong)
    assert g.sum() == pytest.approx(1.0, abs=1e-12)

    def against(g) -> float:
        return value(best_scores(right, g, wrong), right, g, wrong)

    for other in [*np.eye(5), *rng.dirichlet(np.ones(5), 20)]:
        assert against(0.99 * g + 0.01 * other) >= against(g) - 1e-15


def test_a_pair_that_never_comes_has_no_best_score():
    p_r, p_w, p_f = three_tables(0)
    for p in (p_r, p_w, p_f):
        p[0, 0] = 0.0
    s = best_scores(p_r, p_f, p_w)
    assert np.isnan(s[0, 0])
    assert np.isfinite(value(s, p_r, p_f, p_w))
