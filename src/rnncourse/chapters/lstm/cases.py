"""LSTMs with a part exchanged, and cells whose tensors are counted: what chapter 08 measures."""

from collections.abc import Callable

import numpy as np

from rnncourse import byhand
from rnncourse.analysis.agreement import fresh_network
from rnncourse.byhand import lstm
from rnncourse.byhand.examples import course_lstm, one_unit, small_lstm
from rnncourse.byhand.gradcheck import precise_gradient, relative_error
from rnncourse.byhand.lstm import forward, loss_and_gradients, state_gradients
from rnncourse.byhand.softmax import loss_and_dp
from rnncourse.byhand.steps import at, loss_and_dh, sigmoid

LETTERS = "gifo"

# What the book counts: the formula as printed, and as a function of d and n.
COUNTS = {
    "rnn": ("n(d+n+1)", lambda d, n: n * (d + n + 1)),
    "lstm": ("4n(d+n+1)", lambda d, n: 4 * n * (d + n + 1)),
    "gru": ("3n(d+n+1)", lambda d, n: 3 * n * (d + n + 1)),
    "peephole": ("4nd+3n^2+4n", lambda d, n: 4 * n * d + 3 * n**2 + 4 * n),
    "phased": ("4n(d+n+1)+3n", lambda d, n: 4 * n * (d + n + 1) + 3 * n),
    "lstm, both ways": ("8n(d+n+1)", lambda d, n: 8 * n * (d + n + 1)),
}
NAMES = {
    "rnn": "RNN",
    "lstm": "LSTM",
    "gru": "GRU",
    "peephole": "peephole",
    "phased": "Phased",
    "lstm, both ways": "both ways",
}
TORCH_COUNTS = {
    "rnn": ("n(d+n+2)", lambda d, n: n * (d + n + 2)),
    "lstm": ("4n(d+n+2)", lambda d, n: 4 * n * (d + n + 2)),
    "gru": ("3n(d+n+2)", lambda d, n: 3 * n * (d + n + 2)),
}


def tensors(cell_name: str, d: int, n: int) -> int:
    """The entries of all tensors of this book's cell, or of the two cells of both directions."""
    from rnncourse.cells import CELLS

    kind, _, both_ways = cell_name.partition(", ")
    cell = CELLS[kind](d, n, rng=np.random.default_rng(0))
    return (2 if both_ways else 1) * sum(parameter.numel() for parameter in cell.parameters())


def model_tensors(cell_name: str, d: int, n: int, K: int) -> int:
    """The entries of all tensors of a model: the cell and the output layer."""
    from rnncourse.sequence import SequenceModel

    model = SequenceModel(cell_name, d=d, n=n, K=K, rng=np.random.default_rng(0))
    return sum(parameter.numel() for parameter in model.parameters())


def torch_tensors(cell_name: str, d: int, n: int) -> int:
    """The entries of all tensors of torch's layer of the same name."""
    import torch

    layer = getattr(torch.nn, cell_name.upper())(d, n)
    return sum(parameter.numel() for parameter in layer.parameters())


def count_table(d: int, n: int) -> str:
    """Formula, number and counted tensors of every cell, as a Markdown table."""
    rows = ["| cell | formula | number | tensors |", "|---|---|---:|---:|"]
    for where, table, counted in (
        ("", COUNTS, tensors),
        (" in torch", TORCH_COUNTS, torch_tensors),
    ):
        for name, (text, formula) in table.items():
            numbers = f"{formula(d, n):,} | {counted(name, d, n):,}".replace(",", "\u202f")
            rows.append(f"| {NAMES[name]}{where} | ${text}$ | {numbers} |")
    return "\n".join(rows)


def loss_from(params, x, y, h0, c0, reduction="last") -> float:
    return loss_and_dp(forward(params, x, h0=h0, c0=c0)[0], y, reduction)[0]


def loss_onward(params, x, y, h, c) -> float:
    """The summed losses of a step that shows h, y[0] its class, and of all steps after it."""
    own = float(byhand.cross_entropy((params["W_ph"] @ h + params["b_p"])[None], y[:1])[0])
    return own + (loss_from(params, x[1:], y[1:], h, c, "sum") if len(x) > 1 else 0.0)


def by_hand_error(names) -> float:
    """Hand-derived against numerical gradients of these arrays, the worst of the reductions."""
    params, x, y, h0, c0 = small_lstm(T=3, d=2, n=2)
    arrays, errors = {"h0": h0, "c0": c0, **params}, []
    for reduction in ("last", "mean", "sum"):
        grads = loss_and_gradients(params, x, y, reduction, h0=h0, c0=c0)[1]
        for name in names:
            expected = precise_gradient(
                lambda r=reduction: loss_from(params, x, y, h0, c0, r), arrays[name]
            )
            errors.append(relative_error(grads[name], expected))
    return max(errors)


