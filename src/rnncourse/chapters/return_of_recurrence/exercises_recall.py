"""Exercises on what a state can hold, and on attention: a docstring is the statement."""

import numpy as np

from rnncourse.exercises.registry import (
    Case,
    exercise,
    false,
    number_cases,
    true,
    true_or_false,
)


@true_or_false(
    "recall-facts",
    true(
        "With a state of S bits, the answers to all questions are right with probability at most "
        "2^S divided by the number of possible tables of values.",
        "count: each state can be right for one table only, and there are 2^S states",
    ),
    false(
        "Enough training lets a recurrent network of 32 one-bit units recall 20 pairs with 8 "
        "values each without an error.",
        "training: training is thought to beat counting; 32 bits are fewer than 60",
    ),
    false(
        "The state of a minGRU grows while a text is read, as the keys and values of attention do.",
        "growth: the state of a recurrence is overwritten, and its size stays",
    ),
    true(
        "One layer of attention without positions gives a question the same answer when the pairs "
        "before it are shuffled.",
        "order: its sum over the steps does not know their order, unless positions are added",
    ),
    false(
        "Causal attention over T steps computes about T scores.",
        "square: every step has a score with every step up to its own, T (T + 1) / 2 in all",
    ),
    false(
        "A scan on a processor with two cores is faster than the loop because it is parallel.",
        "parallel: a scan saves steps in a row, at the price of more work; what wins is measured",
    ),
)
def facts():
    """Six statements on states and attention: which are true?"""


HELD = number_cases(
    "pairs, values, bits", (3, 2, 1), (8, 8, 16), (10, 4, 20), (4, 16, 18), (6, 3, 5)
)


@exercise("recall-all-right", quantity="probability", cases=HELD)
def all_right(pairs, values, bits):
    """The best probability that every answer is right.

    Each of so many keys gets a value, drawn evenly from so many values, independently of the
    others. A state of so many bits is all that is kept. Then every key is asked.

    Given: pairs and values, whole numbers; bits, the size of the state.
    Return: the largest probability, over all ways to choose the state and to answer, that all
    answers are right.
    """
    return min(1.0, 2.0**bits / float(values) ** pairs)


KEPT = number_cases(
    "pairs, values, bits", (16, 8, 24), (32, 8, 32), (4, 2, 9), (10, 16, 18), (5, 3, 1)
)


@exercise("recall-keep-and-guess", quantity="accuracy", cases=KEPT)
def keep_and_guess(pairs, values, bits):
    """The accuracy of who keeps the first values and guesses the others.

    A value is kept whole or not at all, and takes log2(values) bits. Every key is asked once; a
    key whose value was not kept gets a guess.

    Given: pairs and values, whole numbers; bits, the size of the state.
    Return: the expected share of right answers.
    """
    kept = min(pairs, int(bits // np.log2(values)))
    return (kept + (pairs - kept) / values) / pairs


CACHES = number_cases(
    "layers, width, units", (2, 82, 88), (1, 64, 64), (12, 768, 1024), (4, 32, 500)
)


@exercise("attention-crossover", quantity="steps", cases=CACHES)
def crossover(layers, width, units):
    """From which step on attention keeps more than an LSTM.

    Attention keeps a key and a value of every step, in each layer, each with as many numbers as
    the layer is wide. An LSTM with as many layers keeps h and c of its units.

    Given: layers; width, of attention; units, of the LSTM. All are whole numbers.
    Return: the first step after which attention keeps more numbers, a whole number.
    """
    return 2 * layers * units // (2 * layers * width) + 1


def drawn(label: str, seed: int, T: int, m: int) -> Case:
    """Queries, keys and values, (T, m) each."""

    def make() -> tuple:
        rng = np.random.default_rng(seed)
        return tuple(rng.standard_normal((T, m)) for _ in range(3))

    return Case(label, make)


HEADS = (drawn("one step", 0, 1, 3), drawn("four steps", 1, 4, 2), drawn("six steps", 2, 6, 5))


@exercise("causal-attention", quantity="y", cases=HEADS, time="forward")
def causal_attention(q, k, v):
    """One head of attention that sees no step after its own.

    The score of step t with step s is q_t · k_s / √m. Step t takes the softmax of its scores with
    the steps 1 … t, and y_t is the sum of their values with these weights.

    Given: q, k and v, of every step, shape (T, m) each.
    Return: y of every step, shape (T, m).
    """
    scores = q @ k.T / np.sqrt(q.shape[1])
    weights = np.tril(np.exp(scores - scores.max(axis=1, keepdims=True)))
    return weights / weights.sum(axis=1, keepdims=True) @ v
