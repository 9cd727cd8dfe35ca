"""Claims: vanishing and exploding gradients."""

from functools import partial
from itertools import product as pairs

import numpy as np

from rnncourse import analysis
from rnncourse.byhand import lstm, rnn, softmax
from rnncourse.byhand.examples import small_lstm, small_network
from rnncourse.byhand.gradcheck import numerical_gradient, precise_gradient, relative_error
from rnncourse.chapters.vanishing_gradients import cases
from rnncourse.chapters.vanishing_gradients.cases import FUNCTIONS, SEEDS, gaussian, scaled
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

DIFFERENCES = "central differences"
INVERSE = "100 random networks, 6 steps; the shortest row from the inverse of the product"
BELOW_ONE = "tanh and sigmoid, orthogonal and Gaussian, 25 networks each, 40 steps, drives 0 to 2"
AT_THE_LIMIT = "100 orthogonal, 100 Gaussian networks, 8 steps, unequal states; and at the limit"
ON_AVERAGE = "50 orthogonal networks, 8 steps, mean h² of 1/3 and one unit at h² = 0.9"
LATE = "the exponent between 2000 and 4000 steps from h = 1"
GAUSSIAN = "100 Gaussian networks of 16 units, ten steps, the median"
UNTRAINED = "five untrained LSTMs of 16 units, three steps, relative, the median"
by_differences = partial(claim, tolerance=1e-9, how=DIFFERENCES)


@by_differences("gradient-all-losses", shows="eq-grad-all-losses", source="D-1.2")
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


