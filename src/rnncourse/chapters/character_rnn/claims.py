"""Claims of chapter 05: the network, its gradient, its start, and how it is trained."""

import numpy as np

from rnncourse.byhand.char_rnn import CharRNN
from rnncourse.byhand.gradcheck import directional_error, numerical_gradient, precise_gradient
from rnncourse.byhand.gradcheck import relative_error as off
from rnncourse.chapters.character_rnn.cases import (
    UNITS,
    K,
    T,
    by_autograd,
    by_chapter_02,
    sentence_ids,
    small_window,
    untrained,
)
from rnncourse.claims.registry import claim

GRADIENTS = ("eq-grad-char-states", "eq-grad-char-weights")
ON_PAPER = "arithmetic"
COUNTED = "counted in a run"


@claim(
    "char-gradient",
    shows=GRADIENTS,
    tolerance=1e-9,
    how="central differences",
    source="KTH-1",
)
def gradient_by_differences() -> float:
    """The recursion and the five sums give the gradient of a window's loss; its first state is
    carried and held fixed."""
    net, *window = small_window()
    _, grads = net.loss_and_gradients(*window)
    errors = []
    for name, value in net.params.items():
        numerical = precise_gradient(lambda: net.loss_and_gradients(*window)[0], value)
        errors.append(off(grads[name], numerical))
    return max(errors)


@claim("char-gradient-autograd", tolerance=1e-12, how="automatic differentiation", source="KTH-1")
def gradient_by_autograd() -> float:
    """At the size of the assignment, from a carried state, torch finds the same gradient."""
    net, ids = untrained(), sentence_ids()
    net.train(ids, 20)  # no weight is near zero any more
    window = ids[:T], ids[1 : T + 1], net.h
    loss, grads = net.loss_and_gradients(*window)
    expected, by_torch = by_autograd(net, *window)
    return max(abs(loss / expected - 1), *(off(grads[name], by_torch[name]) for name in grads))


@claim("char-gradient-chapter-02", tolerance=1e-12, how="byhand.rnn on one-hot rows")
def gradient_by_chapter_02() -> float:
    """It is the gradient of chapter 02 with one-hot inputs, every weight of a step's loss 1."""
    net, *window = small_window()
    loss, grads = net.loss_and_gradients(*window)
    expected, before = by_chapter_02(net, *window)
    return max(abs(loss / expected - 1), *(off(grads[name], before[name]) for name in grads))


@claim("char-direction", tolerance=1e-7, how="central differences along a random direction")
def one_direction() -> float:
    """All 26,180 weights of the assignment's network at once: the slope along one direction."""
    net, ids = untrained(), sentence_ids()
    net.train(ids, 20)

    def loss_and_gradients(params):
        for name, value in params.items():
            net.params[name][...] = value
        return net.loss_and_gradients(ids[:T], ids[1 : T + 1])

    params = {name: value.copy() for name, value in net.params.items()}
    assert sum(value.size for value in params.values()) == 26_180
    return directional_error(loss_and_gradients, params, np.random.default_rng(0))


@claim("char-sign", states=2.0, tolerance=1e-9, how="relative error, all weights", source="W5")
def wrong_sign() -> float:
    """With y − yhat for the gradient by the scores every gradient has the wrong sign: error 2."""
    net, *window = small_window()
    _, grads = net.loss_and_gradients(*window)
    dh, sums = np.zeros(5), {name: np.zeros_like(value) for name, value in grads.items()}
    states, yhat = read(net, window[0], window[2])
    W, x = net.params, np.eye(7)[window[0]]
    for t in reversed(range(len(window[0]))):
        dp = np.eye(7)[window[1][t]] - yhat[t]
        da = (1 - states[t + 1] ** 2) * (W["W_ph"].T @ dp + dh)
        shares = np.outer(dp, states[t + 1]), dp, np.outer(da, x[t]), np.outer(da, states[t]), da
        for name, share in zip(("W_ph", "b_p", "W_hx", "W_hh", "b_h"), shares, strict=True):
            sums[name] += share
        dh = W["W_hh"].T @ da
    return max((off(sums[name], grads[name]) for name in sums), key=lambda error: abs(error - 2))


