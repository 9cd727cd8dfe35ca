"""Small networks as cases, and two slopes of tanh."""

from collections.abc import Callable

import numpy as np

from rnncourse.byhand.examples import small_network
from rnncourse.exercises.registry import Case

# No two of T, d, n, K are equal within a case, so that a transposed layout shows in its shape.
# One step alone hides most mistakes; it stands here as the closed form, never as the only case.
SIZES = (
    {"T": 3, "d": 2, "n": 4, "K": 5},
    {"T": 6, "d": 4, "n": 3, "K": 5},
    {"T": 1, "d": 3, "n": 2, "K": 4},
    {"T": 4, "d": 2, "n": 5, "K": 3},
)


def spelled(sizes: dict) -> str:
    return ", ".join(f"{letter} = {size}" for letter, size in sizes.items())


def everything(*drawn) -> tuple:
    return drawn


def sized_cases(draw: Callable, pick: Callable = everything, sizes=SIZES, start=0) -> tuple:
    """One case for each of ``sizes``; ``pick`` chooses its arguments from draw(seed, **sizes)."""
    return tuple(
        Case(spelled(each), lambda seed=seed, each=each: pick(*draw(seed, **each)))
        for seed, each in enumerate(sizes, start)
    )


def network_cases(pick: Callable = everything) -> tuple[Case, ...]:
    """``pick`` chooses the arguments from (params, x, y, h0)."""
    return sized_cases(small_network, pick, start=4)  # from here the last classes differ


def slope(h: np.ndarray) -> np.ndarray:
    """tanh' written with its output."""
    return 1.0 - h**2


def slope_of_state(h: np.ndarray) -> np.ndarray:
    """W2: the tanh of what is a tanh already."""
    return 1.0 - np.tanh(h) ** 2
