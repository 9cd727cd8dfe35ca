"""The wrong answers to the exercises of this chapter, by name.

W12, W13 and W41 are entries of the course's collection of wrong answers; the others are words.
"""

import numpy as np

from rnncourse.chapters.linear_recurrences.cases import rotation
from rnncourse.chapters.linear_recurrences.exercises import (
    DIES,
    FATES,
    GROWS,
    STAYS,
    closed_form,
    constant_input,
    fates,
    input_gradients,
    oscillator,
    peak,
    radius,
)
from rnncourse.exercises.registry import MISTAKES

power = np.linalg.matrix_power


def norm(W: np.ndarray) -> float:
    return float(np.linalg.norm(W, 2))


def judged_by(size):
    """The fates by some size of W: below 1 dies, 1 stays, above 1 grows."""

    def answer():
        sizes = [size(np.array(rows)) for rows, _ in FATES]
        return np.array([STAYS if np.isclose(s, 1.0) else GROWS if s > 1 else DIES for s in sizes])

    return answer


def near_one(W: np.ndarray) -> float:
    """The norm, where everything within 5 percent of 1 counts as 1."""
    return 1.0 if abs(norm(W) - 1.0) < 0.05 else norm(W)


def fates_with(**changed: int):
    """The right fates but for the matrices named, such as W5, counted from 1."""

    def answer():
        result = fates()
        for name, fate in changed.items():
            result[int(name[1:]) - 1] = fate
        return result

    return answer


BY_NORM = "the norm decides; it is only an upper bound, and [[0.5, 10], [0, 0.5]] dies out"
NEAR = "a norm near 1 is taken for stable; 1.01 to the power 1000 is 20959"
MISTAKES[fates] = {
    f"W12: {BY_NORM}": judged_by(norm),
    f"W13: {NEAR}": fates_with(W5=STAYS),
    f"W12 and W13: {BY_NORM}; and {NEAR}": judged_by(near_one),
    "W13: radius 1 is taken for stable; a turn keeps its length, and [[1, 1.5], [0, -1]] is its "
    "own inverse": (fates_with(W3=DIES, W6=DIES)),
    "W13: radius 1 is taken for stable, also in [[1, 1], [0, 1]], whose powers hold the number t": (
        fates_with(W3=DIES, W4=DIES, W6=DIES)
    ),
    "counters: radius 1 is taken for bounded; the powers of [[1, 1], [0, 1]] hold the number t": (
        fates_with(W4=STAYS)
    ),
    "border: radius 1 is taken for growth; a turn keeps every length, and the powers of [[1, "
    "1.5], [0, -1]] go to and fro between it and the identity": (fates_with(W3=GROWS, W6=GROWS)),
    **{
        f"matrix-{place}: matrix {place} is judged wrongly: {why}": tuple(
            fates_with(**{f"W{place}": fate})
            for fate in (DIES, STAYS, GROWS)
            if (fate, place) not in ((FATES[place - 1][1], place), (STAYS, 5), (STAYS, 4))
        )
        for place, why in {
            1: "both its eigenvalues are 0.5; the 10 only delays the end",
            2: "its square is 0",
            3: "it turns by a quarter and keeps every length",
            4: "its power t holds the number t in the corner",
            5: "1.01 is larger than 1",
            6: "its square is the identity",
            7: "its eigenvalues are 0.6 ± 0.3i, of size 0.67",
            8: "its eigenvalues are 0.7 ± 0.9i, of size 1.14",
        }.items()
    },
    "entries: the largest entry decides": judged_by(lambda W: np.abs(W).max()),
    "determinant: the determinant decides; it is the product of all eigenvalues": judged_by(
        lambda W: abs(np.linalg.det(W))
    ),
    "diagonal: the diagonal decides; its entries are the eigenvalues of triangular matrices only": (
        judged_by(lambda W: np.abs(np.diag(W)).max())
    ),
}


