"""All episodes of a short corridor: expected returns, gradients and variances without sampling.

A vanilla RNN reads what is seen, its scores p_t choose the action, π_t = softmax(p_t). An
episode has probability ½ Π_t π_t(a_t): the cue, then the actions. With all of them listed an
expectation is a sum. The parameters are those of ``byhand.rnn`` with d = 4 observations and K = 3
actions; gradients by all of them are one row of m numbers, in the order of PARAMETERS.

Episodes of a maze with corridor 2 that is cut off after 5 steps: 414.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

from rnncourse.byhand import rnn
from rnncourse.byhand.examples import drawn
from rnncourse.byhand.gradcheck import precise_gradient
from rnncourse.byhand.softmax import softmax
from rnncourse.byhand.steps import OUTPUT, zero_gradients
from rnncourse.chapters.acting.episodes import (
    ACTIONS,
    OBSERVATIONS,
    Episodes,
    all_episodes,
    returns_to_go,
)

PARAMETERS = (*rnn.SHAPES, *OUTPUT)
CUE = 0.5  # the probability of each cue
ROWS = np.eye(OBSERVATIONS)


@cache
def episodes() -> Episodes:
    """The 414 episodes of a corridor of 2 in at most 5 steps; shared, so do not change them."""
    return all_episodes()


def small_policy(seed: int = 0, n: int = 3) -> dict:
    """A random policy: the parameters of an RNN that chooses actions, float64."""
    rng = np.random.default_rng(seed)
    return drawn(rnn.SHAPES | OUTPUT, rng, d=OBSERVATIONS, n=n, K=ACTIONS)


def walker(way: float, turn: float) -> dict:
    """A policy with weights by hand, of two units: one keeps the cue, one knows the junction.

    way   how sure it goes forward in the corridor, and turns at the junction
    turn  how sure it turns to the side of the cue
    """
    return {
        "W_hx": np.array([[-1.0, 1.0, 0.0, 0.0], [0.0, 0.0, -1.0, 1.0]]),
        "W_hh": np.array([[1.5, 0.0], [0.0, 0.0]]),
        "b_h": np.zeros(2),
        "W_ph": np.array([[0.0, -way], [-turn, way], [turn, way]]),
        "b_p": np.zeros(3),
    }


def states(params: dict, walked: Episodes) -> np.ndarray:
    """h_t of every step of every episode, (N, T, n)."""
    h, steps = np.zeros((len(walked.seen), len(params["b_h"]))), []
    for x in ROWS[walked.seen].swapaxes(0, 1):
        h = np.tanh(x @ params["W_hx"].T + h @ params["W_hh"].T + params["b_h"])
        steps.append(h)
    return np.stack(steps, axis=1)


def policies(params: dict, walked: Episodes) -> np.ndarray:
    """π_t of every step of every episode, (N, T, 3)."""
    return softmax(states(params, walked) @ params["W_ph"].T + params["b_p"])


def probabilities(params: dict, walked: Episodes) -> np.ndarray:
    """How often each episode comes, (N,); their sum is 1 if all are there."""
    chosen = np.take_along_axis(policies(params, walked), walked.actions[..., None], axis=2)
    return CUE * np.where(walked.live, chosen[..., 0], 1.0).prod(axis=1)


def expected_return(params: dict, walked: Episodes) -> float:
    """J = Σ_episodes probability · return."""
    return float(probabilities(params, walked) @ walked.rewards.sum(axis=1))


def episode_gradient(params: dict, x: np.ndarray, actions: np.ndarray, weights: np.ndarray):
    """The gradient of Σ_t w_t log π_t(a_t) by every parameter: back through one episode.

    ∂/∂p_t = w_t (onehot(a_t) − π_t), and from there as in any RNN, the last step first.

    Shapes: x, what was seen, (T, d); actions and weights (T,); returns a dict of arrays.
    """
    p, cache = rnn.forward(params, x)
    dp = weights[:, None] * (np.eye(p.shape[1])[actions] - softmax(p))
    grads = zero_gradients(params)
    grads["W_ph"] += dp.T @ cache.h
    grads["b_p"] += dp.sum(axis=0)
    dh = np.zeros(len(params["b_h"]))
    for t in reversed(range(len(x))):
        dh = rnn.step_backward(params, grads, params["W_ph"].T @ dp[t] + dh, t, cache)
    return grads


def flat(grads: dict) -> np.ndarray:
    """All gradients as one row (m,)."""
    return np.concatenate([grads[name].ravel() for name in PARAMETERS])


def scores(params: dict, walked: Episodes) -> np.ndarray:
    """∇ log π_t(a_t) of every step of every episode, (N, T, m); 0 after the end."""
    h = states(params, walked)
    dp = np.eye(ACTIONS)[walked.actions] - softmax(h @ params["W_ph"].T + params["b_p"])
    dp *= walked.live[..., None]
    steps = range(walked.seen.shape[1])
    return np.stack([step_scores(params, ROWS[walked.seen], h, dp, t) for t in steps], axis=1)


def step_scores(params: dict, x: np.ndarray, h: np.ndarray, dp: np.ndarray, t: int) -> np.ndarray:
    """∇ log π_t(a_t) of step t in every episode, back through time; (N, m)."""
    grads = {
        "W_hx": np.zeros((len(x), *params["W_hx"].shape)),
        "W_hh": np.zeros((len(x), *params["W_hh"].shape)),
        "b_h": np.zeros((len(x), *params["b_h"].shape)),
        "W_ph": dp[:, t, :, None] * h[:, t, None, :],
        "b_p": dp[:, t],
    }
    dh = dp[:, t] @ params["W_ph"]
    for k in reversed(range(t + 1)):
        da = (1.0 - h[:, k] ** 2) * dh
        grads["W_hx"] += da[:, :, None] * x[:, k, None, :]
        grads["W_hh"] += da[:, :, None] * h[:, k - 1, None, :] if k else 0.0
        grads["b_h"] += da
        dh = da @ params["W_hh"]
    return np.hstack([grads[name].reshape(len(x), -1) for name in PARAMETERS])


def gradient_by_differences(loss: Callable[[], float], params: dict) -> np.ndarray:
    """Central differences of ``loss()`` by all parameters, (m,)."""
    return flat({name: precise_gradient(loss, params[name]) for name in PARAMETERS})


def estimates(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Σ_t w_t ∇ log π_t(a_t) of each episode, (N, m); weights (N, T)."""
    return np.einsum("nt,ntm->nm", weights, scores)


