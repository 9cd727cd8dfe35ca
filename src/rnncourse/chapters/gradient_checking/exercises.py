"""Exercises: checking gradients."""

from collections.abc import Callable
from functools import partial

import numpy as np

from rnncourse.byhand import gradcheck, softmax
from rnncourse.byhand.rnn import forward, loss_and_gradients
from rnncourse.chapters.gradient_checking.cases import character_network
from rnncourse.exercises.registry import Case, exercise

FUNCTION_CASES = tuple(
    Case(f"{label}, eps = {eps:g}", lambda f=f, x=x, eps=eps: (f, x, eps))
    for label, f, x, eps in (
        ("tanh at 0.7", np.tanh, 0.7, 1e-2),
        ("exp at -0.4", np.exp, -0.4, 1e-3),
        ("x³ − x at 1.3", lambda x: x**3 - x, 1.3, 0.1),
        ("sin at 2", np.sin, 2.0, 1e-3),
    )
)


def curved_loss(shape: tuple) -> Callable:
    """A loss whose entries lean on one another, so that a nudge that stays is felt."""
    rng = np.random.default_rng(len(shape))
    A = rng.standard_normal((3, int(np.prod(shape))))

    def loss(w):
        z = np.tanh(A @ np.reshape(w, -1))
        return float(np.exp(z[0]) + z[1] * z[2] + z[2] ** 2)

    return loss


def array_cases(with_direction: bool = False) -> tuple[Case, ...]:
    """A vector, a matrix, another step."""
    rows = ((0, (4,), 1e-2), (1, (2, 3), 1e-3), (2, (3, 2), 5e-2))
    return tuple(
        Case(
            f"w of shape {shape}, eps = {eps:g}",
            partial(array_arguments, seed, shape, eps, with_direction),
        )
        for seed, shape, eps in rows
    )


def array_arguments(seed: int, shape: tuple, eps: float, with_direction: bool) -> tuple:
    rng = np.random.default_rng(seed)
    w, *v = 0.5 * rng.standard_normal(shape), rng.standard_normal(shape)
    return curved_loss(shape), w, *(v if with_direction else ()), eps


def square_sum(w):
    return np.sum(np.square(w))


LOSSES = {
    "for loss(w) = Σ w, whose derivatives are 1": lambda given: {"loss": np.sum},
    "for loss(w) = Σ w²": lambda given: {"loss": square_sum},
}


@exercise(
    "central-difference",
    quantity="f'(x)",
    cases=FUNCTION_CASES,
    simpler={
        "for f(x) = x²": lambda given: {"f": square_sum},
    },
)
def central_difference(f, x, eps):
    """The central difference of a function of one number.

    Given: f, a function of one number; x, a number; eps, the step.
    Return: the quotient C(eps) of the chapter at x with exactly this step, a number.
    """
    return (f(x + eps) - f(x - eps)) / (2.0 * eps)


@exercise("numerical-gradient", quantity="dL/dw", key="w", cases=array_cases(), simpler=LOSSES)
def numerical_gradient(loss, w, eps):
    """The gradient of a loss by central differences, one entry after the other.

    Given: loss, a function of an array like w that returns a number; w, an array of any shape;
    eps, the step.
    Return: the central difference of the loss by every entry of w, an array of the shape of w.
    """
    return gradcheck.numerical_gradient(lambda: loss(w), w, eps=eps)


@exercise(
    "directional-derivative",
    quantity="dL/dv",
    cases=array_cases(with_direction=True),
    simpler=LOSSES | {"where v = 0": None},
)
def directional_derivative(loss, w, v, eps):
    """How fast the loss grows when all entries of w move along one direction v.

    Given: loss, a function of an array like w that returns a number; w, an array of any shape;
    v, a direction of the same shape and any length; eps, the step.
    Return: the central difference of the loss along v, which approximates ⟨dL/dw, v⟩: a number.
    """
    return (loss(w + eps * v) - loss(w - eps * v)) / (2.0 * eps)


def pair(seed: int, shape: tuple, size: float, error: float) -> tuple:
    rng = np.random.default_rng(seed)
    b = size * rng.standard_normal(shape)
    return b + error * size * rng.standard_normal(shape), b


PAIR_CASES = (  # sizes from 1e-9 to 1e3, several shapes, and zeros on one side or on both
    Case("shape (4,)", partial(pair, 0, (4,), 1.0, 0.1)),
    Case("shape (2, 3), large entries", partial(pair, 1, (2, 3), 1e3, 1e-3)),
    Case("shape (3, 2), tiny entries", partial(pair, 6, (3, 2), 1e-9, 1e-2)),
    Case(
        "shape (3,), the sign is wrong",
        lambda: (np.array([1.0, -2.0, 3.0]), np.array([-1.0, 2.0, -3.0])),
    ),
    Case("shape (3,), a is zero", lambda: (np.zeros(3), np.array([0.5, 0.0, -2.0]))),
    Case("shape (2,), b is zero", lambda: (np.array([0.25, -0.5]), np.zeros(2))),
    Case("shape (2,), both are zero", lambda: (np.zeros(2), np.zeros(2))),
)


@exercise("relative-error", quantity="r", cases=PAIR_CASES)
def relative_error(a, b):
    """How far two gradients of one parameter lie apart, measured by their size.

    Given: a and b, arrays of one shape.
    Return: max|a − b| / max(max|a|, max|b|), one number; 0 if both are zero everywhere.
    """
    return gradcheck.relative_error(a, b)


