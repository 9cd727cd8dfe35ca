"""Small GRUs as cases, and their step and backward pass with parts that can be exchanged."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from rnncourse.byhand import gru
from rnncourse.byhand.examples import small_gru
from rnncourse.byhand.steps import at, loss_and_dh, sigmoid
from rnncourse.exercises.networks import SIZES, slope, spelled
from rnncourse.exercises.registry import Case

LETTERS = "zrh"


def gru_cases(pick: Callable = lambda *network: network) -> tuple[Case, ...]:
    """One case for each of ``SIZES``; ``pick`` chooses from (params, x, y, h0)."""
    return tuple(
        Case(spelled(sizes), lambda seed=seed, sizes=sizes: pick(*small_gru(seed, **sizes)))
        for seed, sizes in enumerate(SIZES)
    )


class Parts(NamedTuple):
    """What makes a step the course's GRU; a wrong answer or another convention has another part."""

    gate: Callable = sigmoid
    candidate: Callable = np.tanh
    past: Callable = lambda W, r, h: W @ (r * h)  # what the candidate sees of the state
    mixed: Callable = lambda z, h, new: (1.0 - z) * h + z * new
    gates: str = "zr"  # which letters' weights serve z and r


COURSE = Parts()
AFTER = Parts(past=lambda W, r, h: r * (W @ h))


def step_with(params, x, h, parts: Parts) -> np.ndarray:
    """One step: the next state (n,)."""
    z, r = (
        parts.gate(params[f"W_{q}x"] @ x + params[f"W_{q}h"] @ h + params[f"b_{q}"])
        for q in parts.gates
    )
    past = parts.past(params["W_hh"], r, h)
    return parts.mixed(z, h, parts.candidate(params["W_hx"] @ x + past + params["b_h"]))


course_step = partial(step_with, parts=COURSE)
reset_after = partial(step_with, parts=AFTER)  # torch's place of the reset


def states(params, x, h, step: Callable) -> np.ndarray:
    """The states h_1 … h_T, shape (T, n), of ``step(params, x_t, h)``."""
    rows = []
    for x_t in x:
        h = step(params, x_t, h)
        rows.append(h)
    return np.array(rows)


class Ways(NamedTuple):
    """The parts of the recursion; a wrong answer has another part."""

    kept: Callable = lambda z: 1.0 - z  # the direct path
    slope: Callable = slope
    reset: Callable = lambda r: r  # of u on its way to h_prev
    carry: Callable = np.transpose  # of every W_qh
    through_z: float = 1.0
    through_r: float = 1.0
    plain: str = ""  # the letters whose W_qh is not transposed
    onehot: float = 1.0  # its factor in yhat − onehot(y)


RIGHT_WAYS = Ways()


def gate_rows(dh, z, r, candidate, h_prev, W_hh, ways: Ways = RIGHT_WAYS) -> np.ndarray:
    """da_z, da_r and da_h as the rows of (3, n)."""
    da_h = dh * z * ways.slope(candidate)
    da_z = dh * (candidate - h_prev) * z * (1.0 - z)
    W_h = W_hh if "h" in ways.plain else ways.carry(W_hh)
    da_r = (W_h @ da_h) * h_prev * r * (1.0 - r)
    return np.array([da_z, da_r, da_h])


def inside(s: gru.Cache, params: dict) -> tuple:
    """What the gates' gradients need of one step: z, r, the candidate, h_prev and W_hh."""
    return s.z, s.r, s.candidate, s.h_prev, params["W_hh"]


class Walk(NamedTuple):
    """Everything of one backward pass."""

    dh: np.ndarray  # (T, n)
    da: np.ndarray  # (T, 3, n), the sums in the order z, r, h
    cache: gru.Cache


def walk_back(params, x, y, h0, ways: Ways = RIGHT_WAYS, reduction: str = "last") -> Walk:
    """The recursion of the page, from the last step to the first."""
    cache = gru.forward(params, x, h0=h0)[1]
    own = loss_and_dh(params, cache.h, y, reduction)[2]
    own[-1] += (1.0 - ways.onehot) * params["W_ph"][y[-1]]
    carried, dhs, das = np.zeros_like(h0), [], []
    for t in reversed(range(len(x))):
        s, dh = at(cache, t), own[t] + carried
        dhs.append(dh)
        das.append(gate_rows(dh, *inside(s, params), ways))
        back = (lambda W: W, ways.carry)
        W_z, W_r, W_h = (back[q not in ways.plain](params[f"W_{q}h"]) for q in LETTERS)
        da_z, da_r, da_h = das[-1]
        carried = dh * ways.kept(s.z) + ways.reset(s.r) * (W_h @ da_h)
        carried = carried + ways.through_z * W_z @ da_z + ways.through_r * W_r @ da_r
    return Walk(np.array(dhs[::-1]), np.array(das[::-1]), cache)
