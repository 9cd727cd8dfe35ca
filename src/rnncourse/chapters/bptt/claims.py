"""Claims: the vanilla RNN and backpropagation through time."""

from functools import partial

import numpy as np

from rnncourse import byhand
from rnncourse.analysis.agreement import automatic_error
from rnncourse.byhand.examples import course_network, small_network
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.rnn import (
    forward,
    gradient_contributions,
    immediate_partial,
    jacobian,
    loss_and_gradients,
    total_derivatives,
)
from rnncourse.chapters.bptt.cases import one_unit
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.exercises.registry import wrong_answer

DIFFERENCES = "central differences"
by_differences = partial(claim, tolerance=1e-9, how=DIFFERENCES, source="U18-1.1")


def numerical(params, x, y, h0, array, reduction="last") -> np.ndarray:
    """The gradient of the loss by ``array``, one of the network's own arrays, without a formula."""
    return precise_gradient(lambda: loss_and_gradients(params, x, y, reduction, h0=h0)[0], array)


def nudged(params, x, h0, array) -> np.ndarray:
    """∂h_T by ``array``, which is h0 or one of the parameters: a row for each unit of h_T."""
    ends = [lambda a=a: forward(params, x, h0=h0)[1].h[-1, a] for a in range(len(h0))]
    return np.array([precise_gradient(end, array) for end in ends])


def by_hand_error(name: str) -> float:
    """Hand-derived against numerical gradient of one parameter, worst of the three reductions."""
    params, x, y, h0 = small_network()
    array = {"h0": h0, **params}[name]
    return largest_of(
        relative_error(
            loss_and_gradients(params, x, y, reduction, h0=h0)[1][name],
            numerical(params, x, y, h0, array, reduction),
        )
        for reduction in ("last", "mean", "sum")
    )


@by_differences("softmax-gradient", shows="eq-grad-p", tolerance=1e-10)
def gradient_by_scores() -> float:
    """The gradient by the scores is the step's weight times prediction minus target."""
    rng = np.random.default_rng(1)
    p, y, T = rng.standard_normal((4, 5)), np.array([3, 0, 4, 1]), 4
    errors = []
    for w in (np.eye(T)[-1], np.full(T, 1 / T), np.ones(T)):  # last, mean, sum
        expected = precise_gradient(lambda w=w: w @ byhand.cross_entropy(p, y), p)
        errors.append(relative_error(w[:, None] * (byhand.softmax(p) - np.eye(5)[y]), expected))
    return largest_of(errors)


@by_differences("bptt-dL-dWph", shows="eq-grad-wph", tolerance=1e-10)
def output_weight_gradient() -> float:
    """The gradient by $W_{ph}$ is a sum of outer products, one for a loss at the end."""
    params, x, y, h0 = small_network()
    p, cache = forward(params, x, h0=h0)
    single = np.outer(byhand.softmax(p)[-1] - np.eye(p.shape[1])[y[-1]], cache.h[-1])
    last = relative_error(single, numerical(params, x, y, h0, params["W_ph"]))
    return largest_of(last, by_hand_error("W_ph"))


@by_differences("jacobian-of-a-step", shows="eq-jacobian", source="D-1.2")
def one_step_jacobian() -> float:
    r"""One step passes a nudge on by $D_t W_{hh}$; $D_t$ holds $1 - h^{(t)} \odot h^{(t)}$."""
    params, x, _, h0 = small_network(T=1)
    _, cache = forward(params, x, h0=h0)
    return relative_error(jacobian(params, cache.h[0]), nudged(params, x, h0, h0))


def sum_from(params, x, y, h, t) -> float:
    """The losses of the steps t, t + 1, …, T when the state after step t is h."""
    own = byhand.cross_entropy((params["W_ph"] @ h + params["b_p"])[None], y[t - 1 : t])[0]
    if t == len(x):
        return own
    return own + loss_and_gradients(params, x[t:], y[t:], "sum", h0=h)[0]


