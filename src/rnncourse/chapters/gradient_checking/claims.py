"""Claims: checking gradients."""

from functools import partial

import numpy as np

from rnncourse import byhand
from rnncourse.byhand.examples import small_network
from rnncourse.byhand.gradcheck import (
    UNIT_ROUNDOFF,
    check_gradients,
    directional_error,
    numerical_gradient,
    relative_error,
)
from rnncourse.byhand.rnn import gradient_contributions, loss_and_gradients, step
from rnncourse.chapters.gradient_checking import by_pencil
from rnncourse.chapters.gradient_checking.cases import (
    SEED,
    character_network,
    loss_curve,
    slip_errors,
    slipped_recurrent,
)
from rnncourse.claims.registry import claim, largest_of
from rnncourse.records import markdown_table

STEPS = np.logspace(-12, 0, 49)


@claim("wrong-gradient-off", states=2.12, how="the network of the first picture, norm over norm")
def size_of_the_slip() -> float:
    r"""With $h^{(t)}$ for $h^{(t-1)}$ the gradient by $W_{hh}$ is off by this many of its norms."""
    params, x, y, h0 = small_network(SEED)
    right = loss_and_gradients(params, x, y, h0=h0)[1]["W_hh"]
    off = slipped_recurrent(params, x, y, h0) - right
    return float(np.linalg.norm(off) / np.linalg.norm(right))


@claim(
    "wrong-gradient-trains",
    tolerance=0.1,
    how="the largest loss, in nats, of 20 networks",
    absolute="nats",
)
def loss_after_training_with_the_slip() -> float:
    """After 100 updates with this wrong gradient the loss is below 0.1 nats."""
    return largest_of(loss_curve(small_network(seed), slip=True)[-1] for seed in range(20))


PENCIL = "w³ at 2 with a step of 0.1"


@claim("pencil-forward", states=12.61, how=PENCIL)
def forward_by_pencil() -> float:
    """The forward difference of $w^3$ at 2, where the slope is 12."""
    return by_pencil.forward(0.1)


@claim("pencil-central", states=12.01, how=PENCIL)
def central_by_pencil() -> float:
    """The central difference of $w^3$ at 2, where the slope is 12."""
    return by_pencil.central(0.1)


@claim("pencil-order-four", states=12.0, tolerance=1e-9, how=PENCIL + "; 0.2 for the second")
def order_four_by_pencil() -> float:
    """Four central differences minus one with twice the step, all divided by three."""
    return (4.0 * by_pencil.central(0.1) - by_pencil.central(0.2)) / 3.0


@claim("pencil-central-double", states=12.04, how="w³ at 2 with a step of 0.2")
def central_with_twice_the_step() -> float:
    """The central difference of $w^3$ at 2 with twice the step."""
    return by_pencil.central(0.2)


@claim("pencil-v", tolerance=1e-9, how="w³ at 2 with four digits; error of the step 0.001")
def middle_of_the_pencil_v() -> float:
    """With four digits a step in the middle is exact; the longest and the shortest step are not."""
    errors = by_pencil.rounded_errors()
    return float(errors[3] / by_pencil.SLOPE) if min(errors[0], errors[-1]) > 0.5 else np.inf


@claim("pencil-relative", states=0.001, tolerance=1e-9, how="(3, −4) beside (3.004, −4)")
def relative_error_by_pencil() -> float:
    """The relative error of two gradients that differ by 0.004 in one entry."""
    return relative_error(np.array([3.0, -4.0]), np.array([3.004, -4.0]))


def forward_difference(loss, array: np.ndarray, eps: float) -> np.ndarray:
    """(L(w + ε) − L(w)) / ε by every entry, what the chapter starts from."""
    gradient, base = np.zeros_like(array), float(loss())
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + eps
        gradient[index] = (float(loss()) - base) / eps
        array[index] = kept
    return gradient


DIFFERENCES = {
    1: forward_difference,
    2: numerical_gradient,
    4: partial(numerical_gradient, order=4),
}


def network_loss(params: dict, x, y, h0, dtype=np.float64) -> float:
    """The last step's loss with every number and operation in ``dtype``."""
    params = {name: value.astype(dtype) for name, value in params.items()}
    h = h0.astype(dtype)
    for x_t in x.astype(dtype):
        h = step(params, x_t, h)
    p = params["W_ph"] @ h + params["b_p"]
    return float(byhand.cross_entropy(p[None], y[-1:])[0])


