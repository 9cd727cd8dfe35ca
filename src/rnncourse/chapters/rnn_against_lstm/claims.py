"""Claims on RNN against LSTM: what a step and a start pass on, and what is a fair comparison."""

from functools import partial
from itertools import pairwise

import numpy as np

from rnncourse.analysis import count_parameters
from rnncourse.byhand import rnn
from rnncourse.byhand.examples import one_unit, small_lstm, small_network
from rnncourse.byhand.gradcheck import relative_error
from rnncourse.byhand.lstm import forward, memory_jacobian
from rnncourse.byhand.steps import at, sigmoid
from rnncourse.cells import LSTMCell, chrono_
from rnncourse.chapters.lstm.cases import tensors
from rnncourse.chapters.palindromes.exercises import best_batch
from rnncourse.chapters.rnn_against_lstm.cases import (
    chance_of_split,
    equal_units,
    pair_nudged,
    pair_product,
    start_matrices,
    start_reaches,
)
from rnncourse.claims.registry import Row, claim, claim_rows, largest_of

DIFFERENCES = "central differences"
NETS = "100 random networks"
MATRICES = "10 matrices of 128 units"


@claim("pair-jacobian", shows="eq-pair-jacobian", tolerance=1e-9, how=DIFFERENCES)
def one_step_of_the_pair() -> float:
    """Memory and state together pass a nudge on by four blocks."""
    params, x, _, h0, c0 = small_lstm(T=1)
    return relative_error(pair_product(params, x, h0, c0), pair_nudged(params, x, h0, c0))


@claim("pair-journey", shows="eq-pair-journey", tolerance=1e-9, how=DIFFERENCES)
def many_steps_of_the_pair() -> float:
    """The matrices of the pair multiply to the derivative over four steps."""
    params, x, _, h0, c0 = small_lstm(T=4)
    return relative_error(pair_product(params, x, h0, c0), pair_nudged(params, x, h0, c0))


@claim("memories-alone", states=0.1529, how=DIFFERENCES, source="W32")
def memories_do_not_multiply() -> float:
    r"""The matrices $\partial c^{(t)}/\partial c^{(t-1)}$ alone do not multiply: relative error."""
    params, x, _, h0, c0 = small_lstm(T=4)
    states = forward(params, x, h0=h0, c0=c0)[1]
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


@claim("orthogonal-bounds", shows="eq-orthogonal-bounds", tolerance=1e-12, how=NETS)
def orthogonal_journey() -> float:
    r"""With orthogonal $W_{hh}$ a nudge keeps between $\prod\alpha_t$ and $\prod\beta_t$."""
    worst = 0.0
    for seed in range(100):
        params, h = orthogonal_rnn(seed, scale=(0.05, 0.3, 0.7)[seed % 3])
        values, slopes = journey(params, h), 1.0 - h**2
        low, high = slopes.min(axis=1).prod(), slopes.max(axis=1).prod()
        worst = largest_of(worst, values.max() / high - 1.0, 1.0 - values.min() / low)
    return worst


@claim("orthogonal-equal", tolerance=1e-12, how="states of one size, 20 steps")
def bounds_are_met() -> float:
    """Where all states have one size, both bounds are met: they cannot be improved."""
    params, h = orthogonal_rnn(0)
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


@claim("half-of-30", shows="eq-largest-sum", tolerance=1e-9, how="bisection on the product")
def how_small_the_sums_are() -> float:
    r"""$|a| = \mathrm{artanh}\sqrt{1-\kappa^{1/T}}$ keeps the share $\kappa$ over $T$ steps."""
    return largest_of(
        abs(largest_sum(share, T) / np.arctanh(np.sqrt(1.0 - share ** (1 / T))) - 1.0)
        for share, T in ((0.5, 30), (0.9, 5), (0.05, 60))
    )


@claim("sum-for-half-of-30", states=0.1523, how="bisection on the product")
def largest_sum_for_half() -> float:
    r"""The size $|a|$ with which an orthogonal RNN keeps half of a nudge over 30 steps."""
    return largest_sum(0.5, 30)


@claim("saturated-30", states=4.974e-12, how="the product of 30 Jacobians")
def saturated_journey() -> float:
    """What 30 steps leave of a nudge where every sum is 1 or -1."""
    params, h = orthogonal_rnn(0, T=30)
    return float(journey(params, np.tanh(1.0) * np.sign(h)).max())


@claim("torch-start", shows="eq-torch-start", tolerance=0.01, how=MATRICES)
def torch_start_shrinks() -> float:
    r"""torch's $W_{hh}$ leaves $1/3$ of the squared length of a vector, on average."""
    squares = [np.sum(W**2) / len(W) for W in start_matrices("torch")]
    return 3.0 * float(np.mean(squares)) - 1.0


