"""Exercises of chapter 13: sampling.

The docstring of each function is the statement that a reader gets. The mistakes that are held
against the answers stand in ``chapter13_mistakes``.
"""

import numpy as np

from rnncourse.byhand.softmax import draw, softmax
from rnncourse.exercises.registry import Case, exercise

FACTS = {
    "with softmax(tau x), tau = 2 writes the more even text": False,
    "trained with samples at temperature 2, a network learns another text": False,
    "drawn at temperature T at each step, a text has its power 1/T, normalized": False,
    "greedily, a model writes the likeliest text": False,
    "a perfect model does not go round in a loop": False,
    "trained on windows of 30, it can write no more than 30 characters that hang together": False,
    "carried on, a text costs one step of the cell a character": True,
    "a text that the training text does not contain anywhere was written by the model": False,
}


@exercise("sample-facts", quantity="fact", cases=(Case("eight statements", tuple),))
def facts():
    """Eight statements on sampling: which are true?

    Given: nothing.
    Return: a list of eight values True or False, in this order. (1) With softmax(τx), τ = 2 writes
    the more even text than τ = 0.5. (2) Trained while samples at temperature 2 are written, a
    network learns other weights. (3) Drawn at temperature T at each step, a whole text has
    probability proportional to p(text)^(1/T). (4) A greedy writer writes the likeliest text.
    (5) A perfect model does not go round in a loop when it writes greedily. (6) Trained on windows
    of 30, a network can use no character further back than 30 when it writes. (7) With the state
    carried, each further character costs one step of the cell. (8) A printed piece that the
    training text contains nowhere must have been written freely by the model.
    """
    return dict(FACTS)


def score_cases():
    rows = (
        ("four scores, T = 0.5", [2.0, 1.0, 0.0, -1.0], 0.5),
        ("four scores, T = 2", [2.0, 1.0, 0.0, -1.0], 2.0),
        ("large scores, T = 0.1", [1000.0, 999.9, 900.0], 0.1),
        ("two ties, T = 3", [0.5, 0.5, -4.0, 1.0, 0.0], 3.0),
    )
    return tuple(Case(label, lambda p=p, T=T: (np.array(p), T)) for label, p, T in rows)


@exercise("sample-temperature", quantity="q", cases=score_cases())
def tempered(p, T):
    """Probabilities at a temperature.

    Given: p, the scores of K characters, shape (K,), of any size; T, a temperature above 0.
    Return: the probabilities to draw from, shape (K,): the scores divided by T, then softmax.
    """
    return softmax(p / T)


def slope_cases():
    rows = (
        ("four scores, T = 0.5", [2.0, 1.0, 0.0, -1.0], 0.5),
        ("four scores, T = 2", [2.0, 1.0, 0.0, -1.0], 2.0),
        ("five scores, T = 1.5", [0.3, -1.2, 2.5, 0.0, 1.1], 1.5),
        ("all equal, T = 0.7", [1.0, 1.0, 1.0], 0.7),
    )
    return tuple(Case(label, lambda p=p, T=T: (np.array(p), T)) for label, p, T in rows)


@exercise("sample-slope", quantity="dH/dT", cases=slope_cases())
def entropy_slope(p, T):
    """How fast the entropy grows with the temperature.

    Given: p, the scores of K characters, shape (K,); T, a temperature above 0.
    Return: dH/dT, one number, H being the entropy in nats of softmax(p / T).
    """
    q = softmax(p / T)
    return np.array((q @ p**2 - (q @ p) ** 2) / T**3)


def loop_cases():
    rows = (
        ("seven states", [1, 2, 3, 4, 2, 0, 0], 0),
        ("a loop at once", [1, 2, 0], 1),
        ("a state that stays", [1, 2, 3, 3], 0),
        ("ten states", [4, 7, 0, 9, 5, 6, 1, 8, 6, 2], 3),
    )
    return tuple(Case(label, lambda n=n, s=s: (np.array(n), s)) for label, n, s in rows)


@exercise("sample-loop", quantity="(before, period)", cases=loop_cases())
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


