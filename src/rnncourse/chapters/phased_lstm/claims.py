"""Claims: the time gate of the Phased LSTM, its slopes, and wrong gates."""

from functools import lru_cache, partial

import numpy as np

from rnncourse.byhand import phased
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.chapters.phased_lstm.cases import (
    CLOCK,
    DRAWN,
    LEAK,
    descend_periods,
    irregular,
    kink_distance,
    log_kept,
    loss_of,
    period_losses,
    small_phased,
)
from rnncourse.chapters.phased_lstm.exercises import step
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

DIFFERENCES = "central differences"
DRAWING = "the clock of the drawing"


def slip(id: str, exercise: str, mistake: str, source: str | None = None, **about):
    """A claim that measures a known mistake; its source is the mistake's id if nothing else."""
    return claim(id, mistake=(exercise, mistake), source=source or mistake, **about)


DENSE = "50 random clocks, 20 001 times over a period"


def random_clocks(count: int = 50, seed: int = 0):
    """Clocks with a period between 0.1 and 1000 and any share open."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        tau = np.exp(rng.uniform(np.log(0.1), np.log(1000.0)))
        yield tau, rng.uniform(-2.0, 2.0) * tau, rng.uniform(0.02, 0.98)


def drawn_gate(t, leak: float = LEAK) -> np.ndarray:
    return phased.time_gate(t, *DRAWN.values(), leak)


@claim(
    "phased-gate-values", shows="eq-phased-gate", tolerance=1e-15, how="by hand", source="U18-2.1"
)
def values_of_the_drawing() -> float:
    """The gate with period 4, shift 1, share 1/4 and leak 0.001 at the times of the table."""
    times = np.array([0.0, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 3.0, 5.0, 5.5])
    by_hand = np.array([0.75e-3, 0.0, 0.5, 1.0, 0.5, 0.0, 0.3125e-3, 0.5e-3, 0.0, 1.0])
    return float(np.abs(drawn_gate(times) - by_hand).max())


@claim(
    "phased-gate-triangle",
    shows=("eq-phased-phase", "eq-phased-gate"),
    tolerance=1e-10,
    how="linear interpolation between the corners, 50 random clocks",
    source="U18-2.1",
)
def gate_is_a_triangle() -> float:
    r"""From $s$ on a line to 1 at $s + r_{on}\tau/2$, a line to 0 at $s + r_{on}\tau$, then 0."""
    errors = []
    for tau, s, r_on in random_clocks():
        t = np.linspace(0.0, tau, 1001)[:-1]
        corners = np.interp(t, np.array([0.0, 0.5, 1.0, 2.0]) * r_on * tau, [0.0, 1.0, 0.0, 0.0])
        for periods in (0, 3, -2):
            # the phase of the last digits may fall on either side of the period's end
            k = phased.time_gate(s + periods * tau + t[1:], tau, s, r_on)
            errors.append(np.abs(k - corners[1:]).max())
    return float(largest_of(errors))


@claim(
    "phased-gate-share",
    shows="eq-phased-means",
    tolerance=1e-3,
    how=DENSE,
    source="U18-2.1",
    absolute="shares",
)
def share_open() -> float:
    r"""Over a period the gate is open for the share $r_{on}$."""
    errors = []
    for tau, s, r_on in random_clocks():
        k = phased.time_gate(np.linspace(0.0, tau, 20_001)[:-1], tau, s, r_on)
        errors.append(abs((k > 0).mean() - r_on))
    return largest_of(errors)


@claim(
    "phased-gate-mean",
    shows="eq-phased-means",
    tolerance=1e-4,
    how=DENSE,
    source="U18-2.1",
    absolute="openness",
)
def mean_openness() -> float:
    r"""Over a period the mean of $k$ is $r_{on}/2 + \alpha\,(1 - r_{on}^2)/2$."""
    errors = []
    for tau, s, r_on in random_clocks():
        for leak in (0.0, LEAK):
            k = phased.time_gate(np.linspace(0.0, tau, 20_001)[:-1], tau, s, r_on, leak)
            errors.append(abs(k.mean() - 0.5 * r_on - 0.5 * leak * (1.0 - r_on**2)))
    return float(largest_of(errors))


@claim("phased-gate-torch", shows="eq-phased-gate", tolerance=1e-12, how="the torch cell's gate")
def both_gates_agree() -> float:
    """The gate by hand and that of the cells that train are the same function."""
    import torch

    from rnncourse.cells.phased import time_gate

    rng, errors = np.random.default_rng(1), []
    for tau, s, r_on in random_clocks():
        t = rng.uniform(-5.0, 5.0, 200) * tau
        t = t[kink_distance(t, tau, s, r_on) > 1e-6]  # a leak jumps at the end of a branch
        clock = (torch.tensor(value, dtype=torch.float64) for value in (tau, s, r_on))
        ours = phased.time_gate(t, tau, s, r_on, LEAK)
        errors.append(np.abs(ours - time_gate(torch.tensor(t), *clock, LEAK).numpy()).max())
    return float(largest_of(errors))


@claim(
    "phased-gate-jump",
    tolerance=1e-9,
    how="a step of 1e-12 over the closing",
    source="U18-2.1",
    absolute="openness",
)
def leak_jumps() -> float:
    r"""With a leak the gate jumps: by $\alpha r_{on}$ at the closing, by $-\alpha$ at the wrap."""
    jumps = [
        np.subtract(*drawn_gate(np.array([end + 1e-12, end - 1e-12]))) - expected
        for end, expected in ((2.0, LEAK * 0.25), (5.0, -LEAK))
    ]
    return float(np.abs(jumps).max())


def slopes_error(name: str) -> float:
    """The slope of k by one of the clock's numbers against differences, away from the kinks."""
    rng, errors, met = np.random.default_rng(2), [], set()
    for _ in range(100):
        tau, s, r_on = np.exp(rng.uniform(0.0, 3.0)), rng.uniform(-3.0, 3.0), rng.uniform(0.1, 0.9)
        clock = {"tau": np.array(tau), "s": np.array(s), "r_on": np.array(r_on)}
        t = np.array(rng.uniform(-5.0, 5.0) * tau)
        if kink_distance(t, *clock.values()) > 0.02:
            by_hand = phased.time_gate_gradients(t, *clock.values(), LEAK)
            expected = precise_gradient(
                lambda t=t, clock=clock: phased.time_gate(t, *clock.values(), LEAK), clock[name]
            )
            errors.append(relative_error(by_hand[CLOCK.index(name)], expected))
            phi = phased.phase(t, tau, s)
            met.add((bool(phi <= r_on / 2), bool(phi <= r_on)))
    return largest_of(errors) if len(met) == 3 else np.inf


