"""GRUs with a part exchanged, in both conventions: what chapter 10 measures on them."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from rnncourse import byhand
from rnncourse.analysis.agreement import fresh_network
from rnncourse.byhand import gru
from rnncourse.byhand.examples import course_lstm, course_network, drawn
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import OUTPUT, at, loss_and_dh, sigmoid

LETTERS = "zrh"


def small_gru(seed: int = 0, T: int = 6, d: int = 3, n: int = 4, K: int = 5, scale=0.7):
    """A random GRU with a sequence: params, x (T, d), y (T,), h0 (n,), all float64."""
    rng = np.random.default_rng(seed)
    params = drawn(gru.SHAPES | OUTPUT, rng, scale, d=d, n=n, K=K)
    x, y = rng.standard_normal((T, d)), rng.integers(0, K, size=T)
    return params, x, y, rng.uniform(-0.9, 0.9, n)


def course_gru():
    """The worked example of chapter 10: d = 2, n = 3, K = 3, T = 4, h0 = 0.

    The candidate is the vanilla RNN of chapter 02; z has the weights of the input gate of
    chapter 08, r those of its forget gate.
    """
    params, x, y, start = course_network()
    gates, *_ = course_lstm()
    for q, of in {"z": "i", "r": "f"}.items():
        params |= {f"W_{q}{s}": gates[f"W_{of}{s}"] for s in "xh"} | {f"b_{q}": gates[f"b_{of}"]}
    return params, x, y, start


class Parts(NamedTuple):
    """What makes a step the course's GRU; other conventions have another part."""

    into: Callable = lambda W, r, h: W @ (r * h)  # what the candidate sees of the past
    mixed: Callable = lambda z, h, candidate: (1.0 - z) * h + z * candidate


COURSE = Parts()
SWAPPED = Parts(mixed=lambda z, h, candidate: z * h + (1.0 - z) * candidate)
AFTER = Parts(into=lambda W, r, h: r * (W @ h))
TORCH = Parts(into=AFTER.into, mixed=SWAPPED.mixed)
FROZEN = Parts(mixed=lambda z, h, candidate: (1.0 - z) * h + z * h)


def states(params, x, h, parts: Parts = COURSE) -> np.ndarray:
    """The states h_1 … h_T, shape (T, n), of a GRU with these parts."""
    rows = []
    for x_t in x:
        z = sigmoid(params["W_zx"] @ x_t + params["W_zh"] @ h + params["b_z"])
        r = sigmoid(params["W_rx"] @ x_t + params["W_rh"] @ h + params["b_r"])
        past = parts.into(params["W_hh"], r, h)
        h = parts.mixed(z, h, np.tanh(params["W_hx"] @ x_t + past + params["b_h"]))
        rows.append(h)
    return np.array(rows)


def last_state_off(parts: Parts) -> float:
    """Relative error of the worked example's last state with other parts."""
    params, x, _, h0 = course_gru()
    right, wrong = (states(params, x, h0, kind)[-1] for kind in (COURSE, parts))
    return float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


def torch_states(params, x, h0, sign: float = -1.0) -> np.ndarray:
    """The states (T, n) of torch.nn.GRU with our weights; ``sign`` multiplies those of z."""
    import torch

    net = torch.nn.GRU(x.shape[1], len(h0), dtype=torch.float64)
    signed = {"r": 1.0, "z": sign, "h": 1.0}
    stacked = [
        np.concatenate([signed[q] * params[name.format(q)] for q in signed])
        for name in ("W_{}x", "W_{}h", "b_{}")
    ]
    with torch.no_grad():
        leaves = zip(net.parameters(), (*stacked, np.zeros_like(stacked[-1])), strict=True)
        for leaf, value in leaves:
            leaf.copy_(torch.from_numpy(value))
        return net(torch.from_numpy(x), torch.from_numpy(h0)[None])[0].numpy()


def loss_from(params, x, y, h0, reduction="last") -> float:
    return loss_and_dp(gru.forward(params, x, h0=h0)[0], y, reduction)[0]


def loss_onward(params, x, y, h) -> float:
    """The summed losses of a step that shows h, y[0] its class, and of all steps after it."""
    own = float(byhand.cross_entropy((params["W_ph"] @ h + params["b_p"])[None], y[:1])[0])
    return own + (loss_from(params, x[1:], y[1:], h, "sum") if len(x) > 1 else 0.0)


class Ways(NamedTuple):
    """The parts of the equations of the gradient; a slip has another part."""

    kept: Callable = lambda z: 1.0 - z  # the direct path
    slope: Callable = lambda candidate: 1.0 - candidate**2
    through_z: float = 1.0
    through_r: float = 1.0
    reset: Callable = lambda r: r  # of u on its way to h_prev
    into: Callable = lambda s: s.r * s.h_prev  # what W_hh is multiplied with


RIGHT = Ways()


def step_gradients(params, dh, s, ways: Ways) -> tuple[dict, np.ndarray]:
    """The page's equations inside a step: the three sums' gradients and δ_h of the step before."""
    da_h = dh * s.z * ways.slope(s.candidate)
    u = params["W_hh"].T @ da_h
    da_z = dh * (s.candidate - s.h_prev) * s.z * (1.0 - s.z)
    da_r = u * s.h_prev * s.r * (1.0 - s.r)
    dh_prev = dh * ways.kept(s.z) + u * ways.reset(s.r)
    dh_prev = dh_prev + ways.through_z * params["W_zh"].T @ da_z
    dh_prev = dh_prev + ways.through_r * params["W_rh"].T @ da_r
    return {"z": da_z, "r": da_r, "h": da_h}, dh_prev


