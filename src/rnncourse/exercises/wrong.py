"""Ways in which one wrong answer after another is made from a right one.

A wrong answer that a claim measures is a function of its own: by it a test sees that it ran.
"""

import inspect
from collections.abc import Callable

import numpy as np


def given(truth: Callable, **other) -> Callable:
    """The truth of other arguments: by name a value, or a function of what was given.

    >>> given(gate, leak=0.0)  # the leak is left out
    >>> given(step, k=lambda k: 1.0 - k)  # k and 1 − k are exchanged
    """
    signature = inspect.signature(truth)

    def answer(*arguments, **named):
        values = signature.bind(*arguments, **named).arguments
        for name, new in other.items():
            values[name] = new(values[name]) if callable(new) else new
        return truth(**values)

    return answer


def with_entry(truth: Callable, place: int, entry: Callable) -> Callable:
    """The right answer but for this entry or row, which ``entry(*arguments)`` gives."""

    def answer(*arguments):
        values = np.array(truth(*arguments))
        values[place] = entry(*arguments)
        return values

    return answer