SLOPES = {
    r"phased-dk-dtau: The slope of $k$ by $\tau$, on all three "
    r"branches.": Row(partial(slopes_error, "tau"), source="U18-2.2b, W25"),
    "phased-dk-ds: The slope of $k$ by $s$, on all three branches.": Row(
        partial(slopes_error, "s")
    ),
    "phased-dk-dr_on: The slope of $k$ by $r_{on}$, on all three branches.": Row(
        partial(slopes_error, "r_on")
    ),
}
claim_rows(
    SLOPES,
    shows=("eq-grad-phased-branches", "eq-grad-phased-clock"),
    tolerance=1e-8,
    how=f"{DIFFERENCES}, 100 random clocks and times",
    source="U18-2.2b",
)


@claim("phased-dk-autograd", tolerance=1e-12, how="automatic differentiation", source="U18-2.2b")
def automatic_differentiation_of_the_gate() -> float:
    """Automatic differentiation of the torch gate, whose modulo has a floor, gives the same."""
    import torch

    from rnncourse.cells.phased import time_gate

    rng, errors = np.random.default_rng(3), []
    for tau, s, r_on in random_clocks():
        t = rng.uniform(-5.0, 5.0, 20) * tau
        t = t[kink_distance(t, tau, s, r_on) > 1e-6]
        leaves = [torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (tau, s, r_on)]
        time_gate(torch.tensor(t), *leaves, LEAK).sum().backward()
        by_hand = phased.time_gate_gradients(t, tau, s, r_on, LEAK)
        errors += [
            relative_error(np.sum(ours), leaf.grad.numpy())
            for ours, leaf in zip(by_hand, leaves, strict=True)
        ]
    return largest_of(errors)


AT_41 = "the clock of the drawing at t = 41.3, eleventh period, rising half"