@claim("torch-start-norm", states=1.133, how=MATRICES, source="W12")
def torch_start_norm() -> float:
    r"""The norm of torch's $W_{hh}$ is above 1 nevertheless: the median."""
    return float(np.median([np.linalg.norm(W, 2) for W in start_matrices("torch")]))


@claim("xavier-start", tolerance=0.01, how=MATRICES)
def xavier_start_keeps() -> float:
    r"""Xavier's $W_{hh}$ leaves the whole squared length of a vector, on average."""
    return float(np.mean([np.sum(W**2) / len(W) for W in start_matrices("xavier")])) - 1.0


@claim(
    "forget-floor",
    shows="eq-forget-floor",
    tolerance=1e-12,
    how=f"{NETS}, 20 steps",
    absolute="logarithms",
)
def direct_path_floor() -> float:
    r"""The direct path keeps at least $\sigma(b)^T$, and this is at least $e^{-Te^{-b}}$."""
    worst = 0.0
    for seed in range(100):
        params, x, _, h0, c0 = small_lstm(seed, T=20)
        f = forward(params, x, h0=h0, c0=c0)[1].f
        b = np.log(f / (1.0 - f)).min(axis=0)  # the smallest sum of each unit
        kept, floor = np.log(f).sum(axis=0), 20 * np.log(sigmoid(b))
        worst = largest_of(worst, (floor - kept).max(), (-20 * np.exp(-b) - floor).max())
        still = one_unit(b_f=b[0])  # its sums stay at b, so that the first bound is met
        left = forward(still, np.zeros((20, 1)), c0=np.ones(1))[1].c[-1, 0]
        worst = largest_of(worst, abs(np.log(left) - floor[0]))
    return worst


def memory_length(forget_bias: float) -> float:
    """All that is left of a memory of 1 over the steps of a cell whose other weights are zero."""
    params = one_unit(b_f=forget_bias)
    left = forward(params, np.zeros((800, 1)), c0=np.ones(1))[1].c
    return 1.0 + float(left.sum())


@claim("memory-length", shows="eq-memory-length", tolerance=1e-9, how="the sum over 800 steps")
def lengths_of_memories() -> float:
    r"""The shares of all steps sum to $1 + e^{b}$."""
    return largest_of(
        abs(memory_length(b) / (1.0 + np.exp(b)) - 1.0) for b in (-1.0, 0.0, 1.0, 2.0, 3.0)
    )


@claim("chrono-uniform", shows="eq-chrono", tolerance=0.02, how="10 000 draws, longest 30")
def chrono_spreads_lengths() -> float:
    r"""Drawn so, the memory lengths $1 + e^{b_f}$ are uniform between 2 and $T$; $b_i = -b_f$."""
    rng, drawn, apart = np.random.default_rng(0), [], 0.0
    cell = LSTMCell(1, 200, rng=rng).double()
    for _ in range(50):
        chrono_(cell, 30, rng=rng)
        drawn.append(cell.b_f.tolist())
        apart = largest_of(apart, (cell.b_i + cell.b_f).abs().max().item())
    lengths = np.sort(1.0 + np.exp(np.ravel(drawn)))
    uneven = float(np.abs(lengths - np.linspace(2.0, 30.0, len(lengths))).max() / 28.0)
    return largest_of(uneven, apart)


@claim(
    "chrono-average",
    shows="eq-chrono-average",
    tolerance=1e-12,
    how="the cell, 50 steps",
    absolute="memories",
)
def chrono_averages() -> float:
    r"""With $b_i = -b_f$ the memory is a weighted mean of the candidates, here of random ones."""
    rng, b = np.random.default_rng(0), 2.0
    x, f = rng.standard_normal((50, 1)), sigmoid(b)
    memory = forward(one_unit(W_gx=1.0, b_f=b, b_i=-b), x)[1].c[-1, 0]
    weights = (1.0 - f) * f ** np.arange(50)[::-1]
    return float(memory - weights @ np.tanh(x[:, 0]))


@claim("equal-parameters", shows="eq-equal-units", tolerance=1e-12, how="tensors in four sizes")
def equal_parameters() -> float:
    r"""With the root in the place of $n$ the LSTM's formula counts the tensors of the RNN."""
    errors = []
    for d, m in ((10, 128), (1, 128), (5, 40), (3, 17)):
        n = equal_units(d, m)
        errors.append(abs(4.0 * n * (d + n + 1) / tensors("rnn", d, m) - 1.0))
    return largest_of(errors)


