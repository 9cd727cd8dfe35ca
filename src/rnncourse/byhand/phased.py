"""The Phased LSTM by hand: an LSTM whose units open on a clock of their own.

k_t = time_gate(t, τ, s, r_on)                      one number a unit, in 0 … 1
g, i, f, o as in the LSTM
c̃_t = g_t ⊙ i_t + c_{t-1} ⊙ f_t
c_t = k_t ⊙ c̃_t + (1 − k_t) ⊙ c_{t-1}
h̃_t = tanh(c̃_t) ⊙ o_t                               variant="course": tanh(c_t) ⊙ o_t
h_t = k_t ⊙ h̃_t + (1 − k_t) ⊙ h_{t-1}

Shapes: x (T, d), times (T,), h and c (T, n), p (T, K); the LSTM's weights; tau, s, r_on (n,).
Source: Neil, Pfeiffer and Liu (2016); the variant "course" is eq. 15 of the course's sheet.
"""

from typing import NamedTuple

import numpy as np

from rnncourse.byhand import lstm
from rnncourse.byhand.steps import loss_and_dh, rewind, scores, stack, start
from rnncourse.validate import (
    require_choice,
    require_finite,
    require_float64,
    require_fraction,
    require_no_step_back,
    require_positive_entries,
    require_shape,
    require_share,
)

SHAPES = lstm.SHAPES | {"tau": ("n",), "s": ("n",), "r_on": ("n",)}
VARIANTS = ("neil", "course")


class Cache(NamedTuple):
    """What the backward pass needs; with a leading axis T, or one step's share without it."""

    x: np.ndarray  # (T, d)
    h_prev: np.ndarray  # (T, n), and so are all below but t
    c_prev: np.ndarray
    g: np.ndarray
    i: np.ndarray
    f: np.ndarray
    o: np.ndarray
    c_tilde: np.ndarray
    c: np.ndarray
    h_tilde: np.ndarray
    h: np.ndarray
    k: np.ndarray
    t: np.ndarray  # (T,)


def phase(t, tau, s) -> np.ndarray:
    """Where t stands in its period: φ = ((t − s) mod τ) / τ in 0 … 1, with the floor modulo."""
    return np.mod(t - s, tau) / tau


def time_gate(t, tau, s, r_on, leak=0.0) -> np.ndarray:
    """The openness k of a unit at time t; the arguments broadcast.

    k = 2 φ / r_on          φ ≤ r_on / 2             opening
        2 − 2 φ / r_on      r_on / 2 < φ ≤ r_on      closing
        leak · φ            otherwise                closed

    Raises: ValueError if tau is not positive, r_on not in (0, 1), or leak not in [0, 1].
    """
    t, tau, s, r_on = (np.asarray(value, dtype=np.float64) for value in (t, tau, s, r_on))
    require_clock(tau, s, r_on, leak)
    require_finite("t", t)
    phi = phase(t, tau, s)
    opening, closing = branches(phi, r_on)
    return np.where(opening, 2 * phi / r_on, np.where(closing, 2 - 2 * phi / r_on, leak * phi))