@claim("phased-dk-dtau-late", tolerance=1e-6, states=-20.15, how=DIFFERENCES, source="W25")
def slope_late() -> float:
    r"""In the eleventh period, at $t = 41.3$, the slope by $\tau$ is large."""
    tau = np.array(DRAWN["tau"])
    return float(precise_gradient(lambda: phased.time_gate(41.3, tau, 1.0, 0.25), tau))


@slip("phased-dtau-no-floor", "phased-dk-dtau", "W25", tolerance=1e-9, states=-0.15, how=AT_41)
def slope_without_the_floor() -> float:
    r"""What $\partial\phi/\partial\tau = -\phi/\tau$ would give at the same time."""
    return float(wrong_answer("phased-dk-dtau", "W25")(41.3, *DRAWN.values(), leak=0.0))


@claim("phased-dk-sizes", shows="eq-phased-sizes", tolerance=1e-12, how="200 random clocks")
def sizes_of_the_slopes() -> float:
    """The sizes of the three slopes while the gate is open."""
    rng, errors = np.random.default_rng(4), []
    for tau, s, r_on in random_clocks(200):
        phi, periods = rng.uniform(0.0, r_on), rng.integers(0, 50)
        t = s + (periods + phi) * tau
        dtau, ds, dr_on = phased.time_gate_gradients(t, tau, s, r_on, 0.0)
        errors += [
            relative_error(np.abs(ds), np.array(2.0 / (r_on * tau))),
            relative_error(np.abs(dtau), np.array(2.0 * abs(t - s) / (r_on * tau**2))),
            largest_of(0.0, float(abs(dr_on)) * r_on / 2.0 - 1.0),
        ]
    return largest_of(errors)


@claim(
    "phased-dr-mean",
    shows="eq-phased-r-moments",
    tolerance=5e-3,
    how=DENSE,
    source="U18-2.2b",
    absolute="numbers of size 1/2 and 1",
)
def moments_of_the_share() -> float:
    r"""Over a period $\partial k/\partial r_{on}$ has mean 1/2, and mean square $4/(3 r_{on})$."""
    errors = []
    for tau, s, r_on in random_clocks():
        t = (np.arange(20_000) + 0.5) / 20_000 * tau
        slope = phased.time_gate_gradients(t, tau, s, r_on, 0.0)[2]
        errors += [abs(slope.mean() - 0.5), abs((slope**2).mean() * 3.0 * r_on / 4.0 - 1.0)]
    return float(largest_of(errors))


@claim("phased-r-noise", states=5.164, how=DENSE, source="U18-2.2b")
def noise_of_the_share() -> float:
    r"""Root mean square of $\partial k/\partial r_{on}$ at $r_{on} = 0.05$."""
    t = (np.arange(20_000) + 0.5) / 20_000 * 4.0
    slope = phased.time_gate_gradients(t, 4.0, 0.0, np.array(0.05), 0.0)[2]
    return float(np.sqrt((slope**2).mean()))


@claim(
    "phased-closed-clock",
    tolerance=1e-15,
    how="1000 closed times",
    source="W26",
    absolute="the right value is 0",
)
def closed_gate_teaches_nothing() -> float:
    """Where the gate is closed and nothing leaks, all three slopes are zero."""
    t = 1.0 + 4.0 * np.random.default_rng(5).uniform(0.26, 0.99, 1000)
    return float(np.abs(phased.time_gate_gradients(t, *map(np.array, DRAWN.values()), 0.0)).max())


@claim(
    "phased-closed-leak", tolerance=1e-15, how="1000 closed times", source="W26", absolute="slopes"
)
def leak_does_not_teach_the_share() -> float:
    r"""With a leak a closed gate gives $r_{on}$ no slope, $s$ the slope $-\alpha/\tau$, and $\tau$
    the slope $-\alpha\,(t-s)/\tau^2$."""
    t = 1.0 + 4.0 * np.random.default_rng(5).uniform(0.26, 0.99, 1000)
    dtau, ds, dr_on = phased.time_gate_gradients(t, *map(np.array, DRAWN.values()), LEAK)
    off = np.abs(dr_on).max(), np.abs(ds + LEAK / 4.0).max()
    return float(largest_of(*off, np.abs(dtau + LEAK * (t - 1.0) / 16.0).max()))


