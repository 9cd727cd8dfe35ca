"""RNN beside LSTM: one-step derivatives, what a start keeps, and counts, for chapter 09."""

import math
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from rnncourse.byhand import lstm, rnn
from rnncourse.byhand.examples import one_unit, small_lstm, small_network
from rnncourse.byhand.gradcheck import precise_gradient
from rnncourse.byhand.lstm import memory_by_state, memory_jacobian
from rnncourse.byhand.steps import at, sigmoid

# How a model may start: what the figures and the table of the page compare.
STARTS = {
    "rnn, torch": {"cell": "rnn", "initialization": "torch"},
    "rnn, xavier": {"cell": "rnn", "initialization": "xavier"},
    "rnn, orthogonal": {"cell": "rnn"},
    "lstm, torch": {"cell": "lstm", "initialization": "torch"},
    "lstm, orthogonal, forget bias 1": {"cell": "lstm", "forget_bias": 1.0},
    "lstm, orthogonal, forget bias 3": {"cell": "lstm", "forget_bias": 3.0},
    "lstm, chrono": {"cell": "lstm", "initialization": "chrono"},
}


def pair_jacobian(params: dict, step: lstm.Cache) -> np.ndarray:
    """How (c, h) of a step moves (c, h) of the next one, shape (2n, 2n), from the page's blocks.

    F = diag(f),  M = memory_by_state,  S = diag(o (1 - tanh² c)),
    N = diag(tanh(c) o (1 - o)) W_oh;   rows (F, M) and (S F, S M + N)
    """
    tanh_c = np.tanh(step.c)
    F, M = np.diag(step.f), memory_by_state(params, step)
    S = np.diag(step.o * (1.0 - tanh_c**2))
    N = (tanh_c * step.o * (1.0 - step.o))[:, None] * params["W_oh"]
    return np.block([[F, M], [S @ F, S @ M + N]])


def pair_nudged(params, x, h, c) -> np.ndarray:
    """The same over all steps of x by differences: the last (c, h) by the first, (2n, 2n)."""
    n, start = len(h), np.concatenate([c, h])

    def last(j) -> float:
        end = lstm.unroll(params, x, start[n:], start[:n])
        return np.concatenate([end.c[-1], end.h[-1]])[j]

    return np.array([precise_gradient(lambda j=j: last(j), start) for j in range(2 * n)])


def pair_product(params, x, h0, c0) -> np.ndarray:
    """The product of the pair's Jacobians of all steps, the last one leftmost."""
    states = lstm.forward(params, x, h0=h0, c0=c0)[1]
    product = np.eye(2 * len(h0))
    for t in range(len(x)):
        product = pair_jacobian(params, at(states, t)) @ product
    return product


def memories_alone() -> float:
    """∂c_4/∂c_1 taken as a product of the one-step derivatives of c: its relative error."""
    params, x, _, h0, c0 = small_lstm(T=4)
    states = lstm.forward(params, x, h0=h0, c0=c0)[1]
    steps = [at(states, t) for t in range(4)]
    product = np.eye(4)
    for before, step in pairwise(steps):
        product = memory_jacobian(params, before, step) @ product
    # (c, h) of step 1 moves with c_1, and h_1 follows it
    follows = np.vstack([np.eye(4), np.diag(steps[0].o * (1.0 - np.tanh(steps[0].c) ** 2))])
    exact = (pair_nudged(params, x[1:], steps[0].h, steps[0].c) @ follows)[:4]
    return float(np.linalg.norm(product - exact) / np.linalg.norm(exact))


def orthogonal_rnn(seed: int, T: int = 20, scale: float = 0.7):
    """A random RNN whose W_hh is orthogonal, and its states (T, n)."""
    params, x, _, h0 = small_network(seed, T=T, n=8, scale=scale)
    params["W_hh"] = np.linalg.qr(params["W_hh"])[0]
    return params, rnn.forward(params, x, h0=h0)[1].h


def journey(params: dict, h: np.ndarray) -> np.ndarray:
    """Singular values of the product of an RNN's Jacobians over the states h (T, n)."""
    product = np.eye(h.shape[1])
    for h_t in h:
        product = rnn.jacobian(params, h_t) @ product
    return np.linalg.svd(product, compute_uv=False)


