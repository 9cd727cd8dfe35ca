"""The wrong answers to the exercises on bandits, by name."""

import numpy as np

from rnncourse.chapters.acting.bandit import EpsilonGreedy
from rnncourse.chapters.acting.exercises_bandit import (
    cumulative_regret,
    estimates,
    expected,
    probabilities,
    run,
    ucb_scores,
)
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given


def others_only(Q, epsilon):
    """The greedy arm with probability 1 − ε, each other one with ε / (n − 1)."""
    return EpsilonGreedy(epsilon, explores="others").probabilities(Q)


def short_of_one(Q, epsilon):
    """The greedy arm with probability 1 − ε, each other one with ε / n: no probabilities."""
    p = np.full(len(Q), epsilon / len(Q))
    p[Q.argmax()] = 1.0 - epsilon
    return p


def beyond_one(Q, epsilon):
    """The greedy arm with the right 1 − ε + ε/n, each other one with ε / (n − 1)."""
    p = others_only(Q, epsilon)
    p[Q.argmax()] += epsilon / len(Q)
    return p


def softmax_of(Q, epsilon):
    e = np.exp(Q - Q.max())
    return epsilon / len(Q) + (1.0 - epsilon) * e / e.sum()


def exploit(p, Q, more):
    """p, and so much more for the greedy arm."""
    p = np.array(p, dtype=float)
    p[np.argmax(Q)] += more
    return p


MISTAKES[probabilities] = {
    "others: exploring leaves out the greedy arm: it never picks the best arm by chance": (
        others_only
    ),
    "greedy: the greedy arm gets 1 − ε; the exploring steps that draw it are missing, and the sum "
    "is not 1": short_of_one,
    "sum: ε is shared among n − 1 arms, and the greedy arm gets ε/n more: the sum is above 1": (
        beyond_one
    ),
    "exchanged: ε is taken for the probability of the greedy step": given(
        probabilities, epsilon=lambda epsilon: 1.0 - epsilon
    ),
    "never: no step explores": given(probabilities, epsilon=0.0),
    "undivided: every arm gets ε and not ε / n by exploring": (
        lambda Q, epsilon: exploit(np.full(len(Q), epsilon), Q, 1.0 - epsilon)
    ),
    "above-one: the greedy arm gets 1 more and not 1 − ε: the sum is 1 + ε": (
        lambda Q, epsilon: exploit(np.full(len(Q), epsilon / len(Q)), Q, 1.0)
    ),
    "epsilon-twice: the greedy arm gets ε more and not 1 − ε": (
        lambda Q, epsilon: exploit(np.full(len(Q), epsilon / len(Q)), Q, epsilon)
    ),
    "subtracted: 1 − ε is taken from the greedy arm in place of given": (
        lambda Q, epsilon: exploit(np.full(len(Q), epsilon / len(Q)), Q, epsilon - 1.0)
    ),
    "first-arm: the first arm is taken for the greedy one": (
        lambda Q, epsilon: exploit(
            np.full(len(Q), epsilon / len(Q)), -np.arange(len(Q)), 1 - epsilon
        )
    ),
    "ties: equally good arms share the greedy step; the first one has it all": (
        lambda Q, epsilon: EpsilonGreedy(epsilon, ties="random").probabilities(Q)
    ),
    "worst: the arm with the smallest estimate is greedy": given(probabilities, Q=lambda Q: -Q),
    "softmax: the greedy step draws from a softmax of the estimates": softmax_of,
}


def updated(step):
    """Estimates by Q + step(n) (reward − Q), n counted from 1."""

    def answer(rewards, Q0):
        Q, rows = Q0, []
        for n, reward in enumerate(rewards, start=1):
            Q = Q + step(n) * (reward - Q)
            rows.append(Q)
        return np.array(rows)

    return answer


def without_the_old(rewards, Q0):
    Q, rows = Q0, []
    for n, reward in enumerate(rewards, start=1):
        Q = Q + reward / n
        rows.append(Q)
    return np.array(rows)


def divided_by_zero(rewards, Q0):
    with np.errstate(divide="ignore", invalid="ignore"):
        return updated(lambda n: np.float64(1.0) / (n - 1))(rewards, Q0)


def overwritten(rewards, Q0):
    Q, rows = Q0, []
    for n, reward in enumerate(rewards, start=1):
        Q = (reward - Q) / n
        rows.append(Q)
    return np.array(rows)


