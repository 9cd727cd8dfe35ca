"""GRUs, peephole and bidirectional LSTMs, and what cells cost."""

from collections.abc import Callable

import numpy as np

from rnncourse import byhand
from rnncourse.analysis.agreement import fresh_network
from rnncourse.analysis.counts import entries
from rnncourse.byhand import bidirectional, gru, lstm, peephole
from rnncourse.byhand.examples import (
    course_gru,
    course_peephole,
    drawn,
    small_gru,
    small_lstm,
    small_peephole,
)
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import OUTPUT, at, loss_and_dh, sigmoid
from rnncourse.chapters.gru_and_relatives.exercises import state_gradients
from rnncourse.chapters.gru_and_relatives.networks import (
    LETTERS,
    Parts,
    course_step,
    gate_rows,
    inside,
    states,
    walk_back,
)

PEEPHOLE_LETTERS = "fioc"
GATES = "fio"


def off(wrong, right) -> float:
    """How far these arrays are from the right ones, relative to them: a ratio of norms."""
    return float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


def by_hand_error(cell, network: tuple, start: dict, names, **about) -> float:
    """Hand-derived against numerical gradients of these arrays, the worst of the reductions.

    cell     the module of byhand
    network  params, x, y
    start    the states before the first step, by name
    """
    params, x, y = network
    arrays, errors = params | start, []
    for reduction in ("last", "mean", "sum"):
        grads = cell.loss_and_gradients(params, x, y, reduction, **start, **about)[1]

        def loss(reduction=reduction) -> float:
            return loss_and_dp(cell.forward(params, x, **start, **about)[0], y, reduction)[0]

        errors += [
            relative_error(grads[name], precise_gradient(loss, arrays[name])) for name in names
        ]
    return max(errors)


# The GRU


def last_state_off(step: Callable) -> float:
    """Relative error of the worked example's last state with another step."""
    params, x, _, h0 = course_gru()
    return off(*(states(params, x, h0, kind)[-1] for kind in (step, course_step)))


def torch_states(params, x, h0) -> np.ndarray:
    """The states (T, n) of torch.nn.GRU with our weights, those of z with the other sign."""
    import torch

    net = torch.nn.GRU(x.shape[1], len(h0), dtype=torch.float64)
    signed = {"r": 1.0, "z": -1.0, "h": 1.0}
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


def weight_gradient(params, x, y, h0, back=state_gradients, rows=gate_rows) -> np.ndarray:
    """The gradient by W_qx, W_qh and b_q side by side, shape (3, n, d + n + 1).

    back  gives dL/dh of every step, (T, n);   rows  from one step's to its three sums, (3, n)
    """
    s = gru.forward(params, x, h0=h0)[1]
    dh = back(params, x, y, h0)
    das = np.array([rows(dh[t], *inside(at(s, t), params)) for t in range(len(x))])
    one = np.ones((len(x), 1))
    seen = (s.h_prev, s.h_prev, s.r * s.h_prev)
    return np.array([das[:, q].T @ np.hstack([s.x, seen[q], one]) for q in range(3)])


def weights_off(back: Callable, rows: Callable = gate_rows) -> float:
    """Relative error of the worked example's gradient with another way back or other rows."""
    return off(weight_gradient(*course_gru(), back, rows), weight_gradient(*course_gru()))


def product_off(wrong: Callable) -> float:
    """The same error where ``wrong`` gives the block of W_hh alone."""
    params, x, y, h0 = course_gru()
    right = weight_gradient(params, x, y, h0)
    slipped = right.copy()
    slipped[2, :, x.shape[1] : -1] = wrong(params, x, y, h0)
    return off(slipped, right)


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