@by_differences("bptt-recursion", shows="eq-grad-state")
def state_gradient_recursion() -> float:
    r"""The recursion gives $\delta_h^{(t)}$ at every step: restart the network there and nudge."""
    params, x, y, h0 = small_network()
    p, cache = forward(params, x, h0=h0)
    dps = byhand.softmax(p) - np.eye(p.shape[1])[y]
    da, errors = np.zeros(len(h0)), []
    for t in range(len(x), 0, -1):
        h = cache.h[t - 1].copy()
        dh = params["W_ph"].T @ dps[t - 1] + params["W_hh"].T @ da
        da = (1.0 - h**2) * dh
        expected = precise_gradient(lambda h=h, t=t: sum_from(params, x, y, h, t), h)
        errors.append(relative_error(dh, expected))
    return largest_of(errors)


@by_differences("bptt-dL-dbp", shows="eq-grad-wph", tolerance=1e-10)
def output_bias_gradient() -> float:
    """The gradient by $b_p$ is the sum over time of prediction minus target."""
    return by_hand_error("b_p")


SUMS = {
    r"bptt-dL-dWhh-recursion: Summing $\delta_a^{(t)} h^{(t-1)\top}$ over time gives the gradient "
    r"by $W_{hh}$.": Row(partial(by_hand_error, "W_hh")),
    r"bptt-dL-dWhx: Summing $\delta_a^{(t)} x^{(t)\top}$ over time gives the gradient by "
    r"$W_{hx}$.": Row(partial(by_hand_error, "W_hx"), source="U20-1.1"),
    r"bptt-dL-dbh: Summing $\delta_a^{(t)}$ over time gives the gradient by "
    r"$b_h$.": Row(partial(by_hand_error, "b_h")),
    r"bptt-dL-dh0: The gradient by the initial state is $W_{hh}^\top "
    r"\delta_a^{(1)}$.": Row(partial(by_hand_error, "h0")),
}
claim_rows(SUMS, shows="eq-grad-weights", tolerance=1e-9, how=DIFFERENCES, source="U18-1.1")


def journey_terms(params, x, y, h0) -> np.ndarray:
    """The terms i = 1 … T as the page writes them: arrive, travel every Jacobian, depart."""
    p, cache = forward(params, x, h0=h0)
    arrive = (byhand.softmax(p)[-1] - np.eye(p.shape[1])[y[-1]]) @ params["W_ph"]
    travel, terms = np.eye(len(h0)), []
    for h, h_prev in zip(cache.h[::-1], cache.h_prev[::-1], strict=True):
        terms.append(np.einsum("a,ad,dbc->bc", arrive, travel, immediate_partial(h, h_prev)))
        travel = travel @ jacobian(params, h)  # from the left: k = T first
    return np.array(terms[::-1])


@by_differences("bptt-dL-dWhh", shows="eq-grad-whh")
def recurrent_weight_gradient() -> float:
    r"""The $T$ journeys sum to the gradient, and term $i$ is $\delta_a^{(i)} h^{(i-1)\top}$."""
    params, x, y, h0 = small_network()
    journeys = journey_terms(params, x, y, h0)
    term_by_term = relative_error(journeys, gradient_contributions(params, x, y, h0=h0))
    whole = numerical(params, x, y, h0, params["W_hh"])
    return largest_of(term_by_term, relative_error(journeys.sum(axis=0), whole))


def pencil(quantity: str) -> float:
    """A number of the page's example: one unit, two steps, the weight 0.6."""
    (_, h1, h2), (first, second) = one_unit(0.6)
    slopes = 1.0 - h1**2, 1.0 - h2**2
    return {
        "h1": h1,
        "h2": h2,
        "slope-1": slopes[0],
        "slope-2": slopes[1],
        "travel": slopes[1] * 0.6,
        "journey-1": first,
        "journey-2": second,
        "sum": first + second,
        "nudge": one_unit(0.61)[0][2] - h2,
        "twice": first + (first + second),  # journey 1, and the total derivative of h2
    }[quantity]