def step_errors(order: int, dtype=np.float64, steps=STEPS) -> np.ndarray:
    """Relative error of the differences by W_hh of a small network, one for each step size."""
    params, x, y, h0 = small_network()
    right = loss_and_gradients(params, x, y, h0=h0)[1]["W_hh"]
    loss, difference = partial(network_loss, params, x, y, h0, dtype), DIFFERENCES[order]
    numerical = [difference(loss, params["W_hh"], float(eps)) for eps in steps]
    return np.array([relative_error(gradient, right) for gradient in numerical])


H = np.tanh(1.0)
DERIVATIVES = {  # of tanh at 1, by order
    2: -2.0 * H * (1.0 - H**2),
    3: -2.0 * (1.0 - H**2) * (1.0 - 3.0 * H**2),
    5: 8.0 * (1.0 - H**2) * (2.0 - 15.0 * H**2 + 15.0 * H**4),
}
LEADING = "tanh at 1, error over leading term"


def tanh_error(order: int, eps: float) -> float:
    """Signed error of the difference quotient of tanh at 1."""
    point = np.array(1.0)
    return float(DIFFERENCES[order](lambda: np.tanh(point), point, eps) - (1.0 - H**2))


@claim("forward-error", shows="eq-forward", tolerance=1e-3, how=LEADING)
def forward_leading_term() -> float:
    r"""The error of the forward difference is $\frac{\varepsilon}{2} f''$ and higher terms."""
    return tanh_error(1, 1e-4) / (1e-4 / 2 * DERIVATIVES[2]) - 1.0


@claim("central-error", shows="eq-central", tolerance=1e-3, how=LEADING)
def central_leading_term() -> float:
    r"""The error of the central difference is $\frac{\varepsilon^2}{6} f'''$ and higher terms."""
    return tanh_error(2, 3e-3) / (3e-3**2 / 6 * DERIVATIVES[3]) - 1.0


@claim("order-four-error", shows="eq-order-four", tolerance=5e-3, how=LEADING)
def order_four_leading_term() -> float:
    r"""The combination of two central differences errs by $-\frac{\varepsilon^4}{30} f^{(5)}$."""
    return tanh_error(4, 1e-2) / (-(1e-2**4) / 30 * DERIVATIVES[5]) - 1.0


@claim(
    "orders-on-a-network",
    tolerance=0.05,
    how="the step halved, on the loss of a small network",
    absolute="orders",
)
def orders_of_the_error() -> float:
    """Halving the step divides the error by $2$, $4$ and $16$: orders 1, 2 and 4."""
    steps = {1: (2e-3, 1e-3), 2: (2e-3, 1e-3), 4: (1e-2, 5e-3)}
    slopes = {order: np.log2(np.divide(*step_errors(order, steps=steps[order]))) for order in steps}
    return largest_of(abs(slope - order) for order, slope in slopes.items())


def exp_errors(dtype, steps=STEPS, over=np.median) -> np.ndarray:
    """Relative error of the central difference of exp, by step size, over 400 points."""
    w = np.linspace(0.5, 1.5, 400).astype(dtype)
    errors = []
    for eps in steps.astype(dtype):
        quotient = (np.exp(w + eps) - np.exp(w - eps)) / (2 * eps)
        errors.append(over(np.abs(quotient / np.exp(w.astype(np.float64)) - 1.0)))
    return np.array(errors)


CURVE = "median over 400 points of exp"


def best_step(f: float, third: float) -> float:
    """ε* = (3u|f| / |f'''|)^(1/3), from the sizes of the loss and of its third derivative."""
    return (3 * UNIT_ROUNDOFF * f / third) ** (1 / 3)


@claim(
    "best-step",
    shows="eq-best-step",
    tolerance=0.5,
    how="worst of 400 points",
    absolute="decades",
)
def measured_best_step() -> float:
    r"""Decades between the measured best step and $(3u|f|/|f'''|)^{1/3}$, for exp in float64."""
    measured = STEPS[np.argmin(exp_errors(np.float64, over=np.max))]  # the theorem bounds the worst
    return float(np.log10(measured / best_step(1.0, 1.0)))  # exp is its own third derivative


@claim("least-bound", shows="eq-best-step", tolerance=1e-3, how="minimum over 20 001 steps")
def minimum_of_the_bound() -> float:
    r"""The bound $E$ is smallest at $\varepsilon^*$, where it is $\frac32 u|f|/\varepsilon^*$."""
    steps, errors = np.logspace(-9, -1, 20_001), []
    for f, third in ((1.0, 1.0), (5.0, 6.0), (1e3, 1e-2), (0.1, 40.0)):
        bound = steps**2 / 6 * third + UNIT_ROUNDOFF * f / steps
        best = best_step(f, third)
        errors.append(steps[np.argmin(bound)] / best - 1.0)
        errors.append(bound.min() / (1.5 * UNIT_ROUNDOFF * f / best) - 1.0)
    return float(np.abs(errors).max())


