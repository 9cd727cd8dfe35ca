"""Claims of chapter 04: vanishing and exploding gradients."""

from functools import partial
from itertools import product

import numpy as np

from rnncourse.byhand import lstm, rnn, softmax
from rnncourse.byhand.examples import small_lstm, small_network
from rnncourse.byhand.gradcheck import numerical_gradient, precise_gradient, relative_error
from rnncourse.chapters.vanishing_gradients import cases
from rnncourse.chapters.vanishing_gradients import cases_clipping as clipping
from rnncourse.chapters.vanishing_gradients.cases import FUNCTIONS, gaussian
from rnncourse.chapters.vanishing_gradients.claims_table import STATED
from rnncourse.claims.registry import claim

DIFFERENCES = "central differences"


@claim(
    "gradient-all-losses",
    shows="eq-grad-all-losses",
    tolerance=1e-9,
    how=DIFFERENCES,
    source="D-1.2",
)
def sum_over_losses_and_steps() -> float:
    r"""Every loss sends a sum of journeys of its own: one term for each pair $i \le t$."""
    params, x, y, h0 = small_network()
    p, cache = rnn.forward(params, x, h0=h0)
    gradient = np.zeros_like(params["W_hh"])
    for t in range(len(x)):
        row = (softmax(p)[t] - np.eye(5)[y[t]]) @ params["W_ph"] / len(x)
        for i in range(t, -1, -1):
            depart = rnn.immediate_partial(cache.h[i], cache.h_prev[i])
            gradient += np.einsum("a,abc->bc", row, depart)
            row = row @ rnn.jacobian(params, cache.h[i])
    loss = partial(rnn.loss_and_gradients, params, x, y, "mean", h0=h0)
    return relative_error(gradient, precise_gradient(lambda: loss()[0], params["W_hh"]))