@claim("equal-units-128", states=61.42, how="the root of the polynomial by numpy")
def units_like_128() -> float:
    """An LSTM has as many parameters as an RNN of 128 units with this many units."""
    d, m = 10, 128
    return float(np.roots([4.0, 4.0 * (d + 1), -count_parameters("rnn", d, m)]).max())


@claim("best-of-guesses", states=0.1385, how="binomial distribution", source="W29")
def best_evaluation_of_a_guesser() -> float:
    """The best of 200 evaluations on 500 samples, for who guesses among ten digits."""
    return best_batch(0.1, 500, 200)


@claim("best-batch-of-guesses", tolerance=2e-3, states=0.215, how="300 guessers", source="W29")
def best_batch_of_a_guesser() -> float:
    """The best of 10 000 batches of 128, for who guesses among ten digits."""
    right = np.random.default_rng(0).binomial(128, 0.1, (300, 10_000))
    return float(right.max(axis=1).mean() / 128.0)


def start(id: str, start: str, states: float, **more) -> dict[str, Row]:
    statement = (
        f"What reaches the first of 29 inputs, relative to the last, from this start: {start}."
    )
    return {
        f"{id}: {statement}": Row(lambda: np.median(start_reaches(start)[:, 0]), states, **more)
    }


claim_rows(
    start("start-rnn-torch", "rnn, torch", 2.353e-7),
    start("start-rnn-xavier", "rnn, xavier", 0.07991),
    start("start-rnn-orthogonal", "rnn, orthogonal", 0.2246),
    start("start-lstm-torch", "lstm, torch", 1.290e-6, tolerance=1e-9),
    start("start-lstm-bias-1", "lstm, orthogonal, forget bias 1", 0.1596),
    start("start-lstm-bias-3", "lstm, orthogonal, forget bias 3", 9.145),
    start("start-lstm-chrono", "lstm, chrono", 0.1189),
    how="5 untrained models of 64 units, automatic differentiation: the median",
    source="U18-1.6",
)


def times(more: str, less: str) -> float:
    """How many times as much reaches the first input from one start as from the other."""
    first, second = (np.median(start_reaches(start)[:, 0]) for start in (more, less))
    return float(first / second)


claim_rows(
    {
        "start-lstm-over-rnn: As torch starts them, so many times as much reaches the first input "
        "in the LSTM as in the RNN.": Row(lambda: times("lstm, torch", "rnn, torch"), 5.48),
        "start-rnn-over-lstm: From an orthogonal RNN so many times as much as from an LSTM as "
        "torch starts it.": Row(lambda: times("rnn, orthogonal", "lstm, torch"), 1.741e5, 50.0),
    },
    how="5 untrained models of 64 units, automatic differentiation: the medians",
    source="U18-1.6",
)


@claim("torch-start-28", states=2.091e-7, how="28 factors")
def what_the_arithmetic_predicts() -> float:
    r"""What is left of a length after 28 steps that each take a factor $1/\sqrt3$."""
    left = 1.0
    for _ in range(28):
        left /= np.sqrt(3.0)
    return left


@claim("log-rule", states=0.3739, how="the cell, 30 steps")
def bias_of_log_30() -> float:
    r"""A unit with the forget bias $\log 30$ keeps this share of its memory over 30 steps."""
    left = forward(one_unit(b_f=np.log(30.0)), np.zeros((30, 1)), c0=np.ones(1))[1].c
    return float(left[-1, 0])


def memory_of_bias(id: str, bias: int, states: float) -> dict[str, Row]:
    statement = f"The memory length of a unit with forget bias {bias}, in steps."
    return {f"{id}: {statement}": Row(partial(memory_length, float(bias)), states)}


claim_rows(
    memory_of_bias("memory-of-bias-0", 0, 2.0),
    memory_of_bias("memory-of-bias-1", 1, 3.718),
    memory_of_bias("memory-of-bias-3", 3, 21.09),
    tolerance=5e-3,
    how="the sum over 800 steps",
    source="R1-21",
)


def split(id: str, a: int, b: int, states: float, **more) -> dict[str, Row]:
    statement = f"The chance of a split as uneven as {a} to {b} where the recipe has no say."
    return {f"{id}: {statement}": Row(partial(chance_of_split, a, b), states, **more)}


claim_rows(
    split("seeds-5-4", 5, 4, 1.0, tolerance=1e-3),
    split("seeds-5-3", 5, 3, 0.4444),
    split("seeds-5-1", 5, 1, 0.04762),
    split("seeds-5-0", 5, 0, 0.007937),
    how="all choices of the solved runs among ten",
    source="W29",
)
