"""Two updates of one weight that a pencil can follow, and the ravine that opens the page."""

import numpy as np

from rnncourse.byhand.optimizers import OPTIMIZERS, descend
from rnncourse.records import markdown_table

# The weight on paper: where it starts, the two gradients that arrive, and the learning rate.
START, GRADIENTS, ETA = 1.0, (2.0, 1.0), 0.1
MU, ALPHA, BETA1, BETA2 = 0.9, 0.99, 0.9, 0.999

# The ravine: flat along its floor, steep across.
CURVATURES, HIGH = np.array([1.0, 25.0]), np.array([1.0, 0.2])
RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.2, 0.3, 0.5)
ROLLING = ("sgd", "momentum", "rmsprop", "adam")


def roll(name: str, learning_rate: float, steps: int = 60) -> np.ndarray:
    """The ball's path down the ravine, shape (steps + 1, 2)."""
    return descend(OPTIMIZERS[name](learning_rate), lambda w: CURVATURES * w, HIGH, steps)


def pencil_weights(name: str, scale: float = 1.0) -> np.ndarray:
    """The weight on paper after each update, its gradients times ``scale``: shape (2,)."""
    optimizer, w, found = OPTIMIZERS[name](ETA), START, []
    for g in GRADIENTS:
        w = optimizer.step(w, scale * g)
        found.append(w)
    return np.array(found)


def short(number: float, places: int = 4) -> str:
    """With at most so many decimals, as a formula of a page."""
    return f"{number:.{places}f}".rstrip("0").rstrip(".")


def fine(number: float) -> str:
    """An average of squares, which is small."""
    return short(number, places=6)


def less(w: float, size: str) -> str:
    """The old weight minus the learning rate times something."""
    return f"{short(w)} - {ETA:g} \\cdot {size}"


def work_table(names: tuple[str, ...], columns: list[list[tuple[str, str]]]) -> str:
    """A row for each line of the work, first those of update 1, as a Markdown table.

    Each line is two formulas, so that it can break between them on a phone.
    """
    rows = [
        [f"{update}: {name}", f"${left}$ $= {right}$"]
        for update, column in enumerate(columns, start=1)
        for name, (left, right) in zip(names, column, strict=True)
    ]
    return markdown_table(["update", "number"], rows)


def plain_table() -> str:
    """Two updates of plain descent, and of momentum beside it."""
    plain = w = START
    v, columns = 0.0, []
    for g in GRADIENTS:
        column = [(less(plain, short(g)), short(plain - ETA * g))]
        column.append((f"{MU:g} \\cdot {short(v)} + {short(g)}", short(MU * v + g)))
        plain, v = plain - ETA * g, MU * v + g
        column.append((less(w, short(v)), short(w - ETA * v)))
        w = w - ETA * v
        columns.append(column)
    return work_table(("plain weight", "velocity", "weight"), columns)


def over_root(above: float, squares: float, digits=short) -> str:
    """A number over a root, as a formula."""
    return f"{short(above)}/\\sqrt{{{digits(squares)}}}"


def adagrad_table() -> str:
    """Two updates of AdaGrad; ε is left out, as it changes no digit."""
    w, m, columns = START, 0.0, []
    for g in GRADIENTS:
        column = [(f"{short(m)} + {short(g)}^2", short(m + g**2))]
        m = m + g**2
        step = g / np.sqrt(m)
        column.append((less(w, over_root(g, m)), short(w - ETA * step)))
        w = w - ETA * step
        columns.append(column)
    return work_table(("sum", "weight"), columns)


def rmsprop_table() -> str:
    """Two updates of RMSprop; ε is left out."""
    w, v, columns = START, 0.0, []
    for g in GRADIENTS:
        left = f"{ALPHA:g} \\cdot {fine(v)} + {1 - ALPHA:.2g} \\cdot {short(g)}^2"
        v = ALPHA * v + (1 - ALPHA) * g**2
        step = g / np.sqrt(v)
        column = [(left, fine(v)), (less(w, over_root(g, v, fine)), short(w - ETA * step))]
        w = w - ETA * step
        columns.append(column)
    return work_table(("average", "weight"), columns)


def adam_table() -> str:
    """Two updates of Adam, a row for each of its lines; ε is left out."""
    w, m, v, columns = START, 0.0, 0.0, []
    for t, g in enumerate(GRADIENTS, start=1):
        left_m = f"{BETA1:g} \\cdot {short(m)} + {1 - BETA1:.1g} \\cdot {short(g)}"
        left_v = f"{BETA2:g} \\cdot {fine(v)} + {1 - BETA2:.1g} \\cdot {short(g)}^2"
        m, v = BETA1 * m + (1 - BETA1) * g, BETA2 * v + (1 - BETA2) * g**2
        m_hat, v_hat = m / (1 - BETA1**t), v / (1 - BETA2**t)
        column = [(left_m, short(m)), (left_v, fine(v))]
        column.append((f"{short(m)}/{short(1 - BETA1**t)}", short(m_hat)))
        column.append((f"{fine(v)}/{fine(1 - BETA2**t)}", short(v_hat)))
        step = m_hat / np.sqrt(v_hat)
        column.append((less(w, over_root(m_hat, v_hat)), short(w - ETA * step)))
        w = w - ETA * step
        columns.append(column)
    names = ("gradients", "squares", "gradients, corrected")
    return work_table((*names, "squares, corrected", "weight"), columns)
