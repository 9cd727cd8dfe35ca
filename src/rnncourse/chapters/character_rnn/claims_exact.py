"""Claims of chapter 05: what makes it fast is exact, how it writes, and what its numbers mean."""

from functools import cache

import numpy as np

from rnncourse.byhand import char_rnn_plain as plain
from rnncourse.byhand.char_rnn import EPS
from rnncourse.byhand.char_rnn_window import Arrays, Window
from rnncourse.byhand.gradcheck import relative_error as off
from rnncourse.byhand.softmax import draw, softmax
from rnncourse.chapters.character_rnn import reader
from rnncourse.chapters.character_rnn.cases import (
    K,
    T,
    best_match,
    plain_copy,
    reader_of_tales,
    right_by_place,
    sentence_ids,
    side_by_side,
    small_window,
    untrained,
)
from rnncourse.claims.registry import claim
from rnncourse.text import Vocabulary

READER = f"stored weights: {reader.RUN}"
PER_CHARACTER = "arithmetic on the report's number"


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
    net, ids = untrained(), sentence_ids()
    net.train(ids, 30)
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


@claim("char-rows-updated", tolerance=1e-13, how="AdaGrad with the whole gradient")
def rows_updated() -> float:
    """The update of the rows seen, repeats included, is AdaGrad's update of the whole matrix."""
    net, inputs, targets, h = small_window(T=12)
    _, grads = net.loss_and_gradients(inputs, targets, h)
    g = grads["W_hx"].copy()
    expected = net.params["W_hx"] - 0.1 * g / np.sqrt(g**2 + EPS)
    window, memory = Window(12, 7, 5, np.dtype(float)), Arrays(7, 5, float, fill=EPS)
    window.forward(net.weights, inputs, targets, h)
    window.backward(net.weights)
    window.adagrad(net.weights, memory, inputs, 0.1)
    return off(net.params["W_hx"], expected)


@claim("char-plus-equals", states=1.008, tolerance=0.0005, how="relative error, gradient by W_hx")
def repeats_lost() -> float:
    """``dW[:, ids] += da.T`` keeps one of the steps at which a character stands."""
    net, inputs, targets, h = small_window()
    window = Window(8, 7, 5, np.dtype(float))
    window.forward(net.weights, inputs, targets, h)
    window.backward(net.weights)
    _, grads = net.loss_and_gradients(inputs, targets, h)
    lost = np.zeros((5, 7))
    lost[:, inputs] += window.da.T
    return off(lost, grads["W_hx"])


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
    return max(errors)


@claim("char-warm", tolerance=1e-10, how="the plain version")
def warm_updates() -> float:
    """From the state after 500 updates, the losses of 50 more are those of the plain version."""
    net, ids = untrained(), sentence_ids(20_000)
    net.train(ids, 500)
    (fast, slow), _ = side_by_side(net, ids, 50)
    return float(np.abs(fast / slow - 1).max())


@claim("char-chaos", tolerance=0.5, how="relative differences of the losses; 0 if right")
def cold_updates() -> float:
    """From the start the two versions agree to 1e-12 in the first loss and differ by more than a
    thousandth within 100 updates."""
    (fast, slow), _ = side_by_side(untrained(), sentence_ids(5000), 100)
    apart = np.abs(fast / slow - 1)
    return float(not (apart[0] < 1e-12 and apart.max() > 1e-3))


@claim("char-calm", tolerance=1e-12, how="the plain version")
def small_steps() -> float:
    """At a rate of 0.03 the two versions agree from the start: the losses of the first 100 updates
    on tales, for each of five seeds."""
    text, apart = reader.learned_tales(), []
    vocabulary = Vocabulary.from_text(text)
    ids = vocabulary.encode(text)
    for seed in range(5):
        (fast, slow), _ = side_by_side(reader.network(vocabulary, seed), ids, 100, reader.RATE)
        apart.append(np.abs(fast / slow - 1).max())
    return float(max(apart))


@claim("char-reader-seeds", states=0.032, tolerance=0.0005, how="recorded runs")
def readers_of_other_seeds() -> float:
    """The range of the last losses, in nats a character, of the readers of five seeds."""
    told = reader.recorded().summary
    return float(np.ptp([value for name, value in told.items() if name.startswith("loss")]))


