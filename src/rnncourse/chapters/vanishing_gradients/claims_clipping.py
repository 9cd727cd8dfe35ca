"""Claims: clipped gradients, truncated gradients, and a unit that remembers."""

from functools import partial

import numpy as np

from rnncourse.byhand import rnn
from rnncourse.byhand.examples import small_network
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.chapters.vanishing_gradients import cases
from rnncourse.chapters.vanishing_gradients.claims import DIFFERENCES
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

ONE_STEP = "torch, gradient (6, 8), limit 1, rate 1"
DETACHED = "automatic differentiation (torch), cut by detach"
CONTRACTING = "50 contracting networks, every window; reached by one small unit to 1e-3"


@claim(
    "clipped-norm", shows="eq-clip", tolerance=1e-6, how="torch's clip_grad_norm_", source="U18-1.2"
)
def clipping_is_that_of_torch() -> float:
    """One factor for all parameters: the norm becomes c, the direction stays, torch agrees."""
    import torch

    grads, errors = cases.exploding_gradient(), []
    for c in (1.0, 100.0, 1e6):
        clipped = cases.clip_by_norm(grads, c)
        leaves = {name: torch.zeros(g.shape, dtype=torch.float64) for name, g in grads.items()}
        for name, leaf in leaves.items():
            leaf.grad = torch.from_numpy(grads[name].copy())
        torch.nn.utils.clip_grad_norm_(leaves.values(), c)
        theirs = {name: leaf.grad.numpy() for name, leaf in leaves.items()}
        errors += [relative_error(cases.flat(clipped), cases.flat(theirs))]
        errors += [abs(cases.total_norm(clipped) / min(c, cases.total_norm(grads)) - 1.0)]
    return largest_of(errors)


def turned_by(clip) -> float:
    """How far a way of clipping turns the exploding gradient, in degrees."""
    grads = cases.exploding_gradient()
    return cases.angle(clip(grads, 1.0), grads)


def norm_after(clip) -> float:
    """What is left of the norm of the exploding gradient."""
    return cases.total_norm(clip(cases.exploding_gradient(), 1.0))


def updates(placement: str, c: float = 1.0) -> float:
    """The length of one step of gradient descent with rate 1, with the clipping placed somewhere.

    "before backward", "between" backward and step, or "after step".
    """
    import torch

    w = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    loss = w @ torch.tensor([6.0, 8.0], dtype=torch.float64)

    def clip(here: str) -> None:
        if here == placement:
            torch.nn.utils.clip_grad_norm_([w], c)

    clip("before backward")
    loss.backward()
    clip("between")
    w.data.sub_(w.grad)  # the step
    clip("after step")
    return float(w.detach().norm())


def clipped(measure, states: float, mistake: str, **more) -> Row:
    """One wrong way of clipping that the exercise knows."""
    return Row(measure, states, mistake=("clip-by-norm", mistake), **more)


CLIPPED = {
    "clip-by-value-angle: Cutting each entry at 1 turns the gradient by so many degrees.": clipped(
        partial(turned_by, cases.clip_by_value), 42.54, "value"
    ),
    "clip-each-angle: Giving each parameter a norm of its own turns the gradient by so many "
    "degrees.": clipped(partial(turned_by, cases.clip_each), 44.53, "each"),
    "clip-by-value-norm: Cutting each entry at 1 leaves a gradient of this norm.": clipped(
        partial(norm_after, cases.clip_by_value), 34.07, "value"
    ),
    "clip-in-a-loop: A loop that binds its own name to the clipped array leaves this norm: all of "
    "it.": clipped(
        partial(norm_after, cases.clip_in_a_loop), 1707.0, "W38", tolerance=3.4, source="W38"
    ),
}
claim_rows(
    CLIPPED,
    how="the gradient of a network of 32 units with 3 × orthogonal, norm 1707, limit 1",
    source="U18-1.2",
)


@claim("clip-misplaced", states=10.0, tolerance=2e-2, how=ONE_STEP, source="U18-1.2")
def clipped_too_early_or_late() -> float:
    """Clipped before backward() or after step(), the step is as long as without clipping."""
    lengths = {updates("before backward"), updates("after step")}
    return lengths.pop() if len(lengths) == 1 and updates("between") < 1.0 + 1e-6 else np.inf


@claim("clip-bias", states=-0.8, tolerance=1.6e-3, how="ten batches, limit 1", source="U18-1.2")
def mean_of_clipped() -> float:
    """The mean of clipped gradients can point the other way than their mean, 0.1."""
    batches = [np.full(1, -1.0)] * 9 + [np.full(1, 10.0)]
    return float(np.mean([cases.clip_by_norm({"w": g}, 1.0)["w"] for g in batches]))