def random_network(seed: int, T: int = 6) -> tuple:
    """Jacobians, W and function of a small network: Gaussian or orthogonal, size 0.1 to 3."""
    rng = np.random.default_rng(seed)
    n, size = int(rng.integers(2, 7)), 10.0 ** rng.uniform(-1.0, 0.5)
    W = size * (gaussian, cases.orthogonal)[seed % 2](rng, n)
    name = ("tanh", "sigmoid")[seed // 2 % 2]
    states = cases.walk(W, 0.5 * rng.standard_normal((T, n)), np.zeros(n), name)
    return cases.steps(W, states, name), W, FUNCTIONS[name].gamma


@claim(
    "two-sided-bounds",
    shows=("eq-two-sided", "eq-step-bounds"),
    tolerance=1e-8,
    how="100 random networks, 6 steps; the shortest row from the inverse of the product",
    source="D-1.2",
)
def bounds_hold() -> float:
    """No row comes out longer or shorter than the bounds allow: the worst relative excess."""
    worst = 0.0
    for seed in range(100):
        factors, W, gamma = random_network(seed)
        low, shortest, longest, high = cases.extremes(factors)
        each, of_W = (np.linalg.svd(M, compute_uv=False) for M in (factors, W))
        smallest_slopes = np.abs(factors / W).max(axis=2).min(axis=1)
        worst = max(
            worst,
            low / shortest - 1.0,
            longest / high - 1.0,
            (each[:, 0] / (gamma * of_W[0])).max() - 1.0,
            (smallest_slopes * of_W[-1] / each[:, -1]).max() - 1.0,
        )
    return worst


def at_steepest(name: str, size: float, T: int = 20, n: int = 5) -> np.ndarray:
    """Jacobians of size × orthogonal where every sum is 0, so that every slope is γ."""
    W = size * cases.orthogonal(np.random.default_rng(0), n)
    h = FUNCTIONS[name].value(np.zeros(n))
    return cases.steps(W, cases.walk(W, np.tile(-W @ h, (T, 1)), h, name), name)


@claim("bounds-are-reached", tolerance=1e-12, how="orthogonal matrices, all sums zero, 20 steps")
def bounds_are_reached() -> float:
    r"""With all slopes $\gamma$ and $\beta/\gamma$ × orthogonal all four are equal to $\beta^k$."""
    errors = []
    for name, function in FUNCTIONS.items():
        if name != "relu":  # no slope at 0
            for beta in (0.9, 1.0, 1.2):
                four = np.array(cases.extremes(at_steepest(name, beta / function.gamma)))
                errors.append(np.abs(four / beta**20 - 1.0).max())
    return max(errors)


@claim(
    "vanishing-is-certain",
    shows="eq-certain",
    tolerance=1e-12,
    how="tanh and sigmoid, orthogonal and Gaussian, 25 networks each, 40 steps, drives 0 to 2",
    source="D-1.2",
)
def vanishing_is_certain() -> float:
    r"""With $\gamma\lVert W_{hh}\rVert_2 = 0.9$ no nudge is left above $0.9^k$."""
    worst = 0.0
    for name, kind in product(("tanh", "sigmoid"), (cases.orthogonal, gaussian)):
        matrix = cases.of_norm(0.9 / FUNCTIONS[name].gamma, kind)
        for seed in range(25):
            how = {"n": 8, "noise": seed / 12.0, "function": name, "start": 1.0}
            left = cases.norms_onward(cases.driven(matrix, seed, 40, **how))
            worst = max(worst, (left / 0.9 ** np.arange(1, 41)).max() - 1.0)
    return worst


def on_the_border(W: np.ndarray, rng: np.random.Generator, limit: float) -> np.ndarray:
    r"""Eight Jacobians of a tanh network whose states are all $\pm\sqrt{\text{limit}}$.

    Inputs that lead there exist for every W: the drive $\text{artanh}\,h_t - W h_{t-1}$.
    """
    return cases.steps(W, np.sqrt(limit) * rng.choice([-1.0, 1.0], (9, len(W))))


@claim(
    "survival-is-certain",
    shows="eq-survival",
    tolerance=1e-12,
    how="50 orthogonal and 50 Gaussian networks, 8 steps, every state at the limit",
)
def survival_is_certain() -> float:
    r"""With $\sigma_{\min}(W_{hh}) = 1.5$ and all $|h| = \sqrt{1/3}$ no nudge shrinks."""
    shrunk, kept = 0.0, 0.0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        for kind in (cases.orthogonal, gaussian):
            W = kind(rng, 6)
            W *= 1.5 / np.linalg.svd(W, compute_uv=False)[-1]
            shortest = cases.extremes(on_the_border(W, rng, 1.0 / 3.0))[1]
            shrunk = max(shrunk, 1.0 - shortest)
            if kind is cases.orthogonal:
                kept = max(kept, shortest - 1.0)
    return max(shrunk, kept)  # the orthogonal ones reach the bound


@claim("relu-vanishes", tolerance=1e-12, how="50 steps, states of 100 and more", source="W20")
def unbounded_values_vanish_too() -> float:
    r"""ReLU does not bound values; with $\lVert W_{hh}\rVert_2 = 0.9$ its gradient vanishes."""
    worst = 0.0
    for kind in (cases.orthogonal, gaussian):
        rng = np.random.default_rng(0)
        W = cases.of_norm(0.9, kind)(rng, 8)
        states = cases.walk(W, 100.0 + rng.standard_normal((50, 8)), np.zeros(8), "relu")
        if states.max() < 100.0:
            return np.inf
        left = cases.norms_onward(cases.steps(W, states, "relu"))
        worst = max(worst, (left / 0.9 ** np.arange(1, 51)).max() - 1.0)
    return worst


@claim("relu-identity", tolerance=1e-9, how=DIFFERENCES)
def identity_and_relu() -> float:
    """With ReLU and the identity as matrix, units that stay active keep a nudge as it is."""
    rng = np.random.default_rng(1)
    drive, start = 0.5 * rng.standard_normal((10, 6)), rng.uniform(1.0, 2.0, 6)
    states = cases.walk(np.eye(6), drive, start, "relu")
    active = (states[1:] > 0).all(axis=0)
    if active.all() or not active.any():
        return np.inf  # both kinds must be among the six
    rows = [
        numerical_gradient(lambda a=a: cases.walk(np.eye(6), drive, start, "relu")[-1, a], start)
        for a in range(6)
    ]
    return float(np.abs(np.array(rows) - np.diag(active * 1.0)).max())


@claim(
    "clipped-norm", shows="eq-clip", tolerance=1e-6, how="torch's clip_grad_norm_", source="U18-1.2"
)
def clipping_is_that_of_torch() -> float:
    """One factor for all parameters: the norm becomes c, the direction stays, torch agrees."""
    import torch

    grads, errors = clipping.exploding_gradient(), []
    for c in (1.0, 100.0, 1e6):
        clipped = clipping.clip_by_norm(grads, c)
        leaves = {name: torch.zeros(g.shape, dtype=torch.float64) for name, g in grads.items()}
        for name, leaf in leaves.items():
            leaf.grad = torch.from_numpy(grads[name].copy())
        torch.nn.utils.clip_grad_norm_(leaves.values(), c)
        theirs = {name: leaf.grad.numpy() for name, leaf in leaves.items()}
        errors += [relative_error(clipping.flat(clipped), clipping.flat(theirs))]
        errors += [abs(clipping.total_norm(clipped) / min(c, clipping.total_norm(grads)) - 1.0)]
    return max(errors)


@claim(
    "truncated-is-detached",
    shows="eq-grad-truncated",
    tolerance=1e-12,
    how="automatic differentiation (torch), cut by detach",
    source="W33",
)
def truncated_gradient() -> float:
    """The last k terms are what torch gives when the state k steps before the end is detached."""
    network = small_network(T=8)
    terms = rnn.gradient_contributions(*network)
    return max(
        relative_error(clipping.truncated(terms, k), clipping.detached_gradient(*network, k))
        for k in range(1, 9)
    )


@claim(
    "truncation-bound",
    shows="eq-truncation-bound",
    tolerance=1e-9,
    how="50 contracting networks, every window; reached by one small unit to 1e-3",
    source="D-1.2",
)
def truncation_is_bounded() -> float:
    r"""What truncation drops is at most the bound; one unit with small states comes near it."""
    networks = (clipping.network_for_truncation(0.3 + 0.012 * k, k, 12, 4) for k in range(50))
    worst = max(clipping.truncation_bounds(*network).max() for network in networks)
    params, x, y, _ = small_network(T=80, d=1, n=1)
    params |= {"W_hh": np.full((1, 1), 0.8), "b_h": np.zeros(1), "W_hx": np.full((1, 1), 2e-4)}
    near = clipping.truncation_bounds(params, 0.0 * x + 1.0, y, np.full(1, 1e-3))[4]
    return max(0.0, worst - 1.0) if 0.999 < near <= 1.0 else np.inf


@claim(
    "one-unit-decays",
    shows="eq-algebraic",
    tolerance=2e-3,
    states=-1.5,
    how="the exponent between 2000 and 4000 steps from h = 1",
    source="R4-08",
)
def algebraic_decay_of_one_unit() -> float:
    r"""One unit with $W_{hh} = 1$ and no input: a nudge fades like $t^{-3/2}$."""
    h = cases.one_unit(1.0, 1.0, 4000)[1:]
    left = np.cumsum(np.log(1.0 - h**2))
    return float((left[3999] - left[1999]) / np.log(2.0))


@claim("state-jacobians-multiply", shows="eq-state-jacobian", tolerance=1e-9, how=DIFFERENCES)
def state_jacobians_multiply() -> float:
    """The product of an LSTM's Jacobians, h and c together, is the derivative over three steps."""
    import torch

    from rnncourse import analysis
    from rnncourse.cells import LSTMCell

    params, x, _, h0, c0 = small_lstm(T=3)
    cell = LSTMCell(3, 4, rng=np.random.default_rng(0)).double()
    cell.load_state_dict({name: torch.from_numpy(params[name]) for name in lstm.SHAPES})
    state = cell.State(h=torch.from_numpy(h0[None]), c=torch.from_numpy(c0[None]))
    product = analysis.products(analysis.state_jacobians(cell, torch.from_numpy(x), state))[-1]
    start = np.concatenate([h0, c0])

    def end(a: int) -> float:
        cache = lstm.unroll(params, x, start[:4], start[4:])
        return np.concatenate([cache.h[-1], cache.c[-1]])[a]

    rows = [precise_gradient(lambda a=a: end(a), start) for a in range(8)]
    return relative_error(product, np.array(rows))


for _id, (_states, _how, _source, _statement, _measure) in STATED.items():
    _claimed = partial(_measure)
    _claimed.__doc__, _claimed.__module__ = _statement, __name__
    claim(_id, states=_states, tolerance=2e-3 * abs(_states), how=_how, source=_source)(_claimed)