MISTAKES[radius] = {
    "W12: the norm is taken, which is an upper bound": norm,
    "frobenius: np.linalg.norm(W) is the Frobenius norm": np.linalg.norm,
    "no-absolute-value: the largest real part is taken in place of the largest absolute value": (
        lambda W: np.linalg.eigvals(W).real.max()
    ),
    "real-parts: the imaginary parts of the eigenvalues are dropped": (
        lambda W: np.abs(np.linalg.eigvals(W).real).max()
    ),
    "mean: the mean size of the eigenvalues is taken": (
        lambda W: np.abs(np.linalg.eigvals(W)).mean()
    ),
    "all: the sizes of all eigenvalues are returned, not the largest": (
        lambda W: np.abs(np.linalg.eigvals(W))
    ),
    "smallest: the smallest eigenvalue is taken": lambda W: np.abs(np.linalg.eigvals(W)).min(),
    "symmetric: eigvalsh reads W as a symmetric matrix": (
        lambda W: np.abs(np.linalg.eigvalsh(W)).max()
    ),
    "entry: the largest entry is taken": lambda W: np.abs(W).max(),
    "row-sum: the largest row sum is taken, which is a norm": lambda W: np.abs(W).sum(1).max(),
}


def peak_of(size, first: int = 0):
    """The pair (t, size) for another size of the powers, or from another first step."""

    def answer(W, T):
        sizes = [size(power(W, t)) for t in range(first, T + 1)]
        return np.array([first + np.argmax(sizes), np.max(sizes)])

    return answer


def norms(W, T) -> list:
    return [norm(power(W, t)) for t in range(T + 1)]


MISTAKES[peak] = {
    "W12: the norm of W itself is taken for the peak": lambda W, T: np.array([1, norm(W)]),
    "W12: the bound ‖W‖^T is taken for the norm of W^T": lambda W, T: np.array([T, norm(W) ** T]),
    "no-step-0: W^0, the identity, is not looked at": peak_of(norm, first=1),
    "step: the step is counted from 1, so that W^0 is step 1": (
        lambda W, T: peak(W, T) + np.array([1, 0])
    ),
    "frobenius: np.linalg.norm(W) is the Frobenius norm": peak_of(np.linalg.norm),
    "entry: the largest entry is taken for the norm": peak_of(lambda W: np.abs(W).max()),
    "last-left-out: W^T itself is left out: range(T) ends at T − 1": (lambda W, T: peak(W, T - 1)),
    "deepest: the smallest norm is looked for, not the largest": (
        lambda W, T: np.array([np.argmin(norms(W, T)), np.min(norms(W, T))])
    ),
    "deepest: the step is that of the smallest norm": (
        lambda W, T: np.array([np.argmin(norms(W, T)), np.max(norms(W, T))])
    ),
    "deepest: the norm is the smallest, not the one at the peak": (
        lambda W, T: np.array([np.argmax(norms(W, T)), np.min(norms(W, T))])
    ),
    "mean: the norms are averaged, not compared": (
        lambda W, T: np.array([np.argmax(norms(W, T)), np.mean(norms(W, T))])
    ),
    "order: the norm is returned before the step": lambda W, T: peak(W, T)[::-1],
    "column-sum: np.linalg.norm(W, 1) is the largest column sum, not the 2-norm": peak_of(
        lambda W: np.linalg.norm(W, 1)
    ),
    "radius: the spectral radius of the powers is taken for their norm": peak_of(radius),
}


