"""The wrong answers to the exercises on policy gradients, by name."""

import numpy as np

from rnncourse.byhand.softmax import cross_entropy, softmax
from rnncourse.byhand.steps import zero_gradients
from rnncourse.chapters.acting.enumeration import episode_gradient
from rnncourse.chapters.acting.episodes import returns_to_go
from rnncourse.chapters.acting.exercises_policy import (
    discounted_returns,
    entropy_gradient,
    episode_loss,
    input_weight_gradient,
    score_gradient,
)
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given


def powers(rewards, gamma) -> np.ndarray:
    """1, γ, γ², … beside the steps."""
    return gamma ** np.arange(float(len(rewards)))


def later(rewards, gamma) -> np.ndarray:
    """γ G_{t+1}: what follows a step, its own reward left out."""
    return discounted_returns(rewards, gamma) - rewards


MISTAKES[discounted_returns] = {
    "wrong-end: the discount counts from the start of the episode and not from the step": (
        lambda rewards, gamma: returns_to_go(powers(rewards, gamma) * rewards)
    ),
    "wrong-end: the discount grows towards the step: the last reward is not discounted": (
        lambda rewards, gamma: returns_to_go(powers(rewards, gamma)[::-1] * rewards)
    ),
    "last: the last reward is forgotten": (
        lambda rewards, gamma: discounted_returns(np.append(rewards[:-1], 0.0), gamma)
    ),
    "own: the step's own reward is left out": later,
    "own: the step's own reward is left out, and the next one is not discounted": (
        lambda rewards, gamma: later(rewards, gamma) / gamma
    ),
    "past: past rewards are added up in place of those to come": (
        lambda rewards, gamma: discounted_returns(rewards[::-1], gamma)[::-1]
    ),
    "whole: every step gets the return of the whole episode, past rewards included": (
        lambda rewards, gamma: np.full(len(rewards), discounted_returns(rewards, gamma)[0])
    ),
    "whole: every step gets the sum of all rewards": (
        lambda rewards, gamma: np.full(len(rewards), np.sum(rewards))
    ),
    "undiscounted: gamma is not used": given(discounted_returns, gamma=1.0),
    "double: the step's own reward is discounted too": (
        lambda rewards, gamma: gamma * discounted_returns(rewards, gamma)
    ),
    "mean: the rewards are averaged over the steps that are left": (
        lambda rewards, gamma: discounted_returns(rewards, gamma) / np.arange(len(rewards), 0, -1)
    ),
    "reward: that is the reward of the step alone": lambda rewards, gamma: np.array(rewards),
    "sum: γ is added to what follows and not multiplied": (
        lambda rewards, gamma: returns_to_go(rewards) + gamma * np.arange(len(rewards), 0, -1)
    ),
    "one-more: a return of 1 is taken to follow the last step": (
        lambda rewards, gamma: (
            discounted_returns(rewards, gamma) + gamma ** np.arange(float(len(rewards)), 0.0, -1.0)
        )
    ),
}


def chosen(p, actions) -> np.ndarray:
    """π(a) of the actions that were taken, (T, 1)."""
    return np.take_along_axis(softmax(p), actions[:, None], axis=1)


def one_hot(p, actions) -> np.ndarray:
    return np.eye(p.shape[1])[actions]


MISTAKES[score_gradient] = {
    "sign: π − onehot is the gradient of a loss; here the sum is to grow": (
        lambda p, actions, weights: -score_gradient(p, actions, weights)
    ),
    "probability: π(a) is differentiated in place of log π(a)": (
        lambda p, actions, weights: chosen(p, actions) * score_gradient(p, actions, weights)
    ),
    "no-softmax: π is not subtracted: the scores are taken for log π": (
        lambda p, actions, weights: weights[:, None] * one_hot(p, actions)
    ),
    "by-pi: that is the derivative by π, 1/π(a), and not by the scores": (
        lambda p, actions, weights: weights[:, None] * one_hot(p, actions) / softmax(p)
    ),
    "likely: the most likely action is taken in place of the one that was drawn": (
        lambda p, actions, weights: score_gradient(p, p.argmax(axis=1), weights)
    ),
    "likely: the least likely action is taken in place of the one that was drawn": (
        lambda p, actions, weights: score_gradient(p, p.argmin(axis=1), weights)
    ),
    "unweighted: the weights are left out": (
        lambda p, actions, weights: score_gradient(p, actions, np.ones(len(weights)))
    ),
    "half-weighted: the weight multiplies onehot alone": (
        lambda p, actions, weights: weights[:, None] * one_hot(p, actions) - softmax(p)
    ),
    "whole: every step gets the sum of all weights": (
        lambda p, actions, weights: score_gradient(p, actions, np.full(len(weights), weights.sum()))
    ),
    "raw: the scores are subtracted in place of their softmax": (
        lambda p, actions, weights: weights[:, None] * (one_hot(p, actions) - p)
    ),
    "mean: the sum over the steps is divided by their number": (
        lambda p, actions, weights: score_gradient(p, actions, weights) / len(p)
    ),
}


