"""Exercises on what is drawn from and what is searched: top-k, the nucleus, beams."""

import numpy as np

from rnncourse.byhand.softmax import softmax
from rnncourse.exercises.registry import Case, exercise, labeled_cases

# Characters from the likeliest on


def falling(scores) -> np.ndarray:
    """The indices of the scores, the largest first; of equal ones the smaller index first."""
    return np.argsort(-np.asarray(scores), kind="stable")


def conditional(yhat, kept) -> np.ndarray:
    """The probabilities yhat, given that the character is one of ``kept``."""
    q = np.zeros(len(yhat))
    q[kept] = np.asarray(yhat)[kept]
    return q / q.sum()


def shuffled(values: dict[float, int], seed: int = 0) -> list[float]:
    """So many of each value, in an order by chance; a list stands for an array."""
    row = np.repeat(list(values), list(values.values()))
    return list(np.random.default_rng(seed).permutation(row))


TOP_K = labeled_cases(
    ("six scores, k = 3", [0.5, 2.0, -1.0, 1.2, 0.1, -0.3], 3),
    ("all below zero, k = 2", [-3.0, -1.5, -2.0, -4.0, -1.0], 2),
    ("equal scores at the cut, k = 3", [1.0, 2.0, 0.5, 1.0, 1.0, 0.0], 3),
    ("k = 1", [0.3, 0.1, 1.4, 0.2], 1),
    ("k = K", [0.3, -0.1, 1.4, 0.2], 4),
    ("large scores, k = 2", [1000.0, 999.0, 998.5, 990.0], 2),
    ("40 characters with many equal scores, k = 15", shuffled({2.0: 6, 1.0: 20, 0.0: 14}), 15),
)


@exercise(
    "top-k-distribution",
    quantity="q",
    cases=TOP_K,
    simpler={
        "where k = 0": None,
        "where k = 1": None,
        "with k = 1: the largest must have 1 and all others 0": lambda given: {"k": 1},
        "with k = K: this is the softmax of all scores": lambda given: {"k": len(given["p"])},
    },
)
def top_k(p, k):
    """What is drawn from, if only the k likeliest characters may come.

    Given: p, the scores of K characters, shape (K,), of any size; k, a whole number, 1 ≤ k ≤ K.
    Return: the probabilities to draw from, shape (K,), in the order of p: the softmax of the k
    largest scores among themselves, and 0 for all others. Exactly k are kept: of equal scores the
    ones with the smaller index.
    """
    return conditional(softmax(np.asarray(p, dtype=np.float64)), falling(p)[:k])


NUCLEUS = labeled_cases(
    ("five characters, share 0.8", [0.08, 0.45, 0.3, 0.02, 0.15], 0.8),
    ("a sum that reaches the share exactly", [0.25, 0.125, 0.5, 0.125], 0.75),
    ("one character is enough", [0.03, 0.05, 0.9, 0.02], 0.7),
    ("nearly even, share 0.5", [0.21, 0.2, 0.19, 0.22, 0.18], 0.5),
    ("equal probabilities, share 0.6", [0.25, 0.25, 0.25, 0.25], 0.6),
    ("share 1", [0.125, 0.625, 0.25], 1.0),
    (
        "32 characters, many equally likely, share 0.6",
        shuffled({4 / 64: 6, 2 / 64: 14, 1 / 64: 12}),
        0.6,
    ),
)


def nucleus_of(yhat, share) -> np.ndarray:
    """The fewest characters, from the likeliest on, that together reach the share."""
    order = falling(yhat)
    reached = np.cumsum(np.asarray(yhat)[order]) >= share - 1e-12
    return order[: int(np.argmax(reached)) + 1]


