"""What the page, the lesson and the claims measure: counts, bends, and lives of memories."""

from collections.abc import Callable

import numpy as np

from rnncourse.analysis.agreement import fresh_network
from rnncourse.byhand.lstm import forward, state_gradients
from rnncourse.byhand.steps import sigmoid
from rnncourse.exercises.registry import wrong_answer
from rnncourse.records import markdown_table

# What the book counts: the name, the formula as printed, and as a function of d and n.
COUNTS = {
    "rnn": ("RNN", "n(d+n+1)", lambda d, n: n * (d + n + 1)),
    "lstm": ("LSTM", "4n(d+n+1)", lambda d, n: 4 * n * (d + n + 1)),
    "gru": ("GRU", "3n(d+n+1)", lambda d, n: 3 * n * (d + n + 1)),
    "peephole": ("peephole", "4nd+3n^2+4n", lambda d, n: 4 * n * d + 3 * n**2 + 4 * n),
    "phased": ("Phased", "4n(d+n+1)+3n", lambda d, n: 4 * n * (d + n + 1) + 3 * n),
    "lstm, both ways": ("both ways", "8n(d+n+1)", lambda d, n: 8 * n * (d + n + 1)),
}
TORCH_COUNTS = {
    "rnn": ("RNN in torch", "n(d+n+2)", lambda d, n: n * (d + n + 2)),
    "lstm": ("LSTM in torch", "4n(d+n+2)", lambda d, n: 4 * n * (d + n + 2)),
    "gru": ("GRU in torch", "3n(d+n+2)", lambda d, n: 3 * n * (d + n + 2)),
}


def tensors(cell_name: str, d: int, n: int) -> int:
    """The entries of all tensors of this book's cell, or of the two cells of both directions."""
    from rnncourse.cells import CELLS

    kind, _, both_ways = cell_name.partition(", ")
    cell = CELLS[kind](d, n, rng=np.random.default_rng(0))
    return (2 if both_ways else 1) * sum(parameter.numel() for parameter in cell.parameters())


def torch_tensors(cell_name: str, d: int, n: int) -> int:
    """The entries of all tensors of torch's layer of the same name."""
    import torch

    layer = getattr(torch.nn, cell_name.upper())(d, n)
    return sum(parameter.numel() for parameter in layer.parameters())


def count_table(d: int, n: int) -> str:
    """Formula, number and counted tensors of every cell, as a Markdown table."""
    rows = []
    for table, counted in ((COUNTS, tensors), (TORCH_COUNTS, torch_tensors)):
        for kind, (name, text, formula) in table.items():
            numbers = f"{formula(d, n):,} {counted(kind, d, n):,}"
            rows.append([name, f"${text}$", *numbers.split(" ")])
    return markdown_table(["cell", "formula", "number:", "tensors:"], rows)


def sigmoid_candidate(params: dict, x, h, c) -> np.ndarray:
    """The memories c (T, n) of an LSTM whose candidate is a sigmoid."""
    step, rows = wrong_answer("lstm-step", "W19"), []
    for x_t in x:
        h, c = step(params, x_t, h, c)
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