def added(rewards, Q0):
    Q, rows = Q0, []
    for n, reward in enumerate(rewards, start=1):
        Q = Q + (reward + Q) / n
        rows.append(Q)
    return np.array(rows)


MISTAKES[estimates] = {
    "counted: the start is counted as a reward: the step is 1/(n + 1) in place of 1/n": updated(
        lambda n: 1.0 / (n + 1)
    ),
    "constant: a constant step of 0.1 in place of 1/n: recent rewards count more": updated(
        lambda n: 0.1
    ),
    "half: a constant step of 1/2 in place of 1/n": updated(lambda n: 0.5),
    "late: the step is 1/(n − 1): the count is raised after the update and not before": (
        divided_by_zero
    ),
    "one: the step is 1: the estimate is the last reward": updated(lambda n: 1.0),
    "sign: the step goes away from the reward: Q − reward in place of reward − Q": updated(
        lambda n: -1.0 / n
    ),
    "no-old: the old estimate is not subtracted: Q + reward / n": without_the_old,
    "overwritten: the step replaces the old estimate: = in place of +=": overwritten,
    "plus: Q + reward stands in place of reward − Q": added,
    "times: the step is multiplied by n in place of divided": updated(float),
    "sum: the rewards are summed and not divided by their number": (
        lambda rewards, Q0: np.cumsum(rewards)
    ),
    "all: every row is divided by the number of all rewards": (
        lambda rewards, Q0: np.cumsum(rewards) / len(rewards)
    ),
    "mean: the mean of all rewards is given at every step": (
        lambda rewards, Q0: np.full(len(rewards), np.mean(rewards))
    ),
    "before: the estimates before each reward are given": (
        lambda rewards, Q0: np.append(Q0, estimates(rewards, Q0)[:-1])
    ),
}


MISTAKES[ucb_scores] = {
    "own: the logarithm is taken of the arm's own count N in place of t": (
        lambda Q, N: Q + np.sqrt(2.0 * np.log(N) / N)
    ),
    "arms: the logarithm is taken of the number of arms": (
        lambda Q, N: Q + np.sqrt(2.0 * np.log(len(N)) / N)
    ),
    "upside: N and t are exchanged: ln N / t grows with what is known": (
        lambda Q, N: Q + np.sqrt(2.0 * np.log(N) / N.sum())
    ),
    "by-t: ln t is divided by t: every arm gets the same bonus": (
        lambda Q, N: Q + np.sqrt(2.0 * np.log(N.sum()) / N.sum())
    ),
    "no-log: t stands in place of ln t": lambda Q, N: Q + np.sqrt(2.0 * N.sum() / N),
    "ten: the logarithm has base 10": lambda Q, N: Q + np.sqrt(2.0 * np.log10(N.sum()) / N),
    "two: the logarithm has base 2": lambda Q, N: Q + np.sqrt(2.0 * np.log2(N.sum()) / N),
    "no-root: the root is left out": lambda Q, N: Q + 2.0 * np.log(N.sum()) / N,
    "half-root: N stands outside the root": lambda Q, N: Q + np.sqrt(2.0 * np.log(N.sum())) / N,
    "no-two: the factor 2 is left out": lambda Q, N: Q + np.sqrt(np.log(N.sum()) / N),
    "outside: the factor 2 stands outside the root": (
        lambda Q, N: Q + 2.0 * np.sqrt(np.log(N.sum()) / N)
    ),
    "minus: the bonus is subtracted: that is a lower bound, which shuns the unknown": (
        lambda Q, N: 2.0 * Q - ucb_scores(Q, N)
    ),
    "bonus: Q is left out": lambda Q, N: ucb_scores(Q, N) - Q,
    "mean-only: the bonus is left out": lambda Q, N: Q,
    "mean-count: the logarithm is taken of the mean count and not of the sum": (
        lambda Q, N: Q + np.sqrt(2.0 * np.log(N.mean()) / N)
    ),
    "undivided: the bonus is not divided by N: it is the same for all arms": (
        lambda Q, N: Q + np.sqrt(2.0 * np.log(N.sum()) + 0.0 * N)
    ),
    "times: N multiplies in place of divides: what is known is pulled again": (
        lambda Q, N: Q + np.sqrt(2.0 * np.log(N.sum()) * N)
    ),
}


