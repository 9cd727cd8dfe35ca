"""Claims: what exploring costs and finds, on two arms, by three routes, and under noise."""

from functools import lru_cache, partial

import numpy as np

from rnncourse.chapters.acting.bandit import (
    ARMS,
    NOISY,
    EpsilonGreedy,
    best_epsilon,
    closed_form,
    coin,
    expected_rewards,
    regret,
    simulate,
    thompson,
    ucb,
)
from rnncourse.chapters.acting.exercises_bandit import ucb_scores
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

STEPS = 1000
EXACT = f"recursion over the exact distribution, {STEPS} steps"
SEEN = (0.0, 0.1, 0.5, 1.0)
SOURCE = "D-2.2"


@lru_cache
def recursion(epsilon: float, **conventions) -> float:
    """The expected sum of rewards on the course's arms."""
    return float(expected_rewards(EpsilonGreedy(epsilon, **conventions), STEPS).sum())


# The average that a program keeps


@claim(
    "bandit-mean-update",
    shows="eq-bandit-mean",
    tolerance=1e-12,
    how="the mean of all rewards so far, 1000 random ones",
    source="Sutton and Barto (2018)",
    absolute="rewards",
)
def incremental_mean() -> float:
    """The estimate that moves by 1/N of its error is the mean of all rewards."""
    rewards, Q = np.random.default_rng(0).standard_normal(1000), 7.0
    errors = []
    for N, reward in enumerate(rewards, start=1):
        Q = Q + (reward - Q) / N
        errors.append(abs(Q - rewards[:N].mean()))
    return largest_of(errors)


@claim(
    "bandit-probabilities",
    shows="eq-bandit-epsilon",
    tolerance=0.01,
    how="shares of 400 000 simulated choices",
    source="3.11",
    absolute="probabilities",
)
def chance_of_each_arm() -> float:
    r"""The greedy arm is pulled with the probability $1 - \varepsilon + \varepsilon/n$."""
    rng, Q, errors = np.random.default_rng(0), np.array([0.2, 0.9, 0.4]), []
    for epsilon in SEEN:
        explores = rng.random(100_000) < epsilon
        arm = np.where(explores, rng.integers(3, size=100_000), Q.argmax())
        shares = np.bincount(arm, minlength=3) / 100_000
        errors.append(np.abs(shares - EpsilonGreedy(epsilon).probabilities(Q)).max())
    return float(largest_of(errors))


@claim(
    "bandit-never-by-chance",
    tolerance=1e-12,
    states=0.1,
    how="three arms, epsilon = 0.3",
    mistake=("bandit-probabilities", "others"),
    source="others",
)
def never_by_chance() -> float:
    """What the greedy arm of three loses if an exploring step never draws it."""
    Q = np.array([0.2, 0.9, 0.4])
    wrong = wrong_answer("bandit-probabilities", "others")(Q, 0.3)
    return float(EpsilonGreedy(0.3).probabilities(Q)[1] - wrong[1])


# The expected sum, by three routes


@claim(
    "bandit-closed-form",
    shows="eq-bandit-sum",
    tolerance=1e-12,
    how=f"{EXACT}, eleven values of epsilon, relative",
    source=SOURCE,
)
def closed_form_is_the_recursion() -> float:
    """The expected sum of rewards in closed form is that of the recursion."""
    each = np.linspace(0.0, 1.0, 11)
    return largest_of(abs(closed_form(e, STEPS) / recursion(float(e)) - 1.0) for e in each)


@claim(
    "bandit-step-form",
    shows="eq-bandit-step",
    tolerance=1e-12,
    how=f"{EXACT}, ten values of epsilon, two pairs of arms",
    source=SOURCE,
    absolute="rewards",
)
def one_step_in_closed_form() -> float:
    r"""The expected reward of step $t$ is $b - q\Delta$ less what the runs miss that lack $b$."""
    errors, t = [], np.arange(1, 201)
    for a, b in (ARMS, (0.2, 0.9)):
        for q in np.linspace(0.0, 0.5, 10):
            by_hand = b - q * (b - a) - (b - a) * (1.0 - 2.0 * q) * (1.0 - q) ** (t - 1)
            rule = EpsilonGreedy(2.0 * q)
            errors.append(np.abs(by_hand - expected_rewards(rule, 200, (a, b))).max())
    return float(largest_of(errors))


