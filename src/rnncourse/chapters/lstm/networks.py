"""Small LSTMs as cases, and their step and backward pass with parts that can be exchanged."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from rnncourse.byhand.examples import drawn
from rnncourse.byhand.lstm import SHAPES, Cache, forward
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import OUTPUT, at, sigmoid
from rnncourse.exercises.networks import sized_cases, slope

LETTERS = "gifo"


def lstm_network(seed: int, T: int, d: int, n: int, K: int) -> tuple:
    """A random LSTM and a sequence: params, x (T, d), y (T,), h0 (n,), c0 (n,)."""
    rng = np.random.default_rng(seed)
    params = drawn(SHAPES | OUTPUT, rng, d=d, n=n, K=K)
    h0, c0 = rng.uniform(-0.9, 0.9, n), rng.uniform(-1.5, 1.5, n)
    return params, rng.standard_normal((T, d)), rng.integers(0, K, T), h0, c0


lstm_cases = partial(sized_cases, lstm_network)  # picked from (params, x, y, h0, c0)


class Parts(NamedTuple):
    """What makes a step an LSTM's; a wrong answer has another part."""

    candidate: Callable = np.tanh
    gate: Callable = sigmoid
    shown: Callable = np.tanh
    memory: Callable = lambda g, i, f, c: g * i + c * f
    bias: Mapping = MappingProxyType({q: f"b_{q}" for q in LETTERS})


def step_with(params, x, h, c, parts: Parts) -> np.ndarray:
    """One step: h and c as the rows of (2, n)."""
    a = {q: params[f"W_{q}x"] @ x + params[f"W_{q}h"] @ h + params[parts.bias[q]] for q in LETTERS}
    i, f, o = (parts.gate(a[q]) for q in "ifo")
    c = parts.memory(parts.candidate(a["g"]), i, f, c)
    return np.array([parts.shown(c) * o, c])


def gate_slope(q: np.ndarray) -> np.ndarray:
    """σ' written with its output."""
    return q * (1.0 - q)


def gate_rows(dh, dc, g, i, f, o, c_prev, c, slope=slope, gate_slope=gate_slope) -> np.ndarray:
    """da_g, da_i, da_f and da_o as the rows of (4, n)."""
    da_g = dc * i * slope(g)
    da_i = dc * g * gate_slope(i)
    da_f = dc * c_prev * gate_slope(f)
    da_o = dh * np.tanh(c) * gate_slope(o)
    return np.array([da_g, da_i, da_f, da_o])


class Walk(NamedTuple):
    """Everything of one backward pass for the loss at the last step."""

    dc: np.ndarray  # (T, n)
    da: np.ndarray  # (T, 4, n), the gates in the order g, i, f, o


class Ways(NamedTuple):
    """The parts of the recursion; a wrong answer has another part."""

    slope_g: Callable = slope
    slope_c: Callable = lambda c: 1.0 - np.tanh(c) ** 2
    kept: Callable = lambda cache, t: cache.f[t]  # what carries dc from step t to t − 1
    carry: Callable = np.transpose  # of W_qh
    through_h: float = 1.0


RIGHT_WAYS = Ways()


def walk_back(params, x, y, h0, c0, ways: Ways = RIGHT_WAYS) -> Walk:
    """The recursion from the last step to the first."""
    p, cache = forward(params, x, h0=h0, c0=c0)
    dh = params["W_ph"].T @ loss_and_dp(p, y, "last")[1][-1]
    dc, dcs, das = np.zeros_like(dh), [], []
    for t in reversed(range(len(x))):
        s = at(cache, t)
        dc = dc + dh * s.o * ways.slope_c(s.c)
        da = gate_rows(dh, dc, *gates_of(s), slope=ways.slope_g)
        dcs.append(dc)
        das.append(da)
        weights = (ways.carry(params[f"W_{q}h"]) for q in LETTERS)
        dh = ways.through_h * sum(W @ row for W, row in zip(weights, da, strict=True))
        dc = dc * ways.kept(cache, t)
    return Walk(np.array(dcs[::-1]), np.array(das[::-1]))


def gates_of(s: Cache) -> tuple:
    """What the gates' gradients need of one step, or of all: g, i, f, o, c_prev, c."""
    return s.g, s.i, s.f, s.o, s.c_prev, s.c
