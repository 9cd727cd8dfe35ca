"""Claims of chapter 07: optimizers. The forms, plain descent, momentum, noise, and the slips."""

import itertools
from functools import partial

import numpy as np

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.optimizers import OPTIMIZERS, SGD, Momentum, descend, follow
from rnncourse.chapters.optimizers.cases import (
    best_momentum,
    best_sgd,
    effective_steps,
    path_of_adagrad,
    path_of_torch,
    radius,
    ravine_path,
    response,
    steps_to,
)
from rnncourse.chapters.optimizers.cases_slips import SLIPS, slip
from rnncourse.claims.registry import claim

ASKED = "U18-1.4"


def random_path(name: str, scale: float, learning_rate: float = 0.01, **options):
    """Three weights, sixty random gradients of this size, and the optimizer's path."""
    rng = np.random.default_rng(7)
    w, grads = rng.standard_normal(3), scale * rng.standard_normal((60, 3))
    return w, grads, follow(OPTIMIZERS[name](learning_rate, **options), w, grads)


@claim(
    "optimizers-equal-torch",
    shows=("eq-sgd", "eq-momentum", "eq-rmsprop", "eq-adam"),
    tolerance=1e-12,
    how="torch.optim, gradients of three sizes",
    source=ASKED,
)
def same_as_torch() -> float:
    """Plain descent, momentum, RMSprop and Adam take the steps of torch.optim."""
    worst = 0.0
    for name, scale in itertools.product(("sgd", "momentum", "rmsprop", "adam"), (1e-6, 1.0, 1e3)):
        w, grads, path = random_path(name, scale)
        worst = max(worst, relative_error(path, path_of_torch(name, w, grads, 0.01)))
    return worst


@claim("adagrad-formula", shows="eq-adagrad", tolerance=1e-12, how="a loop without arrays")
def same_as_the_loop() -> float:
    """AdaGrad's step divides by the root of the sum of all squares so far."""
    w, grads, path = random_path("adagrad", 1e-3)
    return relative_error(path, path_of_adagrad(w, grads, 0.01))


# Plain descent


@claim("sgd-eigenvectors", shows="eq-sgd-quadratic", tolerance=1e-12, how="a full matrix, 30 steps")
def sgd_along_eigenvectors() -> float:
    r"""Along each eigenvector the weight is multiplied by $1-\eta\lambda$ a step."""
    rng = np.random.default_rng(0)
    A = rng.standard_normal((4, 4))
    A = A @ A.T
    curvatures, Q = np.linalg.eigh(A)
    w, eta = rng.standard_normal(4), 1.5 / curvatures[-1]
    path = descend(SGD(eta), lambda w: A @ w, w, 30)
    return relative_error(path[-1], Q @ ((1.0 - eta * curvatures) ** 30 * (Q.T @ w)))


@claim("sgd-converges", tolerance=0.5, how="30 random bowls, just below and above the bound")
def sgd_converges_below_the_bound() -> float:
    r"""Plain descent converges for $\eta < 2/b$ and for no larger one: the exceptions."""
    wrong = 0
    for b in np.random.default_rng(0).uniform(1.0, 100.0, 30):
        for eta, shrinks in ((1.999 / b, True), (2.001 / b, False)):
            start, curvatures = np.array([0.1, 1.0]), np.array([1.0, b])
            path = descend(SGD(eta), lambda w, c=curvatures: c * w, start, 400)
            wrong += bool(np.linalg.norm(path[-1]) < np.linalg.norm(start)) != shrinks
    return wrong


@claim("sgd-best-rate", shows="eq-sgd-best", tolerance=1e-9, how="paths, and a grid of rates")
def sgd_best_rate() -> float:
    r"""The best learning rate gives $(\kappa-1)/(\kappa+1)$, and no other on the grid is better."""
    worst = 0.0
    for kappa in (2.0, 25.0, 1000.0):
        best = (kappa - 1.0) / (kappa + 1.0)
        path = ravine_path(best_sgd(1.0, kappa), kappa, 50)
        measured = np.linalg.norm(path[-1]) / np.linalg.norm(path[-2])
        grid = np.linspace(1e-4, 2.0 / kappa, 2001)
        others = np.maximum(np.abs(1.0 - grid), np.abs(1.0 - grid * kappa))
        worst = max(worst, abs(measured - best), best - others.min())
    return worst


# Momentum


@claim("momentum-matrix", shows="eq-momentum-matrix", tolerance=1e-10, how="40 steps of momentum")
def momentum_is_a_matrix() -> float:
    """Two successive distances are multiplied by one matrix a step."""
    eta, mu, curvature = 0.3, 0.8, 2.5
    path = descend(Momentum(eta, mu), lambda w: curvature * w, 1.0, 40)
    M = np.array([[1.0 + mu - eta * curvature, -mu], [1.0, 0.0]])
    return relative_error(path[-1:], (np.linalg.matrix_power(M, 39) @ path[1::-1])[:1])


@claim("momentum-converges", tolerance=0.5, how="eigenvalues, 2000 random pairs")
def momentum_converges_below_the_bound() -> float:
    r"""For $0\le\mu<1$: both eigenvalues are below 1 if and only if $0<\eta\lambda<2(1+\mu)$."""
    rng = np.random.default_rng(0)
    pairs = zip(rng.uniform(0.0, 5.0, 2000), rng.uniform(0.0, 1.0, 2000), strict=True)
    return sum((radius(s, mu, 1.0) < 1.0) != (s < 2.0 * (1.0 + mu)) for s, mu in pairs)


