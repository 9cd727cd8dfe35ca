"""The wrong answers on the gated update, exercises of chapter 11, by name.

W40 and W43 count the course's collection of wrong answers; eq-15 is that of its sheet.
"""

import numpy as np

from rnncourse.byhand import lstm, phased
from rnncourse.chapters.phased_lstm.exercises import open_share, openness, states, step
from rnncourse.exercises.registry import known_mistakes


def gated_gates(params, x, h, c, k) -> np.ndarray:
    """W43: k on i, f and o."""
    g, i, f, o = lstm.gates(params, x, h)
    c = g * (k * i) + c * (k * f)
    return np.array([np.tanh(c) * (k * o), c])


def proposal(params, x, h, c) -> np.ndarray:
    """What the LSTM would make of the state: h̃ and c̃."""
    after = lstm.step(params, x, h, c)
    return np.array([after.h, after.c])


def sheet_step(params, x, h, c, k) -> np.ndarray:
    after = phased.step(params, x, h, c, 0.0, k, "course")
    return np.array([after.h, after.c])


def only_memory(params, x, h, c, k) -> np.ndarray:
    c_new = step(params, x, h, c, k)[1]
    return np.array([np.tanh(c_new) * lstm.gates(params, x, h)[3], c_new])


known_mistakes(
    step,
    ("W43", "k multiplies the gates i, f, o and not the update: a closed step erases", gated_gates),
    ("eq-15", "h̃ shows the blended c, as on the sheet; the paper's shows c̃", sheet_step),
    (
        "swapped",
        "k and 1 − k are exchanged: an open gate keeps",
        lambda params, x, h, c, k: step(params, x, h, c, 1.0 - k),
    ),
    ("only-memory", "the memory is blended and the state is not", only_memory),
    (
        "only-state",
        "the state is blended and the memory is not",
        lambda params, x, h, c, k: np.array(
            [step(params, x, h, c, k)[0], proposal(params, x, h, c)[1]]
        ),
    ),
    (
        "not-held",
        "the old state is not added: the closed share is lost",
        lambda params, x, h, c, k: k * proposal(params, x, h, c),
    ),
    ("lstm", "k is not used", lambda params, x, h, c, k: proposal(params, x, h, c)),
    ("order", "c is returned before h", lambda *given: step(*given)[::-1]),
)


def single(times) -> np.ndarray:
    """Rounded to float32 and back."""
    return times.astype(np.float32).astype(np.float64)


known_mistakes(
    openness,
    (
        "W43",
        "the leak is kept at test",
        lambda times, tau, s, r_on, leak, training: openness(times, tau, s, r_on, leak, True),
    ),
    (
        "W40",
        "the times are rounded to float32",
        lambda times, *rest: openness(single(times), *rest),
    ),
    (
        "W40 and W43",
        "the times are rounded to float32, and the leak is kept at test",
        lambda times, tau, s, r_on, leak, training: openness(
            single(times), tau, s, r_on, leak, True
        ),
    ),
    (
        "no-leak",
        "the leak is missing in training",
        lambda times, tau, s, r_on, leak, training: openness(times, tau, s, r_on, leak, False),
    ),
    (
        "backwards",
        "the leak is on at test and off in training",
        lambda times, tau, s, r_on, leak, training: openness(
            times, tau, s, r_on, leak, not training
        ),
    ),
)


def blended_states_alone(params, x, times, h0, c0) -> np.ndarray:
    """c̃ is taken for c, whatever k."""
    h, c, rows = h0, c0, []
    clock = (params[name] for name in ("tau", "s", "r_on"))
    for x_t, k in zip(x, phased.time_gate(times[:, None], *clock), strict=True):
        h_tilde, c = proposal(params, x_t, h, c)
        h = k * h_tilde + (1.0 - k) * h
        rows.append(h)
    return np.array(rows)


known_mistakes(
    states,
    (
        "eq-15",
        "h̃ shows the blended c, as on the sheet; the paper's shows c̃",
        lambda params, x, times, h0, c0: (
            phased.forward(params, x, h0=h0, c0=c0, times=times, variant="course")[1].h
        ),
    ),
    (
        "steps",
        "the steps 1, 2, … stand in place of the times",
        lambda params, x, times, h0, c0: phased.forward(params, x, h0=h0, c0=c0)[1].h,
    ),
    ("only-state", "the state is blended and the memory is not", blended_states_alone),
    (
        "start",
        "h0 and c0 are not used",
        lambda params, x, times, h0, c0: phased.forward(params, x, times=times)[1].h,
    ),
)
known_mistakes(
    open_share,
    (
        "open-steps",
        "each of the r_on T open steps is thought to multiply by f; most are only partly open",
        lambda f, T, share: np.log(share) / (T * np.log(f)),
    ),
    (
        "mean",
        "every step is given the mean openness r_on / 2",
        lambda f, T, share: 2.0 * (1.0 - share ** (1.0 / T)) / (1.0 - f),
    ),
    (
        "near-one",
        "Λ(f) is replaced by (1 − f) / 2, which holds near f = 1 only",
        lambda f, T, share: -2.0 * np.log(share) / (T * (1.0 - f)),
    ),
    ("log", "the forgetting Λ(f) is left out", lambda f, T, share: -np.log(share) / T),
    ("sign", "the sign is wrong", lambda f, T, share: -open_share(f, T, share)),
    (
        "one-step",
        "the share is taken for one step, T = 1",
        lambda f, T, share: open_share(f, 1, share),
    ),
)
