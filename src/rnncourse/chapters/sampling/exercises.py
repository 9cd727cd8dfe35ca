"""Exercises on sampling: the docstring of each function is the statement that a reader gets."""

import numpy as np

from rnncourse.byhand.softmax import draw, softmax
from rnncourse.exercises.registry import (
    exercise,
    false,
    labeled_cases,
    number_cases,
    true,
    true_or_false,
)

FOUR = [2.0, 1.0, 0.0, -1.0]
TALE = "the king lost the key and the queen found the key in the sea. "


@true_or_false(
    "sample-facts",
    false(
        "With softmax(τx), τ = 2 draws more evenly than τ = 0.5.",
        "W16: tau is read as a temperature; it multiplies, so 2 sharpens",
    ),
    false(
        "Trained while samples at temperature 2 are written, a network learns other weights.",
        "W17: a temperature of samples is thought to change learning; it acts on drawing alone",
    ),
    false(
        "With each draw at temperature T, a text has probability proportional to p(text)^(1/T).",
        "local: tempering each draw is taken for tempering the text",
    ),
    false(
        "A greedy writer writes the likeliest text.",
        "greedy: the likeliest step is taken for the likeliest text",
    ),
    false(
        "A perfect model does not go round in a loop when it writes greedily.",
        "loop: loops are put down to a bad model; the grammar itself loops",
    ),
    false(
        "Trained on windows of 30, a network can use nothing further back than 30 when it writes.",
        "W33: the window is taken for the memory; it bounds the gradient",
    ),
    true(
        "With the state carried, each further character costs one step of the cell.",
        "cost: carrying the state is thought to need the whole text again",
    ),
    false(
        "A printed piece that the training text contains nowhere was written freely by the model.",
        "W28: a text that stands nowhere is taken for free writing; guesses stand nowhere either",
    ),
)
def facts():
    """Eight statements on sampling: which are true?"""


SCORES = labeled_cases(
    ("four scores, T = 0.5", FOUR, 0.5),
    ("four scores, T = 2", FOUR, 2.0),
    ("large scores, T = 0.1", [1000.0, 999.9, 900.0], 0.1),
    ("two ties, T = 3", [0.5, 0.5, -4.0, 1.0, 0.0], 3.0),
    ("one large score, T = 1", [3000.0, 0.0, 1.0, 2.0, 3.0], 1.0),
    ("large scores, T = 5", [1500.0, 1497.0, 1400.0], 5.0),
    ("scores far apart, T = 400", [1500.0, 0.0, 700.0], 400.0),
)


@exercise("sample-temperature", quantity="q", cases=SCORES)
def tempered(p, T):
    """Probabilities at a temperature.

    Given: p, the scores of K characters, shape (K,), of any size; T, a temperature above 0.
    Return: the probabilities to draw from, shape (K,): the scores divided by T, then softmax.
    """
    return softmax(p / T)


SLOPES = labeled_cases(
    ("four scores, T = 0.5", FOUR, 0.5),
    ("four scores, T = 2", FOUR, 2.0),
    ("five scores, T = 1.5", [0.3, -1.2, 2.5, 0.0, 1.1], 1.5),
    ("all equal, T = 0.7", [1.0, 1.0, 1.0], 0.7),
)


@exercise("sample-slope", quantity="dH/dT", cases=SLOPES)
def entropy_slope(p, T):
    """How fast the entropy grows with the temperature.

    Given: p, the scores of K characters, shape (K,); T, a temperature above 0.
    Return: dH/dT, one number, H being the entropy in nats of softmax(p / T).
    """
    q = softmax(p / T)
    return np.array((q @ p**2 - (q @ p) ** 2) / T**3)


WRITERS = labeled_cases(
    ("seven states", [1, 2, 3, 4, 2, 0, 0], 0),
    ("a loop at once", [1, 2, 0], 1),
    ("a state that stays", [1, 2, 3, 3], 0),
    ("ten states", [4, 7, 0, 9, 5, 6, 1, 8, 6, 2], 3),
)


@exercise("sample-loop", quantity="(before, period)", cases=WRITERS, rows=("before", "period"))
def loop(following, start):
    """A greedy writer with finitely many states: when does its loop begin, and how long is it?

    Given: following, whole numbers, shape (S,): from state s the writer goes to following[s];
    start, the state it begins in.
    Return: how many steps it takes from start to the first state of the loop, and the period of
    the loop.
    """
    seen, state = {}, start
    while state not in seen:
        seen[state] = len(seen)
        state = int(following[state])
    return np.array([seen[state], len(seen) - seen[state]])


LENGTHS = number_cases("P, N", (30, 60), (1, 1), (5, 200), (22, 120))