MISTAKES[oscillator] = {
    "clockwise: it turns the other way": lambda p, h: oscillator(p, h).T,
    "half: the length halves at every step": lambda p, h: rotation(2 * np.pi / p, 0.5),
    "time-constant: exp(−1/half_life) is taken: after that many steps 1/e is left, not 1/2": (
        lambda p, h: rotation(2 * np.pi / p, np.exp(-1.0 / h))
    ),
    "no-shrinking: the length is kept": lambda p, h: rotation(2 * np.pi / p, 1.0),
    "straight: each step is thought to lose half / half_life of the length; the losses multiply": (
        lambda p, h: rotation(2 * np.pi / p, 1.0 - 0.5 / h)
    ),
    "degrees: the angle is in degrees, and np.cos reads radians": (
        lambda p, h: rotation(360.0 / p, 0.5 ** (1.0 / h))
    ),
    "upside-down: period / 2π is taken for the angle": (
        lambda p, h: rotation(p / (2.0 * np.pi), 0.5 ** (1.0 / h))
    ),
    "no-two-pi: the period itself is taken for the angle": (
        lambda p, h: rotation(p, 0.5 ** (1.0 / h))
    ),
    "no-pi: 2 / period is taken for the angle; π is left out": (
        lambda p, h: rotation(2.0 / p, 0.5 ** (1.0 / h))
    ),
    "product: 0.5 is multiplied by 1 / half_life in place of raised to that power": (
        lambda p, h: rotation(2.0 * np.pi / p, 0.5 / h)
    ),
    "inverse: 1 / half_life is taken for the factor": (
        lambda p, h: rotation(2.0 * np.pi / p, 1.0 / h)
    ),
    "exchanged: sine and cosine are exchanged": (
        lambda p, h: np.fliplr(rotation(2.0 * np.pi / p, 0.5 ** (1.0 / h))) * [[-1, 1], [1, 1]]
    ),
    "factor-alone: the factor is returned, without the turn": lambda p, h: 0.5 ** (1.0 / h),
    "added: the factor is added to the turn, not multiplied with it": (
        lambda p, h: rotation(2.0 * np.pi / p, 1.0) + 0.5 ** (1.0 / h)
    ),
    "frequency: 1 / period is taken for the angle": lambda p, h: rotation(1 / p, 0.5 ** (1 / h)),
    "half-a-turn: π / period is taken for the angle: the period is twice as long": (
        lambda p, h: rotation(np.pi / p, 0.5 ** (1 / h))
    ),
}


def sum_with(weight, start=power):
    """The closed form with another weight for input k = 1 … T, or another one for the start."""

    def answer(W, A, x, h0):
        T = len(x)
        inputs = [weight(W, T, k) @ A @ x[k - 1] for k in range(1, T + 1)]
        return start(W, T) @ h0 + sum(inputs)

    return answer


def right(W, T, k) -> np.ndarray:
    return power(W, T - k)


def no_power(W, *_) -> np.ndarray:
    return np.eye(len(W))


MISTAKES[closed_form] = {
    "dropped-state: h_{t-1} is dropped: W + A x_t adds a matrix and a vector": (
        lambda W, A, x, h0: W + A @ x[-1]
    ),
    "no-start: the start W^T h_0 is missing": sum_with(right, lambda W, T: 0.0 * W),
    "start-as-it-is: h_0 is added without its power W^T": sum_with(right, no_power),
    "power-too-high: W^{T-k+1} stands in place of W^{T-k}; the last input meets no W": sum_with(
        lambda W, T, k: power(W, T - k + 1)
    ),
    "power-too-low: W^{T-k-1} stands in place of W^{T-k}; at k = T it is an inverse": sum_with(
        lambda W, T, k: power(W, T - k - 1)
    ),
    "start-too-low: W^{T-1} h_0 stands in place of W^T h_0": sum_with(
        right, lambda W, T: power(W, T - 1)
    ),
    "age: W^k stands in place of W^{T-k}": sum_with(lambda W, T, k: power(W, k)),
    "reversed: the inputs are weighted in reverse, W^{k-1}: the first one as if it were the last": (
        sum_with(lambda W, T, k: power(W, k - 1))
    ),
    "no-powers: the inputs are added without powers of W": sum_with(no_power),
    "last-input: only the last input is added": (
        lambda W, A, x, h0: power(W, len(x)) @ h0 + A @ x[-1]
    ),
    "entrywise: W ** p raises every entry on its own; a power of a matrix is "
    "np.linalg.matrix_power": (sum_with(lambda W, T, k: W ** (T - k), lambda W, T: W**T)),
    "last-left-out: the last input, k = T, is left out": (
        lambda W, A, x, h0: closed_form(W, A, x, h0) - A @ x[-1]
    ),
    "first-left-out: the first input, k = 1, is left out": (
        lambda W, A, x, h0: closed_form(W, A, x, h0) - power(W, len(x) - 1) @ A @ x[0]
    ),
    "only-start: the inputs are left out": lambda W, A, x, h0: power(W, len(x)) @ h0,
    "last-term: each term replaces the sum so far: = stands in place of +=": (
        lambda W, A, x, h0: A @ x[-1]
    ),
    "plus: W^{T+k} stands in place of W^{T-k}": sum_with(lambda W, T, k: power(W, T + k)),
    "same-power: W^T stands before every input, in place of W^{T-k}": sum_with(
        lambda W, T, k: power(W, T)
    ),
    "transposed-start: W^T is transposed before h_0; in NumPy that is h0 @ W^T": sum_with(
        right, lambda W, T: power(W, T).T
    ),
    "transposed-powers: the powers of W are transposed before the inputs": sum_with(
        lambda W, T, k: power(W, T - k).T
    ),
    "transpose-W: W is transposed": lambda W, A, x, h0: closed_form(W.T.copy(), A, x, h0),
}