@claim(
    "bandit-simulated",
    shows="eq-bandit-sum",
    tolerance=3.0,
    how="2000 runs for each of five epsilon, in standard errors of their mean",
    source=SOURCE,
    absolute="standard errors",
)
def simulation_falls_on_the_closed_form() -> float:
    """The mean of simulated runs lies within three standard errors of the closed form."""
    distances = []
    for seed, epsilon in enumerate((0.02, 0.1, 0.3, 0.5, 1.0)):
        rng = np.random.default_rng(seed)
        pulled = simulate(EpsilonGreedy(epsilon), STEPS, 2000, rng=rng)
        sums = np.asarray(ARMS)[pulled].sum(axis=1)
        error = sums.std(ddof=1) / np.sqrt(len(sums))
        distances.append(abs(sums.mean() - closed_form(epsilon, STEPS)) / error)
    return largest_of(distances)


TOTALS = {
    "bandit-total-0: Expected sum of 1000 rewards with no exploring at all.": Row(
        partial(recursion, 0.0), 500.0
    ),
    r"bandit-total-01: Expected sum with $\varepsilon = 0.1$.": Row(partial(recursion, 0.1), 966.0),
    r"bandit-total-05: Expected sum with $\varepsilon = 0.5$.": Row(partial(recursion, 0.5), 874.0),
    r"bandit-total-1: Expected sum with $\varepsilon = 1$, where every step explores.": Row(
        partial(recursion, 1.0), 750.0
    ),
    "bandit-optimistic: Sum of a greedy run whose estimates start at 2.": Row(
        partial(recursion, 0.0, start=2.0), 999.5
    ),
    "bandit-counted: The same where the start counts as one reward.": Row(
        partial(recursion, 0.0, start=2.0, counted=True), 999.0
    ),
    r"bandit-others: Expected sum with $\varepsilon = 0.1$ if exploring means the other arm.": Row(
        partial(recursion, 0.1, explores="others"), 946.0
    ),
    "bandit-ties: Expected sum with no exploring if a coin breaks ties.": Row(
        partial(recursion, 0.0, ties="random"), 750.0
    ),
    r"bandit-ties-01: Expected sum with $\varepsilon = 0.1$ if a coin breaks ties.": Row(
        partial(recursion, 0.1, ties="random"), 970.275
    ),
}
claim_rows(TOTALS, tolerance=1e-9, how=EXACT, source="R4-17")


def best_first(epsilon: float) -> float:
    rule = EpsilonGreedy(epsilon)
    return float(expected_rewards(rule, STEPS, arms=(ARMS[1], ARMS[0])).sum())


@claim("bandit-best-first", tolerance=1e-9, states=1000.0, how=EXACT, source="R4-17")
def best_arm_first() -> float:
    """Sum of a greedy run if the better arm stands first."""
    return best_first(0.0)


@claim("bandit-doubled", tolerance=1e-12, how=f"{EXACT}, ten epsilon, relative", source="R4-17")
def exploring_the_other_arm_doubles_epsilon() -> float:
    r"""Exploring the other arm alone, with $\varepsilon$, is exploring both with $2\varepsilon$."""
    each = np.linspace(0.0, 0.5, 10)
    pairs = [(recursion(float(e), explores="others"), closed_form(2.0 * e, STEPS)) for e in each]
    return largest_of(abs(got / expected - 1.0) for got, expected in pairs)


@claim(
    "bandit-ceiling",
    shows="eq-bandit-ceiling",
    tolerance=1e-12,
    how="closed form, 1001 epsilon, horizons from 1 to 100 000: the largest excess",
    source="R4-17",
    absolute="rewards",
)
def ceiling() -> float:
    r"""No constant $\varepsilon$ collects more than $b - \varepsilon\Delta/2$ in a step."""
    b, gap, excess = ARMS[1], ARMS[1] - ARMS[0], []
    for steps in (1, 10, 1000, 100_000):
        for epsilon in np.linspace(0.0, 1.0, 1001):
            bound = b - 0.5 * epsilon * gap
            excess.append(closed_form(epsilon, steps) / steps - bound)
    return largest_of(0.0, *excess)


@claim("bandit-best-epsilon", states=0.063, how="search on the closed form", source=SOURCE)
def best_constant() -> float:
    r"""The best constant $\varepsilon$ for 1000 steps."""
    return best_epsilon(STEPS)


