"""Linear recurrences: norms of powers, the path of a state, eigenvalues in the plane."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import ACCENT, CELL_STYLE, GREY, INK, styled

LOOKS = (  # in this order; the last ones are for bounds
    {"color": ACCENT, "linestyle": "-"},
    {"color": CELL_STYLE["rnn"]["color"], "linestyle": "--"},
    {"color": INK, "linestyle": "-."},
    {"color": GREY, "linestyle": ":"},
)


@styled
def powers(norms: dict[str, np.ndarray], limits: tuple[float, float]) -> Axes:
    """Norms of W^t against t = 0, 1, … on a logarithmic axis, one line a name.

    Shapes: each array (T + 1,). What lies outside ``limits`` is cut off; zeros are left out.
    """
    figure, ax = plt.subplots(figsize=(5.2, 2.9))
    for (label, values), look in zip(norms.items(), LOOKS, strict=False):
        ax.semilogy(np.arange(len(values)), values, label=label, **look)
    ax.axhline(1.0, color=GREY, linewidth=0.8)
    ax.set(xlabel="step t", ylabel="2-norm of the power", ylim=limits)
    ax.xaxis.get_major_locator().set_params(integer=True)
    figure.legend(loc="outside upper center", ncols=3)
    return ax


@styled
def swing(h: np.ndarray) -> Axes:
    """The path of a state of two units in the plane, the steps numbered. Shapes: h (T + 1, 2)."""
    _, ax = plt.subplots(figsize=(5.2, 2.6))
    ax.plot(h[:, 0], h[:, 1], "-", color=GREY, linewidth=1)
    ax.plot(h[:, 0], h[:, 1], "o", color=ACCENT, markersize=5)
    for t, (first, second) in enumerate(h[:6]):
        ax.annotate(str(t), (first, second), xytext=(6, 3), textcoords="offset points")
    ax.axhline(0.0, color=GREY, linewidth=0.8)
    ax.axvline(0.0, color=GREY, linewidth=0.8)
    ax.set(xlabel="first unit", ylabel="second unit")
    return ax


@styled
def spectrum(eigenvalues: np.ndarray, norm: float) -> Axes:
    """Eigenvalues in the complex plane, the unit circle, and a circle whose radius is the norm."""
    figure, ax = plt.subplots(figsize=(4.2, 4.2))
    turn = np.exp(1j * np.linspace(0.0, 2.0 * np.pi, 200))
    ax.plot(turn.real, turn.imag, color=INK, linewidth=1.2, label="radius 1")
    ax.plot(norm * turn.real, norm * turn.imag, "--", color=ACCENT, label="the norm")
    ax.plot(eigenvalues.real, eigenvalues.imag, ".", color=CELL_STYLE["rnn"]["color"])
    ax.set(xlabel="real part", ylabel="imaginary part", aspect="equal")
    figure.legend(loc="outside upper center", ncols=2)
    return ax
