"""The wrong answers to the exercises on the phased LSTM, by name.

Ids such as W23 count the course's collection of wrong answers, eq-15 is that of its sheet; the
others are words.
"""

from collections.abc import Callable

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
    "no-shift: the shift is left out": given(open_count, s=0.0),
    "no-modulo: (t − s) / τ is compared with r_on without the modulo: the first period alone is "
    "counted": (lambda T, tau, s, r_on: int(between((steps(T) - s) / tau, r_on).sum())),
    "mirrored: s − t stands in place of t − s": (
        lambda T, tau, s, r_on: int(between(np.mod(s - steps(T), tau) / tau, r_on).sum())
    ),
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


def shaped(
    up=lambda phi, r: 2 * phi / r,
    down=lambda phi, r: 2 - 2 * phi / r,
    phi=phased.phase,
    closes=np.less_equal,
):
    """The gate with another rise, fall or phase."""

    def answer(t, tau, s, r_on, leak):
        f = phi(t, tau, s)
        rest = np.where(closes(f, r_on), down(f, r_on), leak * f)
        return np.where(f <= r_on / 2, up(f, r_on), rest)

    return answer


# Of the gate of one unit, and of all units in training and at test.
SHAPES = {
    "falling: the gate rises through the whole open phase, up to 2": shaped(
        down=lambda phi, r: 2 * phi / r
    ),
    "plus: 2 + 2φ/r_on stands in place of 2 − 2φ/r_on": shaped(down=lambda phi, r: 2 + 2 * phi / r),
    "minus: 2φ/r_on − 2 stands in place of 2 − 2φ/r_on: the gate is below 0 while it falls": shaped(
        down=lambda phi, r: 2 * phi / r - 2
    ),
    "one: 1 − 2φ/r_on stands in place of 2 − 2φ/r_on": shaped(down=lambda phi, r: 1 - 2 * phi / r),
    "half-fall: 2 − φ/r_on stands in place of 2 − 2φ/r_on: the gate falls to 1": shaped(
        down=lambda phi, r: 2 - phi / r
    ),
    "half-rise: φ/r_on stands in place of 2φ/r_on: the gate rises to ½": shaped(
        up=lambda phi, r: phi / r
    ),
    "plateau: the gate does not fall in the second half: it stays at 2": shaped(
        down=lambda phi, r: 0 * phi + 2
    ),
    "product: r_on multiplies in place of divides": shaped(
        up=lambda phi, r: 2 * phi * r, down=lambda phi, r: 2 - 2 * phi * r
    ),
    "no-modulo: (t − s) / τ is taken without the modulo: there is one period only": shaped(
        phi=lambda t, tau, s: (t - s) / tau
    ),
    "mirrored: s − t stands in place of t − s": shaped(
        phi=lambda t, tau, s: np.mod(s - t, tau) / tau
    ),
    "undivided: the rest of the modulo is not divided by τ: that is a time and no phase": shaped(
        phi=lambda t, tau, s: np.mod(t - s, tau)
    ),
    "turns: the whole periods are taken in place of the rest: // in place of %": shaped(
        phi=lambda t, tau, s: (t - s) // tau / tau
    ),
}