PENCIL = {  # whoever goes on with the rounded numbers gets these, too
    "h1: The memory after step 1 is tanh(0.6 · 1 + 0.1).": 0.604,
    "h2: The memory after step 2 is tanh(0.6 · 0.604 + 0.1).": 0.432,
    "slope-1: The slope of the tanh at step 1 is $1 - h^2$.": 0.635,
    "slope-2: The slope of the tanh at step 2 is $1 - h^2$.": 0.813,
    "travel: Step 2 passes a nudge of the memory on by slope times weight.": 0.488,
    "journey-1: The weight of step 1 alone moves the last memory by this slope.": 0.310,
    "journey-2: The weight of step 2 alone moves the last memory by this slope.": 0.491,
    "sum: The one weight of both steps moves the last memory by the sum.": 0.801,
    "nudge: With the weight 0.61 the last memory is larger by this much.": 0.00801,
    "twice: With total for immediate derivatives, journey 1 is counted twice.": 1.111,
}
claim_rows(
    {
        f"bptt-pencil-{row}": Row(
            partial(pencil, row.split(":")[0]), states, 5e-6 if states < 0.01 else 5e-4
        )
        for row, states in PENCIL.items()
    },
    how="one unit, two steps, by the package's forward pass and Jacobian",
)


@claim("bptt-pencil", tolerance=1e-9, how=DIFFERENCES, source="U18-1.1")
def pencil_journeys() -> float:
    """For one unit the journeys of two and of five steps sum to what a nudge of the weight does."""
    errors, weight = [], np.array(0.6)
    for T in (2, 5):
        nudged_weight = precise_gradient(lambda T=T: one_unit(weight, T)[0][-1], weight)
        errors.append(relative_error(one_unit(0.6, T)[1].sum(), nudged_weight))
    return largest_of(errors)


@claim("bptt-autograd", tolerance=1e-12, how="automatic differentiation (torch)", source="U18-1.2")
def automatic_differentiation_agrees() -> float:
    """Automatic differentiation through the unrolled cell gives the same gradients."""
    params, x, y, h0 = small_network()
    _, grads = loss_and_gradients(params, x, y, "mean", h0=h0)
    return automatic_error("rnn", params, x, y, grads, h0)


@by_differences("immediate-derivative", shows="eq-immediate", tolerance=1e-10)
def immediate_derivative() -> float:
    """Nudging $W_{hh}$ with the previous state held fixed gives the immediate partial."""
    params, x, _, h0 = small_network(T=1)  # one step: h0 is fixed, nothing lies before it
    h = forward(params, x, h0=h0)[1].h[0]
    return relative_error(immediate_partial(h, h0), nudged(params, x, h0, params["W_hh"]))


@by_differences("matrix-on-three-indices", shows=("eq-total", "eq-three-indices"))
def matrix_acts_on_the_first_index() -> float:
    r"""The second step carries $\partial h^{(1)}/\partial W_{hh}$ on by its matrix, from $a$."""
    params, x, _, h0 = small_network(T=2)
    h = forward(params, x, h0=h0)[1].h
    first = nudged(params, x[:1], h0, params["W_hh"])
    carried = np.zeros((4, 4, 4))
    for a, b, c, d in np.ndindex(4, 4, 4, 4):
        carried[a, b, c] += (1.0 - h[1, a] ** 2) * params["W_hh"][a, d] * first[d, b, c]
    expected = nudged(params, x, h0, params["W_hh"])
    if expected.shape != (4, 4, 4):
        return np.inf
    return relative_error(immediate_partial(h[1], h[0]) + carried, expected)


