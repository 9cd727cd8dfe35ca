"""Claims on the character RNN: its gradient, its start, how it is trained, and what is fast."""

from collections.abc import Iterable

import numpy as np

from rnncourse.byhand import char_rnn_plain as plain
from rnncourse.byhand import cross_entropy
from rnncourse.byhand.char_rnn import EPS, CharRNN
from rnncourse.byhand.char_rnn_window import Arrays, Window
from rnncourse.byhand.gradcheck import directional_error, numerical_gradient, precise_gradient
from rnncourse.byhand.gradcheck import relative_error as off
from rnncourse.chapters.character_rnn import reader
from rnncourse.chapters.character_rnn.cases import (
    UNITS,
    K,
    T,
    by_autograd,
    by_the_vanilla_rnn,
    plain_copy,
    read,
    sentence_ids,
    side_by_side,
    small_window,
    trained,
    untrained,
)
from rnncourse.claims.registry import claim, largest_of
from rnncourse.exercises.registry import wrong_answer
from rnncourse.text import Vocabulary

GRADIENTS = ("eq-grad-char-states", "eq-grad-char-weights")


@claim("char-gradient", shows=GRADIENTS, tolerance=1e-9, how="central differences", source="KTH-1")
def gradient_by_differences() -> float:
    """The recursion and the five sums give the gradient of a window's loss; its first state is
    carried and held fixed."""
    net, *window = small_window()
    _, grads = net.loss_and_gradients(*window)
    errors = []
    for name, value in net.params.items():
        numerical = precise_gradient(lambda: net.loss_and_gradients(*window)[0], value)
        errors.append(off(grads[name], numerical))
    return largest_of(errors)


def disagreement(net: CharRNN, window, other) -> float:
    """Of a window's loss and gradients with those of another way, the worst relative error."""
    loss, grads = net.loss_and_gradients(*window)
    expected, by_other = other(net, *window)
    return largest_of(
        abs(loss / expected - 1), *(off(grads[name], by_other[name]) for name in grads)
    )


@claim("char-gradient-autograd", tolerance=1e-12, how="automatic differentiation", source="KTH-1")
def gradient_by_autograd() -> float:
    """At the size of the assignment, from a carried state, torch finds the same gradient."""
    net, ids = trained()
    return disagreement(net, (ids[:T], ids[1 : T + 1], net.h), by_autograd)


@claim("char-gradient-chapter-02", tolerance=1e-12, how="byhand.rnn on one-hot rows")
def gradient_of_the_vanilla_rnn() -> float:
    """It is the vanilla RNN's gradient with one-hot inputs, every weight of a step's loss 1."""
    net, *window = small_window()
    return disagreement(net, window, by_the_vanilla_rnn)


@claim("char-direction", tolerance=1e-7, how="central differences along a random direction")
def one_direction() -> float:
    """All 26,180 weights of the assignment's network at once: the slope along one direction."""
    net, ids = trained()

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
    _, steps = plain.forward(net.params, *window)
    # The plain version subtracts y from what stands in the place of yhat: here 2y − yhat.
    turned = [(*values, 2 * np.eye(7)[y] - yhat, y) for *values, yhat, y in steps]
    wrong = plain.backward(net.params, turned)
    return max((off(wrong[name], grads[name]) for name in grads), key=lambda error: abs(error - 2))


@claim("char-ascends", tolerance=0.5, how="signs of the change; 0 if right", source="W5")
def wrong_sign_ascends() -> float:
    """One small step along the gradient raises the loss, against it lowers it: 50 windows."""
    wrong = 0
    for seed in range(50):
        for sign in (1, -1):
            net, *window = small_window(seed)
            loss, grads = net.loss_and_gradients(*window)
            for name, value in net.params.items():
                value += sign * 1e-4 * grads[name]
            wrong += (net.loss_and_gradients(*window)[0] > loss) != (sign == 1)
    return wrong


@claim("char-random-loss", states=5, how="log10 of the largest entries", source="KTH-1")
def loss_that_draws() -> float:
    """If the loss draws its characters anew at each call, the difference quotients by b_h with a
    step of 1e-4 are too large by this power of ten."""
    net, ids = trained()
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
    return largest_of(errors)


@claim(
    "char-first-loss",
    tolerance=0.05,
    how="the first loss of 20 networks against T ln K",
    absolute="nats",
)
def first_loss() -> float:
    """With σ = 0.01 the first loss is within 0.05 nats of T ln K."""
    first = [untrained(seed).train(sentence_ids(), 1).curve["loss"][0] for seed in range(20)]
    return float(np.abs(np.array(first) - T * np.log(K)).max())


# AdaGrad's first steps