@claim("phased-unheard-clock", tolerance=3e-3, states=0.3585, how="200 000 gates", source="W26")
def never_open() -> float:
    r"""A unit with $r_{on} = 0.05$ meets none of 20 samples with the probability $0.95^{20}$."""
    rng, shares = np.random.default_rng(6), []
    for _ in range(10):
        times = rng.uniform(0.0, 1000.0, (20, 20_000))
        shares.append((phased.time_gate(times, 4.0, 1.0, 0.05) == 0.0).all(axis=0).mean())
    return float(np.mean(shares))


VALLEYS = "true period 10, share 0.1, 300 irregular times"


@claim("phased-valley-short", states=0.739, how=f"{VALLEYS} over 20 units")
def valley_short() -> float:
    """Width of the valley around the right period, where the loss is below half its median."""
    return valley_width(20.0)


@claim("phased-valley-long", states=0.0128, how=f"{VALLEYS} over 1000 units")
def valley_long() -> float:
    """Width of the same valley when the times span 1000 units."""
    return valley_width(1000.0)


def valley_width(span: float) -> float:
    """How far to both sides of the true period the loss stays below half its median."""
    high = 0.5 * np.median(period_losses(np.linspace(5.0, 20.0, 501), span))
    offsets = np.linspace(0.0, 0.7, 1401) * (20.0 / span)
    sides = [period_losses(10.0 + side * offsets, span) for side in (1.0, -1.0)]
    return float(sum(offsets[np.argmax(losses > high)] for losses in sides))


@claim(
    "phased-period-found",
    tolerance=1e-6,
    how=f"Adam, {VALLEYS} over 20 units",
    absolute="time units",
)
def period_is_found_nearby() -> float:
    """Over 20 time units the period is found from 9.9 and from 11."""
    return float(np.abs(descend_periods([9.9, 11.0], 20.0) - 10.0).max())


STARTS = np.array([8.0, 9.0, 9.5, 9.9, 10.1, 10.5, 11.0, 12.0, 15.0])


@lru_cache
def long_ends() -> np.ndarray:
    return descend_periods(STARTS, 1000.0)


@claim(
    "phased-period-stuck",
    tolerance=0.15,
    how=f"Adam, {VALLEYS} over 1000 units",
    absolute="time units",
)
def period_stays_where_it_was() -> float:
    """Over 1000 time units each of nine periods stays within 0.15 of its start."""
    return float(np.abs(long_ends() - STARTS).max())


@claim(
    "phased-period-missed",
    tolerance=1e-15,
    how=f"Adam, {VALLEYS} over 1000 units",
    absolute="a count",
)
def period_is_not_found() -> float:
    """None of these nine ends in the valley of the right period; this counts those that do."""
    return float((~(np.abs(long_ends() - 10.0) >= 0.02)).sum())


# Wrong gates and wrong clocks


@slip("phased-strict-peak", "phased-gate", "W23", tolerance=1e-15, states=0.0, how=DRAWING)
def closed_at_its_peak() -> float:
    """With strict inequalities the gate is closed at the one time at which it should be 1."""
    return float(wrong_answer("phased-gate", "W23")(1.5, *DRAWN.values(), leak=0.0))


@slip(
    "phased-strict-never", "phased-gate", "W23", tolerance=1e-15, states=0.0, how="1000 whole times"
)
def never_opens() -> float:
    r"""With $\tau = 8$, $s = 0$, $r_{on} = 1/4$ that gate opens at no whole time."""
    strict = wrong_answer("phased-gate", "W23")
    return float(strict(np.arange(1000.0), 8.0, 0.0, 0.25, leak=0.0).max())


@claim("phased-loose-opens", tolerance=1e-15, states=125.0, how="1000 whole times", source="W23")
def opens_every_eight() -> float:
    """With the equality in the branches the same clock opens at every eighth time, to 1."""
    return float(phased.time_gate(np.arange(1000.0), 8.0, 0.0, 0.25).sum())


@slip("phased-fmod", "phased-gate", "W24", tolerance=1e-12, states=-2.0, how=f"{DRAWING}, t = 0")
def modulo_of_c() -> float:
    """Before the first opening the modulo of C gives a negative phase and this openness."""
    return float(wrong_answer("phased-gate", "W24")(0.0, *DRAWN.values(), leak=0.0))