@by_differences("total-derivative", shows="eq-total")
def total_derivative_recursion() -> float:
    """The total derivative of $h^{(T)}$ by $W_{hh}$ obeys the recursion of the page."""
    params, x, _, h0 = small_network()
    expected = nudged(params, x, h0, params["W_hh"])
    return relative_error(total_derivatives(params, x, h0=h0)[-1], expected)


def off_by(mistake: str) -> float:
    """How far a known mistake's gradient by W_hh lies from the right one, in the example."""
    params, x, y, h0 = course_network()
    wrong = wrong_answer("bptt-dL-dWhh", mistake)(params, x, y, h0)
    right = loss_and_gradients(params, x, y, "last", h0=h0)[1]["W_hh"]
    return float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


def slip(mistake: str, states: float) -> Row:
    known = ("bptt-dL-dWhh", mistake)
    return Row(partial(off_by, mistake), states, source=mistake, mistake=known)


COUNTED = "the worked example, relative error in the Frobenius norm"
SLIPS = {
    "bptt-total-for-immediate: With total in place of immediate derivatives, the sum counts early "
    "steps again and again.": slip("W3", 1.2653),
    "bptt-last-term-only: Keeping only the last term ignores that $h^{(T-1)}$ depends on $W_{hh}$ "
    "too.": slip("W1", 0.9557),
    "bptt-state-for-previous-state: With $h^{(t)}$ in place of $h^{(t-1)}$ in the outer product "
    "the gradient is another one.": slip("W42", 1.8262),
    r"bptt-missing-transpose: With $W_{hh}$ in place of $W_{hh}^\top$ in the recursion the "
    r"gradient is another one.": slip("W41", 1.2450),
    r"bptt-tanh-twice: With $1 - \tanh^2(h)$ the slope is taken at $h$, which is the tanh "
    r"already.": slip("W2", 0.1773),
    r"bptt-sign: With $y - \hat y$ in place of $\hat y - y$ every entry has the wrong "
    r"sign.": slip("W5", 2.0),
}
claim_rows(SLIPS, tolerance=1e-4, how=COUNTED)


@by_differences("jacobian-bound", shows="eq-bound", source="D-1.2")
def jacobian_products_are_bounded() -> float:
    """Both inequalities hold for matrices of five sizes, and at $h = 0$ equality does."""
    worst = 0.0
    for seed, size in enumerate((0.5, 0.8, 1.0, 1.2, 2.0)):
        params, x, _, h0 = small_network(seed, T=8)
        Q, _ = np.linalg.qr(params["W_hh"])
        params["W_hh"] = size * Q
        left = np.linalg.norm(nudged(params, x, h0, h0), 2)
        steps = [np.linalg.norm(jacobian(params, h), 2) for h in forward(params, x, h0=h0)[1].h]
        middle, right = np.prod(steps), size ** len(x)
        worst = largest_of(worst, left / middle - 1.0, middle / right - 1.0)
    return worst + bound_is_reached()


def bound_is_reached() -> float:
    """At h = 0 without input D is the identity: how far the two ends of the bound lie apart."""
    params, x, _, _ = small_network(T=8)
    params["W_hh"], _ = np.linalg.qr(params["W_hh"])
    params["b_h"][:] = 0.0
    h0 = np.zeros(4)
    return abs(np.linalg.norm(nudged(params, 0.0 * x, h0, h0), 2) - 1.0)


@claim("output-weights-feel-the-past", tolerance=1e-4, states=0.339, how=COUNTED, source="W34")
def output_gradient_depends_on_the_past() -> float:
    """Another first input changes the gradient by $W_{ph}$ too: $h^{(T)}$ carries the past."""
    params, x, y, _ = course_network()
    before = loss_and_gradients(params, x, y)[1]["W_ph"]
    x[0] = -x[0]
    after = loss_and_gradients(params, x, y)[1]["W_ph"]
    return float(np.linalg.norm(after - before) / np.linalg.norm(before))
