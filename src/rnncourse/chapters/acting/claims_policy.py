"""Claims on policy gradients, by all episodes of a short corridor; on the stored walker."""

from functools import cache
from itertools import product
from math import comb, log

import numpy as np

from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.softmax import cross_entropy, softmax
from rnncourse.chapters.acting.enumeration import (
    CUE,
    ROWS,
    episode_gradient,
    episodes,
    estimates,
    expected_return,
    expected_to_go,
    flat,
    gradient_by_differences,
    histories,
    policies,
    probabilities,
    scores,
    small_policy,
    spread,
    to_go,
    walker,
    whole_return,
)
from rnncourse.chapters.acting.exercises_policy import (
    entropy_gradient,
    episode_loss,
    score_gradient,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

ALL = "all 414 episodes of a corridor of 2"
DIFFERENCES = f"central differences; {ALL}"
CORRIDOR, LONGEST = 2, 5
SEEDS = range(3)


class Listed:
    """A policy, how often each of all episodes comes, and the score vectors of their steps."""

    def __init__(self, params: dict):
        self.params, self.walked = params, episodes()
        self.P = probabilities(params, self.walked)
        self.scores = scores(params, self.walked)  # (N, T, m)

    def expected(self, weights: np.ndarray) -> np.ndarray:
        """The mean of the estimator Σ_t w_t ∇ log π_t(a_t), (m,); weights (N, T)."""
        return self.P @ estimates(self.scores, weights)

    def off(self, weights: np.ndarray) -> float:
        """How far that mean is from the one with G_0 at every step."""
        return relative_error(self.expected(weights), self.expected(whole_return(self.walked)))

    def variance(self, weights: np.ndarray) -> float:
        return spread(self.P, estimates(self.scores, weights))


@cache
def listed(seed: int) -> Listed:
    """A random policy of three units."""
    return Listed(small_policy(seed))


@cache
def listed_walker(way: float) -> Listed:
    return Listed(walker(way, 1.0))


# The gradient of the expected return


@claim("maze-episodes", states=414, how="every list of actions, both cues")
def number_of_episodes() -> float:
    """Episodes of a corridor of 2 that is cut off after 5 steps."""
    return float(len(episodes().seen))


@claim("maze-probabilities", shows="eq-episode-probability", tolerance=1e-13, how=ALL)
def probabilities_add_up() -> float:
    """The probabilities of all episodes, half for the cue and then one factor an action, add up
    to 1."""
    sums = [probabilities(small_policy(seed), episodes()).sum() for seed in range(10)]
    return float(np.abs(np.array(sums) - 1.0).max())


@claim("score-function", shows="eq-score-function", tolerance=1e-10, how=DIFFERENCES)
def score_estimator() -> float:
    r"""The mean of $G_0 \sum_t \nabla \log \pi_t(a_t)$ is the gradient of the expected return."""
    errors = []
    for seed in SEEDS:
        params, all_of_them = small_policy(seed), listed(seed)
        J = gradient_by_differences(lambda p=params: expected_return(p, episodes()), params)
        errors.append(relative_error(all_of_them.expected(whole_return(episodes())), J))
    return largest_of(errors)


@claim("score-autograd", tolerance=1e-12, how=f"automatic differentiation (torch); {ALL}")
def automatic_differentiation() -> float:
    """Automatic differentiation of the listed expected return gives the same gradient."""
    return largest_of(relative_error(by_autograd(seed), listed_mean(seed)) for seed in SEEDS)


def listed_mean(seed: int) -> np.ndarray:
    return listed(seed).expected(whole_return(episodes()))


def by_autograd(seed: int) -> np.ndarray:
    """The gradient of Σ probability · return through the package's torch cell, (m,)."""
    import torch

    from rnncourse.cells import RNNCell
    from rnncourse.sequence import unroll

    params, walked = small_policy(seed), episodes()
    W_ph, b_p = (torch.from_numpy(params[name]).requires_grad_() for name in ("W_ph", "b_p"))
    cell = RNNCell(4, 3, rng=np.random.default_rng(0)).double()
    cell.load_state_dict({name: torch.from_numpy(params[name]) for name in cell.state_dict()})
    h, _ = unroll(cell, torch.from_numpy(walked.seen))
    log_pi = (h @ W_ph.T + b_p).log_softmax(dim=-1)
    chosen = log_pi.gather(-1, torch.from_numpy(walked.actions)[..., None])[..., 0]
    P = CUE * torch.exp((chosen * torch.from_numpy(walked.live)).sum(dim=1))
    (P @ torch.from_numpy(walked.rewards.sum(axis=1))).backward()
    grads = {name: p.grad.numpy() for name, p in cell.named_parameters()}
    return flat(grads | {"W_ph": W_ph.grad.numpy(), "b_p": b_p.grad.numpy()})


@claim(
    "score-mean-zero",
    shows="eq-score-mean",
    tolerance=1e-13,
    how="every history of all",
    absolute="the right value is 0",
)
def scores_have_mean_zero() -> float:
    r"""After every history the mean of $\nabla \log \pi(a)$ over the actions is zero."""
    errors = []
    for seed in SEEDS:
        one = listed(seed)
        for t, known in enumerate(histories(one.walked).T):
            sums = np.zeros((known.max() + 1, one.scores.shape[2]))
            np.add.at(sums, known, one.P[:, None] * one.scores[:, t])
            errors.append(np.abs(sums).max())
    return float(largest_of(errors))


@claim("reward-to-go", shows="eq-reward-to-go", tolerance=1e-12, how=ALL)
def past_rewards_do_not_matter() -> float:
    """The return to go in place of the whole return leaves the expected gradient as it is."""
    return largest_of(listed(seed).off(to_go(episodes())) for seed in SEEDS)


def baselines(one: Listed) -> list[np.ndarray]:
    """Four that do not see the action, (N, T) or what broadcasts to it: a constant, a mean a step,
    the value of the history, and a random number for each history."""
    known = histories(one.walked)
    drawn = np.random.default_rng(0).standard_normal((known.shape[1], known.max() + 1))
    V = expected_to_go(one.P, one.walked)
    by_history = np.stack([row[k] for row, k in zip(drawn, known.T, strict=True)], axis=1)
    return [np.array(5.0), mean_a_step(one), V, by_history]


def mean_a_step(one: Listed) -> np.ndarray:
    """The mean of G_t over the episodes that are still running at step t, (T,)."""
    running = one.P[:, None] * one.walked.live
    return (running * to_go(one.walked)).sum(axis=0) / running.sum(axis=0)


@claim("baseline-no-bias", shows="eq-baseline", tolerance=1e-11, how=ALL)
def baselines_drop_out() -> float:
    """A constant, a mean for each step, the value of the history or a random number for each
    history as baseline: the expected gradient stays."""
    walked = episodes()
    return largest_of(
        one.off(to_go(walked) - b) for one in map(listed, SEEDS) for b in baselines(one)
    )


@claim("action-value-weights", tolerance=1e-11, how=ALL)
def action_values_as_weights() -> float:
    """Q(history, action) − V(history) in place of the return has the same mean."""
    return largest_of(one.off(action_value(one) - history_value(one)) for one in map(listed, SEEDS))


def action_value(one: Listed) -> np.ndarray:
    return expected_to_go(one.P, one.walked, with_action=True)


def history_value(one: Listed) -> np.ndarray:
    return expected_to_go(one.P, one.walked)


@claim("action-baseline-nothing", tolerance=1e-12, how=ALL)
def action_value_as_baseline() -> float:
    """With Q(history, action) as baseline, which sees the action, nothing of the gradient is
    left."""
    sizes = []
    for one in map(listed, SEEDS):
        left = one.expected(to_go(one.walked) - action_value(one))
        sizes.append(np.abs(left).max() / np.abs(one.expected(to_go(one.walked))).max())
    return float(largest_of(sizes))


BIASED = {
    "action-baseline-biased: A baseline that is 1 for the action right, else 0.": Row(
        lambda: listed(0).off(to_go(episodes()) - (episodes().actions == 2)), 1.0154
    ),
    "own-reward-missing: Without the step's own reward in its return.": Row(
        lambda: listed(0).off(to_go(episodes()) - episodes().rewards), 0.9287
    ),
    "step-reward-alone: With the reward of the step alone.": Row(
        lambda: listed(0).off(episodes().rewards), 0.2692
    ),
}
claim_rows(BIASED, how=f"{ALL}: relative error of the expected gradient")


# Variance


def share(way: float, weights):
    """The variance of an estimator relative to that with G_0."""

    def measure() -> float:
        one = listed_walker(way)
        return one.variance(weights(one)) / one.variance(whole_return(one.walked))

    return measure


def less_mean(one: Listed) -> np.ndarray:
    return whole_return(one.walked) - one.P @ one.walked.rewards.sum(axis=1)


ESTIMATORS = {
    "to-go": (lambda one: to_go(one.walked), "G_t"),
    "mean": (less_mean, "G_0 less its mean"),
    "step": (lambda one: to_go(one.walked) - mean_a_step(one), "G_t less its mean at step t"),
    "value": (lambda one: to_go(one.walked) - history_value(one), "G_t less V of the history"),
    "action": (lambda one: action_value(one) - history_value(one), "Q − V"),
}
SHARES = {
    "sure": (2.0, (0.999, 0.790, 0.784, 0.783, 0.230)),
    "hesitant": (1.0, (0.997, 1.127, 1.064, 1.108, 0.431)),
}
claim_rows(
    {
        f"variance-{name}-{kind}: A {kind} walker, {words}: what is left of the variance.": Row(
            share(way, weights), states, 5e-4
        )
        for kind, (way, numbers) in SHARES.items()
        for (name, (weights, words)), states in zip(ESTIMATORS.items(), numbers, strict=True)
    },
    how=f"{ALL}: the summed variance relative to that with G_0",
)
WALKERS = {
    "sure-walker: The sure walker: how many episodes end on the cue's side.": Row(
        lambda: listed_walker(2.0).P @ episodes().right, 0.820
    ),
    "hesitant-walker: The hesitant walker: how many episodes end on the cue's side.": Row(
        lambda: listed_walker(1.0).P @ episodes().right, 0.625
    ),
}
claim_rows(WALKERS, tolerance=5e-4, how=ALL)


@claim("variance-shift", states=15.1, how=f"{ALL}: the sure walker, 3 added to every return")
def shifted_returns() -> float:
    """The same constant added to all returns: by which factor the variance with G_0 grows."""
    one = listed_walker(2.0)
    G = whole_return(one.walked)
    return one.variance(G + 3.0) / one.variance(G)


# The choice, its entropy, and the way back


def drawn_steps(T: int = 6) -> tuple:
    rng = np.random.default_rng(1)
    return rng.standard_normal((T, 3)), rng.integers(3, size=T), rng.standard_normal(T)


@claim("score-by-logits", shows="eq-score-logits", tolerance=1e-9, how="central differences")
def by_the_scores() -> float:
    r"""$\partial \log \pi(a) / \partial p$ is the one-hot row of $a$ less $\pi$."""
    p, actions, weights = drawn_steps()
    by_hand = score_gradient(p, actions, weights)
    return relative_error(
        by_hand, precise_gradient(lambda: -(weights * cross_entropy(p, actions)).sum(), p)
    )


@claim("entropy-gradient", shows="eq-entropy-gradient", tolerance=1e-9, how="central differences")
def entropy_by_the_scores() -> float:
    r"""$\partial H / \partial p_a = -\pi(a)\,(\log \pi(a) + H)$."""
    rng, errors = np.random.default_rng(0), []
    for K in (2, 3, 7):
        p = rng.standard_normal(K)
        errors.append(relative_error(entropy_gradient(p), precise_gradient(lambda p=p: H(p), p)))
    return largest_of(errors)


def H(p: np.ndarray) -> float:
    pi = softmax(p)
    return float(-(pi * np.log(pi)).sum())


@claim("entropy-most", tolerance=1e-12, how="10,000 random choices among 3", absolute="nats")
def most_entropy() -> float:
    """The entropy of three actions is at most log 3, and that at equal scores."""
    rows = np.random.default_rng(0).standard_normal((10_000, 3))
    return largest_of(largest_of(map(H, rows)) - log(3.0), abs(H(np.zeros(3)) - log(3.0)), 0.0)


def sums_of_entropy(params: dict) -> np.ndarray:
    """The entropies of each episode's live steps, added, (N,)."""
    pi = policies(params, episodes())
    return (-(pi * np.log(pi)).sum(axis=2) * episodes().live).sum(axis=1)


@claim("entropy-bonus-part", states=0.234, how=f"central differences; {ALL}")
def what_the_bonus_leaves_out() -> float:
    """How far the gradient of the bonus, by the choices of the steps that came up, is from that
    of the expected sum of entropies, to which it belongs that actions change how many steps
    come."""
    params, P = small_policy(0), listed(0).P
    bonus = gradient_by_differences(lambda: P @ sums_of_entropy(params), params)
    whole = gradient_by_differences(
        lambda: probabilities(params, episodes()) @ sums_of_entropy(params), params
    )
    return relative_error(bonus, whole)


@claim("bptt-episode", shows="eq-episode-bptt", tolerance=1e-9, how="central differences")
def back_through_an_episode() -> float:
    r"""The gradient of $\sum_t w_t \log \pi_t(a_t)$ by every weight, back through one episode."""
    errors = []
    for seed in range(5):
        params, rng = small_policy(seed), np.random.default_rng(seed)
        seen, actions = np.array([seed % 2, 2, 2, 3, 3, 3]), rng.integers(3, size=6)
        weights = rng.standard_normal(6)
        by_hand = flat(episode_gradient(params, ROWS[seen], actions, weights))
        by_nudging = gradient_by_differences(
            lambda p=params, s=seen, a=actions, w=weights: weighted_log(p, s, a, w), params
        )
        errors.append(relative_error(by_hand, by_nudging))
    return largest_of(errors)


def weighted_log(params, seen, actions, weights) -> float:
    from rnncourse.byhand import rnn

    return float(-weights @ cross_entropy(rnn.forward(params, ROWS[seen])[0], actions))


LOSS_SLIPS = {
    "slip-baseline-sign: The baseline added in place of subtracted.": "baseline",
    "slip-probability: $\\pi(a)$ in place of $\\log \\pi(a)$.": "probability",
    "slip-whole-return: The whole return at every step.": "whole",
}


def loss_off(mistake: str) -> float:
    """How far the gradient by the scores of an episode is off with this wrong loss."""
    p, actions, _ = drawn_steps()
    rewards, V = np.array([-0.01] * 5 + [1.0]), np.full(6, 0.4)
    wrong = wrong_answer("episode-loss", mistake)
    right_way, wrong_way = (
        precise_gradient(lambda loss=loss: loss(p, actions, rewards, V), p)
        for loss in (episode_loss, wrong)
    )
    return relative_error(wrong_way, right_way)


claim_rows(
    {
        words: Row(lambda m=m: loss_off(m), states, mistake=("episode-loss", m))
        for (words, m), states in zip(LOSS_SLIPS.items(), (0.588, 0.937, 0.076), strict=True)
    },
    tolerance=1e-3,
    how="one episode of six steps: relative error of the gradient by the scores",
)


# Memory


def memoryless_policies() -> list[dict]:
    """200 random ones, and all 81 that are nearly sure of one action for each observation."""
    rng = np.random.default_rng(0)
    tables = [3.0 * rng.standard_normal((3, 4)) for _ in range(200)]
    for choice in product(range(3), repeat=4):
        tables.append(40.0 * np.eye(3)[list(choice)].T)
    return [
        {
            "W_hx": np.eye(4),
            "W_hh": np.zeros((4, 4)),
            "b_h": np.zeros(4),
            "W_ph": table / np.tanh(1.0),
            "b_p": np.zeros(3),
        }
        for table in tables
    ]


@claim(
    "memoryless-half",
    shows="eq-memoryless",
    tolerance=1e-12,
    how=f"281 policies; {ALL}",
    absolute="probabilities",
)
def no_memory_no_better_than_chance() -> float:
    """Without memory, turns to the cue's side are a share q of all turns after the cue left and
    1 − q of those after the cue right, with one q for both: at most half of all episodes."""
    walked, errors = episodes(), []
    left = walked.seen[:, 0] == 0
    turned = np.abs(walked.rewards).max(axis=1) == 1.0
    for params in memoryless_policies():
        P = probabilities(params, walked)
        pi = softmax(np.tanh(1.0) * params["W_ph"][:, 3])  # at the junction: forward, left, right
        q = pi[1] / (pi[1] + pi[2])
        right = P @ walked.right
        split = (P @ (turned & left)) * q + (P @ (turned & ~left)) * (1.0 - q)
        errors += [abs(right - split), right - 0.5]
    return float(largest_of(*errors, 0.0))


@claim("memoryless-best", tolerance=1e-12, how=f"281 policies; {ALL}", absolute="probabilities")
def half_is_reached() -> float:
    """The best of them turns to the cue's side in half of the episodes."""
    shares = [probabilities(each, episodes()) @ episodes().right for each in memoryless_policies()]
    return float(0.5 - largest_of(shares))


@claim("maze-best-return", shows="eq-best-return", tolerance=1e-12, how=ALL, absolute="returns")
def best_return() -> float:
    """No episode of a corridor L earns more than 1 − L/100."""
    return float(abs(episodes().rewards.sum(axis=1).max() - (1.0 - CORRIDOR / 100)))


def arrives(L: int, steps: int) -> float:
    """The probability that a uniform policy makes L moves forward within ``steps`` − 1 steps, so
    that it stands at the junction when a step is left: not arriving is to make fewer."""
    n = steps - 1
    return 1.0 - sum(comb(n, k) * 2 ** (n - k) for k in range(L)) / 3**n


REACHES = {
    "uniform-arrives: A corridor of 20 in 100 steps.": Row(lambda: arrives(20, 100), 0.9986),
    "uniform-arrives-short: A corridor of 20 in 40 steps.": Row(lambda: arrives(20, 40), 0.0155),
}
claim_rows(REACHES, how="binomial distribution: a uniform policy comes to the junction in time")


@claim("uniform-steps", tolerance=1e-9, how="the sum of the distribution to 3,000 steps")
def steps_of_a_uniform_policy() -> float:
    """Choosing at random takes 3L steps on average to the junction of a corridor L."""
    errors = []
    for L in (1, 5, 20):
        n = np.arange(L, 3000)
        P = [comb(int(k) - 1, L - 1) * 2 ** (int(k) - L) / 3 ** int(k) for k in n]
        errors.append(abs(float(n @ np.array(P)) / (3 * L) - 1.0))
    return largest_of(errors)


@claim("uniform-arrives-enumerated", tolerance=1e-12, how=ALL, absolute="probabilities")
def uniform_policy_listed() -> float:
    """The formula for a uniform policy's arrival agrees with the list of all episodes."""
    params = {name: 0.0 * value for name, value in small_policy().items()}
    at_junction = ((episodes().seen == 3) & episodes().live).any(axis=1)
    return abs(probabilities(params, episodes()) @ at_junction - arrives(CORRIDOR, LONGEST))
