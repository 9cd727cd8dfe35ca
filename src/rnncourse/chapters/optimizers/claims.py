"""Claims on optimizers: forms, plain descent, momentum, noise, minima, schedules, decay."""

import itertools
from functools import partial

import numpy as np

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.optimizers import (
    OPTIMIZERS,
    SGD,
    Momentum,
    descend,
    exponential_decay,
    follow,
    warmup_cosine,
)
from rnncourse.chapters.optimizers.by_pencil import HIGH, roll
from rnncourse.chapters.optimizers.cases import (
    LEFT,
    RIGHT,
    TOP,
    WELL_GRIDS,
    best_momentum,
    best_sgd,
    decayed,
    effective_steps,
    momentum_matrix,
    path_of_adagrad,
    path_of_torch,
    radius,
    rates_of_torch,
    ravine_path,
    response,
    saddle_steps,
    steps_to,
    well,
    well_ends,
    well_path,
    worst_point,
)
from rnncourse.chapters.optimizers.experiments import RATES
from rnncourse.chapters.optimizers.records import best_rates, rates
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of
from rnncourse.experiments import results

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
        worst = largest_of(worst, relative_error(path, path_of_torch(name, w, grads, 0.01)))
    return worst


@claim("adagrad-formula", shows="eq-adagrad", tolerance=1e-12, how="a loop without arrays")
def same_as_the_loop() -> float:
    """AdaGrad's step divides by the root of the sum of all squares so far."""
    w, grads, path = random_path("adagrad", 1e-3)
    return relative_error(path, path_of_adagrad(w, grads, 0.01))


# Plain descent


@claim(
    "ravine-factors",
    tolerance=1e-12,
    how="one step from each side of the opening ravine",
    absolute="factors",
)
def factors_in_the_ravine() -> float:
    r"""Rates 0.04, 0.07, 0.08, 0.1 multiply a weight of curvature 25 by 0, −0.75, −1, −1.5; 0.07
    multiplies one of curvature 1 by 0.93."""
    told = {0.04: 0.0, 0.07: -0.75, 0.08: -1.0, 0.1: -1.5}
    steep = [roll("sgd", eta, 1)[1, 1] / HIGH[1] - factor for eta, factor in told.items()]
    return float(np.abs([*steep, roll("sgd", 0.07, 1)[1, 0] / HIGH[0] - 0.93]).max())


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


@claim(
    "sgd-best-rate",
    shows="eq-sgd-best",
    tolerance=1e-9,
    how="paths, and a grid of rates",
    absolute="factors",
)
def sgd_best_rate() -> float:
    r"""The best learning rate gives $(\kappa-1)/(\kappa+1)$, and no other on the grid is better."""
    worst = 0.0
    for kappa in (2.0, 25.0, 1000.0):
        best = (kappa - 1.0) / (kappa + 1.0)
        path = ravine_path(best_sgd(1.0, kappa), kappa, 50)
        measured = np.linalg.norm(path[-1]) / np.linalg.norm(path[-2])
        grid = np.linspace(1e-4, 2.0 / kappa, 2001)
        others = np.maximum(np.abs(1.0 - grid), np.abs(1.0 - grid * kappa))
        worst = largest_of(worst, abs(measured - best), best - others.min())
    return worst


# Momentum


@claim("momentum-matrix", shows="eq-momentum-matrix", tolerance=1e-10, how="40 steps of momentum")
def momentum_is_a_matrix() -> float:
    """Two successive distances are multiplied by one matrix a step."""
    eta, mu, curvature = 0.3, 0.8, 2.5
    path = descend(Momentum(eta, mu), lambda w: curvature * w, 1.0, 40)
    M = momentum_matrix(eta, mu, curvature)
    return relative_error(path[-1:], (np.linalg.matrix_power(M, 39) @ path[1::-1])[:1])


@claim("momentum-converges", tolerance=0.5, how="eigenvalues, 2000 random pairs")
def momentum_converges_below_the_bound() -> float:
    r"""For $0\le\mu<1$: both eigenvalues are below 1 if and only if $0<\eta\lambda<2(1+\mu)$."""
    rng = np.random.default_rng(0)
    pairs = zip(rng.uniform(-1.0, 5.0, 2000), rng.uniform(0.0, 1.0, 2000), strict=True)
    return sum((radius(s, mu, 1.0) < 1.0) != (0.0 < s < 2.0 * (1.0 + mu)) for s, mu in pairs)