def spread(probability: np.ndarray, rows: np.ndarray) -> float:
    """The variance of an estimate over the episodes, summed over its m entries."""
    return float(probability @ (rows**2).sum(axis=1) - ((probability @ rows) ** 2).sum())


# What an estimator multiplies the scores by: each gives weights (N, T)


def whole_return(walked: Episodes) -> np.ndarray:
    """G_0 at every step."""
    return np.repeat(walked.rewards.sum(axis=1, keepdims=True), walked.live.shape[1], axis=1)


def to_go(walked: Episodes) -> np.ndarray:
    """G_t."""
    return returns_to_go(walked.rewards)


def histories(walked: Episodes, with_action: bool = False) -> np.ndarray:
    """A number for what the walker knows at each step, (N, T): all it saw, and all it did before.

    with_action  tells steps apart by the action that follows too
    """
    T = walked.seen.shape[1]
    numbers = np.empty(walked.seen.shape, dtype=np.int64)
    for t in range(T):
        known = [walked.seen[:, : t + 1], walked.actions[:, : t + with_action], walked.live[:, [t]]]
        numbers[:, t] = np.unique(np.hstack(known), axis=0, return_inverse=True)[1].ravel()
    return numbers


def expected_to_go(probability: np.ndarray, walked: Episodes, with_action: bool = False):
    """V(history) at each step, or Q(history, action): the mean of G_t over what follows, (N, T)."""
    numbers, G = histories(walked, with_action), to_go(walked)
    values = np.empty_like(G)
    for t, group in enumerate(numbers.T):
        mass, sums = np.bincount(group, probability), np.bincount(group, probability * G[:, t])
        values[:, t] = (sums / mass)[group]
    return values
