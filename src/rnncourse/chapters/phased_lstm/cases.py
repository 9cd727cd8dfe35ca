"""Small Phased LSTMs, and what their gate and their gradients do."""

import numpy as np

from rnncourse.analysis.agreement import fresh_network
from rnncourse.byhand import lstm, phased
from rnncourse.byhand.examples import small_lstm
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.optimizers import Adam, descend
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import OUTPUT, at, loss_and_dh, zero_gradients

CLOCK = ("tau", "s", "r_on")
DRAWN = {"tau": 4.0, "s": 1.0, "r_on": 0.25}  # the clock of the page's drawing
LEAK = 1e-3
KINKS = (0.0, 0.5, 1.0)  # of φ / r_on, where a branch ends; and the period's end


def kink_distance(t, tau, s, r_on) -> np.ndarray:
    """How far the phases stand from the nearest end of a branch."""
    phi = phased.phase(t, tau, s)
    ends = [np.abs(phi - end * r_on) for end in KINKS] + [1.0 - phi]
    return np.min(ends, axis=0)


def random_clock(rng: np.random.Generator, n: int) -> dict:
    """tau log-uniform in 2 … 8, s uniform in 0 … tau, r_on uniform in 0.3 … 0.7; each (n,)."""
    tau = np.exp(rng.uniform(np.log(2.0), np.log(8.0), n))
    return {"tau": tau, "s": tau * rng.uniform(0.0, 1.0, n), "r_on": rng.uniform(0.3, 0.7, n)}


def small_phased(seed: int = 0, T: int = 6, d: int = 3, n: int = 4, K: int = 5, scale=0.7):
    """A random Phased LSTM with irregular times: params, x, y, and h0, c0, times by name.

    All three branches of the gate occur, and no phase lies nearer than 0.02 to the end of one, so
    that difference quotients stay within a branch.
    """
    params, x, y, h0, c0 = small_lstm(seed, T, d, n, K, scale)
    rng = np.random.default_rng(1000 + seed)
    while True:
        clock, times = random_clock(rng, n), np.cumsum(rng.uniform(0.3, 3.0, T))
        now = (times[:, None], *(clock[name] for name in CLOCK))
        opening, closing = phased.branches(phased.phase(*now[:3]), clock["r_on"])
        spread = opening.any() and closing.any() and not (opening | closing).all()
        if spread and kink_distance(*now).min() > 0.02:
            return params | clock, x, y, {"h0": h0, "c0": c0, "times": times}


def loss_of(params, x, y, reduction="last", **state) -> float:
    return loss_and_dp(phased.forward(params, x, **state)[0], y, reduction)[0]


def by_hand_error(names, leaks=(LEAK,)) -> float:
    """Hand-derived against numerical gradients of these arrays: the worst of variants and leaks."""
    params, x, y, state = small_phased(seed=4, T=3, d=2, n=2, K=3)
    arrays, errors = params | state, []
    for variant in phased.VARIANTS:
        for leak in leaks:
            about = state | {"leak": leak, "variant": variant}
            grads = phased.loss_and_gradients(params, x, y, "sum", **about)[1]
            for name in names:
                expected = precise_gradient(
                    lambda about=about: loss_of(params, x, y, "sum", **about), arrays[name]
                )
                errors.append(relative_error(grads[name], expected))
    return max(errors)


def walk_back(params, x, y, reduction="last", leak=0.0, variant="neil", **state) -> tuple:
    """dh_t and dc_t (T, n) of every step with all that comes back, and the step's own da_q.

    dc_t counts every way from c_t: in the course's variant also the one through h_t. Parameters
    without a clock are an LSTM's.
    """
    cell, about = (phased, {"leak": leak, "variant": variant}) if "tau" in params else (lstm, {})
    cache = cell.forward(params, x, **about, **state)[1]
    own = loss_and_dh(params, cache.h, y, reduction)[2]
    dh = dc = np.zeros_like(own[0])
    rows = []
    for t in reversed(range(len(own))):
        s, grads = at(cache, t), zero_gradients(params)
        dh = dh + own[t]
        shown = s.k * dh * s.o * (1.0 - np.tanh(s.c) ** 2) if variant == "course" else 0.0
        before = (dh, dc + shown)
        dh, dc = cell.step_backward(params, grads, dh, dc, s, **about)
        rows.append((*before, {q: grads[f"b_{q}"] for q in "gifo"}))
    dhs, dcs, das = zip(*rows[::-1], strict=True)
    return np.array(dhs), np.array(dcs), {q: np.array([da[q] for da in das]) for q in "gifo"}