@claim(
    "momentum-band",
    shows="eq-momentum-band",
    tolerance=1e-7,
    how="eigenvalues, 2000 pairs",
    absolute="factors",
)
def momentum_inside_the_band() -> float:
    r"""Inside the band the rate is $\sqrt\mu$, whatever the curvature; outside it is larger."""
    rng, worst = np.random.default_rng(1), 0.0
    for mu in rng.uniform(0.01, 0.99, 500):
        r, low, high = np.sqrt(mu), (1.0 - np.sqrt(mu)) ** 2, (1.0 + np.sqrt(mu)) ** 2
        inside = rng.uniform(low, high)
        worst = largest_of(worst, abs(radius(inside, mu, 1.0) - r))
        outside = (0.99 * low, 1.01 * high)
        worst = largest_of(worst, *(r - radius(s, mu, 1.0) for s in outside))
    return worst


@claim(
    "momentum-best-rate",
    shows="eq-momentum-best",
    tolerance=1e-6,
    how="random rates and pairs",
    absolute="factors",
)
def momentum_best_rate() -> float:
    r"""The best pair gives $(\sqrt\kappa-1)/(\sqrt\kappa+1)$; no random pair is better."""
    rng, worst = np.random.default_rng(2), 0.0
    for kappa in (4.0, 25.0, 400.0):
        best = (np.sqrt(kappa) - 1.0) / (np.sqrt(kappa) + 1.0)
        o = best_momentum(1.0, kappa)
        middle = [radius(o.learning_rate, o.momentum, c) for c in np.linspace(1.01, kappa, 20)[:-1]]
        near = zip(rng.uniform(0.5, 1.5, 300), rng.uniform(-0.1, 0.1, 300), strict=True)
        others = [
            largest_of(radius(o.learning_rate * f, o.momentum + d, c) for c in (1.0, kappa))
            for f, d in near
        ]
        worst = largest_of(worst, *(abs(r - best) for r in middle), best - min(others))
    return worst


def ravine(id: str, word: str, make, states: int) -> dict[str, Row]:
    statement = f"Steps to a thousandth of the distance, {word}, curvatures 1 and 100."
    return {
        f"{id}: {statement}": Row(
            lambda: steps_to(ravine_path(make(1.0, 100.0), 100.0, 500)), states
        )
    }


claim_rows(
    ravine("ravine-sgd", "plain descent", best_sgd, 346),
    ravine("ravine-momentum", "momentum", best_momentum, 56),
    tolerance=0.5,
    how="its best setting, from (1, 1)",
    source=ASKED,
)


@claim("momentum-overshoot", states=2.678, how="its best setting, from (1, 1)")
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
    return largest_of(
        abs((response(SGD(eta), c) ** 2).sum() / floor - 1.0) for (eta, c), floor in floors.items()
    )


@claim("momentum-noise", states=0.9525, how="squares of the response", source=ASKED)
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


# Minima and saddles

WELL = "20,000 steps from 1.5"
in_the_well = partial(claim, absolute="distances")


@claim(
    "double-well",
    shows="eq-double-well",
    tolerance=1e-9,
    how="a grid of 0.0001 around each",
    absolute="heights",
)
def minima_of_the_well() -> float:
    """The double well has a minimum at either root, the left one lower, and a top between."""
    worst = 0.0 if well(LEFT) < well(RIGHT) < well(TOP) else 1.0
    around = np.linspace(-0.3, 0.3, 6001)
    for root, sign in ((LEFT, 1.0), (RIGHT, 1.0), (TOP, -1.0)):
        worst = largest_of(worst, (sign * (well(root) - well(root + around))).max())
    return float(worst)


MINIMA = {
    "double-well-local: The local minimum of the double well.": Row(lambda: RIGHT, 0.96015, 5e-7),
    "double-well-global: The global minimum of the double well.": Row(lambda: LEFT, -1.035579),
}
claim_rows(MINIMA, how="roots of the slope")


