"""The steps that are timed: ours, torch's layers, and the plain loop.

A cell's step is forward, backward and no optimizer; the loss reads every state. The character RNN
does whole updates, AdaGrad included, on random characters.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, one_hot

from rnncourse import byhand
from rnncourse.byhand import char_rnn_plain
from rnncourse.byhand.char_rnn import CharRNN
from rnncourse.cells import CELLS
from rnncourse.sequence import run, unroll
from rnncourse.validate import require_choice


class Shape(NamedTuple):
    """The size of a training step; the input is one of ``d`` symbols."""

    B: int
    n: int
    d: int
    T: int
    layers: int


SHAPES = {
    "palindrome-10": Shape(B=128, n=128, d=10, T=10, layers=1),
    "palindrome-30": Shape(B=128, n=128, d=10, T=30, layers=1),
    "palindrome-45": Shape(B=128, n=128, d=10, T=45, layers=1),
    "text": Shape(B=64, n=128, d=87, T=30, layers=2),
    "wide-text": Shape(B=50, n=512, d=87, T=50, layers=2),
}
LAYERS = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}
VARIANTS = ("auto", "byhand", "torch.nn", "plain")


def training_step(variant: str, cell_name: str, shape: Shape) -> Callable[[], None]:
    """A function that does one forward and backward pass over the same random symbols."""
    require_choice("variant", variant, VARIANTS)
    rng = np.random.default_rng(0)
    x = torch.from_numpy(rng.integers(0, shape.d, (shape.B, shape.T)))
    weight = torch.from_numpy(rng.standard_normal((shape.B, shape.T, shape.n), dtype=np.float32))
    if variant == "torch.nn":
        layer = LAYERS[cell_name](shape.d, shape.n, num_layers=shape.layers, batch_first=True)
        return partial(_step, layer, lambda: layer(one_hot(x, shape.d).float())[0], weight)
    sizes = [shape.d] + [shape.n] * (shape.layers - 1)
    cells = nn.ModuleList(CELLS[cell_name](size, shape.n, rng=rng) for size in sizes)
    forward = unroll if variant == "plain" else partial(run, backend=variant)
    return partial(_step, cells, partial(_through, cells, x, forward), weight)


def _through(cells: nn.ModuleList, x: Tensor, forward: Callable) -> Tensor:
    for cell in cells:
        x, _ = forward(cell, x)
    return x


def _step(model: nn.Module, forward: Callable[[], Tensor], weight: Tensor) -> None:
    model.zero_grad()
    forward().backward(weight)


def operations(cell_name: str, shape: Shape) -> float:
    """Multiplications and additions of the matrix products that a training step needs.

    Forward, backward by what was read and backward by the weights, each 2 · B · n · n for a step
    and a matrix: the states' from the second step on (h_0 = 0), the inputs' in all layers but the
    first, where their products are a choice of rows.
    """
    T, layers = shape.T, shape.layers
    matrices = Counter(byhand.CELLS[cell_name].SHAPES.values())
    products = layers * (T - 1) * matrices["n", "n"] + (layers - 1) * T * matrices["n", "d"]
    return 6.0 * shape.B * shape.n**2 * products


CHARACTERS = Shape(B=1, n=100, d=80, T=25, layers=1)  # KTH's network on an English book


def character_updates(variant: str, shape: Shape, updates: int) -> Callable[[], None]:
    """A function that does so many updates; all variants do the same operations, whatever the
    characters are. Set OMP_NUM_THREADS=1 for one thread."""
    require_choice("variant", variant, CHARACTER_VARIANTS)
    ids = np.random.default_rng(0).integers(0, shape.d, 25 * updates + 1)
    return CHARACTER_VARIANTS[variant](ids, updates, shape)


def products(shape: Shape) -> float:
    """Multiplications and additions of an update's products; the input's is a choice of rows."""
    return 6.0 * shape.T * shape.n * (shape.n + shape.d)


def _plain_characters(ids: np.ndarray, updates: int, shape: Shape) -> Callable[[], None]:
    params = char_rnn_plain.initial_params(shape.d, shape.n, np.random.default_rng(0))
    memory = {name: np.zeros_like(value) for name, value in params.items()}

    def step() -> None:
        h = np.zeros(shape.n)
        for start in range(0, 25 * updates, 25):
            inputs, targets = ids[start : start + 25], ids[start + 1 : start + 26]
            _, h = char_rnn_plain.iterate(params, memory, inputs, targets, h)

    return step


def _fast_characters(
    ids: np.ndarray, updates: int, shape: Shape, dtype=np.float64
) -> Callable[[], None]:
    net = CharRNN(shape.d, shape.n, rng=np.random.default_rng(0), dtype=dtype)
    return partial(net.train, ids, updates)


def _torch_characters(ids: np.ndarray, updates: int, shape: Shape) -> Callable[[], None]:
    """torch.nn.RNN with one-hot inputs, automatic differentiation and optim.Adagrad, float64."""
    layer = nn.RNN(shape.d, shape.n, batch_first=True).double()
    output = nn.Linear(shape.n, shape.d).double()
    optimizer = torch.optim.Adagrad([*layer.parameters(), *output.parameters()], lr=0.1)
    x = one_hot(torch.from_numpy(ids), shape.d).double()
    y = torch.from_numpy(ids)

    def step() -> None:
        h = None
        for start in range(0, 25 * updates, 25):
            optimizer.zero_grad()
            states, h = layer(x[None, start : start + 25], h)
            target = y[start + 1 : start + 26]
            cross_entropy(output(states[0]), target, reduction="sum").backward()
            optimizer.step()
            h = h.detach()

    return step


CHARACTER_VARIANTS = {
    "plain": _plain_characters,
    "float64": _fast_characters,
    "float32": partial(_fast_characters, dtype=np.float32),
    "torch.nn": _torch_characters,
}
