"""Claims of chapter 11: every gradient of the Phased LSTM, in both variants."""

from functools import partial

import numpy as np

from rnncourse.byhand import phased
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.lstm import SHAPES
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import OUTPUT, at, scores
from rnncourse.chapters.phased_lstm.cases import (
    CLOCK,
    LEAK,
    by_hand_error,
    loss_of,
    loss_with,
    openness_gradients,
    small_phased,
    walk_back,
)
from rnncourse.chapters.phased_lstm.claims_update import torch_cell
from rnncourse.claims.registry import claim

BOTH = "central differences, both variants"


def onward(params, x, y, h, c, times, about) -> float:
    """The summed losses of a step that shows h, y[0] its class, and of all steps after it."""
    own = loss_and_dp(scores(params, h[None]), y[:1], "sum")[0]
    if len(x) == 1:
        return own
    return own + loss_of(params, x[1:], y[1:], "sum", h0=h, c0=c, times=times[1:], **about)


def state_error(variant: str) -> float:
    """The recursion against a nudge of one state, after which all the rest follows."""
    params, x, y, state = small_phased(3, T=4, d=2, n=2)
    about = {"leak": LEAK, "variant": variant}
    dhs, dcs, _ = walk_back(params, x, y, "sum", **about, **state)
    cache, errors = phased.forward(params, x, **about, **state)[1], []
    for t in range(len(x)):

        def loss(s, h, t=t) -> float:
            return onward(params, x[t:], y[t:], h, s.c, state["times"][t:], about)

        def follows(s):
            blended = s.k * np.tanh(s.c) * s.o + (1.0 - s.k) * s.h_prev
            return blended if variant == "course" else s.h  # the course's h follows c

        s = at(cache, t)
        by_h = precise_gradient(lambda s=s, loss=loss: loss(s, s.h), s.h)
        by_c = precise_gradient(lambda s=s, loss=loss, h=follows: loss(s, h(s)), s.c)
        errors += [relative_error(dhs[t], by_h), relative_error(dcs[t], by_c)]
    return max(errors)


def sums_error(variant: str) -> float:
    """The gradients by the sums inside the gates against a bias of each step's own."""
    params, x, y, state = small_phased(3, T=3, d=2, n=2)
    biases = {q: np.zeros((3, 2)) for q in "gifo"}
    by_hand = walk_back(params, x, y, leak=LEAK, variant=variant, **state)[2]

    def loss() -> float:
        return loss_with(params, x, y, state, variant, LEAK, biases=biases)

    return max(
        relative_error(by_hand[q], precise_gradient(loss, rows)) for q, rows in biases.items()
    )


def openness_error(variant: str) -> float:
    """The gradients by k against an openness of each step and unit that is nudged."""
    params, x, y, state = small_phased(3, T=4, d=2, n=3)
    nudge = np.zeros((4, 3))
    by_hand = openness_gradients(params, x, y, leak=LEAK, variant=variant, **state)

    def loss() -> float:
        return loss_with(params, x, y, state, variant, LEAK, openness=nudge)

    return relative_error(by_hand, precise_gradient(loss, nudge))


@claim(
    "phased-dL-states",
    shows=("eq-grad-phased-states", "eq-grad-phased-shown"),
    tolerance=1e-8,
    how=BOTH,
)
def state_recursion() -> float:
    r"""The recursion gives $\delta_h$ and $\delta_c$: nudge one state, and all the rest follows."""
    return max(map(state_error, phased.VARIANTS))


@claim(
    "phased-dL-sums",
    shows=("eq-grad-phased-proposal", "eq-grad-phased-course", "eq-grad-phased-inside"),
    tolerance=1e-8,
    how=BOTH,
)
def gate_gradients() -> float:
    r"""The four $\delta_{a_q}^{(t)}$: nudge the sum inside one gate at one step."""
    return max(map(sums_error, phased.VARIANTS))


@claim(
    "phased-dL-dk",
    shows="eq-grad-phased-openness",
    tolerance=1e-8,
    how=BOTH,
    source="U18-2.2b",
)
def openness() -> float:
    r"""The gradient by the openness of every unit at every step."""
    return max(map(openness_error, phased.VARIANTS))


@claim(
    "phased-dL-clock",
    shows="eq-grad-phased-sum",
    tolerance=1e-8,
    how=f"{BOTH}, with and without leak",
    source="U18-2.2b",
)
def clock_gradients() -> float:
    r"""The gradients of the loss by $\tau$, $s$ and $r_{on}$ of every unit."""
    return by_hand_error(CLOCK, leaks=(LEAK, 0.0))


@claim("phased-dL-weights", shows="eq-grad-phased-sum", tolerance=1e-8, how=BOTH)
def weight_gradients() -> float:
    """The gradients by all weights and biases, and by the first state and memory."""
    return by_hand_error((*SHAPES, *OUTPUT, "h0", "c0"))


@claim("phased-autograd", tolerance=1e-12, how="automatic differentiation (torch), both variants")
def automatic_differentiation_agrees() -> float:
    """Automatic differentiation through the readable torch cell gives the same gradients."""
    from rnncourse.sequence import unroll

    return torch_error(unroll)


@claim("phased-trained", tolerance=1e-12, how="the backward pass that trains, both variants")
def what_trains_agrees() -> float:
    """The package's whole-sequence layer, which trains, has the gradients of this page."""
    from rnncourse.sequence import run

    return torch_error(partial(run, backend="byhand"))


def torch_error(unroll) -> float:
    """Gradients of the mean loss by the torch layer against those by hand."""
    import torch

    errors = []
    for variant in phased.VARIANTS:
        params, x, y, state = small_phased()
        times = torch.from_numpy(state["times"])[None]
        about = {"times": state["times"], "leak": LEAK, "variant": variant}
        grads = phased.loss_and_gradients(params, x, y, "mean", **about)[1]
        cell = torch_cell(params, LEAK, variant)
        output = [torch.tensor(params[name], requires_grad=True) for name in ("W_ph", "b_p")]
        h, _ = unroll(cell, torch.from_numpy(x)[None], times=times)
        p = torch.nn.functional.linear(h[0], *output)
        torch.nn.functional.cross_entropy(p, torch.from_numpy(y)).backward()
        leaves = dict(cell.named_parameters()) | dict(zip(("W_ph", "b_p"), output, strict=True))
        errors += [relative_error(grads[name], v.grad.numpy()) for name, v in leaves.items()]
    return max(errors)