@exercise("sample-steps", quantity="steps", cases=LENGTHS, rows=("carried", "reread"))
def steps(P, N):
    """What it costs to go on with a text.

    Given: P, the characters of the prompt; N, the characters to be written after it.
    Return: two numbers: the steps of the cell when the state is carried, and when for each
    character all that stands so far is read again from a zero state. The last character written
    need not be read.
    """
    return np.array([P + N - 1, N * P + N * (N - 1) // 2])


def small_writer(seed: int, prompt: list, length: int, T: float) -> tuple:
    """A small network with large weights, a prompt, and the random numbers to draw with."""
    rng = np.random.default_rng(seed)
    shapes = {"W_hx": (4, 3), "W_hh": (4, 4), "b_h": (4,), "W_ph": (3, 4), "b_p": (3,)}
    params = {name: 1.5 * rng.standard_normal(shape) for name, shape in shapes.items()}
    return params, prompt, rng.random(length), T


PROMPTS = labeled_cases(
    ("40 characters after three, T = 1", *small_writer(0, [1, 0, 2], 40, 1.0)),
    ("50 after five, T = 0.5", *small_writer(2, [2, 0, 1, 1, 0], 50, 0.5)),
    ("35 after one, T = 2", *small_writer(2, [0], 35, 2.0)),
)


def next_state(params, k, h) -> np.ndarray:
    """After character k."""
    return np.tanh(params["W_hx"][:, k] + params["W_hh"] @ h + params["b_h"])


def write(
    params,
    prompt,
    u,
    T,
    *,
    reads=lambda ids: ids,
    again=0,
    cool=lambda p, T: p / T,
    pick=draw,
    prompt_step=next_state,
    step=next_state,
    echo=lambda prompt, written: written[-1:],
):
    """Read ``reads(prompt)``, then write a character for each of u.

    again        characters of writing after which the state is set to zero, 0 for never
    cool, pick   the scores to draw from, the character that is drawn
    prompt_step  the next state in the prompt; from its last character on it is ``step``
    echo         what is read before the next character is drawn, of the prompt and the writing
    """
    h, written, queue = np.zeros(len(params["b_h"])), [], list(reads(prompt))
    for number in u:
        if again and written and len(written) % again == 0:
            h = np.zeros_like(h)
        for k in queue[:-1]:
            h = prompt_step(params, k, h)
        h = step(params, queue[-1], h)
        written.append(pick(cool(params["W_ph"] @ h + params["b_p"], T), number))
        queue = echo(prompt, written)
    return np.array(written)


@exercise("sample-continue", quantity="character", cases=PROMPTS)
def go_on(params, prompt, u, T):
    """Go on with a text, the state carried.

    Given: params of a vanilla RNN with one-hot inputs and K outputs, W_hx (n, K), W_hh, b_h, W_ph,
    b_p; prompt, numbers of characters, shape (P,); u, uniform random numbers, shape (N,), one a
    character; T, a temperature above 0.
    Return: the numbers of the N characters written after the prompt, shape (N,). The state is zero
    before the prompt; a character is the first k at which the running sum of softmax(p / T)
    exceeds its u.
    """
    return write(params, prompt, u, T)


SAMPLES = labeled_cases(
    ("runs of 5", "the king found the key", TALE, 5),
    ("runs of 3", "a sea and a king and a sea", TALE, 3),
    ("nothing copied", "zzzzzz", TALE, 2),
    ("runs of 9", "the queen found the king in the sea", TALE, 9),
)


def runs_of(sample: str, n: int) -> list[str]:
    return [sample[k : k + n] for k in range(len(sample) - n + 1)]


def share_of(pieces, text: str) -> np.ndarray:
    """The share of the pieces that stand in the text."""
    return np.array(np.mean([piece in text for piece in pieces]))


@exercise("sample-copied", quantity="share", cases=SAMPLES, simpler={"for n = 1": None})
def copied(sample, text, n):
    """Which share of a sample stands in the training text?

    Given: sample, a string; text, a longer string; n, a length.
    Return: the share of the runs of n characters of sample that stand in text, one number. Runs
    overlap, and a run that comes twice counts twice.
    """
    return share_of(runs_of(sample, n), text)


PLACES = labeled_cases(
    ("guesses", [500, 600, 700, 800, 900, 1000], 100),
    ("written", [40, 2210, 871, 871, 93, 150], 100),
    ("some of it", [7, 57, 107, 300, 350, 300, 62], 50),
    ("two pieces", [90, 130], 40),
    ("back and on", [400, 300, 200, 300, 350], 100),
)


@exercise("sample-along", quantity="share", cases=PLACES)
def along(places, length):
    """Does a printed text move along the book?

    Given: places, shape (M,): a printed text was cut into M pieces, one after the other, and
    piece m matches the book best at places[m]; length, the characters of a piece.
    Return: the share of the M − 1 steps from a piece to the next in which the place moves on by
    exactly the length of a piece.
    """
    return np.array(np.mean(np.diff(places) == length))