def loss_with(params, x, y, state, variant, leak, biases=None, openness=None) -> float:
    """The last loss when every step adds biases (T, n) to its sums, or openness (T, n) to k."""
    h, c = state["h0"], state["c0"]
    for t, (x_t, now) in enumerate(zip(x, state["times"], strict=True)):
        own = {f"b_{q}": params[f"b_{q}"] + rows[t] for q, rows in (biases or {}).items()}
        k = phased.time_gate(now, *(params[name] for name in CLOCK), leak)
        k = k if openness is None else k + openness[t]
        step = phased.step(params | own, x_t, h, c, now, k, variant)
        h, c = step.h, step.c
    p = params["W_ph"] @ h + params["b_p"]
    return float(loss_and_dp(p[None], y[-1:], "last")[0])


def openness_gradients(params, x, y, leak, variant, **state) -> np.ndarray:
    """δ_k of every step (T, n): δ_h ⊙ (h̃ − h_prev) + δ_c ⊙ (c̃ − c_prev)."""
    dh, dc, _ = walk_back(params, x, y, leak=leak, variant=variant, **state)
    s = phased.forward(params, x, leak=leak, variant=variant, **state)[1]
    return dh * (s.h_tilde - s.h_prev) + dc * (s.c_tilde - s.c_prev)


def untrained(seed: int, r_on: float, forget_bias: float = 1.0, T: int = 100):
    """A Phased LSTM of 32 units as the package makes it, but for these two choices."""
    params, x, y = fresh_network("phased", seed, T=T)
    params["r_on"][:] = r_on
    params["b_f"][:] = forget_bias
    return params, x, y


def lstm_of(params: dict) -> dict:
    """The LSTM with the same weights: the parameters without the clock."""
    return {name: params[name] for name in (*lstm.SHAPES, *OUTPUT)}


def lives(params, x, y) -> tuple[np.ndarray, np.ndarray]:
    """What the last loss sends back: norms (T,) of its gradient by the pair (h_t, c_t), by x_t."""
    dh, dc, da = walk_back(params, x, y)
    by_pair = np.hypot(np.linalg.norm(dh, axis=1), np.linalg.norm(dc, axis=1))
    return by_pair, np.linalg.norm(sum(da[q] @ params[f"W_{q}x"] for q in "gifo"), axis=1)


def many_lives(r_on: float | None, forget_bias: float = 1.0, seeds: int = 10, T: int = 100):
    """``lives`` of untrained networks, two arrays (seeds, T): by the pair relative to step T, by x.

    None for r_on is the LSTM with the same weights.
    """
    rows = []
    for seed in range(seeds):
        params, x, y = untrained(seed, r_on or 0.3, forget_bias, T)
        by_pair, by_input = lives(params if r_on else lstm_of(params), x, y)
        rows.append((by_pair / by_pair[-1], by_input))
    by_pair, by_input = zip(*rows, strict=True)
    return np.array(by_pair), np.array(by_input)


def forgetting(f: float) -> float:
    """Λ(f) = 1 + f ln f / (1 − f): what a unit forgets in one open phase, per unit of r_on."""
    return 1.0 + f * np.log(f) / (1.0 - f)


def log_kept(f: float, r_on: float, times: np.ndarray, tau=4.0, s=0.0, leak=0.0) -> float:
    """The logarithm of the share of a memory that is left after these times: Π (1 − k (1 − f))."""
    return float(np.log1p(-phased.time_gate(times, tau, s, r_on, leak) * (1.0 - f)).sum())


def irregular(T: int, seed: int = 0) -> np.ndarray:
    """T times whose gaps are uniform in 0 … 2, so that one comes each time unit on average."""
    return np.cumsum(np.random.default_rng(seed).uniform(0.0, 2.0, T))


def target_gates(span: float, true: float, r_on: float) -> tuple[np.ndarray, np.ndarray]:
    """300 irregular times over ``span`` and the openness to be found there, (300, 1) each."""
    t = np.sort(np.random.default_rng(0).uniform(0.0, span, 300))[:, None]
    return t, phased.time_gate(t, true, 0.0, r_on)


def period_losses(periods, span: float, true: float = 10.0, r_on: float = 0.1) -> np.ndarray:
    """Mean square distance of the gates with these periods from the one with the true period."""
    t, wanted = target_gates(span, true, r_on)
    return ((phased.time_gate(t, periods, 0.0, r_on) - wanted) ** 2).mean(axis=0)


def descend_periods(starts, span: float, true: float = 10.0, r_on: float = 0.1) -> np.ndarray:
    """Where 700 steps of Adam with learning rate 0.01 take these periods on that loss."""
    t, wanted = target_gates(span, true, r_on)

    def gradient(periods):
        off = phased.time_gate(t, periods, 0.0, r_on) - wanted
        slope = phased.time_gate_gradients(t, periods, 0.0, np.array(r_on), 0.0)[0]
        return (2.0 * off * slope).mean(axis=0)

    return descend(Adam(0.01), gradient, np.array(starts), steps=700)[-1]