def mean_of(p, actions, advantage) -> float:
    """−mean(advantage · log π(a))."""
    return float(np.mean(advantage * cross_entropy(p, actions)))


MISTAKES[episode_loss] = {
    "baseline: the value is added in place of subtracted": given(episode_loss, V=lambda V: -V),
    "sign: the minus is missing: going down this loss makes good actions rarer": (
        lambda p, actions, rewards, V: -episode_loss(p, actions, rewards, V)
    ),
    "no-baseline: the value is not used": (
        lambda p, actions, rewards, V: mean_of(p, actions, returns_to_go(rewards))
    ),
    "value: the value stands in place of the return, and the return is not used": (
        lambda p, actions, rewards, V: mean_of(p, actions, V)
    ),
    "probability: π(a) stands in place of log π(a)": (
        lambda p, actions, rewards, V: float(
            -np.mean((returns_to_go(rewards) - V) * chosen(p, actions)[:, 0])
        )
    ),
    "likely: log π of the most likely action, not of the one that was taken": (
        lambda p, actions, rewards, V: episode_loss(p, p.argmax(axis=1), rewards, V)
    ),
    "scores: the scores are taken for log π": (
        lambda p, actions, rewards, V: float(
            -np.mean((returns_to_go(rewards) - V) * p[np.arange(len(p)), actions])
        )
    ),
    "whole: every step gets the return of the whole episode": (
        lambda p, actions, rewards, V: mean_of(p, actions, np.sum(rewards) - V)
    ),
    "reward: the reward of the step stands in place of the return to go": (
        lambda p, actions, rewards, V: mean_of(p, actions, rewards - V)
    ),
    "own: the step's own reward is missing in its return": (
        lambda p, actions, rewards, V: mean_of(p, actions, returns_to_go(rewards) - rewards - V)
    ),
    "reversed: the returns stand in reverse order": (
        lambda p, actions, rewards, V: mean_of(p, actions, returns_to_go(rewards)[::-1] - V)
    ),
    "past: the rewards up to the step are summed in place of those to come": (
        lambda p, actions, rewards, V: mean_of(p, actions, np.cumsum(rewards) - V)
    ),
    "no-advantage: log π(a) alone is averaged, without return and value": (
        lambda p, actions, rewards, V: mean_of(p, actions, 1.0)
    ),
    "no-policy: return minus value is averaged, without log π(a)": (
        lambda p, actions, rewards, V: -float(np.mean(returns_to_go(rewards) - V))
    ),
    "sum: the sum over the steps is taken, not the mean": (
        lambda p, actions, rewards, V: len(p) * episode_loss(p, actions, rewards, V)
    ),
}


def parts(p) -> tuple[np.ndarray, np.ndarray, float]:
    """π, log π and H."""
    pi = softmax(p)
    return pi, np.log(pi), float(-(pi * np.log(pi)).sum())


MISTAKES[entropy_gradient] = {
    "sign: that is the gradient of −H": lambda p: -entropy_gradient(p),
    "by-pi: that is the derivative by π, −(log π + 1), and not by the scores": (
        lambda p: -(parts(p)[1] + 1.0)
    ),
    "no-mean: H is not added: the scores share one sum of exponentials": (
        lambda p: -parts(p)[0] * parts(p)[1]
    ),
    "one: 1 stands in place of H: the derivative by π, times π": (
        lambda p: -parts(p)[0] * (parts(p)[1] + 1.0)
    ),
    "diagonal: π(1 − π) alone stands for the derivative of the softmax": (
        lambda p: -parts(p)[0] * (1.0 - parts(p)[0]) * (parts(p)[1] + 1.0)
    ),
    "mean-sign: H is subtracted in place of added": (
        lambda p: -parts(p)[0] * (parts(p)[1] - parts(p)[2])
    ),
    "plain-mean: log π is held against its plain mean, not against −H": (
        lambda p: -parts(p)[0] * (parts(p)[1] - parts(p)[1].mean())
    ),
    "unweighted: the factor π is missing": lambda p: -(parts(p)[1] + parts(p)[2]),
    "mean-entropy: the mean of −π log π stands in place of H, which is the sum": (
        lambda p: -parts(p)[0] * (parts(p)[1] + parts(p)[2] / len(p))
    ),
    "own-term: −π log π of each action stands in place of H": (
        lambda p: -parts(p)[0] * (parts(p)[1] - parts(p)[0] * parts(p)[1])
    ),
    "entropy-alone: log π is left out: −π H": lambda p: -parts(p)[0] * parts(p)[2],
    "probabilities: π stands in place of log π beside H": (
        lambda p: -parts(p)[0] * (parts(p)[0] + parts(p)[2])
    ),
    "bits: log2 stands in place of the natural logarithm": (
        lambda p: entropy_gradient(p) / np.log(2.0)
    ),
    "entropy: that is the entropy's terms and not its gradient": (
        lambda p: np.full(len(p), parts(p)[2])
    ),
}