MISTAKES[cumulative_regret] = {
    "worst: the worst arm is compared with in place of the best": (
        lambda pulled, arms: np.cumsum(arms[pulled] - arms.min())
    ),
    "sign: rewards above the best are counted, so regret falls": (
        lambda pulled, arms: -cumulative_regret(pulled, arms)
    ),
    "step: the regret of each step is given and not summed": (
        lambda pulled, arms: arms.max() - arms[pulled]
    ),
    "rewards: the rewards are summed, and nothing is compared": (
        lambda pulled, arms: np.cumsum(arms[pulled])
    ),
    "chosen: the best arm among those that were pulled is compared with": (
        lambda pulled, arms: np.cumsum(arms[pulled].max() - arms[pulled])
    ),
    "mean: the mean of the arms is compared with": (
        lambda pulled, arms: np.cumsum(arms.mean() - arms[pulled])
    ),
    "average: the regret is divided by the steps so far": (
        lambda pulled, arms: cumulative_regret(pulled, arms) / np.arange(1, len(pulled) + 1)
    ),
    "one: the best arm is taken to pay 1": lambda pulled, arms: np.cumsum(1.0 - arms[pulled]),
    "count: steps with a wrong arm are counted, each as 1": (
        lambda pulled, arms: np.cumsum(arms[pulled] < arms.max())
    ),
}


def split(missing, q) -> np.ndarray:
    """Rewards where ``missing`` is the probability that the second arm was not pulled yet."""
    return missing * (0.5 + 0.5 * q) + (1.0 - missing) * (1.0 - 0.5 * q)


def mixed(
    epsilon,
    T,
    before=lambda q: 0.5 + 0.5 * q,
    after=lambda q: 1.0 - 0.5 * q,
    weight=lambda missing: 1.0 - missing,
) -> np.ndarray:
    """The expected rewards with another reward, or another weight, of one of the two states."""
    q = epsilon / 2.0
    missing = (1.0 - q) ** np.arange(T)
    return missing * before(q) + weight(missing) * after(q)


MISTAKES[expected] = {
    "others: q is ε: exploring is taken to pull the other arm always": (
        lambda epsilon, T: split((1.0 - epsilon) ** np.arange(T), epsilon)
    ),
    "late: the exponent is t in place of t − 1: the first step is taken to know something": (
        lambda epsilon, T: split((1.0 - epsilon / 2.0) ** np.arange(1, T + 1), epsilon / 2.0)
    ),
    "end: the reward of a run that has found the second arm is given at every step": (
        lambda epsilon, T: np.full(T, 1.0 - epsilon / 4.0)
    ),
    "free: a step that explores is taken to cost nothing once the second arm was found": (
        lambda epsilon, T: 1.0 - (1.0 - epsilon / 2.0) ** np.arange(T) * (0.5 - 0.25 * epsilon)
    ),
    "greedy: a greedy run that stays with the first arm": lambda epsilon, T: np.full(T, 0.5),
    "found: the two states are exchanged: the found one stands first": (
        lambda epsilon, T: split(1.0 - (1.0 - epsilon / 2.0) ** np.arange(T), epsilon / 2.0)
    ),
    "zero: a step before the find is taken to pay nothing": (
        lambda epsilon, T: expected(epsilon, T) - 0.5 * (1.0 - epsilon / 2.0) ** np.arange(1, T + 1)
    ),
    "sum: the rewards are summed": lambda epsilon, T: np.cumsum(expected(epsilon, T)),
    "plain-half: before the find an exploring step is taken to pay ½ as well": (
        lambda epsilon, T: mixed(epsilon, T, before=lambda q: 0.5)
    ),
    "whole-gain: before the find the gain is q in place of q / 2": (
        lambda epsilon, T: mixed(epsilon, T, before=lambda q: 0.5 + q)
    ),
    "less: before the find exploring is taken to cost: ½ − q / 2": (
        lambda epsilon, T: mixed(epsilon, T, before=lambda q: 0.5 - 0.5 * q)
    ),
    "nothing: before the find the first arm is taken to pay 0": (
        lambda epsilon, T: mixed(epsilon, T, before=lambda q: 0.5 * q)
    ),
    "whole-loss: after the find the loss is q in place of q / 2": (
        lambda epsilon, T: mixed(epsilon, T, after=lambda q: 1.0 - q)
    ),
    "more: after the find exploring is taken to gain: 1 + q / 2": (
        lambda epsilon, T: mixed(epsilon, T, after=lambda q: 1.0 + 0.5 * q)
    ),
    "unweighted: the reward after the find is added whole, without its probability": (
        lambda epsilon, T: mixed(epsilon, T, weight=lambda missing: 1.0)
    ),
    "before-alone: the runs that have found the second arm are left out": (
        lambda epsilon, T: mixed(epsilon, T, weight=lambda missing: 0.0)
    ),
    "minus: the reward after the find is subtracted": (
        lambda epsilon, T: mixed(epsilon, T, weight=lambda missing: missing - 1.0)
    ),
    "found-power: q^(t − 1) stands in place of (1 − q)^(t − 1)": (
        lambda epsilon, T: split((epsilon / 2.0) ** np.arange(T), epsilon / 2.0)
    ),
}


