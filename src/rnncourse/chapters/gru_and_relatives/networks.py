"""Small GRUs as cases, and their step and backward pass with parts that can be exchanged."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncourse.byhand.examples import drawn
from rnncourse.byhand.gru import SHAPES, forward
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import OUTPUT, at, sigmoid
from rnncourse.exercises.networks import SIZES, slope, spelled
from rnncourse.exercises.registry import Case


def gru_network(seed: int, T: int, d: int, n: int, K: int) -> tuple:
    """A random GRU and a sequence: params, x (T, d), y (T,), h0 (n,)."""
    rng = np.random.default_rng(seed)
    params = drawn(SHAPES | OUTPUT, rng, d=d, n=n, K=K)
    return params, rng.standard_normal((T, d)), rng.integers(0, K, T), rng.uniform(-0.9, 0.9, n)


def gru_cases(pick: Callable = lambda *network: network) -> tuple[Case, ...]:
    """One case for each of ``SIZES``; ``pick`` chooses from (params, x, y, h0)."""
    return tuple(
        Case(spelled(sizes), lambda seed=seed, sizes=sizes: pick(*gru_network(seed, **sizes)))
        for seed, sizes in enumerate(SIZES)
    )


class Parts(NamedTuple):
    """What makes a step the course's GRU; a wrong answer has another part."""

    gate: Callable = sigmoid
    candidate: Callable = np.tanh
    past: Callable = lambda W, r, h: W @ (r * h)
    mixed: Callable = lambda z, h, new: (1.0 - z) * h + z * new
    gates: str = "zr"  # which letters' weights serve z and r


def step_with(params, x, h, parts: Parts) -> np.ndarray:
    """One step: the next state (n,)."""
    z, r = (
        parts.gate(params[f"W_{q}x"] @ x + params[f"W_{q}h"] @ h + params[f"b_{q}"])
        for q in parts.gates
    )
    past = parts.past(params["W_hh"], r, h)
    return parts.mixed(z, h, parts.candidate(params["W_hx"] @ x + past + params["b_h"]))


class Ways(NamedTuple):
    """The parts of the recursion; a wrong answer has another part."""

    kept: Callable = lambda z: 1.0 - z
    slope: Callable = slope
    reset: Callable = lambda r: r
    carry: Callable = np.transpose  # of every W_qh
    through_z: float = 1.0
    through_r: float = 1.0


RIGHT_WAYS = Ways()


def gate_rows(dh, z, r, candidate, h_prev, W_hh, ways: Ways = RIGHT_WAYS) -> np.ndarray:
    """da_z, da_r and da_h as the rows of (3, n)."""
    da_h = dh * z * ways.slope(candidate)
    da_z = dh * (candidate - h_prev) * z * (1.0 - z)
    da_r = (ways.carry(W_hh) @ da_h) * h_prev * r * (1.0 - r)
    return np.array([da_z, da_r, da_h])


def walk_back(params, x, y, h0, ways: Ways = RIGHT_WAYS) -> tuple[np.ndarray, np.ndarray]:
    """For the loss of the last step: dh (T, n), and da (T, 3, n) of z, r and h."""
    p, cache = forward(params, x, h0=h0)
    dh = params["W_ph"].T @ loss_and_dp(p, y, "last")[1][-1]
    dhs, das = [], []
    for t in reversed(range(len(x))):
        s = at(cache, t)
        dhs.append(dh)
        das.append(gate_rows(dh, s.z, s.r, s.candidate, s.h_prev, params["W_hh"], ways))
        W_z, W_r, W_h = (ways.carry(params[f"W_{q}h"]) for q in "zrh")
        da_z, da_r, da_h = das[-1]
        dh = dh * ways.kept(s.z) + ways.reset(s.r) * (W_h @ da_h)
        dh = dh + ways.through_z * W_z @ da_z + ways.through_r * W_r @ da_r
    return np.array(dhs[::-1]), np.array(das[::-1])