@in_the_well("adam-stays", tolerance=1e-6, how=f"{WELL}, η = 0.001, 0.01, 0.05", source="W22")
def adam_stays_local() -> float:
    """Adam ends at the local minimum with three learning rates of up to 0.05."""
    return largest_of(abs(well_path("adam", eta)[-1] - RIGHT) for eta in (0.001, 0.01, 0.05))


@in_the_well("adam-leaves", tolerance=0.15, how=f"{WELL}, η = 0.5, the last 15,000", source="W22")
def adam_leaves() -> float:
    """With ten times the largest of them Adam crosses and hovers within 0.15 of the global one."""
    return float(np.abs(well_path("adam", 0.5)[-15_000:] - LEFT).max())


@claim("well-each-crosses", tolerance=0.5, how="20 rates for each, a grid of its own, 500 steps")
def each_crosses_with_some_rate() -> float:
    """Plain descent, momentum and Adam each cross with some rates: with none of the ten smallest of
    their grids, and not with the largest."""
    wrong = 0
    for name in WELL_GRIDS:
        ends = well_ends(name)
        wrong += (ends[:10] != 1).sum() + (not (ends == -1).any()) + (ends[-1] == -1)
    return float(wrong)


@in_the_well("momentum-stays", tolerance=1e-9, how=f"{WELL}, η = 0.001, 0.01", source="W22")
def momentum_stays_local() -> float:
    r"""Momentum with $\mu = 0.9$ ends at the local minimum, too."""
    return largest_of(abs(well_path("momentum", eta)[-1] - RIGHT) for eta in (0.001, 0.01))


@in_the_well("momentum-leaves", tolerance=1e-9, how=f"{WELL}, η = 0.05", source="W22")
def momentum_leaves() -> float:
    """With a larger learning rate it ends at the global minimum."""
    return abs(well_path("momentum", 0.05)[-1] - LEFT)


@in_the_well("momentum-comes-back", tolerance=1e-9, how=f"{WELL}, η = 0.2", source="R0-10")
def momentum_comes_back() -> float:
    """With a still larger one it visits the better well and ends at the local minimum."""
    path = well_path("momentum", 0.2)
    return abs(path[-1] - RIGHT) if path.min() < LEFT else np.inf


@in_the_well("sgd-leaves", tolerance=1e-9, how=f"{WELL}, η = 0.2", source="W22")
def sgd_leaves() -> float:
    """Plain descent with a large learning rate jumps over the top as well."""
    return abs(well_path("sgd", 0.2)[-1] - LEFT)


def saddle(id: str, name: str, start: float, states: int, degrees: float = 0.0) -> dict[str, Row]:
    turned = f", turned by {degrees:g} degrees" if degrees else ""
    statement = f"Steps of {name} away from a saddle{turned}, from a distance of {start:g}."
    return {f"{id}: {statement}": Row(partial(saddle_steps, name, start, degrees), states)}


claim_rows(
    saddle("saddle-sgd", "sgd", 1e-3, 639),
    saddle("saddle-sgd-nearer", "sgd", 1e-9, 2028),
    saddle("saddle-momentum", "momentum", 1e-3, 105),
    saddle("saddle-momentum-nearer", "momentum", 1e-9, 326),
    saddle("saddle-adam", "adam", 1e-3, 44),
    saddle("saddle-adam-nearer", "adam", 1e-9, 45),
    saddle("saddle-adam-turned", "adam", 1e-3, 282, degrees=45.0),
    saddle("saddle-adam-turned-nearer", "adam", 1e-9, 593, degrees=45.0),
    tolerance=0.5,
    how="η = 0.01, steps are counted",
    source="R1-11",
)


@claim("saddle-growth", shows="eq-saddle", tolerance=0.5, how="three distances, steps are counted")
def steps_away_from_a_saddle() -> float:
    r"""Plain descent leaves after $\ln(d/\delta)/\ln(1+\eta)$ steps, up to the bend near $d$."""
    promised = np.array([600, 1300, 2000])  # whole, so that counting rounds nothing
    excess = [saddle_steps("sgd", 0.5 * 1.01**-t) - t for t in promised]
    return largest_of(excess) - min(excess) if largest_of(excess) < 20 else largest_of(excess)


@claim("adam-worst-point", states=1.0, tolerance=0.01, how="6000 steps, η = 0.001", source="W22")
def adam_at_the_worst_point() -> float:
    """Where Adam ends on a convex loss on −1 ≤ w ≤ 1 whose minimum is −1."""
    return worst_point()


