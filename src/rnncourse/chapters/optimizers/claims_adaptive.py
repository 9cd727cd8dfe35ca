"""Claims on AdaGrad, RMSprop and Adam, and what a slip in an optimizer costs."""

import itertools
from functools import partial

import numpy as np

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.optimizers import OPTIMIZERS, AdaGrad, Adam, RMSprop, descend, follow
from rnncourse.chapters.optimizers.by_pencil import pencil_weights
from rnncourse.chapters.optimizers.cases import (
    GRADS,
    STORM,
    effective_steps,
    ravine_path,
    steps_to,
    turn,
    well_path,
    wrong_path,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

ASKED = "U18-1.4"
ONES = np.ones(10_000)


# AdaGrad


@claim(
    "adagrad-never-grows",
    tolerance=1e-15,
    how="20 random paths of 200 steps",
    source="W21",
    absolute="lengths of steps",
)
def effective_step_never_grows() -> float:
    r"""AdaGrad's effective step $\eta/\sqrt{m+\varepsilon}$ never increases; gradients do."""
    worst = 0.0
    for seed in range(20):
        grads = np.random.default_rng(seed).standard_normal(200)
        effective = effective_steps("adagrad", grads) / grads
        worst = largest_of(worst, np.diff(effective).max())
    return largest_of(worst, 0.0)


@claim("adagrad-constant", shows="eq-adagrad-constant", tolerance=1e-8, how="10,000 steps")
def constant_gradient() -> float:
    r"""With equal gradients the step is $\eta/\sqrt t$, whatever their size."""
    expected = 1.0 / np.sqrt(np.arange(1, 10_001))
    return largest_of(
        relative_error(effective_steps("adagrad", size * ONES), expected) for size in (1.0, 30.0)
    )


@claim(
    "adagrad-ones",
    tolerance=1e-12,
    how="rounded to seven decimals",
    source="W21",
    absolute="lengths of steps",
)
def five_steps() -> float:
    r"""With $g = 1$ and $\eta = 0.1$ the steps are 0.1, 0.0707107, 0.0577350, 0.05, 0.0447214."""
    printed = np.array([0.1, 0.0707107, 0.0577350, 0.05, 0.0447214])
    return float(np.abs(effective_steps("adagrad", np.ones(5), 0.1).round(7) - printed).max())


@claim(
    "adagrad-goes-on",
    shows="eq-adagrad-sum",
    tolerance=1e-9,
    how="the excess over the bounds, 10,000 steps",
    source="R0-07",
    absolute="lengths",
)
def the_sum_diverges() -> float:
    r"""The way after $T$ steps of equal gradients lies between the two bounds."""
    T = np.arange(1, 10_001)
    way = np.cumsum(1.0 / np.sqrt(T))
    taken = -follow(AdaGrad(1.0, eps=0.0), 0.0, ONES)
    lower, upper = 2.0 * (np.sqrt(T + 1.0) - 1.0), 2.0 * np.sqrt(T) - 1.0
    return largest_of((lower - taken).max(), (taken - upper).max(), np.abs(taken - way).max(), 0.0)


@claim("adagrad-after-storm", states=1e-3, tolerance=1e-5, how="the last of 2000 steps")
def adagrad_remembers() -> float:
    r"""AdaGrad's step in $\eta$, 2000 gradients of 1 after 100 gradients of 100."""
    return effective_steps("adagrad", STORM)[-1]


@claim("rmsprop-after-storm", states=762, how="steps are counted", source="R0-08")
def rmsprop_forgets() -> float:
    r"""Small gradients until RMSprop's step is above $\eta/2$ again, after the same storm."""
    return int(np.argmax(effective_steps("rmsprop", STORM)[100:] > 0.5)) + 1


# RMSprop


@claim("rmsprop-average", shows="eq-rmsprop-average", tolerance=1e-12, how="the sum itself")
def weights_of_the_past() -> float:
    r"""$v_t$ is the sum of all past squares with the weights $(1-\alpha)\alpha^{t-i}$."""
    grads = np.random.default_rng(0).standard_normal(50)
    optimizer = RMSprop(1.0, alpha=0.9)
    follow(optimizer, 0.0, grads)
    return abs(optimizer.v / (0.1 * 0.9 ** np.arange(49, -1, -1) @ grads**2) - 1.0)


@claim("rmsprop-first-step", states=10.0, tolerance=1e-4, how="gradients 0.1 and 1000")
def first_step_of_rmsprop() -> float:
    r"""RMSprop's first step in units of $\eta$, whatever the gradient: $1/\sqrt{1-\alpha}$."""
    first = [effective_steps("rmsprop", np.array([g]))[0] for g in (1e-1, 1e3)]
    return max(first, key=lambda step: abs(step - 10.0))


@claim(
    "adaptive-bounds",
    tolerance=1e-12,
    how="the excess, 20 random paths of 200 steps",
    absolute="lengths of steps",
)
def longest_steps() -> float:
    r"""No step of AdaGrad is longer than $\eta$, none of RMSprop than $\eta/\sqrt{1-\alpha}$."""
    worst = 0.0
    for seed in range(20):
        grads = np.random.default_rng(seed).standard_cauchy(200)
        for name, bound in (("adagrad", 1.0), ("rmsprop", 10.0)):
            worst = largest_of(worst, np.abs(effective_steps(name, grads)).max() - bound)
    return largest_of(worst, 0.0)


@claim("scale-free", shows="eq-scale-free", tolerance=1e-12, how="ε = 0, scaled by 1e6 and 1e-6")
def scale_of_the_gradient() -> float:
    r"""With $\varepsilon=0$ the adaptive paths do not depend on the gradient's scale."""
    worst, options = 0.0, {"eps": 0.0}
    for name, c in itertools.product(("adagrad", "rmsprop", "adam"), (1e6, 1e-6)):
        paths = [follow(OPTIMIZERS[name](0.1, **options), 0.0, k * GRADS) for k in (1.0, c)]
        worst = largest_of(worst, relative_error(*paths))
    return worst


def moved_by_scaling(c: float) -> float:
    """How far RMSprop's last weight in the worked example moves when the gradients are scaled."""
    ends = [follow(RMSprop(0.1), 0.0, k * GRADS)[-1] for k in (c, 1.0)]
    return abs(ends[0] - ends[1])


@claim("rmsprop-scaled-up", states=1.467e-7, how="the example", source="R1-13")
def scaled_up() -> float:
    r"""With $\varepsilon=10^{-8}$: gradients times $10^6$ move RMSprop's fifth weight by this."""
    return moved_by_scaling(1e6)


@claim("rmsprop-scaled-down", states=0.136, tolerance=5e-5, how="the example", source="R1-13")
def scaled_down() -> float:
    r"""With $\varepsilon=10^{-8}$: gradients times $10^{-6}$ move it by this."""
    return moved_by_scaling(1e-6)


@claim("rmsprop-hovers", states=1.0, tolerance=1e-4, how="20,000 steps in the double well")
def rmsprop_hovers() -> float:
    r"""RMSprop's last step in units of $\eta = 0.01$: it jumps to and fro about the minimum."""
    path = well_path("rmsprop", 0.01)
    return abs(path[-1] - path[-2]) / 0.01


# Two updates on paper

HUNDREDFOLD = {
    "pencil-plain-hundred: Two updates of plain descent with the gradients 200 and 100.": Row(
        lambda: pencil_weights("sgd", 100.0)[-1], -29.0
    ),
    "pencil-adam-hundred: Two updates of Adam with the gradients 200 and 100.": Row(
        lambda: pencil_weights("adam", 100.0)[-1], 0.8068, tolerance=5e-5
    ),
}
claim_rows(HUNDREDFOLD, how="from w = 1, η = 0.1", source=ASKED)


# Adam


@claim("adam-bias", shows="eq-adam-bias", tolerance=1e-12, how="the mean over all 256 sequences")
def bias_of_the_averages() -> float:
    r"""The averages of $t$ random gradients fall short of the means by $1-\beta^t$."""
    worst = 0.0
    for t in (1, 2, 8):
        ends = []
        for grads in itertools.product((3.0, -1.0), repeat=t):
            adam = Adam(1.0)
            follow(adam, 0.0, grads)
            ends.append((adam.m, adam.v))
        m, v = np.mean(ends, axis=0)
        worst = largest_of(worst, abs(m / (1.0 - 0.9**t) - 1.0))
        worst = largest_of(worst, abs(v / (1.0 - 0.999**t) / 5.0 - 1.0))
    return worst


@claim("adam-first-step", shows="eq-adam-first", tolerance=1e-12, how="seven sizes, both signs")
def first_step_of_adam() -> float:
    r"""Adam's first step is $\eta\,g/(|g|+\varepsilon)$."""
    sizes = np.array([sign * 10.0**k for k in range(-9, 10, 3) for sign in (1.0, -1.0)])
    first = -follow(Adam(0.3), np.zeros(14), sizes[None])[0]
    return relative_error(first, 0.3 * sizes / (np.abs(sizes) + 1e-8))


UNCORRECTED = ("adam-path", "no-correction")


def uncorrected(steps: int) -> np.ndarray:
    r"""Steps in units of η without the corrections, equal gradients, shape (steps,)."""
    return -np.diff(wrong_path("adam", "no-correction", np.ones(steps), 1.0), prepend=0.0)


@claim("adam-uncorrected-first", states=3.162, how="the program without it", mistake=UNCORRECTED)
def first_step_without_correction() -> float:
    r"""Without the corrections the first step is $(1-\beta_1)/\sqrt{1-\beta_2}$ times $\eta$."""
    return uncorrected(1)[0]


@claim("adam-uncorrected-largest", states=6.569, how="2000 equal gradients", mistake=UNCORRECTED)
def largest_step_without_correction() -> float:
    r"""The largest step in units of $\eta$ without the corrections; it is the twelfth."""
    steps = uncorrected(2000)
    return steps.max() if steps.argmax() == 11 else np.inf


@claim("adam-after-silence", states=3.162, how="10,000 zeros, then 1")
def after_silence() -> float:
    r"""Adam's step in units of $\eta$ when a gradient comes after long silence."""
    return effective_steps("adam", np.append(np.zeros(10_000), 1.0))[-1]


# Axes


@claim("turned-paths", tolerance=1e-9, how="a ravine turned by 30 degrees, 100 steps")
def paths_turn_with_the_axes() -> float:
    """Plain descent and momentum go the same way in turned coordinates, adaptive steps do not."""
    R, curvatures, start = turn(30.0), np.array([1.0, 9.0]), np.array([1.0, -0.5])
    apart = {}
    for name, make in OPTIMIZERS.items():
        straight = descend(make(0.05), lambda w: curvatures * w, start, 100)
        turned = descend(make(0.05), lambda w: R @ (curvatures * (R.T @ w)), R @ start, 100)
        apart[name] = relative_error(turned @ R, straight)
    if not min(apart[name] for name in ("adagrad", "rmsprop", "adam")) > 0.01:
        return np.inf
    return largest_of(apart["sgd"], apart["momentum"])


@claim("adam-straight-ravine", states=125, how="η = 0.05, to a thousandth")
def adam_in_a_straight_ravine() -> float:
    r"""Adam's steps through a ravine along the axes, curvatures 1 and 100."""
    return steps_to(ravine_path(Adam(0.05), 100.0, 1500))


@claim("adam-turned-ravine", states=901, how="η = 0.05, to a thousandth")
def adam_in_a_turned_ravine() -> float:
    r"""The same, the ravine turned by 45 degrees."""
    return steps_to(ravine_path(Adam(0.05), 100.0, 1500, degrees=45.0))


# Slips


def off_by(name: str, mistake: str, size: float) -> float:
    """Relative error of the last weight of the worked example, its gradients times ``size``."""
    right = follow(OPTIMIZERS[name](0.1), 0.0, size * GRADS)[-1]
    return float(abs(wrong_path(name, mistake, size * GRADS, 0.1)[-1] - right) / abs(right))


def slip(name: str, mistake: str, states: float, source: str, size: float = 1.0, **about) -> Row:
    measure, known = partial(off_by, name, mistake, size), (f"{name}-path", mistake)
    return Row(measure, states, source=source, mistake=known, **about)


SLIPS = {
    "slip-velocity-reset: A velocity that starts at zero in every step is plain descent.": slip(
        "momentum", "reset", 0.6197, "W22"
    ),
    "slip-replaces: AdaGrad that replaces its memory by the last squared gradient in place of "
    "adding.": slip("adagrad", "replaces", 0.25585, "W21"),
    r"slip-not-averaged: RMSprop with $v = \alpha v + g^2$: the factor $1-\alpha$ is "
    r"missing.": slip("rmsprop", "not-averaged", 0.9, "R0-08", tolerance=9e-5),
    r"slip-eps-outside: AdaGrad with $\varepsilon$ outside the root, gradients of size "
    r"one.": slip("adagrad", "eps-outside", 3.687e-9, "KTH"),
    r"slip-eps-outside-small: AdaGrad with $\varepsilon$ outside the root, gradients of size "
    r"$10^{-4}$.": slip("adagrad", "eps-outside", 0.1827, "KTH", tolerance=1.8e-5, size=1e-4),
    r"slip-eps-inside-small: RMSprop with $\varepsilon$ inside the root, gradients of size "
    r"$10^{-4}$.": slip("rmsprop", "eps-inside", 0.7808, "R1-13", size=1e-4),
    "slip-no-correction: Adam without the correction of both averages.": slip(
        "adam", "no-correction", 3.515, "R0-09", tolerance=3.5e-4
    ),
    "slip-half-correction: Adam with the correction of $v$ only.": slip(
        "adam", "half-correction", 0.7598, "R1-14"
    ),
}
claim_rows(SLIPS, how="the worked example, relative error of the last weight")