def loss_with_step_biases(params, x, y, h, c, biases: dict) -> float:
    """The last loss when every step adds a bias of its own, ``biases[q]`` (T, n), to its gates."""
    for t, x_t in enumerate(x):
        own = params | {f"b_{q}": params[f"b_{q}"] + biases[q][t] for q in LETTERS}
        step = lstm.step(own, x_t, h, c)
        h, c = step.h, step.c
    return float(byhand.cross_entropy((params["W_ph"] @ h + params["b_p"])[None], y[-1:])[0])


def slipped_error(
    slope_g: Callable = lambda g: 1.0 - g**2,
    slope_c: Callable = lambda c: 1.0 - np.tanh(c) ** 2,
    kept: Callable = lambda cache, t: cache.f[t],
    through_h: float = 1.0,
) -> float:
    """The backward pass of the worked example with one part exchanged: how far off it ends.

    The relative error of the gradient by all weights and biases of the cell together.
    """
    params, x, y, _ = course_lstm()
    _, cache = forward(params, x)
    _, _, dhs = loss_and_dh(params, cache.h, y, "last")
    dh, dc, wrong = np.zeros(3), np.zeros(3), 0.0
    for t in reversed(range(len(x))):
        s, dh = at(cache, t), dhs[t] + through_h * dh
        dc = dc + dh * s.o * slope_c(s.c)
        da = {
            "g": dc * s.i * slope_g(s.g),
            "i": dc * s.g * s.i * (1.0 - s.i),
            "f": dc * s.c_prev * s.f * (1.0 - s.f),
            "o": dh * np.tanh(s.c) * s.o * (1.0 - s.o),
        }
        row = np.concatenate([s.x, s.h_prev, [1.0]])
        wrong = wrong + np.array([np.outer(da[q], row) for q in LETTERS])
        dh = sum(params[f"W_{q}h"].T @ da[q] for q in LETTERS)
        dc = dc * kept(cache, t)
    return _off_by(wrong, loss_gradient(params, x, y))


def loss_gradient(params, x, y) -> np.ndarray:
    """The gradient by W_qx, W_qh and b_q side by side, shape (4, n, d + n + 1)."""
    grads = loss_and_gradients(params, x, y)[1]
    return np.array(
        [np.hstack([grads[f"W_{q}x"], grads[f"W_{q}h"], grads[f"b_{q}"][:, None]]) for q in LETTERS]
    )


def _off_by(wrong: np.ndarray, right: np.ndarray) -> float:
    return float(np.linalg.norm(wrong - right) / np.linalg.norm(right))


def wrong_gate_order() -> float:
    """Weights stacked as i, f, g, o are read as g, i, f, o: relative error of h^(T)."""
    params, x, _, _ = course_lstm()
    mixed = dict(params)
    for here, there in zip("gif", "ifg", strict=True):
        for name in ("W_{}x", "W_{}h", "b_{}"):
            mixed[name.format(here)] = params[name.format(there)]
    right, wrong = (forward(weights, x)[1].h[-1] for weights in (params, mixed))
    return _off_by(wrong, right)


def sum_for_product() -> float:
    """The first memory of the worked example with i + g in the place of i ⊙ g: relative error."""
    params, x, _, _ = course_lstm()
    s = at(forward(params, x)[1], 0)
    return _off_by(s.c_prev * s.f + s.i + s.g, s.c)


def sigmoid_candidate(params: dict, x, h, c) -> np.ndarray:
    """The memories c (T, n) of an LSTM whose candidate is σ(a_g), by σ(a) = (1 + tanh(a/2)) / 2."""
    halved = params | {name: 0.5 * params[name] for name in ("W_gx", "W_gh", "b_g")}
    rows = []
    for x_t in x:
        g, i, f, o = lstm.gates(halved, x_t, h)
        c = 0.5 * (1.0 + g) * i + c * f
        h = np.tanh(c) * o
        rows.append(c)
    return np.array(rows)


def bend_of_tanh(x: np.ndarray) -> np.ndarray:
    """tanh''(x) = −2 tanh(x) (1 − tanh²(x))."""
    return -2.0 * np.tanh(x) * (1.0 - np.tanh(x) ** 2)


def bend_of_sigmoid(x: np.ndarray) -> np.ndarray:
    """σ''(x) = σ (1 − σ) (1 − 2σ)."""
    s = sigmoid(x)
    return s * (1.0 - s) * (1.0 - 2.0 * s)


def bends_until(bend: Callable) -> float:
    """The largest x where a second derivative still has a tenth of its largest size."""
    x = np.linspace(0.0, 10.0, 100_001)
    size = np.abs(bend(x))
    return float(x[np.flatnonzero(size >= 0.1 * size.max())[-1]])