@claim("bandit-best-sum", states=969.4, how="search on the closed form", source=SOURCE)
def best_constant_sum() -> float:
    r"""The expected sum with that $\varepsilon$."""
    return closed_form(best_epsilon(STEPS), STEPS)


@claim(
    "bandit-best-rule",
    shows="eq-bandit-best",
    tolerance=0.01,
    how="search on the closed form, six horizons from 100 to 10 000 000, relative",
    source=SOURCE,
)
def best_constant_by_horizon() -> float:
    r"""For a long run the best constant $\varepsilon$ is near $2/\sqrt T$."""
    horizons = 10.0 ** np.arange(2, 8)
    return largest_of(abs(best_epsilon(int(T)) * np.sqrt(T) / 2.0 - 1.0) for T in horizons)


@claim("bandit-flat-reward", tolerance=1e-12, states=0.5, how=EXACT, source="R4-17")
def flat_and_bad() -> float:
    """The largest reward of a greedy run from a start at 0: its curve is flat at the worse arm."""
    rewards = expected_rewards(EpsilonGreedy(0.0), STEPS)
    return float(rewards.max() if np.ptp(rewards) == 0.0 else np.inf)


@claim("bandit-exploring-flat", tolerance=1e-12, states=0.75, how=EXACT, source="R4-17")
def flat_and_exploring() -> float:
    """The largest expected reward where every step explores: this curve is flat as well."""
    rewards = expected_rewards(EpsilonGreedy(1.0), STEPS)
    return float(rewards.max() if np.ptp(rewards) < 1e-12 else np.inf)


@claim("bandit-late-reward", tolerance=1e-9, states=0.975, how=EXACT, source="R4-17")
def late_reward() -> float:
    r"""The expected reward of the last step with $\varepsilon = 0.1$."""
    return float(expected_rewards(EpsilonGreedy(0.1), STEPS)[-1])


# Regret, and arms that pay by chance

RUNS, LONG = 200, 10_000
COINS = f"{RUNS} runs of {LONG} steps, arms that pay with probability 0.5 and 0.8"
POLICIES = {
    "greedy": EpsilonGreedy(0.0),
    "ε = 0.1": EpsilonGreedy(0.1),
    "optimistic start": EpsilonGreedy(0.0, start=5.0),
    "UCB": ucb,
    "Thompson": thompson,
}


@lru_cache
def regrets(name: str, seed: int = 0, steps: int = LONG, runs: int = RUNS) -> np.ndarray:
    """The regret of every run after every step, (runs, steps)."""
    rng = np.random.default_rng(seed)
    pulled = simulate(POLICIES[name], steps, runs, rng=rng, arms=NOISY, pay=coin)
    return regret(pulled, NOISY)


def ratio_of_decades(name: str) -> float:
    """What the steps 1001 … 10 000 add to the mean regret, beside the steps 101 … 1000."""
    mean = regrets(name).mean(axis=0)
    return float((mean[9999] - mean[999]) / (mean[999] - mean[99]))


@claim(
    "bandit-regret-linear",
    tolerance=1.5,
    states=10.0,
    how=f"{COINS}: what 5001 … 10 000 add, beside 501 … 1000",
    source=SOURCE,
)
def fixed_exploring_costs_in_proportion() -> float:
    r"""With $\varepsilon = 0.1$ ten times as many steps add about ten times as much regret."""
    mean = regrets("ε = 0.1").mean(axis=0)
    return float((mean[9999] - mean[4999]) / (mean[999] - mean[499]))


def beyond_two(name: str) -> float:
    return largest_of(0.0, ratio_of_decades(name) - 2.0)


claim_rows(
    {
        "bandit-regret-log-ucb: With UCB ten times as many steps add less than twice as much "
        "regret.": Row(partial(beyond_two, "UCB"), absolute="what exceeds the factor 2"),
        "bandit-regret-log-thompson: With Thompson sampling too.": Row(
            partial(beyond_two, "Thompson"), absolute="what exceeds the factor 2"
        ),
    },
    tolerance=1e-12,
    how=f"{COINS}: what 1001 … 10 000 add, beside 101 … 1000",
    source="Auer et al. (2002)",
)