MISTAKES[gate] = SHAPES | {
    "W23: the inequalities are strict, as printed: at the peak the gate is closed": strict_gate,
    "W24: the modulo takes the sign of t − s, as fmod does": fmod_gate,
    "sign: the shift is added in place of subtracted": (
        lambda t, tau, s, r_on, leak: gate(t, tau, -s, r_on, leak)
    ),
    "no-leak: the closed phase is 0 and does not leak": given(gate, leak=0.0),
    "constant-leak: the leak is α in place of α φ": (
        lambda t, tau, s, r_on, leak: gate_of(phased.phase(t, tau, s), r_on, leak, closed=leak)
    ),
    "time: r_on is taken as a length of time and not as a share of the period": (
        lambda t, tau, s, r_on, leak: gate(t, tau, s, r_on / tau, leak)
    ),
    "no-shift: the shift is left out": given(gate, s=0.0),
    "end: the end of the open phase, φ = r_on, counts as closed: it leaks": shaped(closes=np.less),
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


def always_falling(t, tau, s, r_on, leak) -> np.ndarray:
    right = slope_by_period(t, tau, s, r_on, leak)
    falling = np.sign(t - s) * np.abs(right)
    return np.where(phased.phase(t, tau, s) <= r_on, falling, right)


MISTAKES[slope_by_period] = {
    "W25: −φ/τ stands in place of −(t − s)/τ²: the whole periods are forgotten": (
        lambda t, tau, s, r_on, leak: slope(t, tau, s, r_on, leak) * -phased.phase(t, tau, s) / tau
    ),
    "sign: the sign is wrong": lambda *clock: -slope_by_period(*clock),
    "falling: the falling half has the slope of the rising one": always_rising,
    "rising: the rising half has the slope of the falling one": always_falling,
    "times: the slope is multiplied by τ² in place of divided": (
        lambda t, tau, s, r_on, leak: slope_by_period(t, tau, s, r_on, leak) * tau**4
    ),
    "half-slope: 1/r_on stands in place of 2/r_on": (
        lambda t, tau, s, r_on, leak: (
            np.where(phased.phase(t, tau, s) <= r_on, 0.5, 1.0)
            * slope_by_period(t, tau, s, r_on, leak)
        )
    ),
    "no-slope: ∂k/∂φ is left out: that is the slope of the phase": (
        lambda t, tau, s, r_on, leak: -(t - s) / tau**2
    ),
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


def updated(
    memory=lambda g, i, f, c: g * i + c * f,
    shown=lambda c, o: np.tanh(c) * o,
    rest_h=lambda k: 1.0 - k,
    rest_c=lambda k: 1.0 - k,
):
    """The step with another proposal, or other shares of what was there before."""

    def answer(params, x, h, c, k):
        g, i, f, o = lstm.gates(params, x, h)
        proposed = memory(g, i, f, c)
        h_tilde = shown(proposed, o)
        return np.array([k * h_tilde + rest_h(k) * h, k * proposed + rest_c(k) * c])

    return answer


def in_either(share) -> tuple:
    """The share of the old values in h and c, in h alone, in c alone."""
    return updated(rest_h=share, rest_c=share), updated(rest_h=share), updated(rest_c=share)


PLANTED = "lost: the old c is not added, and the old h is"  # in the lesson: for the reader to find
# Of one step and of all.
UPDATES = {
    "whole: the old state is added whole, without its share 1 − k": in_either(np.ones_like),
    "share-sign: k − 1 stands in place of 1 − k": in_either(lambda k: k - 1.0),
    "k-twice: k stands in place of 1 − k": in_either(lambda k: k),
    "lost: the old h is not added, and the old c is": updated(rest_h=np.zeros_like),
    PLANTED: updated(rest_c=np.zeros_like),
    "no-input: g i is missing: nothing is written": updated(memory=lambda g, i, f, c: c * f),
    "no-memory: f c is missing: nothing is kept": updated(memory=lambda g, i, f, c: g * i),
    "no-i: g is written without its gate i": updated(memory=lambda g, i, f, c: g + c * f),
    "no-f: c is kept without its gate f": updated(memory=lambda g, i, f, c: g * i + c),
    "exchanged-gates: i and f are exchanged": updated(memory=lambda g, i, f, c: g * f + c * i),
    "no-o: the memory is shown without the gate o": updated(shown=lambda c, o: np.tanh(c)),
    "no-tanh: c̃ is shown without the tanh": updated(shown=lambda c, o: c * o),
}

MISTAKES[step] = UPDATES | {
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


def of_all_units(shape):
    return lambda times, tau, s, r_on, leak, training: shape(
        times[:, None], tau, s, r_on, leak if training else 0.0
    )


MISTAKES[openness] = {name: of_all_units(shape) for name, shape in SHAPES.items()} | {
    "sign: the shift is added in place of subtracted": given(openness, s=np.negative),
    "no-shift: the shift is left out": given(openness, s=np.zeros_like),
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


def over_time(one_step):
    """The states of a wrong step, from the first to the last."""

    def answer(params, x, times, h0, c0):
        h, c, rows = h0, c0, []
        clock = (params[name] for name in ("tau", "s", "r_on"))
        for x_t, k in zip(x, phased.time_gate(times[:, None], *clock), strict=True):
            h, c = one_step(params, x_t, h, c, k)
            rows.append(h)
        return np.array(rows)

    return answer


def over_time_each(steps) -> tuple | Callable:
    return tuple(map(over_time, steps)) if isinstance(steps, tuple) else over_time(steps)


MISTAKES[states] = {
    name: over_time_each(steps) for name, steps in UPDATES.items() if name != PLANTED
} | {
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
    "minus: 1 − f ln f / (1 − f) stands in place of 1 + f ln f / (1 − f); ln f is below 0": (
        lambda f, T, share: -np.log(share) / (T * (1.0 - f * np.log(f) / (1.0 - f)))
    ),
    "no-one: f ln f / (1 − f) stands in place of 1 + f ln f / (1 − f)": (
        lambda f, T, share: -np.log(share) / (T * f * np.log(f) / (1.0 - f))
    ),
    "undivided: f ln f is not divided by 1 − f": (
        lambda f, T, share: -np.log(share) / (T * (1.0 + f * np.log(f)))
    ),
    "no-f: ln f / (1 − f) stands in place of f ln f / (1 − f)": (
        lambda f, T, share: -np.log(share) / (T * (1.0 + np.log(f) / (1.0 - f)))
    ),
    "times: the logarithm is multiplied by T Λ(f) in place of divided": (
        lambda f, T, share: np.log(share) ** 2 / open_share(f, T, share)
    ),
    "no-log: share stands in place of its logarithm": (
        lambda f, T, share: -share / np.log(share) * open_share(f, T, share)
    ),
}
