"""How well a difference measures a gradient."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from rnncourse.plotting import ACCENT, GREY, INK, styled


@styled
def which(curves: dict[str, np.ndarray]) -> Axes:
    """Learning curves of programs whose names do not tell which one is right."""
    _, ax = plt.subplots(figsize=(5.2, 2.8))
    styles = zip(curves.items(), ("-", "--"), (INK, ACCENT), strict=True)
    for (label, losses), linestyle, color in styles:
        ax.plot(losses, linestyle, color=color, label=label)
    ax.set(xlabel="update", ylabel="loss (nats)", ylim=(0, None))
    ax.legend()
    return ax


@styled
def secants(w: float = 0.6, eps: float = 0.8) -> Axes:
    """tanh at w: the tangent, and the slopes that a forward and a central difference measure."""
    _, ax = plt.subplots(figsize=(5.2, 2.8))
    grid = np.linspace(w - 1.6 * eps, w + 1.6 * eps, 200)
    ax.plot(grid, np.tanh(grid), color=INK, label="tanh")
    slopes = {
        "tangent": (1.0 - np.tanh(w) ** 2, GREY, ":"),
        "forward": ((np.tanh(w + eps) - np.tanh(w)) / eps, GREY, "--"),
        "central": ((np.tanh(w + eps) - np.tanh(w - eps)) / (2 * eps), ACCENT, "-."),
    }
    for label, (slope, color, linestyle) in slopes.items():
        ax.plot(grid, np.tanh(w) + slope * (grid - w), linestyle, color=color, label=label)
    places = np.array([w - eps, w, w + eps])
    ax.plot(places, np.tanh(places), "o", color=INK)
    ax.set_xticks(places, ["$w-\\varepsilon$", "$w$", "$w+\\varepsilon$"])
    ax.set(ylabel="$f(w)$", yticks=[])
    ax.legend()
    return ax


@styled
def step_errors(steps: np.ndarray, errors: dict[str, np.ndarray]) -> Axes:
    """Relative error of a numerical gradient against the step size, one line a method.

    Shapes: steps (S,), each array of errors (S,). An error of zero is left out.
    """
    _, ax = plt.subplots()
    styles = zip(errors.items(), ("-", "--", "-."), (INK, ACCENT, GREY), strict=False)
    for (label, values), linestyle, color in styles:
        ax.loglog(steps, values, linestyle, color=color, label=label)
    ax.set(xlabel="step ε", ylabel="relative error", ylim=(1e-13, 10))
    ax.legend()
    return ax


@styled
def ladder(errors: dict[str, tuple[float, float]]) -> Axes:
    """Absolute and relative error of each parameter's gradient on one logarithmic axis."""
    _, ax = plt.subplots(figsize=(4.6, 2.3))
    names = [f"${name[0]}_{{{name[2:]}}}$" for name in errors]
    absolute, relative = zip(*errors.values(), strict=True)
    ax.plot(relative, names, "s", color=INK, label="relative")
    ax.plot(absolute, names, "o", color=ACCENT, label="absolute")
    ax.set(xscale="log", xlabel="error of the gradient", xlim=(1e-10, 1e-4))
    ax.grid(axis="y", color="#dddddd", linewidth=0.8)
    ax.invert_yaxis()
    ax.legend(loc="upper left")
    return ax