@claim("clip-no-loss", states=0.09697, tolerance=1.9e-4, how=DIFFERENCES, source="U18-1.2")
def circulation_of_clipped() -> float:
    r"""$\partial F_2/\partial w_1 - \partial F_1/\partial w_2$ of a clipped gradient is not 0."""
    w = np.ones(2)  # the loss is (w_1² + 9 w_2²)/2; the gradient of any loss would give 0

    def entry(k: int):
        return lambda: float(cases.clip_by_norm({"w": np.array([1.0, 9.0]) * w}, 1.0)["w"][k])

    return float(precise_gradient(entry(1), w)[0] - precise_gradient(entry(0), w)[1])


@claim(
    "truncated-is-detached", shows="eq-grad-truncated", tolerance=1e-12, how=DETACHED, source="W33"
)
def truncated_gradient() -> float:
    """The last k terms are what torch gives when the state k steps before the end is detached."""
    network = small_network(T=8)
    terms = rnn.gradient_contributions(*network)
    return largest_of(
        relative_error(cases.truncated(terms, k), cases.detached_gradient(*network, k))
        for k in range(1, 9)
    )


def truncation_bounds(params, x, y, h0) -> np.ndarray:
    """What truncation to 1 … T − 1 steps drops, over the chapter's bound: (T − 1,)."""
    terms = rnn.gradient_contributions(params, x, y, h0=h0)
    dropped = np.linalg.norm(np.cumsum(terms, axis=0)[-2::-1], axis=(1, 2))  # windows 1, 2, …
    longest = np.linalg.norm(rnn.forward(params, x, h0=h0)[1].h_prev, axis=1).max()
    arrives = np.linalg.norm(rnn.state_gradients(params, x, y, h0=h0)[0][-1])
    rho = np.linalg.norm(params["W_hh"], 2)
    windows = np.arange(1, len(x))
    return dropped / (arrives * longest * rho**windows / (1.0 - rho))


@claim(
    "truncation-bound", shows="eq-truncation-bound", tolerance=1e-9, how=CONTRACTING, source="D-1.2"
)
def truncation_is_bounded() -> float:
    r"""What truncation drops is at most the bound; one unit with small states comes near it."""
    networks = (cases.network_for_truncation(0.3 + 0.012 * k, k, 12, 4) for k in range(50))
    worst = largest_of(truncation_bounds(*network).max() for network in networks)
    params, x, y, _ = small_network(T=80, d=1, n=1)
    params |= {"W_hh": np.full((1, 1), 0.8), "b_h": np.zeros(1), "W_hx": np.full((1, 1), 2e-4)}
    near = truncation_bounds(params, 0.0 * x + 1.0, y, np.full(1, 1e-3))[4]
    return largest_of(0.0, worst - 1.0) if 0.999 < near <= 1.0 else np.inf


def truncation_error(factor: float, window: int) -> float:
    """The median over five networks of the relative error of the truncated gradient."""
    return float(np.median(cases.truncation_errors(factor)[:, window - 1]))


def truncation_angle(factor: float, window: int) -> float:
    """Median angle between the truncated gradient and the full one, in degrees."""
    angles = []
    for seed in cases.SEEDS:
        terms = rnn.gradient_contributions(*cases.network_for_truncation(factor, seed))
        both = ({"W_hh": cases.truncated(terms, steps)} for steps in (window, len(terms)))
        angles.append(cases.angle(*both))
    return float(np.median(angles))


TRUNCATION = {
    "truncation-0.7: Window 10 of 40, $W_{hh}$ 0.7 × orthogonal: relative error of the "
    "gradient.": Row(partial(truncation_error, 0.7, 10), 0.02154),
    "truncation-1: Window 10 of 40, $W_{hh}$ orthogonal: relative error of the gradient.": Row(
        partial(truncation_error, 1.0, 10), 0.3234
    ),
    "truncation-angle: Window 10 of 40, $W_{hh}$ orthogonal: degrees between the two "
    "gradients.": Row(partial(truncation_angle, 1.0, 10), 18.86),
    "early-terms: With $W_{hh}$ 0.7 × orthogonal the first ten of 40 terms are this part of the "
    "gradient.": Row(partial(truncation_error, 0.7, 30), 5.016e-6, source="R1-08"),
    "latch-carried: One unit with $W_{hh} = 2$ read a 1 at the first step: its state at step "
    "1000.": Row(partial(cases.latch, 1000), 0.9575, how="1000 steps, the state never reset"),
    "latch-gradient: What ten steps leave of a nudge of that unit's first state.": Row(
        partial(cases.latch_gradient, 11), 4.236e-8, how=DIFFERENCES
    ),
}
claim_rows(
    TRUNCATION,
    how="the median of five networks of 32 units, 40 steps, loss at the last",
    source="W33",
)
