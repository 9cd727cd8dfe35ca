"""What a drawn flower can be, and which combinations training never sees."""

import numpy as np

from rnncourse.validate import (
    require_choice,
    require_count,
    require_generator,
    require_indices,
    require_shape,
)

flower_attributes = {
    "petals": ("three", "four", "five", "six", "seven", "eight"),
    "shape": ("round", "pointed", "narrow"),
    "size": ("small", "large"),
    "color": ("red", "pink", "yellow", "white", "blue", "violet"),
    "center": ("yellow", "white", "red", "dark purple"),
}
COUNTS = tuple(len(values) for values in flower_attributes.values())  # (6, 3, 2, 6, 4)


def held_out(attributes: np.ndarray) -> np.ndarray:
    """Which of these flowers have a combination that is never shown in training.

    The rule looks at shape, color and center alone: of the four centers that a shape and a color
    can have, one is never shown, with any size and any number of petals. So a quarter of the
    combinations is held out, and every pair of values of two attributes still occurs in training.
    The small round violet flower with a dark purple center is held out.

    Shapes: attributes (n, 5) whole numbers, indices into ``flower_attributes``; result (n,) bool.
    Raises: ValueError if an attribute has no such value.

    >>> held_out(np.array([[2, 0, 0, 5, 3], [2, 0, 0, 5, 0]]))
    array([ True, False])
    """
    require_attributes("attributes", attributes)
    _, shape, _, color, center = attributes.T
    return (shape + color + center) % 4 == 0


def all_combinations() -> np.ndarray:
    """Every flower there can be, (864, 5), in counting order."""
    return np.stack(np.unravel_index(np.arange(np.prod(COUNTS)), COUNTS), axis=1)


def draw_attributes(rng: np.random.Generator, n: int, combinations: str) -> np.ndarray:
    """Draw n flowers uniformly from the seen, the unseen or all combinations, (n, 5)."""
    require_generator("rng", rng)
    require_count("n", n)
    require_choice("combinations", combinations, COMBINATIONS)
    known = COMBINATIONS[combinations]()
    return known[rng.integers(0, len(known), n)]


def _seen() -> np.ndarray:
    every = all_combinations()
    return every[~held_out(every)]


def _unseen() -> np.ndarray:
    every = all_combinations()
    return every[held_out(every)]


COMBINATIONS = {"seen": _seen, "unseen": _unseen, "all": all_combinations}


def require_attributes(name: str, attributes) -> None:
    """Rows of five whole numbers, each an index into its attribute's values."""
    if not isinstance(attributes, np.ndarray):
        raise ValueError(f"{name} must be a NumPy array, got {type(attributes).__name__}")
    require_shape(name, attributes, ("n", len(COUNTS)))
    for column, (attribute, values) in enumerate(flower_attributes.items()):
        require_indices(f"{attribute} in {name}", attributes[:, column], len(values))
