"""The wrong gradients to the exercises of chapter 08, by name."""

import numpy as np

from rnncourse.byhand import lstm
from rnncourse.chapters.lstm.exercises import bias_gradients, gate_gradients, memory_gradients
from rnncourse.chapters.lstm.networks import Ways, gate_rows, walk_back
from rnncourse.exercises.registry import known_mistakes


def with_row(place: int, row):
    """The right rows but one, which ``row(dh, dc, g, i, f, o, c_prev, c)`` gives."""

    def answer(*values):
        rows = gate_rows(*values)
        rows[place] = row(*values)
        return rows

    return answer


def tanh_twice(g: np.ndarray) -> np.ndarray:
    return 1.0 - np.tanh(g) ** 2


ORDER = ("order", "the rows stand in the order i, f, g, o, as in torch")
TWICE = ("W37", "1 − tanh(g)² is taken where g is already the tanh")

known_mistakes(
    gate_gradients,
    (*TWICE, lambda *values: gate_rows(*values, slope=tanh_twice)),
    (
        "memory-index",
        "c stands in place of c_prev in da_f",
        with_row(2, lambda dh, dc, g, i, f, o, c_prev, c: dc * c * f * (1.0 - f)),
    ),
    (
        "partners",
        "da_g is given g and da_i is given i: each needs the partner that it multiplies",
        lambda dh, dc, g, i, f, o, c_prev, c: np.array(
            [
                dc * g * (1.0 - g**2),
                dc * i * i * (1.0 - i),
                *gate_rows(dh, dc, g, i, f, o, c_prev, c)[2:],
            ]
        ),
    ),
    (
        "no-slopes",
        "the slopes of tanh and sigmoid are missing",
        lambda dh, dc, g, i, f, o, c_prev, c: np.array(
            [dc * i, dc * g, dc * c_prev, dh * np.tanh(c)]
        ),
    ),
    (
        "tanh-slopes",
        "the three gates get the slope of tanh, 1 − q², in place of q (1 − q)",
        lambda dh, dc, g, i, f, o, c_prev, c: np.array(
            [
                dc * i * (1.0 - g**2),
                dc * g * (1.0 - i**2),
                dc * c_prev * (1.0 - f**2),
                dh * np.tanh(c) * (1.0 - o**2),
            ]
        ),
    ),
    (
        "output-gate",
        "dc stands in place of dh in da_o",
        with_row(3, lambda dh, dc, g, i, f, o, c_prev, c: dc * np.tanh(c) * o * (1.0 - o)),
    ),
    (
        "no-tanh",
        "c stands in place of tanh(c) in da_o",
        with_row(3, lambda dh, dc, g, i, f, o, c_prev, c: dh * c * o * (1.0 - o)),
    ),
    (
        "twice",
        "dh ⊙ o ⊙ (1 − tanh² c) is added to dc, which holds it already",
        lambda dh, dc, g, i, f, o, c_prev, c: gate_rows(
            dh, dc + dh * o * (1.0 - np.tanh(c) ** 2), g, i, f, o, c_prev, c
        ),
    ),
    (*ORDER, lambda *values: gate_rows(*values)[[1, 2, 0, 3]]),
)


def back_with(**ways):
    """The memories' gradients by a recursion with other parts."""
    return lambda *network: walk_back(*network, ways=Ways(**ways)).dc


def every_step(params, x, y, h0, c0) -> np.ndarray:
    return lstm.state_gradients(params, x, y, "sum", h0=h0, c0=c0)[1]


BELT = ("direct-path", "nothing comes back through h: the belt is taken for the whole")
known_mistakes(
    memory_gradients,
    (*BELT, back_with(through_h=0.0)),
    (
        "no-belt",
        "nothing comes back along the belt: dc ⊙ f is missing",
        back_with(kept=lambda cache, t: 0.0 * cache.f[t]),
    ),
    (
        "forget-index",
        "f^(t) stands in place of f^(t+1) in dc^(t)",
        back_with(kept=lambda cache, t: cache.f[t - 1] if t else cache.f[0]),
    ),
    ("no-slope", "1 − tanh² c is missing", back_with(slope_c=np.ones_like)),
    (
        "slope-of-memory",
        "1 − c² stands in place of 1 − tanh² c: c is no tanh",
        back_with(slope_c=lambda c: 1.0 - c**2),
    ),
    (*TWICE, back_with(slope_g=tanh_twice)),
    ("W41", "W_qh is not transposed", back_with(carry=lambda W: W)),
    ("W5", "y − yhat stands in place of yhat − y", lambda *net: -memory_gradients(*net)),
    ("every-step", "the losses of all steps are summed; only the last one counts", every_step),
)


def shared_rows(*network) -> np.ndarray:
    rows = bias_gradients(*network)
    rows[1:3] = rows[1] + rows[2]
    return rows


def biases_with(**ways):
    return lambda *network: walk_back(*network, ways=Ways(**ways)).da.sum(axis=0)


known_mistakes(
    bias_gradients,
    (
        "W35",
        "i and f share one bias, so that the rows of both hold the sum of the two",
        shared_rows,
    ),
    (*TWICE, biases_with(slope_g=tanh_twice)),
    (*BELT, biases_with(through_h=0.0)),
    (
        "last-step",
        "only the last step counts; a bias acts at every step",
        lambda *network: walk_back(*network).da[-1],
    ),
    (
        "first-step",
        "= stands in place of +=, so that the first step is all that remains",
        lambda *network: walk_back(*network).da[0],
    ),
    (*ORDER, lambda *network: bias_gradients(*network)[[1, 2, 0, 3]]),
    ("W5", "y − yhat stands in place of yhat − y", lambda *net: -bias_gradients(*net)),
)
