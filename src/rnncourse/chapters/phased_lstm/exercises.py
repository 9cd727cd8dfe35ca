"""Exercises: the phased LSTM.

The docstring of each function is the statement that a reader gets. The mistakes that are held
against the answers stand in ``mistakes``.
"""

import numpy as np

from rnncourse.byhand import phased
from rnncourse.chapters.lstm.networks import lstm_cases
from rnncourse.exercises.registry import Case, exercise, false, number_cases, true, true_or_false


@true_or_false(
    "phased-facts",
    true(
        "With all gates fully open the cell is an LSTM.",
        "open: k = 1 is thought to be something other than an LSTM",
    ),
    true(
        "Without leak a closed step passes the gradient by the state unchanged.",
        "closed: a closed step is thought to change the gradient; its Jacobian is I",
    ),
    false(
        "Period, shift and open share learn from every sequence.",
        "W26: the clock is thought to learn from everything; a gate that stays closed has slope 0",
    ),
    false(
        "A leak gives the open share a gradient in the closed phase.",
        "W26: the leak is thought to teach r_on; in the closed phase k does not depend on it",
    ),
    false(
        "The leak stays on at test.", "W43: the leak is kept at test; then no unit is ever closed"
    ),
    false(
        "Times may be float32 where the weights are.",
        "W40: times are thought to fit in float32; 100000.001 becomes 100000",
    ),
    false(
        "A closed unit stores an event until it opens.",
        "deaf: a closed unit is thought to hear; what comes while k = 0 is lost to it",
    ),
)
def facts():
    """Seven statements on the time gate: which are true?"""


CLOCKS = ((20, 8.0, 1.0, 0.5), (12, 4.0, 0.0, 0.25), (30, 5.0, 4.5, 0.6), (9, 8.0, 0.0, 0.25))


NOT_STEPS = {f"for T = {size}": None for size in (1, 2, 3)}  # T is a number, not rows
ON_THE_EDGE = {"where s = 0": None, "where s = 1": None}  # rounding decides about phi = r_on
OPEN_CASES = number_cases("T, tau, s, r_on", *CLOCKS)


@exercise("phased-open-count", quantity="count", cases=OPEN_CASES, simpler=ON_THE_EDGE)
def open_count(T, tau, s, r_on):
    """How many of the steps at the times 1, 2, …, T find the gate open?

    Given: T, the number of steps; tau, s and r_on, the unit's clock. There is no leak, and open
    means k > 0.
    Return: the number of open steps.
    """
    return int((phased.time_gate(np.arange(1.0, T + 1), tau, s, r_on) > 0).sum())


def gate_case(label: str, t, *clock: float) -> Case:
    return Case(label, lambda: (np.array(t, dtype=np.float64), *clock))


GATE_CASES = (
    gate_case("the clock of the page", [1.25, 1.5, 1.75, 2, 2.25, 3, 9.9], 4.0, 1.0, 0.25, 1e-3),
    gate_case("before the shift", [-7.4, -2.5, 0.0, 0.5, 2.9], 4.0, 1.0, 0.25, 1e-3),
    gate_case("whole times", range(10), 8.0, 0.0, 0.25, 0.0),
    gate_case("half open", [0.3, 1.0, 3.7, 11.9, 40.2], 2.5, -0.4, 0.6, 0.02),
)


@exercise("phased-gate", quantity="k", cases=GATE_CASES)
def gate(t, tau, s, r_on, leak):
    """The openness of a unit at given times.

    Given: t, the times, shape (T,); tau, s, r_on and leak, four numbers.
    Return: the openness k at each time, shape (T,).
    """
    return phased.time_gate(t, tau, s, r_on, leak)


SLOPE_CASES = (
    gate_case("late, rising", [41.3, 1.2, 5.3], 4.0, 1.0, 0.25, 1e-3),
    gate_case("all branches", [0.3, 1.0, 3.7, 11.9, 40.2], 2.5, -0.4, 0.6, 0.02),
    gate_case("closed, with leak", [3.0, 7.9, 12.4], 4.0, 1.0, 0.25, 0.1),
)


@exercise("phased-dk-dtau", quantity="dk/dtau", cases=SLOPE_CASES)
def slope_by_period(t, tau, s, r_on, leak):
    """How the openness moves when the period moves: the slope by hand.

    Given: t, the times, shape (T,), none of them at the end of a branch; tau, s, r_on and leak,
    four numbers.
    Return: the derivative of k by tau at each time, shape (T,).
    """
    return phased.time_gate_gradients(t, tau, s, r_on, leak)[0]