def outside_the_bounds(seeds: int = 100) -> float:
    """By how much a singular value leaves its bounds, relative; 0 where none does."""
    worst = 0.0
    for seed in range(seeds):
        params, h = orthogonal_rnn(seed, scale=(0.05, 0.3, 0.7)[seed % 3])
        values, slopes = journey(params, h), 1.0 - h**2
        low, high = slopes.min(axis=1).prod(), slopes.max(axis=1).prod()
        worst = max(worst, values.max() / high - 1.0, 1.0 - values.min() / low)
    return worst


def equal_states(seed: int = 0) -> float:
    """With every |h| equal both bounds are met: the largest relative distance from them."""
    params, h = orthogonal_rnn(seed)
    h = 0.4 * np.sign(h)
    return float(np.abs(journey(params, h) / 0.84 ** len(h) - 1.0).max())


def largest_sum(share: float, T: int) -> float:
    """|a| of an orthogonal RNN whose states are all of one size and keep ``share``; bisection."""
    low, high = 0.0, 5.0
    params, h = orthogonal_rnn(0, T=T)
    for _ in range(60):
        a = 0.5 * (low + high)
        kept = journey(params, np.tanh(a) * np.sign(h)).min()
        low, high = (a, high) if kept > share else (low, a)
    return a


def below_the_floor(seeds: int = 100, T: int = 20) -> float:
    """By how much log ∏ f falls below T log σ(b), or that below -T exp(-b); 0 where nowhere."""
    worst = 0.0
    for seed in range(seeds):
        params, x, _, h0, c0 = small_lstm(seed, T=T)
        f = lstm.forward(params, x, h0=h0, c0=c0)[1].f
        b = np.log(f / (1.0 - f)).min(axis=0)  # the smallest sum of each unit
        kept, floor = np.log(f).sum(axis=0), T * np.log(sigmoid(b))
        worst = max(worst, (floor - kept).max(), (-T * np.exp(-b) - floor).max())
        still = one_unit(b_f=b[0])  # its sums stay at b, so that the first bound is met
        left = lstm.forward(still, np.zeros((T, 1)), c0=np.ones(1))[1].c[-1, 0]
        worst = max(worst, abs(np.log(left) - floor[0]))
    return worst


def memory_length(forget_bias: float) -> float:
    """All that is left of a memory of 1 over the steps of a cell whose other weights are zero."""
    params = one_unit(b_f=forget_bias)
    left = lstm.forward(params, np.zeros((800, 1)), c0=np.ones(1))[1].c
    return 1.0 + float(left.sum())


def chrono_biases(longest: int, n: int = 200, draws: int = 50) -> tuple[np.ndarray, np.ndarray]:
    """b_f and b_i of n units as ``chrono_`` draws them, many times over: (n draws,) each."""
    from rnncourse.cells import LSTMCell, chrono_

    rng = np.random.default_rng(0)
    cell = LSTMCell(1, n, rng=rng).double()
    drawn = []
    for _ in range(draws):
        chrono_(cell, longest, rng=rng)
        drawn.append(np.array([cell.b_f.tolist(), cell.b_i.tolist()]))
    b_f, b_i = np.hstack(drawn)
    return b_f, b_i


def start_model(start: str, length: int, seed: int, units: int = 64):
    """An untrained model of ``STARTS`` in float64."""
    from rnncourse.experiments import Run

    run = Run(setting=start, length=length, seed=seed, units=units, **STARTS[start])
    return run.model().double()


def reach(model, length: int, seed: int = 99, sequences: int = 16) -> np.ndarray:
    """The loss's gradient by the input of each step: mean norm relative to the last, (T,).

    The inputs are one-hot rows of palindromes, T = length - 1; the loss is that of the last step.
    """
    import torch

    from rnncourse.tasks import palindromes

    x, y = palindromes(np.random.default_rng(seed), sequences, length)
    rows = torch.nn.functional.one_hot(torch.from_numpy(x), 10).double().requires_grad_()
    p, _ = model(rows)
    torch.nn.functional.cross_entropy(p[:, -1], torch.from_numpy(y)).backward()
    norms = rows.grad.norm(dim=2).mean(dim=0).numpy()
    return norms / norms[-1]