def bend(parts: Parts, n: int = 4) -> np.ndarray:
    """The second derivative of one candidate's sum by h, at a random h: differences, (n, n)."""
    params, x, _, h0 = small_gru(seed=3, n=n)
    eps = 1e-3

    def summed(h):
        r = sigmoid(params["W_rx"] @ x[0] + params["W_rh"] @ h + params["b_r"])
        return parts.past(params["W_hh"], r, h)[0]

    E = eps * np.eye(n)
    H = [
        [
            summed(h0 + a + b) - summed(h0 + a - b) - summed(h0 - a + b) + summed(h0 - a - b)
            for a in E
        ]
        for b in E
    ]
    return np.array(H) / (4 * eps**2)


def bends(parts: Parts) -> np.ndarray:
    """The singular values of ``bend``, (n,)."""
    return np.linalg.svd(bend(parts), compute_uv=False)


def bend_reset_after(n: int = 4) -> np.ndarray:
    """The same matrix by the page, reset after: (wᵀh) ∇²ρ + ∇ρ wᵀ + w ∇ρᵀ with ρ = σ(vᵀh + γ)."""
    params, x, _, h = small_gru(seed=3, n=n)
    w, v = params["W_hh"][0], params["W_rh"][0]
    rho = sigmoid(params["W_rx"][0] @ x[0] + v @ h + params["b_r"][0])
    slope = rho * (1.0 - rho)
    mixed = slope * np.outer(v, w)
    return (w @ h) * slope * (1.0 - 2.0 * rho) * np.outer(v, v) + mixed + mixed.T


# Peephole LSTMs


def peephole_loss(params, x, y, c0, candidate: str) -> float:
    p, _ = peephole.forward(params, x, c0=c0, candidate=candidate)
    return loss_and_dp(p, y, "last")[0]


def peephole_walk(params, x, y, c0, through_gates=1.0, candidate="tanh"):
    """The page's recursion: δ_c (T, n) and the sums' δ_a (T, n) by letter, for the last loss."""
    cache = peephole.forward(params, x, c0=c0, candidate=candidate)[1]
    slope = peephole.CANDIDATES[candidate][1]
    _, _, dhs = loss_and_dh(params, cache.h, y, "last")
    carried, dcs, das = np.zeros_like(c0), [], []
    for t in reversed(range(len(x))):
        s, dh = at(cache, t), dhs[t]
        dc = dh * s.o * (1.0 - np.tanh(s.c) ** 2) + carried
        da = {
            "f": dc * s.c_prev * s.f * (1.0 - s.f),
            "i": dc * s.g * s.i * (1.0 - s.i),
            "o": dh * np.tanh(s.c) * s.o * (1.0 - s.o),
            "c": dc * s.i * slope(s.g),
        }
        carried = dc * s.f + through_gates * sum(params[f"W_{q}h"].T @ da[q] for q in GATES)
        dcs.append(dc)
        das.append(da)
    by_letter = {q: np.array([da[q] for da in das[::-1]]) for q in PEEPHOLE_LETTERS}
    return np.array(dcs[::-1]), by_letter, cache


def peephole_with_step_biases(params, x, y, c, biases: dict, candidate: str) -> float:
    """The last loss when every step adds a bias of its own, ``biases[q]`` (T, n), to its sums."""
    for t, x_t in enumerate(x):
        own = params | {f"b_{q}": params[f"b_{q}"] + biases[q][t] for q in PEEPHOLE_LETTERS}
        s = peephole.step(own, x_t, c, candidate)
        c = s.c
    return float(byhand.cross_entropy((params["W_ph"] @ s.h + params["b_p"])[None], y[-1:])[0])


def loss_after(params, x, y, t, o, c, candidate: str) -> float:
    """The last loss as a function of the memory c after step t, whose output gate is o."""
    if t + 1 < len(x):
        return peephole_loss(params, x[t + 1 :], y[t + 1 :], c, candidate)
    p = params["W_ph"] @ (o * np.tanh(c)) + params["b_p"]
    return float(byhand.cross_entropy(p[None], y[t:])[0])


