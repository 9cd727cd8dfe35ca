"""Claims of chapter 10: what a cell costs."""

import numpy as np

from rnncourse import byhand
from rnncourse.analysis import count_parameters
from rnncourse.analysis.counts import entries
from rnncourse.chapters.gru_and_relatives.cases_relatives import (
    GERS_SHAPES,
    more_units,
    multiplications,
)
from rnncourse.chapters.gru_and_relatives.claims_slips import register
from rnncourse.claims.registry import claim

SHAPES = {name: cell.SHAPES for name, cell in byhand.CELLS.items()}
SIZES = ((10, 128), (1, 128), (2, 3), (5, 7))


@claim("relatives-counts", shows="eq-relatives-count", tolerance=0.5, how="tensors in four sizes")
def counts_are_the_tensors() -> float:
    """The parameters of GRU, peephole LSTM and Gers' LSTM, counted in their arrays."""
    formulas = {
        "gru": lambda d, n: 3 * n * (d + n + 1),
        "peephole": lambda d, n: 4 * n * d + 3 * n**2 + 4 * n,
    }
    errors = [
        abs(formula(*size) - counted)
        for name, formula in formulas.items()
        for size in SIZES
        for counted in (entries(SHAPES[name], *size), count_parameters(name, *size))
    ]
    gers = [4 * n * (d + n + 1) + 3 * n - entries(GERS_SHAPES, d, n) for d, n in SIZES]
    return float(max(*errors, *map(abs, gers)))


@claim("bi-counts", tolerance=0.5, how="tensors of the model in four sizes", source="U20-1.4")
def bidirectional_counts() -> float:
    """Both ways have $8n(d+n+1)$ parameters, and the output layer $K(2n+1)$."""
    from rnncourse.sequence import SequenceModel

    errors = []
    for d, n in SIZES:
        model = SequenceModel("lstm", d, n, K=10, bidirectional=True, rng=np.random.default_rng(0))
        tensors = sum(parameter.numel() for parameter in model.parameters())
        errors.append(abs(8 * n * (d + n + 1) + 10 * (2 * n + 1) - tensors))
    return float(max(errors))


@claim("gru-three-quarters", tolerance=1e-15, how="arrays in four sizes", source="D-1.4")
def three_quarters() -> float:
    """A GRU has three quarters of the LSTM's parameters and of its multiplications."""
    return max(
        abs(count(SHAPES["gru"], *size) / count(SHAPES["lstm"], *size) - 0.75)
        for count in (entries, multiplications)
        for size in SIZES
    )


@claim("gru-more-units", tolerance=1e-3, states=1.161, how="the root of the counts' equation")
def units_of_an_equal_gru() -> float:
    """At the parameters of an LSTM of 128 units, 10 inputs: a GRU's units, over 128."""
    return more_units(10, 128)


@claim("gru-units-range", tolerance=1e-5, how="widest state, widest input")
def between_the_roots() -> float:
    r"""At equal parameters a GRU has $\sqrt{4/3}$ to $4/3$ times the units: off at both ends."""
    return max(abs(more_units(1, 10**6) - (4 / 3) ** 0.5), abs(more_units(10**6, 1) - 4 / 3))


for _name, _states in {"gru": 52992, "lstm": 70656, "peephole": 54272}.items():
    register(
        f"multiplications-{_name}",
        lambda name=_name: float(multiplications(SHAPES[name], 10, 128)),
        f"Multiplications a step in the matrix products, {_name} cell, 10 inputs, 128 units.",
        states=_states,
        tolerance=0.5,
        how="entries of its matrices",
        source="D-1.4",
    )
