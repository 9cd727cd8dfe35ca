"""Claims: linear recurrences and stability."""

from functools import cache, partial

import numpy as np

from rnncourse.analysis import (
    gain,
    growth_rates,
    power_norms,
    spectral_radius,
    stretched_bound,
    transient_peak,
)
from rnncourse.byhand import linear
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.chapters.linear_recurrences.cases import (
    DIES,
    EXPLODES,
    SLOW,
    STAYS,
    SWING,
    random_recurrence,
    rotation,
    worked_example,
    worst_input,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

RECURSION = "the recursion, step by step"
DIFFERENCES = "central differences"
SINGULAR = "singular values"
POWERS = "powers of the matrix"
MATRICES = "200 random matrices of 2 to 10 rows, spectral radius 0.8 to 1.2"
RADII = (0.8, 0.9, 0.95, 1.05, 1.1, 1.2)
NORM = partial(np.linalg.norm, ord=2)
power = np.linalg.matrix_power
by_recursion = partial(claim, tolerance=1e-9, how=RECURSION)
by_powers = partial(claim, how=POWERS)
UNIT = np.ones((1, 1))


@by_recursion("linear-closed-form", shows="eq-linear-closed", tolerance=1e-12, source="D-1.1")
def closed_form() -> float:
    """The start and every input, each with its own power of $W$, add up to the state."""
    drawn = [random_recurrence(seed, T=seed + 1) for seed in range(20)]
    return largest_of(relative_error(linear.closed_form(*r), linear.states(*r)[-1]) for r in drawn)


@by_recursion("linear-pencil", states=3.5, tolerance=1e-12)
def pencil() -> float:
    """Half of a memory of 4, plus the inputs 1 and 2: after two steps it is 3.5, by the sum."""
    return linear.closed_form(0.5 * UNIT, UNIT, np.array([[1.0], [2.0]]), np.array([4.0])).item()


@by_recursion("linear-impulse", shows="eq-linear-impulse", tolerance=1e-12)
def impulse_response() -> float:
    """One input alone, at step 4, is seen in the state of step $t$ as $W^{t-4}A$ times it."""
    W, A, x, _ = random_recurrence()
    columns = []
    for j in range(3):
        pulse = np.zeros_like(x)
        pulse[3, j] = 1.0
        columns.append(linear.states(W, A, pulse)[3:])
    expected = linear.impulse_response(W, A, len(x) - 3)
    return relative_error(expected, np.stack(columns, axis=2))


@claim("linear-gradient", shows="eq-grad-linear", tolerance=1e-9, how=DIFFERENCES, source="D-1.1")
def gradient_through_time() -> float:
    """The derivatives of the last state by every earlier state and by every input."""
    W, A, x, h0 = random_recurrence()
    h = [h0, *linear.states(W, A, x, h0)]
    T, errors = len(x), []
    for k in range(T + 1):
        start, rest = h[k].copy(), x[k:].copy()

        def end(i, start=start, rest=rest):
            return (linear.states(W, A, rest, start)[-1] if len(rest) else start)[i]

        by_state = [precise_gradient(partial(end, i), start) for i in range(5)]
        errors.append(relative_error(power(W, T - k), np.array(by_state)))
        if len(rest):
            by_input = [precise_gradient(partial(end, i), rest)[0] for i in range(5)]
            errors.append(relative_error(power(W, T - k - 1) @ A, np.array(by_input)))
    return largest_of(errors)


@by_recursion("linear-diagonal", shows="eq-linear-diagonal")
def in_the_basis_of_eigenvectors() -> float:
    """In the basis of its eigenvectors the recurrence is $n$ scalar ones."""
    W, A, x, h0 = random_recurrence()
    eigenvalues, V = np.linalg.eig(W)
    z, B = np.linalg.solve(V, h0), np.linalg.solve(V, A.astype(complex))
    for x_t in x:
        z = eigenvalues * z + B @ x_t
    return relative_error(V @ z, linear.states(W, A, x, h0)[-1])


@claim("same-norm", tolerance=1e-12, how=SINGULAR, source="W12")
def three_matrices_of_one_norm() -> float:
    """The three matrices of the figure have the norm 2."""
    return largest_of(abs(NORM(W) / 2.0 - 1.0) for W in (DIES, STAYS, EXPLODES))


@by_powers("three-fates", tolerance=1e-12, source="W12")
def three_fates() -> float:
    r"""After 100 steps: $\lVert W^t\rVert_2$ below $10^{-12}$; equal to 1; equal to $2^{100}$."""
    dies, stays, explodes = (power_norms(W, 100)[100] for W in (DIES, STAYS, EXPLODES))
    return largest_of(dies, abs(stays - 1.0), abs(explodes / 2.0**100 - 1.0))


def fate_is_misjudged(seed: int) -> tuple[bool, bool, bool]:
    """One random matrix: is it stable, does the radius misjudge W^2000, does the norm?"""
    rng = np.random.default_rng(seed)
    n, radius = int(rng.integers(2, 11)), float(rng.choice(RADII))
    W = random_recurrence(rng, n=n, radius=radius)[0]
    faded = bool(NORM(power(W, 2000)) < 1e-6)
    return radius < 1, faded != (radius < 1), faded != bool(NORM(W) < 1)


@claim("radius-decides", tolerance=0.5, how=f"{MATRICES}: powers to t = 2000", source="D-1.1")
def radius_decides() -> float:
    """The number of matrices whose powers do otherwise than their spectral radius says."""
    return float(sum(fate_is_misjudged(seed)[1] for seed in range(200)))


@claim("norm-misjudges", states=0.9398, how=f"{MATRICES}: those below 1")
def norm_misjudges() -> float:
    """The share of the stable ones that the norm calls unstable."""
    judged = [fate_is_misjudged(seed) for seed in range(200)]
    return float(np.mean([wrong for stable, _, wrong in judged if stable]))


@by_powers("stretched-bound", shows="eq-linear-stretch", tolerance=1e-9)
def stretched_bound_holds() -> float:
    """In 40 random matrices the bound holds to $t = 300$, and for small $s$ it tends to zero."""
    worst = 0.0
    for seed in range(40):
        W = random_recurrence(seed, n=2 + seed % 5)[0]
        norms, t = power_norms(W, 300), np.arange(301)
        for s in (1.0, 0.3, 0.1, 0.03):
            factor, rate = stretched_bound(W, s)
            worst = largest_of(worst, float((norms / (factor * rate**t)).max()) - 1.0)
        worst = largest_of(
            worst, rate - 0.99
        )  # not vacuous: s = 0.03 sees that radius 0.9 is below 1
    return worst


@claim("other-units", states=0.5525, how=SINGULAR, source="R4-02")
def other_units() -> float:
    """The norm of the same recurrence when its first state is counted in hundreds."""
    units = np.diag([0.01, 1.0])
    return float(NORM(units @ SWING @ np.linalg.inv(units)))


@claim("swing-norm", states=10.0249378106, how=SINGULAR, source="R4-02")
def swing_norm() -> float:
    """The norm of the matrix with 0.5 on its diagonal and 10 beside it."""
    return float(NORM(SWING))


@by_powers("swing-powers", shows="eq-linear-jordan", tolerance=1e-12, source="R4-02")
def swing_powers() -> float:
    """The closed form of the powers of both examples, and of their norms, to $t = 60$."""
    errors = []
    for W in (SWING, SLOW):
        size, beside = W[0]
        for t in range(1, 61):
            a, c = size**t, beside * t * size ** (t - 1)
            norm = 0.5 * (c + np.sqrt(c**2 + 4.0 * a**2))
            errors.append(relative_error(power(W, t), np.array([[a, c], [0.0, a]])))
            errors.append(abs(norm / NORM(power(W, t)) - 1.0))
    return largest_of(errors)


def steps_below_one(W: np.ndarray, T: int) -> int:
    """The first step from which all norms up to T stay below 1."""
    return int(np.flatnonzero(power_norms(W, T) >= 1.0)[-1]) + 1


@by_powers("swing-below-one", states=8, source="R4-02")
def swing_below_one() -> float:
    """The step from which the norm of the power of that matrix is below 1."""
    return steps_below_one(SWING, 200)


@by_powers("swing-at-60", states=1.04e-15, source="W12")
def swing_at_sixty() -> float:
    r"""$\lVert W^{60}\rVert_2$ of that matrix."""
    return float(NORM(power(SWING, 60)))


@by_powers("slow-peak", states=22.65, source="R4-02")
def slow_peak() -> float:
    """The largest norm of a power of the matrix with 0.95 on its diagonal and 3 beside it."""
    return transient_peak(SLOW, 600).norm


@by_powers("slow-peak-step", states=19, source="R4-02")
def slow_peak_step() -> float:
    """The step at which that largest norm stands."""
    return transient_peak(SLOW, 600).step


@by_powers("slow-below-one", states=115, source="R4-02")
def slow_below_one() -> float:
    """The step from which its norm is below 1."""
    return steps_below_one(SLOW, 600)


@claim("power-sandwich", shows="eq-linear-sandwich", tolerance=1e-9, how=MATRICES, source="W12")
def between_radius_and_norm() -> float:
    r"""How far $\lVert W^t\rVert_2$ leaves $\rho^t \dots \lVert W\rVert_2^t$, $t$ to 30."""
    worst, t = 0.0, np.arange(31)
    for seed in range(200):
        W = random_recurrence(seed, n=2 + seed % 9, radius=RADII[seed % 6])[0]
        norms = power_norms(W, 30)
        worst = largest_of(worst, float((spectral_radius(W) ** t / norms).max()) - 1.0)
        worst = largest_of(worst, float((norms / NORM(W) ** t).max()) - 1.0)
    return worst


@claim("gelfand", shows="eq-linear-gelfand", tolerance=1e-4, how="20 matrices, t = 2^20")
def gelfand() -> float:
    r"""$\lVert W^t\rVert_2^{1/t}$ is the spectral radius when $t$ is a million."""
    random = [random_recurrence(seed, radius=1.1)[0] for seed in range(18)]
    return largest_of(
        abs(growth_rates(W, 20)[-1] / spectral_radius(W) - 1.0) for W in (*random, SWING, SLOW)
    )


@claim("normal-no-gap", tolerance=1e-9, how="symmetric, orthogonal and other normal matrices")
def normal_matrices_have_no_gap() -> float:
    r"""For normal matrices $\lVert W^t\rVert_2 = \rho^t$, for $t$ to 50."""
    worst = 0.0
    for seed in range(20):
        G = np.random.default_rng(seed).standard_normal((4, 4))
        Q, _ = np.linalg.qr(G)
        blocks = np.zeros((4, 4))
        blocks[:2, :2], blocks[2:, 2:] = rotation(seed, 0.9), rotation(1.0, 0.5)
        for W in (0.3 * (G + G.T), 0.95 * Q, Q @ blocks @ Q.T):
            ratio = power_norms(W, 50) / spectral_radius(W) ** np.arange(51)
            worst = largest_of(worst, float(np.abs(ratio - 1.0).max()))
    return worst


@claim("linear-limit", shows="eq-linear-limit", tolerance=1e-9, how="the recursion, 2000 steps")
def limit_of_constant_input() -> float:
    r"""Under a constant input the state tends to $(I-W)^{-1}A\,x$, whatever the start."""
    errors = []
    for seed in range(10):
        W, A, x, h0 = random_recurrence(seed)
        h = linear.states(W, A, np.repeat(x[:1], 2000, axis=0), h0)[-1]
        errors.append(relative_error(np.linalg.solve(np.eye(5) - W, A @ x[0]), h))
    return largest_of(errors)


INPUTS = "random inputs and the worst one, 10 recurrences"


@claim("linear-gain", shows="eq-linear-gain", tolerance=1e-9, how=INPUTS, source="D-1.1")
def gain_is_a_bound_and_is_reached() -> float:
    """No input within ±1 drives a state beyond $G$, random or worst, and the worst reaches it."""
    worst = 0.0
    for seed in range(10):
        W, A, _, _ = random_recurrence(seed)
        G = gain(W, A)
        signs, unit = worst_input(W, A, 600)
        reached = linear.states(W, A, signs)[-1, unit]
        random = np.random.default_rng(seed).uniform(-1.0, 1.0, (600, 3))
        seen = largest_of(np.abs(linear.states(W, A, x)).max() for x in (random, signs))
        worst = largest_of(worst, seen / G - 1.0, abs(reached / G - 1.0))
    return worst


@claim("bucket", tolerance=1e-9, states=1000, how="the recursion", source="W13, R4-03")
def bucket() -> float:
    """With $W = 1$ and $Ax = 1$ the state counts: after 1000 steps it is 1000."""
    return float(linear.states(UNIT, UNIT, np.ones((1000, 1)))[-1, 0])


@claim("leaky-bucket", tolerance=1e-9, states=100, how="the recursion, 5000 steps", source="R4-03")
def leaky_bucket() -> float:
    """With $W = 0.99$ and $Ax = 1$ the state fills up to 100."""
    return float(linear.states(0.99 * UNIT, UNIT, np.ones((5000, 1)))[-1, 0])


@by_powers("two-counters", tolerance=1e-4, states=1000.001)
def two_counters() -> float:
    r"""With 1 on the diagonal and 1 beside it, $\lVert W^{1000}\rVert_2$."""
    return float(power_norms(np.array([[1.0, 1.0], [0.0, 1.0]]), 1000)[-1])


@claim("resonance", tolerance=1e-9, how="the recursion, 1000 steps")
def resonance() -> float:
    """A turn by 30 degrees that is pushed along at every step is at distance $t$ after $t$."""
    W, t = rotation(np.pi / 6), np.arange(1, 1001)
    pushes = np.column_stack([np.cos(t * np.pi / 6), np.sin(t * np.pi / 6)])
    distance = np.linalg.norm(linear.states(W, np.eye(2), pushes), axis=1)
    return float(np.abs(distance / t - 1.0).max())


@claim("out-of-step", states=3.8637, how="the recursion, 1000 steps")
def out_of_step() -> float:
    """The same turn pushed always in one direction: the largest distance in 1000 steps."""
    pushes = np.tile([1.0, 0.0], (1000, 1))
    h = linear.states(rotation(np.pi / 6), np.eye(2), pushes)
    return float(np.linalg.norm(h, axis=1).max())


@claim("turns-keep-length", tolerance=1e-9, how="an orthogonal matrix of 50 rows", source="R4-03")
def turns_keep_length() -> float:
    """An orthogonal matrix of 50 rows keeps the length of a vector over 1000 steps."""
    rng = np.random.default_rng(0)
    Q, _ = np.linalg.qr(rng.standard_normal((50, 50)))
    v = rng.standard_normal(50)
    return float(np.linalg.norm(power(Q, 1000) @ v) / np.linalg.norm(v) - 1.0)


@by_powers("turn-and-shrink", shows="eq-linear-rotation", tolerance=1e-12)
def turn_and_shrink() -> float:
    r"""The $t$-th power turns by $t\theta$ and shrinks by $r^t$, and has these eigenvalues."""
    W, errors = rotation(0.7, 0.9), []
    for t in range(1, 31):
        errors.append(relative_error(rotation(0.7 * t, 0.9**t), power(W, t)))
    expected = np.sort_complex(0.9 * np.exp([-0.7j, 0.7j]))
    return largest_of(*errors, relative_error(np.sort_complex(np.linalg.eigvals(W)), expected))


def half_life(size: float) -> float:
    """Steps until an eigenvalue of this size has halved what it multiplies, by bisection."""
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if size**middle > 0.5 else (low, middle)
    return high


@claim("half-life", shows="eq-linear-half-life", tolerance=1e-9, how="bisection, five sizes")
def half_life_formula() -> float:
    r"""$\ln\frac12/\ln|\lambda|$ steps halve what an eigenvalue multiplies."""
    sizes = (0.1, 0.5, 0.9, 0.99, 0.999)
    return largest_of(abs(half_life(r) * np.log(r) / np.log(0.5) - 1.0) for r in sizes)


def halved(id: str, size: float, states: float) -> dict[str, Row]:
    statement = f"Steps in which an eigenvalue of size {size} halves what it multiplies."
    return {f"{id}: {statement}": Row(partial(half_life, size), states)}


claim_rows(
    halved("half-life-0.9", 0.9, 6.58),
    halved("half-life-0.99", 0.99, 68.97),
    halved("half-life-0.999", 0.999, 692.8),
    how="bisection",
)


@cache
def gaussian_matrices(n: int = 100) -> list[np.ndarray]:
    """Ten matrices with independent entries N(0, 1/n)."""
    draws = (np.random.default_rng(seed).standard_normal((n, n)) for seed in range(10))
    return [drawn / np.sqrt(n) for drawn in draws]


def gaussian_mean(measure) -> float:
    return float(np.mean([measure(W) for W in gaussian_matrices()]))


def scaled_peak(W: np.ndarray) -> float:
    """The largest norm of a power of W, scaled to the radius 0.95."""
    return transient_peak(0.95 / spectral_radius(W) * W, 20).norm


GAUSSIAN = {
    "gaussian-radius: The spectral radius of a random Gaussian matrix.": Row(
        partial(gaussian_mean, spectral_radius), 1.065
    ),
    "gaussian-norm: The norm of a random Gaussian matrix.": Row(partial(gaussian_mean, NORM), 1.95),
    "gaussian-peak: The largest norm of a power of the matrix, scaled to the radius 0.95.": Row(
        partial(gaussian_mean, scaled_peak), 2.20, 5e-3
    ),
}
claim_rows(GAUSSIAN, how="10 matrices of 100 rows, independent entries of variance 1/100: the mean")


def off_by(mistake: str) -> float:
    """How far the last state of a known mistake lies from the right one in the worked example."""
    wrong = wrong_answer("linear-closed-form", mistake)(*worked_example())
    right = linear.states(*worked_example())[-1]
    return float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


def slip(mistake: str, states: float) -> Row:
    known = ("linear-closed-form", mistake)
    return Row(partial(off_by, mistake), states, mistake=known)


SLIPS = {
    "linear-no-start: Leaving out the start $h^{(0)}$.": slip("no-start", 0.4632),
    "linear-power-too-high: One power too many on every input, $W^{t-k+1}$.": slip(
        "power-too-high", 0.6839
    ),
    "linear-power-too-low: One power too few on every input, $W^{t-k-1}$.": slip(
        "power-too-low", 289.899
    ),
    "linear-entrywise-power: Powers of the entries in place of powers of the matrix, on the start "
    "and every input.": slip("entrywise", 0.5922),
}
claim_rows(
    SLIPS,
    how="the worked example of backpropagation without tanh and bias, started at (1, −1, 0.5): "
    "relative error of the last state",
    source="D-1.1",
)
