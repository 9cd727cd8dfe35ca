"""Valleys, wells and saddles on which optimizers are measured, and the worked example."""

import math
from functools import lru_cache, partial

import numpy as np

from rnncourse.byhand.optimizers import OPTIMIZERS, SGD, Adam, Momentum, descend, follow
from rnncourse.chapters.optimizers.exercises import EXAMPLE, ravine_best
from rnncourse.exercises.registry import wrong_answer
from rnncourse.records import markdown_table

GRADS = EXAMPLE.ravel()  # the worked example, from w = 0 with η = 0.1


def best_sgd(a: float, b: float) -> SGD:
    """Plain descent at the best learning rate for curvatures from a to b."""
    return SGD(2.0 / (a + b))


def best_momentum(a: float, b: float) -> Momentum:
    """Momentum at the best learning rate and μ for curvatures from a to b."""
    eta, mu, _ = ravine_best(a, b)
    return Momentum(eta, mu)


def turn(degrees: float) -> np.ndarray:
    """The rotation of the plane by this angle."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s], [s, c]])


def ravine_path(optimizer, b: float, steps: int, degrees: float = 0.0) -> np.ndarray:
    """Down ½(w₁² + b w₂²), turned by an angle, from (1, 1) in the valley's own axes."""
    R, curvatures = turn(degrees), np.array([1.0, b])
    start = R @ np.ones(2)
    return descend(optimizer, lambda w: R @ (curvatures * (R.T @ w)), start, steps) @ R


def steps_to(path: np.ndarray, share: float = 1e-3) -> int:
    """The step after which the distance stays below this share of the first one."""
    distance = np.linalg.norm(path, axis=1)
    outside = np.flatnonzero(distance >= share * distance[0])
    return int(outside[-1]) + 1 if outside[-1] + 1 < len(path) else -1


def momentum_matrix(eta: float, mu: float, curvature: float) -> np.ndarray:
    """What one step of momentum does to two successive distances."""
    return np.array([[1.0 + mu - eta * curvature, -mu], [1.0, 0.0]])


def radius(eta: float, mu: float, curvature: float) -> float:
    """The larger absolute eigenvalue of momentum's matrix: the rate along this curvature."""
    return float(np.abs(np.linalg.eigvals(momentum_matrix(eta, mu, curvature))).max())


def response(optimizer, curvature: float = 1.0, steps: int = 4000) -> np.ndarray:
    """How w moves, from rest, when the first gradient alone is off by one: shape (steps,)."""
    noise = np.zeros(steps)
    noise[0] = 1.0
    coming = iter(noise)
    return descend(optimizer, lambda w: curvature * w + next(coming), 0.0, steps)[1:]


def effective_steps(name: str, grads: np.ndarray, learning_rate: float = 1.0) -> np.ndarray:
    """How far each step goes downhill, shape (T,)."""
    path = follow(OPTIMIZERS[name](learning_rate), 0.0, grads)
    return -np.diff(path, prepend=0.0)


OPTIONS = {
    "momentum": (0.9,),
    "adagrad": (1e-8,),
    "rmsprop": (0.99, 1e-8),
    "adam": (0.9, 0.999, 1e-8),
}


def wrong_path(name: str, mistake: str, grads: np.ndarray, learning_rate: float) -> np.ndarray:
    """The weight from 0 after each step of an optimizer that makes a known mistake: (T,)."""
    answer = wrong_answer(f"{name}-path", mistake)
    return answer(0.0, grads, learning_rate, *OPTIONS[name])


STORM = np.concatenate([np.full(100, 100.0), np.ones(2000)])  # large gradients, then small ones


def well(w):
    """A double well: a local minimum on the right, the global one on the left."""
    return w**4 - 2.0 * w**2 + 0.3 * w


def well_slope(w):
    """The derivative of ``well``."""
    return 4.0 * w**3 - 4.0 * w + 0.3


LEFT, TOP, RIGHT = np.sort(np.roots([4.0, 0.0, -4.0, 0.3]))


@lru_cache(maxsize=64)
def well_path(name: str, learning_rate: float, steps: int = 20_000) -> np.ndarray:
    """Down the double well from w = 1.5, shape (steps + 1,)."""
    return descend(OPTIMIZERS[name](learning_rate), well_slope, 1.5, steps)


def saddle_steps(name: str, start: float, degrees: float = 0.0, learning_rate=0.01) -> int:
    """Steps from (1, start) until |w₂| > 0.5 on ½(w₁² − w₂²) + ¼w₂⁴, turned; −1 for never."""
    R, optimizer = turn(degrees), OPTIMIZERS[name](learning_rate)
    w = R @ np.array([1.0, start])
    for t in range(1, 2501):
        x, y = R.T @ w
        w = optimizer.step(w, R @ np.array([x, -y + y**3]))
        if abs(R[:, 1] @ w) > 0.5:
            return t
    return -1


def worst_point(beta2: float = 0.1, steps: int = 6000) -> float:
    """Adam without m on a convex loss whose slope is 3, −1, −1, again and again; |w| ≤ 1."""
    adam, w = Adam(0.001, beta1=0.0, beta2=beta2), 0.0
    for t in range(steps):
        w = float(np.clip(adam.step(w, (3.0, -1.0, -1.0)[t % 3]), -1.0, 1.0))
    return w