def walk_back(params, x, y, h0, reduction="last", ways: Ways = RIGHT):
    """The page's recursion: δ_h (T, n), the sums' δ_a (T, n) by letter, and the cache."""
    cache = gru.forward(params, x, h0=h0)[1]
    _, _, own = loss_and_dh(params, cache.h, y, reduction)
    carried, dhs, das = np.zeros_like(h0), [], []
    for t in reversed(range(len(x))):
        dhs.append(own[t] + carried)
        da, carried = step_gradients(params, dhs[-1], at(cache, t), ways)
        das.append(da)
    return np.array(dhs[::-1]), {q: np.array([da[q] for da in das[::-1]]) for q in LETTERS}, cache


def weight_gradient(params, x, y, h0, ways: Ways = RIGHT) -> np.ndarray:
    """The gradient by W_qx, W_qh and b_q side by side, shape (3, n, d + n + 1)."""
    _, das, s = walk_back(params, x, y, h0, ways=ways)
    seen = {"z": s.h_prev, "r": s.h_prev, "h": ways.into(s)}
    one = np.ones((len(x), 1))
    return np.array([das[q].T @ np.hstack([s.x, seen[q], one]) for q in LETTERS])


def slipped_error(**ways) -> float:
    """Relative error of the worked example's gradient with one part exchanged."""
    example = course_gru()
    right, wrong = weight_gradient(*example), weight_gradient(*example, ways=Ways(**ways))
    return float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


def by_hand_error(names) -> float:
    """Hand-derived against numerical gradients of these arrays, the worst of the reductions."""
    params, x, y, h0 = small_gru(T=3, d=2, n=2)
    arrays, errors = {"h0": h0, **params}, []
    for reduction in ("last", "mean", "sum"):
        grads = gru.loss_and_gradients(params, x, y, reduction, h0=h0)[1]
        for name in names:
            expected = precise_gradient(
                lambda r=reduction: loss_from(params, x, y, h0, r), arrays[name]
            )
            errors.append(relative_error(grads[name], expected))
    return max(errors)


def loss_with_step_biases(params, x, y, h, biases: dict) -> float:
    """The last loss when every step adds a bias of its own, ``biases[q]`` (T, n), to its sums."""
    for t, x_t in enumerate(x):
        own = params | {f"b_{q}": params[f"b_{q}"] + biases[q][t] for q in LETTERS}
        h = gru.step(own, x_t, h).h
    return float(byhand.cross_entropy((params["W_ph"] @ h + params["b_p"])[None], y[-1:])[0])


def jacobian(params: dict, s: gru.Cache) -> np.ndarray:
    """∂h_t/∂h_{t-1} in full, shape (n, n): the direct path, and the ways through z, h̃ and r."""
    by_r = (s.h_prev * s.r * (1.0 - s.r))[:, None] * params["W_rh"]
    seen = np.diag(s.r) + by_r  # how r ⊙ h_prev moves with h_prev
    by_candidate = (s.z * (1.0 - s.candidate**2))[:, None] * (params["W_hh"] @ seen)
    by_z = ((s.candidate - s.h_prev) * s.z * (1.0 - s.z))[:, None] * params["W_zh"]
    return np.diag(1.0 - s.z) + by_candidate + by_z


def state_lives(update_bias: float, T: int = 30, seeds: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """How much of dL/dh_T arrives at h_t, on all paths and on the direct path: (seeds, T) each.

    The norm at every step relative to the last, in untrained GRUs of 32 units whose b_z is set.
    """
    every, direct = [], []
    for seed in range(seeds):
        params, x, y = fresh_network("gru", seed, T=T)
        params["b_z"][:] = update_bias
        dh, _, cache = walk_back(params, x, y, np.zeros(32))
        kept = [dh[-1]]
        for z in cache.z[:0:-1]:  # z_T first, z_1 not at all
            kept.append(kept[-1] * (1.0 - z))
        every.append(np.linalg.norm(dh, axis=1) / np.linalg.norm(dh[-1]))
        direct.append(np.linalg.norm(kept[::-1], axis=1) / np.linalg.norm(dh[-1]))
    return np.array(every), np.array(direct)


def bends(parts: Parts, n: int = 4) -> np.ndarray:
    """Singular values of the second derivative of one candidate's sum by h, at a random h."""
    params, x, _, h0 = small_gru(seed=3, n=n)
    eps = 1e-3

    def summed(h):
        r = sigmoid(params["W_rx"] @ x[0] + params["W_rh"] @ h + params["b_r"])
        return parts.into(params["W_hh"], r, h)[0]

    E = eps * np.eye(n)
    H = [
        [
            summed(h0 + a + b) - summed(h0 + a - b) - summed(h0 - a + b) + summed(h0 - a - b)
            for a in E
        ]
        for b in E
    ]
    return np.linalg.svd(np.array(H) / (4 * eps**2), compute_uv=False)
