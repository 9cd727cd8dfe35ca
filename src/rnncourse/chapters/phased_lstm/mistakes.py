"""The wrong answers to the exercises on the phased LSTM, by name.

Ids such as W23 count the course's collection of wrong answers, eq-15 is that of its sheet; the
others are words.
"""

import numpy as np

from rnncourse.byhand import lstm, phased
from rnncourse.chapters.phased_lstm.exercises import (
    gate,
    open_count,
    open_share,
    openness,
    slope_by_period,
    states,
    step,
)
from rnncourse.exercises.registry import MISTAKES
from rnncourse.exercises.wrong import given


def between(phi, r_on):
    return (phi > 0) & (phi < r_on)


def steps(T) -> np.ndarray:
    return np.arange(1.0, T + 1)


def counted(is_open, times=steps, sign=1.0):
    """The steps at which ``is_open(phase, r_on)``, at these times and with this sign of s."""
    return lambda T, tau, s, r_on: int(is_open(phased.phase(times(T), tau, sign * s), r_on).sum())


MISTAKES[open_count] = {
    "W23: the inequalities at the peak are strict, so the peak itself is missed": counted(
        lambda phi, r: between(phi, r) & (phi != r / 2)
    ),
    "ends: the beginning and the end of the open phase are counted, where k = 0": counted(
        lambda phi, r: phi <= r
    ),
    "ends: the end of the open phase is counted, where k = 0": counted(
        lambda phi, r: (phi > 0) & (phi <= r)
    ),
    "ends: the beginning of the open phase is counted, where k = 0": counted(
        lambda phi, r: phi < r
    ),
    "W24: the modulo takes the sign of t − s: what is open before the shift is missed": (
        lambda T, tau, s, r_on: int(between(np.fmod(steps(T) - s, tau) / tau, r_on).sum())
    ),
    "last-step: the last step, at the time T, is not counted": counted(
        between, times=lambda T: steps(T - 1)
    ),
    "from-zero: the times are counted from 0 in place of 1": counted(between, times=np.arange),
    "sign: the shift is added in place of subtracted": counted(between, sign=-1.0),
    "average: the share r_on is taken of T": lambda T, tau, s, r_on: r_on * T,
    "closed: the closed steps are counted": lambda T, tau, s, r_on: T - open_count(T, tau, s, r_on),
}


def gate_of(phi, r_on, leak, rising=None, falling=None, closed=None) -> np.ndarray:
    """The gate from the phase, with other conditions or another closed phase."""
    rising = phi <= r_on / 2 if rising is None else rising
    falling = phi <= r_on if falling is None else falling
    closed = leak * phi if closed is None else closed
    return np.where(rising, 2 * phi / r_on, np.where(falling, 2 - 2 * phi / r_on, closed))


def strict_gate(t, tau, s, r_on, leak=0.0) -> np.ndarray:
    """Equation 12 as printed: both inequalities are strict, and elsewhere the gate is closed."""
    phi = phased.phase(t, tau, s)
    return gate_of(phi, r_on, leak, phi < r_on / 2, (phi > r_on / 2) & (phi < r_on))


def fmod_gate(t, tau, s, r_on, leak=0.0) -> np.ndarray:
    """The gate with the modulo of C, whose sign is that of t − s."""
    return gate_of(np.fmod(t - s, tau) / tau, r_on, leak)


MISTAKES[gate] = {
    "W23: the inequalities are strict, as printed: at the peak the gate is closed": strict_gate,
    "W24: the modulo takes the sign of t − s, as fmod does": fmod_gate,
    "sign: the shift is added in place of subtracted": (
        lambda t, tau, s, r_on, leak: gate(t, tau, -s, r_on, leak)
    ),
    "no-leak: the closed phase is 0 and does not leak": given(gate, leak=0.0),
    "constant-leak: the leak is α in place of α φ": (
        lambda t, tau, s, r_on, leak: gate_of(phased.phase(t, tau, s), r_on, leak, closed=leak)
    ),
    "falling: the gate rises through the whole open phase, up to 2": (
        lambda t, tau, s, r_on, leak: gate_of(
            phi := phased.phase(t, tau, s), r_on, leak, phi <= r_on
        )
    ),
    "time: r_on is taken as a length of time and not as a share of the period": (
        lambda t, tau, s, r_on, leak: gate(t, tau, s, r_on / tau, leak)
    ),
    "undivided: the rest of the modulo is not divided by τ: that is a time and no phase": (
        lambda t, tau, s, r_on, leak: gate_of(np.mod(t - s, tau), r_on, leak)
    ),
    "share-of-period: s is taken as a share of the period and not as a time": (
        lambda t, tau, s, r_on, leak: gate(t, tau, s * tau, r_on, leak)
    ),
}


def slope(t, tau, s, r_on, leak) -> np.ndarray:
    """∂k/∂φ."""
    return phased.time_gate_gradients(t, tau, s, r_on, leak)[1] * -tau


