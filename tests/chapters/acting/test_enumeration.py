"""All episodes of a short maze, and the two ways back through them."""

import numpy as np

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.chapters.acting.enumeration import (
    ROWS,
    episode_gradient,
    episodes,
    expected_to_go,
    flat,
    histories,
    probabilities,
    scores,
    small_policy,
    to_go,
)
from rnncourse.chapters.acting.episodes import all_episodes


def test_every_episode_is_listed_once():
    walked = episodes()
    keys = {(*seen, *act, *live) for seen, act, live in zip(*walked[:2], walked.live, strict=True)}
    assert len(keys) == len(walked.seen) == 414
    assert len(all_episodes(1, 2).seen) == 2 * 3 * 3  # no list ends early


def test_the_scores_of_all_steps_are_those_of_each_episode_alone():
    params, walked = small_policy(3), episodes()
    every = scores(params, walked)
    for k in range(0, 414, 23):
        T = walked.live[k].sum()
        weights = np.random.default_rng(k).standard_normal(T)
        x, actions = ROWS[walked.seen[k, :T]], walked.actions[k, :T]
        alone = flat(episode_gradient(params, x, actions, weights))
        assert relative_error(weights @ every[k, :T], alone) < 1e-12
        assert not every[k, T:].any()


def test_histories_tell_apart_what_was_seen_and_done_and_no_more():
    walked = episodes()
    for t in range(5):
        known = {}
        for k in range(414):
            past = (*walked.seen[k, : t + 1], *walked.actions[k, :t], walked.live[k, t])
            known.setdefault(past, set()).add(histories(walked)[k, t])
        assert all(len(numbers) == 1 for numbers in known.values())
        assert len(known) == len(np.unique(histories(walked)[:, t]))


def test_values_are_means_of_what_follows():
    params, walked = small_policy(1), episodes()
    P = probabilities(params, walked)
    V, Q = expected_to_go(P, walked), expected_to_go(P, walked, with_action=True)
    first = P @ to_go(walked)[:, 0] / P.sum()
    assert np.isclose(P @ V[:, 0], first) and np.isclose(P @ Q[:, 0], first)
    last = walked.live[:, 4]  # the reward of the last step is known from history and action
    assert np.allclose(Q[last, 4], walked.rewards[last, 4])