VERDICT_TOLERANCE = 1e-7
# The largest gradients of a character RNN in its first step, parameter by parameter.
SIZES = {"b_p": 3.7, "b_h": 0.19, "W_ph": 0.042, "W_hx": 0.041, "W_hh": 0.0018}


def measured(analytical: dict, seed: int = 0) -> dict:
    """What central differences would give: the gradient and a little rounding."""
    rng = np.random.default_rng(seed)
    return {
        name: g + 1e-9 * np.abs(g).max() * rng.uniform(-1, 1, g.shape)
        for name, g in analytical.items()
    }


def right_gradients() -> tuple:
    """All right: sizes that differ, one tiny entry beside large ones, one parameter at zero."""
    rng = np.random.default_rng(0)
    exact = {name: size * rng.uniform(0.5, 1.0, (2, 3)) for name, size in SIZES.items()}
    exact["W_ph"][0, 0] = 1e-12
    exact["W_hx"] *= 1e5
    exact["b_h"] = np.zeros(3)
    return exact, measured(exact), VERDICT_TOLERANCE


def slipped_gradients() -> tuple:
    """The gradient of −log yhat beside that of −log(yhat + 1e-8): all wrong by about 8e-7."""
    params, x, y = character_network(n=20)
    T = len(y)
    each = [loss_and_gradients(params, x[:t], y[:t])[1] for t in range(1, T + 1)]  # of step t alone
    terms = {name: np.array([grads[name] for grads in each]) for name in params}
    right = softmax(forward(params, x)[0])[np.arange(T), y]
    exact = {name: rows.sum(axis=0) for name, rows in terms.items()}
    slipped = {name: np.tensordot(right / (right + 1e-8), rows, 1) for name, rows in terms.items()}
    return exact, measured(slipped), VERDICT_TOLERANCE


def planted_gradients() -> tuple:
    """Some right, some wrong: scaled though tiny, of the wrong sign, transposed, NaN."""
    rng = np.random.default_rng(2)
    exact = {name: rng.standard_normal((3, 3)) for name in SIZES}
    exact["W_hh"] *= 1e-9
    exact["b_p"] *= 1e4
    exact["b_h"] = 1e-8 * np.abs(exact["b_h"])
    numerical = measured(exact)
    exact["W_hh"] *= 1.001
    exact["b_h"] *= -1.0
    exact["W_ph"] = exact["W_ph"].T
    exact["W_hx"][0, 0] = np.nan
    return exact, numerical, VERDICT_TOLERANCE


def borderline_gradients() -> tuple:
    """Errors of a quarter, the tolerance, or little more, by the largest entry of both arrays."""
    exact = {
        "b_h": [1.0, -2.0],  # off by 0.5, the largest entry is negative
        "W_hh": [0.1, 0.5, 1.0],  # off by 0.3 of 1, and of 1.3 in the other array
        "W_hx": [-1.5, 0.25],  # the other array is the larger one, and negative
        "b_p": [2.0, 0.0, 1.0],
        "W_ph": [1.0, 1.0],
    }
    other = {
        "b_h": [1.0, -1.5],
        "W_hh": [0.1, 0.5, 1.3],
        "W_hx": [-2.0, 0.25],
        "b_p": [2.0, 0.52, 1.0],
        "W_ph": [1.4, 1.0],
    }
    analytical, numerical = ({k: np.array(v) for k, v in each.items()} for each in (exact, other))
    return analytical, numerical, 0.25


def rough_gradients() -> tuple:
    """Errors near 0.5 that depend on the size they are divided by; one is 0.5 exactly."""
    analytical = {
        "W_hh": np.array([2.0, 0.1, -0.4]),
        "W_hx": np.array([1.1, 0.3, -0.2]),
        "W_ph": np.array([-2.0, 0.1, 0.4]),
        "b_h": np.array([-1.1, 0.3, 0.2]),
        "b_p": np.array([1.0, -0.5, 0.25]),
    }
    numerical = {
        "W_hh": np.array([1.1, 0.3, -0.2]),
        "W_hx": np.array([2.0, 0.1, -0.4]),
        "W_ph": np.array([-1.1, 0.3, 0.2]),
        "b_h": np.array([-2.0, 0.1, 0.4]),
        "b_p": np.array([0.5, -0.5, 0.25]),
    }
    return analytical, numerical


VERDICT_CASES = (
    Case("right gradients", right_gradients),
    Case("1e-8 added inside the logarithm of the loss", slipped_gradients),
    Case("planted mistakes", planted_gradients),
    Case("near the tolerance", borderline_gradients),
    Case("a tolerance of 0.5", lambda: (*rough_gradients(), 0.5)),
)


NOT_WEIGHTS = {  # W_hh and b_h are gradients here
    "without recurrence (every W from h is 0)": None,
    "with all biases 0": None,
}


@exercise("gradient-verdict", quantity="verdict", cases=VERDICT_CASES, simpler=NOT_WEIGHTS)
def gradient_verdict(analytical, numerical, tolerance):
    """Which of several gradients are right?

    Given: analytical and numerical, dicts with the same names and arrays of equal shapes;
    tolerance, the largest relative error of a right gradient.
    Return: a dict from each name to True (right) or False, by the relative error of the
    exercise before; NaN is never right.
    """
    errors = {name: relative_error(analytical[name], numerical[name]) for name in analytical}
    return {name: bool(error <= tolerance) for name, error in errors.items()}