def always_rising(t, tau, s, r_on, leak) -> np.ndarray:
    right = slope_by_period(t, tau, s, r_on, leak)
    rising = -np.sign(t - s) * np.abs(right)
    return np.where(phased.phase(t, tau, s) <= r_on, rising, right)


MISTAKES[slope_by_period] = {
    "W25: −φ/τ stands in place of −(t − s)/τ²: the whole periods are forgotten": (
        lambda t, tau, s, r_on, leak: slope(t, tau, s, r_on, leak) * -phased.phase(t, tau, s) / tau
    ),
    "sign: the sign is wrong": lambda *clock: -slope_by_period(*clock),
    "falling: the falling half has the slope of the rising one": always_rising,
    "no-leak: the closed phase is thought to have no slope": given(slope_by_period, leak=0.0),
    "shift: that is the slope by s": (
        lambda t, tau, s, r_on, leak: phased.time_gate_gradients(t, tau, s, r_on, leak)[1]
    ),
    "square: τ stands in place of τ²": (
        lambda t, tau, s, r_on, leak: slope_by_period(t, tau, s, r_on, leak) * tau
    ),
    "no-shift: t stands in place of t − s": (
        lambda t, tau, s, r_on, leak: slope(t, tau, s, r_on, leak) * -t / tau**2
    ),
    "phase: ∂φ/∂τ is left out: that is the slope by φ": slope,
}


# The gated update


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


MISTAKES[step] = {
    "W43: k multiplies the gates i, f, o and not the update: a closed step erases": gated_gates,
    "eq-15: h̃ shows the blended c, as on the sheet; the paper's shows c̃": sheet_step,
    "swapped: k and 1 − k are exchanged: an open gate keeps": given(step, k=lambda k: 1.0 - k),
    "only-memory: the memory is blended and the state is not": only_memory,
    "only-state: the state is blended and the memory is not": (
        lambda params, x, h, c, k: np.array(
            [step(params, x, h, c, k)[0], proposal(params, x, h, c)[1]]
        )
    ),
    "not-held: the old state is not added: the closed share is lost": (
        lambda params, x, h, c, k: k * proposal(params, x, h, c)
    ),
    "lstm: k is not used": lambda params, x, h, c, k: proposal(params, x, h, c),
    "order: c is returned before h": lambda *given: step(*given)[::-1],
}


def single(times) -> np.ndarray:
    """Rounded to float32 and back."""
    return times.astype(np.float32).astype(np.float64)


MISTAKES[openness] = {
    "W43: the leak is kept at test": (
        lambda times, tau, s, r_on, leak, training: openness(times, tau, s, r_on, leak, True)
    ),
    "W40: the times are rounded to float32": given(openness, times=single),
    "W40 and W43: the times are rounded to float32, and the leak is kept at test": given(
        openness, times=single, training=True
    ),
    "no-leak: the leak is missing in training": given(openness, training=False),
    "backwards: the leak is on at test and off in training": given(
        openness, training=lambda training: not training
    ),
}


def blended_states_alone(params, x, times, h0, c0) -> np.ndarray:
    """c̃ is taken for c, whatever k."""
    h, c, rows = h0, c0, []
    clock = (params[name] for name in ("tau", "s", "r_on"))
    for x_t, k in zip(x, phased.time_gate(times[:, None], *clock), strict=True):
        h_tilde, c = proposal(params, x_t, h, c)
        h = k * h_tilde + (1.0 - k) * h
        rows.append(h)
    return np.array(rows)


MISTAKES[states] = {
    "eq-15: h̃ shows the blended c, as on the sheet; the paper's shows c̃": (
        lambda params, x, times, h0, c0: (
            phased.forward(params, x, h0=h0, c0=c0, times=times, variant="course")[1].h
        )
    ),
    "steps: the steps 1, 2, … stand in place of the times": (
        lambda params, x, times, h0, c0: phased.forward(params, x, h0=h0, c0=c0)[1].h
    ),
    "only-state: the state is blended and the memory is not": blended_states_alone,
    "start: h0 and c0 are not used": (
        lambda params, x, times, h0, c0: phased.forward(params, x, times=times)[1].h
    ),
}
MISTAKES[open_share] = {
    "open-steps: each of the r_on T open steps is thought to multiply by f; most are only "
    "partly open": (lambda f, T, share: np.log(share) / (T * np.log(f))),
    "mean: every step is given the mean openness r_on / 2": (
        lambda f, T, share: 2.0 * (1.0 - share ** (1.0 / T)) / (1.0 - f)
    ),
    "near-one: Λ(f) is replaced by (1 − f) / 2, which holds near f = 1 only": (
        lambda f, T, share: -2.0 * np.log(share) / (T * (1.0 - f))
    ),
    "log: the forgetting Λ(f) is left out": lambda f, T, share: -np.log(share) / T,
    "sign: the sign is wrong": lambda f, T, share: -open_share(f, T, share),
    "one-step: the share is taken for one step, T = 1": given(open_share, T=1),
}