@claim("adam-right-point", states=-1.0, tolerance=0.01, how="6000 steps, η = 0.001", source="W22")
def adam_at_the_right_point() -> float:
    r"""Where it ends with $\beta_2 = 0.999$."""
    return worst_point(beta2=0.999)


# Schedules


@claim(
    "schedules-equal-torch",
    shows=("eq-exponential", "eq-cosine"),
    tolerance=1e-12,
    how="torch.optim.lr_scheduler",
)
def schedules_are_those_of_torch() -> float:
    """The exponential decay and the half cosine are those of torch; the warm-up is a line."""
    exponential, cosine = (np.array(rates) for rates in rates_of_torch(10, 60, 0.002))
    ours = np.array([warmup_cosine(0.1, t, 10, 60, 0.002) for t in range(1, 61)])
    decays = np.array([exponential_decay(0.1, k) for k in range(1, 51)])
    line = np.linspace(0.01, 0.1, 10)
    return largest_of(
        relative_error(exponential, decays),
        relative_error(cosine, ours[10:]),
        relative_error(line, ours[:10]),
    )


@claim("exponential-budget", states=20.0, tolerance=1e-6, how="the sum of 1000 rates")
def exponential_budget() -> float:
    r"""The sum of all rates of an exponential decay by 0.95, in units of $\eta$."""
    return sum(exponential_decay(1.0, k) for k in range(1000))


@claim("decay-in-the-loss", states=99.02, how="2000 steps of Adam, η = 0.001")
def decay_in_the_loss() -> float:
    r"""Weight decay in the loss: how much more the weight with gradients ±1 shrinks than ±100."""
    quiet, loud = decayed("loss")
    return quiet / loud


@claim("decay-of-the-weights", states=1.0, tolerance=1e-9, how="2000 steps of Adam, η = 0.001")
def decay_of_the_weights() -> float:
    """The same when the decay is taken from the weight itself."""
    quiet, loud = decayed("weights")
    return quiet / loud


# Recorded runs


@claim("good-start-is-enough", tolerance=0.5, how="the recorded runs, counted", source="U18-1.4")
def unsolved_from_orthogonal() -> float:
    """From the orthogonal start each optimizer, at its best rate of four, solves every seed."""
    best = best_rates(results("optimizers")).items()
    rates = [rate for (start, _), rate in best if start == "orthogonal"]
    return float(sum(rate.seeds - rate.solved for rate in rates) + abs(len(rates) - 5))


@claim(
    "adaptive-updates", states=0.4, tolerance=1e-9, how="medians of recorded runs", source="U18-1.4"
)
def updates_from_the_library_start() -> float:
    """Updates until solved: the slowest adaptive optimizer over the faster of the other two."""
    best = best_rates(results("optimizers"))
    adaptive, others = (
        [best["torch", name].steps for name in names]
        for names in (("adagrad", "rmsprop", "adam"), ("sgd", "momentum"))
    )
    return largest_of(adaptive) / min(others)


def settings_that_work(start: str) -> float:
    """Pairs of optimizer and rate with which every recorded seed solves the task."""
    found = [rate for rate in rates(results("optimizers")) if rate.initialization == start]
    return float(sum(rate.solved == rate.seeds for rate in found))


@claim("rates-that-work-orthogonal", states=18.0, how="recorded runs, counted")
def rates_that_work_from_orthogonal() -> float:
    """From the orthogonal start: pairs of optimizer and rate that solve the task with all seeds."""
    return settings_that_work("orthogonal")


@claim("rates-that-work-torch", states=5.0, how="recorded runs, counted")
def rates_that_work_from_torch() -> float:
    """The same from the start of the library."""
    return settings_that_work("torch")


@claim("best-at-the-edge", states=2.0, how="recorded runs, counted", source="U18-1.4")
def best_rates_at_an_end() -> float:
    """Best rates, of the ten, that are the smallest or the largest of their grid."""
    best = best_rates(results("optimizers")).values()
    ends = {name: (grid[0], grid[-1]) for name, grid in RATES.items()}
    return float(sum(rate.learning_rate in ends[rate.optimizer] for rate in best))
