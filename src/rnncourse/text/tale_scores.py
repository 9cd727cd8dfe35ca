"""What a text of tales could cost a model that knows the grammar, and where it costs."""

import numpy as np

from rnncourse.text.tale_reader import walk


def tales_log_probability(text: str) -> float:
    """The exact log-probability, in nats, that the source begins with ``text``.

    The text starts where a tale starts. It may stop anywhere: a tale cut off counts with the sum
    over all its continuations, so ``tales(rng, N)`` has this probability among all texts of N
    characters. A text that no tales begin with has −∞; the empty one has 0.
    """
    arcs = list(walk(text))
    if len(arcs) < len(text):
        return -np.inf
    return float(sum(arc.log_probability for arc in arcs))


def tales_conditional_log_probabilities(text: str) -> np.ndarray:
    """Log-probability of each character given all before it, in nats, (N,).

    No model that reads the same characters scores better on average. The sum is
    ``tales_log_probability(text)``.

    Raises: ValueError if no tales begin with the text; it names the place.
    """
    return np.array([arc.log_probability for arc in _whole_walk(text)])


def tales_kinds(text: str) -> np.ndarray:
    """What it takes to predict each character, (N,) strings:

    "choice" where the source draws, so that more than one character can come. Where one only can,
    "name" if the hero tells it, named a hundred or more characters before, "echo" if an animal or
    a thing of the same line tells it, and "spelling" if neither is needed. All of the entropy lies
    in "choice". A word that returns is "name" or "echo" only where words of its list part: of
    "heron" these are h and r, for hedgehog begins with he too.

    Raises: ValueError if no tales begin with the text; it names the place.
    """
    return np.array([arc.kind for arc in _whole_walk(text)], dtype="<U8")


def _whole_walk(text: str) -> list:
    arcs = list(walk(text))
    if len(arcs) < len(text):
        stop = len(arcs)
        began = text[max(0, stop - 20) : stop]
        raise ValueError(f"no tale goes on with {text[stop]!r} after {began!r} (place {stop})")
    return arcs