def first_moves() -> list[tuple[np.ndarray, np.ndarray]]:
    """The gradient of each parameter in the first update, and how the update moves it."""
    net, ids = untrained(), sentence_ids()
    before = {name: value.copy() for name, value in net.params.items()}
    _, grads = net.loss_and_gradients(ids[:T], ids[1 : T + 1])
    net.train(ids, 1)
    return [(g, net.params[name] - before[name]) for name, g in grads.items()]


@claim("char-first-step", shows="eq-char-first-step", tolerance=1e-9, how="the first update")
def first_step() -> float:
    """AdaGrad's first step is η|g|/√(g² + ε) for each of the weights: less than η, and more than
    0.99 η where |g| is at least 1e-3."""
    errors = []
    for g, moved in first_moves():
        errors.append(off(moved, -0.1 * g / np.sqrt(g**2 + 1e-8)))
        size = np.abs(moved)
        errors.append(float(size.max() >= 0.1 or size[np.abs(g) >= 1e-3].min() <= 0.099))
    return largest_of(errors)


@claim("char-jump", states=0.94, how="share of the weights, first update")
def jumps() -> float:
    """The share of the weights with a gradient that move by more than half of η at once."""
    moves = np.concatenate([np.ravel(abs(moved)) for _, moved in first_moves()])
    return float((moves[moves > 0] > 0.05).mean())


@claim("char-rises", tolerance=0.5, how="the first ten losses of 20 networks; 0 if right")
def loss_rises() -> float:
    """In its first ten updates the loss exceeds its start by half of it, for each of 20 seeds."""
    runs = [untrained(seed).train(sentence_ids(), 10).curve["loss"] for seed in range(20)]
    return sum(not largest_of(losses) >= 1.5 * losses[0] for losses in runs)


# Carried on, and wrapped


@claim("char-carried", shows="eq-char-carry", tolerance=1e-13, how="reading the text in one piece")
def carried_states() -> float:
    """Trained with steps too small to count, the network has after each window the state, and in
    each the loss, of reading the text in one piece; a second epoch is like the first."""
    net, *_ = small_window()
    ids = np.random.default_rng(3).integers(0, 7, 101)
    whole, p = read(net, ids[:100])
    expected = cross_entropy(p, ids[1:]).reshape(5, 20).sum(axis=1)
    states = []
    run = net.train(ids, 10, 20, 1e-17, on_step=lambda _: states.append(net.h.copy()))
    losses = np.array(run.curve["loss"]).reshape(2, 5)
    return largest_of(
        off(np.reshape(states, (2, 5, 5)), whole[None, 20::20]), off(losses, expected)
    )


@claim("char-truncated", states=0.291, how="relative error, gradient by W_hh")
def truncated_gradient() -> float:
    """What the sum of five windows' gradients lacks of the gradient of the whole text."""
    net, _, _, h0 = small_window()
    ids = np.random.default_rng(3).integers(0, 7, 41)
    whole = net.loss_and_gradients(ids[:-1], ids[1:], h0)[1]["W_hh"]
    states, _ = read(net, ids[:-1], h0)
    parts = [
        net.loss_and_gradients(ids[e : e + 8], ids[e + 1 : e + 9], states[e])[1]["W_hh"]
        for e in range(0, 40, 8)
    ]
    return off(np.sum(parts, axis=0), whole)


@claim("char-epoch", shows="eq-char-epoch", tolerance=0.5, how="counted in a run", source="KTH-2")
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


# What makes it fast is exact


@claim(
    "char-gather", shows="eq-char-gather", tolerance=1e-15, how="the product with one-hot columns"
)
def gather() -> float:
    """The columns of W_hx at the characters' places are the products with their one-hot columns."""
    net, inputs, *_ = small_window()
    product = net.params["W_hx"] @ np.eye(7)[inputs].T
    return off(np.take(net.weights.rows, inputs, axis=0).T, product)


@claim("char-scores", shows="eq-char-scores", tolerance=1e-14, how="a product a step")
def scores() -> float:
    """One product gives the scores of every step."""
    rng = np.random.default_rng(0)
    W, b, h = rng.standard_normal((K, 100)), rng.standard_normal(K), rng.standard_normal((T, 100))
    return off(h @ W.T + b, np.array([W @ row + b for row in h]))


@claim("char-outer", shows="eq-char-outer", tolerance=1e-14, how="a sum of outer products")
def outer_products() -> float:
    """A sum of outer products over the steps is one product of two matrices."""
    rng = np.random.default_rng(0)
    u, v = rng.standard_normal((T, K)), rng.standard_normal((T, 100))
    return off(u.T @ v, sum(np.outer(a, b) for a, b in zip(u, v, strict=True)))