def step_cases():
    rows = ((30, 60), (1, 1), (5, 200), (22, 120))
    return tuple(Case(f"P = {P}, N = {N}", lambda P=P, N=N: (P, N)) for P, N in rows)


@exercise("sample-steps", quantity="steps", cases=step_cases())
def steps(P, N):
    """What it costs to go on with a text.

    Given: P, the characters of the prompt; N, the characters to be written after it.
    Return: two numbers: the steps of the cell when the state is carried, and when for each
    character all that stands so far is read again from a zero state. The last character written
    need not be read.
    """
    return np.array([P + N - 1, N * P + N * (N - 1) // 2])


def writer_cases():
    """A small network with large weights, a prompt, and the random numbers to draw with."""

    def case(label, seed, prompt, length, T):
        rng = np.random.default_rng(seed)
        shapes = {"W_hx": (4, 3), "W_hh": (4, 4), "b_h": (4,), "W_ph": (3, 4), "b_p": (3,)}
        params = {name: 1.5 * rng.standard_normal(shape) for name, shape in shapes.items()}
        u = rng.random(length)

        def make():
            copied = {name: value.copy() for name, value in params.items()}
            return copied, np.array(prompt), u.copy(), T

        return Case(label, make)

    return (
        case("40 characters after three, T = 1", 0, [1, 0, 2], 40, 1.0),
        case("50 after five, T = 0.5", 2, [2, 0, 1, 1, 0], 50, 0.5),
        case("35 after one, T = 2", 2, [0], 35, 2.0),
    )


def write(params, prompt, u, T, *, reads=lambda ids: ids, again=0, cool=lambda p, T: p / T):
    """Read ``reads(prompt)``, then write a character for each of u.

    ``again`` characters of writing after which the state is set to zero, 0 for never.
    """
    h, written, queue = np.zeros(len(params["b_h"])), [], list(reads(prompt))
    for number in u:
        if again and written and len(written) % again == 0:
            h = np.zeros_like(h)
        for k in queue:
            h = np.tanh(params["W_hx"][:, k] + params["W_hh"] @ h + params["b_h"])
        written.append(draw(cool(params["W_ph"] @ h + params["b_p"], T), number))
        queue = written[-1:]
    return np.array(written)


@exercise("sample-continue", quantity="character", cases=writer_cases())
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


TALE = "the king lost the key and the queen found the key in the sea. "


def copy_cases():
    rows = (
        ("runs of 5", "the king found the key", TALE, 5),
        ("runs of 3", "a sea and a king and a sea", TALE, 3),
        ("nothing copied", "zzzzzz", TALE, 2),
        ("runs of 9", "the queen found the king in the sea", TALE, 9),
    )
    return tuple(Case(label, lambda r=tuple(r): r) for label, *r in rows)


@exercise("sample-copied", quantity="share", cases=copy_cases())
def copied(sample, text, n):
    """Which share of a sample stands in the training text?

    Given: sample, a string; text, a longer string; n, a length.
    Return: the share of the runs of n characters of sample that stand in text, one number. Runs
    overlap, and a run that comes twice counts twice.
    """
    runs = [sample[k : k + n] for k in range(len(sample) - n + 1)]
    return np.array(sum(run in text for run in runs) / len(runs))


def piece_cases():
    rows = (
        ("guesses", [500, 600, 700, 800, 900, 1000], 100),
        ("written", [40, 2210, 871, 871, 93, 1500], 100),
        ("some of it", [7, 57, 107, 300, 350, 12, 62], 50),
        ("two pieces", [90, 130], 40),
    )
    return tuple(Case(label, lambda o=o, L=L: (np.array(o), L)) for label, o, L in rows)


@exercise("sample-along", quantity="share", cases=piece_cases())
def along(places, length):
    """Does a printed text move along the book?

    Given: places, shape (M,): a printed text was cut into M pieces, one after the other, and
    piece m matches the book best at places[m]; length, the characters of a piece.
    Return: the share of the M − 1 steps from a piece to the next in which the place moves on by
    exactly the length of a piece.
    """
    return np.array(np.mean(np.diff(places) == length))