def extremes(factors: np.ndarray) -> tuple[float, float, float, float]:
    """∏σ_min, σ_min(P), ‖P‖, ∏σ_max of a product P; σ_min(P) is 1 over the norm of the inverse."""
    each = np.linalg.svd(factors, compute_uv=False)
    inverse = cases.product([np.linalg.inv(factor) for factor in factors[::-1]])
    smallest = 1.0 / np.linalg.norm(inverse, 2)
    longest = np.linalg.norm(cases.product(factors), 2)
    return each[:, -1].prod(), smallest, longest, each[:, 0].prod()


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
    how=INVERSE,
    source="D-1.2",
)
def bounds_hold() -> float:
    """No row comes out longer or shorter than the bounds allow: the worst relative excess."""
    worst = 0.0
    for seed in range(100):
        factors, W, gamma = random_network(seed)
        low, shortest, longest, high = extremes(factors)
        each, of_W = (np.linalg.svd(M, compute_uv=False) for M in (factors, W))
        smallest_slopes = np.abs(factors / W).max(axis=2).min(axis=1)
        worst = largest_of(
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
                four = np.array(extremes(at_steepest(name, beta / function.gamma)))
                errors.append(np.abs(four / beta**20 - 1.0).max())
    return largest_of(errors)


@claim("vanishing-is-certain", shows="eq-certain", tolerance=1e-12, how=BELOW_ONE, source="D-1.2")
def vanishing_is_certain() -> float:
    r"""With $\gamma\lVert W_{hh}\rVert_2 = 0.9$ no nudge is left above $0.9^k$."""
    worst = 0.0
    for name, kind in pairs(("tanh", "sigmoid"), (cases.orthogonal, gaussian)):
        matrix = cases.of_norm(0.9 / FUNCTIONS[name].gamma, kind)
        for seed in range(25):
            how = {"n": 8, "noise": seed / 12.0, "function": name, "start": 1.0}
            left = cases.norms_onward(cases.driven(matrix, seed, 40, **how))
            worst = largest_of(worst, (left / 0.9 ** np.arange(1, 41)).max() - 1.0)
    return worst


def with_squares(W: np.ndarray, rng: np.random.Generator, squares: np.ndarray) -> np.ndarray:
    r"""Eight Jacobians of a tanh network whose states have these squares (9, n), signs drawn.

    Inputs that lead there exist for every W: the drive $\text{artanh}\,h_t - W h_{t-1}$.
    """
    return cases.steps(W, np.sqrt(squares) * rng.choice([-1.0, 1.0], squares.shape))


def least_stretching(kind, rng: np.random.Generator, smallest: float) -> np.ndarray:
    """A matrix of this kind and 6 units, scaled to this smallest singular value."""
    W = kind(rng, 6)
    return smallest * W / np.linalg.svd(W, compute_uv=False)[-1]


@claim("survival-is-certain", shows="eq-survival", tolerance=1e-12, how=AT_THE_LIMIT)
def survival_is_certain() -> float:
    r"""With $\sigma_{\min}(W_{hh}) = 1.5$ and every $h_a^2 \le 1/3$ no nudge shrinks."""
    shrunk, kept = 0.0, 0.0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        for kind in (cases.orthogonal, gaussian):
            W = least_stretching(kind, rng, 1.5)
            unequal = rng.uniform(0.0, 1.0, (9, 6)) ** (seed % 3) / 3.0  # all equal for each third
            shortest = extremes(with_squares(W, rng, unequal))[1]
            shrunk = largest_of(shrunk, 1.0 - shortest)
            if kind is cases.orthogonal and seed % 3 == 0:
                kept = largest_of(kept, shortest - 1.0)
    return largest_of(shrunk, kept)  # the orthogonal ones at the limit reach the bound


@claim("survival-not-on-average", states=50.0, how=ON_AVERAGE)
def survival_needs_every_unit() -> float:
    r"""Networks in which some nudge shrinks, if $h_a^2 \le 1/3$ holds only on average."""
    count = 0
    for seed in range(50):
        rng = np.random.default_rng(seed)
        W = least_stretching(cases.orthogonal, rng, 1.5)
        squares = rng.uniform(0.5, 1.0, (9, 6))
        squares[:, 0] = 0.0
        squares *= (2.0 - 0.9) / squares.sum(axis=1, keepdims=True)  # the other five
        squares[:, 0] = 0.9
        count += extremes(with_squares(W, rng, squares))[1] < 1.0
    return float(count)


@claim("relu-vanishes", tolerance=1e-12, how="50 steps, states of 100 and more", source="W20")
def unbounded_values_vanish_too() -> float:
    r"""ReLU does not bound values; with $\lVert W_{hh}\rVert_2 = 0.9$ its gradient vanishes."""
    worst = 0.0
    for kind in (cases.orthogonal, gaussian):
        rng = np.random.default_rng(0)
        W = cases.of_norm(0.9, kind)(rng, 8)
        states = cases.walk(W, 100.0 + rng.standard_normal((50, 8)), np.zeros(8), "relu")
        if not states.max() >= 100.0:
            return np.inf
        left = cases.norms_onward(cases.steps(W, states, "relu"))
        worst = largest_of(worst, (left / 0.9 ** np.arange(1, 51)).max() - 1.0)
    return worst


@by_differences("relu-identity")
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
    "one-unit-decays", shows="eq-algebraic", tolerance=2e-3, states=-1.5, how=LATE, source="R4-08"
)
def algebraic_decay_of_one_unit() -> float:
    r"""One unit with $W_{hh} = 1$ and no input: a nudge fades like $t^{-3/2}$."""
    h = cases.one_unit(1.0, 1.0, 4000)[1:]
    left = np.cumsum(np.log(1.0 - h**2))
    return float((left[3999] - left[1999]) / np.log(2.0))


@by_differences("state-jacobians-multiply", shows="eq-state-jacobian")
def state_jacobians_multiply() -> float:
    """The product of an LSTM's Jacobians, h and c together, is the derivative over three steps."""
    import torch

    from rnncourse.cells import LSTMCell

    params, x, _, h0, c0 = small_lstm(T=3)
    cell = LSTMCell(3, 4, rng=np.random.default_rng(0)).double()
    cell.load_state_dict({name: torch.from_numpy(params[name]) for name in lstm.SHAPES})
    state = cell.State(h=torch.from_numpy(h0[None]), c=torch.from_numpy(c0[None]))
    whole = analysis.products(analysis.state_jacobians(cell, torch.from_numpy(x), state))[-1]
    start = np.concatenate([h0, c0])

    def end(a: int) -> float:
        cache = lstm.unroll(params, x, start[:4], start[4:])
        return np.concatenate([cache.h[-1], cache.c[-1]])[a]

    rows = [precise_gradient(lambda a=a: end(a), start) for a in range(8)]
    return relative_error(whole, np.array(rows))


