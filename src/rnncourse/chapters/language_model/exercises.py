"""Exercises: the LSTM language model.

The docstring of each function is the statement that a reader gets. The mistakes that are held
against the answers stand in ``mistakes``.
"""

import numpy as np

from rnncourse.byhand import lstm
from rnncourse.byhand.examples import drawn
from rnncourse.exercises.registry import (
    Case,
    exercise,
    false,
    labeled_cases,
    number_cases,
    true,
    true_or_false,
)


@true_or_false(
    "lm-facts",
    false(
        "Trained with windows of 30, a network remembers 30 characters at most.",
        "W33: the window is taken for the memory; it bounds what the gradient sees, the state "
        "goes on",
    ),
    false(
        "The best batch of a run shows how accurate the network is.",
        "W29: a maximum over many noisy batches is taken for the accuracy",
    ),
    true(
        "With a carried state the losses of windows are those of the whole text.",
        "W44: carried windows are thought to differ from the whole text; they do not",
    ),
    false(
        "With a carried state the gradient of windows is that of the whole text.",
        "cut: the gradient is thought to be whole; it ends at the front of each window",
    ),
    false(
        "The dropout of torch.nn.LSTM acts on the state from one step to the next.",
        "place: torch's dropout is thought to act in time; it acts between the layers",
    ),
    true(
        "A model whose loss on a long text lies far below the source's own has read that text "
        "before.",
        "leak: a model is thought to beat the source by far on text it has not read; none does",
    ),
    true(
        "A loss of 1 nat a character is more than one of 1 bit.",
        "bits: a bit is thought to be more than a nat; a nat is 1.44 bits",
    ),
)
def facts():
    """Seven statements on language models: which are true?"""


YHATS = [0.5, 0.25, 0.5, 1.0], [0.9, 0.9, 0.01], [1.0, 1.0], [0.05, 0.6, 0.3, 0.3, 0.8]
TEXTS = labeled_cases(*((f"{len(row)} characters", row) for row in YHATS))


@exercise(
    "lm-bits",
    quantity="(nats, bits, perplexity)",
    cases=TEXTS,
    rows=("nats", "bits", "perplexity"),
)
def bits(yhat):
    """What a text costs, from the probability that the model gave each of its characters.

    Given: yhat, the probability of the character that came, at each step, shape (T,).
    Return: the loss in nats a character, in bits a character, and the perplexity: three numbers.
    """
    nats = -np.mean(np.log(yhat))
    return np.array([nats, nats / np.log(2), np.exp(nats)])


SIZES = number_cases("K, n", (46, 128), (80, 128), (3, 2), (87, 64))


@exercise("lm-parameters", quantity="parameters", cases=SIZES)
def parameters(K, n):
    """The numbers that a language model of two LSTM layers learns.

    Given: K, the characters of the vocabulary, read as one-hot rows; n, units of each layer.
    Return: how many parameters the two layers and the output layer have together; each gate has
    one bias, and so has the output.
    """
    return 4 * n * (K + n + 1) + 4 * n * (n + n + 1) + K * (n + 1)


def windows(seed: int, N: int, T: int) -> Case:
    def make() -> tuple:
        rng = np.random.default_rng(seed)
        params = drawn(lstm.SHAPES, rng, scale=1.0, d=2, n=3)
        return params, rng.standard_normal((N, 2)), T

    return Case(f"{N} steps in windows of {T}", make)


WINDOWS = windows(0, 12, 4), windows(1, 10, 5), windows(2, 7, 3)


LENGTHS = {f"for T = {size}": None for size in (1, 2, 3)} | {
    "for windows of one step (T = 1): look at which step of a window hands its state on": (
        lambda given: {"T": 1}
    ),
    "where one window holds all (T = N): look at what a window hands to the next": (
        lambda given: {"T": len(given["x"])}
    ),
}


@exercise("lm-carry", quantity="h", time="forward", cases=WINDOWS, simpler=LENGTHS)
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


def drop(mode: str, seed: int, share: float) -> tuple:
    rng = np.random.default_rng(seed)
    h, u = rng.standard_normal((3, 4)), rng.random((3, 4))
    u[1, 2] = share  # not below it: kept
    return f"{mode}, {share}", h, u, share, mode == "training"


# A number that is the share itself is not below it.
ON_THE_EDGE = "training, 0.25", [[2.0, -1.0], [0.5, 3.0]], [[0.25, 0.1], [0.7, 0.25]], 0.25, True
DROPS = drop("training", 0, 0.3), drop("training", 1, 0.8), drop("evaluation", 2, 0.3), ON_THE_EDGE


@exercise("lm-dropout", quantity="h", cases=labeled_cases(*DROPS))
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


def scaled(seed: int, scale: float) -> np.ndarray:
    noise = np.random.default_rng(seed).standard_normal((3, 4))
    return scale * noise * np.array([[1.0], [3.0], [0.2]])


CLIPS = labeled_cases(
    ("norm above the limit", scaled(0, 2.0), 5.0),
    ("far above", scaled(1, 100.0), 1.0),
    ("below", scaled(2, 0.1), 5.0),
)


@exercise("lm-clip", quantity="g", cases=CLIPS)
def clip(grads, limit):
    """Clip a gradient to a norm.

    Given: grads, the gradient by three parameters, each a row, shape (3, N); limit, the largest
    norm that all of it together may have.
    Return: the clipped gradient, shape (3, N): its direction is that of grads.
    """
    return grads * min(1.0, limit / np.linalg.norm(grads))


PAIRS = (30, 10), (30, 30), (30, 31), (8, 1), (10, 200), (64, 33)
DISTANCES = labeled_cases(*((f"windows of {T}, distance {D}", T, D) for T, D in PAIRS))


NOT_STEPS = {f"for T = {size}": None for size in (1, 2, 3)}  # T is a number, not rows
NEXT = {"for D = 1: look at how D enters": lambda given: {"D": 1}, "where D = 1": None}


@exercise("lm-linked", quantity="share", cases=DISTANCES, simpler=NOT_STEPS | NEXT)
def linked(T, D):
    """How often does a gradient see that two characters belong together?

    Given: T, the characters that a window reads; D, how many places after a character the one
    stands that depends on it. Reading character j, the network says character j + 1.
    Return: the share of the places j for which character j is read, and character j + D said, in
    the same window; windows follow each other without a gap.
    """
    return max(0.0, (T - D + 1) / T)


BATCHES = labeled_cases(
    ("a coin, 2 batches", [0.0, 1.0], [0.5, 0.5], 2),
    ("three values, 10 batches", [0.5, 0.6, 0.7], [0.25, 0.5, 0.25], 10),
    ("a rare best, 100 batches", [0.2, 0.4, 0.9], [0.5, 0.49, 0.01], 100),
    ("one batch", [0.1, 0.3, 0.8], [0.2, 0.5, 0.3], 1),
)


@exercise("lm-best", quantity="accuracy", cases=BATCHES)
def best(accuracies, probabilities, batches):
    """What the best batch of a run is expected to show, if nothing changes during the run.

    Given: accuracies, the values that a batch's accuracy can take, rising, shape (J,);
    probabilities, of each of them, shape (J,); batches, how many independent ones there are.
    Return: the expected value of the largest of them.
    """
    below = np.concatenate([[0.0], np.cumsum(probabilities)]) ** batches
    return np.sum(accuracies * np.diff(below))