@claim("round-off-grows", tolerance=0.2, how=CURVE, absolute="the slope in decades")
def round_off_slope() -> float:
    r"""Left of the best step the error grows as $1/\varepsilon$."""
    small = STEPS[(STEPS > 1e-11) & (STEPS < 1e-7)]
    slope, _ = np.polyfit(np.log10(small), np.log10(exp_errors(np.float64, small)), 1)
    return float(slope + 1.0)


@claim("float32-costs", tolerance=0.5, states=5.8, how=CURVE + ", in decades")
def decades_lost_in_float32() -> float:
    r"""The smallest error grows as $u^{2/3}$: float32 loses this many decimal digits."""
    best = {dtype: exp_errors(dtype).min() for dtype in (np.float64, np.float32)}
    return float(np.log10(best[np.float32] / best[np.float64]))


SLIP = "25 characters, 83 classes, 100 units; central differences"


@claim("eps-in-log", shows="eq-slip", tolerance=0.01, how=SLIP, source="R3-05")
def relative_error_of_the_slip() -> float:
    r"""With $\log(\hat y + 10^{-8})$ all five gradients are off by the factor $1 + 10^{-8} K$."""
    slips = np.array([error for _, error in slip_errors().values()])
    return float(np.abs(slips / (83 * 1e-8) - 1.0).max())


@claim("absolute-ladder", states=3.3, how=SLIP, source="W27", mistake=("relative-error", "W27"))
def decades_of_absolute_error() -> float:
    """One slip, five absolute errors: the decades between the largest and the smallest."""
    absolute = [error for error, _ in slip_errors().values()]
    return float(np.log10(largest_of(absolute) / min(absolute)))


@claim("checker-weights", states=26_783, how="counted: 83 classes, 100 units")
def weights_of_the_character_network() -> float:
    """Weights and biases of the chapter's untrained character RNN."""
    return float(sum(value.size for value in character_network()[0].values()))


def all_gradients(x, y, h0):
    """The gradient of the last step's loss, as the checker calls it."""
    return lambda params: loss_and_gradients(params, x, y, h0=h0)


@claim("directional-scaled", tolerance=1e-4, how="20 random directions")
def scaled_gradient_in_every_direction() -> float:
    """A gradient scaled by 1.001 shows the error 0.001 / 1.001 in every direction."""
    params, *data = small_network()
    right, rng = all_gradients(*data), np.random.default_rng(0)

    def scaled(p):
        loss, grads = right(p)
        return loss, {name: 1.001 * gradient for name, gradient in grads.items()}

    seen = np.array([directional_error(scaled, params, rng) for _ in range(20)])
    return float(np.abs(seen / (0.001 / 1.001) - 1.0).max())


@claim("directional-hides", shows="eq-hides", tolerance=0.006, states=0.0635, how="20 000 draws")
def chance_to_hide() -> float:
    r"""A mistake orthogonal to the gradient, ten tolerances large: how often it stays unseen; with
    a part along the gradient it does so less often."""
    params, x, y, h0 = small_network()
    grads = loss_and_gradients(params, x, y, h0=h0)[1]
    g = np.concatenate([grads[name].ravel() for name in params])
    rng = np.random.default_rng(0)
    e = rng.standard_normal(len(g))
    e -= (e @ g) / (g @ g) * g
    e *= np.linalg.norm(g) / np.linalg.norm(e)  # as long as g: the tolerance is a tenth
    v = rng.standard_normal((20_000, len(g)))
    unseen, *tilted = (
        float(np.mean(np.abs(v @ (e + part * g)) <= 0.1 * np.abs(v @ g)))
        for part in (0.0, 0.5, -1.0)
    )
    return unseen if largest_of(tilted) < unseen else np.inf


def planted(params: dict, x, y, h0) -> dict[str, np.ndarray]:
    """Six wrong gradients of the last step's loss by W_hh."""
    right = loss_and_gradients(params, x, y, h0=h0)[1]["W_hh"]
    return {
        "scaled by 1.001": 1.001 * right,
        "transposed": right.T,
        "two rows swapped": right[[1, 0, *range(2, len(right))]],
        "wrong sign": -right,
        "last term only": gradient_contributions(params, x, y, h0=h0)[-1],
        "h_t for h_(t-1)": slipped_recurrent(params, x, y, h0),
    }