def step_gradients(params, x, y, h0, c0) -> dict:
    r"""The equations of the page at every step, from the states' gradients: da_q (T, n)."""
    dh, dc = state_gradients(params, x, y, h0=h0, c0=c0)
    s = forward(params, x, h0=h0, c0=c0)[1]
    return {
        "g": dc * s.i * (1.0 - s.g**2),
        "i": dc * s.g * s.i * (1.0 - s.i),
        "f": dc * s.c_prev * s.f * (1.0 - s.f),
        "o": dh * np.tanh(s.c) * s.o * (1.0 - s.o),
    }


def memory_nudged(follow: bool) -> np.ndarray:
    """∂c_2/∂c_1 by differences, where h_1 follows c_1 or is held fixed."""
    params, x, _, h0, c0 = small_lstm(T=2)
    s = at(forward(params, x, h0=h0, c0=c0)[1], 0)

    def memory(j):
        return lstm.step(params, x[1], np.tanh(s.c) * s.o if follow else s.h, s.c).c[j]

    return np.array([precise_gradient(lambda j=j: memory(j), s.c) for j in range(len(s.c))])


def memory_lives(forget_bias: float, T: int = 30, seeds: int = 5) -> tuple[np.ndarray, np.ndarray]:
    """How much of dL/dc_T arrives at c_t, on all paths and on the direct path: (seeds, T) each.

    The norm at every step relative to the last, in untrained LSTMs of 32 units.
    """
    every, direct = [], []
    for seed in range(seeds):
        params, x, y = fresh_network("lstm", seed, T=T)
        params["b_f"][:] = forget_bias
        _, dc = state_gradients(params, x, y)
        kept = [dc[-1]]
        for f in forward(params, x)[1].f[:0:-1]:  # f_T first, f_1 not at all
            kept.append(kept[-1] * f)
        every.append(np.linalg.norm(dc, axis=1) / np.linalg.norm(dc[-1]))
        direct.append(np.linalg.norm(kept[::-1], axis=1) / np.linalg.norm(dc[-1]))
    return np.array(every), np.array(direct)


def bias_of_two_gates() -> float:
    """One bias for i and f: its numerical gradient against the sum of the two by hand."""
    params, x, y, h0, c0 = small_lstm()
    params["b_f"] = params["b_i"] = shared = params["b_i"].copy()
    expected = precise_gradient(lambda: loss_from(params, x, y, h0, c0), shared)
    grads = loss_and_gradients(params, x, y, h0=h0, c0=c0)[1]
    return relative_error(grads["b_i"] + grads["b_f"], expected)


# Slips on the worked example: how far off, where the slip is known from, what it is, its measure.
SLIPS = {
    "slip-only-direct-path": (
        0.3102,
        "D-1.2",
        "If nothing comes back through $h^{(t)}$, a part of the gradient is missing.",
        lambda: slipped_error(through_h=0.0),
    ),
    "slip-tanh-twice": (
        0.1484,
        "W37",
        r"With $1 - \tanh^2(g)$ the slope is taken at $g$, which is the tanh already.",
        lambda: slipped_error(slope_g=lambda g: 1.0 - np.tanh(g) ** 2),
    ),
    "slip-no-tanh-slope": (
        0.0219,
        "U18-1.5",
        r"Without $1 - \tanh^2 c$ the small memories of the example hide most of the slip.",
        lambda: slipped_error(slope_c=np.ones_like),
    ),
    "slip-forget-index": (
        0.1902,
        "U18-1.5",
        "With $f^{(t)}$ in the place of $f^{(t+1)}$ the memory is carried by the wrong gate.",
        lambda: slipped_error(kept=lambda cache, t: cache.f[max(t - 1, 0)]),
    ),
    "slip-gate-order": (
        1.1202,
        "U18-1.6",
        "Weights stacked as i, f, g, o and read as g, i, f, o give another last state.",
        wrong_gate_order,
    ),
    "slip-sum-for-product": (
        1.9790,
        "W36",
        r"With $i + g$ in the place of $i \odot g$ the first memory is another one.",
        sum_for_product,
    ),
}


def at_rest(W_gh: float, steps: int) -> float:
    """How a nudge of c grows in one unit at rest, whose only weight is W_gh; h follows c."""
    params, start = one_unit(W_gh=W_gh), np.zeros(1)

    def last() -> float:
        shown = 0.5 * np.tanh(start)  # the output gate is open by half
        return lstm.unroll(params, np.zeros((steps, 1)), shown, start).c[-1, 0]

    return float(precise_gradient(last, start)[0])


def kept_after_30(forget_bias: float) -> float:
    """What is left of c = 1 after 30 steps of a cell whose other weights are zero."""
    params = one_unit(b_f=forget_bias)
    return float(lstm.forward(params, np.zeros((30, 1)), c0=np.ones(1))[1].c[-1, 0])
