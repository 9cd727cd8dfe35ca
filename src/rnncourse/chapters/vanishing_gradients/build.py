"""The training step that the lesson asks for: on one chunk, clipped, with the state carried on."""

import numpy as np

from rnncourse.byhand import rnn
from rnncourse.byhand.examples import small_network


def training_step(params, x, y, h0, rate, limit) -> tuple[float, np.ndarray]:
    """One step on one chunk: change ``params`` in place, return the loss and the last state.

    Shapes: x (T, d), y (T,), h0 (n,); the loss is the mean over the chunk, in nats.
    """
    loss, grads = rnn.loss_and_gradients(params, x, y, "mean", h0=h0)
    last = rnn.forward(params, x, h0=h0)[1].h[-1]
    norm = np.sqrt(sum((grads[name] ** 2).sum() for name in params))
    factor = min(1.0, limit / norm)
    for name in params:
        params[name] -= rate * factor * grads[name]
    return loss, last


def first_fault(step) -> str:
    """What a reader's training step does wrong, in one line; "" for a right one."""
    return fault_at(step, 0.05) or fault_at(step, 1e9)


def fault_at(step, limit: float) -> str:
    """The same for one limit of the norm."""
    mine, x, y, h0 = small_network()
    start, right = small_network()[0], small_network()[0]
    expected, last = training_step(right, x, y, h0, 0.1, limit)
    found = step(mine, x, y, h0, 0.1, limit)
    if found is None:
        return "it returned None; is a return missing?"
    if not np.isclose(found[0], expected):
        return f"the loss is {found[0]:.4f}, expected {expected:.4f}: the mean over the chunk"
    if not np.allclose(found[1], last):
        return "the second value is not the chunk's last state, as it was before the step"
    moved, wanted = length(mine, start), length(right, start)
    if not np.isclose(moved, wanted):
        return f"with limit {limit:g} the step is {moved:.5f} long, expected {wanted:.5f}"
    if not all(np.allclose(mine[name], right[name]) for name in right):
        return f"with limit {limit:g} the step has the right length and the wrong direction"
    return ""


def length(params: dict, start: dict) -> float:
    """How far all parameters together have moved."""
    return float(np.sqrt(sum(((params[name] - start[name]) ** 2).sum() for name in start)))
