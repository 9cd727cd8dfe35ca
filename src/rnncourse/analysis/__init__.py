"""What can be said about a network without training it."""

from rnncourse.analysis.counts import count_parameters
from rnncourse.analysis.sensitivity import (
    jacobians,
    products,
    singular_values,
    state_jacobians,
    time_to_vanish,
)

__all__ = [
    "count_parameters",
    "jacobians",
    "products",
    "singular_values",
    "state_jacobians",
    "time_to_vanish",
]