def geometric(w, a, T, first=0) -> float:
    """a (w^first + … + w^{first+T-1})"""
    return float(a * sum(float(w) ** (first + i) for i in range(T)))


MISTAKES[constant_input] = {
    "W13: w = 1 is taken for stable: the state is thought to stay at a, but it counts, a T": (
        lambda w, a, T: a if w == 1 else constant_input(w, a, T)
    ),
    "limit: the limit a / (1 − w) is returned, whatever T is": (
        lambda w, a, T: np.float64(a) / (1.0 - w)
    ),
    "last-power: w^(T-1) a is returned, the first input alone": lambda w, a, T: a * w ** (T - 1),
    "power-T: w^T a is returned, the first input alone and with one power of w too many": (
        lambda w, a, T: a * w**T
    ),
    "power-too-high: the sum runs from w to w^T; the last input meets no w": (
        lambda w, a, T: geometric(w, a, T, first=1)
    ),
    "one-too-many: the sum has T + 1 terms": lambda w, a, T: geometric(w, a, T + 1),
    "sign: 1 − w^T is divided by w − 1; that turns the sign": (
        lambda w, a, T: constant_input(w, a, T) * (1.0 if w == 1 else -1.0)
    ),
    "not-divided: a (1 − w^T) is not divided by 1 − w": (
        lambda w, a, T: a * T if w == 1 else a * (1.0 - w**T)
    ),
    "multiplied: a (1 − w^T) is multiplied by 1 − w, not divided": (
        lambda w, a, T: a * T if w == 1 else a * (1.0 - w**T) * (1.0 - w)
    ),
    "limit: the limit a / (1 − w) is returned where w is not 1; w^T is left out": (
        lambda w, a, T: a * T if w == 1 else a / (1.0 - w)
    ),
    "no-one: w^T stands in place of 1 − w^T": (
        lambda w, a, T: a * T if w == 1 else a * w**T / (1.0 - w)
    ),
    "plus: 1 + w^T stands in place of 1 − w^T": (
        lambda w, a, T: a * T if w == 1 else a * (1.0 + w**T) / (1.0 - w)
    ),
    "plus: 1 + w stands in place of 1 − w": (
        lambda w, a, T: a * T if w == 1 else a * (1.0 - w**T) / (1.0 + w)
    ),
    "product: w T stands in place of the power w^T": (
        lambda w, a, T: a * T if w == 1 else a * (1.0 - w * T) / (1.0 - w)
    ),
    "no-power: w stands in place of w^T": lambda w, a, T: a * T if w == 1 else a * 1.0,
    "no-weight: the inputs are added as they are, a T": lambda w, a, T: a * T,
}


def rows_with(weight):
    """Rows k = 1 … T of A^T weight(W, T, k) u."""
    return lambda W, A, u, T: np.array([A.T @ weight(W, T, k) @ u for k in range(1, T + 1)])


MISTAKES[input_gradients] = {
    "W41: W is not transposed on the way back": rows_with(right),
    "reversed: the rows stand from the last input to the first": (
        lambda W, A, u, T: input_gradients(W, A, u, T)[::-1]
    ),
    "no-way-back: every input is treated as the last one: no power of W": rows_with(no_power),
    "not-through-A: the rows are the gradients by the states; A^T is left out": (
        lambda W, A, u, T: np.array([right(W, T, k).T @ u for k in range(1, T + 1)])
    ),
    "no-rows: no row is appended, and the list stays empty": lambda W, A, u, T: [],
    "same-row: every row is the last that was computed, that of the first input": (
        lambda W, A, u, T: np.repeat(input_gradients(W, A, u, T)[:1], T, axis=0)
    ),
    "power-too-high: W^{T-k+1} stands in place of W^{T-k}: one step too many on the way back": (
        rows_with(lambda W, T, k: power(W, T - k + 1).T)
    ),
    "entrywise: W ** p raises every entry on its own": rows_with(lambda W, T, k: W.T ** (T - k)),
}