def peephole_gradient(params, x, y, c0, through_gates=1.0) -> np.ndarray:
    """The gradient by all weights of the cell, one after another."""
    _, das, s = peephole_walk(params, x, y, c0, through_gates)
    one = np.ones((len(x), 1))
    rows = dict.fromkeys(GATES, np.hstack([s.x, s.c_prev, one])) | {"c": np.hstack([s.x, one])}
    return np.concatenate([(das[q].T @ seen).ravel() for q, seen in rows.items()])


def peephole_slip() -> float:
    """Relative error of the worked example's gradient if nothing comes back through the gates."""
    right, wrong = (peephole_gradient(*course_peephole(), through) for through in (1.0, 0.0))
    return off(wrong, right)


def memory_jacobian(params: dict, s: peephole.Cache) -> np.ndarray:
    """∂c_t/∂c_{t-1} of the sheet's peephole cell, shape (n, n)."""
    by_f = (s.c_prev * s.f * (1.0 - s.f))[:, None] * params["W_fh"]
    by_i = (s.g * s.i * (1.0 - s.i))[:, None] * params["W_ih"]
    return np.diag(s.f) + by_f + by_i


# Gers and Schmidhuber's cell: the LSTM, and a vector v_q a gate.
GERS_SHAPES = lstm.SHAPES | {f"v_{q}": ("n",) for q in "ifo"}


def gers_memories(params: dict, x, h, c) -> tuple[np.ndarray, np.ndarray]:
    """States and memories (T, n) of the LSTM with diagonal peepholes; o sees the new memory."""
    rows = []
    for x_t in x:
        a = {q: params[f"W_{q}x"] @ x_t + params[f"W_{q}h"] @ h + params[f"b_{q}"] for q in "gifo"}
        i, f = (sigmoid(a[q] + params[f"v_{q}"] * c) for q in "if")
        c = np.tanh(a["g"]) * i + c * f
        h = np.tanh(c) * sigmoid(a["o"] + params["v_o"] * c)
        rows.append((h, c))
    return tuple(np.array(rows).transpose(1, 0, 2))


def gers_and_sheet() -> tuple[float, float]:
    """Diagonal matrices in the sheet's cell, none from h in Gers': differences of h and of c."""
    rng = np.random.default_rng(0)
    gers = drawn(GERS_SHAPES, rng, d=3, n=4)
    gers |= {f"W_{q}h": np.zeros((4, 4)) for q in "gifo"}
    sheet = drawn(peephole.SHAPES | OUTPUT, rng, d=3, n=4, K=5)
    for q in GATES:
        sheet |= {f"W_{q}x": gers[f"W_{q}x"], f"b_{q}": gers[f"b_{q}"]}
        sheet[f"W_{q}h"] = np.diag(gers[f"v_{q}"])
    sheet |= {"W_cx": gers["W_gx"], "b_c": gers["b_g"]}
    x = rng.standard_normal((20, 3))
    h, c = gers_memories(gers, x, np.zeros(4), np.zeros(4))
    s = peephole.forward(sheet, x)[1]
    return relative_error(s.h, h), relative_error(s.c, c)


def behind_a_closed_gate() -> tuple[float, float]:
    """Two memories behind closed output gates: how far the next forget gates differ.

    Of an LSTM, whose gates read h, and of the sheet's peephole LSTM, whose gates read c.
    """
    closed = {"b_o": np.full(4, -100.0)}
    params, x, _, h0, c0 = small_lstm(T=2)
    params |= closed
    blind = [lstm.forward(params, x, h0=h0, c0=sign * c0)[1].f[1] for sign in (1.0, -1.0)]
    params, x, _, c0 = small_peephole(T=2)
    params |= closed
    seeing = [peephole.forward(params, x, c0=sign * c0)[1].f[1] for sign in (1.0, -1.0)]
    return tuple(float(np.abs(a - b).max()) for a, b in (blind, seeing))