@cache
def start_reaches(start: str, length: int = 30, seeds: int = 5) -> np.ndarray:
    """``reach`` of untrained models, one row a seed: (seeds, T)."""
    return np.array([reach(start_model(start, length, seed), length) for seed in range(seeds)])


def start_matrices(start: str, n: int = 128, seeds: int = 10) -> list[np.ndarray]:
    """W_hh as "torch" or "xavier" starts it, for several seeds."""
    from rnncourse.cells import INITIALIZATIONS

    draws = (np.random.default_rng(seed) for seed in range(seeds))
    return [INITIALIZATIONS[start](rng, "recurrent", (n, n), n) for rng in draws]


def equal_units(d: int, m: int) -> float:
    """How many LSTM units, not rounded, hold as many parameters as an RNN of m: the page's root."""
    return (np.sqrt((d + 1) ** 2 + m * (m + d + 1)) - (d + 1)) / 2


def best_of_guesses(size: int, evaluations: int) -> float:
    """Expected best accuracy of a guesser of one in ten: exact, from the binomial distribution."""
    k = np.arange(size + 1)
    logs = np.cumsum(np.log(np.maximum(k, 1)))
    log_p = logs[-1] - logs - logs[::-1] + k * np.log(0.1) + (size - k) * np.log(0.9)
    return float((1.0 - np.cumsum(np.exp(log_p))[:-1] ** evaluations).sum() / size)


def chance_of_split(a: int, b: int, seeds: int = 5) -> float:
    """The chance of a split of the solved runs at least as uneven as a to b, if both are alike.

    All choices of a + b among two times ``seeds`` runs are equally likely: Fisher's exact test.
    """
    total = a + b
    splits = range(max(0, total - seeds), min(seeds, total) + 1)
    ways = [math.comb(seeds, k) * math.comb(seeds, total - k) for k in splits]
    uneven = [abs(2 * k - total) >= abs(a - b) for k in splits]
    return sum(w for w, u in zip(ways, uneven, strict=True) if u) / sum(ways)


def small_run(setting: str, cell: str, seed: int, length: int = 10, steps: int = 300):
    """A recipe of the recorded experiment on a small net: 32 units, batches of 32.

    Where the recipe sets a forget bias it is 1 here, which is enough for length 10.
    """
    from rnncourse.chapters.palindromes import experiments as palindrome_length
    from rnncourse.experiments import Run

    choices = getattr(palindrome_length, setting)(cell, length)
    small = {"units": 32, "batch_size": 32, "steps": steps}
    bias = {"forget_bias": 1.0} if "forget_bias" in choices else {}
    return Run(**choices | small | bias, seed=seed)


class Change(NamedTuple):
    """What training changed, one entry a seed."""

    before: np.ndarray  # what reaches step 1, relative to the last: untrained
    after: np.ndarray  # and trained
    accuracy: np.ndarray  # on fresh data at the last evaluation


def before_and_after(setting: str, cell: str, seeds: int = 5) -> Change:
    """Train small nets in float64 and measure ``reach`` at step 1 before and after."""
    from rnncourse.training import train

    rows = []
    for seed in range(seeds):
        run = small_run(setting, cell, seed)
        model = run.model().double()
        before = reach(model, run.length)[0]
        record = train(model, run.batches(), run.training, record_name=run.id)
        rows.append((before, reach(model, run.length)[0], record.summary["accuracy"]))
    return Change(*np.array(rows).T)


def after_first_updates(cell: str, seed: int, steps: int, length: int = 45) -> tuple[float, float]:
    """What reaches step 1 in a run of the good recipe: untrained, and after ``steps`` updates.

    In float64, where another machine's rounding does not show in two digits; the records are of
    float32 runs.
    """
    from dataclasses import replace

    from rnncourse.chapters.palindromes import experiments as palindrome_length
    from rnncourse.experiments import Run
    from rnncourse.training import train

    run = Run(**palindrome_length.good(cell, length), seed=seed)
    model = run.model().double()
    before = reach(model, length)[0]
    train(model, run.batches(), replace(run.training, steps=steps), record_name=run.id)
    return before, reach(model, length)[0]
