"""Exercises on bandits: the docstring of each function is the statement that a reader gets."""

import numpy as np

from rnncourse.chapters.acting.bandit import ARMS, EpsilonGreedy
from rnncourse.exercises.registry import (
    exercise,
    false,
    labeled_cases,
    number_cases,
    true,
    true_or_false,
)


@true_or_false(
    "bandit-facts",
    false(
        "A reward that is constant from the first steps on shows that the best arm was found.",
        "constant: a flat curve is taken for a solved problem; a greedy run that is stuck has one",
    ),
    false(
        "The more a rule explores, the more reward it collects in a long run.",
        "pure: exploring is thought to pay by itself; it pays only if what it finds is used",
    ),
    true(
        "With 0 < ε ≤ 1, the exploring steps of ε-greedy pull the greedy arm too.",
        "others: exploring is thought to leave out the greedy arm; the draw is over all arms",
    ),
    false(
        "With a fixed ε = 0.1 the regret stops growing once the best arm is known.",
        "fixed: a fixed ε is thought to stop exploring; it loses the same in every later step",
    ),
    true(
        "Without any exploring step, a start above all rewards makes a greedy rule try every arm.",
        "optimism: a hopeful start is not seen to make a greedy rule explore",
    ),
    false(
        "On noisy arms an optimistic start is enough to find the best arm in every run.",
        "noise: optimism is thought to last; a few unlucky rewards end it, and nothing looks again",
    ),
    true(
        "Regret is measured against the arm with the largest mean.",
        "against: regret is thought to compare with something other than the best arm",
    ),
)
def facts():
    """Seven statements on exploring and exploiting: which are true?"""


ESTIMATES = labeled_cases(
    ("three arms, epsilon = 0.3", [0.2, 0.9, 0.4], 0.3),
    ("two arms, epsilon = 0.1", [1.0, 0.5], 0.1),
    ("four arms, two best, epsilon = 0.2", [0.1, 0.7, 0.3, 0.7], 0.2),
    ("two arms, epsilon = 1", [0.0, 0.5], 1.0),
)


@exercise("bandit-probabilities", quantity="P", cases=ESTIMATES)
def probabilities(Q, epsilon):
    """How likely ε-greedy is to pull each arm.

    Given: Q, the estimates of n arms, shape (n,); epsilon, the probability of an exploring step,
    which draws one of all n arms, each equally likely. Of equally good arms the first is greedy.
    Return: the probability of each arm, shape (n,).
    """
    return EpsilonGreedy(epsilon).probabilities(Q)


REWARDS = labeled_cases(
    ("four rewards, start 0", [1.0, 0.0, 1.0, 1.0], 0.0),
    ("three rewards, start 5", [0.5, 0.25, 1.5], 5.0),
    ("one reward, start 2", [0.5], 2.0),
    ("five rewards, start 1", [2.0, -1.0, 0.5, 0.5, 3.0], 1.0),
)


@exercise("bandit-estimates", quantity="Q", cases=REWARDS)
def estimates(rewards, Q0):
    """The estimate of one arm after each of its rewards, without keeping the rewards.

    Given: rewards, shape (N,); Q0, the estimate before the first of them, which the first reward
    replaces.
    Return: the estimate after each reward, shape (N,): the mean of the rewards so far.
    """
    Q, rows = Q0, []
    for n, reward in enumerate(rewards, start=1):
        Q = Q + (reward - Q) / n
        rows.append(Q)
    return np.array(rows)


TRIED = labeled_cases(
    ("two arms", [0.5, 0.9], [40, 10]),
    ("three arms", [0.3, 0.6, 0.2], [3, 5, 2]),
    ("four arms", [0.1, 0.4, 0.4, 0.9], [7, 1, 20, 2]),
)


@exercise("bandit-ucb", quantity="score", cases=TRIED)
def ucb_scores(Q, N):
    """The scores by which UCB1 chooses: it pulls the arm with the largest.

    Given: Q, the mean reward of each of n arms, shape (n,); N, how often each was pulled, shape
    (n,), all at least once. The number of pulls so far, t, is the sum of N.
    Return: Q plus the square root of 2 ln t / N, shape (n,).
    """
    return Q + np.sqrt(2.0 * np.log(N.sum()) / N)


PULLS = labeled_cases(
    ("the course's arms", [0, 0, 1, 1, 0, 1], [0.5, 1.0]),
    ("three arms", [2, 1, 0, 1], [0.1, 0.8, 0.3]),
    ("the best arm never", [1, 2, 1], [0.9, 0.2, 0.6]),
)


@exercise("bandit-regret", quantity="regret", cases=PULLS)
def cumulative_regret(pulled, arms):
    """The regret so far, at every step.

    Given: pulled, the arm of each step, whole numbers, shape (T,); arms, the mean reward of each
    arm, shape (n,).
    Return: after each step, the sum of what was missed against the best arm, shape (T,).
    """
    return np.cumsum(arms.max() - arms[pulled])


EXPECTED = number_cases("epsilon, T", (0.1, 5), (0.5, 8), (1.0, 3), (0.02, 40))


@exercise("bandit-expected", quantity="r", cases=EXPECTED)
def expected(epsilon, T):
    """The expected reward of ε-greedy at each step.

    Given: epsilon, above 0; T, the number of steps. Two arms: the first always pays 0.5, the
    second always pays 1. Both estimates start at 0, the first arm is greedy until the second was
    pulled once, and an exploring step draws one of both arms.
    Return: the expected reward at steps 1 … T, shape (T,).
    """
    q = epsilon / 2.0
    missing = (1.0 - q) ** np.arange(T)  # the second arm was not pulled yet
    return missing * (0.5 + 0.5 * q) + (1.0 - missing) * (1.0 - 0.5 * q)


PAYS = {2: ARMS, 3: (0.3, 1.0, 0.6)}


def chances(seed: int, epsilon: float, T: int, n: int) -> tuple:
    rng = np.random.default_rng(seed)
    u, draws = rng.random(T), rng.integers(n, size=T)
    u[-1] = epsilon  # which is not below epsilon: the last step is greedy
    return np.array(PAYS[n]), epsilon, u, draws


RUNS = number_cases(
    "epsilon, T, n", (0.3, 12, 2), (0.1, 40, 2), (0.0, 5, 2), (0.3, 20, 3), draw=chances
)


@exercise("bandit-run", quantity="reward", cases=RUNS)
def run(arms, epsilon, u, draws):
    """ε-greedy from the first step to the last.

    Given: arms, what each of n arms always pays, shape (n,); epsilon; u, a uniform random number
    for each step, shape (T,): the step explores if it is below epsilon; draws, a random arm for
    each step, shape (T,), which an exploring step pulls. A greedy step pulls the arm with the
    largest estimate, of equally good arms the first. An estimate is the mean of what its arm paid,
    and 0 before that.
    Return: the reward of each step, shape (T,).
    """
    Q, N, rewards = np.zeros(len(arms)), np.zeros(len(arms)), []
    for explore, draw in zip(u < epsilon, draws, strict=True):
        arm = draw if explore else Q.argmax()
        N[arm] += 1
        Q[arm] += (arms[arm] - Q[arm]) / N[arm]
        rewards.append(arms[arm])
    return np.array(rewards)
