"""Exercises on memory and policy gradients: a docstring is the statement that a reader gets."""

import numpy as np

from rnncourse.byhand.examples import small_network
from rnncourse.byhand.softmax import cross_entropy, softmax
from rnncourse.chapters.acting.enumeration import episode_gradient
from rnncourse.chapters.acting.episodes import returns_to_go
from rnncourse.exercises.registry import (
    Case,
    exercise,
    false,
    labeled_cases,
    true,
    true_or_false,
)


@true_or_false(
    "maze-facts",
    false(
        "A policy without memory turns to the cue's side in more than half of the episodes, if it "
        "is trained long enough.",
        "memoryless: training is thought to replace memory; at the junction both cues look alike",
    ),
    true(
        "A baseline that is computed from all that was seen before the action leaves the expected "
        "gradient as it is.",
        "history: a baseline is thought to be unbiased only if it is a constant",
    ),
    false(
        "A baseline may depend on the action that was drawn.",
        "action: the baseline is let see the action; then its mean does not drop out",
    ),
    true(
        "The gradient needs no derivative of the maze.",
        "maze: the environment is thought to be differentiated; only log π depends on the weights",
    ),
    false(
        "An update by policy gradient makes every action of a lost episode less likely, whatever "
        "the baseline is.",
        "baseline: the sign is thought to be that of the return; it is that of the return less "
        "the baseline",
    ),
    true(
        "The entropy bonus pulls the policy towards equal probabilities.",
        "entropy: the bonus is not seen to pull towards the uniform policy, where entropy is most",
    ),
    false(
        "A run that is stopped at its first success shows that the training is stable.",
        "stopping: a stop at the best moment is taken for a stable end",
    ),
)
def facts():
    """Seven statements on policies and memory: which are true?"""


RETURNS = labeled_cases(
    ("a good turn after three steps", [-0.01, -0.01, -0.01, 1.0], 0.9),
    ("a reward on the way", [0.0, 2.0, 0.0, -1.0, 3.0], 0.5),
    ("one step", [-1.0], 0.7),
    ("rewards all along", [1.0, 0.4, 0.2, -0.6, 0.8, 1.5], 0.95),
)


@exercise("returns-to-go", quantity="G", cases=RETURNS)
def discounted_returns(rewards, gamma):
    """The return to go of every step.

    What an action can still earn: the reward of its own step and all later ones, the reward k
    steps later times gamma to the power k.

    Given: rewards, r of every step, shape (T,); gamma, a number between 0 and 1.
    Return: G of every step, shape (T,).
    """
    G, following = np.zeros(len(rewards)), 0.0
    for t in reversed(range(len(rewards))):
        following = rewards[t] + gamma * following
        G[t] = following
    return G


def drawn_scores(label: str, seed: int, T: int, K: int = 3) -> Case:
    """p (T, K), actions and weights (T,)."""

    def make() -> tuple:
        rng = np.random.default_rng(seed)
        return rng.standard_normal((T, K)), rng.integers(K, size=T), rng.standard_normal(T)

    return Case(label, make)


SCORES = (
    drawn_scores("one step, three actions", 0, 1),
    drawn_scores("five steps, three actions", 1, 5),
    drawn_scores("four steps, two actions", 2, 4, 2),
)


@exercise("policy-gradient", quantity="dJ/dp", cases=SCORES)
def score_gradient(p, actions, weights):
    """The gradient of one episode by the scores.

    The sum over the steps of weight times log π(a), where π = softmax(p) of this step and a is
    the action that was taken. It is to grow.

    Given: p, the scores of every step, shape (T, K); actions, whole numbers, shape (T,); weights,
    shape (T,).
    Return: the gradient of the sum by p, shape (T, K).
    """
    return weights[:, None] * (np.eye(p.shape[1])[actions] - softmax(p))


def drawn_episode(label: str, seed: int, T: int) -> Case:
    """p (T, 3), actions (T,), rewards (T,), V (T,)."""

    def make() -> tuple:
        rng = np.random.default_rng(seed)
        rewards = np.append(np.full(T - 1, -0.01), rng.choice([-1.0, 1.0]))
        actions = rng.integers(3, size=T)
        return rng.standard_normal((T, 3)), actions, rewards, 0.5 * rng.standard_normal(T)

    return Case(label, make)


EPISODES = (
    drawn_episode("four steps", 3, 4),
    drawn_episode("nine steps", 4, 9),
    drawn_episode("six steps", 5, 6),
)


@exercise("episode-loss", quantity="L", cases=EPISODES)
def episode_loss(p, actions, rewards, V):
    """The loss of one episode whose gradient a policy goes down.

    The mean over the steps of minus (return to go minus value) times log π(a), where
    π = softmax(p) of this step. Returns are not discounted. The value is the baseline; it has no
    loss of its own here.

    Given: p, the scores of every step, shape (T, 3); actions, whole numbers, shape (T,); rewards,
    shape (T,); V, the value of every step, shape (T,).
    Return: the loss, a number.
    """
    return np.mean((returns_to_go(rewards) - V) * cross_entropy(p, actions))  # that is −log π(a)


LOGITS = labeled_cases(
    ("three actions", [0.5, -1.0, 2.0]),
    ("two actions", [1.2, -0.3]),
    ("four actions, two alike", [0.0, 0.0, 1.0, -2.0]),
)


@exercise("entropy-gradient", quantity="dH/dp", cases=LOGITS)
def entropy_gradient(p):
    """How the entropy of a choice moves with its scores.

    H = −Σ_a π(a) log π(a), with π = softmax(p) and the natural logarithm.

    Given: p, the scores, shape (K,).
    Return: the gradient of H by p, shape (K,).
    """
    pi = softmax(p)
    H = -(pi * np.log(pi)).sum()
    return -pi * (np.log(pi) + H)


def drawn_network(label: str, seed: int, T: int) -> Case:
    """A small RNN, inputs, actions and weights."""

    def make() -> tuple:
        params, x, actions, _ = small_network(seed, T=T, d=4, n=3, K=3)
        return params, x, actions, np.random.default_rng(seed).standard_normal(T)

    return Case(label, make)


NETWORKS = (
    drawn_network("one step", 0, 1),
    drawn_network("three steps", 1, 3),
    drawn_network("six steps", 2, 6),
)


@exercise("episode-bptt", quantity="dJ/dW_hx", cases=NETWORKS, key="W_hx")
def input_weight_gradient(params, x, actions, weights):
    """Backpropagation through an episode.

    An RNN reads what it sees: h_t = tanh(W_hx x_t + W_hh h_{t-1} + b_h), h_0 = 0,
    p_t = W_ph h_t + b_p. Action a_t is drawn from π_t = softmax(p_t). J is the sum over the steps
    of weight times log π_t(a_t).

    Given: params, a dict with W_hx (n, d), W_hh (n, n), b_h (n,), W_ph (K, n) and b_p (K,); x, what
    was seen, shape (T, d); actions, whole numbers, shape (T,); weights, shape (T,).
    Return: the gradient of J by W_hx, shape (n, d).
    """
    return episode_gradient(params, x, actions, weights)["W_hx"]