@claim("char-sparse", shows="eq-char-sparse", tolerance=0.5, how="weights that moved; 0 if right")
def unseen_rows() -> float:
    """AdaGrad with the whole gradient leaves the columns of unseen characters bit for bit."""
    net, ids = trained(30)
    params, memory, h = plain_copy(net)
    e = net.position
    plain.iterate(params, memory, ids[e : e + T], ids[e + 1 : e + T + 1], h)
    unseen = np.setdiff1d(np.arange(K), ids[e : e + T])
    return float((params["W_hx"][:, unseen] != net.params["W_hx"][:, unseen]).sum())


@claim("char-same", shows="eq-char-same", tolerance=1e-14, how="adding column by column")
def same_characters() -> float:
    """The table of equal characters times da gives every step the whole gradient of its column."""
    _, ids, *_ = small_window(T=12)
    da = np.random.default_rng(0).standard_normal((12, 5))
    whole = np.zeros((7, 5))
    np.add.at(whole, ids, da)
    return off((ids[:, None] == ids) @ da, whole[ids])


def window_passed(T: int):
    """A small network, the inputs of a window forward and backward, and its gradient by W_hx."""
    net, inputs, targets, h = small_window(T=T)
    _, grads = net.loss_and_gradients(inputs, targets, h)
    window = Window(T, 7, 5, np.dtype(float))
    window.forward(net.weights, inputs, targets, h)
    window.backward(net.weights)
    return net, inputs, window, grads["W_hx"]


@claim("char-rows-updated", tolerance=1e-13, how="AdaGrad with the whole gradient")
def rows_updated() -> float:
    """The update of the rows seen, repeats included, is AdaGrad's update of the whole matrix."""
    net, inputs, window, g = window_passed(12)
    expected = net.params["W_hx"] - 0.1 * g / np.sqrt(g**2 + EPS)
    window.adagrad(net.weights, Arrays(7, 5, float, fill=EPS), inputs, 0.1)
    return off(net.params["W_hx"], expected)


LOST = ("char-dL-dWhx", "plus-equals")


@claim("char-plus-equals", states=1.008, how="relative error, gradient by W_hx", mistake=LOST)
def repeats_lost() -> float:
    """``dW[:, ids] += da.T`` keeps one of the steps at which a character stands."""
    _, inputs, window, right = window_passed(8)
    return off(wrong_answer(*LOST)(inputs, window.da, 7), right)


# Equal to the plain version


@claim("char-first-update", tolerance=1e-12, how="the plain version")
def first_update() -> float:
    """Loss and all five arrays after the first update are those of the plain version."""
    errors = []
    for seed in range(3):
        net, ids = untrained(seed), sentence_ids()
        (fast, slow), params = side_by_side(net, ids, 1)
        errors.append(abs(fast[0] / slow[0] - 1))
        errors += [off(net.params[name], params[name]) for name in params]
    return largest_of(errors)


def losses_apart(net: CharRNN, ids: np.ndarray, updates: int, rate: float = 0.1) -> np.ndarray:
    """How far the losses of the two versions are from each other, update by update; relative."""
    (fast, slow), _ = side_by_side(net, ids, updates, rate)
    return np.abs(fast / slow - 1)


@claim("char-warm", tolerance=1e-10, how="the plain version")
def warm_updates() -> float:
    """From the state after 500 updates, the losses of 50 more are those of the plain version."""
    return float(losses_apart(*trained(500, 20_000), 50).max())


@claim("char-chaos", tolerance=0.5, how="relative differences of the losses; 0 if right")
def cold_updates() -> float:
    """From the start the two versions agree to 1e-12 in the first loss and differ by more than a
    thousandth within 100 updates."""
    apart = losses_apart(untrained(), sentence_ids(5000), 100)
    return float(not (apart[0] < 1e-12 and apart.max() > 1e-3))


@claim("char-calm", tolerance=1e-12, how="the plain version")
def small_steps() -> float:
    """At a rate of 0.03 the two versions of 50 units agree from the start: the losses of the first
    100 updates on tales, for each of five seeds."""
    return apart_on_tales(reader.UNITS, range(5))


@claim("char-not-calm", tolerance=0.5, how="the plain version; 0 if right")
def small_steps_of_more_units() -> float:
    """At the same rate, with 100 units, they differ by more than a thousandth within 100 updates
    for one of the seeds 3, 4 and 5 or for more."""
    return float(apart_on_tales(UNITS, (3, 4, 5)) <= 1e-3)


def apart_on_tales(units: int, seeds: Iterable[int]) -> float:
    """The largest relative difference of the first 100 losses, at the small reader's rate."""
    vocabulary = Vocabulary.from_text(reader.learned_tales())
    ids = vocabulary.encode(reader.learned_tales())
    nets = [CharRNN(len(vocabulary), units, rng=np.random.default_rng(seed)) for seed in seeds]
    return float(largest_of(losses_apart(net, ids, 100, reader.RATE).max() for net in nets))
