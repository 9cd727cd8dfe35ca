"""Claims of chapter 11: wrong gates and wrong clocks, measured."""

import numpy as np

from rnncourse.byhand import phased
from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.lstm import gates
from rnncourse.chapters.phased_lstm.cases import (
    DRAWN,
    LEAK,
    irregular,
    log_kept,
    loss_of,
    small_phased,
)
from rnncourse.claims.registry import claim

DRAWING = "the clock of the drawing"


def strict_gate(t, tau, s, r_on) -> np.ndarray:
    """Equation 12 as printed: both inequalities are strict, and the gate is closed elsewhere."""
    phi = phased.phase(t, tau, s)
    opening, closing = phi < r_on / 2, (phi > r_on / 2) & (phi < r_on)
    return np.where(opening, 2 * phi / r_on, np.where(closing, 2 - 2 * phi / r_on, 0.0))


def fmod_gate(t, tau, s, r_on) -> np.ndarray:
    """The gate with the modulo of C, whose sign is that of t − s."""
    phi = np.fmod(t - s, tau) / tau
    closing = np.where(phi <= r_on, 2 - 2 * phi / r_on, 0.0)
    return np.where(phi <= r_on / 2, 2 * phi / r_on, closing)


@claim("phased-strict-peak", tolerance=1e-15, states=0.0, how=DRAWING, source="W23")
def closed_at_its_peak() -> float:
    """With strict inequalities the gate is closed at the one time at which it should be 1."""
    return float(strict_gate(1.5, *DRAWN.values()))


@claim("phased-strict-never", tolerance=1e-15, states=0.0, how="1000 whole times", source="W23")
def never_opens() -> float:
    r"""With $\tau = 8$, $s = 0$, $r_{on} = 1/4$ that gate opens at no whole time."""
    return float(strict_gate(np.arange(1000.0), 8.0, 0.0, 0.25).max())


@claim("phased-loose-opens", tolerance=1e-15, states=125.0, how="1000 whole times", source="W23")
def opens_every_eight() -> float:
    """With the equality in the branches the same clock opens at every eighth time, to 1."""
    return float(phased.time_gate(np.arange(1000.0), 8.0, 0.0, 0.25).sum())


@claim("phased-fmod", tolerance=1e-12, states=-2.0, how=f"{DRAWING}, t = 0", source="W24")
def modulo_of_c() -> float:
    """Before the first opening the modulo of C gives a negative phase and this openness."""
    return float(fmod_gate(0.0, 4.0, 1.0, 0.25))


@claim("phased-fmod-later", tolerance=1e-12, how="1000 times after the shift", source="W24")
def modulo_of_c_later() -> float:
    """From $t = s$ on both modulos agree, so a test with late times sees nothing."""
    t = 1.0 + irregular(1000)
    return float(np.abs(fmod_gate(t, 4.0, 1.0, 0.25) - phased.time_gate(t, 4.0, 1.0, 0.25)).max())


@claim("phased-other-sign", tolerance=1e-9, how="1000 times", source="R1-25")
def other_sign_of_the_shift() -> float:
    r"""The gate that adds the shift is ours with $\tau - s$ in the place of $s$."""
    t = irregular(1000)
    added = phased.time_gate(t, 4.0, -1.0, 0.25)
    return float(np.abs(added - phased.time_gate(t, 4.0, 4.0 - 1.0, 0.25)).max())


@claim("phased-float32", tolerance=0.5, states=129, how="NumPy's float32", source="W40")
def distinct_single_times() -> float:
    """How many of the 1000 times 100000.000, 100000.001, … are told apart in single precision."""
    return float(len(np.unique((1e5 + np.arange(1000) * 1e-3).astype(np.float32))))


@claim("phased-float32-gate", tolerance=0.02, states=0.26, how="1000 times", source="W40")
def single_times_change_the_gate() -> float:
    r"""The largest error of $k$ of single times near 100 000, $\tau = 0.1$, $r_{on} = 0.3$."""
    t = 1e5 + np.random.default_rng(0).uniform(0.0, 1.0, 1000)
    single = t.astype(np.float32).astype(np.float64)
    right, wrong = (phased.time_gate(times, 0.1, 0.0, 0.3) for times in (t, single))
    return float(np.abs(right - wrong).max())


@claim("phased-leak-at-test", tolerance=1e-12, states=9.5e-4, how=DRAWING, source="W43")
def leak_kept_at_test() -> float:
    """Shortly before it opens, a gate that keeps its leak is not closed."""
    return float(phased.time_gate(4.8, *DRAWN.values(), LEAK))


@claim("phased-leak-drains", tolerance=5e-4, states=0.7841, how="1000 times", source="W43")
def leak_drains() -> float:
    r"""Of a memory with $f = \frac12$ the leak alone leaves this share over 1000 steps."""
    times, clock = irregular(1000), {"tau": 100.0, "leak": LEAK}
    open_only = log_kept(0.5, 0.05, times, tau=100.0)
    return float(np.exp(log_kept(0.5, 0.05, times, **clock) - open_only))


@claim("phased-gated-gates", tolerance=1e-15, states=0.0, how="a closed step", source="W43")
def gates_on_the_gates() -> float:
    """If $k$ multiplies the gates in the place of the update, a closed step erases the memory."""
    params, x, _, state = small_phased()
    g, i, f, _ = gates(params, x[0], state["h0"])
    k = np.zeros(4)
    return float(np.abs(g * (k * i) + state["c0"] * (k * f)).max())


@claim("phased-variants-equal", tolerance=1e-15, how="k = 0 and k = 1", source="U18-2.2a")
def variants_agree_at_the_ends() -> float:
    """Fully open and fully closed, the two variants are one."""
    return max(variants_apart(0.0), variants_apart(1.0))


@claim("phased-variants-apart", tolerance=1e-4, states=0.2798, how="k = 1/2", source="U18-2.2a")
def variants_differ_between() -> float:
    """Half open, the state of the sheet's variant is off by this, relative to the paper's."""
    return variants_apart(0.5)


def variants_apart(openness: float) -> float:
    params, x, _, state = small_phased()
    k = np.full(4, openness)
    neil, course = (
        phased.step(params, x[0], state["h0"], state["c0"], 0.0, k, variant).h
        for variant in phased.VARIANTS
    )
    return relative_error(neil, course)


@claim("phased-variants-loss", tolerance=1e-5, states=0.01695, how="one network", source="U18-2.2a")
def variants_have_other_losses() -> float:
    """How much the loss of a network with six steps changes with the variant, in nats."""
    params, x, y, state = small_phased()
    neil, course = (loss_of(params, x, y, variant=v, **state) for v in phased.VARIANTS)
    return abs(neil - course)
