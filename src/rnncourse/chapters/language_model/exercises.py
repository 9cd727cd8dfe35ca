"""Exercises of chapter 12: the LSTM language model.

The docstring of each function is the statement that a reader gets. The mistakes that are held
against the answers stand in ``mistakes``.
"""

import numpy as np

from rnncourse.byhand import lstm
from rnncourse.byhand.examples import drawn
from rnncourse.exercises.registry import Case, Fact, exercise, true_or_false


@true_or_false(
    "lm-facts",
    Fact(
        False,
        "Trained with windows of 30, a network remembers 30 characters at most.",
        "W33",
        "the window is taken for the memory; it bounds what the gradient sees, the state goes on",
    ),
    Fact(
        False,
        "The best batch of a run shows how accurate the network is.",
        "W29",
        "a maximum over many noisy batches is taken for the accuracy",
    ),
    Fact(
        True,
        "With a carried state the losses of windows are those of the whole text.",
        "W44",
        "carried windows are thought to differ from the whole text; they do not",
    ),
    Fact(
        False,
        "With a carried state the gradient of windows is that of the whole text.",
        "cut",
        "the gradient is thought to be whole; it ends at the front of each window",
    ),
    Fact(
        False,
        "The dropout of torch.nn.LSTM acts on the state from one step to the next.",
        "place",
        "torch's dropout acts between layers, and on no state's way in time",
    ),
    Fact(
        True,
        "A model whose loss on a fresh text lies far below the source's own has read that text "
        "before.",
        "leak",
        "nobody beats the source's own probabilities by far on a fresh text",
    ),
    Fact(
        True,
        "A loss of 1 nat a character is more than one of 1 bit.",
        "bits",
        "a nat is 1.44 bits, so one nat is the larger loss",
    ),
)
def facts():
    """Seven statements on language models: which are true?"""


def bits_cases():
    rows = ((0.5, 0.25, 0.5, 1.0), (0.9, 0.9, 0.01), (1.0, 1.0), (0.05, 0.6, 0.3, 0.3, 0.8))
    return tuple(Case(f"{len(row)} characters", lambda row=row: (np.array(row),)) for row in rows)


@exercise("lm-bits", quantity="(nats, bits, perplexity)", cases=bits_cases())
def bits(yhat):
    """What a text costs, from the probability that the model gave each of its characters.

    Given: yhat, the probability of the character that came, at each step, shape (T,).
    Return: the loss in nats a character, in bits a character, and the perplexity: three numbers.
    """
    nats = -np.mean(np.log(yhat))
    return np.array([nats, nats / np.log(2), np.exp(nats)])


def size_cases():
    rows = ((46, 128), (80, 128), (3, 2), (87, 64))
    return tuple(Case(f"K = {K}, n = {n}", lambda row=(K, n): row) for K, n in rows)


@exercise("lm-parameters", quantity="parameters", cases=size_cases())
def parameters(K, n):
    """The numbers that a language model of two LSTM layers learns.

    Given: K, the characters of the vocabulary, read as one-hot rows; n, units of each layer.
    Return: how many parameters the two layers and the output layer have together; each gate has
    one bias, and so has the output.
    """
    return 4 * n * (K + n + 1) + 4 * n * (n + n + 1) + K * (n + 1)


def carry_cases():
    def case(label, seed, N, T, n=3, d=2):
        def make():
            rng = np.random.default_rng(seed)
            params = drawn(lstm.SHAPES, rng, scale=1.0, d=d, n=n)
            return params, rng.standard_normal((N, d)), T

        return Case(label, make)

    return (
        case("12 steps in windows of 4", 0, 12, 4),
        case("10 steps in windows of 5", 1, 10, 5),
        case("7 steps in windows of 3", 2, 7, 3),
    )