@slip("phased-fmod-later", "phased-gate", "W24", tolerance=1e-12, how="1000 times after the shift")
def modulo_of_c_later() -> float:
    """From $t = s$ on both modulos agree, so a test with late times sees nothing."""
    t = 1.0 + irregular(1000)
    with_fmod = wrong_answer("phased-gate", "W24")(t, *DRAWN.values(), leak=0.0)
    return float(np.abs(with_fmod - drawn_gate(t, leak=0.0)).max())


@slip("phased-other-sign", "phased-gate", "sign", tolerance=1e-9, how="1000 times", source="R1-25")
def other_sign_of_the_shift() -> float:
    r"""The gate that adds the shift is ours with $\tau - s$ in the place of $s$."""
    t = irregular(1000)
    added = wrong_answer("phased-gate", "sign")(t, *DRAWN.values(), leak=0.0)
    return float(np.abs(added - phased.time_gate(t, 4.0, 4.0 - 1.0, 0.25)).max())


@claim("phased-float32", states=129, how="NumPy's float32", source="W40")
def distinct_single_times() -> float:
    """How many of the 1000 times 100000.000, 100000.001, … are told apart in single precision."""
    return float(len(np.unique((1e5 + np.arange(1000) * 1e-3).astype(np.float32))))


@slip("phased-float32-gate", "phased-openness", "W40", states=0.26, how="1000 times")
def single_times_change_the_gate() -> float:
    r"""The largest error of $k$ of single times near 100 000, $\tau = 0.1$, $r_{on} = 0.3$."""
    t = 1e5 + np.random.default_rng(0).uniform(0.0, 1.0, 1000)
    wrong = wrong_answer("phased-openness", "W40")(t, 0.1, 0.0, 0.3, 0.0, True)
    return float(np.abs(phased.time_gate(t[:, None], 0.1, 0.0, 0.3) - wrong).max())


@slip("phased-leak-at-test", "phased-openness", "W43", tolerance=1e-12, states=9.5e-4, how=DRAWING)
def leak_kept_at_test() -> float:
    """Shortly before it opens, a gate that keeps its leak is not closed."""
    kept = wrong_answer("phased-openness", "W43")
    return float(kept(np.array([4.8]), *DRAWN.values(), LEAK, False).item())


@claim("phased-leak-drains", states=0.7841, how="1000 times", source="W43")
def leak_drains() -> float:
    r"""Of a memory with $f = \frac12$ the leak alone leaves this share over 1000 steps."""
    times, clock = irregular(1000), {"tau": 100.0, "leak": LEAK}
    open_only = log_kept(0.5, 0.05, times, tau=100.0)
    return float(np.exp(log_kept(0.5, 0.05, times, **clock) - open_only))


@slip("phased-gated-gates", "phased-step", "W43", tolerance=1e-15, states=0.0, how="a closed step")
def gates_on_the_gates() -> float:
    """If $k$ multiplies the gates in the place of the update, a closed step erases the memory."""
    params, x, _, state = small_phased()
    gated = wrong_answer("phased-step", "W43")
    return float(np.abs(gated(params, x[0], state["h0"], state["c0"], np.zeros(4))[1]).max())


@claim("phased-variants-equal", tolerance=1e-15, how="k = 0 and k = 1", source="U18-2.2a")
def variants_agree_at_the_ends() -> float:
    """Fully open and fully closed, the two variants are one."""
    return largest_of(variants_apart(0.0), variants_apart(1.0))


@slip(
    "phased-variants-apart", "phased-step", "eq-15", states=0.2798, how="k = 1/2", source="U18-2.2a"
)
def variants_differ_between() -> float:
    """Half open, the state of the sheet's variant is off by this, relative to the paper's."""
    return variants_apart(0.5)


def variants_apart(openness: float) -> float:
    params, x, _, state = small_phased()
    given = (params, x[0], state["h0"], state["c0"], np.full(4, openness))
    return relative_error(step(*given)[0], wrong_answer("phased-step", "eq-15")(*given)[0])


@claim("phased-variants-loss", states=0.01695, how="one network", source="U18-2.2a")
def variants_have_other_losses() -> float:
    """How much the loss of a network with six steps changes with the variant, in nats."""
    params, x, y, state = small_phased()
    neil, course = (loss_of(params, x, y, variant=v, **state) for v in phased.VARIANTS)
    return abs(neil - course)