@claim(
    "bandit-ucb-bound",
    shows="eq-bandit-ucb-bound",
    tolerance=1e-12,
    how=f"{COINS}: the largest excess over the bound",
    source="Auer et al. (2002)",
    absolute="regret",
)
def ucb_stays_below_its_bound() -> float:
    """The mean regret of UCB1 stays below the bound of its theorem at every step."""
    gap, t = NOISY[1] - NOISY[0], np.arange(1, LONG + 1)
    bound = 8.0 * np.log(t) / gap + (1.0 + np.pi**2 / 3.0) * gap
    return float(largest_of(0.0, (regrets("UCB").mean(axis=0) - bound).max()))


@claim(
    "bandit-ucb-choice",
    shows="eq-bandit-ucb",
    tolerance=1e-12,
    how="1000 random counts and means of four arms: choices that differ",
    source="Auer et al. (2002)",
    absolute="a count",
)
def ucb_takes_the_largest_score() -> float:
    """UCB1 pulls the arm with the largest sum of mean and bonus."""
    rng = np.random.default_rng(0)
    counts = rng.integers(1, 50, (1000, 4)).astype(float)
    means = rng.random((1000, 4))
    by_hand = [int(np.argmax(ucb_scores(Q, N))) for Q, N in zip(means, counts, strict=True)]
    chosen = [
        int(ucb(N[None], (N * Q)[None], int(N.sum()), rng)[0])
        for Q, N in zip(means, counts, strict=True)
    ]
    return float(np.sum(np.array(by_hand) != chosen))


@claim(
    "bandit-regret-sum",
    shows="eq-bandit-regret",
    tolerance=1e-12,
    how="100 runs of 1000 steps, relative",
    source=SOURCE,
)
def regret_and_reward_make_the_best() -> float:
    """Regret is what the best arm would have paid, less what the pulled arms pay on average."""
    rng = np.random.default_rng(0)
    pulled = simulate(EpsilonGreedy(0.1), STEPS, 100, rng=rng, arms=NOISY, pay=coin)
    paid = np.asarray(NOISY)[pulled].sum(axis=1)
    best = STEPS * largest_of(NOISY)
    return float(np.abs((regret(pulled, NOISY)[:, -1] + paid) / best - 1.0).max())


def end(name: str) -> float:
    return float(regrets(name)[:, -1].mean())


claim_rows(
    {
        r"bandit-noise-01: Mean regret with $\varepsilon = 0.1$.": Row(
            partial(end, "ε = 0.1"), 160, tolerance=8
        ),
        "bandit-noise-ucb: Mean regret of UCB.": Row(partial(end, "UCB"), 47, tolerance=5),
        "bandit-noise-thompson: Mean regret of Thompson sampling.": Row(
            partial(end, "Thompson"), 7, tolerance=3
        ),
        "bandit-noise-greedy: Mean regret of a greedy rule that starts at 0.": Row(
            partial(end, "greedy"), 3000, tolerance=1e-6
        ),
    },
    how=COINS,
    source=SOURCE,
)


@claim(
    "bandit-order",
    tolerance=1e-12,
    how="100 runs of 3000 steps, five seeds; counts the seeds with another order",
    source=SOURCE,
    absolute="a count",
)
def order_under_noise() -> float:
    r"""Thompson, UCB, $\varepsilon = 0.1$, optimistic start: regret grows in this order."""
    names = ("Thompson", "UCB", "ε = 0.1", "optimistic start")
    ends = [[regrets(name, seed, 3000, 100)[:, -1].mean() for name in names] for seed in range(5)]
    return float(sum(not (np.diff(row) > 0.0).all() for row in ends))


@claim(
    "bandit-optimism-stuck",
    states=0.2,
    tolerance=0.08,
    how=f"{COINS}: share of runs whose last 1000 steps all pull the worse arm",
    source=SOURCE,
)
def optimism_gets_stuck() -> float:
    """In this share of its runs a greedy rule that starts at 5 ends with the worse arm."""
    paths = regrets("optimistic start")
    lost = (NOISY[1] - NOISY[0]) * 1000
    return float((paths[:, -1] - paths[:, -1001] > lost - 1e-6).mean())


@claim("bandit-ucb-certain", states=18.0, how="one run, which has no chance in it", source=SOURCE)
def ucb_on_certain_arms() -> float:
    """The regret of UCB on the course's arms, where nothing is noisy, after 1000 steps."""
    pulled = simulate(ucb, STEPS, 1, rng=np.random.default_rng(0))
    return float(regret(pulled, ARMS)[0, -1])
