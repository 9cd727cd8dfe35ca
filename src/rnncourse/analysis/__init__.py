"""What can be said about a network without training it."""

from rnncourse.analysis.counts import count_parameters
from rnncourse.analysis.powers import (
    gain,
    growth_rates,
    power_norms,
    spectral_radius,
    stretched_bound,
    transient_peak,
    triangular_form,
)
from rnncourse.analysis.sensitivity import (
    jacobians,
    products,
    singular_values,
    state_jacobians,
    time_to_vanish,
)

__all__ = [
    "count_parameters",
    "gain",
    "growth_rates",
    "jacobians",
    "power_norms",
    "products",
    "singular_values",
    "spectral_radius",
    "state_jacobians",
    "stretched_bound",
    "time_to_vanish",
    "transient_peak",
    "triangular_form",
]
