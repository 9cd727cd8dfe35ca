"""RNN beside LSTM: one-step derivatives, what a start keeps, and small runs."""

from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np
import torch

from rnncourse.byhand import lstm
from rnncourse.byhand.gradcheck import precise_gradient
from rnncourse.byhand.lstm import memory_by_state
from rnncourse.byhand.steps import at, sigmoid
from rnncourse.cells import INITIALIZATIONS
from rnncourse.chapters.palindromes import experiments as palindrome_length
from rnncourse.experiments import Run
from rnncourse.records import markdown_table
from rnncourse.tasks import palindromes
from rnncourse.training import train

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
    """How (c, h) of a step moves that of the next one, shape (2n, 2n).

    The blocks of the page:
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


def start_model(start: str, length: int, seed: int, units: int = 64):
    """An untrained model of ``STARTS`` in float64."""
    run = Run(setting=start, length=length, seed=seed, units=units, **STARTS[start])
    return run.model().double()


def reach(model, length: int, seed: int = 99, sequences: int = 16) -> np.ndarray:
    """The loss's gradient by the input of each step: mean norm relative to the last, (T,).

    The inputs are one-hot rows of palindromes, T = length - 1; the loss is that of the last step.
    """
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
    draws = (np.random.default_rng(seed) for seed in range(seeds))
    return [INITIALIZATIONS[start](rng, "recurrent", (n, n), n) for rng in draws]


def equal_units(d: int, m: int) -> float:
    """How many LSTM units, not rounded, hold as many parameters as an RNN of m: the page's root."""
    return (np.sqrt((d + 1) ** 2 + m * (m + d + 1)) - (d + 1)) / 2


def chance_of_split(a: int, b: int) -> float:
    """The chance of a split of the solved runs at least as uneven as a to b, if both are alike.

    All choices of a + b among two times five runs are equally likely: Fisher's exact test.
    """
    ways = [sum(run < 5 for run in chosen) for chosen in combinations(range(10), a + b)]
    return float(np.mean([abs(2 * first - a - b) >= abs(a - b) for first in ways]))


def small_run(setting: str, cell: str, seed: int, length: int = 10, steps: int = 300):
    """A recipe of the recorded experiment on a small net: 32 units, batches of 32.

    Where the recipe sets a forget bias it is 1 here, which is enough for length 10.
    """
    choices = getattr(palindrome_length, setting)(cell, length)
    small = {"units": 32, "batch_size": 32, "steps": steps}
    bias = {"forget_bias": 1.0} if "forget_bias" in choices else {}
    return Run(**choices | small | bias, seed=seed)


def one_unit_table(T: int = 30) -> str:
    """What one unit passes on in a step and in ``T`` steps, as a Markdown table.

    The RNN has the weight 1 and rests at the state h: a step passes on 1 - h². The direct path of
    the LSTM passes on sigmoid(b).
    """
    rnn = {f"RNN, state {h:g}": 1.0 - h**2 for h in (0.1, 0.5, 0.9)}
    gates = {f"LSTM, forget bias {b:g}": sigmoid(b) for b in (0.0, 1.0, 3.0)}
    gates[f"LSTM, forget bias {np.log(T):.2f}"] = sigmoid(np.log(T))
    rows = ([name, f"{one:.3f}", f"{one**T:.2g}"] for name, one in (rnn | gates).items())
    return markdown_table(["unit", "one step:", f"{T} steps:"], rows)


class Change(NamedTuple):
    """What training changed, one entry a seed."""

    before: np.ndarray  # what reaches step 1, relative to the last: untrained
    after: np.ndarray  # and trained
    accuracy: np.ndarray  # on fresh data at the last evaluation


def before_and_after(setting: str, cell: str, seeds: int = 5) -> Change:
    """Train small nets; what reaches step 1, before and after."""
    rows = []
    for seed in range(seeds):
        run = small_run(setting, cell, seed)
        model = run.model().double()
        before = reach(model, run.length)[0]
        chosen = run.training
        record = train(model, run.batches(), chosen, record_name=run.id)
        after = reach(model, run.length)[0]
        rows.append((before, after, record.summary["accuracy"]))
    return Change(*np.array(rows).T)


def after_first_updates(cell: str, seed: int, steps: int, length: int = 45) -> tuple[float, float]:
    """What reaches step 1 in a run of the good recipe: untrained, and after ``steps`` updates.

    In float64, where another machine's rounding does not show in two digits; the records are of
    float32 runs.
    """
    run = Run(**palindrome_length.good(cell, length), seed=seed)
    model = run.model().double()
    before = reach(model, length)[0]
    train(model, run.batches(), replace(run.training, steps=steps), record_name=run.id)
    return before, reach(model, length)[0]
