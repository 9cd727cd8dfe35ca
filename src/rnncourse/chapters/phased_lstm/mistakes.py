"""The wrong answers on the time gate, exercises of chapter 11, by name.

Ids such as W23 count the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.byhand import phased
from rnncourse.chapters.phased_lstm.exercises import (
    FACTS,
    facts,
    gate,
    open_count,
    slope_by_period,
)
from rnncourse.exercises.registry import known_mistakes


def flipped(*places: int):
    """The facts with these, counted from 1, judged the other way."""
    values = {
        name: value != (place in places) for place, (name, value) in enumerate(FACTS.items(), 1)
    }
    return lambda: dict(values)


ALL_LEARN = "the clock is thought to learn from everything; a gate that stays closed has slope 0"
LEAK_LEARNS = "the leak is thought to teach r_on; in the closed phase k does not depend on it"
known_mistakes(
    facts,
    ("open", "k = 1 is thought to be something else than an LSTM", flipped(1)),
    ("closed", "a closed step is thought to change the gradient; its Jacobian is I", flipped(2)),
    ("W26", ALL_LEARN, flipped(3)),
    ("W26", LEAK_LEARNS, flipped(4)),
    ("W26", f"{ALL_LEARN}; and {LEAK_LEARNS}", flipped(3, 4)),
    ("W43", "the leak is kept at test; then no unit is ever closed", flipped(5)),
    ("W40", "times are thought to fit in float32; 100000.001 becomes 100000", flipped(6)),
    ("deaf", "a closed unit is thought to hear; what comes while k = 0 is lost to it", flipped(7)),
)


def counted(t, tau, s, r_on, is_open) -> int:
    return int(is_open(phased.phase(t, tau, s), r_on).sum())


def between(phi, r_on):
    return (phi > 0) & (phi < r_on)


def steps(T) -> np.ndarray:
    return np.arange(1.0, T + 1)


known_mistakes(
    open_count,
    (
        "W23",
        "the inequalities at the peak are strict, so the peak itself is missed",
        lambda T, tau, s, r_on: counted(
            steps(T), tau, s, r_on, lambda phi, r: between(phi, r) & (phi != r / 2)
        ),
    ),
    (
        "ends",
        "the beginning and the end of the open phase are counted, where k = 0",
        lambda T, tau, s, r_on: counted(steps(T), tau, s, r_on, lambda phi, r: phi <= r),
    ),
    (
        "ends",
        "the end of the open phase is counted, where k = 0",
        lambda T, tau, s, r_on: counted(
            steps(T), tau, s, r_on, lambda phi, r: (phi > 0) & (phi <= r)
        ),
    ),
    (
        "ends",
        "the beginning of the open phase is counted, where k = 0",
        lambda T, tau, s, r_on: counted(steps(T), tau, s, r_on, lambda phi, r: phi < r),
    ),
    (
        "W24",
        "the modulo takes the sign of t − s: what is open before the shift is missed",
        lambda T, tau, s, r_on: int(between(np.fmod(steps(T) - s, tau) / tau, r_on).sum()),
    ),
    (
        "last-step",
        "the last step, at the time T, is not counted",
        lambda T, tau, s, r_on: open_count(T - 1, tau, s, r_on),
    ),
    (
        "from-zero",
        "the times are counted from 0 in place of 1",
        lambda T, tau, s, r_on: open_count_at(steps(T) - 1, tau, s, r_on),
    ),
    (
        "sign",
        "the shift is added in place of subtracted",
        lambda T, tau, s, r_on: open_count_at(steps(T), tau, -s, r_on),
    ),
    ("average", "the share r_on is taken of T", lambda T, tau, s, r_on: r_on * T),
    (
        "closed",
        "the closed steps are counted",
        lambda T, tau, s, r_on: T - open_count(T, tau, s, r_on),
    ),
)


def open_count_at(t, tau, s, r_on) -> int:
    return counted(t, tau, s, r_on, between)


def gate_of(phi, r_on, leak, rising=None, falling=None, closed=None) -> np.ndarray:
    """The gate from the phase, with other conditions or another closed phase."""
    rising = phi <= r_on / 2 if rising is None else rising
    falling = phi <= r_on if falling is None else falling
    closed = leak * phi if closed is None else closed
    return np.where(rising, 2 * phi / r_on, np.where(falling, 2 - 2 * phi / r_on, closed))


def strict(t, tau, s, r_on, leak) -> np.ndarray:
    phi = phased.phase(t, tau, s)
    return gate_of(phi, r_on, leak, phi < r_on / 2, (phi > r_on / 2) & (phi < r_on))


known_mistakes(
    gate,
    ("W23", "the inequalities are strict, as printed: at the peak the gate is closed", strict),
    (
        "W24",
        "the modulo takes the sign of t − s, as fmod does",
        lambda t, tau, s, r_on, leak: gate_of(np.fmod(t - s, tau) / tau, r_on, leak),
    ),
    (
        "sign",
        "the shift is added in place of subtracted",
        lambda t, tau, s, r_on, leak: gate(t, tau, -s, r_on, leak),
    ),
    (
        "no-leak",
        "the closed phase is 0 and does not leak",
        lambda t, tau, s, r_on, leak: gate(t, tau, s, r_on, 0.0),
    ),
    (
        "constant-leak",
        "the leak is α in place of α φ",
        lambda t, tau, s, r_on, leak: gate_of(phased.phase(t, tau, s), r_on, leak, closed=leak),
    ),
    (
        "falling",
        "the gate rises through the whole open phase, up to 2",
        lambda t, tau, s, r_on, leak: gate_of(
            phi := phased.phase(t, tau, s), r_on, leak, phi <= r_on
        ),
    ),
    (
        "time",
        "r_on is taken as a length of time and not as a share of the period",
        lambda t, tau, s, r_on, leak: gate(t, tau, s, r_on / tau, leak),
    ),
    (
        "undivided",
        "the rest of the modulo is not divided by τ: that is a time and no phase",
        lambda t, tau, s, r_on, leak: gate_of(np.mod(t - s, tau), r_on, leak),
    ),
    (
        "share-of-period",
        "s is taken as a share of the period and not as a time",
        lambda t, tau, s, r_on, leak: gate(t, tau, s * tau, r_on, leak),
    ),
)


def slope(t, tau, s, r_on, leak) -> np.ndarray:
    """∂k/∂φ."""
    return phased.time_gate_gradients(t, tau, s, r_on, leak)[1] * -tau


known_mistakes(
    slope_by_period,
    (
        "W25",
        "−φ/τ stands in place of −(t − s)/τ²: the whole periods are forgotten",
        lambda t, tau, s, r_on, leak: slope(t, tau, s, r_on, leak) * -phased.phase(t, tau, s) / tau,
    ),
    ("sign", "the sign is wrong", lambda *clock: -slope_by_period(*clock)),
    (
        "falling",
        "the falling half has the slope of the rising one",
        lambda t, tau, s, r_on, leak: (
            np.where(
                phased.phase(t, tau, s) <= r_on,
                -1.0,
                np.sign(slope_by_period(t, tau, s, r_on, leak)),
            )
            * np.abs(slope_by_period(t, tau, s, r_on, leak))
            * np.where(phased.phase(t, tau, s) <= r_on, np.sign(t - s), 1.0)
        ),
    ),
    (
        "no-leak",
        "the closed phase is thought to have no slope",
        lambda t, tau, s, r_on, leak: slope_by_period(t, tau, s, r_on, 0.0),
    ),
    (
        "shift",
        "that is the slope by s",
        lambda t, tau, s, r_on, leak: phased.time_gate_gradients(t, tau, s, r_on, leak)[1],
    ),
    (
        "square",
        "τ stands in place of τ²",
        lambda t, tau, s, r_on, leak: slope_by_period(t, tau, s, r_on, leak) * tau,
    ),
    (
        "no-shift",
        "t stands in place of t − s",
        lambda t, tau, s, r_on, leak: slope(t, tau, s, r_on, leak) * -t / tau**2,
    ),
    ("phase", "∂φ/∂τ is left out: that is the slope by φ", slope),
)