@exercise("lm-carry", quantity="h", time="forward", cases=carry_cases())
def carry(params, x, T):
    """Read a long text in windows as if it were read in one piece.

    Given: params, the weights of an LSTM; x, all inputs, shape (N, d); T, the steps of a window;
    the last one may be shorter. byhand.lstm.unroll(params, x, h, c) reads a window from the state
    h, c (both (n,)) and returns a cache whose .h and .c are the states after each step.
    Return: h after every step of the text, shape (N, n); the text begins with zeros.
    """
    h, c = np.zeros((2, len(params["b_g"])))
    states = []
    for start in range(0, len(x), T):
        cache = lstm.unroll(params, x[start : start + T], h, c)
        h, c = cache.h[-1], cache.c[-1]
        states.append(cache.h)
    return np.concatenate(states)


def dropout_cases():
    def case(label, seed, share, training):
        rng = np.random.default_rng(seed)
        h, u = rng.standard_normal((3, 4)), rng.random((3, 4))
        return Case(label, lambda: (h.copy(), u.copy(), share, training))

    return (
        case("training, 0.3", 0, 0.3, True),
        case("training, 0.8", 1, 0.8, True),
        case("evaluation, 0.3", 2, 0.3, False),
    )


@exercise("lm-dropout", quantity="h", cases=dropout_cases())
def dropout(h, u, share, training):
    """Dropout as it is used today, with the scaling in training.

    Given: h, what a layer hands to the next, shape (T, n); u, uniform random numbers of this
    shape; share, the share to be dropped; training, True or False.
    Return: what the next layer reads, shape (T, n). In training an entry is dropped where
    u < share, and the mean over u must be h; in evaluation nothing is random.
    """
    if not training:
        return h
    return h * (u >= share) / (1.0 - share)


def clip_cases():
    def case(label, seed, scale, limit):
        rng = np.random.default_rng(seed)
        grads = scale * rng.standard_normal((3, 4)) * np.array([[1.0], [3.0], [0.2]])
        return Case(label, lambda: (grads.copy(), limit))

    return (
        case("norm above the limit", 0, 2.0, 5.0),
        case("far above", 1, 100.0, 1.0),
        case("below", 2, 0.1, 5.0),
    )


@exercise("lm-clip", quantity="g", cases=clip_cases())
def clip(grads, limit):
    """Clip a gradient to a norm.

    Given: grads, the gradient by three parameters, each a row, shape (3, N); limit, the largest
    norm that all of it together may have.
    Return: the clipped gradient, shape (3, N): its direction is that of grads.
    """
    return grads * min(1.0, limit / np.linalg.norm(grads))


def linked_cases():
    rows = ((30, 10), (30, 30), (30, 31), (8, 1), (10, 200), (64, 33))
    return tuple(Case(f"windows of {T}, distance {D}", lambda row=(T, D): row) for T, D in rows)


@exercise("lm-linked", quantity="share", cases=linked_cases())
def linked(T, D):
    """How often does a gradient see that two characters belong together?

    Given: T, the characters that a window reads; D, how many places after a character the one
    stands that depends on it. Reading character j, the network says character j + 1.
    Return: the share of the places j for which character j is read, and character j + D said, in
    the same window; windows follow each other without a gap.
    """
    return max(0.0, (T - D + 1) / T)


def best_cases():
    def case(label, accuracies, probabilities, batches):
        row = np.array(accuracies), np.array(probabilities), batches
        return Case(label, lambda: (row[0].copy(), row[1].copy(), row[2]))

    return (
        case("a coin, 2 batches", [0.0, 1.0], [0.5, 0.5], 2),
        case("three values, 10 batches", [0.5, 0.6, 0.7], [0.25, 0.5, 0.25], 10),
        case("a rare best, 100 batches", [0.2, 0.4, 0.9], [0.5, 0.49, 0.01], 100),
        case("one batch", [0.1, 0.3, 0.8], [0.2, 0.5, 0.3], 1),
    )


@exercise("lm-best", quantity="accuracy", cases=best_cases())
def best(accuracies, probabilities, batches):
    """What the best batch of a run is expected to show, if nothing changes during the run.

    Given: accuracies, the values that a batch's accuracy can take, rising, shape (J,);
    probabilities, of each of them, shape (J,); batches, how many independent ones there are.
    Return: the expected value of the largest of them.
    """
    below = np.concatenate([[0.0], np.cumsum(probabilities)]) ** batches
    return np.sum(accuracies * np.diff(below))