def left_after(matrix, T=50, **how) -> float:
    """The median over five networks of what is left after T steps."""
    return float(np.median(cases.travel(matrix, T, **how)[:, -1]))


FIVE = "the median of five networks of 32 units, 50 steps, inputs of standard deviation 0.5"
TRAVELS = {
    "explosion: With $W_{hh}$ 3 × orthogonal a tanh network multiplies some nudge by this.": Row(
        partial(left_after, scaled(3.0)), 2.549e6, 5e3, source="W11"
    ),
    "travel-0.7: With $W_{hh}$ 0.7 × orthogonal this is left of the nudge that fades least.": Row(
        partial(left_after, scaled(0.7)), 1.373e-12
    ),
    "travel-1: With an orthogonal $W_{hh}$ and inputs, this is left of the nudge that fades "
    "least.": Row(partial(left_after, scaled(1.0)), 4.486e-6, source="W13"),
    "travel-1.5: With $W_{hh}$ 1.5 × orthogonal the slopes take about what the matrix gives.": Row(
        partial(left_after, scaled(1.5)), 3.439
    ),
}
claim_rows(TRAVELS, how=FIVE, source="D-1.2")
SIGMOIDS = {
    r"sigmoid-6: Sigmoid, $\lVert W_{hh}\rVert_2 = 6$: nothing is guaranteed, and nudges still "
    r"fade.": Row(partial(left_after, scaled(6.0), function="sigmoid"), 2.416e-3),
    r"sigmoid-12: Sigmoid, $\lVert W_{hh}\rVert_2 = 12$: some nudge "
    r"grows.": Row(partial(left_after, scaled(12.0), function="sigmoid"), 1919.0, 3.8),
}
claim_rows(SIGMOIDS, how=f"{FIVE}, sigmoid", source="R4-08")

SILENT = "the median of five tanh networks of 32 units, no input, h0 of standard deviation 1"


@claim("orthogonal-decay-200", states=0.1265, how=SILENT, source="R4-08")
def orthogonal_decay(T: int = 200) -> float:
    """A random orthogonal $W_{hh}$ without input: left after 200 steps."""
    return left_after(scaled(1.0), T, noise=0.0, start=1.0)


@claim("identity-decay-200", states=0.8929, how=SILENT)
def identity_decay() -> float:
    """With the identity as $W_{hh}$, which is orthogonal too: left after 200 steps."""
    return left_after(lambda rng, n: np.eye(n), 200, noise=0.0, start=1.0)


@claim("orthogonal-decay-exponent", states=-0.4936, how=SILENT, source="R4-08")
def orthogonal_decay_exponent() -> float:
    """Between 50 and 200 steps the largest singular value falls as a power of $t$."""
    return float(np.log(orthogonal_decay(200) / orthogonal_decay(50)) / np.log(4.0))


def alone(T: int) -> np.ndarray:
    """Length of the state, σ_min, and the cosine of the best nudge's end to the state: (5, 3)."""
    found = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        W, start = cases.orthogonal(rng, 32), rng.standard_normal(32)
        states = cases.walk(W, np.zeros((T, 32)), start)
        U, left, _ = np.linalg.svd(cases.product(cases.steps(W, states)))
        length = np.linalg.norm(states[-1])
        found.append((length, left[-1], abs(U[:, 0] @ states[-1]) / length))
    return np.array(found)


def exponent_alone(column: int) -> float:
    """The exponent between 50 and 200 steps of a column of ``alone``, by its median."""
    early, late = (np.median(alone(T)[:, column]) for T in (50, 200))
    return float(np.log(late / early) / np.log(4.0))


ALONE = {
    "orthogonal-state-exponent: The exponent with which the state itself becomes shorter.": Row(
        partial(exponent_alone, 0), -0.4949
    ),
    "orthogonal-fastest-exponent: The exponent of the smallest singular value.": Row(
        partial(exponent_alone, 1), -1.491
    ),
    "orthogonal-best-turns: The cosine between the state after 200 steps and what is left there "
    "of the best nudge.": Row(lambda: float(np.median(alone(200)[:, 2])), 0.0274),
}
claim_rows(ALONE, how=SILENT)


