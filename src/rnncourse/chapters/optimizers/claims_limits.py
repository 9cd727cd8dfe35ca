"""Claims of chapter 07: what is not guaranteed, schedules, weight decay."""

import numpy as np

from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.optimizers import exponential_decay, warmup_cosine
from rnncourse.chapters.optimizers.cases import (
    LEFT,
    RIGHT,
    TOP,
    decayed,
    rates_of_torch,
    saddle_steps,
    well,
    well_path,
    worst_point,
)
from rnncourse.chapters.optimizers.records import best_rates, rates
from rnncourse.claims.registry import claim
from rnncourse.experiments import results

WELL = "20,000 steps from 1.5"


@claim("double-well", shows="eq-double-well", tolerance=1e-9, how="a grid of 0.0001 around each")
def minima_of_the_well() -> float:
    """The double well has a minimum at either root, the left one lower, and a top between."""
    worst = 0.0 if well(LEFT) < well(RIGHT) < well(TOP) else 1.0
    around = np.linspace(-0.3, 0.3, 6001)
    for root, sign in ((LEFT, 1.0), (RIGHT, 1.0), (TOP, -1.0)):
        worst = max(worst, (sign * (well(root) - well(root + around))).max())
    return float(worst)


@claim("double-well-local", states=0.96015, tolerance=5e-7, how="roots of the slope")
def local_minimum() -> float:
    """The local minimum of the double well."""
    return float(RIGHT)


@claim("double-well-global", states=-1.035579, tolerance=5e-7, how="roots of the slope")
def global_minimum() -> float:
    """The global minimum of the double well."""
    return float(LEFT)


@claim("adam-stays", tolerance=1e-6, how=f"{WELL}, η = 0.001, 0.01, 0.05", source="W22")
def adam_stays_local() -> float:
    """Adam ends at the local minimum."""
    return max(abs(well_path("adam", eta)[-1] - RIGHT) for eta in (0.001, 0.01, 0.05))


@claim("momentum-stays", tolerance=1e-9, how=f"{WELL}, η = 0.001, 0.01", source="W22")
def momentum_stays_local() -> float:
    r"""Momentum with $\mu = 0.9$ ends at the local minimum, too."""
    return max(abs(well_path("momentum", eta)[-1] - RIGHT) for eta in (0.001, 0.01))


@claim("momentum-leaves", tolerance=1e-9, how=f"{WELL}, η = 0.05", source="W22")
def momentum_leaves() -> float:
    """With a larger learning rate it ends at the global minimum."""
    return abs(well_path("momentum", 0.05)[-1] - LEFT)


@claim("momentum-comes-back", tolerance=1e-9, how=f"{WELL}, η = 0.2", source="R0-10")
def momentum_comes_back() -> float:
    """With a still larger one it visits the better well and ends at the local minimum."""
    path = well_path("momentum", 0.2)
    return abs(path[-1] - RIGHT) if path.min() < LEFT else np.inf


@claim("sgd-leaves", tolerance=1e-9, how=f"{WELL}, η = 0.2", source="W22")
def sgd_leaves() -> float:
    """Plain descent with a large learning rate jumps over the top as well."""
    return abs(well_path("sgd", 0.2)[-1] - LEFT)


def _saddle(id: str, name: str, start: float, states: int, degrees: float = 0.0) -> None:
    def measure() -> float:
        return saddle_steps(name, start, degrees)

    turned = f", turned by {degrees:g} degrees" if degrees else ""
    measure.__doc__ = f"Steps of {name} away from a saddle{turned}, from a distance of {start:g}."
    claim(id, states=states, tolerance=0.5, how="η = 0.01, steps are counted", source="R1-11")(
        measure
    )


for _name, _near, _nearer in (("sgd", 639, 2028), ("momentum", 105, 326), ("adam", 44, 45)):
    _saddle(f"saddle-{_name}", _name, 1e-3, _near)
    _saddle(f"saddle-{_name}-nearer", _name, 1e-9, _nearer)
_saddle("saddle-adam-turned", "adam", 1e-3, 282, degrees=45.0)
_saddle("saddle-adam-turned-nearer", "adam", 1e-9, 593, degrees=45.0)


@claim("saddle-growth", shows="eq-saddle", tolerance=0.5, how="three distances, steps are counted")
def steps_away_from_a_saddle() -> float:
    r"""Plain descent leaves after $\ln(r/\delta)/\ln(1+\eta)$ steps, up to the bend near $r$."""
    promised = np.array([600, 1300, 2000])  # whole, so that counting rounds nothing
    excess = [saddle_steps("sgd", 0.5 * 1.01**-t) - t for t in promised]
    return max(excess) - min(excess) if max(excess) < 20 else max(excess)


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
    return max(
        relative_error(exponential, decays),
        relative_error(cosine, ours[10:]),
        relative_error(line, ours[:10]),
    )


@claim("exponential-budget", states=20.0, tolerance=1e-6, how="the sum of 1000 rates")
def exponential_budget() -> float:
    r"""The sum of all rates of an exponential decay by 0.95, in units of $\eta$."""
    return sum(exponential_decay(1.0, k) for k in range(1000))


@claim("decay-in-the-loss", states=99.02, tolerance=0.01, how="2000 steps of Adam, η = 0.001")
def decay_in_the_loss() -> float:
    r"""Weight decay in the loss: how much more the weight with gradients ±1 shrinks than ±100."""
    quiet, loud = decayed("loss")
    return quiet / loud


@claim("decay-of-the-weights", states=1.0, tolerance=1e-9, how="2000 steps of Adam, η = 0.001")
def decay_of_the_weights() -> float:
    """The same when the decay is taken from the weight itself."""
    quiet, loud = decayed("weights")
    return quiet / loud


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
    return max(adaptive) / min(others)


def settings_that_work(start: str) -> float:
    """Pairs of optimizer and rate with which every recorded seed solves the task."""
    found = [rate for rate in rates(results("optimizers")) if rate.initialization == start]
    return float(sum(rate.solved == rate.seeds for rate in found))


@claim("rates-that-work-orthogonal", states=18.0, tolerance=0.5, how="recorded runs, counted")
def rates_that_work_from_orthogonal() -> float:
    """From the orthogonal start: pairs of optimizer and rate that solve the task with all seeds."""
    return settings_that_work("orthogonal")


@claim("rates-that-work-torch", states=5.0, tolerance=0.5, how="recorded runs, counted")
def rates_that_work_from_torch() -> float:
    """The same from the start of the library."""
    return settings_that_work("torch")