def decayed(how: str, strength: float = 0.01, steps: int = 2000) -> np.ndarray:
    """What a decay takes from two weights of 1 whose gradients are ±1 and ±100: shape (2,)."""

    def end(added: float, subtracted: float) -> np.ndarray:
        adam, w = Adam(1e-3), np.ones(2)
        for t in range(steps):
            g = np.array([1.0, 100.0]) * (-1.0) ** t
            w = adam.step(w, g + added * w) - 1e-3 * subtracted * w
        return w

    both = (strength, 0.0) if how == "loss" else (0.0, strength)
    return end(0.0, 0.0) - end(*both)


def path_of_torch(name: str, w, grads, learning_rate: float) -> np.ndarray:
    """The path that torch.optim takes, shape (T, n)."""
    import torch

    make = {
        "sgd": torch.optim.SGD,
        "momentum": partial(torch.optim.SGD, momentum=0.9),
        "rmsprop": torch.optim.RMSprop,
        "adam": torch.optim.Adam,
    }[name]
    leaf, path = torch.nn.Parameter(torch.tensor(w)), []
    optimizer = make([leaf], lr=learning_rate)
    for g in grads:
        leaf.grad = torch.tensor(g)
        optimizer.step()
        path.append(leaf.detach().numpy().copy())
    return np.array(path)


def path_of_adagrad(w, grads, learning_rate: float) -> np.ndarray:
    """AdaGrad entry by entry, every sum of squares taken from the beginning: shape (T, n)."""
    path = np.zeros(grads.shape)
    for j, value in enumerate(w):
        for t in range(len(grads)):
            squares = math.fsum(g * g for g in grads[: t + 1, j])
            value -= learning_rate * grads[t, j] / math.sqrt(squares + 1e-8)
            path[t, j] = value
    return path


def rates_of_torch(warmup: int, steps: int, final: float) -> tuple[list, list]:
    """Learning rates of torch's schedules from 0.1: exponential by 0.95, and half a cosine."""
    import torch

    made = (
        lambda sgd: torch.optim.lr_scheduler.ExponentialLR(sgd, gamma=0.95),
        lambda sgd: torch.optim.lr_scheduler.CosineAnnealingLR(sgd, steps - warmup, final),
    )
    rates = ([], [])
    for make, found in zip(made, rates, strict=True):
        sgd = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
        schedule = make(sgd)
        for _ in range(steps - warmup):
            sgd.step()
            schedule.step()
            found.append(sgd.param_groups[0]["lr"])
    return rates


WELL_ROWS = {
    "sgd": (0.01, 0.2),
    "momentum": (0.001, 0.01, 0.05, 0.2),
    "rmsprop": (0.01,),
    "adam": (0.001, 0.01, 0.05, 0.5),
}


WELL_GRIDS = {  # a grid for each: rates of different optimizers do not compare
    "sgd": np.geomspace(3e-3, 1.0, 20),
    "momentum": np.geomspace(1e-3, 0.3, 20),
    "adam": np.geomspace(1e-2, 3.0, 20),
}


def well_ends(name: str, steps: int = 500) -> np.ndarray:
    """Where the optimizer ends with each rate of its grid: −1 left, 1 right, 0 neither, (20,)."""
    found = []
    for rate in WELL_GRIDS[name]:
        with np.errstate(over="ignore", invalid="ignore"):
            end = descend(OPTIMIZERS[name](rate), well_slope, 1.5, steps)[-1]
        found.append((abs(end - RIGHT) < 0.3) * 1 - (abs(end - LEFT) < 0.3) * 1)
    return np.array(found)


def well_table() -> str:
    """Where each optimizer ends in the double well, as a table of a page."""
    rows = []
    for name, rates in WELL_ROWS.items():
        for eta in rates:
            end = well_path(name, eta)[-1]
            which = "global" if abs(end - LEFT) < abs(end - RIGHT) else "local"
            rows.append([name, f"{eta:g}", f"{end:.6f}".replace("-", "−"), which])
    return markdown_table(["optimizer", "η", "ends at", "minimum"], rows)


def well_grid_table() -> str:
    """With which rates of its grid each optimizer ends on the left, as a table of a page."""
    rows = []
    for name, rates in WELL_GRIDS.items():
        ends = well_ends(name)
        crossed = ", ".join(f"{rate:.3f}" for rate in rates[ends == -1])
        tried = f"{rates[0]:g} to {rates[-1]:g}"
        rows.append([name, tried, crossed, f"{(ends == 0).sum()}"])
    return markdown_table(["optimizer", "20 rates", "ends left with", "in neither"], rows)


def scale_table(grads: np.ndarray) -> str:
    """The last weight when all gradients are scaled, as a table of a page."""
    rows = []
    for word, c in (("1", 1.0), ("10⁶", 1e6), ("10⁻⁶", 1e-6)):
        ends = [follow(OPTIMIZERS[name](0.1), 0.0, c * grads)[-1] for name in ("sgd", "rmsprop")]
        shown = f"{ends[0]:.3g}", f"{ends[1]:.9f}"
        rows.append([word, *(number.replace("-", "−") for number in shown)])
    return markdown_table(["gradients times", "plain descent", "RMSprop"], rows)
