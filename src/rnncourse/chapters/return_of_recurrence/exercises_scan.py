"""Exercises on composing steps, the scan, its gradient, and the kernel of a diagonal recurrence."""

import numpy as np

from rnncourse.byhand import scan as by_hand
from rnncourse.exercises.registry import (
    exercise,
    false,
    labeled_cases,
    number_cases,
    true,
    true_or_false,
)


def drawn_steps(seed: int, T: int, n: int) -> tuple:
    """a, b (T, n), and a third array of their shape."""
    rng = np.random.default_rng(seed)
    return rng.uniform(-1.2, 1.2, (T, n)), rng.normal(size=(T, n)), rng.normal(size=(T, n))


def steps_and_start(seed: int, T: int, n: int) -> tuple:
    a, b, others = drawn_steps(seed, T, n)
    return a, b, others[0]


def complex_steps(seed: int, T: int, n: int) -> tuple:
    """a and a gradient dh, both complex (T, n)."""
    a, b, dh = drawn_steps(seed, T, n)
    return a + 1j * b[::-1] * 0.5, dh + 1j * b


def drawn_kernel(seed: int, T: int, n: int) -> tuple:
    rng = np.random.default_rng(seed)
    size, angle = rng.uniform(0.5, 1.0, n), rng.uniform(0.2, 3, n)
    return size * np.exp(1j * angle), rng.normal(size=n) + 1j * rng.normal(size=n), T


STEPS = labeled_cases(
    ("one unit", [0.5], [4.0], [2.0], [1.0]),
    ("two units", [0.5, -1.0], [3.0, 2.0], [0.25, 2.0], [-2.0, 0.5]),
    ("a step that forgets", [0.7, 1.5], [1.0, -1.0], [0.0, 0.5], [2.0, 3.0]),
)


@exercise("compose-steps", quantity="step", rows=("a", "b"), cases=STEPS)
def compose_steps(a, b, a_then, b_then):
    """One step for two.

    A step takes h to a ⊙ h + b. First the step (a, b) is taken, then the step (a_then, b_then).
    Together they are one step.

    Given: a, b, a_then, b_then, each of shape (n,).
    Return: the a and the b of that one step as two rows, shape (2, n).
    """
    return np.array(by_hand.compose((a, b), (a_then, b_then)))


SCANS = number_cases("T, n", (2, 1), (5, 2), (8, 3), (11, 2), draw=steps_and_start)


@exercise("scan-states", quantity="h", cases=SCANS, time="forward")
def scan_states(a, b, h0):
    """All states of h_t = a_t ⊙ h_{t-1} + b_t, by composing and not by a loop over the steps.

    In the round with span 1, 2, 4, …, every entry that has one ``span`` before it is composed with
    that one. The number of steps T need not be a power of two.

    Given: a and b, shape (T, n); h0, the state before the first step, shape (n,).
    Return: h_1 … h_T, shape (T, n).
    """
    return by_hand.scan(a, b, h0)


GRADIENTS = number_cases("T, n", (1, 2), (2, 1), (4, 2), (7, 3), draw=drawn_steps)


@exercise("scan-gradient", quantity="dL/da", cases=GRADIENTS, time="backward")
def scan_gradient(a, b, dh):
    """The gradient of a loss by the factors of h_t = a_t ⊙ h_{t-1} + b_t, with h_0 = 0.

    Given: a and b, shape (T, n); dh, the immediate gradient of the loss by h_1 … h_T, shape (T, n).
    Return: the gradient of the loss by a, shape (T, n).
    """
    return by_hand.gradients(a, b, dh)[0]


COMPLEX = number_cases("T, n", (2, 1), (4, 2), (6, 1), draw=complex_steps)


@exercise("complex-scan-gradient", quantity="δ", cases=COMPLEX, time="backward")
def complex_scan_gradient(a, dh):
    """What goes back through h_t = a_t ⊙ h_{t-1} + b_t if the numbers are complex.

    The gradient of a real loss by a complex number is ∂L/∂(real part) + i ∂L/∂(imaginary part).
    δ_t is the whole gradient by h_t, and so by b_t: what arrives at h_t, and what comes back from
    later steps.

    Given: a, complex, shape (T, n); dh, the immediate gradient of the loss by h_1 … h_T, complex,
    shape (T, n).
    Return: δ_1 … δ_T as real numbers, shape (T, 2 n): the n real parts, then the n imaginary parts.
    """
    return side_by_side(backward(np.conj(a), dh))


def backward(a, dh) -> np.ndarray:
    """δ_t = dh_t + a_{t+1} ⊙ δ_{t+1}, (T, n)."""
    a_next = np.concatenate([a[1:], np.zeros_like(a[:1])])
    return by_hand.recurrence(a_next[::-1], dh[::-1])[::-1]


def side_by_side(values) -> np.ndarray:
    return np.concatenate([values.real, values.imag], axis=1)


KERNELS = number_cases("T, n", (1, 2), (4, 1), (6, 3), draw=drawn_kernel)


@exercise("lru-kernel", quantity="K", cases=KERNELS)
def lru_kernel(lam, c, T):
    """A diagonal recurrence as a convolution.

    h_t = λ ⊙ h_{t-1} + x_t, one number x_t for all units, h_0 = 0, and y_t is the real part of
    Σ_j c_j h_{t,j}. Then y_t = K_0 x_t + K_1 x_{t-1} + … + K_{t-1} x_1.

    Given: lam and c, complex, shape (n,); T, a whole number.
    Return: K_0 … K_{T-1}, real, shape (T,).
    """
    return (lam ** np.arange(T)[:, None] @ c).real


@true_or_false(
    "associative-facts",
    true(
        "Taking the larger of two numbers is associative: max(max(p, q), r) = max(p, max(q, r)).",
        "max: the largest of three does not depend on the grouping, so a running maximum is a scan",
    ),
    false(
        "Taking the mean of two numbers, (p + q) / 2, is associative.",
        "mean: ((p + q)/2 + r)/2 gives r a weight of one half, and (p + (q + r)/2)/2 one quarter",
    ),
    false(
        "Taking the difference p - q is associative.",
        "difference: (p - q) - r and p - (q - r) differ by 2 r",
    ),
    true(
        "Multiplying square matrices is associative.",
        "matrices: they do not commute, but they may be grouped; so a recurrence with a full "
        "matrix can be scanned, too, where each composition costs a product of matrices",
    ),
    false(
        "An RNN with one unit, h = tanh(p + q) for a state p and an input q, is associative.",
        "tanh: the tanh stands between the steps: tanh(tanh(p + q) + r) is not tanh(p + tanh(q + "
        "r))",
    ),
    true(
        "Composing two steps (a, b) of a linear recurrence is associative.",
        "order: two steps may not be exchanged, but associativity is about the grouping alone",
    ),
    false(
        "Two steps, first (a, b), then (a', b'), are the one step (a' a, b + b').",
        "no-factor: the second step multiplies all that it finds, and b is part of it",
    ),
)
def associative_facts():
    """What may be regrouped?

    An operation is associative if op(op(p, q), r) = op(p, op(q, r)) for all p, q and r. Judge these
    statements.
    """
