"""Claims: every gradient, and what the gated update does to states and memories."""

from functools import lru_cache, partial

import numpy as np

from rnncourse.byhand import lstm, phased
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import OUTPUT, at, scores
from rnncourse.chapters.phased_lstm.cases import (
    CLOCK,
    LEAK,
    by_hand_error,
    forgetting,
    irregular,
    log_kept,
    loss_of,
    loss_with,
    lstm_of,
    many_lives,
    openness_gradients,
    small_phased,
    untrained,
    walk_back,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

BOTH = "central differences, both variants"
by_differences = partial(claim, tolerance=1e-8, how=BOTH)


def torch_cell(params: dict, leak: float, variant: str, kind: str = "phased"):
    """The package's torch cell with these parameters, in float64."""
    import torch

    from rnncourse.cells import CELLS

    options = {"leak": leak, "variant": variant, "learn": CLOCK} if kind == "phased" else {}
    names = (*lstm.SHAPES, *CLOCK) if kind == "phased" else lstm.SHAPES
    n, d = params["W_gx"].shape
    cell = CELLS[kind](d, n, rng=np.random.default_rng(0), **options).double()
    cell.load_state_dict({name: torch.from_numpy(params[name]) for name in names})
    return cell


def onward(params, x, y, h, c, times, about) -> float:
    """The summed losses of a step that shows h, y[0] its class, and of all steps after it."""
    own = loss_and_dp(scores(params, h[None]), y[:1], "sum")[0]
    if len(x) == 1:
        return own
    return own + loss_of(params, x[1:], y[1:], "sum", h0=h, c0=c, times=times[1:], **about)


def state_error(variant: str) -> float:
    """The recursion against a nudge of one state, after which all the rest follows."""
    params, x, y, state = small_phased(3, T=4, d=2, n=2)
    about = {"leak": LEAK, "variant": variant}
    dhs, dcs, _ = walk_back(params, x, y, "sum", **about, **state)
    cache, errors = phased.forward(params, x, **about, **state)[1], []
    for t in range(len(x)):

        def loss(s, h, t=t) -> float:
            return onward(params, x[t:], y[t:], h, s.c, state["times"][t:], about)

        def follows(s):
            blended = s.k * np.tanh(s.c) * s.o + (1.0 - s.k) * s.h_prev
            return blended if variant == "course" else s.h  # the course's h follows c

        s = at(cache, t)
        by_h = precise_gradient(lambda s=s, loss=loss: loss(s, s.h), s.h)
        by_c = precise_gradient(lambda s=s, loss=loss, h=follows: loss(s, h(s)), s.c)
        errors += [relative_error(dhs[t], by_h), relative_error(dcs[t], by_c)]
    return largest_of(errors)


def sums_error(variant: str) -> float:
    """The gradients by the sums inside the gates against a bias of each step's own."""
    params, x, y, state = small_phased(3, T=3, d=2, n=2)
    biases = {q: np.zeros((3, 2)) for q in "gifo"}
    by_hand = walk_back(params, x, y, leak=LEAK, variant=variant, **state)[2]

    def loss() -> float:
        return loss_with(params, x, y, state, variant, LEAK, biases=biases)

    return largest_of(
        relative_error(by_hand[q], precise_gradient(loss, rows)) for q, rows in biases.items()
    )


def openness_error(variant: str) -> float:
    """The gradients by k against an openness of each step and unit that is nudged."""
    params, x, y, state = small_phased(3, T=4, d=2, n=3)
    nudge = np.zeros((4, 3))
    by_hand = openness_gradients(params, x, y, leak=LEAK, variant=variant, **state)

    def loss() -> float:
        return loss_with(params, x, y, state, variant, LEAK, openness=nudge)

    return relative_error(by_hand, precise_gradient(loss, nudge))


@by_differences("phased-dL-states", shows=("eq-grad-phased-states", "eq-grad-phased-shown"))
def state_recursion() -> float:
    r"""The recursion gives $\delta_h$ and $\delta_c$: nudge one state, and all the rest follows."""
    return largest_of(map(state_error, phased.VARIANTS))


@by_differences(
    "phased-dL-sums",
    shows=("eq-grad-phased-proposal", "eq-grad-phased-course", "eq-grad-phased-inside"),
)
def gate_gradients() -> float:
    r"""The four $\delta_{a_q}^{(t)}$: nudge the sum inside one gate at one step."""
    return largest_of(map(sums_error, phased.VARIANTS))


@by_differences("phased-dL-dk", shows="eq-grad-phased-openness", source="U18-2.2b")
def openness() -> float:
    r"""The gradient by the openness of every unit at every step."""
    return largest_of(map(openness_error, phased.VARIANTS))


@claim(
    "phased-dL-clock",
    shows="eq-grad-phased-sum",
    tolerance=1e-8,
    how=f"{BOTH}, with and without leak",
    source="U18-2.2b",
)
def clock_gradients() -> float:
    r"""The gradients of the loss by $\tau$, $s$ and $r_{on}$ of every unit."""
    return by_hand_error(CLOCK, leaks=(LEAK, 0.0))


@by_differences("phased-dL-weights", shows="eq-grad-phased-sum")
def weight_gradients() -> float:
    """The gradients by all weights and biases, and by the first state and memory."""
    return by_hand_error((*lstm.SHAPES, *OUTPUT, "h0", "c0"))


@claim("phased-autograd", tolerance=1e-12, how="automatic differentiation (torch), both variants")
def automatic_differentiation_agrees() -> float:
    """Automatic differentiation through the readable torch cell gives the same gradients."""
    from rnncourse.sequence import unroll

    return torch_error(unroll)


@claim("phased-trained", tolerance=1e-12, how="the backward pass that trains, both variants")
def what_trains_agrees() -> float:
    """The package's whole-sequence layer, which trains, has the gradients of this page."""
    from rnncourse.sequence import run

    return torch_error(partial(run, backend="byhand"))


def torch_error(unroll) -> float:
    """Gradients of the mean loss by the torch layer against those by hand."""
    import torch

    errors = []
    for variant in phased.VARIANTS:
        params, x, y, state = small_phased()
        times = torch.from_numpy(state["times"])[None]
        about = {"times": state["times"], "leak": LEAK, "variant": variant}
        grads = phased.loss_and_gradients(params, x, y, "mean", **about)[1]
        cell = torch_cell(params, LEAK, variant)
        output = [torch.tensor(params[name], requires_grad=True) for name in OUTPUT]
        h, _ = unroll(cell, torch.from_numpy(x)[None], times=times)
        p = torch.nn.functional.linear(h[0], *output)
        torch.nn.functional.cross_entropy(p, torch.from_numpy(y)).backward()
        leaves = dict(cell.named_parameters()) | dict(zip(OUTPUT, output, strict=True))
        errors += [relative_error(grads[name], v.grad.numpy()) for name, v in leaves.items()]
    return largest_of(errors)


# The update


@lru_cache
def step_jacobians(seed: int, r_on: float | None = None):
    """Phased and plain Jacobians of the pair (h, c) at one step, and k: (2n, 2n) twice and (n,)."""
    import torch

    from rnncourse.analysis.sensitivity import state_jacobians

    params, x, _, state = small_phased(seed)
    if r_on:
        params["r_on"][:] = r_on
    start = [torch.from_numpy(state[name])[None] for name in ("h0", "c0")]
    rows, now = torch.from_numpy(x[:1]), torch.from_numpy(state["times"][:1])
    both = [
        state_jacobians(cell, rows, cell.State(*start), *clock)[0].numpy()
        for cell, clock in (
            (torch_cell(params, 0.0, "neil"), (now,)),
            (torch_cell(params, 0.0, "neil", "lstm"), ()),
        )
    ]
    return *both, phased.time_gate(state["times"][0], *(params[name] for name in CLOCK))


@claim("phased-jacobian", shows="eq-phased-jacobian", tolerance=1e-12, how="autograd, 20 nets")
def jacobian_is_blended() -> float:
    """A step's Jacobian is the blend of the identity and of the LSTM's, row by row."""
    errors = []
    for seed in range(20):
        timed, plain, k = step_jacobians(seed)
        blend = np.diag(np.tile(k, 2))
        errors.append(relative_error(timed, np.eye(len(timed)) - blend + blend @ plain))
    return largest_of(errors)


@claim(
    "phased-jacobian-bound",
    shows="eq-phased-bound",
    tolerance=1e-12,
    how="30 random nets",
    absolute="norms",
)
def distance_from_the_identity() -> float:
    r"""A step's Jacobian is from the identity at most $\max k$ times as far as the LSTM's."""
    excess = []
    for seed in range(30):
        timed, plain, k = step_jacobians(seed)
        one = np.eye(len(timed))
        bound = k.max() * np.linalg.norm(plain - one, 2)
        excess.append(np.linalg.norm(timed - one, 2) - bound)
    return largest_of(0.0, *excess)


@claim("phased-bound-used", states=0.750, how="30 random nets: the median")
def bound_is_not_empty() -> float:
    """How much of the bound is reached."""
    shares = []
    for seed in range(30):
        timed, plain, k = step_jacobians(seed)
        if k.max() > 0:
            one = np.eye(len(timed))
            reached = np.linalg.norm(timed - one, 2)
            shares.append(reached / (k.max() * np.linalg.norm(plain - one, 2)))
    return float(np.median(shares))


def closed_step(variant: str) -> tuple:
    """A network, its state and a time at which all units are closed."""
    params, x, _, state = small_phased()
    closed = np.zeros(4)  # the openness of a step at which all units rest
    return phased.step(params, x[0], state["h0"], state["c0"], 0.0, closed, variant), params, state


@claim(
    "phased-closed-step",
    shows="eq-phased-closed",
    tolerance=1e-15,
    how="both variants",
    absolute="states",
)
def closed_step_keeps_the_state() -> float:
    """A step at which all units are closed leaves state and memory as they were."""
    errors = []
    for variant in phased.VARIANTS:
        step, _, state = closed_step(variant)
        errors += [np.abs(step.h - state["h0"]).max(), np.abs(step.c - state["c0"]).max()]
    return float(largest_of(errors))


@by_differences("phased-closed-jacobian", shows="eq-phased-closed", tolerance=1e-12)
def closed_step_passes_the_gradient() -> float:
    """Over a closed step the Jacobian of the pair is the identity, and gradients pass unchanged."""
    errors = []
    for variant in phased.VARIANTS:
        step, params, _ = closed_step(variant)
        dh, dc = np.random.default_rng(1).standard_normal((2, 4))
        unused = {name: np.zeros_like(value) for name, value in params.items()}
        back = phased.step_backward(params, unused, dh, dc, step, 0.0, variant)
        errors += [relative_error(back[0], dh), relative_error(back[1], dc)]
        errors += [
            relative_error(row, unit)
            for row, unit in zip(nudged_pair(variant), np.eye(8), strict=True)
        ]
    return largest_of(errors)


def nudged_pair(variant: str) -> np.ndarray:
    """The Jacobian of (h, c) over a closed step by differences, (8, 8)."""
    params, x, _, state = small_phased()
    h, c = state["h0"], state["c0"]

    def entry(j):
        step = phased.step(params, x[0], h, c, 0.0, np.zeros(4), variant)
        return np.concatenate([step.h, step.c])[j]

    return np.array(
        [
            np.concatenate([precise_gradient(lambda j=j: entry(j), array) for array in (h, c)])
            for j in range(8)
        ]
    )


@claim("phased-always-open", tolerance=1e-12, how="the LSTM by hand, both variants")
def open_is_an_lstm() -> float:
    """With $k = 1$ a step is a step of the LSTM."""
    params, x, _, state = small_phased()
    plain = lstm.step(lstm_of(params), x[0], state["h0"], state["c0"])
    errors = []
    for variant in phased.VARIANTS:
        step = phased.step(params, x[0], state["h0"], state["c0"], 0.0, np.ones(4), variant)
        errors += [relative_error(step.h, plain.h), relative_error(step.c, plain.c)]
    return largest_of(errors)


@claim("phased-forgetting", shows="eq-phased-forgetting", tolerance=5e-3, how="simulated, 9 units")
def rate_of_forgetting() -> float:
    r"""Per step a unit forgets $r_{on}\Lambda(f)$, in the logarithm of what is kept."""
    times, errors = irregular(1_000_000), []
    for f in (0.1, 0.5, 0.9):
        for r_on in (0.05, 0.3, 0.9):
            rate = -log_kept(f, r_on, times, tau=np.pi) / len(times)
            errors.append(abs(rate / (r_on * forgetting(f)) - 1.0))
    return largest_of(errors)


@claim("phased-kept-100", tolerance=5e-3, states=0.4759, how="3000 units, 100 irregular times")
def kept_after_100() -> float:
    r"""A unit with $f = \sigma(1)$, $r_{on} = 0.05$ keeps this over 100 steps: geometric mean."""
    return kept_by_units(0.05)


def kept_by_units(r_on: float, T: int = 100, units: int = 3000) -> float:
    """The geometric mean over units with random periods and shifts of what T steps leave."""
    rng = np.random.default_rng(0)
    tau = np.exp(rng.uniform(np.log(2.0), np.log(50.0), units))
    s, f = tau * rng.random(units), 1.0 / (1.0 + np.exp(-1.0))
    return float(np.exp(log_kept(f, r_on, irregular(T)[:, None], tau, s) / units))


@lru_cache
def measured_lives(r_on: float | None) -> tuple[np.ndarray, np.ndarray]:
    return many_lives(r_on)


def life_left(r_on: float | None) -> float:
    """The gradient by the state 99 steps back, relative to that by the last."""
    return float(np.median(measured_lives(r_on)[0][:, 0]))


LIVES = "10 untrained networks of 32 units, 100 steps, forget bias 1: the median"
LEFT = {
    "lstm-life: What is left of the gradient by the state 99 steps back, in the LSTM.": Row(
        partial(life_left, None), 6.18e-3
    ),
    "phased-5-life: What is left of the gradient by the state 99 steps back, in the Phased LSTM "
    "with $r_{on} = 0.05$.": Row(partial(life_left, 0.05), 0.396),
    "phased-30-life: What is left of the gradient by the state 99 steps back, in the Phased LSTM "
    "with $r_{on} = 0.3$.": Row(partial(life_left, 0.3), 0.154),
}
claim_rows(LEFT, how=LIVES, source="U18-2.2a")


@claim(
    "phased-lives-apart",
    tolerance=1e-15,
    how=LIVES.removesuffix(": the median"),
    absolute="a count",
)
def every_seed_keeps_more() -> float:
    """In every network more of the gradient is left with either clock than without one."""
    plain = measured_lives(None)[0][:, 0]
    return float(sum((~(measured_lives(r_on)[0][:, 0] > plain)).sum() for r_on in (0.05, 0.3)))


@claim("phased-last-input", states=0.155, how=f"{LIVES}, last ten steps")
def recent_inputs_count_less() -> float:
    r"""Gradient by the latest inputs with $r_{on} = 0.05$, relative to that of the LSTM."""
    timed, plain = (np.median(measured_lives(r_on)[1][:, -10:]) for r_on in (0.05, None))
    return float(timed / plain)


@claim("phased-bias-2", states=2.55, how=LIVES.replace("bias 1", "bias 2"))
def lstm_with_a_large_bias() -> float:
    """With forget bias 2 the LSTM's gradient has grown after 99 steps back."""
    return float(np.median(many_lives(None, forget_bias=2.0)[0][:, 0]))


@claim("phased-nobody-hears", tolerance=3e-3, states=0.1937, how="200 000 networks of 32 units")
def nobody_hears() -> float:
    r"""Of 32 units with $r_{on} = 0.05$ a single event meets none open: probability $0.95^{32}$."""
    rng, shares = np.random.default_rng(0), []
    for _ in range(10):
        shifts = rng.uniform(0.0, 8.0, (20_000, 32))
        shares.append((phased.time_gate(100.0, 8.0, shifts, 0.05) == 0.0).all(axis=1).mean())
    return float(np.mean(shares))


@claim("phased-open-share", states=0.05, how="10 untrained networks, 100 steps")
def share_of_open_unit_steps() -> float:
    r"""The share of all units and steps at which $k > 0$, with $r_{on} = 0.05$."""
    shares = []
    for seed in range(10):
        params = untrained(seed, 0.05)[0]
        k = phased.time_gate(np.arange(1.0, 101.0)[:, None], *(params[name] for name in CLOCK))
        shares.append((k > 0).mean())
    return float(np.mean(shares))


# Memories behind a gate that opens now and then

FORGET = 0.5
MIDPOINTS = (np.arange(4000) + 0.5) / 4000


def mean_log_memory(times: np.ndarray, tau: float, r_on: float) -> float:
    """The logarithm of what is left of c = 1 after the events, averaged over one period of s."""
    c = np.ones_like(MIDPOINTS)
    for t in times:
        k = phased.time_gate(t, tau, tau * MIDPOINTS, r_on)
        c = k * (FORGET * c) + (1.0 - k) * c
    return np.log(c).mean()


@claim("gate-life", shows="eq-phased-life", tolerance=1e-6, how="10 clocks, 4000 shifts each")
def mean_memory() -> float:
    """Averaged over the shift, the memory that is left depends on the open share alone."""
    rng = np.random.default_rng(0)
    times = np.cumsum(rng.exponential(2.0, size=16))
    clocks = np.stack([rng.uniform(1.0, 32.0, size=10), rng.uniform(0.02, 0.98, size=10)], axis=1)
    measured = np.array([mean_log_memory(times, *clock) for clock in clocks])
    return relative_error(measured, -len(times) * clocks[:, 1] * (1.0 - np.log(2.0)))


@claim("gate-life-longer", states=45.2, how="the mean memory of one such gate")
def longer_life() -> float:
    """Open for 5 % of the time, a gate makes the memory live 45.2 times as many events."""
    times = np.arange(1.0, 17.0)
    return len(times) * np.log(FORGET) / mean_log_memory(times, tau=8.0, r_on=0.05)