def run_with(Q0=0.0, explores=np.less, step=lambda n: 1.0 / n, choose=np.argmax, other=None):
    """ε-greedy with one of its parts exchanged."""

    def answer(arms, epsilon, u, draws):
        Q, N, rewards = np.full(len(arms), Q0), np.zeros(len(arms)), []
        for chance, draw in zip(u, draws, strict=True):
            greedy = choose(Q)
            drawn = other(draw, greedy, len(arms)) if other else draw
            arm = drawn if explores(chance, epsilon) else greedy
            N[arm] += 1
            Q[arm] += (arms[arm] - Q[arm]) * step(N[arm])
            rewards.append(arms[arm])
        return np.array(rewards)

    return answer


def by_sums(arms, epsilon, u, draws):
    """The arm that paid most in all is greedy, not the one that pays most each time."""
    paid, rewards = np.zeros(len(arms)), []
    for chance, draw in zip(u, draws, strict=True):
        arm = draw if chance < epsilon else paid.argmax()
        paid[arm] += arms[arm]
        rewards.append(arms[arm])
    return np.array(rewards)


def greedy_estimate(arms, epsilon, u, draws):
    """Rewards of exploring steps are not learned from."""
    Q, N, rewards = np.zeros(len(arms)), np.zeros(len(arms)), []
    for chance, draw in zip(u, draws, strict=True):
        arm = draw if chance < epsilon else Q.argmax()
        if chance >= epsilon:
            N[arm] += 1
            Q[arm] += (arms[arm] - Q[arm]) / N[arm]
        rewards.append(arms[arm])
    return np.array(rewards)


def moved(step):
    """A run whose estimate becomes ``step(Q, paid, n)``."""

    def answer(arms, epsilon, u, draws):
        Q, N, rewards = np.zeros(len(arms)), np.zeros(len(arms)), []
        for chance, draw in zip(u, draws, strict=True):
            arm = draw if chance < epsilon else Q.argmax()
            N[arm] += 1
            Q[arm] = step(Q[arm], arms[arm], N[arm])
            rewards.append(arms[arm])
        return np.array(rewards)

    return answer


MISTAKES[run] = {
    "away: the estimate moves away from the reward": moved(lambda Q, paid, n: Q - (paid - Q) / n),
    "overwritten: the step replaces the old estimate: = in place of +=": moved(
        lambda Q, paid, n: (paid - Q) / n
    ),
    "equal: u = ε explores too; only u < ε does": run_with(explores=np.less_equal),
    "exchanged: the step explores if u is above ε": run_with(explores=np.greater),
    "others: an exploring step that draws the greedy arm takes another: it never picks the best "
    "arm by chance": run_with(other=lambda draw, greedy, n: (greedy + 1) % n),
    "sums: the sums of the rewards are compared and not their means": by_sums,
    "optimistic: the estimates start above all rewards, and not at 0": run_with(Q0=2.0),
    "last: of equally good arms the last is greedy": run_with(
        choose=lambda Q: len(Q) - 1 - Q[::-1].argmax()
    ),
    "worst: the arm with the smallest estimate is greedy": run_with(choose=np.argmin),
    "unlearned: the rewards of exploring steps do not change the estimates": greedy_estimate,
    "never: no step explores": run_with(explores=lambda chance, epsilon: False),
    "always: every step explores": run_with(explores=lambda chance, epsilon: True),
    "known: the best arm is pulled in every greedy step, before anything was learned": (
        lambda arms, epsilon, u, draws: np.where(u < epsilon, arms[draws], arms.max())
    ),
}