def read(net: CharRNN, inputs, h) -> tuple[np.ndarray, np.ndarray]:
    """States (T + 1, m) and probabilities (T, K), one step after the other."""
    W, states, yhat = net.params, [h], []
    for index in inputs:
        a = W["W_hx"][:, index] + W["W_hh"] @ states[-1] + W["b_h"]
        states.append(np.tanh(a))
        e = np.exp(W["W_ph"] @ states[-1] + W["b_p"])
        yhat.append(e / e.sum())
    return np.array(states), np.array(yhat)


@claim(
    "char-ascends", tolerance=0.5, how="signs of the change of the loss; 0 if right", source="W5"
)
def wrong_sign_ascends() -> float:
    """One small step along the gradient raises the loss, against it lowers it: 50 windows."""
    wrong = 0
    for seed in range(50):
        net, *window = small_window(seed)
        loss, grads = net.loss_and_gradients(*window)
        grads = {name: value.copy() for name, value in grads.items()}
        for sign in (1, -1):
            for name, value in net.params.items():
                value += sign * 1e-4 * grads[name]
            wrong += (net.loss_and_gradients(*window)[0] > loss) != (sign == 1)
            for name, value in net.params.items():
                value -= sign * 1e-4 * grads[name]
    return wrong


@claim(
    "char-random-loss", states=5, tolerance=0.5, how="log10 of the largest entries", source="KTH-1"
)
def loss_that_draws() -> float:
    """If the loss draws its characters anew at each call, the difference quotients by b_h with a
    step of 1e-4 are too large by this power of ten."""
    net, ids = untrained(), sentence_ids()
    net.train(ids, 20)
    rng = np.random.default_rng(0)

    def loss() -> float:
        drawn = net.generate(int(ids[0]), T, rng=rng)
        return net.loss_and_gradients(np.r_[ids[0], drawn[:-1]], drawn)[0]

    _, grads = net.loss_and_gradients(ids[:T], ids[1 : T + 1])
    right = np.abs(grads["b_h"]).max()
    wrong = numerical_gradient(loss, net.params["b_h"], eps=1e-4)
    return float(np.log10(np.abs(wrong).max() / right))


# The start


@claim("char-start", shows="eq-char-start", tolerance=1e-13, how="a network of zero weights")
def uniform_start() -> float:
    """If all scores are equal, the loss of a window is T ln K, whatever its characters are."""
    errors = []
    for classes, steps in ((K, T), (83, T), (2, 7)):
        net = CharRNN(classes, 4, rng=np.random.default_rng(0), sigma=0)
        ids = np.random.default_rng(1).integers(0, classes, steps + 1)
        loss, _ = net.loss_and_gradients(ids[:-1], ids[1:])
        errors.append(abs(loss / (steps * np.log(classes)) - 1))
    return max(errors)


@claim("char-start-80", states=109.55, tolerance=0.005, how=ON_PAPER, source="KTH-2")
def start_80() -> float:
    """25 ln 80, in nats."""
    return 25 * np.log(80)


@claim("char-start-83", states=110.47, tolerance=0.005, how=ON_PAPER, source="KTH-2")
def start_83() -> float:
    """25 ln 83, in nats: the same book read byte by byte."""
    return 25 * np.log(83)


@claim("char-first-loss", tolerance=0.05, how="the first loss of 20 networks against T ln K")
def first_loss() -> float:
    """With σ = 0.01 the first loss is within 0.05 nats of T ln K."""
    first = [untrained(seed).train(sentence_ids(), 1).curve["loss"][0] for seed in range(20)]
    return float(np.abs(np.array(first) - T * np.log(K)).max())


# AdaGrad's first steps


@claim("char-first-step", shows="eq-char-first-step", tolerance=1e-9, how="the first update")
def first_step() -> float:
    """AdaGrad's first step is η|g|/√(g² + ε) for each of the weights: less than η, and more than
    0.99 η where |g| is at least 1e-3."""
    net, ids = untrained(), sentence_ids()
    before = {name: value.copy() for name, value in net.params.items()}
    _, grads = net.loss_and_gradients(ids[:T], ids[1 : T + 1])
    net.train(ids, 1)
    errors = []
    for name, g in grads.items():
        expected = before[name] - 0.1 * g / np.sqrt(g**2 + 1e-8)
        errors.append(off(net.params[name] - before[name], expected - before[name]))
        moved = np.abs(net.params[name] - before[name])
        errors.append(float(moved.max() >= 0.1 or moved[np.abs(g) >= 1e-3].min() <= 0.099))
    return max(errors)