def with_openness(params, x, y, h0, c0) -> tuple:
    """A step with units that are closed, open and between."""
    k = np.random.default_rng(len(h0)).uniform(0.1, 0.9, len(h0))
    k[0] = 0.0
    return params, x[0], h0, c0, k


KEPT = {
    "where k = 0: look at h̃ and c̃, which do not count there": lambda given: {"k": 0 * given["k"]},
    "where k = 1: look at what is kept of the old h and c": lambda given: {"k": 0 * given["k"] + 1},
}


@exercise(
    "phased-step",
    quantity="(h, c)",
    cases=lstm_cases(with_openness),
    rows=("h", "c"),
    simpler=KEPT,
)
def step(params, x, h, c, k):
    """One step of a phased LSTM, in the paper's form.

    Given: params, a dict with W_gx (n, d), W_gh (n, n), b_g (n,) and the same for i, f and o; x,
    the input, shape (d,); h and c, state and memory before the step, and k, the openness, each of
    shape (n,).
    Return: the pair (h, c) after the step, two arrays of shape (n,).
    """
    after = phased.step(params, x, h, c, 0.0, k, "neil")
    return np.array([after.h, after.c])


def mode_case(label: str, start: float, training: bool, n: int = 3) -> Case:
    def make() -> tuple:
        rng = np.random.default_rng(int(start) % 97 + training)
        t = start + np.cumsum(rng.uniform(0.01, 0.4, 8))
        tau = np.exp(rng.uniform(-1.0, 1.0, n))
        return t, tau, tau * rng.random(n), rng.uniform(0.2, 0.6, n), 0.01, training

    return Case(label, make)


def gate_edge() -> tuple:
    """At t = 2 the phase is r_on in both units: the branches are closed there, and k is 0."""
    tau = np.array([4.0, 8.0])
    return np.array([1.0, 2.0, 3.0]), tau, np.zeros(2), 2.0 / tau, 0.01, True


MODE_CASES = (
    mode_case("training", 0.0, True),
    mode_case("test", 0.0, False),
    mode_case("training, late", 200_000.0, True),
    mode_case("test, late", 200_000.0, False),
    Case("training, a gate that closes at this time", gate_edge),
)


@exercise("phased-openness", quantity="k", cases=MODE_CASES)
def openness(times, tau, s, r_on, leak, training):
    """The openness of all units at all times, in training or at test.

    Given: times, float64, shape (T,), which may be large; tau, s and r_on, each of shape (n,);
    leak, a number; training, True or False.
    Return: the openness k, shape (T, n).
    """
    return phased.time_gate(times[:, None], tau, s, r_on, leak if training else 0.0)


def with_clock(params, x, y, h0, c0) -> tuple:
    """A sequence at irregular times; the first openness of every unit is below 1."""
    rng = np.random.default_rng(len(x))
    n = len(h0)
    tau = rng.uniform(2.0, 6.0, n)
    clock = {"tau": tau, "s": tau * rng.random(n), "r_on": rng.uniform(0.3, 0.8, n)}
    return params | clock, x, np.cumsum(rng.uniform(0.3, 3.0, len(x))), h0, c0


@exercise("phased-states", quantity="h", time="forward", cases=lstm_cases(with_clock)[:2])
def states(params, x, times, h0, c0):
    """The states of a phased LSTM over a sequence, in the paper's form and without leak.

    Given: params, a dict with the LSTM's arrays and tau, s, r_on, each of shape (n,); x, the
    inputs, shape (T, d); times, shape (T,); h0 and c0, the start, shape (n,).
    Return: h of every step, shape (T, n).
    """
    return phased.forward(params, x, h0=h0, c0=c0, times=times)[1].h


SHARE_CASES = number_cases("f, T, share", (0.5, 30, 0.5), (0.9, 1000, 0.1), (0.731, 200, 0.25))


@exercise("phased-share", quantity="r_on", cases=SHARE_CASES, simpler=NOT_STEPS)
def open_share(f, T, share):
    """The open share with which a memory lasts as long as you want.

    Given: f, the forget gate, held fixed; T, a number of steps at evenly spread phases; share, what
    is to be left of the memory after them (its geometric mean over units). There is no leak.
    Return: r_on, a number.
    """
    forgetting = 1.0 + f * np.log(f) / (1.0 - f)
    return -np.log(share) / (T * forgetting)