def verdict(params: dict, x, y, h0, gradient) -> bool:
    """Does the checker accept this gradient by W_hh?"""

    def candidate(changed):
        return network_loss({**params, **changed}, x, y, h0), {"W_hh": gradient}

    return check_gradients(candidate, {"W_hh": params["W_hh"]}).passed


def wrong_answers_accepted(params, x, y, h0) -> int:
    return sum(verdict(params, x, y, h0, wrong) for wrong in planted(params, x, y, h0).values())


@claim("checker-is-checked", tolerance=0.5, how="count of wrong verdicts")
def wrong_verdicts() -> float:
    """The checker rejects six planted mistakes and accepts three forms of the right gradient."""
    network = small_network()
    right = gradient_contributions(*network[:3], h0=network[3]).sum(axis=0)
    forms = (right, np.asfortranarray(right), right.tolist())
    rejected = sum(not verdict(*network, form) for form in forms)
    return float(rejected + wrong_answers_accepted(*network))


def tiny_network(sigma: float, change=lambda gradient: gradient):
    """A small untrained character RNN; its summed loss and gradient by W_hh, and W_hh itself."""
    params, x, y = character_network(K=20, n=8, sigma=sigma)

    def candidate(changed):
        loss, grads = loss_and_gradients({**params, **changed}, x, y, "sum")
        return loss, {"W_hh": change(grads["W_hh"])}

    return candidate, {"W_hh": params["W_hh"]}


def floor_table() -> str:
    """What the checker says about the right gradient by W_hh at three sizes of the weights."""
    rows = []
    for sigma in (0.1, 0.03, 0.003):
        candidate, params = tiny_network(sigma)
        report, largest = check_gradients(candidate, params), candidate(params)[1]["W_hh"]
        verdict = "passed" if report.passed else "undecided" if report.undecided else "failed"
        size = f"{np.abs(largest).max():.1g}"
        rows.append([f"{sigma:g}", size, f"{report.worst.floor:.0e}", verdict])
    return markdown_table(["weights:", "largest entry:", "floor:", "verdict"], rows)


@claim(
    "checker-floor",
    shows="eq-checker-floor",
    tolerance=10.0,
    how="right gradients, 20 random and 3 character networks",
    absolute="multiples of the rounding error",
)
def error_of_the_checker() -> float:
    r"""The checker's own error stays below $10 \cdot 1.5\,u|\mathcal L|/(\varepsilon\max|g|)$."""
    checked = [tiny_network(sigma) for sigma in (0.01, 0.003, 0.001)]
    for seed in range(20):
        params, *data = small_network(seed, T=4)
        checked.append((all_gradients(*data), params))
    pairs = [c for check in checked for c in check_gradients(*check).comparisons]
    return largest_of(c.error / c.floor for c in pairs)


@claim("checker-floor-moderate", tolerance=1e-9, how="right gradients, 20 random networks")
def error_of_the_checker_at_moderate_weights() -> float:
    """At weights of moderate size that error is far below the tolerance of 1e-7."""
    errors = []
    for seed in range(20):
        params, *data = small_network(seed, T=4)
        errors.append(check_gradients(all_gradients(*data), params).worst.error)
    return largest_of(errors)


@claim("checker-undecided", tolerance=0.5, how="σ = 0.1 and 0.003; wrong verdicts counted")
def undecided_not_failed() -> float:
    r"""At tiny weights the right gradient by $W_{hh}$ is undecided; a wrong one still fails."""
    fine, tiny = (check_gradients(*tiny_network(sigma)) for sigma in (0.1, 0.003))
    wrong = (not fine.passed) + fine.undecided + tiny.passed + (not tiny.undecided)
    for change in (np.transpose, lambda g: 1.001 * g, lambda g: -g):
        report = check_gradients(*tiny_network(0.003, change))
        wrong += report.passed or report.undecided
    return float(wrong)


@claim("zero-hides", tolerance=1e-12, states=6, how="the six planted mistakes, weights set to 0")
def unseen_at_zero() -> float:
    """At weights of zero the checker accepts every planted mistake."""
    params, x, y, h0 = small_network()
    return wrong_answers_accepted({name: 0.0 * value for name, value in params.items()}, x, y, h0)


@claim("relu-kink", tolerance=1e-9, states=0.5, how="steps 1e-2 to 1e-8, orders 2 and 4")
def difference_at_the_kink() -> float:
    """At its kink, ReLU has this central difference, whatever the step."""
    w = np.array(0.0)
    slopes = [
        float(DIFFERENCES[order](lambda: np.maximum(w, 0.0), w, eps))
        for order in (2, 4)
        for eps in (1e-2, 1e-5, 1e-8)
    ]
    return max(slopes, key=lambda slope: abs(slope - 0.5))
