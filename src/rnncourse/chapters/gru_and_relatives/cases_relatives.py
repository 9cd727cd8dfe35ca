"""Peephole and bidirectional LSTMs, and what cells cost: what chapter 10 measures on them."""

from functools import partial

import numpy as np

from rnncourse import byhand
from rnncourse.analysis.counts import entries
from rnncourse.byhand import bidirectional, lstm, peephole
from rnncourse.byhand.examples import course_lstm, drawn, small_lstm
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import OUTPUT, at, loss_and_dh, sigmoid

LETTERS = "fioc"
GATES = "fio"


def small_peephole(seed: int = 0, T: int = 6, d: int = 3, n: int = 4, K: int = 5):
    """A random peephole LSTM with a sequence: params, x (T, d), y (T,), c0 (n,), all float64."""
    rng = np.random.default_rng(seed)
    params = drawn(peephole.SHAPES | OUTPUT, rng, d=d, n=n, K=K)
    x, y = rng.standard_normal((T, d)), rng.integers(0, K, size=T)
    return params, x, y, rng.standard_normal(n)


def course_peephole():
    """The worked example: chapter 08's LSTM whose gates read c, its candidate x alone."""
    params, x, y, start = course_lstm()
    candidate = {"W_cx": params["W_gx"], "b_c": params["b_g"]}
    kept = {name: value for name, value in params.items() if name not in ("W_gx", "W_gh", "b_g")}
    return kept | candidate, x, y, start


def peephole_loss(params, x, y, c0, reduction="last", candidate="tanh") -> float:
    p, _ = peephole.forward(params, x, c0=c0, candidate=candidate)
    return loss_and_dp(p, y, reduction)[0]


def peephole_error(names) -> float:
    """Hand-derived against numerical gradients: both candidates, the worst of the reductions."""
    params, x, y, c0 = small_peephole(T=3, d=2, n=2)
    arrays, errors = {"c0": c0, **params}, []
    for candidate in peephole.CANDIDATES:
        for reduction in ("last", "mean", "sum"):
            how = {"reduction": reduction, "candidate": candidate}
            grads = peephole.loss_and_gradients(params, x, y, c0=c0, **how)[1]
            loss = partial(peephole_loss, params, x, y, c0, **how)
            errors += [relative_error(grads[q], precise_gradient(loss, arrays[q])) for q in names]
    return max(errors)


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
    return np.array(dcs[::-1]), {q: np.array([da[q] for da in das[::-1]]) for q in LETTERS}, cache


def peephole_with_step_biases(params, x, y, c, biases: dict, candidate: str) -> float:
    """The last loss when every step adds a bias of its own, ``biases[q]`` (T, n), to its sums."""
    for t, x_t in enumerate(x):
        own = params | {f"b_{q}": params[f"b_{q}"] + biases[q][t] for q in LETTERS}
        s = peephole.step(own, x_t, c, candidate)
        c = s.c
    return float(byhand.cross_entropy((params["W_ph"] @ s.h + params["b_p"])[None], y[-1:])[0])


def loss_after(params, x, y, t, o, c, candidate: str) -> float:
    """The last loss as a function of the memory c after step t, whose output gate is o."""
    if t + 1 < len(x):
        return peephole_loss(params, x[t + 1 :], y[t + 1 :], c, candidate=candidate)
    p = params["W_ph"] @ (o * np.tanh(c)) + params["b_p"]
    return float(byhand.cross_entropy(p[None], y[t:])[0])


def carried_gradient(params, x, y, c0) -> np.ndarray:
    """The gradient by the weights of f, i, o and by b_c of the recursion that has no W_qh in it."""
    _, das, s = peephole_walk(params, x, y, c0, through_gates=0.0)
    rows = np.hstack([s.x, s.c_prev, np.ones((len(x), 1))])
    return np.concatenate([*((das[q].T @ rows).ravel() for q in GATES), das["c"].sum(axis=0)])


def peephole_slip() -> float:
    """Relative error of the worked example's gradient if nothing comes back through the gates."""
    params, x, y, start = course_peephole()
    grads = peephole.loss_and_gradients(params, x, y)[1]
    blocks = ([grads[f"W_{q}x"], grads[f"W_{q}h"], grads[f"b_{q}"][:, None]] for q in GATES)
    right = np.concatenate([*(np.hstack(block).ravel() for block in blocks), grads["b_c"]])
    wrong = carried_gradient(params, x, y, start)
    return float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


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

    pairs = [(grads[name], params[name]) for name in ("W_ph", "b_p")]
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