@exercise(
    "nucleus-distribution",
    quantity="q",
    cases=NUCLEUS,
    simpler={
        "where share = 0": None,
        "where share = 1": None,
        "where yhat = 0": None,
        "where all entries of yhat are equal": None,
        "with a tiny share: only the likeliest is kept": lambda given: {"share": 1e-6},
        "with the share 0.999: look at the end of the running sum": lambda given: {"share": 0.999},
        "where yhat falls: look at the order of the characters": (
            lambda given: {"yhat": np.sort(given["yhat"])[::-1]}
        ),
    },
)
def nucleus(yhat, share):
    """What is drawn from, if only the nucleus may come.

    Given: yhat, the probabilities of K characters, shape (K,); share, a number above 0, at most 1.
    Return: the probabilities to draw from, shape (K,), in the order of yhat. Kept are the fewest
    characters, taken from the likeliest on, whose probabilities reach the share when they are
    added; of equal ones the smaller index comes first. Their probabilities are divided by their
    sum, all others are 0.
    """
    return conditional(yhat, nucleus_of(yhat, share))


# Beams


def source(seed: int, K: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Log-probabilities of the first character (K,) and of the next after each one (K, K)."""
    rng = np.random.default_rng(seed)
    scores = noise * rng.standard_normal((K + 1, K))
    log = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return log[0], log[1:]


def logs(table) -> np.ndarray:
    """Logarithms of probabilities; −∞ for 0."""
    with np.errstate(divide="ignore"):
        return np.log(np.array(table, dtype=np.float64))


# From a the text goes on in three ways, from b in one: greedy writing takes a and loses.
FORK = logs([0.6, 0.4, 0.0]), logs([[0.4, 0.3, 0.3], [0.0, 0.1, 0.9], [0.5, 0.3, 0.2]])


def search_case(label: str, start, step, N: int, beams: int) -> Case:
    return Case(label, lambda: (start.copy(), step.copy(), N, beams))


SEARCHES = (
    search_case("a fork, two characters, 2 beams", *FORK, 2, 2),
    search_case("a fork, two characters, 1 beam", *FORK, 2, 1),
    search_case("six characters of four, 3 beams", *source(154, 4, 1.2), 6, 3),
    search_case("eight characters of five, 3 beams", *source(2, 5, 1.0), 8, 3),
    search_case("seven characters of four, 2 beams", *source(38, 4, 1.0), 7, 2),
    search_case("four characters of three, 27 beams", *source(5, 3, 1.5), 4, 27),
    search_case("800 characters of six, 4 beams", *source(6, 6, 0.3), 800, 4),
)


def add_log(total, more):
    """What a text is worth when it goes on: the logarithm of its probability."""
    return total[:, None] + more


def search(start, step, N, beams, *, worth=add_log, first=0.0, rank=lambda w: -w, best=0):
    """Beam search, with its parts to be exchanged.

    worth  the worth of every text (kept, K), of the worth so far (kept,) and the next ones' logs
    first  the worth of the empty text
    rank   what the texts are sorted by, the smallest first
    best   which of the last texts is returned
    """
    texts, total, next_log = np.zeros((1, 0), dtype=int), np.array([first]), start[None]
    for _ in range(N):
        worths = worth(total, next_log)
        order = np.argsort(rank(worths), axis=None, kind="stable")[:beams]
        rows, characters = np.divmod(order, len(start))
        texts = np.column_stack([texts[rows], characters])
        total, next_log = worths.ravel()[order], step[characters]
    return texts[best]


@exercise(
    "beam-search",
    quantity="character",
    cases=SEARCHES,
    simpler={
        **dict.fromkeys(("where N = 0", "where N = 1", "where beams = 0", "where beams = 1")),
        **dict.fromkeys(("where start = 0", "where step = 0", "where step is diagonal")),
        "for one character: it is the likeliest of start": lambda given: {"N": 1},
        "for two characters: look at the second step": lambda given: {"N": 2},
        "with one beam: this must be greedy writing": lambda given: {"beams": 1},
        "with beams for every text: the search must find the likeliest of all": (
            lambda given: {"N": 3, "beams": len(given["start"]) ** 3}
        ),
    },
)
def beam_search(start, step, N, beams):
    """A search for a likely text.

    Given: start, the logarithms of the probabilities of the first character, shape (K,); step, the
    same for each next one, shape (K, K): row j holds those after character j; N, the length of the
    text; beams, how many texts are kept.
    Return: the numbers of the N characters, shape (N,), of the likeliest text that the search
    finds: at each step every kept text is continued by all K characters, and of all these texts
    the likeliest ``beams`` ones are kept, or all if there are fewer.
    """
    return search(start, step, N, beams)
