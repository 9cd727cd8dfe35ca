"""What chapter 01 says of bounded inputs, of radius 1, and of memory, measured."""

import numpy as np

from rnncourse.analysis import gain, power_norms
from rnncourse.byhand import linear
from rnncourse.byhand.gradcheck import relative_error
from rnncourse.chapters.linear_recurrences.cases import (
    gaussian_measures,
    half_life,
    random_recurrence,
    rotation,
    worst_input,
)

UNIT = np.ones((1, 1))
LIMIT = "the recursion, 2000 steps"
GAUSSIAN = "10 matrices of 100 rows, independent entries of variance 1/100: the mean"


def limit_of_constant_input() -> float:
    r"""Under a constant input the state tends to $(I-W)^{-1}A\,x$, whatever the start."""
    errors = []
    for seed in range(10):
        W, A, x, h0 = random_recurrence(seed)
        h = linear.states(W, A, np.repeat(x[:1], 2000, axis=0), h0)[-1]
        errors.append(relative_error(np.linalg.solve(np.eye(5) - W, A @ x[0]), h))
    return max(errors)


def gain_is_a_bound_and_is_reached() -> float:
    """No input within ±1 drives a state beyond $G$, random or worst, and the worst reaches it."""
    worst = 0.0
    for seed in range(10):
        W, A, _, _ = random_recurrence(seed)
        G = gain(W, A)
        signs, unit = worst_input(W, A, 600)
        reached = linear.states(W, A, signs)[-1, unit]
        random = np.random.default_rng(seed).uniform(-1.0, 1.0, (600, 3))
        seen = max(np.abs(linear.states(W, A, x)).max() for x in (random, signs))
        worst = max(worst, seen / G - 1.0, abs(reached / G - 1.0))
    return worst


def bucket() -> float:
    """With $W = 1$ and $Ax = 1$ the state counts: after 1000 steps it is 1000."""
    return float(linear.states(UNIT, UNIT, np.ones((1000, 1)))[-1, 0])


def leaky_bucket() -> float:
    """With $W = 0.99$ and $Ax = 1$ the state fills up to 100."""
    return float(linear.states(0.99 * UNIT, UNIT, np.ones((5000, 1)))[-1, 0])


def two_counters() -> float:
    r"""With 1 on the diagonal and 1 beside it, $\lVert W^{1000}\rVert_2$."""
    return float(power_norms(np.array([[1.0, 1.0], [0.0, 1.0]]), 1000)[-1])


def resonance() -> float:
    """A turn by 30 degrees that is pushed along at every step is at distance $t$ after $t$."""
    W, t = rotation(np.pi / 6), np.arange(1, 1001)
    pushes = np.column_stack([np.cos(t * np.pi / 6), np.sin(t * np.pi / 6)])
    distance = np.linalg.norm(linear.states(W, np.eye(2), pushes), axis=1)
    return float(np.abs(distance / t - 1.0).max())


def out_of_step() -> float:
    """The same turn pushed always in one direction: the largest distance in 1000 steps."""
    pushes = np.tile([1.0, 0.0], (1000, 1))
    h = linear.states(rotation(np.pi / 6), np.eye(2), pushes)
    return float(np.linalg.norm(h, axis=1).max())


def turns_keep_length() -> float:
    """An orthogonal matrix of 50 rows keeps the length of a vector over 1000 steps."""
    rng = np.random.default_rng(0)
    Q, _ = np.linalg.qr(rng.standard_normal((50, 50)))
    v = rng.standard_normal(50)
    after = np.linalg.matrix_power(Q, 1000) @ v
    return float(np.linalg.norm(after) / np.linalg.norm(v) - 1.0)


def turn_and_shrink() -> float:
    r"""The $t$-th power turns by $t\theta$ and shrinks by $r^t$, and has these eigenvalues."""
    W, errors = rotation(0.7, 0.9), []
    for t in range(1, 31):
        power = np.linalg.matrix_power(W, t)
        errors.append(relative_error(rotation(0.7 * t, 0.9**t), power))
    expected = np.sort_complex(0.9 * np.exp([-0.7j, 0.7j]))
    return max(*errors, float(np.abs(np.sort_complex(np.linalg.eigvals(W)) - expected).max()))


def half_life_formula() -> float:
    r"""$\ln\frac12/\ln|\lambda|$ steps halve what an eigenvalue multiplies."""
    sizes = (0.1, 0.5, 0.9, 0.99, 0.999)
    return max(abs(half_life(r) * np.log(r) / np.log(0.5) - 1.0) for r in sizes)


GAIN = "random inputs and the worst one, 10 recurrences"
# id: (measured by, everything that the registry asks for)
MEASURES = {
    "linear-limit": (
        limit_of_constant_input,
        {"shows": "eq-linear-limit", "tolerance": 1e-9, "how": LIMIT},
    ),
    "linear-gain": (
        gain_is_a_bound_and_is_reached,
        {"shows": "eq-linear-gain", "tolerance": 1e-9, "how": GAIN, "source": "D-1.1"},
    ),
    "bucket": (
        bucket,
        {"states": 1000, "tolerance": 1e-9, "how": "the recursion", "source": "W13, R4-03"},
    ),
    "leaky-bucket": (
        leaky_bucket,
        {"states": 100, "tolerance": 1e-9, "how": "the recursion, 5000 steps", "source": "R4-03"},
    ),
    "two-counters": (
        two_counters,
        {"states": 1000.001, "tolerance": 1e-4, "how": "powers of the matrix"},
    ),
    "resonance": (resonance, {"tolerance": 1e-9, "how": LIMIT.replace("2000", "1000")}),
    "out-of-step": (
        out_of_step,
        {"states": 3.8637, "tolerance": 1e-4, "how": LIMIT.replace("2000", "1000")},
    ),
    "turns-keep-length": (
        turns_keep_length,
        {"tolerance": 1e-9, "how": "an orthogonal matrix of 50 rows", "source": "R4-03"},
    ),
    "turn-and-shrink": (
        turn_and_shrink,
        {"shows": "eq-linear-rotation", "tolerance": 1e-12, "how": "powers of the matrix"},
    ),
    "half-life": (
        half_life_formula,
        {"shows": "eq-linear-half-life", "tolerance": 1e-9, "how": "bisection, five sizes"},
    ),
    **{
        f"half-life-{size:g}": (
            lambda size=size: half_life(size),
            {"states": steps, "tolerance": tolerance, "how": "bisection"},
        )
        for size, steps, tolerance in ((0.9, 6.58, 5e-3), (0.99, 68.97, 5e-3), (0.999, 692.8, 0.05))
    },
    **{
        f"gaussian-{name}": (
            lambda name=name: gaussian_measures()[name],
            {"states": value, "tolerance": 5e-3, "how": GAUSSIAN},
        )
        for name, value in (("radius", 1.065), ("norm", 1.95), ("peak", 2.20))
    },
}
STATEMENTS = {
    "half-life-0.9": "Steps in which an eigenvalue of size 0.9 halves what it multiplies.",
    "half-life-0.99": "Steps in which an eigenvalue of size 0.99 halves what it multiplies.",
    "half-life-0.999": "Steps in which an eigenvalue of size 0.999 halves what it multiplies.",
    "gaussian-radius": "The spectral radius of a random Gaussian matrix.",
    "gaussian-norm": "The norm of a random Gaussian matrix.",
    "gaussian-peak": "The largest norm of a power of the matrix, scaled to the radius 0.95.",
}