def branches(phi: np.ndarray, r_on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where the gate opens and where it closes; both ends belong to their branch (≤)."""
    opening = phi <= r_on / 2
    return opening, (phi <= r_on) & ~opening


def time_gate_gradients(t, tau, s, r_on, leak) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """∂k/∂τ, ∂k/∂s and ∂k/∂r_on.

    ∂k/∂φ = 2/r_on, −2/r_on, leak;   ∂φ/∂τ = −(t − s)/τ²,   ∂φ/∂s = −1/τ
    ∂k/∂r_on = −2φ/r_on², 2φ/r_on², 0

    The whole periods before t count too: ∂φ/∂τ is −φ/τ in the first period only.
    """
    phi = phase(t, tau, s)
    opening, closing = branches(phi, r_on)
    slope = np.where(opening, 2 / r_on, np.where(closing, -2 / r_on, leak))
    dk_dr_on = 2 * phi / r_on**2 * (closing * 1.0 - opening * 1.0)
    return slope * -(t - s) / tau**2, slope * -1 / tau, dk_dr_on


def require_clock(tau, s, r_on, leak) -> None:
    """tau > 0, s finite, r_on strictly between 0 and 1, leak in [0, 1]."""
    require_positive_entries("tau", tau)
    require_finite("s", s)
    require_fraction("r_on", r_on)
    require_share("leak", leak)


def clock_times(times, T: int) -> np.ndarray:
    """The times (T,) of the steps, which never go back; None means 1, 2, …, T."""
    if times is None:
        return np.arange(1.0, T + 1.0)
    require_float64("times", times)
    require_shape("times", times, (T,))
    require_no_step_back("times", times)
    return times


def forward(params, x, h0=None, c0=None, times=None, leak=0.0, variant="neil"):
    """Read x (T, d); return the scores p (T, K) and the cache."""
    h, c = start(params, SHAPES, x, h0=h0, c0=c0)
    require_choice("variant", variant, VARIANTS)
    times, steps = clock_times(times, len(x)), []
    openness = time_gate(times[:, None], params["tau"], params["s"], params["r_on"], leak)  # (T, n)
    for x_t, t, k in zip(x, times, openness, strict=True):
        steps.append(step(params, x_t, h, c, t, k, variant))
        h, c = steps[-1].h, steps[-1].c
    cache = stack(steps)
    return scores(params, cache.h), cache


def step(params, x, h_prev, c_prev, t, k, variant) -> Cache:
    """One step: x (d,), h_prev, c_prev and the openness k (n,) to the next c and h."""
    g, i, f, o = lstm.gates(params, x, h_prev)
    c_tilde = g * i + c_prev * f
    c = k * c_tilde + (1.0 - k) * c_prev
    h_tilde = np.tanh(c_tilde if variant == "neil" else c) * o
    h = k * h_tilde + (1.0 - k) * h_prev
    return Cache(x, h_prev, c_prev, g, i, f, o, c_tilde, c, h_tilde, h, k, t)


def step_backward(params, grads, dh, dc, step: Cache, leak, variant):
    """Add this step's share to ``grads``; return dh_prev and dc_prev, each (n,)."""
    dh_tilde = step.k * dh
    tanh_c = np.tanh(step.c_tilde if variant == "neil" else step.c)
    do = dh_tilde * tanh_c
    dc_shown = dh_tilde * step.o * (1.0 - tanh_c**2)  # to the memory that h̃ shows
    if variant == "course":
        dc = dc + dc_shown
    dk = dh * (step.h_tilde - step.h_prev) + dc * (step.c_tilde - step.c_prev)
    dc_tilde = step.k * dc
    if variant == "neil":
        dc_tilde = dc_tilde + dc_shown
    clock = time_gate_gradients(step.t, params["tau"], params["s"], params["r_on"], leak)
    for name, dk_dname in zip(("tau", "s", "r_on"), clock, strict=True):
        grads[name] += dk * dk_dname
    dh_prev = (1.0 - step.k) * dh + lstm.gates_backward(params, grads, dc_tilde, do, step)
    return dh_prev, (1.0 - step.k) * dc + dc_tilde * step.f


def loss_and_gradients(
    params, x, y, reduction="last", h0=None, c0=None, times=None, leak=0.0, variant="neil"
) -> tuple[float, dict]:
    """The cross-entropy in nats and its gradient by every parameter, by h0 and by c0."""
    _, cache = forward(params, x, h0=h0, c0=c0, times=times, leak=leak, variant=variant)
    loss, output, dh = loss_and_dh(params, cache.h, y, reduction)
    grads, steps = rewind(params, cache, dh)
    dh_next = dc_next = 0.0  # what comes back from the future; nothing after T
    for own, step in steps:
        dh_t = own + dh_next
        dh_next, dc_next = step_backward(params, grads, dh_t, dc_next, step, leak, variant)
    return loss, grads | output | {"h0": dh_next, "c0": dc_next}
