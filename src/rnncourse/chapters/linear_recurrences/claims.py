"""Claims of chapter 01: linear recurrences and stability."""

from functools import partial

import numpy as np

from rnncourse.analysis import (
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
    RADII,
    SLIPS,
    SLOW,
    STAYS,
    SWING,
    fate_is_misjudged,
    off_by,
    random_recurrence,
    rotation,
    steps_below,
)
from rnncourse.chapters.linear_recurrences.cases_inputs import MEASURES, STATEMENTS
from rnncourse.claims.registry import claim

RECURSION = "the recursion, step by step"
POWERS = "powers of the matrix"
MATRICES = "200 random matrices of 2 to 10 rows, spectral radius 0.8 to 1.2"
NORM = partial(np.linalg.norm, ord=2)
power = np.linalg.matrix_power


@claim(
    "linear-closed-form", shows="eq-linear-closed", tolerance=1e-12, how=RECURSION, source="D-1.1"
)
def closed_form() -> float:
    """The start and every input, each with its own power of $W$, add up to the state."""
    errors = []
    for seed in range(20):
        recurrence = random_recurrence(seed, T=seed + 1)
        last = linear.states(*recurrence)[-1]
        errors.append(relative_error(linear.closed_form(*recurrence), last))
    return max(errors)


@claim("linear-impulse", shows="eq-linear-impulse", tolerance=1e-12, how=RECURSION)
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


@claim(
    "linear-gradient",
    shows="eq-grad-linear",
    tolerance=1e-9,
    how="central differences",
    source="D-1.1",
)
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
    return max(errors)


@claim("linear-diagonal", shows="eq-linear-diagonal", tolerance=1e-9, how=RECURSION)
def in_the_basis_of_eigenvectors() -> float:
    """In the basis of its eigenvectors the recurrence is $n$ scalar ones."""
    W, A, x, h0 = random_recurrence()
    eigenvalues, V = np.linalg.eig(W)
    z, B = np.linalg.solve(V, h0), np.linalg.solve(V, A.astype(complex))
    for x_t in x:
        z = eigenvalues * z + B @ x_t
    return relative_error(V @ z, linear.states(W, A, x, h0)[-1])


@claim("same-norm", tolerance=1e-12, how="singular values", source="W12")
def three_matrices_of_one_norm() -> float:
    """The three matrices of the figure have the norm 2."""
    return max(abs(NORM(W) - 2.0) for W in (DIES, STAYS, EXPLODES))


@claim("three-fates", tolerance=1e-12, how=POWERS, source="W12")
def three_fates() -> float:
    r"""After 100 steps: $\lVert W^t\rVert_2$ below $10^{-12}$; equal to 1; equal to $2^{100}$."""
    dies, stays, explodes = (power_norms(W, 100)[100] for W in (DIES, STAYS, EXPLODES))
    return max(dies, abs(stays - 1.0), abs(explodes / 2.0**100 - 1.0))


@claim("radius-decides", tolerance=0.5, how=f"{MATRICES}: powers to t = 2000", source="D-1.1")
def radius_decides() -> float:
    """The number of matrices whose powers do otherwise than their spectral radius says."""
    return float(sum(fate_is_misjudged(seed)[1] for seed in range(200)))


@claim("norm-misjudges", tolerance=1e-4, states=0.9398, how=f"{MATRICES}: those below 1")
def norm_misjudges() -> float:
    """The share of the stable ones that the norm calls unstable."""
    judged = [fate_is_misjudged(seed) for seed in range(200)]
    return float(np.mean([wrong for stable, _, wrong in judged if stable]))


@claim("stretched-bound", shows="eq-linear-stretch", tolerance=1e-9, how=POWERS)
def stretched_bound_holds() -> float:
    """In 40 random matrices the bound holds to $t = 300$, and for small $s$ it tends to zero."""
    worst = 0.0
    for seed in range(40):
        W = random_recurrence(seed, n=2 + seed % 5)[0]
        norms, t = power_norms(W, 300), np.arange(301)
        for s in (1.0, 0.3, 0.1, 0.03):
            factor, rate = stretched_bound(W, s)
            worst = max(worst, float((norms / (factor * rate**t)).max()) - 1.0)
        worst = max(worst, rate - 0.99)  # not vacuous: s = 0.03 sees that radius 0.9 is below 1
    return worst


@claim("other-units", tolerance=1e-4, states=0.5525, how="singular values", source="R4-02")
def other_units() -> float:
    """The norm of the same recurrence when its first state is counted in hundreds."""
    units = np.diag([0.01, 1.0])
    return float(NORM(units @ SWING @ np.linalg.inv(units)))


