"""Bandits: two arms, and rules that choose between them.

Three routes to the expected reward of ε-greedy on arms that always pay the same: a closed form, a
recursion over the exact distribution of what was pulled, and simulation. UCB and Thompson sampling
are simulated, on arms that pay 1 or nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rnncourse.validate import require_choice, require_positive, require_share

ARMS = (0.5, 1.0)  # the course's: one always pays 0.5, the other always 1
NOISY = (0.5, 0.8)  # one pays 1 with probability 0.5, the other with probability 0.8
Policy = Callable[[np.ndarray, np.ndarray, int, np.random.Generator], np.ndarray]


@dataclass(frozen=True)
class EpsilonGreedy:
    """Explore with probability epsilon, else take the arm with the largest estimate.

    epsilon   a probability
    start     the estimate Q of an arm that was not pulled yet
    explores  "all": one of all arms at random; "others": one of those that are not greedy
    counted   whether ``start`` stays in the mean as if it had been one reward; without it the
              first reward takes its place
    ties      "first": of equally good arms the first; "random": any of them
    """

    epsilon: float
    start: float = 0.0
    explores: str = "all"
    counted: bool = False
    ties: str = "first"

    def __post_init__(self) -> None:
        require_share("epsilon", self.epsilon)
        require_choice("explores", self.explores, ("all", "others"))
        require_choice("ties", self.ties, ("first", "random"))

    def estimates(self, counts, sums) -> np.ndarray:
        """Q of every arm from how often it was pulled and what it paid in all; same shape."""
        if self.counted:
            return (self.start + sums) / (1 + counts)
        return np.where(counts > 0, sums / np.maximum(counts, 1), self.start)

    def probabilities(self, Q) -> np.ndarray:
        """How likely each arm is to be pulled, from Q (..., n): rows that sum to 1."""
        n = Q.shape[-1]
        best = np.equal(Q, Q.max(axis=-1, keepdims=True))
        if self.ties == "first":
            best &= best.cumsum(axis=-1) == 1
        greedy = best / best.sum(axis=-1, keepdims=True)
        other = 1.0 / n if self.explores == "all" else (1.0 - greedy) / (n - 1)
        return (1.0 - self.epsilon) * greedy + self.epsilon * other

    def __call__(self, counts, sums, t, rng) -> np.ndarray:
        """The arm that each run pulls, (runs,), from its counts and sums (runs, n)."""
        p = self.probabilities(self.estimates(counts, sums))
        return (rng.random((len(p), 1)) >= p.cumsum(axis=1)[:, :-1]).sum(axis=1)


def ucb(counts, sums, t, rng) -> np.ndarray:
    """UCB1: the largest Q + sqrt(2 ln t / N); an arm that was not pulled yet comes first.

    t is the number of pulls so far. Source: Auer, Cesa-Bianchi and Fischer (2002).
    """
    tried = np.maximum(counts, 1)
    bonus = np.sqrt(2.0 * np.log(max(t, 1)) / tried)
    return np.where(counts > 0, sums / tried + bonus, np.inf).argmax(axis=1)


def thompson(counts, sums, t, rng) -> np.ndarray:
    """Thompson sampling: draw a mean for each arm from its Beta posterior, take the largest.

    For rewards 0 and 1 and a uniform prior. Source: Thompson (1933).
    """
    return rng.beta(1.0 + sums, 1.0 + counts - sums).argmax(axis=1)


def always(arms, pulled, rng) -> np.ndarray:
    """Rewards of arms that always pay the same."""
    return np.asarray(arms)[pulled]


def coin(arms, pulled, rng) -> np.ndarray:
    """Rewards of arms that pay 1 with their probability, else 0."""
    return (rng.random(len(pulled)) < np.asarray(arms)[pulled]).astype(float)


def simulate(policy: Policy, steps: int, runs: int, *, rng, arms=ARMS, pay=always) -> np.ndarray:
    """The arms that many runs pull, all runs at once, (runs, steps)."""
    require_positive("steps", steps)
    counts, sums = np.zeros((2, runs, len(arms)))
    pulled, each = np.empty((runs, steps), dtype=np.int8), np.arange(runs)
    for t in range(steps):
        pulled[:, t] = arm = policy(counts, sums, t, rng)
        counts[each, arm] += 1
        sums[each, arm] += pay(arms, arm, rng)
    return pulled


def regret(pulled, arms) -> np.ndarray:
    """What was missed so far against the best arm, by mean rewards; same shape (..., steps)."""
    return (max(arms) - np.asarray(arms)[pulled]).cumsum(axis=-1)


def expected_rewards(rule: EpsilonGreedy, steps: int, arms=ARMS) -> np.ndarray:
    """The expected reward of each step, (steps,), for two arms that always pay the same.

    What a run knows at step t is how often it pulled the second arm, k = 0 … t: ``chance[k]`` is
    the probability of that. One step moves a part of it from k to k + 1.
    """
    require_positive("steps", steps)
    chance, rewards = np.ones(1), np.empty(steps)
    for t in range(steps):
        k = np.arange(t + 1)
        counts = np.stack([t - k, k], axis=1)
        second = rule.probabilities(rule.estimates(counts, counts * arms))[:, 1]
        p = chance @ second
        rewards[t] = (1.0 - p) * arms[0] + p * arms[1]
        chance = np.append(chance * (1.0 - second), 0.0) + np.append(0.0, chance * second)
    return rewards


def closed_form(epsilon: float, steps: int, arms=ARMS) -> float:
    """The expected sum of rewards of ε-greedy, without a loop over steps.

    E = T (b − q Δ) − Δ (1 − 2q) (1 − (1 − q)^T) / q,   q = ε/2, Δ = b − a

    For arms (a, b), the worse first, always paying a < b; estimates start at or below a, the first
    of two equal arms is greedy, and exploring draws one of both arms.
    """
    a, b = arms
    q, gap = epsilon / 2.0, b - a
    missed = steps if q == 0.0 else -np.expm1(steps * np.log1p(-q)) / q  # E[steps without b]
    return steps * (b - q * gap) - gap * (1.0 - 2.0 * q) * missed


def best_epsilon(steps: int, arms=ARMS) -> float:
    """The constant ε with the largest expected sum, to 1e-6: a search by thirds."""
    low, high = 0.0, 1.0
    while high - low > 1e-6:
        third = (high - low) / 3.0
        if closed_form(low + third, steps, arms) < closed_form(high - third, steps, arms):
            low += third
        else:
            high -= third
    return 0.5 * (low + high)