def small_bidirectional(T: int = 4, d: int = 2, n: int = 2, K: int = 3):
    """Two random LSTMs and their output layer, with a sequence and its class."""
    rng = np.random.default_rng(0)
    params = {name: drawn(lstm.SHAPES, rng, d=d, n=n) for name in bidirectional.DIRECTIONS}
    params |= drawn(OUTPUT, rng, K=K, n=2 * n)
    return params, rng.standard_normal((T, d)), 1


def bidirectional_error() -> float:
    """Hand-derived against numerical gradients: both directions and the output layer."""
    params, x, y = small_bidirectional()
    grads = bidirectional.loss_and_gradients(params, x, y)[1]

    def loss() -> float:
        p, _ = bidirectional.forward(params, x)
        return float(byhand.cross_entropy(p[None], np.array([y]))[0])

    pairs = [(grads[name], params[name]) for name in OUTPUT]
    pairs += [
        (grads[way][name], params[way][name])
        for way in bidirectional.DIRECTIONS
        for name in lstm.SHAPES
    ]
    return max(relative_error(own, precise_gradient(loss, array)) for own, array in pairs)


def torch_both_ways(params, x):
    """What torch.nn.LSTM(bidirectional=True) gives: h (T, 2n) by step, and h_n (2n,)."""
    import torch

    n = len(params["forward"]["b_g"])
    net = torch.nn.LSTM(x.shape[1], n, bidirectional=True, dtype=torch.float64)
    values = []
    for way in bidirectional.DIRECTIONS:
        own = params[way]
        values += [np.concatenate([own[f"W_{q}{s}"] for q in "ifgo"]) for s in "xh"]
        values += [bias := np.concatenate([own[f"b_{q}"] for q in "ifgo"]), 0.0 * bias]
    with torch.no_grad():
        for leaf, value in zip(net.parameters(), values, strict=True):
            leaf.copy_(torch.from_numpy(value))
        h, (ends, _) = net(torch.from_numpy(x))
    return h.numpy(), ends.numpy().ravel()


def mirrored_reader(K: int, size: float = 5.0) -> dict:
    """An RNN for symbols read backward whose scores name the symbol read one step earlier.

    The first K units hold the symbol just read, the others what the first K held before.
    """
    holds, zero = np.eye(K), np.zeros((K, K))
    return {
        "W_hx": np.vstack([size * holds, zero]),
        "W_hh": np.block([[zero, zero], [size * holds, zero]]),
        "b_h": np.zeros(2 * K),
        "W_ph": np.hstack([zero, 2.0 * size * holds]),
        "b_p": np.zeros(K),
    }


def next_symbol_loss(K: int = 10, T: int = 500) -> float:
    """Mean cross-entropy of the next symbol, of random ones, for a reader from the other end."""
    symbols = np.random.default_rng(0).integers(0, K, size=T)
    p, _ = byhand.rnn.forward(mirrored_reader(K), np.eye(K)[symbols[::-1]])
    p = p[::-1]  # in the order of the sequence: row t has read symbols T … t
    return float(byhand.cross_entropy(p[:-1], symbols[1:]).mean())


def multiplications(shapes: dict, d: int, n: int) -> int:
    """Multiplications of a step in its products of a matrix and a vector: the matrices' entries."""
    return entries({name: shape for name, shape in shapes.items() if len(shape) == 2}, d, n)


def embedded() -> float:
    """A sum that reads embedded symbols against one-hot rows with W_qx E: relative error."""
    rng = np.random.default_rng(0)
    W, E, symbols = rng.standard_normal((4, 6)), rng.standard_normal((6, 3)), np.array([2, 0, 1, 2])
    one_hot = np.eye(3)[symbols]
    return relative_error(E.T[symbols] @ W.T, one_hot @ (W @ E).T)


def more_units(d: int, n: int) -> float:
    """The units of a GRU with the parameters of an LSTM of n units, over n; not rounded."""
    parameters = entries(lstm.SHAPES, d, n)
    return float(np.roots([3.0, 3.0 * (d + 1), -parameters]).max()) / n