def middle_direction(matrix) -> float:
    """The median singular value of 20 steps with small inputs, over directions and networks."""
    return float(np.median(cases.spectrum(matrix, noise=0.05)))


MIDDLE = {
    "middle-orthogonal: Orthogonal $W_{hh}$, small inputs: what twenty steps leave in the middle "
    "direction.": Row(partial(middle_direction, scaled(1.0)), 0.7121),
    "middle-gaussian: Gaussian $W_{hh}$, small inputs: what twenty steps leave in the middle "
    "direction.": Row(partial(middle_direction, gaussian), 2.242e-4),
}
claim_rows(
    MIDDLE,
    how="five networks of 32 units, inputs of standard deviation 0.05, the median",
    source="D-1.2",
)


@claim("norm-above-one", states=1024.0, how=DIFFERENCES, source="W10")
def doubling() -> float:
    """One unit with $W_{hh} = 2$ at $h = 0$: ten steps multiply a nudge by $2^{10}$."""
    start = np.zeros(1)
    nudged = partial(cases.walk, np.full((1, 1), 2.0), np.zeros((10, 1)), start)
    return float(
        numerical_gradient(lambda: nudged()[-1, 0], start, eps=1e-8)[0]
    )  # tanh is straight


@claim("gaussian-above-one", states=200.0, how="200 matrices of 32 units", source="W10")
def gaussians_above_one() -> float:
    """Of 200 Gaussian matrices with entries of variance $1/n$, so many have a norm above 1."""
    drawn = (gaussian(np.random.default_rng(seed), 32) for seed in range(200))
    return float(sum(np.linalg.norm(W, 2) > 1.0 for W in drawn))


@claim("norm-not-radius", states=1.041e-15, how="matrix powers", source="W12")
def norm_is_not_radius() -> float:
    """A matrix of norm 10 whose power 60 is next to nothing."""
    W = np.array([[0.5, 10.0], [0.0, 0.5]])
    return float(np.linalg.norm(np.linalg.matrix_power(W, 60), 2))


@claim("saturated-slope", states=0.1664, how=DIFFERENCES, source="W12")
def saturated_slope() -> float:
    r"""One unit with $W_{hh} = 2$ at rest at $h^* = \tanh 2h^*$ passes on so much of a nudge."""
    rest = cases.one_unit(2.0, 0.1, 200)[-1:]
    return float(numerical_gradient(lambda: cases.one_unit(2.0, rest[0], 1)[-1], rest)[0])


@claim("bounds-are-loose", states=244.6, how=GAUSSIAN, source="W12")
def looseness() -> float:
    """So many times too large is the product of the norms, for the norm of the product."""
    found = []
    for seed in range(100):
        factors = cases.driven(gaussian, seed, T=10, n=16)
        norm = np.linalg.norm(cases.product(factors), 2)
        found.append(np.linalg.norm(factors, 2, axis=(1, 2)).prod() / norm)
    return float(np.median(found))


@claim("lstm-h-blocks", states=0.9891, how=UNTRAINED, source="W32")
def product_of_h_blocks(T: int = 3, n: int = 16) -> float:
    """Multiplying only the blocks from $h$ to $h$ of an LSTM misses the way through $c$."""
    import torch

    from rnncourse.cells import LSTMCell

    errors = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        cell = LSTMCell(3, n, rng=rng).double()
        x = torch.from_numpy(rng.standard_normal((T, 3)))
        true = analysis.products(analysis.state_jacobians(cell, x))[-1][:n, :n]
        wrong = analysis.products(analysis.jacobians(cell, x))[-1]
        errors.append(np.linalg.norm(wrong - true) / np.linalg.norm(true))
    return float(np.median(errors))


def halvings(dtype) -> float:
    """How many halvings turn 1 into 0 in this kind of float."""
    left, count = dtype(1.0), 0
    while left > 0:
        left, count = dtype(left * dtype(0.5)), count + 1
    return float(count)


HALVINGS = {
    "float32-zero: Halved so often, 1 becomes 0 in float32.": Row(
        partial(halvings, np.float32), 150.0
    ),
    "float64-zero: Halved so often, 1 becomes 0 in float64.": Row(
        partial(halvings, np.float64), 1075.0
    ),
}
claim_rows(HALVINGS, how="NumPy, denormal numbers included", source="R1-08")