@claim("char-jump", states=0.94, tolerance=0.005, how="share of the weights, first update")
def jumps() -> float:
    """The share of the weights with a gradient that move by more than half of η at once."""
    net, ids = untrained(), sentence_ids()
    before = {name: value.copy() for name, value in net.params.items()}
    net.train(ids, 1)
    moves = np.concatenate([np.ravel(abs(net.params[name] - before[name])) for name in before])
    return float((moves[moves > 0] > 0.05).mean())


@claim("char-rises", tolerance=0.5, how="the first ten losses of 20 networks; 0 if right")
def loss_rises() -> float:
    """In its first ten updates the loss exceeds its start by half of it, for each of 20 seeds."""
    low = 0
    for seed in range(20):
        losses = untrained(seed).train(sentence_ids(), 10).curve["loss"]
        low += max(losses) < 1.5 * losses[0]
    return low


# Carried on, and wrapped


@claim("char-carried", shows="eq-char-carry", tolerance=1e-13, how="reading the text in one piece")
def carried_states() -> float:
    """Trained with steps too small to count, the network has after each window the state, and in
    each the loss, of reading the text in one piece; a second epoch is like the first."""
    net, *_ = small_window()
    ids = np.random.default_rng(3).integers(0, 7, 101)
    whole, yhat = read(net, ids[:100], np.zeros(5))
    expected = -np.log(yhat[np.arange(100), ids[1:]]).reshape(5, 20).sum(axis=1)
    states = []
    told = net.train(ids, 10, 20, 1e-17, on_step=lambda _: states.append(net.h.copy()))
    losses = np.array(told.curve["loss"]).reshape(2, 5)
    return max(off(np.reshape(states, (2, 5, 5)), whole[None, 20::20]), off(losses, expected))


@claim("char-truncated", states=0.291, tolerance=0.0005, how="relative error, gradient by W_hh")
def truncated_gradient() -> float:
    """What the sum of five windows' gradients lacks of the gradient of the whole text."""
    net, _, _, h0 = small_window()
    ids = np.random.default_rng(3).integers(0, 7, 41)
    whole = net.loss_and_gradients(ids[:-1], ids[1:], h0)[1]["W_hh"].copy()
    states, _ = read(net, ids[:-1], h0)
    parts = [
        net.loss_and_gradients(ids[e : e + 8], ids[e + 1 : e + 9], states[e])[1]["W_hh"]
        for e in range(0, 40, 8)
    ]
    return off(np.sum(parts, axis=0), whole)


@claim("char-epoch", shows="eq-char-epoch", tolerance=0.5, how=COUNTED, source="KTH-2")
def windows_of_an_epoch() -> float:
    """A text of N characters holds ⌊(N − 1)/T⌋ windows, then the position is back at the front."""
    wrong = 0
    for N, steps in ((26, 25), (50, 25), (51, 25), (52, 25), (10, 3), (11, 3), (7, 6)):
        net = CharRNN(2, 1, rng=np.random.default_rng(0))
        ends = []
        for _ in range(N):
            net.train(np.zeros(N, int), 1, steps)
            ends.append(net.position)
        windows = ends[1:].index(steps) + 1  # until the first window comes again
        wrong += windows != (N - 1) // steps
    return wrong


@claim("char-epoch-kth", states=44_301, tolerance=0.5, how=ON_PAPER, source="KTH-2")
def epoch_of_the_course() -> float:
    """Windows of 25 in a book of 1,107,542 characters."""
    return (1_107_542 - 1) // 25


@claim("char-epochs-kth", states=14.9, tolerance=0.005, how=ON_PAPER, source="KTH-2")
def epochs_of_the_report() -> float:
    """660,000 updates on that book, in epochs."""
    return 660_000 / ((1_107_542 - 1) // 25)


assert UNITS * (K + UNITS + 1) + K * (UNITS + 1) == 26_180
