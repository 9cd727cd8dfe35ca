"""The wrong gradients to the exercises of chapter 10, by name."""

import numpy as np

from rnncourse.byhand import gru
from rnncourse.chapters.gru_and_relatives.exercises import (
    candidate_weights,
    gate_gradients,
    state_gradients,
)
from rnncourse.chapters.gru_and_relatives.networks import Ways, gate_rows, walk_back
from rnncourse.exercises.registry import known_mistakes


def tanh_twice(candidate: np.ndarray) -> np.ndarray:
    return 1.0 - np.tanh(candidate) ** 2


def untransposed(W: np.ndarray) -> np.ndarray:
    return W


def rows_with(**ways):
    return lambda *values: gate_rows(*values, ways=Ways(**ways))


def with_row(place: int, row):
    """The right rows but one, which ``row(dh, z, r, candidate, h_prev, W_hh)`` gives."""

    def answer(*values):
        rows = gate_rows(*values)
        rows[place] = row(*values)
        return rows

    return answer


def slid_in_by(factor):
    """The rows with ``factor(z)`` in da_h, and so on the way to da_r."""

    def answer(dh, z, r, new, old, W):
        da_h = dh * factor(z) * (1.0 - new**2)
        return [dh * (new - old) * z * (1.0 - z), (W.T @ da_h) * old * r * (1.0 - r), da_h]

    return answer


TWICE = ("W37", "1 − tanh² is taken of the candidate, which is the tanh already")
known_mistakes(
    gate_gradients,
    (*TWICE, rows_with(slope=tanh_twice)),
    ("W41", "W_hh is not transposed on the way to the reset gate", rows_with(carry=untransposed)),
    (
        "W15",
        "h_prev − candidate stands in da_z: there z multiplies the old state",
        with_row(0, lambda dh, z, r, new, old, W: dh * (old - new) * z * (1.0 - z)),
    ),
    (
        "W15",
        "1 − z stands in place of z in da_h; here z multiplies the candidate",
        slid_in_by(lambda z: 1.0 - z),
    ),
    ("no-z", "da_h has no factor z, as if all of the candidate came in", slid_in_by(np.ones_like)),
    (
        "difference",
        "the old state is forgotten in da_z: 1 − z moves too",
        with_row(0, lambda dh, z, r, new, old, W: dh * new * z * (1.0 - z)),
    ),
    (
        "reset-arrives",
        "dh stands in place of W_hhᵀ da_h in da_r: r acts through the candidate alone",
        with_row(1, lambda dh, z, r, new, old, W: dh * old * r * (1.0 - r)),
    ),
    (
        "after",
        "da_r is that of a reset after the product",
        with_row(
            1,
            lambda dh, z, r, new, old, W: dh * z * (1.0 - new**2) * (W @ old) * r * (1.0 - r),
        ),
    ),
    (
        "no-slopes",
        "the slopes of tanh and sigmoid are missing",
        lambda dh, z, r, new, old, W: np.array([dh * (new - old), (W.T @ (dh * z)) * old, dh * z]),
    ),
    ("order", "the rows stand in torch's order, r, z, h", lambda *v: gate_rows(*v)[[1, 0, 2]]),
)


def back_with(**ways):
    """The states' gradients by a recursion with other parts."""
    return lambda *network: walk_back(*network, ways=Ways(**ways))[0]


def every_step(params, x, y, h0) -> np.ndarray:
    """The losses of all steps, each from its own last step."""
    total = np.zeros((len(x), len(h0)))
    for t in range(1, len(x) + 1):
        total[:t] += walk_back(params, x[:t], y[:t], h0)[0]
    return total


DIRECT = ("direct-path", "only (1 − z) ⊙ dh is sent back: the direct path is taken for the whole")
known_mistakes(
    state_gradients,
    (*DIRECT, back_with(reset=np.zeros_like, through_z=0.0, through_r=0.0)),
    ("no-direct", "(1 − z) ⊙ dh is missing", back_with(kept=np.zeros_like)),
    ("W15", "z ⊙ dh stands in place of (1 − z) ⊙ dh", back_with(kept=lambda z: z)),
    ("no-z", "nothing comes back through z", back_with(through_z=0.0)),
    ("no-r", "nothing comes back through r", back_with(through_r=0.0)),
    ("no-gates", "nothing comes back through the gates", back_with(through_z=0.0, through_r=0.0)),
    ("no-reset", "W_hhᵀ da_h goes back without its factor r", back_with(reset=np.ones_like)),
    (*TWICE, back_with(slope=tanh_twice)),
    ("W41", "the matrices are not transposed", back_with(carry=untransposed)),
    ("W5", "y − yhat stands in place of yhat − y", lambda *net: -state_gradients(*net)),
    ("every-step", "the losses of all steps are summed; only the last one counts", every_step),
)


def product_with(into):
    """Σ_t da_h ⊗ ``into(cache)``, a wrong partner of da_h."""

    def answer(params, x, y, h0):
        cache = gru.forward(params, x, h0=h0)[1]
        return walk_back(params, x, y, h0)[1][:, 2].T @ into(cache)

    return answer


def on_the_direct_path(params, x, y, h0) -> np.ndarray:
    s = gru.forward(params, x, h0=h0)[1]
    ways = Ways(reset=np.zeros_like, through_z=0.0, through_r=0.0)
    return walk_back(params, x, y, h0, ways)[1][:, 2].T @ (s.r * s.h_prev)


def last_step(params, x, y, h0) -> np.ndarray:
    s = gru.forward(params, x, h0=h0)[1]
    return np.outer(walk_back(params, x, y, h0)[1][-1, 2], s.r[-1] * s.h_prev[-1])


known_mistakes(
    candidate_weights,
    (
        "unreset",
        "h_prev stands in place of r ⊙ h_prev: W_hh is multiplied with the reset state",
        product_with(lambda s: s.h_prev),
    ),
    ("W42", "r ⊙ h stands in place of r ⊙ h_prev", product_with(lambda s: s.r * s.h)),
    ("W42", "h stands in place of r ⊙ h_prev", product_with(lambda s: s.h)),
    (
        "z-for-r",
        "z ⊙ h_prev stands in place of r ⊙ h_prev",
        product_with(lambda s: s.z * s.h_prev),
    ),
    ("W1", "only the last step counts; W_hh acts at every step", last_step),
    ("W5", "y − yhat stands in place of yhat − y", lambda *net: -candidate_weights(*net)),
    ("direct-path", "dh came back on the direct path alone", on_the_direct_path),
)