def through_time(
    step_back=lambda W_hh, da: W_hh.T @ da,
    slope=lambda h: 1.0 - h**2,
    out=lambda W_ph, dp: W_ph.T @ dp,
    scores=lambda p, actions, weights: score_gradient(p, actions, weights),
    order=slice(None, None, -1),
    add=lambda total, term: total + term,
):
    """The gradient with another way of going back: ``step_back(W_hh, da) -> dh`` one step."""

    def answer(params, x, actions, weights) -> np.ndarray:
        h, states = np.zeros(len(params["b_h"])), []
        for x_t in x:
            h = np.tanh(params["W_hx"] @ x_t + params["W_hh"] @ h + params["b_h"])
            states.append(h)
        p = np.array(states) @ params["W_ph"].T + params["b_p"]
        dp, dh = scores(p, actions, weights), np.zeros(len(h))
        grads = zero_gradients(params)["W_hx"]
        for x_t, h, dp_t in zip(x[order], states[order], dp[order], strict=True):
            da = slope(h) * (out(params["W_ph"], dp_t) + dh)
            grads = add(grads, np.outer(da, x_t))
            dh = step_back(params["W_hh"], da)
        return grads

    return answer


def without(step: int):
    """The terms of one step set to zero: x of step 1, the weight of the last one."""

    def answer(params, x, actions, weights) -> np.ndarray:
        if step == -1:
            return input_weight_gradient(params, x, actions, np.append(weights[:-1], 0.0))
        total = through_time()(params, x, actions, weights)
        first = through_time(add=lambda total, term: term)(params, x, actions, weights)
        return total - first

    return answer


def last_only(params, x, actions, weights) -> np.ndarray:
    alone = np.append(np.zeros(len(x) - 1), weights[-1])
    return input_weight_gradient(params, x, actions, alone)


def all_alike(params, x, actions, weights) -> np.ndarray:
    return episode_gradient(params, x, actions, np.ones(len(x)))["W_hx"]


MISTAKES[input_weight_gradient] = {
    "sign: that is the gradient of −J": (
        lambda params, x, actions, weights: -input_weight_gradient(params, x, actions, weights)
    ),
    "no-time: nothing goes back through time: each step gets its own scores alone": through_time(
        lambda W_hh, da: np.zeros(len(da))
    ),
    "W41: W_hh is transposed on the way back": through_time(lambda W_hh, da: W_hh @ da),
    "last: only the last action is counted": last_only,
    "W41: W_ph is not transposed on the way back": through_time(out=lambda W_ph, dp: W_ph @ dp),
    "W2: 1 − tanh²(h) is taken as the slope, where h is the tanh already": through_time(
        slope=lambda h: 1.0 - np.tanh(h) ** 2
    ),
    "unsquared: 1 − h stands in place of 1 − h²": through_time(slope=lambda h: 1.0 - h),
    "no-slope: the slope of the tanh is missing": through_time(slope=np.ones_like),
    "square: h² stands in place of 1 − h²": through_time(slope=np.square),
    "forwards: the steps are gone through from the first to the last": through_time(
        order=slice(None)
    ),
    "overwritten: the gradient is set in each step and not added to: = in place of +=": (
        through_time(add=lambda total, term: term)
    ),
    "first-step: step 1 is left out of the sum": without(0),
    "last-step: the last step is left out, and what comes back from it": without(-1),
    "no-matrix: da goes back a step without W_hhᵀ": through_time(lambda W_hh, da: da),
    "no-onehot: π stands in place of onehot − π": through_time(
        scores=lambda p, actions, weights: weights[:, None] * softmax(p)
    ),
    "no-softmax: π is not subtracted from onehot": through_time(
        scores=lambda p, actions, weights: weights[:, None] * one_hot(p, actions)
    ),
    "raw: the scores are subtracted in place of their softmax": through_time(
        scores=lambda p, actions, weights: weights[:, None] * (one_hot(p, actions) - p)
    ),
    "half-weighted: the weight multiplies onehot alone": through_time(
        scores=lambda p, actions, weights: weights[:, None] * one_hot(p, actions) - softmax(p)
    ),
    "unweighted: the weights are left out": all_alike,
    "likely: the most likely action is taken in place of the one that was drawn": (
        lambda params, x, actions, weights: input_weight_gradient(
            params, x, scored(params, x).argmax(axis=1), weights
        )
    ),
    "reversed: the weights belong to the steps in reverse order": (
        lambda params, x, actions, weights: input_weight_gradient(params, x, actions, weights[::-1])
    ),
}


def scored(params, x) -> np.ndarray:
    """The scores of every step, (T, K)."""
    h, rows = np.zeros(len(params["b_h"])), []
    for x_t in x:
        h = np.tanh(params["W_hx"] @ x_t + params["W_hh"] @ h + params["b_h"])
        rows.append(params["W_ph"] @ h + params["b_p"])
    return np.array(rows)