@claim("swing-norm", tolerance=1e-9, states=10.0249378106, how="singular values", source="R4-02")
def swing_norm() -> float:
    """The norm of the matrix with 0.5 on its diagonal and 10 beside it."""
    return float(NORM(SWING))


@claim("swing-powers", shows="eq-linear-jordan", tolerance=1e-12, how=POWERS, source="R4-02")
def swing_powers() -> float:
    """The closed form of the powers of both examples, and of their norms, to $t = 60$."""
    errors = []
    for (size, beside), _ in (SWING, SLOW):
        W = np.array([[size, beside], [0.0, size]])
        for t in range(1, 61):
            a, c = size**t, beside * t * size ** (t - 1)
            norm = 0.5 * (c + np.sqrt(c**2 + 4.0 * a**2))
            errors.append(relative_error(power(W, t), np.array([[a, c], [0.0, a]])))
            errors.append(abs(norm / NORM(power(W, t)) - 1.0))
    return max(errors)


@claim("swing-below-one", tolerance=0.5, states=8, how=POWERS, source="R4-02")
def swing_below_one() -> float:
    """The step from which the norm of the power of that matrix is below 1."""
    return steps_below(SWING, 1.0, 200)


@claim("swing-at-60", tolerance=1e-17, states=1.04e-15, how=POWERS, source="W12")
def swing_at_sixty() -> float:
    r"""$\lVert W^{60}\rVert_2$ of that matrix."""
    return float(NORM(power(SWING, 60)))


@claim("slow-peak", tolerance=5e-3, states=22.65, how=POWERS, source="R4-02")
def slow_peak() -> float:
    """The largest norm of a power of the matrix with 0.95 on its diagonal and 3 beside it."""
    return transient_peak(SLOW, 600).norm


@claim("slow-peak-step", tolerance=0.5, states=19, how=POWERS, source="R4-02")
def slow_peak_step() -> float:
    """The step at which that largest norm stands."""
    return transient_peak(SLOW, 600).step


@claim("slow-below-one", tolerance=0.5, states=115, how=POWERS, source="R4-02")
def slow_below_one() -> float:
    """The step from which its norm is below 1."""
    return steps_below(SLOW, 1.0, 600)


@claim("power-sandwich", shows="eq-linear-sandwich", tolerance=1e-9, how=MATRICES, source="W12")
def between_radius_and_norm() -> float:
    r"""How far $\lVert W^t\rVert_2$ leaves $\rho^t \dots \lVert W\rVert_2^t$, $t$ to 30."""
    worst, t = 0.0, np.arange(31)
    for seed in range(200):
        W = random_recurrence(seed, n=2 + seed % 9, radius=RADII[seed % 6])[0]
        norms = power_norms(W, 30)
        worst = max(worst, float((spectral_radius(W) ** t / norms).max()) - 1.0)
        worst = max(worst, float((norms / NORM(W) ** t).max()) - 1.0)
    return worst


@claim("gelfand", shows="eq-linear-gelfand", tolerance=1e-4, how="20 matrices, t = 2^20")
def gelfand() -> float:
    r"""$\lVert W^t\rVert_2^{1/t}$ is the spectral radius when $t$ is a million."""
    random = [random_recurrence(seed, radius=1.1)[0] for seed in range(18)]
    return max(abs(growth_rates(W, 20)[-1] - spectral_radius(W)) for W in (*random, SWING, SLOW))


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
            worst = max(worst, float(np.abs(ratio - 1.0).max()))
    return worst


def register(id: str, measure, statement: str, **about) -> None:
    """A claim whose measuring function stands elsewhere."""
    measure.__doc__, measure.__module__ = statement, __name__
    claim(id, **about)(measure)


for _id, (_measure, _about) in MEASURES.items():
    register(_id, _measure, STATEMENTS.get(_id, _measure.__doc__), **_about)
EXAMPLE = "chapter 02's worked example without tanh and bias, started at (1, −1, 0.5)"
COUNTED = f"{EXAMPLE}: relative error of the last state"
for _id, (_states, _statement, _wrong) in SLIPS.items():
    _tolerance = 1e-3 if _states > 100 else 1e-4
    register(
        _id,
        partial(lambda wrong: off_by(wrong()), _wrong),
        _statement,
        states=_states,
        tolerance=_tolerance,
        how=COUNTED,
        source="D-1.1",
    )