# Writing


@claim("char-draw", shows="eq-char-draw", tolerance=1e-12, how="bisection for the ends")
def lengths_of_the_draw() -> float:
    """The numbers u that draw a character fill an interval as long as its probability, its lower
    end included."""
    p = np.random.default_rng(0).standard_normal(9)
    ends = [0.0]
    for k in range(8):
        low, high = ends[-1], 1.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if draw(p, middle) <= k else (low, middle)
        ends.append(low)
    e = np.exp(p)
    at_the_edge = draw(np.zeros(4), 0.5)  # two running sums are at most 1/2: the third
    return max(off(np.diff([*ends, 1.0]), e / e.sum()), float(at_the_edge != 2))


@claim("char-greedy", tolerance=0.5, how="wrong draws; 0 if right")
def temperature_zero() -> float:
    """Temperature 0 draws the largest score whatever u is, and small ones nearly do."""
    rng, wrong = np.random.default_rng(0), 0
    for _ in range(50):
        p, u = rng.permutation(np.arange(10.0)), rng.random()
        wrong += (draw(p, u, 0) != p.argmax()) + (draw(p, u, 0.02) != p.argmax())
    return wrong


@cache
def guessed():
    """The reader of the tales guesses a text it has not read, and writes one of its own."""
    net, vocabulary, text = reader_of_tales()
    ids = vocabulary.encode(text)
    guesses = vocabulary.decode(net.guess(ids, rng=np.random.default_rng(3)))
    written = vocabulary.decode(net.generate(int(ids[0]), 1000, rng=np.random.default_rng(3)))
    return guesses, written, text


@claim("char-guess-first", states=0.25, tolerance=0.005, how=READER, source="W28")
def first_letters() -> float:
    """The share of first letters of words that a guess one step ahead has right."""
    guesses, _, text = guessed()
    return right_by_place(guesses, text)["first"]


@claim("char-guess-later", states=0.42, tolerance=0.005, how=READER, source="W28")
def later_letters() -> float:
    """The share of all other letters of words that a guess one step ahead has right."""
    guesses, _, text = guessed()
    return right_by_place(guesses, text)["later"]


@claim("char-guess-place", tolerance=0.5, how="pieces at another place; 0 if right", source="W28")
def guesses_lie_on_the_text() -> float:
    """20 guessed pieces of 100 characters match the text best where they were guessed, each of
    them; of 9 written pieces none matches as many characters as the worst guessed one."""
    guesses, written, text = guessed()
    pieces = [best_match(guesses[k : k + 100], text, 100) for k in range(0, 4000, 200)]
    away = sum(offset != k + 1 for (offset, _), k in zip(pieces, range(0, 4000, 200), strict=True))
    fewest = min(count for _, count in pieces)
    free = [best_match(written[k : k + 100], text, 100)[1] for k in range(0, 900, 100)]
    return away + sum(count >= fewest for count in free)


# What the numbers mean


@claim("char-perplexity", shows="eq-char-units", tolerance=1e-12, how="a uniform choice")
def perplexity() -> float:
    """A uniform guess among K characters has ln K nats, log2 K bits and perplexity K."""
    errors = []
    for classes in (2, 80, 83):
        nats = -np.log(softmax(np.zeros(classes))).mean()
        errors += [abs(np.exp(nats) / classes - 1), abs(nats / np.log(2) / np.log2(classes) - 1)]
    return max(errors)


REPORTED = 38.2217


@claim("char-report-nats", states=1.5289, tolerance=5e-5, how=PER_CHARACTER, source="KTH-2")
def report_in_nats() -> float:
    """A smooth loss of 38.2217 over 25 characters, in nats a character."""
    return REPORTED / 25


@claim("char-report-bits", states=2.2057, tolerance=5e-5, how=PER_CHARACTER, source="KTH-2")
def report_in_bits() -> float:
    """A smooth loss of 38.2217 over 25 characters, in bits a character."""
    return REPORTED / 25 / np.log(2)


@claim("char-report-perplexity", states=4.613, tolerance=5e-4, how=PER_CHARACTER, source="KTH-2")
def report_as_perplexity() -> float:
    """A smooth loss of 38.2217 over 25 characters, as perplexity."""
    return np.exp(REPORTED / 25)