@claim("momentum-band", shows="eq-momentum-band", tolerance=1e-7, how="eigenvalues, 2000 pairs")
def momentum_inside_the_band() -> float:
    r"""Inside the band the rate is $\sqrt\mu$, whatever the curvature; outside it is larger."""
    rng, worst = np.random.default_rng(1), 0.0
    for mu in rng.uniform(0.01, 0.99, 500):
        r, low, high = np.sqrt(mu), (1.0 - np.sqrt(mu)) ** 2, (1.0 + np.sqrt(mu)) ** 2
        inside = rng.uniform(low, high)
        worst = max(worst, abs(radius(inside, mu, 1.0) - r))
        outside = (0.99 * low, 1.01 * high)
        worst = max(worst, *(r - radius(s, mu, 1.0) for s in outside))
    return worst


@claim("momentum-best-rate", shows="eq-momentum-best", tolerance=1e-6, how="random rates and pairs")
def momentum_best_rate() -> float:
    r"""The best pair gives $(\sqrt\kappa-1)/(\sqrt\kappa+1)$; no random pair is better."""
    rng, worst = np.random.default_rng(2), 0.0
    for kappa in (4.0, 25.0, 400.0):
        best = (np.sqrt(kappa) - 1.0) / (np.sqrt(kappa) + 1.0)
        o = best_momentum(1.0, kappa)
        middle = [radius(o.learning_rate, o.momentum, c) for c in np.linspace(1.01, kappa, 20)[:-1]]
        near = zip(rng.uniform(0.5, 1.5, 300), rng.uniform(-0.1, 0.1, 300), strict=True)
        others = [
            max(radius(o.learning_rate * f, o.momentum + d, c) for c in (1.0, kappa))
            for f, d in near
        ]
        worst = max(worst, *(abs(r - best) for r in middle), best - min(others))
    return worst


def _ravine(id: str, make, states: float, kappa: float, what: str) -> None:
    def measure() -> float:
        return steps_to(ravine_path(make(1.0, kappa), kappa, 500))

    measure.__doc__ = f"Steps to a thousandth of the distance, {what}, curvatures 1 and {kappa:g}."
    how = "its best setting, from (1, 1)"
    claim(id, states=states, tolerance=0.5, how=how, source=ASKED)(measure)


_ravine("ravine-sgd", best_sgd, 346, 100.0, "plain descent")
_ravine("ravine-momentum", best_momentum, 56, 100.0, "momentum")


@claim("momentum-overshoot", states=2.678, tolerance=1e-3, how="its best setting, from (1, 1)")
def momentum_overshoots() -> float:
    """The largest distance on momentum's way, over the first one, curvatures 1 and 100."""
    distance = np.linalg.norm(ravine_path(best_momentum(1.0, 100.0), 100.0, 500), axis=1)
    return distance.max() / distance[0]


@claim("momentum-consistent", shows="eq-consistent", tolerance=1e-12, how="500 equal gradients")
def consistent_gradients_add_up() -> float:
    r"""Equal gradients: after $t$ steps the step is $\eta(1-\mu^t)/(1-\mu)$."""
    steps = effective_steps("momentum", np.ones(500))
    return relative_error(steps, (1.0 - 0.9 ** np.arange(1, 501)) / 0.1)


@claim("momentum-alternating", shows="eq-consistent", tolerance=1e-12, how="500 gradients ±1")
def alternating_gradients_cancel() -> float:
    r"""Alternating gradients: after $t$ steps the step is $\eta(1-(-\mu)^t)/(1+\mu)$ long."""
    steps = np.abs(effective_steps("momentum", (-1.0) ** np.arange(500)))
    return relative_error(steps, (1.0 - (-0.9) ** np.arange(1, 501)) / 1.9)


@claim("sgd-noise-floor", shows="eq-noise-floor", tolerance=1e-10, how="squares of the response")
def noise_floor() -> float:
    r"""Noise of variance $s^2$ leaves a variance of $\eta s^2/\lambda(2-\eta\lambda)$."""
    floors = {(eta, c): eta / (c * (2.0 - eta * c)) for eta in (0.1, 0.01) for c in (0.5, 1.0, 9.0)}
    return max(
        abs((response(SGD(eta), c) ** 2).sum() / floor - 1.0) for (eta, c), floor in floors.items()
    )


@claim("momentum-noise", states=0.9525, tolerance=1e-4, how="squares of the response", source=ASKED)
def momentum_keeps_the_noise() -> float:
    r"""Variance with $\mu=0.9$, $\eta=0.01$ over that of plain descent with $\eta=0.1$."""
    floors = [(response(o) ** 2).sum() for o in (Momentum(0.01), SGD(0.1))]
    return floors[0] / floors[1]


@claim(
    "minibatch-unbiased", tolerance=1e-12, how="all 56 batches of 3 of 8 examples", source="R1-11"
)
def batches_are_right_on_average() -> float:
    """The gradient of a random batch has the full gradient as its mean."""
    rng = np.random.default_rng(0)
    x, y, w = rng.standard_normal((8, 3)), rng.standard_normal(8), rng.standard_normal(3)

    def gradient(rows) -> np.ndarray:
        rows = list(rows)
        return x[rows].T @ (x[rows] @ w - y[rows]) / len(rows)

    batches = [gradient(rows) for rows in itertools.combinations(range(8), 3)]
    return relative_error(np.mean(batches, axis=0), gradient(range(8)))


for _id, (_states, _source, _statement, *_case) in SLIPS.items():
    _measure = partial(slip, *_case)
    _measure.__doc__, _measure.__module__ = _statement, __name__
    claim(
        _id,
        states=_states,
        tolerance=1e-4 * max(_states, 1e-4),
        how="the worked example, relative error of the last weight",
        source=_source,
    )(_measure)
